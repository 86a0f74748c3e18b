//! The draft of a year: what it would change, the way to its forms, its approval and its end.

pub(crate) mod document;
pub(crate) mod numbers;
mod stale;

use askama::Template;
use axum::extract::Path;
use axum::response::{IntoResponse, Redirect, Response};
use http::StatusCode;
use llpr_client::{Error, ErrorReason, v1};
use serde::Deserialize;

use super::May;
use super::change::Changes;
use super::content::Content;
use super::facts::Draft;
use crate::browser::SignedIn;
use crate::csrf::CsrfForm;
use crate::failure::Failure;
use crate::pages::form::Hidden;
use crate::pages::{FOOTER, Layout, Problem, render};

#[derive(Template)]
#[template(path = "programme_draft.html")]
struct Page {
    layout: Layout,
    hidden: Hidden,
    draft: Draft,
    /// Of the draft that was compared, so that nobody approves what they have not seen.
    etag: String,
    changes: Changes,
    may: May,
    problems: Vec<Problem>,
}

#[derive(Template)]
#[template(path = "programme_draft_read.html")]
struct Reading {
    layout: Layout,
    draft: Draft,
    content: Content,
}

#[derive(Template)]
#[template(path = "programme_draft_discard.html")]
struct Discarding {
    layout: Layout,
    hidden: Hidden,
    draft: Draft,
    etag: String,
}

impl Page {
    /// Only somebody else's draft can be approved.
    fn may_approve(&self) -> bool {
        self.may.approve && !self.draft.own
    }
}

fn name(slug: &str) -> String {
    format!("programmeYears/{slug}/draft")
}

/// The draft, with its content. One that does not exist and one that is not for this person are
/// the same page.
async fn draft(signed_in: &SignedIn, slug: &str) -> Result<v1::ProgrammeDraft, Failure> {
    let request = v1::GetProgrammeDraftRequest { name: name(slug) };
    let answer = read!(signed_in, programme().get_programme_draft(request)).await;
    answer
        .map_err(Failure::hidden)?
        .programme_draft
        .ok_or(Failure::NoSuchPage)
}

fn below(signed_in: &SignedIn) -> Layout {
    Layout::new(&signed_in.browser)
        .below("/programme", "Programme")
        .below("/programme/years", "Years and versions")
}

fn below_draft(signed_in: &SignedIn, draft: &Draft) -> Layout {
    below(signed_in).below(
        format!("/programme/{}/draft", draft.slug),
        format!("Draft for {}", draft.year),
    )
}

fn to(slug: &str) -> Response {
    Redirect::to(&format!("/programme/{slug}/draft")).into_response()
}

/// Shows what it would change.
pub(crate) async fn show(
    signed_in: SignedIn,
    Path(slug): Path<String>,
) -> Result<Response, Failure> {
    let page = page(&signed_in, &slug, Vec::new()).await?;
    Ok(render(StatusCode::OK, &page))
}

async fn page(signed_in: &SignedIn, slug: &str, problems: Vec<Problem>) -> Result<Page, Failure> {
    let request = v1::GetProgrammeDraftDiffRequest {
        name: name(slug),
        base: String::new(),
    };
    let (draft, diff) = tokio::join!(
        draft(signed_in, slug),
        read!(signed_in, programme().get_programme_draft_diff(request)),
    );
    let (draft, diff) = (draft?, diff?);
    Ok(Page {
        layout: below(signed_in),
        hidden: Hidden::new(&signed_in.browser),
        draft: Draft::of(&draft, &signed_in.caller.user.name),
        etag: diff.etag,
        changes: Changes::of(&diff.base, diff.changes, diff.same_document),
        may: May::of(signed_in),
        problems,
    })
}

/// Shows all that it says.
pub(crate) async fn read(
    signed_in: SignedIn,
    Path(slug): Path<String>,
) -> Result<Response, Failure> {
    let mut draft = draft(&signed_in, &slug).await?;
    let content = Content::from(draft.programme.take().unwrap_or_default());
    let draft = Draft::of(&draft, &signed_in.caller.user.name);
    let page = Reading {
        layout: below_draft(&signed_in, &draft),
        draft,
        content,
    };
    Ok(render(StatusCode::OK, &page))
}

/// What approving and throwing away send.
#[derive(Deserialize)]
pub(crate) struct Fields {
    #[serde(default)]
    etag: String,
    #[serde(default)]
    request_id: String,
}

/// Approves it.
pub(crate) async fn approve(
    signed_in: SignedIn,
    Path(slug): Path<String>,
    form: CsrfForm<Fields>,
) -> Result<Response, Failure> {
    let Fields { etag, request_id } = form.into_inner();
    let request = v1::ApproveProgrammeDraftRequest {
        name: name(&slug),
        etag,
        request_id,
    };
    match read!(signed_in, programme().approve_programme_draft(request)).await {
        Ok(answer) => {
            let version = answer.programme_version.unwrap_or_default();
            signed_in.browser.say_done(format!(
                "Version {} of {} is in force.",
                version.number,
                super::spoken(&slug)
            ));
            Ok(Redirect::to(&format!("/programme/{slug}")).into_response())
        }
        Err(error) => {
            let problems = vec![Problem::new("", refusal(error)?)];
            let page = page(&signed_in, &slug, problems).await?;
            Ok(render(StatusCode::CONFLICT, &page))
        }
    }
}

/// Why a draft was not approved, where reading it again helps; the rest is a failure.
fn refusal(error: Error) -> Result<String, Failure> {
    match error.reason() {
        Some(ErrorReason::EtagMismatch) => Ok(
            "Nothing was approved: the draft was changed while you were reading. Read below what \
             it would change now, then approve it."
                .into(),
        ),
        Some(ErrorReason::ProgrammeOwnDraft | ErrorReason::ProgrammeDocumentRejected) => {
            Ok(error.message())
        }
        _ => Err(error.into()),
    }
}

/// Asks whether to throw it away: there is no other copy of it.
pub(crate) async fn ask_discard(
    signed_in: SignedIn,
    Path(slug): Path<String>,
) -> Result<Response, Failure> {
    if !May::of(&signed_in).write {
        return Err(Failure::NoSuchPage);
    }
    let stored = draft(&signed_in, &slug).await?;
    let draft = Draft::of(&stored, &signed_in.caller.user.name);
    let page = Discarding {
        layout: below_draft(&signed_in, &draft),
        hidden: Hidden::new(&signed_in.browser),
        draft,
        etag: stored.etag,
    };
    Ok(render(StatusCode::OK, &page))
}

/// Throws it away.
pub(crate) async fn discard(
    signed_in: SignedIn,
    Path(slug): Path<String>,
    form: CsrfForm<Fields>,
) -> Result<Response, Failure> {
    let Fields { etag, request_id } = form.into_inner();
    let request = v1::DeleteProgrammeDraftRequest {
        name: name(&slug),
        etag,
        request_id,
    };
    match read!(signed_in, programme().delete_programme_draft(request)).await {
        Ok(_) => {
            signed_in.browser.say_done(format!(
                "The draft for {} is thrown away. What is approved stays.",
                super::spoken(&slug)
            ));
            Ok(Redirect::to("/programme/years").into_response())
        }
        Err(error) if error.reason() == Some(ErrorReason::EtagMismatch) => {
            let text = "Nothing was thrown away: the draft was changed in the meantime. Look at it \
                        below first.";
            let page = page(&signed_in, &slug, vec![Problem::new("", text)]).await?;
            Ok(render(StatusCode::CONFLICT, &page))
        }
        Err(error) => Err(error.into()),
    }
}

/// Asks the server to read a document without keeping it, and returns its faults.
async fn faults(
    signed_in: &SignedIn,
    slug: &str,
    document: &str,
    etag: &str,
) -> Result<Vec<v1::ProgrammeViolation>, Error> {
    let request = v1::UpdateProgrammeDraftRequest {
        name: name(slug),
        document: document.to_owned(),
        etag: etag.to_owned(),
        request_id: String::new(),
        validate_only: true,
    };
    let answer = read!(signed_in, programme().update_programme_draft(request)).await?;
    Ok(answer.violations)
}

/// Keeps a document in the draft's place.
async fn keep(
    signed_in: &SignedIn,
    slug: &str,
    document: &str,
    etag: &str,
    request_id: String,
) -> Result<(), Error> {
    let request = v1::UpdateProgrammeDraftRequest {
        name: name(slug),
        document: document.to_owned(),
        etag: etag.to_owned(),
        request_id,
        validate_only: false,
    };
    read!(signed_in, programme().update_programme_draft(request))
        .await
        .map(drop)
}

#[cfg(test)]
mod samples {
    use super::{Changes, Content, Discarding, Draft, Hidden, Layout, May, Page, Problem, Reading};
    use crate::pages::Sample;

    impl Sample for Page {
        fn samples() -> Vec<Self> {
            let page = |person: &str, write, changes, problems| Self {
                layout: Layout::sample(),
                hidden: Hidden::sample(),
                draft: Draft::sample(person),
                etag: "etag".into(),
                changes,
                may: May {
                    read_drafts: true,
                    write,
                    approve: true,
                },
                problems,
            };
            vec![
                page("users/2", false, Changes::sample(), Vec::new()),
                page("users/1", true, Changes::sample_none(false), Vec::new()),
                page(
                    "users/2",
                    true,
                    Changes::sample_none(true),
                    vec![Problem::new("", "Look again")],
                ),
            ]
        }
    }

    impl Sample for Reading {
        fn samples() -> Vec<Self> {
            vec![Self {
                layout: Layout::sample(),
                draft: Draft::sample("users/1"),
                content: Content::sample(),
            }]
        }
    }

    impl Sample for Discarding {
        fn samples() -> Vec<Self> {
            vec![Self {
                layout: Layout::sample(),
                hidden: Hidden::sample(),
                draft: Draft::sample("users/1"),
                etag: "etag".into(),
            }]
        }
    }

    #[test]
    fn every_sample_renders() {
        crate::tests::html::check_samples::<Page>();
        crate::tests::html::check_samples::<Reading>();
        crate::tests::html::check_samples::<Discarding>();
    }

    #[test]
    fn nobody_finds_the_button_for_their_own_draft() {
        use askama::Template;
        let samples = Page::samples();
        let [others, own, ..] = samples.as_slice() else {
            panic!("the samples are gone");
        };
        let has_button = |page: &Page| page.render().unwrap().contains("/draft/approve");
        assert!(has_button(others) && !has_button(own));
    }
}
