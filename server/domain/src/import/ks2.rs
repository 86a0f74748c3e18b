//! Key stage 2 performance tables: one row per school, and rows to compare with.

use super::format::Format;
use super::issue::{Issue, IssueCode};
use super::ks2_columns;
use super::layout::Header;
use super::opening::Candidate;
use super::places::{authority, school};
use super::reader::Request;
use super::rows::{Batch, FigureRow};
use super::wide::{Cells, Key, Site, Skip, Source};
use crate::figure::{AuthorityScope, EnglandScope, Marker, Place, PupilGroup, Value};
use crate::measure::Measure;
use crate::year::AcademicYear;

/// The file as it fits a header.
pub(super) fn open(request: &Request, header: &Header) -> Candidate {
    ks2_columns::table(request).open(header, Ks2)
}

struct Ks2;

impl Source for Ks2 {
    fn site(&self, cells: Cells<'_>, out: &mut Batch) -> Result<Site, Skip> {
        let (place, authority, said_by) = match cells.get(Key::RecordType) {
            "1" | "2" => {
                let authority = authority(cells, out);
                let place = school(cells, out)?;
                (place, Some(authority?), Key::Urn)
            }
            "3" => {
                let code = authority(cells, out)?;
                let place = Place::Authority(code, AuthorityScope::All);
                (place, Some(code), Key::Authority)
            }
            "4" => (
                Place::England(EnglandScope::AllSchools),
                None,
                Key::RecordType,
            ),
            "5" => (
                Place::England(EnglandScope::StateFunded),
                None,
                Key::RecordType,
            ),
            _ => {
                let message = "The record type is 1 or 2 (school), 3 (local authority), 4 or 5 \
                               (England). Download the file again; if it was edited, a column may \
                               have moved.";
                return Err(cells.tell(Key::RecordType, IssueCode::InvalidValue, message, out));
            }
        };
        Ok(Site::new(place, authority, cells.get(Key::Name), said_by))
    }

    /// Rows of new schools and of schools without pupils of the age end early: keeps why.
    fn empty(&self, cells: Cells<'_>) -> Option<FigureRow> {
        let of_age = Format::Count.read(cells.get(Key::OfAge));
        let reason = match (cells.get(Key::Roll), of_age) {
            ("NEW", _) => Marker::NewSchool,
            (_, Ok(0)) => Marker::NoEligiblePupils,
            _ => return None,
        };
        Some(FigureRow {
            measure: Measure::Ks2RwmExpected,
            group: PupilGroup::All,
            value: Value::Marker(reason),
            numerator: None,
            denominator: None,
            cohort: None,
        })
    }

    fn check_year(&self, header: &Header, year: AcademicYear, out: &mut Batch) {
        check_year(header, year, out);
    }
}

/// Compares the year with the suffixes of earlier years' columns (`_18` in the file of 2018/19).
fn check_year(header: &Header, year: AcademicYear, out: &mut Batch) {
    let suffix = |name: &str| -> Option<u16> {
        let (_, digits) = name.rsplit_once('_')?;
        let sound = digits.len() == 2 && digits.bytes().all(|byte| byte.is_ascii_digit());
        if sound { digits.parse().ok() } else { None }
    };
    let latest = header
        .names()
        .filter_map(|name| Some((suffix(name)?, name)))
        .max_by_key(|(year, _)| *year);
    let Some((latest, column)) = latest else {
        return;
    };
    let Ok(speaks_for) = AcademicYear::from_start(2000 + latest) else {
        return;
    };
    if speaks_for != year {
        out.issues.push(
            Issue::new(
                IssueCode::YearMismatch,
                format!(
                    "The columns of the year before end in _{latest:02}, so this is the file of \
                     {speaks_for}, but the import says {year}. Choose the right file, or import \
                     it as {speaks_for}."
                ),
            )
            .at_line(1)
            .in_column(column),
        );
    }
}
