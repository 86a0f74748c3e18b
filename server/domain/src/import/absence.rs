//! Pupil absence: the performance tables' file of any year, and the statistics' school file.

use super::ees;
use super::format::Format;
use super::issue::{Issue, IssueCode};
use super::layout::Header;
use super::opening::Candidate;
use super::places::{authority, england, school};
use super::reader::Request;
use super::rows::Batch;
use super::wide::{Cells, Key, Site, Skip, Source, Spec, Table};
use crate::figure::{Marker, PupilGroup};
use crate::measure::Measure as M;
use crate::year::AcademicYear;

/// The layouts as they fit a header.
pub(super) fn open(request: &Request, header: &Header) -> Vec<Candidate> {
    vec![
        performance_tables(request).open(header, PerformanceTables),
        statistics(request).open(header, ees::Statistics::whole_year()),
    ]
}

/// `england_abs.csv`. The definition of persistent absence changed in September 2015, from 15 % to
/// 10 % of sessions: two measures, never one series.
fn performance_tables(request: &Request) -> Table {
    let spec = |measure, name| Spec::new(measure, PupilGroup::All, Format::Percent, &[name]);
    Table {
        layout: "absence-performance-tables",
        keys: &[
            (&["LA", "LEA"], true, Key::Authority),
            (&["ESTAB"], true, Key::Establishment),
            (&["URN"], true, Key::Urn),
        ],
        figures: vec![
            spec(M::AbsenceOverall, "PERCTOT").required(),
            spec(M::AbsenceUnauthorised, "PERCUA"),
            spec(M::PersistentAbsence, "PPERSABS10"),
            spec(M::PersistentAbsence15, "PPERSABS15"),
            spec(M::PersistentAbsence20, "PPERSABS20"),
        ],
        counts: Format::Count,
        markers: &[
            ("SUPP", Marker::Suppressed),
            ("NA", Marker::NotApplicable),
            ("NP", Marker::NotPublished),
            ("NE", Marker::NoEligiblePupils),
            ("NEW", Marker::NewSchool),
        ],
        known: &[],
        year: request.year,
    }
}

struct PerformanceTables;

impl Source for PerformanceTables {
    fn site(&self, cells: Cells<'_>, out: &mut Batch) -> Result<Site, Skip> {
        if cells.get(Key::Authority) == "NAT" {
            return england(cells, Key::Establishment, out);
        }
        let authority = authority(cells, out);
        let place = school(cells, out)?;
        Ok(Site::new(place, Some(authority?), "", Key::Urn))
    }

    /// The two definitions of persistent absence date a file that doesn't say its year.
    fn check_year(&self, header: &Header, year: AcademicYear, out: &mut Batch) {
        const CHANGED: u16 = 2015;
        let wrong = if year.start() < CHANGED {
            header.has("PPERSABS10").then_some("PPERSABS10")
        } else {
            header.has("PPERSABS15").then_some("PPERSABS15")
        };
        if let Some(column) = wrong {
            let message = format!(
                "The column {column} belongs to {} 2015/16, when the definition of persistent \
                 absence changed, but the import says {year}. Choose the right file or year.",
                if year.start() < CHANGED {
                    "files from"
                } else {
                    "files before"
                }
            );
            out.issues.push(
                Issue::new(IssueCode::YearMismatch, message)
                    .at_line(1)
                    .in_column(column),
            );
        }
    }
}

/// `1a_absence_3term_school.csv` and its shorter kin, with counts beside the percentages.
fn statistics(request: &Request) -> Table {
    let spec = |measure, name: &str, numerator: &str, denominator: &str| {
        Spec::new(measure, PupilGroup::All, Format::Computed, &[name])
            .from(numerator, denominator)
            .of("enrolments")
    };
    let sessions = |measure, what: &str| {
        let count = format!("sess_{what}");
        let value = format!("{count}_percent");
        spec(measure, &value, &count, "sess_possible")
    };
    let pupils = |measure, share: &str| {
        let count = format!("enrolments_pa_{share}_exact");
        let value = format!("{count}_percent");
        spec(measure, &value, &count, "enrolments")
    };
    Table {
        layout: "absence-statistics",
        keys: ees::KEYS,
        figures: vec![
            sessions(M::AbsenceOverall, "overall").required(),
            sessions(M::AbsenceAuthorised, "authorised"),
            sessions(M::AbsenceUnauthorised, "unauthorised"),
            pupils(M::PersistentAbsence, "10"),
            pupils(M::SevereAbsence, "50"),
        ],
        counts: Format::Count,
        markers: ees::MARKERS,
        known: &[ees::KNOWN, &["sess_*", "enrolments*", "num_schools"]],
        year: request.year,
    }
}
