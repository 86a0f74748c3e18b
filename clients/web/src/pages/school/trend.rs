//! One measure of one pupil group over the years, as a table with a chart beside it.

use llpr_client::v1::{ComparatorKind, Figure, Marker, PupilGroup, Unit};
use llpr_client::{Error, v1};
use tonic::Code;

use super::chart::{Chart, Point};
use crate::browser::SignedIn;
use crate::failure::Failure;
use crate::words;

/// Which comparators stand for the authority and for England: publications have one or the other.
const AUTHORITY: [ComparatorKind; 2] =
    [ComparatorKind::Authority, ComparatorKind::AuthorityPrimary];
const ENGLAND: [ComparatorKind; 2] = [
    ComparatorKind::EnglandStateFunded,
    ComparatorKind::EnglandPrimary,
];

/// More figures than any measure has years.
const YEARS: i32 = 100;

/// A measure over the years.
pub(super) struct Trend {
    pub(super) measure: String,
    pub(super) description: String,
    pub(super) group: &'static str,
    /// None where there are fewer than two numbers to draw.
    pub(super) chart: Option<Chart>,
    /// Newest first.
    pub(super) rows: Vec<Row>,
}

/// A figure in words.
pub(super) struct Row {
    pub(super) year: String,
    pub(super) figure: String,
    pub(super) cohort: String,
    pub(super) authority: String,
    pub(super) england: String,
    pub(super) release: &'static str,
    pub(super) loaded: String,
}

impl Trend {
    /// None where the person's role at this school does not open figures.
    pub(super) async fn read(
        signed_in: &SignedIn,
        school: &str,
        measure: &str,
        group: PupilGroup,
    ) -> Result<Option<Self>, Failure> {
        let Some(measures) = measures(signed_in).await? else {
            return Ok(None);
        };
        let Some(measure) = measures.into_iter().find(|known| known.name == measure) else {
            return Err(Failure::NoSuchPage);
        };
        let request = v1::ListSchoolFiguresRequest {
            parent: school.to_owned(),
            page_size: YEARS,
            measures: vec![measure.name.clone()],
            groups: vec![group.into()],
            ..Default::default()
        };
        let answer = read!(signed_in, performance().list_school_figures(request)).await;
        let figures = visible(answer)?;
        Ok(figures.map(|answer| Self::of(&measure, group, &answer.figures)))
    }

    fn of(measure: &v1::Measure, group: PupilGroup, figures: &[Figure]) -> Self {
        let unit = measure.unit();
        let points = figures.iter().rev().map(|figure| Point {
            year: figure.academic_year.clone(),
            school: figure.value,
            authority: comparator(figure, AUTHORITY).and_then(|beside| beside.value),
            england: comparator(figure, ENGLAND).and_then(|beside| beside.value),
        });
        Self {
            chart: Chart::draw(&measure.display_name, unit, &points.collect::<Vec<_>>()),
            measure: measure.display_name.clone(),
            description: measure.description.clone(),
            group: words::group(group),
            rows: figures.iter().map(|figure| Row::of(figure, unit)).collect(),
        }
    }
}

/// All measures there are, by name; none where no role of the person opens figures.
pub(super) async fn measures(signed_in: &SignedIn) -> Result<Option<Vec<v1::Measure>>, Failure> {
    if !signed_in.caller.can("PerformanceService/ListSchoolFigures") {
        return Ok(None);
    }
    let answer = read!(
        signed_in,
        performance().list_measures(v1::ListMeasuresRequest {})
    )
    .await?;
    Ok(Some(answer.measures))
}

/// Their role at another school may open figures, and the one here not.
pub(super) fn visible<T>(answer: Result<T, Error>) -> Result<Option<T>, Failure> {
    match answer {
        Ok(answer) => Ok(Some(answer)),
        Err(error) if error.code() == Code::PermissionDenied => Ok(None),
        Err(error) => Err(error.into()),
    }
}

impl Row {
    pub(super) fn of(figure: &Figure, unit: Unit) -> Self {
        let beside = |kinds| {
            let fitting = comparator(figure, kinds);
            fitting.map_or_else(
                || "not given".to_owned(),
                |beside| in_words(beside.value, beside.marker(), "", unit),
            )
        };
        Self {
            year: figure.academic_year.clone(),
            figure: in_words(figure.value, figure.marker(), &figure.marker_meaning, unit),
            cohort: figure
                .cohort
                .map_or_else(|| "not given".to_owned(), |cohort| cohort.to_string()),
            authority: beside(AUTHORITY),
            england: beside(ENGLAND),
            release: words::release(figure.release()),
            loaded: figure
                .apply_time
                .as_ref()
                .map_or_else(String::new, words::day),
        }
    }
}

fn in_words(value: Option<f64>, marker: Marker, meaning: &str, unit: Unit) -> String {
    match (value, meaning) {
        (Some(value), _) => words::value(value, unit),
        (None, "") => words::marker(marker).to_owned(),
        (None, meaning) => meaning.to_owned(),
    }
}

fn comparator(figure: &Figure, kinds: [ComparatorKind; 2]) -> Option<&v1::Comparator> {
    kinds.into_iter().find_map(|kind| {
        let mut fitting = figure.comparators.iter();
        fitting.find(|beside| beside.kind() == kind)
    })
}

#[cfg(test)]
impl Trend {
    pub(super) fn sample_empty() -> Self {
        let measure = v1::Measure {
            display_name: "Reading, writing & <b>Byron</b>".into(),
            ..Default::default()
        };
        Self::of(&measure, PupilGroup::All, &[])
    }

    pub(super) fn sample() -> Self {
        let measure = v1::Measure {
            display_name: "Reading, writing & <b>Byron</b>".into(),
            description: "What it means.".into(),
            unit: Unit::PercentOfPupils.into(),
            ..Default::default()
        };
        let figure = |year: &str, value: Option<f64>| Figure {
            academic_year: year.into(),
            value,
            marker: if value.is_none() {
                Marker::Suppressed.into()
            } else {
                Marker::Unspecified.into()
            },
            cohort: value.map(|_| 29),
            comparators: vec![
                v1::Comparator {
                    kind: ComparatorKind::EnglandStateFunded.into(),
                    value: Some(61.0),
                    ..Default::default()
                },
                v1::Comparator {
                    kind: ComparatorKind::Authority.into(),
                    value: Some(63.0),
                    ..Default::default()
                },
            ],
            release: v1::Release::Final.into(),
            apply_time: Some(prost_types::Timestamp {
                seconds: 1_735_689_600,
                nanos: 0,
            }),
            ..Default::default()
        };
        let figures = vec![
            figure("2023/24", Some(58.0)),
            figure("2022/23", None),
            figure("2021/22", Some(71.0)),
            figure("2018/19", Some(40.0)),
        ];
        Self::of(&measure, PupilGroup::All, &figures)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_marker_is_words_and_never_a_number() {
        let trend = Trend::sample();
        assert_eq!(
            trend.rows[1].figure,
            "suppressed: too few pupils to publish"
        );
        assert_eq!(trend.rows[1].cohort, "not given");
        assert_eq!(trend.rows[0].figure, "58%");
        assert_eq!(trend.rows[0].loaded, "1 January 2025");
    }
}
