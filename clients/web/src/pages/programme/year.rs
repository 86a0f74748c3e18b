//! The programme year in force, or the one in force in a named year.

use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use http::StatusCode;
use llpr_client::v1;

use super::content::Content;
use super::facts::{Draft, Version};
use super::{May, drafts};
use crate::browser::SignedIn;
use crate::failure::Failure;
use crate::pages::{FOOTER, Layout, render};

#[derive(Template)]
#[template(path = "programme.html")]
struct Page {
    layout: Layout,
    version: Version,
    content: Content,
    /// The year's draft, for whoever may see it.
    draft: Option<Draft>,
}

/// Shows what is in force today.
pub(crate) async fn current(signed_in: SignedIn) -> Result<Response, Failure> {
    let layout = Layout::new(&signed_in.browser);
    page(&signed_in, "-", layout).await
}

/// Shows what is in force in a year.
pub(crate) async fn show(
    signed_in: SignedIn,
    Path(slug): Path<String>,
) -> Result<Response, Failure> {
    let layout = Layout::new(&signed_in.browser)
        .below("/programme", "Programme")
        .below("/programme/years", "Years and versions");
    page(&signed_in, &slug, layout).await
}

async fn page(signed_in: &SignedIn, slug: &str, layout: Layout) -> Result<Response, Failure> {
    let request = v1::GetProgrammeYearRequest {
        name: format!("programmeYears/{slug}"),
    };
    let (answer, drafts) = tokio::join!(
        read!(signed_in, programme().get_programme_year(request)),
        drafts(signed_in, May::of(signed_in)),
    );
    let year = answer
        .map_err(Failure::hidden)?
        .programme_year
        .unwrap_or_default();
    let mut version = year.version.ok_or(Failure::NoSuchPage)?;
    let content = Content::from(version.programme.take().unwrap_or_default());
    let person = &signed_in.caller.user.name;
    let draft = drafts?
        .into_iter()
        .find(|draft| super::slug(&draft.name) == super::slug(&year.name));
    let page = Page {
        layout,
        version: Version::of(&version),
        content,
        draft: draft.map(|draft| Draft::of(&draft, person)),
    };
    Ok(render(StatusCode::OK, &page))
}

#[cfg(test)]
impl crate::pages::Sample for Page {
    fn samples() -> Vec<Self> {
        let page = |number, draft| Self {
            layout: Layout::sample(),
            version: Version::sample(number),
            content: Content::sample(),
            draft,
        };
        vec![page(1, None), page(2, Some(Draft::sample("users/1")))]
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn every_sample_renders() {
        crate::tests::html::check_samples::<super::Page>();
    }
}
