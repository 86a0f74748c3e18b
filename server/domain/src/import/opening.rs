//! Which layout a header fits: each dataset has one or more, and each brings its row reader.

use super::county_columns::Kind;
use super::dataset::Dataset;
use super::layout::{Found, Header, Record};
use super::reader::Request;
use super::rows::Batch;
use super::{
    absence, attendance, census, county, districts, gias_establishments, gias_group_links,
    gias_groups, gias_links, ks2, last_year, ofsted, people, support_history, suspensions,
};
use crate::school::SchoolRecord;
use crate::year::AcademicYear;

/// Reads the records of one layout.
pub(super) trait RowReader: Send + Sync {
    /// Reads a record; adds its row and its issues to `out`.
    fn record(&mut self, record: Record<'_>, out: &mut Batch);

    /// Compares the year that the import says with the header.
    fn check_year(&self, _header: &Header, _year: AcademicYear, _out: &mut Batch) {}

    /// Tells what is known only at the end of the file.
    fn finish(&self, _out: &mut Batch) {}

    /// Whether fields beyond the header belong to its last column.
    fn spills(&self) -> bool {
        false
    }

    /// Fills what the file has no column for from the school as it stands.
    fn keep_unsupplied(&self, _record: &mut SchoolRecord, _standing: &SchoolRecord) {}
}

/// A layout of the dataset, as it fits a header.
pub(super) struct Candidate {
    /// The layout's name.
    pub(super) layout: &'static str,
    /// Official names of required columns that aren't there.
    pub(super) missing: Vec<String>,
    /// Columns that the layout uses and the file has twice.
    pub(super) doubled: Vec<String>,
    /// Names that the layout doesn't know.
    pub(super) unknown: Vec<String>,
    /// Whether the import must say the academic year, because the layout has no column for it.
    pub(super) needs_year: bool,
    /// Reads the rows.
    pub(super) rows: Box<dyn RowReader>,
}

impl Candidate {
    pub(super) fn new<F, R: RowReader + 'static>(
        layout: &'static str,
        mut found: Found<F>,
        rows: impl FnOnce(Found<F>) -> R,
    ) -> Self {
        Self {
            layout,
            missing: std::mem::take(&mut found.missing),
            doubled: std::mem::take(&mut found.doubled),
            unknown: std::mem::take(&mut found.unknown),
            needs_year: false,
            rows: Box::new(rows(found)),
        }
    }

    /// Says that the academic year must be given with the import.
    pub(super) const fn needing_year(mut self) -> Self {
        self.needs_year = true;
        self
    }
}

/// The layouts of the request's dataset, as they fit a header.
pub(super) fn candidates(request: &Request, header: &Header) -> Vec<Candidate> {
    match request.dataset {
        Dataset::Districts => vec![districts::open(header)],
        Dataset::GiasEstablishments => vec![gias_establishments::open(header)],
        Dataset::Ks2 => vec![ks2::open(request, header)],
        Dataset::Absence => absence::open(request, header),
        Dataset::SuspensionsExclusions => suspensions::open(request, header),
        Dataset::Census => vec![census::open(request, header)],
        Dataset::Attendance => vec![attendance::open(request, header)],
        Dataset::CountyFigures => vec![county::open(Kind::Figures, request, header)],
        Dataset::Phonics => vec![county::open(Kind::Phonics, request, header)],
        Dataset::ReducedHours => vec![county::open(Kind::ReducedHours, request, header)],
        Dataset::GiasLinks => vec![gias_links::open(header)],
        Dataset::GiasGroups => vec![gias_groups::open(header)],
        Dataset::GiasGroupLinks => vec![gias_group_links::open(header)],
        Dataset::Ofsted => vec![ofsted::open(header)],
        Dataset::SupportHistory => vec![support_history::open(header)],
        Dataset::LastYear => vec![last_year::open(header)],
        Dataset::People => vec![people::open(header)],
        Dataset::Benchmarks => vec![county::open(Kind::Benchmarks, request, header)],
    }
}

/// The layout that fits, or else the one that lacks least.
pub(super) fn best(request: &Request, header: &Header) -> Option<Candidate> {
    candidates(request, header)
        .into_iter()
        .min_by_key(|candidate| candidate.missing.len())
}
