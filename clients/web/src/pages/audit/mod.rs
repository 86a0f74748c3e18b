//! The audit log, for administrators: who changed what and who was refused, the signed heads, a
//! check of the whole record, and a copy of it as a file.

mod check;
mod entry;
mod export;
mod filters;
mod heads;
mod refusals;

use askama::Template;
use axum::extract::Query;
use axum::response::{IntoResponse, Redirect, Response};
use http::StatusCode;
use llpr_client::ErrorReason;

use crate::browser::SignedIn;
use crate::failure::Failure;
use crate::pages::tabs::{Tab, Tabs};
use crate::pages::{FOOTER, Layout, Problem, form, render};
use crate::words::Choice;
pub(crate) use check::show as check;
use entry::Row;
pub(crate) use export::download as export;
use filters::{FROM, METHOD, TARGET, UNTIL, WHO, Wanted, methods};
pub(crate) use heads::show as heads;
pub(crate) use refusals::show as refusals;

const PAGE_SIZE: i32 = 50;

#[derive(Template)]
#[template(path = "audit.html")]
struct Page {
    layout: Layout,
    tabs: Tabs,
    wanted: Wanted,
    methods: Vec<Choice>,
    problems: Vec<Problem>,
    rows: Vec<Row>,
    first: Option<String>,
    next: Option<String>,
}

/// A page of the audit log.
#[derive(Clone, Copy, PartialEq, Eq)]
enum View {
    Entries,
    Refusals,
    Heads,
    Check,
}

impl View {
    fn tabs(self) -> Tabs {
        let all = [
            (Self::Entries, "/audit", "Entries"),
            (Self::Refusals, "/audit/refusals", "Refusals"),
            (Self::Heads, "/audit/heads", "Signed heads"),
            (Self::Check, "/audit/check", "Check and export"),
        ];
        let entries = all.map(|(view, href, text)| Tab {
            href: href.to_owned(),
            text,
            here: view == self,
        });
        Tabs {
            label: "Pages of the audit log",
            entries: entries.into(),
        }
    }
}

/// Lists what was done, newest first.
pub(crate) async fn show(
    signed_in: SignedIn,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Failure> {
    let wanted = wanted.trimmed();
    let request = match wanted.request(&signed_in).await? {
        Ok(request) => request,
        Err(problems) => return Ok(form::again(&page(&signed_in, wanted, problems))),
    };
    match read!(signed_in, audit().list_ledger_entries(request)).await {
        Ok(answer) => {
            let page = Page {
                next: (!answer.next_page_token.is_empty())
                    .then(|| wanted.link(&answer.next_page_token)),
                rows: answer.entries.into_iter().map(Row::from).collect(),
                ..page(&signed_in, wanted, Vec::new())
            };
            Ok(render(StatusCode::OK, &page))
        }
        Err(error)
            if !wanted.page_token.is_empty()
                && error.reason() == Some(ErrorReason::PageTokenInvalid) =>
        {
            Ok(Redirect::to(&wanted.link("")).into_response())
        }
        Err(error) => {
            let fields = [
                ("actor", WHO),
                ("method", METHOD),
                ("target_prefix", TARGET),
                ("start_time", FROM),
                ("end_time", UNTIL),
            ];
            let problems = form::problems(error, &fields)?;
            Ok(form::again(&page(&signed_in, wanted, problems)))
        }
    }
}

fn page(signed_in: &SignedIn, wanted: Wanted, problems: Vec<Problem>) -> Page {
    Page {
        layout: Layout::new(&signed_in.browser),
        tabs: View::Entries.tabs(),
        methods: methods(),
        problems,
        rows: Vec::new(),
        first: (!wanted.page_token.is_empty()).then(|| wanted.link("")),
        next: None,
        wanted,
    }
}

#[cfg(test)]
impl crate::pages::Sample for Page {
    fn samples() -> Vec<Self> {
        let page = |wanted, problems, rows| Self {
            layout: Layout::sample(),
            tabs: View::Entries.tabs(),
            wanted,
            methods: methods(),
            problems,
            rows,
            first: None,
            next: None,
        };
        let wanted = || Wanted {
            who: "ada\"@example.org".into(),
            ..Wanted::default()
        };
        vec![
            page(Wanted::default(), Vec::new(), Vec::new()),
            page(
                wanted(),
                [WHO, METHOD, TARGET, FROM, UNTIL]
                    .map(|field| Problem::new(field, "Mend it"))
                    .into(),
                Vec::new(),
            ),
            Self {
                first: Some("/audit".into()),
                next: Some("/audit?page_token=2".into()),
                ..page(wanted(), Vec::new(), Row::samples())
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
