//! The September pack, to be saved: the review and a page for each school, as the server prints it.

use axum::extract::Path;
use axum::response::Response;
use llpr_client::v1;
use tokio_stream::StreamExt as _;

use crate::browser::SignedIn;
use crate::failure::Failure;
use crate::pages::attachment::{About, attachment};
use crate::pages::imports::upload::UPLOAD_TIMEOUT;
use crate::pages::risk::district;

pub(super) const PRINTS: &str = "DistrictReviewService/PrintDistrictPack";

pub(crate) async fn download(
    signed_in: SignedIn,
    Path(slug): Path<String>,
) -> Result<Response, Failure> {
    district(&signed_in, &slug, PRINTS).await?;
    let mut call = signed_in.call(v1::PrintDistrictPackRequest {
        name: format!("districts/{slug}/reviews/-"),
    });
    call.set_timeout(UPLOAD_TIMEOUT);
    let mut client = signed_in.session.district_reviews();
    let mut parts = client.print_district_pack(call).await?.into_inner();
    let first = parts.message().await?;
    let first = first.ok_or(Failure::Fault("a pack without a part"))?;
    let about = About {
        file_name: first.file_name,
        media_type: "application/pdf".into(),
        size_bytes: first.size_bytes,
    };
    let rest = parts.map(|part| part.map(|part| part.content));
    let all = tokio_stream::once(Ok(first.content)).chain(rest);
    Ok(attachment(&about, all))
}
