//! The actions of a district, of the county, and those that the person owns.

use askama::Template;
use axum::extract::{Path, Query};
use axum::response::Response;
use http::StatusCode;

use super::ACTIONS;
use super::list::{self, List, SHOW, Wanted};
use crate::browser::SignedIn;
use crate::failure::Failure;
use crate::pages::risk::{View, below, district};
use crate::pages::tabs::Tabs;
use crate::pages::{FOOTER, Layout, anew, render};

#[derive(Template)]
#[template(path = "actions.html")]
struct Page {
    layout: Layout,
    /// The place; empty where it is the person's own list.
    place: String,
    title: &'static str,
    lead: &'static str,
    tabs: Option<Tabs>,
    list: List,
}

/// Those of a district.
pub(crate) async fn of_district(
    signed_in: SignedIn,
    Path(slug): Path<String>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Failure> {
    let name = district(&signed_in, &slug, ACTIONS).await?;
    let path = format!("/districts/{slug}/actions");
    let parent = format!("districts/{slug}");
    let found = match list::of_place(&signed_in, &parent, &wanted).await {
        Ok(found) => found,
        Err(error) => return anew(error, &wanted.first(&path)),
    };
    let page = Page {
        layout: below(&signed_in, &slug, &name),
        place: name,
        title: "Actions",
        lead: "What follows from the risk analysis at schools of this district, by due date.",
        tabs: Some(View::Actions.tabs(&signed_in.caller, &slug)),
        list: List::new(path, wanted, true, found),
    };
    Ok(render(StatusCode::OK, &page))
}

/// Those of the county, for its manager. Who is not finds no such page.
pub(crate) async fn of_county(
    signed_in: SignedIn,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Failure> {
    let path = "/county/actions";
    let found = match list::of_place(&signed_in, "county", &wanted).await {
        Ok(found) => found,
        Err(error) => return anew(error, &wanted.first(path)),
    };
    let page = Page {
        layout: Layout::new(&signed_in.browser).below("/county", "County"),
        place: "The county".into(),
        title: "Actions",
        lead: "At schools whose assessment was shared, by due date. What is to be done is between \
               the school improvement manager and the school.",
        tabs: None,
        list: List::new(path.into(), wanted, true, found),
    };
    Ok(render(StatusCode::OK, &page))
}

/// Those that the person owns. Who can own none finds no such page.
pub(crate) async fn own(
    signed_in: SignedIn,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Failure> {
    let path = "/actions";
    let found = match list::own(&signed_in, &wanted).await {
        Ok(found) => found,
        Err(error) => return anew(error, &wanted.first(path)),
    };
    let page = Page {
        layout: Layout::new(&signed_in.browser),
        place: String::new(),
        title: "My actions",
        lead: "What you are to do at schools, by due date.",
        tabs: None,
        list: List::new(path.into(), wanted, true, found),
    };
    Ok(render(StatusCode::OK, &page))
}

#[cfg(test)]
impl crate::pages::Sample for Page {
    fn samples() -> Vec<Self> {
        let page = |list| Self {
            layout: Layout::sample(),
            place: "North <b>Byron</b>".into(),
            title: "Actions",
            lead: "By due date.",
            tabs: Some(View::Actions.sample()),
            list,
        };
        vec![
            page(List::sample("/districts/north/actions", true)),
            page(List::sample_empty("/districts/north/actions", "overdue")),
            Self {
                place: String::new(),
                tabs: None,
                ..page(List::sample_empty("/actions", ""))
            },
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
