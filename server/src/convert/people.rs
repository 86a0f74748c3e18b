//! People and roles.

use llpr_proto::{names, v1};
use llpr_store::{Assignment, ServiceAccount, ServiceAccountToken, User};

use super::{date, timestamp};

pub(crate) fn user(user: User) -> v1::User {
    let User {
        id,
        kind,
        email,
        display_name,
        disabled,
        created_at,
        version,
    } = user;
    v1::User {
        name: super::account_name(kind, id),
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

pub(crate) fn service_account(account: ServiceAccount) -> v1::ServiceAccount {
    let ServiceAccount {
        id,
        display_name,
        role,
        node,
        node_display_name,
        revoked,
        created_at,
        expires_at,
        tokens,
    } = account;
    v1::ServiceAccount {
        name: names::service_account(id),
        display_name,
        role: i32::from(role.code()),
        node: node.to_string(),
        node_display_name,
        expire_time: Some(timestamp(expires_at)),
        create_time: Some(timestamp(created_at)),
        revoked,
        tokens: tokens.into_iter().map(service_account_token).collect(),
    }
}

pub(crate) fn service_account_token(token: ServiceAccountToken) -> v1::ServiceAccountToken {
    let ServiceAccountToken {
        id,
        user_id,
        created_at,
        expires_at,
    } = token;
    v1::ServiceAccountToken {
        name: format!("{}/tokens/{id}", names::service_account(user_id)),
        create_time: Some(timestamp(created_at)),
        expire_time: Some(timestamp(expires_at)),
    }
}
