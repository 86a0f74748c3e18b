//! Lists the data sets that can be loaded.

use llpr_domain::import::Dataset;
use llpr_proto::v1::{ListDatasetsRequest, ListDatasetsResponse};
use llpr_store::access::SelfOnly;

use crate::context::Cx;
use crate::convert;
use crate::enter::Authorised;
use crate::problem::Problem;

pub(in crate::services) async fn handle(
    _: Cx,
    _: Authorised<ListDatasetsRequest, SelfOnly>,
) -> Result<ListDatasetsResponse, Problem> {
    Ok(ListDatasetsResponse {
        datasets: Dataset::ALL.iter().copied().map(convert::dataset).collect(),
    })
}
