//! The approved versions of a year, and each of them.

use askama::Template;
use axum::extract::{Path, Query};
use axum::response::{IntoResponse, Redirect, Response};
use http::StatusCode;
use http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use llpr_client::{ErrorReason, v1};
use serde::Deserialize;

use super::content::Content;
use super::facts::Version;
use crate::browser::SignedIn;
use crate::failure::Failure;
use crate::pages::{FOOTER, Layout, pages_around, render};

const PAGE_SIZE: i32 = 50;

/// Which page of the list.
#[derive(Default, Deserialize)]
pub(crate) struct Wanted {
    #[serde(default)]
    page_token: String,
}

#[derive(Template)]
#[template(path = "programme_versions.html")]
struct List {
    layout: Layout,
    year: String,
    versions: Vec<Version>,
    first: Option<String>,
    next: Option<String>,
}

#[derive(Template)]
#[template(path = "programme_version.html")]
struct One {
    layout: Layout,
    version: Version,
    content: Content,
}

/// Lists them, the latest first.
pub(crate) async fn list(
    signed_in: SignedIn,
    Path(slug): Path<String>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Failure> {
    let request = v1::ListProgrammeVersionsRequest {
        parent: format!("programmeYears/{slug}"),
        page_size: PAGE_SIZE,
        page_token: wanted.page_token.clone(),
    };
    let at = format!("/programme/{slug}/versions");
    let answer = match read!(signed_in, programme().list_programme_versions(request)).await {
        Ok(answer) => answer,
        Err(error) if error.reason() == Some(ErrorReason::PageTokenInvalid) => {
            return Ok(Redirect::to(&at).into_response());
        }
        Err(error) => return Err(Failure::hidden(error)),
    };
    let (first, next) = pages_around(&at, &wanted.page_token, &answer.next_page_token);
    let page = List {
        layout: below(&signed_in),
        year: super::spoken(&slug),
        first,
        next,
        versions: answer.programme_versions.iter().map(Version::of).collect(),
    };
    Ok(render(StatusCode::OK, &page))
}

/// Shows one.
pub(crate) async fn show(
    signed_in: SignedIn,
    Path((slug, number)): Path<(String, String)>,
) -> Result<Response, Failure> {
    let mut version = version(&signed_in, &slug, &number).await?;
    let content = Content::from(version.programme.take().unwrap_or_default());
    let version = Version::of(&version);
    let layout = below(&signed_in).below(
        format!("/programme/{slug}/versions"),
        format!("Versions of {}", version.year),
    );
    let page = One {
        layout,
        version,
        content,
    };
    Ok(render(StatusCode::OK, &page))
}

/// Gives its document, with comments, to be saved.
pub(crate) async fn document(
    signed_in: SignedIn,
    Path((slug, number)): Path<(String, String)>,
) -> Result<Response, Failure> {
    let version = version(&signed_in, &slug, &number).await?;
    // Digits and hyphens, or there were no such version.
    let name = format!("attachment; filename=\"programme-{slug}-version-{number}.toml\"");
    let headers = [
        (CONTENT_TYPE, "application/toml; charset=utf-8".to_owned()),
        (CONTENT_DISPOSITION, name),
    ];
    Ok((headers, version.document).into_response())
}

fn below(signed_in: &SignedIn) -> Layout {
    Layout::new(&signed_in.browser)
        .below("/programme", "Programme")
        .below("/programme/years", "Years and versions")
}

async fn version(
    signed_in: &SignedIn,
    slug: &str,
    number: &str,
) -> Result<v1::ProgrammeVersion, Failure> {
    let request = v1::GetProgrammeVersionRequest {
        name: format!("programmeYears/{slug}/versions/{number}"),
    };
    let answer = read!(signed_in, programme().get_programme_version(request)).await;
    answer
        .map_err(Failure::hidden)?
        .programme_version
        .ok_or(Failure::NoSuchPage)
}

#[cfg(test)]
mod samples {
    use super::{Content, Layout, List, One, Version};
    use crate::pages::Sample;

    impl Sample for List {
        fn samples() -> Vec<Self> {
            let list = |versions, next: Option<&str>| Self {
                layout: Layout::sample(),
                year: "2024/25".into(),
                versions,
                first: None,
                next: next.map(str::to_owned),
            };
            vec![
                list(vec![Version::sample(1)], None),
                list(
                    vec![Version::sample(2), Version::sample(1)],
                    Some("/programme/2024-2025/versions?page_token=2"),
                ),
            ]
        }
    }

    impl Sample for One {
        fn samples() -> Vec<Self> {
            vec![Self {
                layout: Layout::sample(),
                version: Version::sample(2),
                content: Content::sample(),
            }]
        }
    }

    #[test]
    fn every_sample_renders() {
        crate::tests::html::check_samples::<List>();
        crate::tests::html::check_samples::<One>();
    }
}
