//! The handlers of `UserService`.

pub(super) mod create_role_assignment;
pub(super) mod create_user;
pub(super) mod end_role_assignment;
pub(super) mod get_user;
pub(super) mod list_role_assignments;
pub(super) mod list_users;
pub(super) mod set_user_password;
pub(super) mod update_user;

use llpr_proto::names;

/// The id in `users/{id}`; of any other text the whole, which no user has.
fn user_id(name: &str) -> &str {
    names::id(name, "users").unwrap_or(name)
}

/// User and id in `users/{user}/roleAssignments/{id}`.
fn assignment_id(name: &str) -> Option<(String, String)> {
    let (user, id) = name
        .strip_prefix("users/")?
        .split_once("/roleAssignments/")?;
    Some((user.to_owned(), id.to_owned()))
}
