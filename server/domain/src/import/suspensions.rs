//! Suspensions and permanent exclusions: the statistics' school file, and the older file of
//! authorities and England by reason.

use super::ees;
use super::format::Format;
use super::layout::Header;
use super::opening::Candidate;
use super::reader::Request;
use super::wide::{Key, Spec, Table};
use crate::figure::{Marker, PupilGroup};
use crate::measure::Measure as M;

/// The layouts as they fit a header.
pub(super) fn open(request: &Request, header: &Header) -> Vec<Candidate> {
    vec![
        statistics(request).open(header, ees::Statistics::whole_year()),
        by_reason(request).open(header, ees::Statistics::whole_year()),
    ]
}

/// `exc_school.csv`: all years since 2006/07. In a year that goes on a school has a row for each
/// term; a term is a period of its own and never added to another.
fn statistics(request: &Request) -> Table {
    let spec = |measure, name: &str, count: &str| {
        Spec::new(measure, PupilGroup::All, Format::Rate, &[name])
            .from(count, "headcount")
            .of("headcount")
    };
    Table {
        layout: "suspensions-statistics",
        keys: ees::KEYS,
        figures: vec![
            spec(M::SuspensionRate, "susp_rate", "suspension").required(),
            spec(M::SuspendedPupils, "one_plus_susp_rate", "one_plus_susp"),
            spec(M::ExclusionRate, "perm_excl_rate", "perm_excl").required(),
        ],
        counts: Format::Count,
        markers: ees::MARKERS,
        known: &[ees::KNOWN, &["num_schools"]],
        year: request.year,
    }
}

/// The columns' ends, and the measures of permanent exclusions and of suspensions.
const REASONS: [(&str, M, M); 12] = [
    (
        "physical_pupils",
        M::ExclusionsPhysicalAssaultPupil,
        M::SuspensionsPhysicalAssaultPupil,
    ),
    (
        "physical_adult",
        M::ExclusionsPhysicalAssaultAdult,
        M::SuspensionsPhysicalAssaultAdult,
    ),
    (
        "verbal_pupil",
        M::ExclusionsVerbalAbusePupil,
        M::SuspensionsVerbalAbusePupil,
    ),
    (
        "verbal_adult",
        M::ExclusionsVerbalAbuseAdult,
        M::SuspensionsVerbalAbuseAdult,
    ),
    ("bullying", M::ExclusionsBullying, M::SuspensionsBullying),
    (
        "racist_abuse",
        M::ExclusionsRacistAbuse,
        M::SuspensionsRacistAbuse,
    ),
    (
        "sexual_misconduct",
        M::ExclusionsSexualMisconduct,
        M::SuspensionsSexualMisconduct,
    ),
    (
        "drug_alcohol",
        M::ExclusionsDrugAlcohol,
        M::SuspensionsDrugAlcohol,
    ),
    ("damage", M::ExclusionsDamage, M::SuspensionsDamage),
    ("theft", M::ExclusionsTheft, M::SuspensionsTheft),
    (
        "persistent_disruptive",
        M::ExclusionsDisruption,
        M::SuspensionsDisruption,
    ),
    ("other", M::ExclusionsOtherReason, M::SuspensionsOtherReason),
];

/// The first releases' file of reasons, until 2015/16. A suppressed cell is `x`, so the reasons
/// are kept one by one: their sum would be a guess. Of the first years some counts are estimates
/// with decimals.
fn by_reason(request: &Request) -> Table {
    let spec = |kind: &str, reason: &str, measure| {
        let name = format!("{kind}_{reason}");
        Spec::new(measure, PupilGroup::All, Format::Estimate, &[&name]).required()
    };
    let permanent = REASONS
        .iter()
        .map(|(reason, permanent, _)| spec("perm", reason, *permanent));
    let fixed = REASONS
        .iter()
        .map(|(reason, _, fixed)| spec("fixed", reason, *fixed));
    Table {
        layout: "exclusions-by-reason",
        keys: &[
            (&["year"], true, Key::Year),
            (&["level"], true, Key::Level),
            (&["old_la_code"], true, Key::Authority),
            (&["la_name"], false, Key::Name),
            (&["school_type"], true, Key::Phase),
        ],
        figures: permanent.chain(fixed).collect(),
        counts: Format::Count,
        markers: &[("x", Marker::Suppressed)],
        known: &[ees::KNOWN],
        year: request.year,
    }
}
