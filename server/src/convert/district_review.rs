//! The yearly review of a district, and the county's view.

use llpr_domain::measure::Measure;
use llpr_domain::risk::Worse;
use llpr_domain::risk::district_review::{Point, PointKind};
use llpr_domain::risk::funnel::Zone;
use llpr_domain::risk::pooled::{Direction, Schools, Together, Trend};
use llpr_domain::risk::suggestion::Topic;
use llpr_domain::year::AcademicYear;
use llpr_proto::{names, v1};
use llpr_store::risk::{
    CountyDistrict, CountyDistricts, DistrictFunnel, FunnelLine, FunnelSchool, PooledNumber,
    PooledYear, Review, ReviewFigures, ReviewPoint, ReviewState, ReviewVersion, Series,
    SharedPriority, Standing,
};

use super::assessments::to_urgency;
use super::performance::{in_unit, period, to_group, unit};
use super::{release_message, timestamp, whole};

pub(crate) fn district_review(review: Review) -> v1::DistrictReview {
    let Review {
        district,
        district_name,
        year,
        state,
        latest,
        shared,
        etag,
    } = review;
    v1::DistrictReview {
        name: names::district_review(&district, year.slug()),
        district: names::district(&district),
        district_display_name: district_name,
        programme_year: names::programme_year(year.slug()),
        state: review_state(state).into(),
        latest: latest.map(review_version),
        shared: shared.map(review_version),
        etag,
    }
}

fn review_state(state: ReviewState) -> v1::DistrictReviewState {
    match state {
        ReviewState::NotBegun => v1::DistrictReviewState::NotBegun,
        ReviewState::Draft => v1::DistrictReviewState::Draft,
        ReviewState::Shared => v1::DistrictReviewState::Shared,
        ReviewState::Acknowledged => v1::DistrictReviewState::Acknowledged,
    }
}

pub(crate) fn review_version(version: ReviewVersion) -> v1::DistrictReviewVersion {
    let ReviewVersion {
        number,
        points,
        by,
        at,
        shared_at,
        acknowledged_by,
        acknowledged_at,
    } = version;
    let (strengths, priorities): (Vec<_>, Vec<_>) = points
        .into_iter()
        .partition(|point| point.kind == PointKind::Strength);
    v1::DistrictReviewVersion {
        number,
        strengths: strengths.into_iter().map(point).collect(),
        priorities: priorities.into_iter().map(point).collect(),
        writer: names::user(by.user),
        writer_display_name: by.display_name,
        write_time: Some(timestamp(at)),
        share_time: shared_at.map(timestamp),
        acknowledge_time: acknowledged_at.map(timestamp),
        acknowledger_display_name: acknowledged_by
            .map(|writer| writer.display_name)
            .unwrap_or_default(),
    }
}

fn point(point: ReviewPoint) -> v1::DistrictReviewPoint {
    let ReviewPoint {
        kind: _,
        tag,
        title,
        text,
    } = point;
    v1::DistrictReviewPoint {
        tag,
        text,
        tag_title: title,
    }
}

/// Points as somebody writes them: strengths, then priorities.
pub(crate) fn read_points(
    strengths: Vec<v1::DistrictReviewPoint>,
    priorities: Vec<v1::DistrictReviewPoint>,
) -> Vec<Point> {
    let read = |kind| {
        move |point: v1::DistrictReviewPoint| {
            let v1::DistrictReviewPoint {
                tag,
                text,
                tag_title: _,
            } = point;
            Point { kind, tag, text }
        }
    };
    let strengths = strengths.into_iter().map(read(PointKind::Strength));
    let priorities = priorities.into_iter().map(read(PointKind::Priority));
    strengths.chain(priorities).collect()
}

pub(crate) fn review_figures(figures: ReviewFigures) -> v1::GetDistrictReviewFiguresResponse {
    let ReviewFigures {
        year,
        schools,
        series,
    } = figures;
    v1::GetDistrictReviewFiguresResponse {
        series: series.into_iter().map(pooled_series).collect(),
        programme_year: names::programme_year(year.slug()),
        school_count: whole(schools),
    }
}

fn pooled_series(series: Series) -> v1::PooledSeries {
    let Series {
        measure,
        group,
        period: part,
        years,
        trend,
    } = series;
    v1::PooledSeries {
        measure: names::measure(measure.as_str()),
        measure_display_name: measure.label().to_owned(),
        unit: unit(measure.unit()).into(),
        group: to_group(group).into(),
        period: period(part).into(),
        years: years.into_iter().map(pooled_year).collect(),
        trend: trend.map(|trend| pooled_trend(&trend)),
    }
}

fn pooled_year(year: PooledYear) -> v1::PooledYear {
    let PooledYear {
        year,
        district,
        county,
        england,
        authority,
        release,
    } = year;
    let gap = district
        .together
        .value
        .zip(england)
        .map(|(value, england)| in_unit(value - england.hundredths));
    v1::PooledYear {
        academic_year: year.to_string(),
        district: Some(pooled_figure(district)),
        county: county.map(pooled_figure),
        england: england.map(|found| in_unit(found.hundredths)),
        england_release: release_message(england.map(|found| found.release)).into(),
        authority: authority.map(|found| in_unit(found.hundredths)),
        release: release_message(Some(release)).into(),
        england_gap: gap,
    }
}

fn pooled_figure(number: PooledNumber) -> v1::PooledFigure {
    let PooledNumber {
        together,
        estimated,
        schools,
        words,
    } = number;
    let Together {
        value,
        numerator,
        denominator,
    } = together;
    let Schools {
        counted,
        suppressed,
        left_out,
        missing,
    } = schools;
    v1::PooledFigure {
        value: value.map(in_unit),
        numerator,
        denominator,
        numerator_estimated: estimated,
        school_count: whole(counted),
        suppressed_count: whole(suppressed),
        left_out_count: whole(left_out),
        missing_count: whole(missing),
        words,
    }
}

fn pooled_trend(trend: &Trend) -> v1::PooledTrend {
    let direction = match trend.direction {
        Direction::Better => v1::TrendDirection::Better,
        Direction::Worse => v1::TrendDirection::Worse,
        Direction::NoClearChange => v1::TrendDirection::NoClearChange,
    };
    v1::PooledTrend {
        direction: direction.into(),
        from_academic_year: trend.from.to_string(),
        to_academic_year: trend.to.to_string(),
        change: trend.change,
        change_beside_england: trend.beside_england,
        words: trend.words(),
    }
}

/// The topic of a measure that a funnel plot can be drawn of.
pub(crate) fn funnel_topic(measure: &str) -> Option<Topic> {
    let Some(id) = names::id(measure, "measures") else {
        return Some(Topic::Ks2);
    };
    let measure = Measure::parse(id)?;
    Topic::ALL
        .into_iter()
        .find(|topic| topic.measure() == measure)
}

pub(crate) fn district_funnel(funnel: DistrictFunnel) -> v1::GetDistrictFunnelResponse {
    let DistrictFunnel {
        year,
        measure,
        group,
        results,
        years,
        england,
        tau_squared,
        worse,
        schools,
        lines,
        left_out,
    } = funnel;
    v1::GetDistrictFunnelResponse {
        measure: names::measure(measure.as_str()),
        measure_display_name: measure.label().to_owned(),
        group: to_group(group).into(),
        academic_year: results.map(|of| of.to_string()).unwrap_or_default(),
        academic_years: years.iter().map(AcademicYear::to_string).collect(),
        england: england.map(|found| in_unit(found.hundredths)),
        england_release: release_message(england.map(|found| found.release)).into(),
        tau_squared,
        more_is_worse: worse == Worse::High,
        points: schools.into_iter().map(funnel_point).collect(),
        lines: lines.iter().map(funnel_limits).collect(),
        left_out_count: whole(left_out),
        programme_year: names::programme_year(year.slug()),
    }
}

fn funnel_point(school: FunnelSchool) -> v1::FunnelPoint {
    let FunnelSchool {
        urn,
        name,
        count,
        limits,
        zone,
        is_strength,
        suggested,
        earlier,
    } = school;
    let zone = match zone {
        Zone::FarBelow => v1::FunnelZone::FarBelow,
        Zone::Below => v1::FunnelZone::Below,
        Zone::Within => v1::FunnelZone::Within,
        Zone::Above => v1::FunnelZone::Above,
        Zone::FarAbove => v1::FunnelZone::FarAbove,
    };
    v1::FunnelPoint {
        school: names::school(urn),
        school_display_name: name,
        cohort: whole(count.of()),
        met: whole(count.met()),
        value: percent(count.share()),
        limits: Some(funnel_limits(&limits)),
        zone: zone.into(),
        is_strength,
        suggested_criteria: suggested.iter().map(char::to_string).collect(),
        predecessor: earlier.map(names::school).unwrap_or_default(),
    }
}

fn funnel_limits(line: &FunnelLine) -> v1::FunnelLimits {
    let FunnelLine {
        cohort,
        p95,
        p998,
        chance_p95,
        chance_p998,
    } = *line;
    v1::FunnelLimits {
        cohort: whole(cohort),
        lower95: percent(p95.0),
        upper95: percent(p95.1),
        lower998: percent(p998.0),
        upper998: percent(p998.1),
        chance_lower95: percent(chance_p95.0),
        chance_upper95: percent(chance_p95.1),
        chance_lower998: percent(chance_p998.0),
        chance_upper998: percent(chance_p998.1),
    }
}

/// A share of 0 to 1 in percent, with as many digits as anybody can draw.
fn percent(share: f64) -> f64 {
    (share * 1_000_000.0).round() / 10_000.0
}

pub(crate) fn county_districts(
    found: CountyDistricts,
    next_page_token: String,
) -> v1::ListCountyDistrictsResponse {
    let CountyDistricts {
        year,
        districts,
        standing,
        shared,
        acknowledged,
        common,
    } = found;
    v1::ListCountyDistrictsResponse {
        county_districts: districts
            .items
            .into_iter()
            .map(|district| county_district(district, year))
            .collect(),
        next_page_token,
        total_size: whole(districts.total),
        programme_year: names::programme_year(year.slug()),
        standing: Some(county_standing(&standing)),
        shared_review_count: whole(shared),
        acknowledged_review_count: whole(acknowledged),
        common_priorities: common.into_iter().map(common_priority).collect(),
    }
}

fn county_district(district: CountyDistrict, year: AcademicYear) -> v1::CountyDistrict {
    let CountyDistrict {
        slug,
        name,
        state,
        shared_at,
        acknowledged_at,
        standing,
    } = district;
    v1::CountyDistrict {
        district: names::district(&slug),
        district_display_name: name,
        review: names::district_review(&slug, year.slug()),
        state: review_state(state).into(),
        share_time: shared_at.map(timestamp),
        acknowledge_time: acknowledged_at.map(timestamp),
        standing: Some(county_standing(&standing)),
    }
}

fn county_standing(standing: &Standing) -> v1::CountyStanding {
    let criteria = standing.criteria.iter();
    let urgencies = standing.urgencies.iter();
    v1::CountyStanding {
        school_count: whole(standing.schools),
        unreviewed_count: whole(standing.unreviewed()),
        no_concern_count: whole(standing.no_concern),
        at_risk_count: whole(standing.at_risk),
        criteria: criteria
            .map(|(letter, schools)| v1::CriterionCount {
                criterion: letter.to_string(),
                school_count: whole(*schools),
            })
            .collect(),
        urgencies: urgencies
            .map(|(urgency, schools)| v1::UrgencyCount {
                urgency: to_urgency(*urgency).into(),
                school_count: whole(*schools),
            })
            .collect(),
        overdue_action_count: whole(standing.overdue),
    }
}

fn common_priority(common: SharedPriority) -> v1::CommonPriority {
    let SharedPriority {
        tag,
        title,
        districts,
    } = common;
    v1::CommonPriority {
        tag,
        tag_title: title,
        districts: districts.iter().map(names::district).collect(),
    }
}
