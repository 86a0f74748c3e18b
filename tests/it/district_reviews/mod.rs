//! The yearly review of a district, and the county's view (¶10, ¶11).

mod command_line;
mod county;
mod figures;
mod pack;
mod statements;
mod words;

use llpr_client::{Error, request_id};
use llpr_proto::v1::*;
use llpr_tests::Actor;

/// The district of the first SIM, and another's.
const NORTH: &str = "districts/north-marl";
const COAST: &str = "districts/saltmere-coast";

/// The review of a district in the county's programme year.
fn name(district: &str) -> String {
    format!("{district}/reviews/2024-2025")
}

async fn get(actor: &Actor, district: &str) -> Result<DistrictReview, Error> {
    let request = GetDistrictReviewRequest {
        name: name(district),
    };
    let answer = actor
        .session
        .district_reviews()
        .get_district_review(request)
        .await?;
    Ok(answer.into_inner().district_review.expect("a review"))
}

fn point(tag: &str, text: &str) -> DistrictReviewPoint {
    DistrictReviewPoint {
        tag: tag.into(),
        text: text.into(),
        ..DistrictReviewPoint::default()
    }
}

async fn write(
    actor: &Actor,
    seen: &DistrictReview,
    strengths: Vec<DistrictReviewPoint>,
    priorities: Vec<DistrictReviewPoint>,
) -> Result<DistrictReview, Error> {
    let request = WriteDistrictReviewRequest {
        name: seen.name.clone(),
        etag: seen.etag.clone(),
        strengths,
        priorities,
        request_id: request_id(),
    };
    let answer = actor
        .session
        .district_reviews()
        .write_district_review(request)
        .await?;
    Ok(answer.into_inner().district_review.expect("a review"))
}

async fn share(actor: &Actor, district: &str, etag: &str) -> Result<DistrictReview, Error> {
    let request = ShareDistrictReviewRequest {
        name: name(district),
        etag: etag.into(),
        request_id: request_id(),
    };
    let answer = actor
        .session
        .district_reviews()
        .share_district_review(request)
        .await?;
    Ok(answer.into_inner().district_review.expect("a review"))
}

async fn acknowledge(actor: &Actor, district: &str, etag: &str) -> Result<DistrictReview, Error> {
    let request = AcknowledgeDistrictReviewRequest {
        name: name(district),
        etag: etag.into(),
        request_id: request_id(),
    };
    let answer = actor
        .session
        .district_reviews()
        .acknowledge_district_review(request)
        .await?;
    Ok(answer.into_inner().district_review.expect("a review"))
}

/// Writes a version with these priorities, and shares it.
async fn shared(
    actor: &Actor,
    district: &str,
    priorities: Vec<DistrictReviewPoint>,
) -> DistrictReview {
    let seen = get(actor, district).await.expect("a review");
    let written = write(actor, &seen, Vec::new(), priorities)
        .await
        .expect("written");
    share(actor, district, &written.etag).await.expect("shared")
}

async fn pooled(actor: &Actor, district: &str) -> Result<GetDistrictReviewFiguresResponse, Error> {
    let request = GetDistrictReviewFiguresRequest {
        name: name(district),
    };
    let answer = actor
        .session
        .district_reviews()
        .get_district_review_figures(request)
        .await?;
    Ok(answer.into_inner())
}

async fn funnel(
    actor: &Actor,
    request: GetDistrictFunnelRequest,
) -> Result<GetDistrictFunnelResponse, Error> {
    let answer = actor
        .session
        .district_reviews()
        .get_district_funnel(request)
        .await?;
    Ok(answer.into_inner())
}

async fn districts(
    actor: &Actor,
    page_size: i32,
    page_token: String,
) -> Result<ListCountyDistrictsResponse, Error> {
    let request = ListCountyDistrictsRequest {
        page_size,
        page_token,
        ..ListCountyDistrictsRequest::default()
    };
    let answer = actor
        .session
        .district_reviews()
        .list_county_districts(request)
        .await?;
    Ok(answer.into_inner())
}

/// The fields that an answer complains of.
fn fields(error: &Error) -> Vec<&str> {
    let violations = error.violations().iter();
    violations
        .map(|violation| violation.field.as_str())
        .collect()
}
