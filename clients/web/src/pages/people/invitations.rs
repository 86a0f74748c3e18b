//! Invitations: how they stand, sending one again, taking one back.

use askama::Template;
use axum::extract::{Path, Query};
use axum::response::{IntoResponse, Redirect, Response};
use http::StatusCode;
use llpr_client::{ErrorReason, v1};
use serde::Deserialize;
use url::form_urlencoded::Serializer;

use crate::browser::SignedIn;
use crate::csrf::CsrfForm;
use crate::failure::Failure;
use crate::pages::{FOOTER, Layout, render};
use crate::words;

const PAGE_SIZE: i32 = 50;

/// Which invitations, and which page.
#[derive(Default, Deserialize)]
pub(crate) struct Wanted {
    /// `all`, or the open ones.
    #[serde(default)]
    show: String,
    #[serde(default)]
    page_token: String,
}

#[derive(Template)]
#[template(path = "invitations.html")]
struct Page {
    layout: Layout,
    form_token: String,
    all: bool,
    rows: Vec<Row>,
    first: Option<String>,
    next: Option<String>,
}

struct Row {
    person: String,
    email: String,
    role: &'static str,
    place: String,
    state: &'static str,
    mail: &'static str,
    until: String,
    /// Where its buttons send to; none once it is closed.
    path: Option<String>,
    /// Of each row its own, so that no two buttons look like one pressed twice.
    request_id: String,
}

/// Lists the invitations at the places where the person may give roles.
pub(crate) async fn show(
    signed_in: SignedIn,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Failure> {
    let all = wanted.show == "all";
    let request = v1::ListInvitationsRequest {
        page_size: PAGE_SIZE,
        page_token: wanted.page_token.clone(),
        open_only: !all,
    };
    let answer = match read!(signed_in, users().list_invitations(request)).await {
        Ok(answer) => answer,
        Err(error)
            if !wanted.page_token.is_empty()
                && error.reason() == Some(ErrorReason::PageTokenInvalid) =>
        {
            return Ok(Redirect::to(&link(all, "")).into_response());
        }
        Err(error) => return Err(Failure::hidden(error)),
    };
    let page = Page {
        layout: Layout::new(&signed_in.browser),
        form_token: signed_in.browser.form_token(),
        all,
        rows: answer.invitations.into_iter().map(Row::from).collect(),
        first: (!wanted.page_token.is_empty()).then(|| link(all, "")),
        next: (!answer.next_page_token.is_empty()).then(|| link(all, &answer.next_page_token)),
    };
    Ok(render(StatusCode::OK, &page))
}

fn link(all: bool, page_token: &str) -> String {
    let mut pairs = Serializer::new(String::new());
    if all {
        pairs.append_pair("show", "all");
    }
    if !page_token.is_empty() {
        pairs.append_pair("page_token", page_token);
    }
    match pairs.finish() {
        query if query.is_empty() => "/invitations".into(),
        query => format!("/invitations?{query}"),
    }
}

/// What a button does.
#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Change {
    Resend,
    Cancel,
}

/// What a button sends.
#[derive(Deserialize)]
pub(crate) struct Button {
    #[serde(default)]
    request_id: String,
}

/// Sends an invitation again, or takes it back.
pub(crate) async fn change(
    signed_in: SignedIn,
    Path((user, id, change)): Path<(String, String, Change)>,
    form: CsrfForm<Button>,
) -> Result<Response, Failure> {
    let request_id = form.into_inner().request_id;
    let name = format!("users/{user}/invitations/{id}");
    let done = match change {
        Change::Resend => {
            let request = v1::ResendInvitationRequest { name, request_id };
            read!(signed_in, users().resend_invitation(request)).await?;
            "The invitation is sent again. The link in the first mail no longer works."
        }
        Change::Cancel => {
            let request = v1::CancelInvitationRequest { name, request_id };
            read!(signed_in, users().cancel_invitation(request)).await?;
            "The invitation is taken back: its link no longer works, and the role has ended."
        }
    };
    signed_in.browser.say_done(done);
    Ok(Redirect::to("/invitations").into_response())
}

impl From<v1::Invitation> for Row {
    fn from(invitation: v1::Invitation) -> Self {
        let state = invitation.state();
        let open = matches!(
            state,
            v1::InvitationState::Waiting | v1::InvitationState::Expired
        );
        let path = invitation.name.strip_prefix("users/");
        let path = path.map(|path| format!("/invitations/{}", path.replace("/invitations/", "/")));
        Self {
            role: words::role(invitation.role()),
            state: words::invitation(state),
            mail: words::mail(invitation.mail_state()),
            until: invitation
                .expire_time
                .as_ref()
                .filter(|_| open)
                .map_or_else(String::new, words::moment),
            path: path.filter(|_| open),
            request_id: llpr_client::request_id(),
            person: invitation.display_name,
            email: invitation.email,
            place: invitation.node_display_name,
        }
    }
}

#[cfg(test)]
impl crate::pages::Sample for Page {
    fn samples() -> Vec<Self> {
        let row = |state: v1::InvitationState| {
            Row::from(v1::Invitation {
                name: "users/1/invitations/2".into(),
                display_name: "Ada <b>Byron</b>".into(),
                email: "ada\"@example.org".into(),
                role: llpr_client::Role::Governor.into(),
                node_display_name: "St Mary's <Infant> School".into(),
                state: state.into(),
                mail_state: v1::MailState::Failed.into(),
                ..Default::default()
            })
        };
        let page = |all, rows| Self {
            layout: Layout::sample(),
            form_token: "form-token".into(),
            all,
            rows,
            first: None,
            next: None,
        };
        vec![
            page(false, Vec::new()),
            Self {
                first: Some("/invitations".into()),
                next: Some("/invitations?page_token=x".into()),
                ..page(
                    true,
                    vec![
                        row(v1::InvitationState::Waiting),
                        row(v1::InvitationState::Accepted),
                    ],
                )
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
    fn only_an_open_invitation_has_buttons() {
        let row = |state: v1::InvitationState| {
            Row::from(v1::Invitation {
                name: "users/1/invitations/2".into(),
                state: state.into(),
                ..Default::default()
            })
        };
        let path = row(v1::InvitationState::Expired).path;
        assert_eq!(path.as_deref(), Some("/invitations/1/2"));
        assert_eq!(row(v1::InvitationState::Cancelled).path, None);
    }
}
