//! Evidence as it is shown and, with a decision, kept: data and words.
//!
//! What is kept is JSON of plain words and numbers, so that it reads the same in ten years.

use llpr_domain::figure::PupilGroup;
use llpr_domain::measure::Measure;
use llpr_domain::risk::assemble::{Assembled, Benchmarks};
use llpr_domain::risk::suggestion::{CaseKind, Evidence, Topic};
use llpr_domain::risk::{Finding, Severity, Span, words};
use llpr_domain::urn::{AuthorityCode, Urn};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

/// What kind of evidence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ExhibitKind {
    /// Children counted in the latest year.
    CurrentYear,
    /// Children counted over several years.
    OverTime,
    /// A share of sessions.
    Absence,
    /// Cases against the county's number.
    Cases,
    /// An inspection.
    Inspection,
    /// Support.
    Support,
}

/// A year's figure beside England's.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ExhibitYear {
    /// `2023/24`.
    pub year: String,
    /// The word of its release.
    pub release: String,
    /// How many of the children.
    pub met: u32,
    /// Of how many.
    pub of: u32,
    /// England's percentage.
    pub england: f64,
    /// The word of the release of England's; empty where it is not known.
    pub england_release: String,
    /// The authority's percentage: shown, never tested.
    pub authority: Option<f64>,
    /// URN of the predecessor whose figure it is.
    pub earlier: Option<u32>,
}

/// How a result stands beside the school's own intake.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ExhibitIntake {
    /// How many children England's rates would give for such an intake.
    pub expected: f64,
    /// Whether the result would be raised against that too.
    pub raised_too: bool,
    /// The same in words.
    pub words: String,
}

/// One thing that stands behind a suggestion.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Exhibit {
    /// What kind.
    pub kind: ExhibitKind,
    /// The word of the measure; empty for inspections and support.
    pub measure: String,
    /// The word of the pupil group; empty likewise.
    pub group: String,
    /// Oldest first; empty for inspections and support.
    pub years: Vec<ExhibitYear>,
    /// All children of those years who met, or did, what is measured; or cases.
    pub met: u32,
    /// All children of those years; 0 where children are not what is counted.
    pub of: u32,
    /// How many England's rates would give.
    pub expected: Option<f64>,
    /// The chance of such a result at the edge of what is tolerated.
    pub probability: Option<f64>,
    /// How many children more (or fewer) would clear it.
    pub clears_with: Option<u32>,
    /// Whether it is well below (or above), rather than below.
    pub far: Option<bool>,
    /// The school's absence, percent of sessions.
    pub absence: Option<f64>,
    /// The inspection's number.
    pub inspection: String,
    /// Two plain sentences.
    pub words: String,
    /// Beside the school's intake, where that is known.
    pub intake: Option<ExhibitIntake>,
}

/// What exhibits are made from.
pub(super) struct Context<'a> {
    pub(super) assembled: &'a Assembled,
    pub(super) benchmarks: &'a Benchmarks,
    pub(super) authority: Option<AuthorityCode>,
}

impl Exhibit {
    fn bare(kind: ExhibitKind, words: String) -> Self {
        Self {
            kind,
            measure: String::new(),
            group: String::new(),
            years: Vec::new(),
            met: 0,
            of: 0,
            expected: None,
            probability: None,
            clears_with: None,
            far: None,
            absence: None,
            inspection: String::new(),
            words,
            intake: None,
        }
    }

    pub(super) fn new(evidence: &Evidence, context: &Context<'_>) -> Self {
        let told = words::evidence(evidence);
        match evidence {
            Evidence::Count {
                topic,
                group,
                finding,
                intake,
            } => Self {
                intake: intake.as_ref().map(|intake| ExhibitIntake {
                    expected: intake.expected,
                    raised_too: intake.raised_too,
                    words: words::intake(intake),
                }),
                ..context.count(*topic, *group, finding, told)
            },
            Evidence::Absence(rate) => {
                let measure = Measure::AbsenceOverall;
                let key = (measure, PupilGroup::All, rate.year);
                let year = ExhibitYear {
                    year: rate.year.to_string(),
                    release: rate.release.as_str().to_owned(),
                    met: 0,
                    of: 0,
                    england: percent(rate.england),
                    ..context.year(key)
                };
                Self {
                    measure: measure.as_str().to_owned(),
                    group: PupilGroup::All.as_str().to_owned(),
                    years: vec![year],
                    absence: Some(percent(rate.school)),
                    ..Self::bare(ExhibitKind::Absence, told)
                }
            }
            Evidence::Cases { cases, limit: _ } => {
                let measure = match cases.kind {
                    CaseKind::Exclusion => Measure::ExclusionRate,
                    CaseKind::ReducedHours => Measure::ReducedHoursLong,
                };
                let key = (measure, PupilGroup::All, cases.year);
                let year = ExhibitYear {
                    year: cases.year.to_string(),
                    release: cases.release.as_str().to_owned(),
                    met: cases.count,
                    ..context.year(key)
                };
                Self {
                    measure: measure.as_str().to_owned(),
                    group: PupilGroup::All.as_str().to_owned(),
                    years: vec![year],
                    met: cases.count,
                    ..Self::bare(ExhibitKind::Cases, told)
                }
            }
            Evidence::Inspection(inspected) => Self {
                inspection: inspected.number.clone(),
                ..Self::bare(ExhibitKind::Inspection, told)
            },
            Evidence::Support(_) => Self::bare(ExhibitKind::Support, told),
        }
    }
}

impl Context<'_> {
    fn count(&self, topic: Topic, group: PupilGroup, finding: &Finding, told: String) -> Exhibit {
        let measure = topic.measure();
        let years = finding.years.iter().map(|counted| ExhibitYear {
            year: counted.year.to_string(),
            release: counted.release.as_str().to_owned(),
            met: counted.count.met(),
            of: counted.count.of(),
            england: counted.benchmark * 100.0,
            ..self.year((measure, group, counted.year))
        });
        let kind = match finding.span {
            Span::CurrentYear => ExhibitKind::CurrentYear,
            Span::OverTime => ExhibitKind::OverTime,
        };
        Exhibit {
            measure: measure.as_str().to_owned(),
            group: group.as_str().to_owned(),
            years: years.collect(),
            met: finding.count.met(),
            of: finding.count.of(),
            expected: Some(finding.expected),
            probability: Some(finding.probability),
            clears_with: Some(finding.clears_with),
            far: Some(finding.severity == Severity::WellBelow),
            ..Exhibit::bare(kind, told)
        }
    }

    /// What stands beside a year's figure.
    fn year(&self, key: llpr_domain::risk::assemble::Key) -> ExhibitYear {
        let england = self.benchmarks.england(key);
        let beside = self
            .authority
            .and_then(|code| self.benchmarks.authority(code, key));
        ExhibitYear {
            year: String::new(),
            release: String::new(),
            met: 0,
            of: 0,
            england: england.map_or(0.0, |found| percent(found.hundredths)),
            england_release: england
                .map_or(String::new(), |found| found.release.as_str().to_owned()),
            authority: beside.map(|found| percent(found.hundredths)),
            earlier: self.assembled.earlier.get(&key).copied().map(Urn::get),
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "a few digits")]
fn percent(hundredths: i64) -> f64 {
    hundredths as f64 / 100.0
}

/// What evidence comes down to, in sixteen hexadecimal digits: the figures, and not who published
/// them when. The same figures in a later release leave it as it is.
pub(super) fn fingerprint(exhibits: &[Exhibit]) -> String {
    let mut digest = Sha256::new();
    for exhibit in exhibits {
        let Exhibit {
            kind,
            measure,
            group,
            years,
            inspection,
            words,
            far,
            absence,
            ..
        } = exhibit;
        digest.update(format!(
            "{kind:?}|{measure}|{group}|{inspection}|{far:?}|{absence:?}|"
        ));
        for year in years {
            let england = year.england;
            digest.update(format!(
                "{}:{}/{}~{england:.4};",
                year.year, year.met, year.of
            ));
        }
        if years.is_empty() {
            digest.update(words);
        }
        digest.update("\n");
    }
    let mut hash = hex::encode(digest.finalize());
    hash.truncate(16);
    hash
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn p13_the_same_figures_in_a_later_release_are_the_same_evidence() {
        let year = |release: &str, met| ExhibitYear {
            year: "2023/24".into(),
            release: release.into(),
            met,
            of: 24,
            england: 61.0,
            england_release: release.into(),
            authority: None,
            earlier: None,
        };
        let exhibit = |release, met| Exhibit {
            years: vec![year(release, met)],
            ..Exhibit::bare(ExhibitKind::CurrentYear, String::new())
        };
        let print = |exhibit| fingerprint(&[exhibit]);
        assert_eq!(print(exhibit("provisional", 9)), print(exhibit("final", 9)));
        assert_ne!(
            print(exhibit("provisional", 9)),
            print(exhibit("final", 10))
        );
        let kept = serde_json::to_string(&exhibit("final", 9)).unwrap();
        assert_eq!(
            serde_json::from_str::<Exhibit>(&kept).unwrap(),
            exhibit("final", 9)
        );
    }
}
