//! The draft as one document, with its comments.

use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use http::StatusCode;
use llpr_client::{ErrorReason, v1};
use serde::Deserialize;

use super::stale::Stale;
use super::{below_draft, draft, faults, keep, to};
use crate::browser::SignedIn;
use crate::csrf::CsrfForm;
use crate::failure::Failure;
use crate::pages::form::{self, Hidden};
use crate::pages::programme::May;
use crate::pages::programme::facts::Draft;
use crate::pages::{FOOTER, Layout, Problem, render};

const DOCUMENT: &str = "document";

#[derive(Template)]
#[template(path = "programme_draft_document.html")]
struct Page {
    layout: Layout,
    hidden: Hidden,
    draft: Draft,
    etag: String,
    document: String,
    /// How many lines the field shows.
    rows: usize,
    /// Where somebody else saved meanwhile.
    stale: Option<Stale>,
    faults: Vec<Fault>,
    problems: Vec<Problem>,
}

/// A rule that the document breaks, with the line that breaks it.
struct Fault {
    place: String,
    line: String,
    description: String,
}

/// Shows the form.
pub(crate) async fn show(
    signed_in: SignedIn,
    Path(slug): Path<String>,
) -> Result<Response, Failure> {
    if !May::of(&signed_in).write {
        return Err(Failure::NoSuchPage);
    }
    let stored = draft(&signed_in, &slug).await?;
    let document = stored.document.clone();
    Ok(render(StatusCode::OK, &page(&signed_in, &stored, document)))
}

fn page(signed_in: &SignedIn, stored: &v1::ProgrammeDraft, document: String) -> Page {
    let draft = Draft::of(stored, &signed_in.caller.user.name);
    Page {
        layout: below_draft(signed_in, &draft),
        hidden: Hidden::new(&signed_in.browser),
        draft,
        etag: stored.etag.clone(),
        rows: rows(&document),
        document,
        stale: None,
        faults: Vec::new(),
        problems: Vec::new(),
    }
}

/// A long document has a field of its own to scroll in.
fn rows(document: &str) -> usize {
    document.lines().count().clamp(10, 40)
}

/// The form.
#[derive(Deserialize)]
pub(crate) struct Fields {
    #[serde(default)]
    document: String,
    #[serde(default)]
    etag: String,
    #[serde(default)]
    request_id: String,
}

/// Keeps the document if it has no fault and nobody was faster.
pub(crate) async fn submit(
    signed_in: SignedIn,
    Path(slug): Path<String>,
    form: CsrfForm<Fields>,
) -> Result<Response, Failure> {
    let Fields {
        document,
        etag,
        request_id,
    } = form.into_inner();
    // Browsers send line ends of their own.
    let document = document.replace("\r\n", "\n");
    if document.trim().is_empty() {
        let stored = draft(&signed_in, &slug).await?;
        let text = "Enter the document, or go back and throw the draft away";
        let page = Page {
            problems: vec![Problem::new(DOCUMENT, text)],
            etag,
            ..page(&signed_in, &stored, document)
        };
        return Ok(form::again(&page));
    }
    let outcome = match faults(&signed_in, &slug, &document, &etag).await {
        Ok(found) if found.is_empty() => {
            keep(&signed_in, &slug, &document, &etag, request_id).await
        }
        Ok(found) => {
            let stored = draft(&signed_in, &slug).await?;
            let page = Page {
                problems: problems(&found),
                faults: found
                    .into_iter()
                    .map(|fault| Fault::of(fault, &document))
                    .collect(),
                etag,
                ..page(&signed_in, &stored, document)
            };
            return Ok(form::again(&page));
        }
        Err(error) => Err(error),
    };
    match outcome {
        Ok(()) => {
            signed_in
                .browser
                .say_done("The draft is saved. It changes nothing until it is approved.");
            Ok(to(&slug))
        }
        Err(error) if error.reason() == Some(ErrorReason::EtagMismatch) => {
            let stored = draft(&signed_in, &slug).await?;
            let text = "Nothing was saved: somebody else has saved this draft since you opened it";
            let page = Page {
                stale: Some(Stale::of(&stored, &document)),
                problems: vec![Problem::new(DOCUMENT, text)],
                ..page(&signed_in, &stored, document)
            };
            Ok(render(StatusCode::CONFLICT, &page))
        }
        Err(error) => {
            let stored = draft(&signed_in, &slug).await?;
            let page = Page {
                problems: form::problems(error, &[(DOCUMENT, DOCUMENT)])?,
                etag,
                ..page(&signed_in, &stored, document)
            };
            Ok(form::again(&page))
        }
    }
}

fn problems(faults: &[v1::ProgrammeViolation]) -> Vec<Problem> {
    faults
        .iter()
        .map(|fault| Problem::new(DOCUMENT, format!("{}: {}", place(fault), fault.description)))
        .collect()
}

/// `Line 12, criteria[3].letter`.
fn place(fault: &v1::ProgrammeViolation) -> String {
    let line = match fault.line {
        0 => "The whole document".to_owned(),
        line => format!("Line {line}"),
    };
    if fault.key.is_empty() {
        line
    } else {
        format!("{line}, {}", fault.key)
    }
}

impl Fault {
    fn of(fault: v1::ProgrammeViolation, document: &str) -> Self {
        let number = usize::try_from(fault.line).unwrap_or_default();
        let line = number
            .checked_sub(1)
            .and_then(|before| document.lines().nth(before))
            .unwrap_or_default();
        Self {
            place: place(&fault),
            line: line.trim().to_owned(),
            description: fault.description,
        }
    }
}

#[cfg(test)]
impl crate::pages::Sample for Page {
    fn samples() -> Vec<Self> {
        let page = || Self {
            layout: Layout::sample(),
            hidden: Hidden::sample(),
            draft: Draft::sample("users/1"),
            etag: "etag".into(),
            document: "title = \"<b>Byron</b>\"\n</textarea>".into(),
            rows: 10,
            stale: None,
            faults: Vec::new(),
            problems: Vec::new(),
        };
        let fault = v1::ProgrammeViolation {
            line: 1,
            key: "title".into(),
            description: "must be given".into(),
        };
        vec![
            page(),
            Self {
                problems: problems(std::slice::from_ref(&fault)),
                faults: vec![Fault::of(fault, "title = \"<b>Byron</b>\"")],
                ..page()
            },
            Self {
                problems: vec![Problem::new(DOCUMENT, "Somebody was faster")],
                stale: Some(Stale::sample()),
                ..page()
            },
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
    fn a_fault_comes_with_the_line_that_is_at_fault() {
        let fault = |line| v1::ProgrammeViolation {
            line,
            key: String::new(),
            description: "is no table".into(),
        };
        let second = Fault::of(fault(2), "one\n  two\n");
        assert_eq!(
            (second.place.as_str(), second.line.as_str()),
            ("Line 2", "two")
        );
        let whole = Fault::of(fault(0), "one");
        assert_eq!(
            (whole.place.as_str(), whole.line.as_str()),
            ("The whole document", "")
        );
    }
}
