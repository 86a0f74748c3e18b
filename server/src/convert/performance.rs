//! Measures and figures.

use llpr_domain::disclosure;
use llpr_domain::district::DistrictSlug;
use llpr_domain::figure::{
    AuthorityScope, EnglandScope, Marker, Period, Place, PupilGroup, Release, Value,
};
use llpr_domain::measure::{Measure, Unit};
use llpr_proto::{names, v1};
use llpr_store::figures::{Comparator, DistrictFigure, Figure};

use super::{timestamp, whole};

pub(crate) fn measure(measure: Measure) -> v1::Measure {
    v1::Measure {
        name: names::measure(measure.as_str()),
        display_name: measure.label().to_owned(),
        description: measure.description().to_owned(),
        unit: unit(measure.unit()).into(),
    }
}

pub(super) fn unit(unit: Unit) -> v1::Unit {
    match unit {
        Unit::PercentOfPupils => v1::Unit::PercentOfPupils,
        Unit::ScaledScore => v1::Unit::ScaledScore,
        Unit::ProgressPoints => v1::Unit::ProgressPoints,
        Unit::Pupils => v1::Unit::Pupils,
        Unit::PercentOfSessions => v1::Unit::PercentOfSessions,
        Unit::RatePer100Pupils => v1::Unit::RatePer100Pupils,
        Unit::Cases => v1::Unit::Cases,
        Unit::Hours => v1::Unit::Hours,
    }
}

/// The number in the measure's unit, or the marker.
fn value(value: Value) -> (Option<f64>, v1::Marker) {
    match value {
        Value::Number(hundredths) => (Some(in_unit(hundredths)), v1::Marker::Unspecified),
        Value::Marker(marker) => (None, to_marker(marker)),
    }
}

#[expect(clippy::cast_precision_loss, reason = "a few digits")]
pub(super) fn in_unit(hundredths: i64) -> f64 {
    hundredths as f64 / 100.0
}

fn to_marker(marker: Marker) -> v1::Marker {
    match marker {
        Marker::Suppressed => v1::Marker::Suppressed,
        Marker::NotApplicable => v1::Marker::NotApplicable,
        Marker::NotAvailable => v1::Marker::NotAvailable,
        Marker::NotPublished => v1::Marker::NotPublished,
        Marker::LowCoverage => v1::Marker::LowCoverage,
        Marker::NewSchool => v1::Marker::NewSchool,
        Marker::NoEligiblePupils => v1::Marker::NoEligiblePupils,
        Marker::RoundsToZero => v1::Marker::RoundsToZero,
        Marker::Unreliable => v1::Marker::Unreliable,
    }
}

pub(super) fn period(period: Period) -> v1::Period {
    match period {
        Period::Year => v1::Period::Year,
        Period::YearToDate => v1::Period::YearToDate,
        Period::Autumn => v1::Period::Autumn,
        Period::Spring => v1::Period::Spring,
        Period::Summer => v1::Period::Summer,
        Period::AutumnSpring => v1::Period::AutumnSpring,
    }
}

pub(crate) fn figure(figure: Figure) -> v1::Figure {
    let Figure {
        urn,
        predecessor,
        year,
        period: part,
        measure,
        group,
        said,
        release,
        embargo,
        dataset,
        import,
        applied_at,
        comparators,
        hidden,
    } = figure;
    let (number, marker, meaning) = if hidden {
        (None, v1::Marker::Hidden, disclosure::HIDDEN)
    } else {
        let (number, marker) = value(said.value);
        (
            number,
            marker,
            said.value.marker().map_or("", Marker::words),
        )
    };
    v1::Figure {
        school: names::school(urn),
        academic_year: year.to_string(),
        measure: names::measure(measure.as_str()),
        group: to_group(group).into(),
        value: number,
        marker: marker.into(),
        marker_meaning: meaning.to_owned(),
        cohort: said.cohort.map(whole),
        release: release_message(Some(release)).into(),
        import: names::import(import),
        apply_time: Some(timestamp(applied_at)),
        comparators: comparators.iter().filter_map(comparator).collect(),
        period: period(part).into(),
        numerator: said.numerator,
        denominator: said.denominator,
        dataset: names::dataset(dataset.as_str()),
        predecessor_display_name: predecessor.unwrap_or_default(),
        embargo_date: embargo.map(|day| day.to_string()).unwrap_or_default(),
    }
}

/// What is said where no school of a district counts.
const NO_SCHOOL: &str = "No school of the district has a number that can be counted.";

pub(crate) fn district_figure(
    district: &DistrictSlug,
    figure: DistrictFigure,
) -> v1::DistrictFigure {
    let DistrictFigure {
        year,
        period: part,
        measure,
        group,
        value,
        numerator,
        denominator,
        estimated,
        schools,
        left_out,
        release,
        embargo,
        datasets,
        applied_at,
        comparators,
    } = figure;
    let (marker, meaning) = match value {
        Some(_) => (v1::Marker::Unspecified, ""),
        None => (v1::Marker::NotAvailable, NO_SCHOOL),
    };
    v1::DistrictFigure {
        district: names::district(district),
        academic_year: year.to_string(),
        measure: names::measure(measure.as_str()),
        group: to_group(group).into(),
        period: period(part).into(),
        value: value.map(in_unit),
        marker: marker.into(),
        marker_meaning: meaning.to_owned(),
        numerator,
        denominator,
        numerator_estimated: estimated,
        school_count: whole(schools),
        left_out_count: whole(left_out),
        comparators: comparators.iter().filter_map(comparator).collect(),
        release: release_message(Some(release)).into(),
        apply_time: Some(timestamp(applied_at)),
        datasets: datasets
            .iter()
            .map(|each| names::dataset(each.as_str()))
            .collect(),
        embargo_date: embargo.map(|day| day.to_string()).unwrap_or_default(),
    }
}

fn comparator(comparator: &Comparator) -> Option<v1::Comparator> {
    let &Comparator { place, said } = comparator;
    let kind = match place {
        Place::School(_) => return None,
        Place::Authority(_, scope) => match scope {
            AuthorityScope::All => v1::ComparatorKind::Authority,
            AuthorityScope::Primary => v1::ComparatorKind::AuthorityPrimary,
            AuthorityScope::Secondary => v1::ComparatorKind::AuthoritySecondary,
            AuthorityScope::Special => v1::ComparatorKind::AuthoritySpecial,
        },
        Place::England(scope) => match scope {
            EnglandScope::AllSchools => v1::ComparatorKind::EnglandAllSchools,
            EnglandScope::StateFunded => v1::ComparatorKind::EnglandStateFunded,
            EnglandScope::Primary => v1::ComparatorKind::EnglandPrimary,
            EnglandScope::Secondary => v1::ComparatorKind::EnglandSecondary,
            EnglandScope::Special => v1::ComparatorKind::EnglandSpecial,
        },
    };
    let (number, marker) = value(said.value);
    Some(v1::Comparator {
        kind: kind.into(),
        value: number,
        marker: marker.into(),
        cohort: said.cohort.map(whole),
        numerator: said.numerator,
        denominator: said.denominator,
    })
}

pub(super) fn to_group(group: PupilGroup) -> v1::PupilGroup {
    match group {
        PupilGroup::All => v1::PupilGroup::All,
        PupilGroup::Girls => v1::PupilGroup::Girls,
        PupilGroup::Boys => v1::PupilGroup::Boys,
        PupilGroup::Disadvantaged => v1::PupilGroup::Disadvantaged,
        PupilGroup::NotDisadvantaged => v1::PupilGroup::NotDisadvantaged,
        PupilGroup::EnglishAdditionalLanguage => v1::PupilGroup::EnglishAdditionalLanguage,
        PupilGroup::NonMobile => v1::PupilGroup::NonMobile,
        PupilGroup::LowPriorAttainment => v1::PupilGroup::LowPriorAttainment,
        PupilGroup::MiddlePriorAttainment => v1::PupilGroup::MiddlePriorAttainment,
        PupilGroup::HighPriorAttainment => v1::PupilGroup::HighPriorAttainment,
        PupilGroup::FreeSchoolMeals => v1::PupilGroup::FreeSchoolMeals,
        PupilGroup::FreeSchoolMealsEver => v1::PupilGroup::FreeSchoolMealsEver,
        PupilGroup::EnglishFirstLanguage => v1::PupilGroup::EnglishFirstLanguage,
        PupilGroup::LanguageUnclassified => v1::PupilGroup::LanguageUnclassified,
        PupilGroup::SenSupport => v1::PupilGroup::SenSupport,
        PupilGroup::EhcPlan => v1::PupilGroup::EhcPlan,
        PupilGroup::Sen => v1::PupilGroup::Sen,
        PupilGroup::NoSen => v1::PupilGroup::NoSen,
        PupilGroup::SocialWorker => v1::PupilGroup::SocialWorker,
        PupilGroup::ChildInNeed => v1::PupilGroup::ChildInNeed,
        PupilGroup::ChildProtectionPlan => v1::PupilGroup::ChildProtectionPlan,
        PupilGroup::LookedAfter => v1::PupilGroup::LookedAfter,
        PupilGroup::PreviouslyLookedAfter => v1::PupilGroup::PreviouslyLookedAfter,
    }
}

/// The group that a request names.
pub(crate) fn group(group: v1::PupilGroup) -> Option<PupilGroup> {
    PupilGroup::ALL
        .iter()
        .copied()
        .find(|&ours| to_group(ours) == group)
}

pub(crate) fn release_message(release: Option<Release>) -> v1::Release {
    match release {
        None => v1::Release::Unspecified,
        Some(Release::Unvalidated) => v1::Release::Unvalidated,
        Some(Release::Provisional) => v1::Release::Provisional,
        Some(Release::Revised) => v1::Release::Revised,
        Some(Release::Final) => v1::Release::Final,
    }
}

/// The release that a request names; `None` where it is unspecified.
pub(crate) fn release(release: v1::Release) -> Option<Release> {
    Release::ALL
        .iter()
        .copied()
        .find(|&ours| release_message(Some(ours)) == release)
}
