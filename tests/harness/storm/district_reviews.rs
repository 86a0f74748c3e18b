//! Reviews of districts, cut off. Each lane has a district of its own, because a version written
//! meanwhile stands in the way of sharing.

use futures::FutureExt as _;
use llpr_client::request_id;
use llpr_proto::v1::{
    AcknowledgeDistrictReviewRequest, DistrictReview, DistrictReviewPoint,
    GetDistrictReviewRequest, GetDistrictReviewResponse, ShareDistrictReviewRequest,
    ShareDistrictReviewResponse, WriteDistrictReviewRequest, WriteDistrictReviewResponse,
};

use super::stage::{Repeat, Scenario, Stage, call};

const WRITTEN: &str = "districts/north-marl";
const SHARED: &str = "districts/saltmere-coast";
const ACKNOWLEDGED: &str = "districts/thornholt-forest";

/// The districts whose own managers act, beside the first.
pub(super) const OTHERS: [&str; 2] = [SHARED, ACKNOWLEDGED];

/// The token of a district's manager.
fn manager(stage: &Stage, district: &str) -> Option<String> {
    stage.token(if district == WRITTEN { "SIM" } else { district })
}

/// A next version of a district's review.
async fn next(stage: &Stage, district: &str) -> WriteDistrictReviewRequest {
    let name = format!("{district}/reviews/2024-2025");
    let request = GetDistrictReviewRequest { name: name.clone() };
    let seen: GetDistrictReviewResponse = stage.make(manager(stage, district), &[request]).await;
    WriteDistrictReviewRequest {
        name,
        etag: seen.district_review.expect("a review").etag,
        strengths: Vec::new(),
        priorities: vec![DistrictReviewPoint {
            tag: "criteria/c".to_owned(),
            text: "Attendance.".to_owned(),
            ..DistrictReviewPoint::default()
        }],
        request_id: request_id(),
    }
}

async fn written(stage: &Stage, district: &str) -> DistrictReview {
    let request = next(stage, district).await;
    let made: WriteDistrictReviewResponse = stage.make(manager(stage, district), &[request]).await;
    made.district_review.expect("a review")
}

fn share(seen: DistrictReview) -> ShareDistrictReviewRequest {
    ShareDistrictReviewRequest {
        name: seen.name,
        etag: seen.etag,
        request_id: request_id(),
    }
}

pub(super) const WRITE: Scenario = Scenario {
    method: "DistrictReviewService/WriteDistrictReview",
    effects: Some("SELECT COUNT(*) FROM district_review_points"),
    ledgered: true,
    repeat: Repeat::SameOutcome,
    prepare: |stage, _, _| {
        async {
            let request = next(stage, WRITTEN).await;
            call(manager(stage, WRITTEN), &[request])
        }
        .boxed()
    },
};

pub(super) const SHARE: Scenario = Scenario {
    method: "DistrictReviewService/ShareDistrictReview",
    effects: Some("SELECT COUNT(*) FROM district_reviews WHERE shared_at IS NOT NULL"),
    ledgered: true,
    repeat: Repeat::SameOutcome,
    prepare: |stage, _, _| {
        async {
            let request = share(written(stage, SHARED).await);
            call(manager(stage, SHARED), &[request])
        }
        .boxed()
    },
};

pub(super) const ACKNOWLEDGE: Scenario = Scenario {
    method: "DistrictReviewService/AcknowledgeDistrictReview",
    effects: Some("SELECT COUNT(*) FROM district_reviews WHERE acknowledged_at IS NOT NULL"),
    ledgered: true,
    repeat: Repeat::SameOutcome,
    prepare: |stage, _, _| {
        async {
            let request = share(written(stage, ACKNOWLEDGED).await);
            let shared: ShareDistrictReviewResponse =
                stage.make(manager(stage, ACKNOWLEDGED), &[request]).await;
            let seen = shared.district_review.expect("a review");
            let request = AcknowledgeDistrictReviewRequest {
                name: seen.name,
                etag: seen.etag,
                request_id: request_id(),
            };
            call(stage.token("COUNTY_MANAGER"), &[request])
        }
        .boxed()
    },
};
