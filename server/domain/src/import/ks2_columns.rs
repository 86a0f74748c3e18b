//! The columns and markers of the key stage 2 performance tables.

use super::format::Format;
use super::reader::Request;
use super::wide::{Key, Spec, Table};
use crate::figure::{Marker, PupilGroup};
use crate::measure::Measure;

use Measure as M;
use PupilGroup as G;

/// Who and how many: names, whether required, what the column says.
const KEYS: [(&[&str], bool, Key); 6] = [
    (&["RECTYPE"], true, Key::RecordType),
    (&["LEA"], true, Key::Authority),
    (&["URN"], true, Key::Urn),
    (&["SCHNAME"], true, Key::Name),
    (&["TOTPUPS"], false, Key::Roll),
    (&["TPUPYEAR"], false, Key::OfAge),
];

const PERCENT: Format = Format::WholePercent;
const SCORE: Format = Format::ScaledScore;
const PROGRESS: Format = Format::Progress;

/// The figures: the column for all pupils, its format, the measure.
const MEASURES: [(&str, Format, Measure); 18] = [
    ("PTRWM_EXP", PERCENT, M::Ks2RwmExpected),
    ("PTRWM_HIGH", PERCENT, M::Ks2RwmHigher),
    ("PTREAD_EXP", PERCENT, M::Ks2ReadingExpected),
    ("PTREAD_HIGH", PERCENT, M::Ks2ReadingHigher),
    ("READ_AVERAGE", SCORE, M::Ks2ReadingScaledScore),
    ("READPROG", PROGRESS, M::Ks2ReadingProgress),
    ("PTWRITTA_EXP", PERCENT, M::Ks2WritingExpected),
    ("PTWRITTA_HIGH", PERCENT, M::Ks2WritingGreaterDepth),
    ("PTWRITTA_WTS", PERCENT, M::Ks2WritingWorkingTowards),
    ("WRITPROG", PROGRESS, M::Ks2WritingProgress),
    ("PTMAT_EXP", PERCENT, M::Ks2MathsExpected),
    ("PTMAT_HIGH", PERCENT, M::Ks2MathsHigher),
    ("MAT_AVERAGE", SCORE, M::Ks2MathsScaledScore),
    ("MATPROG", PROGRESS, M::Ks2MathsProgress),
    ("PTGPS_EXP", PERCENT, M::Ks2GpsExpected),
    ("PTGPS_HIGH", PERCENT, M::Ks2GpsHigher),
    ("GPS_AVERAGE", SCORE, M::Ks2GpsScaledScore),
    ("PTSCITA_EXP", PERCENT, M::Ks2ScienceExpected),
];

/// The groups: how each is written at the end of a figure's column, as in `PTRWM_EXP_B`, and the
/// column of its eligible pupils.
const GROUPS: [(&str, &str, PupilGroup); 9] = [
    ("_B", "BELIG", G::Boys),
    ("_G", "GELIG", G::Girls),
    ("_L", "TKS1GROUP_L", G::LowPriorAttainment),
    ("_M", "TKS1GROUP_M", G::MiddlePriorAttainment),
    ("_H", "TKS1GROUP_H", G::HighPriorAttainment),
    ("_FSM6CLA1A", "TFSM6CLA1A", G::Disadvantaged),
    ("_NotFSM6CLA1A", "TNOTFSM6CLA1A", G::NotDisadvantaged),
    ("_EAL", "TEALGRP2", G::EnglishAdditionalLanguage),
    ("_MOBN", "TMOBN", G::NonMobile),
];

/// The markers that may stand for a number, and what they mean.
pub(super) const MARKERS: [(&str, Marker); 6] = [
    ("SUPP", Marker::Suppressed),
    ("NA", Marker::NotApplicable),
    ("NE", Marker::NoEligiblePupils),
    ("NP", Marker::NotPublished),
    ("LOWCOV", Marker::LowCoverage),
    ("NEW", Marker::NewSchool),
];

/// Columns that are known and left out, by pattern: identity, shares of a cohort, bounds,
/// coverage, absence, special needs, earlier years and three-year averages.
const KNOWN: &[&str] = &[
    "ADDRESS#",
    "AGERANGE",
    "ALPHAIND",
    "CONFEXAM",
    "DIFFN_*",
    "ESTAB",
    "ICLOSE",
    "NFTYPE",
    "OPEN_AC",
    "PCODE",
    "PCON_*",
    "RELDENOM",
    "SCHNAME_AC",
    "TAB15",
    "TAB1618",
    "TELNUM",
    "TOWN",
    "URN_AC",
    "PBELIG",
    "PGELIG",
    "PTEALGRP#",
    "PTFSM6CLA1A",
    "PTKS1GROUP_*",
    "PTMOBN",
    "PTNOTFSM6CLA1A",
    "TEALGRP#",
    "TKS1AVERAGE",
    "TKS1GROUP_NA",
    "MATCOV",
    "READCOV",
    "WRITCOV",
    "*PROG_*",
    "*_AT",
    "*_AD",
    "PTREADTA*",
    "PTMATTA*",
    "PTGPSTA*",
    "*SENEL*",
    "*SENST*",
    "*_##",
    "*_3YR",
];

pub(super) fn table(request: &Request) -> Table {
    let mut figures = Vec::with_capacity(MEASURES.len() * (GROUPS.len() + 1));
    for (stem, format, measure) in MEASURES {
        let all = Spec::new(measure, G::All, format, &[stem]).of("TELIG");
        figures.push(if measure == M::Ks2RwmExpected {
            all.required()
        } else {
            all
        });
        for (suffix, cohort, group) in GROUPS {
            let name = format!("{stem}{suffix}");
            figures.push(Spec::new(measure, group, format, &[&name]).of(cohort));
        }
    }
    Table {
        layout: "ks2-performance-tables",
        keys: &KEYS,
        figures,
        counts: Format::Count,
        markers: &MARKERS,
        known: &[KNOWN],
        year: request.year,
    }
}
