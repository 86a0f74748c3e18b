//! The methods of the district review and the county's view.

use llpr_proto::v1::*;
use prost::Message as _;

/// A sample request; `None` for the methods of other services.
pub(super) fn sample(method: &str, district: &str) -> Option<Vec<u8>> {
    let name = format!("{district}/reviews/2024-2025");
    let etag = "x".to_owned();
    let sample = match method {
        "DistrictReviewService/GetDistrictReview" => {
            GetDistrictReviewRequest { name }.encode_to_vec()
        }
        "DistrictReviewService/ListDistrictReviewVersions" => ListDistrictReviewVersionsRequest {
            parent: name,
            ..ListDistrictReviewVersionsRequest::default()
        }
        .encode_to_vec(),
        "DistrictReviewService/GetDistrictReviewFigures" => {
            GetDistrictReviewFiguresRequest { name }.encode_to_vec()
        }
        "DistrictReviewService/GetDistrictFunnel" => GetDistrictFunnelRequest {
            name,
            ..GetDistrictFunnelRequest::default()
        }
        .encode_to_vec(),
        "DistrictReviewService/PrintDistrictPack" => {
            PrintDistrictPackRequest { name }.encode_to_vec()
        }
        "DistrictReviewService/WriteDistrictReview" => WriteDistrictReviewRequest {
            name,
            etag,
            ..WriteDistrictReviewRequest::default()
        }
        .encode_to_vec(),
        "DistrictReviewService/ShareDistrictReview" => ShareDistrictReviewRequest {
            name,
            etag,
            ..ShareDistrictReviewRequest::default()
        }
        .encode_to_vec(),
        "DistrictReviewService/AcknowledgeDistrictReview" => AcknowledgeDistrictReviewRequest {
            name,
            etag,
            ..AcknowledgeDistrictReviewRequest::default()
        }
        .encode_to_vec(),
        "DistrictReviewService/ListCountyDistricts" => Vec::new(),
        _ => return None,
    };
    Some(sample)
}

/// Whether a role may call a method over its own scope and over another's, from the design.
pub(super) fn expected(method: &str, role: &str) -> Option<(bool, bool)> {
    let is = |roles: &[&str]| roles.contains(&role);
    let county = is(&["COUNTY_MANAGER"]);
    let may = match method {
        "DistrictReviewService/GetDistrictReview"
        | "DistrictReviewService/ListDistrictReviewVersions"
        | "DistrictReviewService/GetDistrictReviewFigures"
        | "DistrictReviewService/GetDistrictFunnel" => (is(&["SIM", "COUNTY_MANAGER"]), county),
        "DistrictReviewService/PrintDistrictPack"
        | "DistrictReviewService/WriteDistrictReview"
        | "DistrictReviewService/ShareDistrictReview" => (is(&["SIM"]), false),
        "DistrictReviewService/AcknowledgeDistrictReview"
        | "DistrictReviewService/ListCountyDistricts" => (county, county),
        _ => return None,
    };
    Some(may)
}
