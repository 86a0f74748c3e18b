//! How the data of a year are: which files stand, and which schools lack figures.

use askama::Template;
use axum::extract::Query;
use axum::response::Response;
use http::StatusCode;
use llpr_client::Role;
use llpr_client::v1;
use serde::Deserialize;

use crate::browser::SignedIn;
use crate::failure::Failure;
use crate::pages::{FOOTER, Layout, district_choices, districts, render};
use crate::words::{self, Choice, count};

const PLACE: &str = "place";
const YEAR: &str = "year";

/// Of what it is asked.
#[derive(Default, Deserialize)]
pub(crate) struct Wanted {
    /// A district's slug; empty for the county, or the person's own district.
    #[serde(default)]
    place: String,
    /// `2023/24`; empty for the latest.
    #[serde(default)]
    year: String,
}

#[derive(Template)]
#[template(path = "data_health.html")]
struct Page {
    layout: Layout,
    places: Vec<Choice>,
    place: String,
    years: Vec<Choice>,
    year: String,
    figures: Vec<Row>,
    registers: Vec<Row>,
    missing: Vec<Lacking>,
    may_open_imports: bool,
}

/// A data set.
struct Row {
    name: String,
    /// How many schools have figures of how many; empty where none is expected.
    schools: String,
    complete: bool,
    sources: Vec<Source>,
    pending: String,
    embargo: String,
}

struct Source {
    import: String,
    file_name: String,
    about: String,
}

/// The schools that a data set lacks.
struct Lacking {
    id: String,
    name: String,
    count: String,
    schools: Vec<School>,
}

struct School {
    urn: String,
    name: String,
    district: String,
    reason: String,
}

/// Shows it.
pub(crate) async fn show(
    signed_in: SignedIn,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Failure> {
    if !signed_in.caller.can("PerformanceService/GetDataHealth") {
        return Err(Failure::NoSuchPage);
    }
    let places = places(&signed_in).await?;
    let first = places.first().map_or("", |place| place.value.as_str());
    let place = if wanted.place.is_empty() {
        first.to_owned()
    } else {
        wanted.place
    };
    let request = v1::GetDataHealthRequest {
        parent: if place == COUNTY {
            COUNTY.to_owned()
        } else {
            format!("districts/{place}")
        },
        academic_year: wanted.year,
    };
    let health = read!(signed_in, performance().get_data_health(request)).await;
    let health = health.map_err(Failure::hidden)?;
    let mut years: Vec<Choice> = Vec::new();
    let told = std::iter::once(&health.academic_year).chain(&health.academic_years);
    for year in told.filter(|year| !year.is_empty()) {
        if !years.iter().any(|known| known.value == *year) {
            years.push(Choice::new(year.as_str(), year.as_str()));
        }
    }
    let page = Page {
        layout: Layout::new(&signed_in.browser),
        places,
        place,
        years,
        year: health.academic_year,
        missing: health.datasets.iter().filter_map(Lacking::of).collect(),
        figures: rows(&health.datasets, true),
        registers: rows(&health.datasets, false),
        may_open_imports: signed_in.caller.can("ImportService/GetImport"),
    };
    Ok(render(StatusCode::OK, &page))
}

const COUNTY: &str = "county";

/// What the person may look at: the county and its districts, or their own.
async fn places(signed_in: &SignedIn) -> Result<Vec<Choice>, Failure> {
    let caller = &signed_in.caller;
    if caller.has(Role::CountyManager) || caller.has(Role::DataOfficer) {
        let county = Choice::new(COUNTY, "The whole county");
        let districts = district_choices(districts(signed_in).await?);
        return Ok(std::iter::once(county).chain(districts).collect());
    }
    let own = caller
        .roles
        .iter()
        .filter(|given| given.role() == Role::Sim)
        .filter_map(|given| Some((given.node.strip_prefix("districts/")?, given)));
    Ok(own
        .map(|(slug, given)| Choice::new(slug, given.node_display_name.as_str()))
        .collect())
}

fn rows(datasets: &[v1::DatasetHealth], of_figures: bool) -> Vec<Row> {
    let fitting = datasets
        .iter()
        .filter(|dataset| dataset.has_figures == of_figures);
    fitting.map(Row::of).collect()
}

impl Row {
    fn of(health: &v1::DatasetHealth) -> Self {
        let (present, expected) = (health.present_count, health.expected_count);
        let some = |number: usize| match i64::try_from(number).unwrap_or(i64::MAX) {
            0 => String::new(),
            number => count(number, "school"),
        };
        Self {
            name: capitalised(&health.display_name),
            schools: match expected {
                0 => String::new(),
                expected => format!("{present} of {expected}"),
            },
            complete: expected > 0 && present == expected,
            sources: health.sources.iter().map(Source::of).collect(),
            pending: some(health.pending_schools.len()),
            embargo: match health.embargo_date.as_str() {
                "" => String::new(),
                last => format!(
                    "{} until {}",
                    count(health.embargoed_count.into(), "school"),
                    words::date(last)
                ),
            },
        }
    }
}

impl Source {
    fn of(source: &v1::DataSource) -> Self {
        let moment = source.apply_time.as_ref().map(words::moment);
        let parts = [
            words::release(source.release()).to_owned(),
            moment.unwrap_or_default(),
            source.creator_display_name.clone(),
        ];
        let parts = parts.into_iter().filter(|part| !part.is_empty());
        Self {
            import: source
                .import
                .strip_prefix("imports/")
                .unwrap_or_default()
                .to_owned(),
            file_name: source.file_name.clone(),
            about: parts.collect::<Vec<_>>().join(", "),
        }
    }
}

impl Lacking {
    fn of(health: &v1::DatasetHealth) -> Option<Self> {
        let number = i64::try_from(health.missing.len()).unwrap_or(i64::MAX);
        let id = health.dataset.strip_prefix("datasets/").unwrap_or_default();
        (number > 0).then(|| Self {
            id: id.to_owned(),
            name: capitalised(&health.display_name),
            count: count(number, "school"),
            schools: health.missing.iter().map(School::of).collect(),
        })
    }
}

impl School {
    fn of(school: &v1::MissingSchool) -> Self {
        Self {
            urn: school
                .school
                .strip_prefix("schools/")
                .unwrap_or_default()
                .to_owned(),
            name: school.display_name.clone(),
            district: school.district_display_name.clone(),
            reason: school.message.clone(),
        }
    }
}

/// The server's titles are made for the middle of a sentence.
fn capitalised(title: &str) -> String {
    let mut letters = title.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(letters).collect()
    })
}

#[cfg(test)]
impl crate::pages::Sample for Page {
    fn samples() -> Vec<Self> {
        let health = v1::DatasetHealth {
            dataset: "datasets/ks2".into(),
            display_name: "key stage 2 <b>file</b>".into(),
            has_figures: true,
            sources: vec![v1::DataSource {
                import: "imports/1".into(),
                file_name: "<ks2>.csv".into(),
                release: v1::Release::Final.into(),
                creator_display_name: "Ada <b>Byron</b>".into(),
                ..Default::default()
            }],
            expected_count: 2,
            present_count: 1,
            missing: vec![v1::MissingSchool {
                school: "schools/900001".into(),
                display_name: "St Mary's <Infant> School".into(),
                district_display_name: "North".into(),
                message: "The file does not have the school".into(),
                ..Default::default()
            }],
            pending_schools: vec!["schools/900002".into()],
            embargoed_count: 1,
            embargo_date: "2025-12-11".into(),
            ..Default::default()
        };
        let none = v1::DatasetHealth {
            display_name: "districts list".into(),
            ..Default::default()
        };
        let page = |datasets: &[v1::DatasetHealth], may_open_imports| Self {
            layout: Layout::sample(),
            places: vec![Choice::new("county", "The county <b>Byron</b>")],
            place: "county".into(),
            years: datasets
                .iter()
                .take(1)
                .map(|_| Choice::new("2023/24", "2023/24"))
                .collect(),
            year: "2023/24".into(),
            missing: datasets.iter().filter_map(Lacking::of).collect(),
            figures: rows(datasets, true),
            registers: rows(datasets, false),
            may_open_imports,
        };
        vec![
            page(&[], true),
            page(&[health.clone(), none.clone()], true),
            page(&[none, health], false),
        ]
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn every_sample_renders() {
        crate::tests::html::check_samples::<super::Page>();
    }
}
