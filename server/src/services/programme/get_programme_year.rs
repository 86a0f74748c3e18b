//! Returns a programme year.

use llpr_domain::year::AcademicYear;
use llpr_proto::v1::{GetProgrammeYearRequest, GetProgrammeYearResponse};
use llpr_store::access::SelfOnly;

use crate::context::Cx;
use crate::convert;
use crate::enter::Authorised;
use crate::problem::Problem;

pub(in crate::services) async fn handle(
    cx: Cx,
    call: Authorised<GetProgrammeYearRequest, SelfOnly>,
) -> Result<GetProgrammeYearResponse, Problem> {
    let (GetProgrammeYearRequest { name }, access) = call.into_parts();
    let version = if name.ends_with("/-") {
        let today = AcademicYear::of_date(access.today())
            .map_err(|error| Problem::field("name", error.to_string()))?;
        let (name, _) = cx.store.programme_in_force(&access, today).await?;
        cx.store.programme_version(&access, name).await?
    } else {
        let year = super::year("name", &name)?;
        cx.store.programme_year(&access, year).await?
    };
    let name = version.head.name;
    let version = convert::programme_version(version);
    Ok(GetProgrammeYearResponse {
        programme_year: Some(convert::programme_year(version, name)),
    })
}
