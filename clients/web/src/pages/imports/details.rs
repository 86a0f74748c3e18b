//! One import: what was found in the file, what it changes, and what can be done with it.

use askama::Template;
use axum::extract::{Path, Query};
use axum::response::{Redirect, Response};
use http::StatusCode;
use llpr_client::v1::{Import, ImportState, IssueClass};
use llpr_client::{ErrorReason, v1};
use serde::Deserialize;

use super::datasets;
use crate::browser::SignedIn;
use crate::csrf::CsrfForm;
use crate::failure::Failure;
use crate::pages::form::Hidden;
use crate::pages::{FOOTER, Layout, anew, render};
use crate::words::{self, thousands};

const PAGE_SIZE: i32 = 200;

/// Which page of the issues and of the changes.
#[derive(Default, Deserialize)]
pub(crate) struct Wanted {
    #[serde(default)]
    issues: String,
    #[serde(default)]
    changes: String,
}

#[derive(Template)]
#[template(path = "import.html")]
struct Page {
    layout: Layout,
    hidden: Hidden,
    id: String,
    etag: String,
    file_name: String,
    state: ImportState,
    facts: Vec<(&'static str, String)>,
    fatal: i64,
    issues: Vec<Issue>,
    next_issues: Option<String>,
    changes: Vec<Change>,
    next_changes: Option<String>,
    /// Whether the changes could not be fetched: then nobody applies what they have not seen.
    changes_failed: bool,
    may_change: bool,
}

struct Issue {
    class: &'static str,
    place: String,
    value: String,
    message: String,
}

struct Change {
    kind: &'static str,
    subject: String,
    /// Where it is a school.
    path: Option<String>,
    field: String,
    before: String,
    after: String,
}

impl Page {
    fn state_words(&self) -> (&'static str, &'static str) {
        (
            words::import_state(self.state),
            words::import_state_tag(self.state),
        )
    }

    fn is_rejected(&self) -> bool {
        self.state == ImportState::Rejected
    }

    fn is_staged(&self) -> bool {
        self.state == ImportState::Staged
    }

    fn may_apply(&self) -> bool {
        self.may_change && self.state == ImportState::Staged && !self.changes_failed
    }

    fn may_discard(&self) -> bool {
        self.may_change && matches!(self.state, ImportState::Staged | ImportState::Rejected)
    }

    fn may_revert(&self) -> bool {
        self.may_change && self.state == ImportState::Applied
    }
}

/// Shows it.
pub(crate) async fn show(
    signed_in: SignedIn,
    Path(id): Path<String>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Failure> {
    let name = format!("imports/{id}");
    let (import, issues, changes, datasets) = tokio::join!(
        read!(
            signed_in,
            imports().get_import(v1::GetImportRequest { name: name.clone() })
        ),
        read!(
            signed_in,
            imports().list_import_issues(v1::ListImportIssuesRequest {
                parent: name.clone(),
                page_size: PAGE_SIZE,
                page_token: wanted.issues.clone(),
                class: IssueClass::Unspecified.into(),
            })
        ),
        read!(
            signed_in,
            imports().get_import_diff(v1::GetImportDiffRequest {
                name: name.clone(),
                page_size: PAGE_SIZE,
                page_token: wanted.changes.clone(),
            })
        ),
        datasets(&signed_in),
    );
    let import = import
        .map_err(Failure::hidden)?
        .import
        .ok_or(Failure::NoSuchPage)?;
    let first = format!("/imports/{id}");
    let issues = match issues {
        Ok(issues) => issues,
        Err(error) => return anew(error, &first),
    };
    let changes = match changes {
        Ok(changes) => Some(changes),
        Err(error) if error.reason() == Some(ErrorReason::PageTokenInvalid) => {
            return anew(error, &first);
        }
        Err(error) if error.needs_sign_in() => return Err(error.into()),
        Err(error) => {
            tracing::warn!(error = %error, "What an import changes could not be fetched.");
            None
        }
    };
    let changes_failed = changes.is_none();
    let changes = changes.unwrap_or_default();
    let known = datasets?
        .into_iter()
        .find(|known| known.name == import.dataset);
    let page = Page {
        layout: Layout::new(&signed_in.browser).below("/imports", "Data"),
        hidden: Hidden::new(&signed_in.browser),
        id,
        etag: import.etag.clone(),
        state: import.state(),
        fatal: import.fatal_count,
        next_issues: next("issues", &issues.next_page_token),
        issues: issues.issues.into_iter().map(Issue::from).collect(),
        next_changes: next("changes", &changes.next_page_token),
        changes: changes.changes.into_iter().map(Change::from).collect(),
        changes_failed,
        may_change: signed_in.caller.can("ImportService/ApplyImport"),
        facts: facts(
            &import,
            known.map_or_else(String::new, |known| known.display_name),
        ),
        file_name: import.file_name,
    };
    Ok(render(StatusCode::OK, &page))
}

fn next(name: &str, token: &str) -> Option<String> {
    (!token.is_empty()).then(|| {
        url::form_urlencoded::Serializer::new("?".to_owned())
            .append_pair(name, token)
            .finish()
    })
}

fn facts(import: &Import, dataset: String) -> Vec<(&'static str, String)> {
    let moment = |time: &Option<prost_types::Timestamp>| {
        time.as_ref().map_or_else(String::new, words::moment)
    };
    let some = |number: i64| match number {
        0 => String::new(),
        number => thousands(number),
    };
    let all = [
        ("Data set", dataset),
        ("Uploaded by", import.creator_display_name.clone()),
        ("Year of results", import.academic_year.clone()),
        ("Release", words::release(import.release()).to_owned()),
        ("Uploaded", moment(&import.create_time)),
        ("Applied", moment(&import.apply_time)),
        ("Size", format!("{} bytes", thousands(import.size_bytes))),
        ("Encoding", import.encoding.clone()),
        ("Rows read", thousands(import.row_count)),
        ("Schools", some(import.school_count)),
        ("Comparators", some(import.comparator_count)),
        (
            "Schools that the register lacks",
            some(import.pending_school_count),
        ),
        ("New", thousands(import.added_count)),
        ("Changed", thousands(import.changed_count)),
        ("The same as before", thousands(import.unchanged_count)),
        ("No longer there", thousands(import.missing_count)),
    ];
    all.into_iter()
        .filter(|(_, value)| !value.is_empty())
        .collect()
}

/// The buttons send the version that was read.
#[derive(Deserialize)]
pub(crate) struct Fields {
    #[serde(default)]
    etag: String,
    #[serde(default)]
    request_id: String,
}

/// Makes it current.
pub(crate) async fn apply(
    signed_in: SignedIn,
    Path(id): Path<String>,
    form: CsrfForm<Fields>,
) -> Result<Redirect, Failure> {
    let Fields { etag, request_id } = form.into_inner();
    let request = v1::ApplyImportRequest {
        name: format!("imports/{id}"),
        etag,
        request_id,
        validate_only: false,
    };
    // A whole country's file takes longer than a page.
    let mut call = signed_in.call(request);
    call.set_timeout(super::upload::UPLOAD_TIMEOUT);
    signed_in.session.imports().apply_import(call).await?;
    signed_in
        .browser
        .say_done("The file is applied: everybody sees it now.");
    Ok(to(&id))
}

/// Drops it.
pub(crate) async fn discard(
    signed_in: SignedIn,
    Path(id): Path<String>,
    form: CsrfForm<Fields>,
) -> Result<Redirect, Failure> {
    let Fields { etag, request_id } = form.into_inner();
    let request = v1::DiscardImportRequest {
        name: format!("imports/{id}"),
        etag,
        request_id,
    };
    read!(signed_in, imports().discard_import(request)).await?;
    signed_in
        .browser
        .say_done("The file is discarded. Nothing was changed by it.");
    Ok(to(&id))
}

/// Takes it back.
pub(crate) async fn revert(
    signed_in: SignedIn,
    Path(id): Path<String>,
    form: CsrfForm<Fields>,
) -> Result<Redirect, Failure> {
    let Fields { etag, request_id } = form.into_inner();
    let request = v1::RevertImportRequest {
        name: format!("imports/{id}"),
        etag,
        request_id,
    };
    let mut call = signed_in.call(request);
    call.set_timeout(super::upload::UPLOAD_TIMEOUT);
    signed_in.session.imports().revert_import(call).await?;
    signed_in
        .browser
        .say_done("The file is taken back: what stood before stands again.");
    Ok(to(&id))
}

fn to(id: &str) -> Redirect {
    Redirect::to(&format!("/imports/{id}"))
}

impl From<v1::ImportIssue> for Issue {
    fn from(issue: v1::ImportIssue) -> Self {
        let class = words::issue(issue.class());
        let mut place = Vec::new();
        if !issue.cell.is_empty() {
            place.push(format!("cell {}", issue.cell));
        } else if let Some(line) = issue.line {
            place.push(format!("line {}", thousands(line)));
        }
        if !issue.column.is_empty() {
            place.push(format!("column {}", issue.column));
        }
        Self {
            class,
            place: if place.is_empty() {
                "the whole file".into()
            } else {
                place.join(", ")
            },
            value: issue.value,
            message: issue.message,
        }
    }
}

impl From<v1::ImportChange> for Change {
    fn from(change: v1::ImportChange) -> Self {
        let kind = words::change(change.kind());
        Self {
            kind,
            path: change
                .subject
                .starts_with("schools/")
                .then(|| format!("/{}", change.subject)),
            subject: words::given(change.subject_display_name, &change.subject),
            field: change.field,
            before: change.before,
            after: change.after,
        }
    }
}

#[cfg(test)]
impl crate::pages::Sample for Page {
    fn samples() -> Vec<Self> {
        let page = |state, may_change| Self {
            layout: Layout::sample(),
            hidden: Hidden::sample(),
            id: "1".into(),
            etag: "etag".into(),
            file_name: "<Infant>.csv".into(),
            state,
            facts: facts(&Import::default(), "KS2 <b>Byron</b>".into()),
            fatal: i64::from(state == ImportState::Rejected),
            issues: Vec::new(),
            next_issues: None,
            changes: Vec::new(),
            next_changes: None,
            changes_failed: false,
            may_change,
        };
        let issue = v1::ImportIssue {
            class: IssueClass::Fatal.into(),
            line: Some(1200),
            column: "TELIG".into(),
            value: "<Infant>".into(),
            message: "This is no number.".into(),
            ..Default::default()
        };
        let change = |subject: &str| v1::ImportChange {
            kind: v1::ChangeKind::Changed.into(),
            subject: subject.into(),
            field: "name".into(),
            before: "<Infant>".into(),
            ..Default::default()
        };
        words::all()
            .map(|state| page(state, true))
            .chain([
                page(ImportState::Staged, false),
                Self {
                    changes_failed: true,
                    ..page(ImportState::Staged, true)
                },
                Self {
                    issues: vec![issue.into(), v1::ImportIssue::default().into()],
                    next_issues: next("issues", "x"),
                    changes: vec![
                        change("schools/900001").into(),
                        change("england/state-funded").into(),
                    ],
                    next_changes: next("changes", "x"),
                    ..page(ImportState::Staged, true)
                },
            ])
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
