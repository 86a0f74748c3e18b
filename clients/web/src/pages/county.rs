//! The county at a glance, for its manager: where the review of each district is, where schools
//! stand as far as that was shared, and what several districts have in common.

use askama::Template;
use axum::response::Response;
use http::StatusCode;
use llpr_client::v1;

use crate::browser::SignedIn;
use crate::failure::Failure;
use crate::pages::risk::spoken;
use crate::pages::{FOOTER, Layout, render};
use crate::words::{day, risk};

#[derive(Template)]
#[template(path = "county.html")]
struct Page {
    layout: Layout,
    year: String,
    standing: v1::CountyStanding,
    districts_count: i32,
    shared_reviews: i32,
    acknowledged_reviews: i32,
    districts: Vec<Row>,
    /// Letter, title and schools at risk.
    criteria: Vec<(String, String, i32)>,
    urgencies: Vec<(&'static str, i32)>,
    /// What several districts chose, and which.
    priorities: Vec<(String, String)>,
}

struct Row {
    slug: String,
    name: String,
    state: &'static str,
    state_tag: &'static str,
    shared: String,
    acknowledged: String,
    standing: v1::CountyStanding,
}

/// Shows it. Who is not the county manager finds no such page.
pub(crate) async fn show(signed_in: SignedIn) -> Result<Response, Failure> {
    let mut districts = Vec::new();
    let mut page_token = String::new();
    let answer = loop {
        let request = v1::ListCountyDistrictsRequest {
            page_size: 200,
            page_token,
            ..Default::default()
        };
        let answer = read!(signed_in, district_reviews().list_county_districts(request)).await;
        let mut answer = answer.map_err(Failure::hidden)?;
        districts.append(&mut answer.county_districts);
        if answer.next_page_token.is_empty() {
            break answer;
        }
        page_token = answer.next_page_token;
    };
    let criteria = crate::pages::risk::criteria(&signed_in, &answer.programme_year).await?;
    let layout = Layout::new(&signed_in.browser);
    let page = Page::of(layout, answer, &districts, &criteria);
    Ok(render(StatusCode::OK, &page))
}

impl Page {
    fn of(
        layout: Layout,
        answer: v1::ListCountyDistrictsResponse,
        districts: &[v1::CountyDistrict],
        criteria: &[v1::ProgrammeCriterion],
    ) -> Self {
        let standing = answer.standing.unwrap_or_default();
        let title = |letter: &str| {
            let known = criteria.iter().find(|known| known.letter == letter);
            known.map_or_else(String::new, |known| known.title.clone())
        };
        let name = |district: &String| {
            let known = districts.iter().find(|known| known.district == *district);
            known.map_or_else(
                || district.clone(),
                |known| known.district_display_name.clone(),
            )
        };
        Self {
            layout,
            year: spoken(&answer.programme_year),
            districts_count: answer.total_size,
            shared_reviews: answer.shared_review_count,
            acknowledged_reviews: answer.acknowledged_review_count,
            districts: districts.iter().map(Row::of).collect(),
            criteria: standing
                .criteria
                .iter()
                .map(|one| {
                    (
                        one.criterion.clone(),
                        title(&one.criterion),
                        one.school_count,
                    )
                })
                .collect(),
            urgencies: standing
                .urgencies
                .iter()
                .map(|one| (risk::urgency(one.urgency()), one.school_count))
                .collect(),
            priorities: answer
                .common_priorities
                .iter()
                .map(|one| {
                    let names: Vec<String> = one.districts.iter().map(name).collect();
                    (one.tag_title.clone(), names.join(", "))
                })
                .collect(),
            standing,
        }
    }
}

impl Row {
    fn of(district: &v1::CountyDistrict) -> Self {
        let time =
            |time: &Option<prost_types::Timestamp>| time.as_ref().map_or_else(String::new, day);
        let slug = district.district.strip_prefix("districts/");
        Self {
            slug: slug.unwrap_or_default().to_owned(),
            name: district.district_display_name.clone(),
            state: risk::review(district.state()),
            state_tag: risk::review_tag(district.state()),
            shared: time(&district.share_time),
            acknowledged: time(&district.acknowledge_time),
            standing: district.standing.clone().unwrap_or_default(),
        }
    }
}

#[cfg(test)]
fn sample_answer() -> (v1::ListCountyDistrictsResponse, Vec<v1::CountyDistrict>) {
    let standing = v1::CountyStanding {
        school_count: 12,
        unreviewed_count: 3,
        no_concern_count: 7,
        at_risk_count: 2,
        criteria: vec![v1::CriterionCount {
            criterion: "a".into(),
            school_count: 2,
        }],
        urgencies: vec![v1::UrgencyCount {
            urgency: v1::RiskUrgency::Pupils.into(),
            school_count: 1,
        }],
        overdue_action_count: 3,
    };
    let district = |slug: &str, state: v1::DistrictReviewState| v1::CountyDistrict {
        district: format!("districts/{slug}"),
        district_display_name: format!("{slug} <b>Byron</b>"),
        state: state.into(),
        standing: Some(standing.clone()),
        ..Default::default()
    };
    let districts = vec![
        district("north", v1::DistrictReviewState::Shared),
        district("south", v1::DistrictReviewState::NotBegun),
    ];
    let answer = v1::ListCountyDistrictsResponse {
        total_size: 2,
        programme_year: "programmeYears/2024-2025".into(),
        shared_review_count: 1,
        common_priorities: vec![v1::CommonPriority {
            tag: "criteria/c".into(),
            tag_title: "Inclusion <b>Byron</b>".into(),
            districts: vec!["districts/north".into(), "districts/south".into()],
        }],
        standing: Some(standing),
        ..Default::default()
    };
    (answer, districts)
}

#[cfg(test)]
impl crate::pages::Sample for Page {
    fn samples() -> Vec<Self> {
        let (answer, districts) = sample_answer();
        let none = v1::ListCountyDistrictsResponse::default();
        vec![
            Self::of(Layout::sample(), answer, &districts, &[]),
            Self::of(Layout::sample(), none, &[], &[]),
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
    fn a_common_priority_names_its_districts() {
        let (answer, districts) = sample_answer();
        let page = Page::of(Layout::sample(), answer, &districts, &[]);
        assert_eq!(
            page.priorities[0].1,
            "north <b>Byron</b>, south <b>Byron</b>"
        );
        assert_eq!(page.criteria, [("a".to_owned(), String::new(), 2)]);
        assert_eq!(
            page.urgencies,
            [("Pupils' well-being, inclusion or outcomes", 1)]
        );
    }
}
