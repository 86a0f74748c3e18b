//! The handlers of `UserService`.

pub(super) mod cancel_invitation;
pub(super) mod create_invitation;
pub(super) mod create_role_assignment;
pub(super) mod create_service_account;
pub(super) mod create_user;
pub(super) mod create_user_link;
pub(super) mod end_role_assignment;
pub(super) mod get_service_account;
pub(super) mod get_user;
pub(super) mod import_people;
pub(super) mod list_invitations;
pub(super) mod list_mails;
pub(super) mod list_role_assignments;
pub(super) mod list_service_accounts;
pub(super) mod list_users;
pub(super) mod resend_invitation;
pub(super) mod retry_mail;
pub(super) mod revoke_service_account;
pub(super) mod set_user_password;
pub(super) mod update_user;

use llpr_domain::access::{NodeKind, Role};
use llpr_proto::names;

/// The id in `users/{id}`; of any other text the whole, which no user has.
fn user_id(name: &str) -> &str {
    names::id(name, "users").unwrap_or(name)
}

/// The id in `serviceAccounts/{id}`; of any other text the whole, which no account has.
pub(super) fn service_account_id(name: &str) -> &str {
    names::id(name, "serviceAccounts").unwrap_or(name)
}

/// User and id in `users/{user}/roleAssignments/{id}`.
fn assignment_id(name: &str) -> Option<(String, String)> {
    let (user, id) = name
        .strip_prefix("users/")?
        .split_once("/roleAssignments/")?;
    Some((user.to_owned(), id.to_owned()))
}

/// User and id in `users/{user}/invitations/{id}`.
fn invitation_id(name: &str) -> Option<(String, String)> {
    let (user, id) = name.strip_prefix("users/")?.split_once("/invitations/")?;
    Some((user.to_owned(), id.to_owned()))
}

/// Where a role is held, in words and as it is written.
fn place_of(role: Role) -> &'static str {
    match role.node_kind() {
        NodeKind::County => "the county: county",
        NodeKind::District => "a district: districts/{district}",
        NodeKind::School => "a school: schools/{urn}",
    }
}
