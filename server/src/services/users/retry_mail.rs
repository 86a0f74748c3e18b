//! Lets a mail be tried again.

use llpr_proto::access::Guarded as _;
use llpr_proto::names;
use llpr_proto::v1::{RetryMailRequest, RetryMailResponse};
use llpr_store::access::County;

use crate::context::Cx;
use crate::convert;
use crate::enter::Authorised;
use crate::problem::Problem;

pub(in crate::services) async fn handle(
    cx: Cx,
    call: Authorised<RetryMailRequest, County>,
) -> Result<RetryMailResponse, Problem> {
    let (mut request, access) = call.into_parts();
    let request_id = std::mem::take(&mut request.request_id);
    let intent = cx.intent(RetryMailRequest::METHOD.path, &request_id, &request);
    let id = names::id(&request.name, "mails").unwrap_or_default();
    cx.store.retry_mail(&access, intent, id.to_owned()).await?;
    cx.post.notify_one();
    let mail = cx.store.mail(&access, id).await?;
    Ok(RetryMailResponse {
        mail: Some(convert::mail(mail)),
    })
}
