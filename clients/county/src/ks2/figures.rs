//! The figures of one cohort by the names of their columns.
//!
//! Small groups are marked as the Department marks them: under six pupils is
//! `SUPP`, nobody at all is blank, and of the disadvantaged pair both are
//! hidden if either is small. Boys and girls are hidden one by one, although
//! the other follows by subtraction: that is how the real tables are, and what
//! the disclosure rule of the server is there for.

use super::{
    cohort::{Cohort, Group},
    pupil::{Judgement, Pupil, Test},
};
use crate::text::{div_round, percent, tenths};

/// Fewer than this is a small group.
const SMALL: i64 = 6;

/// What a row stands for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    School,
    County,
    England,
}

/// The figures of a cohort, beside England's of the same summer.
pub(crate) struct Figures<'a> {
    pub(crate) place: Place,
    pub(crate) cohort: &'a Cohort<'a>,
    pub(crate) england: &'a Cohort<'a>,
}

enum Shown {
    Yes,
    Nobody,
    Suppressed,
}

impl Figures<'_> {
    /// The cell under a column, named in capitals and without its year.
    pub(crate) fn cell(&self, name: &str) -> String {
        let all = self.cohort.size(Group::All);
        if matches!(name, "TELIG" | "TPUPYEAR") {
            return all.to_string();
        }
        if needs_prior(name) && !self.cohort.has_prior() {
            return String::new();
        }
        if self.place == Place::School && all < SMALL {
            return "SUPP".to_owned();
        }
        if name == "TKS1AVERAGE" {
            return self
                .cohort
                .mean(Group::All, |pupil| pupil.prior)
                .map(tenths)
                .unwrap_or_default();
        }
        self.count(name)
            .or_else(|| self.attainment(name.strip_prefix("PT")?))
            .or_else(|| self.difference(name.strip_prefix("DIFFN_")?))
            .or_else(|| self.average(name))
            .or_else(|| self.progress(name))
            .unwrap_or_default()
    }

    fn shown(&self, group: Group) -> Shown {
        let size = |group| self.cohort.size(group);
        let small = match group {
            Group::Disadvantaged | Group::NotDisadvantaged => {
                size(Group::Disadvantaged) < SMALL || size(Group::NotDisadvantaged) < SMALL
            }
            group => size(group) < SMALL,
        };
        match self.place {
            Place::School if size(group) == 0 => Shown::Nobody,
            Place::School if small => Shown::Suppressed,
            Place::School | Place::County | Place::England => Shown::Yes,
        }
    }

    /// `TFSM6CLA1A`, `PTFSM6CLA1A`, `BELIG`, `PSENELE` and their like.
    fn count(&self, name: &str) -> Option<String> {
        let (group, share) = match name {
            "BELIG" => (Group::Boys, false),
            "GELIG" => (Group::Girls, false),
            "PBELIG" => (Group::Boys, true),
            "PGELIG" => (Group::Girls, true),
            _ => {
                let count = name
                    .strip_prefix('T')
                    .and_then(Group::of_count)
                    .map(|group| (group, false));
                let stem = || name.strip_prefix("PT").or_else(|| name.strip_prefix('P'));
                count.or_else(|| Some((Group::of_count(stem()?)?, true)))?
            }
        };
        let size = self.cohort.size(group);
        // The summary rows of these years gave needs as a share only.
        if !share
            && name.starts_with("TSEN")
            && self.place != Place::School
            && self.cohort.year <= 2019
        {
            return Some(String::new());
        }
        Some(if share {
            percent(size, self.cohort.size(Group::All))
        } else {
            size.to_string()
        })
    }

    /// `RWM_EXP`, `READ_HIGH_FSM6CLA1A`: a share of the group.
    fn attainment(&self, name: &str) -> Option<String> {
        let (subject, level, group) = parts(name);
        let reached = reached(subject, level)?;
        let group = Group::of_suffix(group)?;
        Some(self.of_group(group, || {
            percent(self.cohort.count(group, reached), self.cohort.size(group))
        }))
    }

    fn of_group(&self, group: Group, value: impl FnOnce() -> String) -> String {
        match self.shown(group) {
            Shown::Yes => value(),
            Shown::Nobody => String::new(),
            Shown::Suppressed => "SUPP".to_owned(),
        }
    }

    /// Disadvantaged pupils here less England's others, in percentage points
    /// (or, for progress, in points).
    fn difference(&self, name: &str) -> Option<String> {
        if self.place == Place::England {
            // A placeholder, not a difference of nought.
            let placeholder = if self.cohort.year <= 2019 { "0" } else { "" };
            return Some(placeholder.to_owned());
        }
        let (subject, level, _) = parts(name);
        if let Some(reached) = reached(subject, level) {
            let share = |cohort: &Cohort<'_>, group| {
                div_round(100 * cohort.count(group, reached), cohort.size(group))
            };
            return Some(self.of_group(Group::Disadvantaged, || {
                (share(self.cohort, Group::Disadvantaged)
                    - share(self.england, Group::NotDisadvantaged))
                .to_string()
            }));
        }
        let progress = progress_of(name.strip_suffix("PROG")?)?;
        Some(self.of_group(Group::Disadvantaged, || {
            let mean = |cohort: &Cohort<'_>, group| cohort.mean(group, progress);
            mean(self.cohort, Group::Disadvantaged)
                .zip(mean(self.england, Group::NotDisadvantaged))
                .map_or_else(|| "NA".to_owned(), |(here, others)| tenths(here - others))
        }))
    }

    /// `READ_AVERAGE_B`: the mean scaled score of those who sat the test.
    fn average(&self, name: &str) -> Option<String> {
        let (subject, measure, group) = parts(name);
        let score: fn(&Pupil) -> Option<i64> = match (subject, measure) {
            ("READ", "AVERAGE") => |pupil| pupil.reading.score(),
            ("MAT", "AVERAGE") => |pupil| pupil.maths.score(),
            ("GPS", "AVERAGE") => |pupil| pupil.gps.score(),
            _ => return None,
        };
        let group = Group::of_suffix(group)?;
        Some(self.of_group(group, || {
            self.cohort
                .mean(group, score)
                .map(|mean| mean.to_string())
                .unwrap_or_default()
        }))
    }

    /// `READPROG`, its confidence limits, coverage, description and groups.
    fn progress(&self, name: &str) -> Option<String> {
        let at = name.find("PROG").or_else(|| name.find("COV"))?;
        let (subject, measure) = name.split_at_checked(at)?;
        let progress = progress_of(subject)?;
        let all = self.cohort.size(Group::All);
        let covered = self
            .cohort
            .count(Group::All, |pupil| progress(pupil).is_some());
        let low = self.place == Place::School && 2 * covered < all;
        if measure == "COV" {
            return Some(match self.place {
                Place::England => String::new(),
                Place::School | Place::County if low => "LOWCOV".to_owned(),
                Place::School | Place::County => percent(covered, all),
            });
        }
        let measure = measure.strip_prefix("PROG")?.trim_start_matches('_');
        let (group, part) = match measure.rsplit_once('_') {
            Some(both) => both,
            None if matches!(measure, "LOWER" | "UPPER" | "DESCR" | "UNADJUSTED") => ("", measure),
            None => (measure, ""),
        };
        let group = Group::of_suffix(group)?;
        if self.place == Place::England {
            return Some(match (group, part) {
                (_, "UNADJUSTED") => "0".to_owned(),
                (Group::All, _) => String::new(),
                (_, "") => self
                    .cohort
                    .mean(group, progress)
                    .map(tenths)
                    .unwrap_or_default(),
                _ => "0".to_owned(),
            });
        }
        Some(match self.shown(group) {
            Shown::Yes if low && group == Group::All => "LOWCOV".to_owned(),
            Shown::Yes => self.limits(group, part, progress),
            Shown::Nobody if group == Group::Disadvantaged => String::new(),
            Shown::Nobody => "NA".to_owned(),
            Shown::Suppressed => "SUPP".to_owned(),
        })
    }

    fn limits(&self, group: Group, part: &str, progress: fn(&Pupil) -> Option<i64>) -> String {
        let n = self.cohort.count(group, |pupil| progress(pupil).is_some());
        let Some(mean) = self.cohort.mean(group, progress) else {
            return "NA".to_owned();
        };
        // 1.96 deviations of 5.5 points, by the root of the number of pupils.
        let half = div_round(108_000, (n * 1_000_000).isqrt());
        match part {
            "LOWER" => tenths(mean - half),
            "UPPER" => tenths(mean + half),
            "DESCR" => description(mean, half).to_owned(),
            _ => tenths(mean),
        }
    }
}

/// 1 well above average, 3 average, 5 well below.
fn description(mean: i64, half: i64) -> &'static str {
    match mean {
        30.. if mean > half => "1",
        _ if mean > half => "2",
        ..=-30 if -mean > half => "5",
        _ if -mean > half => "4",
        _ => "3",
    }
}

/// Whether the column rests on key stage 1.
fn needs_prior(name: &str) -> bool {
    name.contains("KS1")
        || name.contains("PROG")
        || name.ends_with("COV")
        || Group::of_suffix(parts(name).2).is_some_and(Group::needs_prior)
}

/// Subject, level and group of a column's name; what is missing is blank.
fn parts(name: &str) -> (&str, &str, &str) {
    let mut parts = name.splitn(3, '_');
    let mut next = || parts.next().unwrap_or_default();
    (next(), next(), next())
}

fn reached(subject: &str, level: &str) -> Option<fn(&Pupil) -> bool> {
    fn at(test: Test, score: i64) -> bool {
        test.score().is_some_and(|reached| reached >= score)
    }
    Some(match (subject, level) {
        ("RWM", "EXP") => Pupil::expected,
        ("RWM", "HIGH") => Pupil::higher,
        ("READ", "EXP") => |pupil| at(pupil.reading, 100),
        ("READ", "HIGH") => |pupil| at(pupil.reading, 110),
        ("READ", "AT") => |pupil| !pupil.reading.sat,
        ("MAT", "EXP") => |pupil| at(pupil.maths, 100),
        ("MAT", "HIGH") => |pupil| at(pupil.maths, 110),
        ("MAT", "AT") => |pupil| !pupil.maths.sat,
        ("GPS", "EXP") => |pupil| at(pupil.gps, 100),
        ("GPS", "HIGH") => |pupil| at(pupil.gps, 110),
        ("GPS", "AT") => |pupil| !pupil.gps.sat,
        ("WRITTA", "EXP") => |pupil| pupil.writing >= Judgement::Expected,
        ("WRITTA", "HIGH") => |pupil| pupil.writing == Judgement::GreaterDepth,
        ("WRITTA", "WTS") => |pupil| pupil.writing == Judgement::WorkingTowards,
        ("WRITTA", "AD") => |pupil| pupil.writing == Judgement::Missing,
        ("SCITA", "EXP") => |pupil| pupil.science >= Judgement::Expected,
        ("SCITA", "AD") => |pupil| pupil.science == Judgement::Missing,
        _ => return None,
    })
}

/// A pupil's progress in a subject, in tenths: what they reached less what
/// pupils with their key stage 1 result reach as a rule.
fn progress_of(subject: &str) -> Option<fn(&Pupil) -> Option<i64>> {
    fn against_prior(pupil: &Pupil, reached: Option<i64>) -> Option<i64> {
        Some(reached? - 1045 - (pupil.prior? - 162) * 3 / 2)
    }
    Some(match subject {
        "READ" => |pupil| against_prior(pupil, pupil.reading.sat.then_some(pupil.reading.tenths)),
        "WRIT" => |pupil| {
            against_prior(
                pupil,
                (pupil.writing != Judgement::Missing).then_some(pupil.writing_tenths),
            )
        },
        "MAT" => |pupil| against_prior(pupil, pupil.maths.sat.then_some(pupil.maths.tenths)),
        _ => return None,
    })
}
