//! Lists the measures there are.

use llpr_domain::measure::Measure;
use llpr_proto::v1::{ListMeasuresRequest, ListMeasuresResponse};
use llpr_store::access::SelfOnly;

use crate::context::Cx;
use crate::convert;
use crate::enter::Authorised;
use crate::problem::Problem;

pub(in crate::services) async fn handle(
    _: Cx,
    _: Authorised<ListMeasuresRequest, SelfOnly>,
) -> Result<ListMeasuresResponse, Problem> {
    Ok(ListMeasuresResponse {
        measures: Measure::ALL.iter().copied().map(convert::measure).collect(),
    })
}
