//! The county's own templates, as files to start from.

use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};

use super::{dataset_id, datasets};
use crate::browser::SignedIn;
use crate::failure::Failure;

/// Gives the template of a data set to be saved.
pub(crate) async fn download(
    signed_in: SignedIn,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    let dataset = datasets(&signed_in)
        .await?
        .into_iter()
        .find(|dataset| dataset_id(dataset) == id && !dataset.template.is_empty())
        .ok_or(Failure::NoSuchPage)?;
    // The server's ids are letters, digits and hyphens; this is only what is already known.
    let name = format!("attachment; filename=\"{}.csv\"", dataset_id(&dataset));
    let headers = [
        (CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (CONTENT_DISPOSITION, name),
    ];
    Ok((headers, dataset.template).into_response())
}
