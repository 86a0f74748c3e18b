//! What a school was told, as its headteacher reads it: the words, when and by whom, and nothing
//! else of the analysis.

use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use http::StatusCode;

use super::wordings::{self, Wording};
use crate::browser::SignedIn;
use crate::failure::Failure;
use crate::pages::school::switch::Switcher;
use crate::pages::school::views::View;
use crate::pages::school::{Heading, school, school_name};
use crate::pages::tabs::Tabs;
use crate::pages::{FOOTER, Layout, render};

#[derive(Template)]
#[template(path = "school_told.html")]
struct Page {
    layout: Layout,
    switcher: Option<Switcher>,
    school: Heading,
    tabs: Tabs,
    told: Vec<Wording>,
}

/// Shows it. Whose role here does not open it finds no such page.
pub(crate) async fn show(
    signed_in: SignedIn,
    Path(urn): Path<String>,
) -> Result<Response, Failure> {
    let name = school_name(&urn)?;
    let (school, told) = tokio::join!(
        school(&signed_in, &name),
        wordings::read(&signed_in, &name, true),
    );
    let school = school?;
    let page = Page {
        layout: Layout::new(&signed_in.browser)
            .below("/schools", "Schools")
            .below(format!("/schools/{urn}"), &*school.display_name),
        switcher: Switcher::of(&signed_in.caller, &urn),
        school: Heading::of(&school),
        tabs: View::Told.tabs(&signed_in.caller, &school),
        told: told?
            .unwrap_or_default()
            .into_iter()
            .map(Wording::from)
            .collect(),
    };
    Ok(render(StatusCode::OK, &page))
}

#[cfg(test)]
impl crate::pages::Sample for Page {
    fn samples() -> Vec<Self> {
        let page = |told| Self {
            layout: Layout::sample(),
            switcher: Some(Switcher::sample()),
            school: Heading::sample(),
            tabs: View::Told.sample(),
            told,
        };
        vec![page(Vec::new()), page(super::sample::wordings())]
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
    fn a_headteacher_reads_no_word_of_the_analysis_itself() {
        crate::tests::html::check_silence::<Page>(&["risk", "criteri", "suggest", "urgen"]);
    }
}
