//! The way into the annual risk analysis: for school improvement managers their districts, for
//! partners and the county manager what was shared with them, letters and urgency.

use std::collections::{BTreeMap, BTreeSet};

use askama::Template;
use axum::extract::Query;
use axum::response::Response;
use http::StatusCode;
use llpr_client::v1::RiskState;
use llpr_client::{Role, v1};
use serde::Deserialize;
use tonic::Code;

use super::standings::Row;
use super::{Counts, Standings, spoken};
use crate::browser::SignedIn;
use crate::failure::Failure;
use crate::pages::{FOOTER, Layout, district_choices, districts, render};
use crate::words::{Choice, risk};

const SHOW: &str = "show";
const DISTRICT: &str = "district";
const URGENCY: &str = "urgency";
const CRITERION: &str = "criterion";

/// Which of the shared assessments are shown.
#[derive(Default, Deserialize)]
pub(crate) struct Wanted {
    /// Empty for schools at risk; `all` for those without concern too.
    #[serde(default)]
    show: String,
    /// A slug.
    #[serde(default)]
    district: String,
    #[serde(default)]
    urgency: String,
    /// A letter.
    #[serde(default)]
    criterion: String,
}

#[derive(Template)]
#[template(path = "risk.html")]
struct Page {
    layout: Layout,
    /// None where no programme is approved.
    year: Option<String>,
    own: Vec<Own>,
    /// None for who is shared nothing with.
    shared: Option<Shared>,
}

/// A district that the person manages.
struct Own {
    slug: String,
    name: String,
    counts: Counts,
}

/// What was shared with the person.
struct Shared {
    wanted: Wanted,
    /// Empty where there is nothing to choose among.
    districts: Vec<Choice>,
    shows: Vec<Choice>,
    urgencies: Vec<Choice>,
    criteria: Vec<Choice>,
    groups: Vec<Group>,
    /// Letters and titles.
    legend: Vec<(String, String)>,
}

/// The schools of a district, or a partner's.
struct Group {
    slug: String,
    name: String,
    shared: usize,
    at_risk: usize,
    /// Those that the filters let through, in the server's order.
    rows: Vec<Row>,
}

impl Wanted {
    fn is_set(&self) -> bool {
        [&self.show, &self.district, &self.urgency, &self.criterion]
            .into_iter()
            .any(|filter| !filter.is_empty())
    }

    fn lets(&self, school: &v1::RiskAssessment) -> bool {
        let latest = school.latest.clone().unwrap_or_default();
        let urgency = risk::read_urgency(&self.urgency);
        (self.show == "all" || school.state() == RiskState::AtRisk)
            && (self.urgency.is_empty() || latest.urgency() == urgency)
            && (self.criterion.is_empty() || latest.criteria.contains(&self.criterion))
    }
}

/// Shows it.
pub(crate) async fn show(
    signed_in: SignedIn,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Failure> {
    let caller = &signed_in.caller;
    let may_see_shared = caller.can("RiskService/ListSharedRisks");
    if !may_see_shared && !caller.can("RiskService/ListRiskAssessments") {
        return Err(Failure::NoSuchPage);
    }
    let mut year = None;
    let mut own = Vec::new();
    for given in caller
        .roles
        .iter()
        .filter(|given| given.role() == Role::Sim)
    {
        let slug = given.node.strip_prefix("districts/").unwrap_or_default();
        if let Some(standings) = Standings::read(&signed_in, slug).await? {
            year = Some(spoken(&standings.programme_year));
            own.push(Own {
                slug: slug.to_owned(),
                name: given.node_display_name.clone(),
                counts: standings.counts(),
            });
        }
    }
    let mut shared = None;
    if may_see_shared && let Some(all) = all_shared(&signed_in).await? {
        year = Some(spoken(&all.programme_year));
        shared = Some(Shared::read(&signed_in, wanted, all).await?);
    }
    let page = Page {
        layout: Layout::new(&signed_in.browser),
        year,
        own,
        shared,
    };
    Ok(render(StatusCode::OK, &page))
}

/// Everything that was shared, a page of the server's after the other; none before a programme is
/// approved.
pub(crate) async fn all_shared(signed_in: &SignedIn) -> Result<Option<Standings>, Failure> {
    let mut all = Standings {
        programme_year: String::new(),
        schools: Vec::new(),
    };
    let mut page_token = String::new();
    loop {
        let request = v1::ListSharedRisksRequest {
            page_size: 200,
            page_token,
            ..Default::default()
        };
        let answer = match read!(signed_in, risk().list_shared_risks(request)).await {
            Ok(answer) => answer,
            Err(error) if error.code() == Code::NotFound => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        all.programme_year = answer.programme_year;
        all.schools.extend(answer.risk_assessments);
        page_token = answer.next_page_token;
        if page_token.is_empty() {
            return Ok(Some(all));
        }
    }
}

impl Shared {
    async fn read(signed_in: &SignedIn, wanted: Wanted, all: Standings) -> Result<Self, Failure> {
        let legend = super::criteria(signed_in, &all.programme_year).await?;
        let legend = legend
            .into_iter()
            .map(|criterion| (criterion.letter, criterion.title));
        let (choices, groups) = if signed_in.caller.has(Role::CountyManager) {
            let districts = districts(signed_in).await?;
            let places = places(signed_in, &districts, &all).await?;
            let groups = by_district(&districts, &places, &all, &wanted);
            let choices = std::iter::once(Choice::new("", "All districts"))
                .chain(district_choices(districts));
            (choices.collect(), groups)
        } else {
            let group = Group::of("", "Your schools", all.schools.iter(), &wanted);
            (Vec::new(), vec![group])
        };
        Ok(Self {
            districts: choices,
            groups,
            ..Self::bare(wanted, &all, legend.collect())
        })
    }

    fn bare(wanted: Wanted, all: &Standings, legend: Vec<(String, String)>) -> Self {
        let schools = all.schools.iter();
        let letters: BTreeSet<&String> = schools
            .filter_map(|school| school.latest.as_ref())
            .flat_map(|latest| &latest.criteria)
            .collect();
        let title = |letter: &String| {
            let known = legend.iter().find(|(known, _)| known == letter);
            known.map_or_else(|| letter.clone(), |(_, title)| format!("{letter}. {title}"))
        };
        Self {
            wanted,
            districts: Vec::new(),
            shows: vec![
                Choice::new("", "Schools at risk"),
                Choice::new("all", "All that was shared"),
            ],
            urgencies: std::iter::once(Choice::new("", "Any urgency"))
                .chain(risk::urgencies())
                .collect(),
            criteria: std::iter::once(Choice::new("", "All criteria"))
                .chain(
                    letters
                        .into_iter()
                        .map(|letter| Choice::new(letter.as_str(), title(letter))),
                )
                .collect(),
            groups: Vec::new(),
            legend,
        }
    }
}

/// In which district each school is, as slugs by the schools' names; nothing is asked where
/// nothing was shared.
async fn places(
    signed_in: &SignedIn,
    districts: &[v1::District],
    all: &Standings,
) -> Result<BTreeMap<String, String>, Failure> {
    let mut places = BTreeMap::new();
    if all.schools.is_empty() {
        return Ok(places);
    }
    for district in districts {
        let mut page_token = String::new();
        loop {
            let request = v1::ListSchoolsRequest {
                page_size: 500,
                district: district.name.clone(),
                page_token,
                ..Default::default()
            };
            let answer = read!(signed_in, schools().list_schools(request)).await?;
            let schools = answer.schools.into_iter();
            places.extend(schools.map(|school| (school.name, slug(district).to_owned())));
            page_token = answer.next_page_token;
            if page_token.is_empty() {
                break;
            }
        }
    }
    Ok(places)
}

fn slug(district: &v1::District) -> &str {
    let slug = district.name.strip_prefix("districts/");
    slug.unwrap_or(&district.name)
}

/// A group for each district, those with nothing shared too, unless the filter names another.
fn by_district(
    districts: &[v1::District],
    places: &BTreeMap<String, String>,
    all: &Standings,
    wanted: &Wanted,
) -> Vec<Group> {
    districts
        .iter()
        .filter(|district| wanted.district.is_empty() || wanted.district == slug(district))
        .map(|district| {
            let here = all.schools.iter().filter(|school| {
                let place = places.get(&school.school);
                place.is_some_and(|place| place == slug(district))
            });
            Group::of(slug(district), &district.display_name, here, wanted)
        })
        .collect()
}

impl Group {
    fn of<'a>(
        slug: &str,
        name: &str,
        schools: impl Iterator<Item = &'a v1::RiskAssessment> + Clone,
        wanted: &Wanted,
    ) -> Self {
        let at_risk = |school: &&v1::RiskAssessment| school.state() == RiskState::AtRisk;
        Self {
            slug: slug.to_owned(),
            name: name.to_owned(),
            shared: schools.clone().count(),
            at_risk: schools.clone().filter(at_risk).count(),
            rows: schools
                .filter(|school| wanted.lets(school))
                .map(Row::from)
                .collect(),
        }
    }
}

#[cfg(test)]
impl crate::pages::Sample for Page {
    fn samples() -> Vec<Self> {
        let page = |own, shared| Self {
            layout: Layout::sample(),
            year: Some("2024/25".into()),
            own,
            shared,
        };
        let own = || Own {
            slug: "north".into(),
            name: "North <b>Byron</b>".into(),
            counts: Standings::sample().counts(),
        };
        let all = Standings::sample();
        let legend = || vec![("a".to_owned(), "Results <b>Byron</b>".to_owned())];
        let wanted = |show: &str| Wanted {
            show: show.into(),
            ..Wanted::default()
        };
        let group = |slug: &str, show: &str| {
            Group::of(
                slug,
                "North <b>Byron</b>",
                all.schools.iter(),
                &wanted(show),
            )
        };
        vec![
            Self {
                year: None,
                ..page(Vec::new(), None)
            },
            page(vec![own()], None),
            page(
                Vec::new(),
                Some(Shared {
                    groups: vec![group("", "")],
                    ..Shared::bare(wanted(""), &all, legend())
                }),
            ),
            page(
                vec![own()],
                Some(Shared {
                    districts: vec![Choice::new("", "All districts")],
                    groups: vec![
                        group("north", "all"),
                        Group::of("south", "South", [].iter(), &wanted("")),
                    ],
                    ..Shared::bare(wanted("all"), &all, legend())
                }),
            ),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_sample_renders() {
        crate::tests::html::check_samples::<Page>();
    }

    #[test]
    fn what_was_shared_stands_with_its_district_and_the_filters_narrow_it() {
        let district = |slug: &str| v1::District {
            name: format!("districts/{slug}"),
            display_name: slug.to_uppercase(),
            ..Default::default()
        };
        let districts = [district("north"), district("south")];
        let all = Standings::sample();
        let places: BTreeMap<String, String> = all
            .schools
            .iter()
            .map(|school| (school.school.clone(), "north".to_owned()))
            .collect();
        let told = |wanted: &Wanted| {
            by_district(&districts, &places, &all, wanted)
                .into_iter()
                .map(|group| (group.slug, group.shared, group.at_risk, group.rows.len()))
                .collect::<Vec<_>>()
        };
        let north = |rows| ("north".to_owned(), 5, 2, rows);
        let south = || ("south".to_owned(), 0, 0, 0);
        assert_eq!(told(&Wanted::default()), [north(2), south()]);
        let all_states = Wanted {
            show: "all".into(),
            district: "north".into(),
            ..Wanted::default()
        };
        assert_eq!(told(&all_states), [north(5)]);
        let urgent = Wanted {
            urgency: "arrest-decline".into(),
            ..Wanted::default()
        };
        assert_eq!(told(&urgent)[0].3, 0);
    }
}
