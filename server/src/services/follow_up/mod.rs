//! The handlers of `FollowUpService`.

pub(super) mod complete_follow_up_action;
pub(super) mod create_contact;
pub(super) mod create_follow_up_action;
pub(super) mod drop_follow_up_action;
pub(super) mod get_follow_up_action;
pub(super) mod list_agreed_actions;
pub(super) mod list_contacts;
pub(super) mod list_contacts_due;
pub(super) mod list_follow_up_actions;
pub(super) mod list_my_follow_up_actions;
pub(super) mod share_follow_up_action;
pub(super) mod update_follow_up_action;
pub(super) mod withdraw_contact;

use llpr_domain::urn::Urn;
use llpr_proto::names;
use llpr_proto::v1::FollowUpAction;
use llpr_store::Outcome;
use llpr_store::access::School;
use llpr_store::follow_up::Action;
use llpr_store::{Access, StoreError};

use super::risk::{last, year};
use crate::context::Cx;
use crate::convert;
use crate::problem::Problem;

/// The id of `users/{id}`; empty where none is given.
fn owner(name: &str) -> Result<String, Problem> {
    if name.is_empty() {
        return Ok(String::new());
    }
    let id = names::id(name, "users").map(str::to_owned);
    id.ok_or_else(|| Problem::field("follow_up_action.owner", "is not users/{id}"))
}

/// The id of a contact of a school; `None` where none is given.
fn contact(school: Urn, name: &str) -> Result<Option<String>, Problem> {
    if name.is_empty() {
        return Ok(None);
    }
    let id = names::id(name, &format!("{}/contacts", names::school(school)));
    let id = id.map(|id| Some(id.to_owned()));
    id.ok_or_else(|| {
        Problem::field(
            "follow_up_action.contact",
            "is not schools/{urn}/contacts/{id} of the same school",
        )
    })
}

/// What came of a write; of a repetition, the action as it stands now.
async fn told(
    cx: &Cx,
    access: &Access<School>,
    outcome: Result<Outcome<Action>, StoreError>,
) -> Result<Option<FollowUpAction>, Problem> {
    let action = match outcome? {
        Outcome::Done(action) => action,
        Outcome::Repeated(name) => cx.store.action(access, last(&name)).await?,
    };
    Ok(Some(convert::follow_up_action(action)))
}
