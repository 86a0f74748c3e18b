//! The columns and markers of the key stage 2 performance tables.

use super::layout::{Column, Layout};
use crate::figure::{Marker, PupilGroup};
use crate::measure::Measure;

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Field {
    RecordType,
    Authority,
    Urn,
    Name,
    /// All pupils of the school; `NEW` for a new school.
    Roll,
    /// Pupils of the age at the end of key stage 2.
    OfAge,
    /// Eligible pupils of a group.
    Cohort(PupilGroup),
    /// A figure.
    Figure(Measure, PupilGroup),
}

use Measure as M;
use PupilGroup as G;

/// Who and how many: name, whether required, what it holds.
const PLACES: [(&str, bool, Field); 16] = [
    ("RECTYPE", true, Field::RecordType),
    ("LEA", true, Field::Authority),
    ("URN", true, Field::Urn),
    ("SCHNAME", true, Field::Name),
    ("TOTPUPS", false, Field::Roll),
    ("TPUPYEAR", false, Field::OfAge),
    ("TELIG", true, Field::Cohort(G::All)),
    ("BELIG", false, Field::Cohort(G::Boys)),
    ("GELIG", false, Field::Cohort(G::Girls)),
    ("TFSM6CLA1A", false, Field::Cohort(G::Disadvantaged)),
    ("TNOTFSM6CLA1A", false, Field::Cohort(G::NotDisadvantaged)),
    (
        "TEALGRP2",
        false,
        Field::Cohort(G::EnglishAdditionalLanguage),
    ),
    ("TMOBN", false, Field::Cohort(G::NonMobile)),
    ("TKS1GROUP_L", false, Field::Cohort(G::LowPriorAttainment)),
    (
        "TKS1GROUP_M",
        false,
        Field::Cohort(G::MiddlePriorAttainment),
    ),
    ("TKS1GROUP_H", false, Field::Cohort(G::HighPriorAttainment)),
];

/// The figures: the column for all pupils, whether required, the measure. The format follows
/// from the measure's unit.
const MEASURES: [(&str, bool, Measure); 18] = [
    ("PTRWM_EXP", true, M::Ks2RwmExpected),
    ("PTRWM_HIGH", false, M::Ks2RwmHigher),
    ("PTREAD_EXP", false, M::Ks2ReadingExpected),
    ("PTREAD_HIGH", false, M::Ks2ReadingHigher),
    ("READ_AVERAGE", false, M::Ks2ReadingScaledScore),
    ("READPROG", false, M::Ks2ReadingProgress),
    ("PTWRITTA_EXP", false, M::Ks2WritingExpected),
    ("PTWRITTA_HIGH", false, M::Ks2WritingGreaterDepth),
    ("PTWRITTA_WTS", false, M::Ks2WritingWorkingTowards),
    ("WRITPROG", false, M::Ks2WritingProgress),
    ("PTMAT_EXP", false, M::Ks2MathsExpected),
    ("PTMAT_HIGH", false, M::Ks2MathsHigher),
    ("MAT_AVERAGE", false, M::Ks2MathsScaledScore),
    ("MATPROG", false, M::Ks2MathsProgress),
    ("PTGPS_EXP", false, M::Ks2GpsExpected),
    ("PTGPS_HIGH", false, M::Ks2GpsHigher),
    ("GPS_AVERAGE", false, M::Ks2GpsScaledScore),
    ("PTSCITA_EXP", false, M::Ks2ScienceExpected),
];

/// How a group is written at the end of a figure's column, as in `PTRWM_EXP_B`.
const GROUPS: [(&str, PupilGroup); 9] = [
    ("B", G::Boys),
    ("G", G::Girls),
    ("L", G::LowPriorAttainment),
    ("M", G::MiddlePriorAttainment),
    ("H", G::HighPriorAttainment),
    ("FSM6CLA1A", G::Disadvantaged),
    ("NotFSM6CLA1A", G::NotDisadvantaged),
    ("EAL", G::EnglishAdditionalLanguage),
    ("MOBN", G::NonMobile),
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

pub(super) fn layout() -> Layout<Field> {
    let column = |name: String, required, field| Column {
        names: vec![name],
        required,
        field,
    };
    let mut columns: Vec<Column<Field>> = PLACES
        .iter()
        .map(|(name, required, field)| column((*name).to_owned(), *required, *field))
        .collect();
    for (stem, required, measure) in MEASURES {
        let all = Field::Figure(measure, G::All);
        columns.push(column(stem.to_owned(), required, all));
        for (suffix, group) in GROUPS {
            let field = Field::Figure(measure, group);
            columns.push(column(format!("{stem}_{suffix}"), false, field));
        }
    }
    Layout {
        columns,
        known: &[KNOWN],
    }
}
