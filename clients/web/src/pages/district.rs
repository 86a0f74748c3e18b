//! A district with its schools.

use askama::Template;
use axum::extract::{Path, Query};
use axum::response::Response;
use http::StatusCode;
use llpr_client::v1;

use crate::browser::SignedIn;
use crate::failure::Failure;
use crate::pages::board::{Board, Choices, Filter, KIND, PARTNER, PHASE};
use crate::pages::risk::View;
use crate::pages::tabs::Tabs;
use crate::pages::{FOOTER, Layout, render};
use crate::words;

#[derive(Template)]
#[template(path = "district.html")]
struct Page {
    layout: Layout,
    kind: &'static str,
    /// The pages about the district, where there are more than this one.
    tabs: Option<Tabs>,
    /// Where the filters are sent.
    path: String,
    filter: Filter,
    choices: Choices,
    district: Board,
}

/// Shows it. One that does not exist and one of somebody else's are the same page.
pub(crate) async fn show(
    signed_in: SignedIn,
    Path(slug): Path<String>,
    Query(filter): Query<Filter>,
) -> Result<Response, Failure> {
    let name = format!("districts/{slug}");
    let request = v1::GetDistrictRequest { name: name.clone() };
    let answer = read!(signed_in, schools().get_district(request)).await;
    let district = answer
        .map_err(Failure::hidden)?
        .district
        .unwrap_or_default();
    let kind = words::district_kind(district.kind());
    let district = Board::read(&signed_in, &name, &district.display_name, &filter).await?;
    let tabs = View::Schools.tabs(&signed_in.caller, &slug);
    let page = Page {
        kind,
        tabs: (tabs.entries.len() > 1).then_some(tabs),
        path: format!("/districts/{slug}"),
        choices: Choices::of(std::slice::from_ref(&district)),
        filter,
        district,
        layout: Layout::new(&signed_in.browser).below("/schools", "Schools"),
    };
    Ok(render(StatusCode::OK, &page))
}

#[cfg(test)]
impl crate::pages::Sample for Page {
    fn samples() -> Vec<Self> {
        [
            Board::sample_empty(),
            Board::sample(),
            Board::sample_analysed(),
            Board::sample_filtered("none"),
            Board::sample_filtered("nobody like that"),
        ]
        .into_iter()
        .map(|district| Self {
            layout: Layout::sample(),
            kind: "Improvement district",
            tabs: district.analysis.is_some().then(|| View::Schools.sample()),
            path: "/districts/south".into(),
            filter: Filter {
                partner: if district.is_filtered() { "none" } else { "" }.into(),
                ..Filter::default()
            },
            choices: Choices::of(std::slice::from_ref(&district)),
            district,
        })
        .collect()
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn every_sample_renders() {
        crate::tests::html::check_samples::<super::Page>();
    }
}
