//! Decisions of the annual risk analysis, cut off.

use futures::FutureExt as _;
use llpr_client::request_id;
use llpr_proto::v1::{
    ConfirmSuggestionRequest, DismissReason, DismissSuggestionRequest, GetSuggestionRequest,
    GetSuggestionResponse,
};

use super::stage::{Repeat, Scenario, Stage, call};

/// Support and an inspection suggest these: no lane that loads figures changes them.
const SUPPORT: &str = "schools/900008/suggestions/2024-2025-g";
const INSPECTION: &str = "schools/900013/suggestions/2024-2025-j";

async fn etag(stage: &Stage, name: &str) -> String {
    let request = GetSuggestionRequest {
        name: name.to_owned(),
    };
    let seen: GetSuggestionResponse = stage.make(stage.token("SIM"), &[request]).await;
    seen.suggestion.expect("a suggestion").etag
}

pub(super) const CONFIRM: Scenario = Scenario {
    method: "RiskService/ConfirmSuggestion",
    effects: Some("SELECT COUNT(*) FROM risk_decisions WHERE decision = 'confirmed'"),
    ledgered: true,
    repeat: Repeat::SameOutcome,
    prepare: |stage, _, _| {
        async {
            let request = ConfirmSuggestionRequest {
                name: SUPPORT.to_owned(),
                etag: etag(stage, SUPPORT).await,
                note: String::new(),
                request_id: request_id(),
            };
            call(stage.token("SIM"), &[request])
        }
        .boxed()
    },
};

pub(super) const DISMISS: Scenario = Scenario {
    method: "RiskService/DismissSuggestion",
    effects: Some("SELECT COUNT(*) FROM risk_decisions WHERE decision = 'dismissed'"),
    ledgered: true,
    repeat: Repeat::SameOutcome,
    prepare: |stage, _, _| {
        async {
            let request = DismissSuggestionRequest {
                name: INSPECTION.to_owned(),
                etag: etag(stage, INSPECTION).await,
                reason: DismissReason::InHand.into(),
                note: String::new(),
                request_id: request_id(),
            };
            call(stage.token("SIM"), &[request])
        }
        .boxed()
    },
};
