//! The yearly review of a district (paragraphs 10 and 11): strengths and priorities in words, in
//! versions that are shared and acknowledged, with the figures behind them.
//!
//! This file shows it and passes it on; `points` is the form that writes it, `figures` its schools'
//! figures taken together, `funnel` each school among others of its size, drawn by `plot`; `pack` is
//! all of it on paper.

pub(crate) mod figures;
pub(crate) mod funnel;
pub(crate) mod pack;
mod plot;
pub(crate) mod points;

use askama::Template;
use axum::extract::Path;
use axum::response::{IntoResponse, Redirect, Response};
use http::StatusCode;
use llpr_client::v1::DistrictReviewState;
use llpr_client::{Error, ErrorReason, v1};
use serde::Deserialize;

use crate::browser::SignedIn;
use crate::csrf::CsrfForm;
use crate::failure::Failure;
use crate::pages::form::{self, Hidden};
use crate::pages::risk::{Heading, View, below, district, programme, spoken};
use crate::pages::tabs::Tabs;
use crate::pages::{FOOTER, Layout, Problem, render};
use crate::words::{moment, risk};
use points::{Typed, Write};

/// Versions of a page; a year has a handful.
const VERSIONS: i32 = 100;

const READS: &str = "DistrictReviewService/GetDistrictReview";

#[derive(Template)]
#[template(path = "district_review.html")]
struct Page {
    layout: Layout,
    heading: Heading,
    tabs: Tabs,
    state: &'static str,
    state_tag: &'static str,
    /// The latest that the person may see.
    latest: Option<Version>,
    /// Those before it, the last first.
    earlier: Vec<Version>,
    /// The form for the next version; none for who may not write.
    write: Option<Write>,
    /// Whether the person may print the pack.
    prints: bool,
    /// The button that passes the latest version on, or says that it was read.
    step: Option<Step>,
    problems: Vec<Problem>,
}

/// A version as it was written.
struct Version {
    number: i32,
    strengths: Vec<(String, String)>,
    priorities: Vec<(String, String)>,
    written: String,
    shared: String,
    acknowledged: String,
}

/// What is done with a version that was read.
struct Step {
    /// The end of its address.
    path: &'static str,
    text: &'static str,
    hint: &'static str,
    hidden: Hidden,
    name: String,
    etag: String,
}

impl Version {
    fn of(version: &v1::DistrictReviewVersion) -> Self {
        let points = |points: &[v1::DistrictReviewPoint]| {
            points
                .iter()
                .map(|point| (point.tag_title.clone(), point.text.clone()))
                .collect()
        };
        let time =
            |time: &Option<prost_types::Timestamp>| time.as_ref().map_or_else(String::new, moment);
        let acknowledged = time(&version.acknowledge_time);
        Self {
            number: version.number,
            strengths: points(&version.strengths),
            priorities: points(&version.priorities),
            written: format!(
                "{}, {}",
                version.writer_display_name,
                time(&version.write_time)
            ),
            shared: time(&version.share_time),
            acknowledged: if acknowledged.is_empty() {
                acknowledged
            } else {
                format!("{}, {acknowledged}", version.acknowledger_display_name)
            },
        }
    }
}

/// Shows it.
pub(crate) async fn show(
    signed_in: SignedIn,
    Path(slug): Path<String>,
) -> Result<Response, Failure> {
    let page = page(&signed_in, slug, None, Vec::new()).await?;
    Ok(render(StatusCode::OK, &page))
}

/// The review as the server has it now.
async fn review(signed_in: &SignedIn, slug: &str) -> Result<v1::DistrictReview, Failure> {
    let request = v1::GetDistrictReviewRequest {
        name: format!("districts/{slug}/reviews/-"),
    };
    let answer = read!(signed_in, district_reviews().get_district_review(request)).await;
    let review = answer.map_err(Failure::hidden)?.district_review;
    review.ok_or(Failure::NoSuchPage)
}

async fn page(
    signed_in: &SignedIn,
    slug: String,
    typed: Option<Typed>,
    problems: Vec<Problem>,
) -> Result<Page, Failure> {
    let name = district(signed_in, &slug, READS).await?;
    let (review, versions) = tokio::join!(
        review(signed_in, &slug),
        read!(
            signed_in,
            district_reviews().list_district_review_versions(
                v1::ListDistrictReviewVersionsRequest {
                    parent: format!("districts/{slug}/reviews/-"),
                    page_size: VERSIONS,
                    page_token: String::new(),
                }
            )
        ),
    );
    let review = review?;
    let may = |method: &str| {
        let method = format!("DistrictReviewService/{method}");
        signed_in.caller.can_in(&method, &review.district)
    };
    let hidden = || Hidden::new(&signed_in.browser);
    let write = if may("WriteDistrictReview") {
        let programme = programme(signed_in, &review.programme_year).await?;
        Some(Write::new(hidden(), &review, &programme, typed, &problems))
    } else {
        None
    };
    let step = Step::of(
        &review,
        may("ShareDistrictReview"),
        may("AcknowledgeDistrictReview"),
        hidden,
    );
    let prints = signed_in.caller.can_in(pack::PRINTS, &review.district);
    let mut versions = versions?.versions.into_iter();
    let latest = versions.next();
    Ok(Page {
        layout: below(signed_in, &slug, &name),
        tabs: View::Review.tabs(&signed_in.caller, &slug),
        state: risk::review(review.state()),
        state_tag: risk::review_tag(review.state()),
        latest: latest.as_ref().map(Version::of),
        earlier: versions.map(|version| Version::of(&version)).collect(),
        write,
        prints,
        step,
        problems,
        heading: Heading {
            slug,
            name,
            year: spoken(&review.programme_year),
        },
    })
}

impl Step {
    /// The step that comes next, for who may take it.
    fn of(
        review: &v1::DistrictReview,
        may_share: bool,
        may_acknowledge: bool,
        hidden: impl Fn() -> Hidden,
    ) -> Option<Self> {
        let (path, text, hint) = match review.state() {
            DistrictReviewState::Draft if may_share => (
                "share",
                "Share this version",
                "The county manager then reads it. A shared version stays as it is; you can write another.",
            ),
            DistrictReviewState::Shared if may_acknowledge => (
                "acknowledge",
                "I have read it",
                "The school improvement manager sees that you have, and when.",
            ),
            DistrictReviewState::Unspecified
            | DistrictReviewState::NotBegun
            | DistrictReviewState::Draft
            | DistrictReviewState::Shared
            | DistrictReviewState::Acknowledged => return None,
        };
        Some(Self {
            path,
            text,
            hint,
            hidden: hidden(),
            name: review.name.clone(),
            etag: review.etag.clone(),
        })
    }
}

/// What the button of a step sends.
#[derive(Deserialize)]
pub(crate) struct Button {
    #[serde(default)]
    name: String,
    #[serde(default)]
    etag: String,
    #[serde(default)]
    request_id: String,
}

/// Shares the version that was read with the county manager.
pub(crate) async fn share(
    signed_in: SignedIn,
    Path(slug): Path<String>,
    form: CsrfForm<Button>,
) -> Result<Response, Failure> {
    let Button {
        name,
        etag,
        request_id,
    } = form.into_inner();
    let request = v1::ShareDistrictReviewRequest {
        name,
        etag,
        request_id,
    };
    let done = read!(signed_in, district_reviews().share_district_review(request)).await;
    let said = "The review is shared with the county manager.";
    step(&signed_in, slug, done.map(drop), said).await
}

/// Says that the version that was shared has been read.
pub(crate) async fn acknowledge(
    signed_in: SignedIn,
    Path(slug): Path<String>,
    form: CsrfForm<Button>,
) -> Result<Response, Failure> {
    let Button {
        name,
        etag,
        request_id,
    } = form.into_inner();
    let request = v1::AcknowledgeDistrictReviewRequest {
        name,
        etag,
        request_id,
    };
    let done = read!(
        signed_in,
        district_reviews().acknowledge_district_review(request)
    )
    .await;
    let said = "It is kept that you have read the review.";
    step(&signed_in, slug, done.map(drop), said).await
}

async fn step(
    signed_in: &SignedIn,
    slug: String,
    done: Result<(), Error>,
    said: &str,
) -> Result<Response, Failure> {
    match done {
        Ok(()) => {
            signed_in.browser.say_done(said);
            Ok(to(&slug))
        }
        Err(error) if error.reason() == Some(ErrorReason::EtagMismatch) => {
            let text = "Nothing was done: there is a later version than the one you read. It is below; read it, then press again";
            let problems = vec![Problem::new("latest", text)];
            let page = page(signed_in, slug, None, problems).await?;
            Ok(render(StatusCode::CONFLICT, &page))
        }
        Err(error) => {
            let problems = form::problems(error, &[])?;
            Ok(form::again(&page(signed_in, slug, None, problems).await?))
        }
    }
}

fn to(slug: &str) -> Response {
    Redirect::to(&format!("/districts/{slug}/review")).into_response()
}

#[cfg(test)]
fn sample_review(state: DistrictReviewState) -> v1::DistrictReview {
    let point = |tag: &str| v1::DistrictReviewPoint {
        tag: tag.into(),
        tag_title: "Inclusion <b>Byron</b>".into(),
        text: "Attendance <b>Byron</b>".into(),
    };
    let version = v1::DistrictReviewVersion {
        number: 2,
        strengths: vec![point("")],
        priorities: vec![point("criteria/c")],
        writer_display_name: "Ada <b>Byron</b>".into(),
        acknowledge_time: (state == DistrictReviewState::Acknowledged).then_some(
            prost_types::Timestamp {
                seconds: 1_751_324_400,
                nanos: 0,
            },
        ),
        ..Default::default()
    };
    v1::DistrictReview {
        name: "districts/north/reviews/2024-2025".into(),
        district: "districts/north".into(),
        programme_year: "programmeYears/2024-2025".into(),
        state: state.into(),
        latest: (state != DistrictReviewState::NotBegun).then_some(version),
        etag: "etag".into(),
        ..Default::default()
    }
}

#[cfg(test)]
impl crate::pages::Sample for Page {
    fn samples() -> Vec<Self> {
        let page = |state, is_sim: bool, typed: Option<Typed>, problems: Vec<Problem>| {
            let review = sample_review(state);
            let latest = review.latest.as_ref();
            let write = Write::new(
                Hidden::sample(),
                &review,
                &points::sample_programme(),
                typed,
                &problems,
            );
            Self {
                layout: Layout::sample(),
                heading: Heading::sample(),
                tabs: View::Review.sample(),
                state: risk::review(state),
                state_tag: risk::review_tag(state),
                latest: latest.map(Version::of),
                earlier: latest.map(Version::of).into_iter().collect(),
                write: is_sim.then_some(write),
                prints: is_sim,
                step: Step::of(&review, is_sim, !is_sim, Hidden::sample),
                problems,
            }
        };
        let problem = |field: &'static str| Problem::new(field, "Mend <b>Byron</b>");
        vec![
            page(DistrictReviewState::NotBegun, true, None, Vec::new()),
            page(DistrictReviewState::Draft, true, None, Vec::new()),
            page(
                DistrictReviewState::Draft,
                true,
                Some(Typed::sample()),
                vec![
                    problem("priorities"),
                    problem("priorities-text-0"),
                    problem("strengths-tag-0"),
                ],
            ),
            page(
                DistrictReviewState::Shared,
                false,
                None,
                vec![problem("latest")],
            ),
            page(DistrictReviewState::Acknowledged, false, None, Vec::new()),
            page(DistrictReviewState::Draft, false, None, Vec::new()),
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
    fn p11_who_wrote_shares_and_the_county_manager_acknowledges() {
        let step = |state, is_sim: bool| {
            let review = sample_review(state);
            Step::of(&review, is_sim, !is_sim, Hidden::sample).map(|step| step.path)
        };
        assert_eq!(step(DistrictReviewState::Draft, true), Some("share"));
        assert_eq!(step(DistrictReviewState::Draft, false), None);
        assert_eq!(step(DistrictReviewState::Shared, true), None);
        assert_eq!(
            step(DistrictReviewState::Shared, false),
            Some("acknowledge")
        );
        assert_eq!(step(DistrictReviewState::Acknowledged, false), None);
        assert_eq!(step(DistrictReviewState::NotBegun, true), None);
    }
}
