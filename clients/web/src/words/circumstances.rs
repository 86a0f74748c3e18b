//! Inspections, support and groups of schools in words for people.

use llpr_client::v1::{GroupKind, InspectionEra, InspectionReading, SupportKind, SupportOutcome};

/// In whose terms an inspection speaks.
pub(crate) fn era(era: InspectionEra) -> &'static str {
    match era {
        InspectionEra::Unspecified => "Not given",
        InspectionEra::OverallGrade => {
            "An overall grade and key judgements, as until 1 September 2024"
        }
        InspectionEra::KeyJudgements => {
            "Key judgements without an overall grade, as from 2 September 2024 to 9 November 2025"
        }
        InspectionEra::ReportCard => {
            "A report card with a standard for each area, as since 10 November 2025"
        }
    }
}

/// What the era calls its judgements.
pub(crate) fn judgement(era: InspectionEra) -> (&'static str, &'static str) {
    match era {
        InspectionEra::ReportCard => ("Area", "Standard"),
        InspectionEra::Unspecified | InspectionEra::OverallGrade | InspectionEra::KeyJudgements => {
            ("Key judgement", "Grade")
        }
    }
}

/// What an inspection means for the programme.
pub(crate) fn reading(reading: InspectionReading) -> &'static str {
    match reading {
        InspectionReading::GoodOrBetter => "Good or better, in the terms of its time",
        InspectionReading::BelowGood => "Below good, in the terms of its time",
        InspectionReading::Open | InspectionReading::Unspecified => {
            "Neither good nor below good can be said of it"
        }
    }
}

pub(crate) fn support(kind: SupportKind) -> &'static str {
    match kind {
        SupportKind::Unspecified => "Support",
        SupportKind::Significant => "Significant support, as a part of a wider strategy",
        SupportKind::Targeted => "Support on some named priorities",
        SupportKind::Commissioned => "Support that the school chose to buy",
    }
}

pub(crate) fn outcome(outcome: SupportOutcome, ended: bool) -> &'static str {
    match (outcome, ended) {
        (SupportOutcome::Unspecified | SupportOutcome::Open, false) => "It goes on",
        (SupportOutcome::Unspecified | SupportOutcome::Open, true) => "Nobody has said yet",
        (SupportOutcome::Successful, _) => "It did what it was for, and is no longer needed",
        (SupportOutcome::Some, _) => "Some of what it was for",
        (SupportOutcome::Little, _) => "Little sustained improvement",
    }
}

pub(crate) fn group(kind: GroupKind) -> &'static str {
    match kind {
        GroupKind::Unspecified | GroupKind::Other => "Group",
        GroupKind::Federation => "Federation",
        GroupKind::FoundationTrust => "Foundation trust",
        GroupKind::Sponsor => "Sponsor",
        GroupKind::MultiAcademyTrust => "Multi-academy trust",
        GroupKind::UmbrellaTrust => "Umbrella trust",
        GroupKind::ChildrensCentres => "Children's centres",
        GroupKind::SingleAcademyTrust => "Single-academy trust",
        GroupKind::SecureTrust => "Secure academy trust",
    }
}
