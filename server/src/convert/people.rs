//! People and roles.

use llpr_proto::{names, v1};
use llpr_store::{Assignment, User};

use super::{date, timestamp};

pub(crate) fn user(user: User) -> v1::User {
    let User {
        id,
        email,
        display_name,
        disabled,
        created_at,
        version,
    } = user;
    v1::User {
        name: names::user(id),
        email,
        display_name,
        disabled,
        create_time: Some(timestamp(created_at)),
        etag: version.to_string(),
    }
}

pub(crate) fn assignment(assignment: Assignment) -> v1::RoleAssignment {
    let Assignment {
        id,
        user,
        user_display_name,
        role,
        node,
        node_display_name,
        from,
        until,
        version,
    } = assignment;
    v1::RoleAssignment {
        name: names::role_assignment(&user, id),
        user: names::user(user),
        user_display_name,
        role: i32::from(role.code()),
        node: node.to_string(),
        node_display_name,
        from_date: from.to_string(),
        until_date: date(until),
        etag: version.to_string(),
    }
}
