//! The person's own account: roles, password, sessions.

use askama::Template;
use axum::response::{IntoResponse, Redirect, Response};
use http::StatusCode;
use llpr_client::v1;
use serde::Deserialize;

use crate::browser::{Notice, SignedIn};
use crate::csrf::CsrfForm;
use crate::failure::Failure;
use crate::pages::form::{self, Hidden};
use crate::pages::{FOOTER, Layout, Problem, render};
use crate::words::{self, date};

const CURRENT: &str = "current-password";
const NEW: &str = "new-password";
const AGAIN: &str = "new-password-again";

/// The form for a new password. No `Debug`.
#[derive(Deserialize)]
pub(crate) struct Passwords {
    #[serde(default, rename = "current-password")]
    current: String,
    #[serde(default, rename = "new-password")]
    new: String,
    #[serde(default, rename = "new-password-again")]
    again: String,
}

#[derive(Template)]
#[template(path = "account.html")]
struct Page {
    layout: Layout,
    hidden: Hidden,
    user: v1::User,
    roles: Vec<Held>,
    sessions: Vec<Standing>,
    problems: Vec<Problem>,
}

struct Held {
    role: &'static str,
    place: String,
    from: String,
    until: String,
}

/// A session of the person's.
struct Standing {
    id: String,
    began: String,
    used: String,
    by_link: bool,
    current: bool,
    request_id: String,
}

impl From<v1::Session> for Standing {
    fn from(session: v1::Session) -> Self {
        let moment = |time: Option<prost_types::Timestamp>| {
            time.as_ref().map_or_else(String::new, words::moment)
        };
        Self {
            id: session
                .name
                .strip_prefix("sessions/")
                .unwrap_or_default()
                .to_owned(),
            began: moment(session.create_time),
            used: moment(session.use_time),
            by_link: session.by_link,
            current: session.current,
            request_id: llpr_client::request_id(),
        }
    }
}

async fn page(signed_in: &SignedIn, problems: Vec<Problem>) -> Result<Page, Failure> {
    let sessions = read!(signed_in, auth().list_sessions(v1::ListSessionsRequest {})).await?;
    let roles = signed_in.caller.roles.iter().map(|given| Held {
        role: words::role(given.role()),
        place: given.node_display_name.clone(),
        from: date(&given.from_date),
        until: date(&given.until_date),
    });
    Ok(Page {
        layout: Layout::new(&signed_in.browser),
        hidden: Hidden::new(&signed_in.browser),
        user: signed_in.caller.user.clone(),
        roles: roles.collect(),
        sessions: sessions.sessions.into_iter().map(Standing::from).collect(),
        problems,
    })
}

/// Shows it.
pub(crate) async fn show(signed_in: SignedIn) -> Result<Response, Failure> {
    let page = page(&signed_in, Vec::new()).await?;
    Ok(render(StatusCode::OK, &page))
}

/// Which session to end: its id, or `-` for all others.
#[derive(Deserialize)]
pub(crate) struct Ended {
    #[serde(default)]
    session: String,
    #[serde(default)]
    request_id: String,
}

/// Ends one of the person's sessions, or all but this one.
pub(crate) async fn end_session(
    signed_in: SignedIn,
    form: CsrfForm<Ended>,
) -> Result<Response, Failure> {
    let Ended {
        session,
        request_id,
    } = form.into_inner();
    let all = session == "-";
    let request = v1::EndSessionRequest {
        name: format!("sessions/{session}"),
        request_id,
    };
    match read!(signed_in, auth().end_session(request)).await {
        // It has ended by itself meanwhile.
        Err(error) if error.code() == tonic::Code::NotFound => {}
        ended => drop(ended?),
    }
    signed_in.browser.say_done(if all {
        "Your other sessions have ended."
    } else {
        "The session has ended."
    });
    Ok(Redirect::to("/account").into_response())
}

/// What the warning before the end of the session asks for: that somebody is there.
pub(crate) async fn stay(_signed_in: SignedIn) -> StatusCode {
    StatusCode::NO_CONTENT
}

/// Changes the password, which ends the person's other sessions.
pub(crate) async fn change_password(
    signed_in: SignedIn,
    form: CsrfForm<Passwords>,
) -> Result<Response, Failure> {
    let fields = form.into_inner();
    let mut problems = Vec::new();
    if fields.current.is_empty() {
        problems.push(Problem::new(CURRENT, "Enter your current password"));
    }
    if fields.new.is_empty() {
        problems.push(Problem::new(NEW, "Enter a new password"));
    } else if fields.new != fields.again {
        problems.push(Problem::new(
            AGAIN,
            "Type the new password twice in the same way",
        ));
    }
    if problems.is_empty() {
        let request = signed_in.call(v1::ChangePasswordRequest {
            current_password: fields.current,
            new_password: fields.new,
        });
        // Not repeated: the second time the current password would be the wrong one.
        match signed_in.session.auth().change_password(request).await {
            Ok(_) => {
                signed_in
                    .browser
                    .say_done("Your password is changed. Your other sessions have ended.");
                return Ok(Redirect::to("/account").into_response());
            }
            Err(status) => {
                let inputs = [("current_password", CURRENT), ("password", NEW)];
                problems = form::problems(status.into(), &inputs)?;
            }
        }
    }
    Ok(form::again(&page(&signed_in, problems).await?))
}

/// The button sends nothing but its token.
#[derive(Deserialize)]
pub(crate) struct Everywhere {}

/// Ends all of the person's sessions, this one too.
pub(crate) async fn sign_out_everywhere(
    signed_in: SignedIn,
    _form: CsrfForm<Everywhere>,
) -> Result<Redirect, Failure> {
    // Unlike the button for this session alone, it must not seem to have worked.
    signed_in.session.sign_out(true).await?;
    signed_in.browser.sign_out(Notice::SignedOut);
    Ok(Redirect::to("/sign-in"))
}

#[cfg(test)]
impl crate::pages::Sample for Page {
    fn samples() -> Vec<Self> {
        let page = |roles, problems| Self {
            layout: Layout::sample(),
            hidden: Hidden::sample(),
            user: v1::User {
                display_name: "Ada <b>Byron</b>".into(),
                email: "ada@example.org".into(),
                ..Default::default()
            },
            roles,
            sessions: [true, false]
                .map(|current| {
                    Standing::from(v1::Session {
                        name: "sessions/1".into(),
                        current,
                        by_link: !current,
                        ..Default::default()
                    })
                })
                .into(),
            problems,
        };
        let role = |until: &str| Held {
            role: "Governor",
            place: "St Mary's <Infant> School".into(),
            from: "1 September 2024".into(),
            until: until.into(),
        };
        vec![
            page(Vec::new(), Vec::new()),
            page(
                vec![role(""), role("1 September 2026")],
                vec![
                    Problem::new(CURRENT, "Is wrong"),
                    Problem::new(NEW, "Is too short"),
                    Problem::new(AGAIN, "Differs"),
                ],
            ),
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
