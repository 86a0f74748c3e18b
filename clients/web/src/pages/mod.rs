//! The pages, one file each, and what they share: the layout and the list of problems.

/// A call that may be repeated, as the signed-in person: a read, or a write with a request id.
/// `read!(signed_in, schools().get_school(request))`.
macro_rules! read {
    ($signed_in:expr, $service:ident().$method:ident($request:expr $(,)?)) => {
        async {
            let request = $request;
            llpr_client::retry($crate::app::PATIENCE, || {
                let request = $signed_in.call(request.clone());
                let mut client = $signed_in.session.$service();
                async move { client.$method(request).await }
            })
            .await
        }
    };
}

pub(crate) mod account;
pub(crate) mod ask_for_link;
mod attachment;
pub(crate) mod audit;
mod board;
mod choose;
pub(crate) mod contexts;
pub(crate) mod county;
pub(crate) mod data_health;
pub(crate) mod developers;
pub(crate) mod district;
pub(crate) mod district_review;
pub(crate) mod errors;
pub(crate) mod follow_up;
mod form;
pub(crate) mod home;
pub(crate) mod imports;
pub(crate) mod link;
pub(crate) mod notices;
pub(crate) mod people;
pub(crate) mod programme;
pub(crate) mod risk;
pub(crate) mod school;
pub(crate) mod schools;
pub(crate) mod sign_in;
pub(crate) mod sign_out;
mod tabs;

use std::borrow::Cow;

use askama::Template;
use axum::response::{Html, IntoResponse, Redirect, Response};
use http::StatusCode;
use llpr_client::{ErrorReason, v1};
use url::form_urlencoded::byte_serialize;

use crate::assets::{ASSETS, Assets};
use crate::browser::{Browser, SignedIn};
use crate::caller::Caller;
use crate::failure::Failure;
use crate::words::Choice;

/// What stands around every page.
pub(crate) struct Layout {
    assets: &'static Assets,
    person: Option<SignedInAs>,
    navigation: Vec<NavigationItem>,
    crumbs: Vec<Crumb>,
    /// What was just done, said once.
    done: Option<String>,
    /// Whether the foot leads to the pages for developers.
    developers: bool,
    /// After how many minutes without a page the session ends.
    idle_minutes: u64,
}

/// Who is signed in, and what the button for signing out sends.
struct SignedInAs {
    display_name: String,
    form_token: String,
}

/// An entry of the navigation.
struct NavigationItem {
    href: &'static str,
    text: &'static str,
    place: Place,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// This page.
    Here,
    /// A page below it.
    Within,
    Elsewhere,
}

/// A page above this one.
struct Crumb {
    href: String,
    text: String,
}

/// The pages that everybody may read, at the foot of each.
pub(crate) const FOOTER: [(&str, &str); 3] = [
    ("/accessibility", "Accessibility statement"),
    ("/privacy", "Privacy notice"),
    ("/cookies", "Cookies"),
];

impl NavigationItem {
    fn is_here(&self) -> bool {
        self.place != Place::Elsewhere
    }

    fn aria_current(&self) -> Option<&'static str> {
        match self.place {
            Place::Here => Some("page"),
            Place::Within => Some("true"),
            Place::Elsewhere => None,
        }
    }
}

impl Layout {
    pub(crate) fn new(browser: &Browser) -> Self {
        let person = browser.person().filter(|_| browser.is_signed_in());
        let caller = browser.caller().filter(|_| browser.is_signed_in());
        Self {
            assets: &ASSETS,
            person: person.map(|person| SignedInAs {
                display_name: person.display_name,
                form_token: browser.form_token(),
            }),
            navigation: caller.map_or_else(Vec::new, |caller| navigation(&caller, browser.path())),
            crumbs: Vec::new(),
            done: browser.take_done(),
            developers: browser.has_developers(),
            idle_minutes: browser.idle().as_secs() / 60,
        }
    }

    /// With a page above this one, below those given before. Home is always the first.
    pub(crate) fn below(mut self, href: impl Into<String>, text: impl Into<String>) -> Self {
        self.crumbs.push(Crumb {
            href: href.into(),
            text: text.into(),
        });
        self
    }
}

/// What this caller may open.
fn navigation(caller: &Caller, path: &str) -> Vec<NavigationItem> {
    let schools = if caller.has_one_school() {
        "Your school"
    } else {
        "Schools"
    };
    let all = [
        ("/", "Home", true),
        (
            "/actions",
            "My actions",
            caller.can("FollowUpService/ListMyFollowUpActions"),
        ),
        ("/schools", schools, caller.can("SchoolService/ListSchools")),
        (
            "/county",
            "County",
            caller.can("DistrictReviewService/ListCountyDistricts"),
        ),
        (
            "/risk",
            "Risk analysis",
            caller.can("RiskService/ListRiskAssessments")
                || caller.can("RiskService/ListSharedRisks"),
        ),
        (
            "/programme",
            "Programme",
            caller.can("ProgrammeService/GetProgrammeYear"),
        ),
        ("/imports", "Data", caller.can("ImportService/ListImports")),
        (
            "/data-health",
            "Data health",
            caller.can("PerformanceService/GetDataHealth"),
        ),
        ("/people", "People", caller.can("UserService/ListUsers")),
        (
            "/roles",
            "Roles",
            caller.can("UserService/ListRoleAssignments"),
        ),
        (
            "/audit",
            "Audit log",
            caller.can("AuditService/ListLedgerEntries"),
        ),
    ];
    all.into_iter()
        .filter(|(_, _, may)| *may)
        .map(|(href, text, _)| NavigationItem {
            href,
            text,
            place: place(href, path),
        })
        .collect()
}

fn place(href: &str, path: &str) -> Place {
    if path == href {
        Place::Here
    } else if href != "/"
        && path
            .strip_prefix(href)
            .is_some_and(|rest| rest.starts_with('/'))
    {
        Place::Within
    } else {
        Place::Elsewhere
    }
}

/// Something that the person has to mend, as the error summary and its field show it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Problem {
    /// The `id` of the field; empty where it is of the whole form.
    field: Cow<'static, str>,
    text: String,
}

impl Problem {
    pub(crate) fn new(field: impl Into<Cow<'static, str>>, text: impl Into<String>) -> Self {
        Self {
            field: field.into(),
            text: text.into(),
        }
    }

    /// Of one form among several like it, whose fields end with `-` and this; the form has this as
    /// its own `id`.
    pub(crate) fn within(self, form: &str) -> Self {
        let field = match self.field.as_ref() {
            "" => form.to_owned(),
            field => format!("{field}-{form}"),
        };
        Self::new(field, self.text)
    }

    pub(crate) fn is_at(&self, field: &str) -> bool {
        self.field == field
    }

    /// What stands beside `field`.
    fn at<'a>(problems: &'a [Self], field: &str) -> Option<&'a str> {
        let mut fitting = problems.iter().filter(|problem| problem.field == field);
        fitting.next().map(|problem| problem.text.as_str())
    }
}

/// The districts that the person sees. A county has fewer than a page holds.
async fn districts(signed_in: &SignedIn) -> Result<Vec<v1::District>, llpr_client::Error> {
    let request = v1::ListDistrictsRequest {
        page_size: 500,
        ..Default::default()
    };
    let answer = read!(signed_in, schools().list_districts(request)).await?;
    Ok(answer.districts)
}

fn district_choices(districts: Vec<v1::District>) -> impl Iterator<Item = Choice> {
    districts.into_iter().map(|district| {
        let slug = district.name.strip_prefix("districts/");
        Choice::new(slug.unwrap_or(&district.name), district.display_name)
    })
}

/// Where the first page of a list without filters is, unless this is it, and the next, if any.
fn pages_around(
    path: &str,
    page_token: &str,
    next_page_token: &str,
) -> (Option<String>, Option<String>) {
    let next: String = byte_serialize(next_page_token.as_bytes()).collect();
    (
        (!page_token.is_empty()).then(|| path.to_owned()),
        (!next.is_empty()).then(|| format!("{path}?page_token={next}")),
    )
}

/// Where a list can't be read: to its first page if only the page token is of no use, and otherwise
/// as for a page that is not there or not for this person.
fn anew(error: llpr_client::Error, first: &str) -> Result<Response, Failure> {
    if error.reason() == Some(ErrorReason::PageTokenInvalid) {
        Ok(Redirect::to(first).into_response())
    } else {
        Err(Failure::hidden(error))
    }
}

/// The response with this page.
pub(crate) fn render(status: StatusCode, page: &impl Template) -> Response {
    match page.render() {
        Ok(page) => (status, Html(page)).into_response(),
        Err(error) => {
            tracing::error!(error = %error, "A page could not be rendered.");
            Failure::Fault("a page could not be rendered").into_response()
        }
    }
}

/// Pages that show each of a template's branches, for the test that renders them all.
#[cfg(test)]
pub(crate) trait Sample: Template + Sized {
    fn samples() -> Vec<Self>;
}

#[cfg(test)]
impl Layout {
    fn sample() -> Self {
        let text = "Schools";
        let entry = |href, place| NavigationItem { href, text, place };
        Self {
            person: Some(SignedInAs {
                display_name: "Ada <b>Byron</b>".into(),
                form_token: "form-token".into(),
            }),
            navigation: vec![
                entry("/", Place::Elsewhere),
                entry("/schools", Place::Here),
                entry("/people", Place::Within),
            ],
            done: Some("Ada <b>Byron</b> is signed in.".into()),
            ..Self::sample_signed_out().below("/schools", "Schools <b>Byron</b>")
        }
    }

    fn sample_signed_out() -> Self {
        Self {
            assets: &ASSETS,
            person: None,
            navigation: Vec::new(),
            crumbs: Vec::new(),
            done: None,
            developers: true,
            idle_minutes: 60,
        }
    }
}
