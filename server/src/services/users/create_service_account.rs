//! Creates a service account.

use llpr_domain::access::Role;
use llpr_proto::access::Guarded as _;
use llpr_proto::v1::{CreateServiceAccountRequest, CreateServiceAccountResponse};
use llpr_store::access::County;
use llpr_store::{NewServiceAccount, Outcome, Refusal};

use crate::context::Cx;
use crate::enter::Authorised;
use crate::problem::Problem;
use crate::{convert, enter};

const DAY: i64 = 24 * 3600 * 1_000_000;

pub(in crate::services) async fn handle(
    cx: Cx,
    call: Authorised<CreateServiceAccountRequest, County>,
) -> Result<CreateServiceAccountResponse, Problem> {
    let (mut request, access) = call.into_parts();
    let request_id = std::mem::take(&mut request.request_id);
    let intent = cx.intent(
        CreateServiceAccountRequest::METHOD.path,
        &request_id,
        &request,
    );
    let wanted = request.service_account.unwrap_or_default();
    let role = i16::try_from(wanted.role).ok().and_then(Role::from_code);
    let role = role.ok_or_else(|| Problem::field("service_account.role", "is required"))?;
    if !role.is_open_to_scripts() {
        return Err(Refusal::NotForScripts(role).into());
    }
    let node = enter::node(&wanted.node).filter(|node| node.kind() == role.node_kind());
    let node = node.ok_or_else(|| {
        Problem::field(
            "service_account.node",
            format!(
                "The role {} is held at {}.",
                role.label(),
                super::place_of(role)
            ),
        )
    })?;
    let display_name = wanted.display_name.trim().to_owned();
    if display_name.is_empty() {
        return Err(Problem::field(
            "service_account.display_name",
            "is required",
        ));
    }
    let new = NewServiceAccount {
        display_name,
        role,
        node,
        expires_at: end(&cx, wanted.expire_time.as_ref())?,
    };
    let account = match cx
        .store
        .create_service_account(&access, intent, new)
        .await?
    {
        Outcome::Done(account) => account,
        Outcome::Repeated(name) => {
            let id = super::service_account_id(&name);
            cx.store
                .service_account(&access, id, cx.clock.micros())
                .await?
        }
    };
    Ok(CreateServiceAccountResponse {
        service_account: Some(convert::service_account(account)),
    })
}

/// The end, which every account has and none too far ahead: what nobody thinks of any more stops.
fn end(cx: &Cx, time: Option<&prost_types::Timestamp>) -> Result<i64, Problem> {
    const FIELD: &str = "service_account.expire_time";
    let time = time.ok_or_else(|| Problem::field(FIELD, "is required"))?;
    let (now, end) = (cx.clock.micros(), convert::micros(time));
    let days = cx.config.auth.service_account_days;
    if end <= now {
        return Err(Problem::field(FIELD, "must be in the future"));
    }
    // A day's leave, so that "in 366 days" may mean the end of that day.
    if end > now + (i64::from(days) + 1) * DAY {
        return Err(Problem::field(
            FIELD,
            format!("must be at most {days} days ahead (the setting auth.service_account_days)"),
        ));
    }
    Ok(end)
}
