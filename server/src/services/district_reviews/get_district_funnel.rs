//! Returns the funnel plot of a measure.

use llpr_domain::figure::PupilGroup;
use llpr_proto::v1::{GetDistrictFunnelRequest, GetDistrictFunnelResponse};
use llpr_store::access::District;

use crate::context::Cx;
use crate::convert;
use crate::enter::Authorised;
use crate::problem::Problem;

pub(in crate::services) async fn handle(
    cx: Cx,
    call: Authorised<GetDistrictFunnelRequest, District>,
) -> Result<GetDistrictFunnelResponse, Problem> {
    let (request, access) = call.into_parts();
    let year = super::review_year("name", &request.name)?;
    let topic = convert::funnel_topic(&request.measure).ok_or_else(|| {
        Problem::field(
            "measure",
            "is not one that schools are asked about: take measures/ks2-rwm-expected, \
             measures/phonics-met, measures/persistent-absence or measures/suspended-pupils",
        )
    })?;
    let group = convert::group(request.group()).unwrap_or(PupilGroup::All);
    let results = match request.academic_year.as_str() {
        "" => None,
        text => Some(
            text.parse()
                .map_err(|_| Problem::field("academic_year", "is not an academic year"))?,
        ),
    };
    let funnel = cx
        .store
        .district_funnel(&access, year, topic, group, results)
        .await?;
    Ok(convert::district_funnel(funnel))
}
