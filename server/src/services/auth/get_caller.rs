//! Says who the caller is and what the caller's roles open.

use llpr_proto::access::{METHODS, Scope};
use llpr_proto::v1::{GetCallerRequest, GetCallerResponse};
use llpr_store::access::SelfOnly;

use crate::context::Cx;
use crate::enter::Authorised;
use crate::problem::Problem;
use crate::{convert, enter};

pub(in crate::services) async fn handle(
    cx: Cx,
    call: Authorised<GetCallerRequest, SelfOnly>,
) -> Result<GetCallerResponse, Problem> {
    let (GetCallerRequest {}, access) = call.into_parts();
    let user = cx.store.own_user(&access).await?;
    let assignments = cx.store.own_assignments(&access).await?;
    let opens = |method: &&llpr_proto::access::Method| {
        let held = || {
            method
                .roles()
                .filter_map(enter::role)
                .any(|role| assignments.iter().any(|held| held.role == role))
        };
        matches!(method.scope, Scope::Public | Scope::SelfOnly) || held()
    };
    Ok(GetCallerResponse {
        methods: METHODS
            .iter()
            .filter(opens)
            .map(|method| method.full_name().to_owned())
            .collect(),
        user: Some(convert::user(user)),
        role_assignments: assignments.into_iter().map(convert::assignment).collect(),
    })
}
