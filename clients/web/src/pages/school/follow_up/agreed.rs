//! What was agreed with a school and shared with it, as its headteacher reads it, and nothing else of
//! what follows from the analysis.

use askama::Template;
use axum::extract::{Path, Query};
use axum::response::Response;
use http::StatusCode;
use llpr_client::v1;
use serde::Deserialize;

use crate::browser::SignedIn;
use crate::failure::Failure;
use crate::pages::school::switch::Switcher;
use crate::pages::school::views::View;
use crate::pages::school::{Heading, school, school_name};
use crate::pages::tabs::Tabs;
use crate::pages::{FOOTER, Layout, anew, pages_around, render};
use crate::words::{date, follow_up};

/// Which page.
#[derive(Default, Deserialize)]
pub(crate) struct Wanted {
    #[serde(default)]
    page_token: String,
}

#[derive(Template)]
#[template(path = "agreed.html")]
struct Page {
    layout: Layout,
    switcher: Option<Switcher>,
    school: Heading,
    tabs: Tabs,
    rows: Vec<Row>,
    first: Option<String>,
    next: Option<String>,
}

struct Row {
    wording: String,
    kind: &'static str,
    owner: String,
    due: String,
    state: &'static str,
    state_tag: &'static str,
    closed: String,
    /// With whom and when, and who shared it.
    agreed: String,
}

/// Shows them. Whose role here does not open them finds no such page.
pub(crate) async fn show(
    signed_in: SignedIn,
    Path(urn): Path<String>,
    Query(Wanted { page_token }): Query<Wanted>,
) -> Result<Response, Failure> {
    let name = school_name(&urn)?;
    let path = format!("/schools/{urn}/agreed");
    let request = v1::ListAgreedActionsRequest {
        parent: name.clone(),
        page_size: 50,
        page_token: page_token.clone(),
    };
    let (school, answer) = tokio::join!(
        school(&signed_in, &name),
        read!(signed_in, follow_up().list_agreed_actions(request)),
    );
    let school = school?;
    let answer = match answer {
        Ok(answer) => answer,
        Err(error) => return anew(error, &path),
    };
    let (first, next) = pages_around(&path, &page_token, &answer.next_page_token);
    let page = Page {
        layout: Layout::new(&signed_in.browser)
            .below("/schools", "Schools")
            .below(format!("/schools/{urn}"), &*school.display_name),
        switcher: Switcher::of(&signed_in.caller, &urn),
        school: Heading::of(&school),
        tabs: View::Agreed.tabs(&signed_in.caller, &school),
        rows: answer.agreed_actions.into_iter().map(Row::from).collect(),
        first,
        next,
    };
    Ok(render(StatusCode::OK, &page))
}

impl From<v1::AgreedAction> for Row {
    fn from(action: v1::AgreedAction) -> Self {
        let (state, kind) = (action.state(), follow_up::kind(action.kind()));
        let agreement = action.agreement.unwrap_or_default();
        Self {
            state: follow_up::state(state, false),
            state_tag: follow_up::state_tag(state, false),
            kind,
            due: date(&action.due_date),
            closed: date(&action.close_date),
            owner: action.owner_display_name,
            agreed: format!(
                "With {} on {}, told by {}",
                agreement.agreed_with,
                date(&agreement.agreed_date),
                agreement.sharer_display_name
            ),
            wording: agreement.wording,
        }
    }
}

#[cfg(test)]
impl crate::pages::Sample for Page {
    fn samples() -> Vec<Self> {
        let page = |rows| Self {
            layout: Layout::sample(),
            switcher: Some(Switcher::sample()),
            school: Heading::sample(),
            tabs: View::Agreed.sample(),
            rows,
            first: None,
            next: None,
        };
        let action = |state: v1::FollowUpActionState, closed: &str| {
            Row::from(v1::AgreedAction {
                state: state.into(),
                owner_display_name: "Ada <b>Byron</b>".into(),
                due_date: "2024-12-13".into(),
                close_date: closed.into(),
                agreement: Some(v1::FollowUpAgreement {
                    wording: "We look at reading <b>Byron</b>".into(),
                    agreed_with: "the headteacher <b>Byron</b>".into(),
                    agreed_date: "2024-10-01".into(),
                    sharer_display_name: "Ada <b>Byron</b>".into(),
                    ..Default::default()
                }),
                ..Default::default()
            })
        };
        vec![
            page(Vec::new()),
            Self {
                first: Some("/schools/900001/agreed".into()),
                next: Some("/schools/900001/agreed?page_token=x".into()),
                ..page(vec![
                    action(v1::FollowUpActionState::Open, ""),
                    action(v1::FollowUpActionState::Done, "2024-12-01"),
                ])
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
    fn a_headteacher_reads_no_word_of_the_analysis_itself() {
        crate::tests::html::check_silence::<Page>(&[
            "risk", "criteri", "suggest", "urgen", "overdue",
        ]);
    }
}
