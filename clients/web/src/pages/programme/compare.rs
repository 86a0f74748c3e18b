//! What differs between two approved versions.

use askama::Template;
use axum::extract::Query;
use axum::response::Response;
use http::StatusCode;
use llpr_client::v1;
use serde::Deserialize;

use super::change::Changes;
use super::years;
use crate::browser::SignedIn;
use crate::failure::Failure;
use crate::pages::{FOOTER, Layout, Problem, render};
use crate::words::Choice;

const BASE: &str = "base";
const VERSION: &str = "version";

/// Which two, each as `2024-2025/2`.
#[derive(Default, Deserialize)]
pub(crate) struct Wanted {
    #[serde(default)]
    base: String,
    #[serde(default)]
    version: String,
}

#[derive(Template)]
#[template(path = "programme_compare.html")]
struct Page {
    layout: Layout,
    wanted: Wanted,
    /// All versions there are, for either side.
    bases: Vec<Choice>,
    versions: Vec<Choice>,
    /// None until a version is chosen, or where there is nothing to compare it with.
    changes: Option<Changes>,
    problems: Vec<Problem>,
}

/// Shows the choice of two versions, and what differs between them.
pub(crate) async fn show(
    signed_in: SignedIn,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Failure> {
    let versions = choices(&signed_in).await?;
    let mut problems = Vec::new();
    let changes = if wanted.version.is_empty() {
        None
    } else if wanted.base.is_empty()
        && versions.last().map(|first| &first.value) == Some(&wanted.version)
    {
        let text = "There is no version before this one. Choose one to compare it with";
        problems.push(Problem::new(BASE, text));
        None
    } else {
        let request = v1::GetProgrammeVersionDiffRequest {
            name: name(&wanted.version),
            base: match wanted.base.as_str() {
                "" => String::new(),
                base => name(base),
            },
        };
        let answer = read!(signed_in, programme().get_programme_version_diff(request))
            .await
            .map_err(Failure::hidden)?;
        Some(Changes::of(
            &answer.base,
            answer.changes,
            answer.same_document,
        ))
    };
    let page = Page {
        layout: Layout::new(&signed_in.browser)
            .below("/programme", "Programme")
            .below("/programme/years", "Years and versions"),
        bases: std::iter::once(Choice::new("", "The one before it"))
            .chain(versions.iter().cloned())
            .collect(),
        versions,
        wanted,
        changes,
        problems,
    };
    Ok(render(StatusCode::OK, &page))
}

/// `programmeYears/2024-2025/versions/2` of `2024-2025/2`.
fn name(short: &str) -> String {
    let (slug, number) = short.split_once('/').unwrap_or((short, ""));
    format!("programmeYears/{slug}/versions/{number}")
}

/// Versions are numbered from 1 without a gap, so the one in force tells of those before it.
async fn choices(signed_in: &SignedIn) -> Result<Vec<Choice>, Failure> {
    let mut choices = Vec::new();
    for year in years(signed_in).await? {
        let slug = super::slug(&year.name);
        let latest = year.version.as_ref().map_or(0, |version| version.number);
        choices.extend((1..=latest).rev().map(|number| {
            Choice::new(
                format!("{slug}/{number}"),
                format!("{}, version {number}", year.academic_year),
            )
        }));
    }
    Ok(choices)
}

#[cfg(test)]
impl crate::pages::Sample for Page {
    fn samples() -> Vec<Self> {
        let page = |changes: Option<Changes>| Self {
            layout: Layout::sample(),
            wanted: Wanted {
                base: String::new(),
                version: changes
                    .as_ref()
                    .map_or_else(String::new, |_| "2024-2025/2".into()),
            },
            bases: vec![Choice::new("", "The one before it")],
            versions: vec![Choice::new("2024-2025/2", "2024/25, version 2")],
            changes,
            problems: Vec::new(),
        };
        vec![
            page(None),
            Self {
                problems: vec![Problem::new(BASE, "There is none")],
                ..page(None)
            },
            page(Some(Changes::sample())),
            page(Some(Changes::sample_none(true))),
            page(Some(Changes::sample_none(false))),
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
    fn the_address_names_a_version_in_short() {
        assert_eq!(name("2024-2025/2"), "programmeYears/2024-2025/versions/2");
    }
}
