//! Decisions of the annual risk analysis, cut off.

use futures::FutureExt as _;
use llpr_client::request_id;
use llpr_proto::v1::{
    AddRiskCriterionRequest, AddRiskCriterionResponse, AssessSchoolRequest, AssessSchoolResponse,
    ConfirmSuggestionRequest, DecideRiskCriterionRequest, DismissReason, DismissSuggestionRequest,
    GetRiskAssessmentRequest, GetRiskAssessmentResponse, GetSuggestionRequest,
    GetSuggestionResponse, ReleaseRiskWordingRequest, ReviewSchoolsRequest, RiskAssessment,
    RiskCriterionState, RiskState, RiskUrgency, ShareRiskAssessmentsRequest,
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

const YEAR: &str = "programmeYears/2024-2025";
const DISTRICT: &str = "districts/north-marl";

fn criterion(school: &str, letter: &str) -> AddRiskCriterionRequest {
    AddRiskCriterionRequest {
        parent: school.to_owned(),
        programme_year: YEAR.to_owned(),
        criterion: letter.to_owned(),
        note: "Seen on the day.".to_owned(),
        request_id: request_id(),
    }
}

pub(super) const ADD: Scenario = Scenario {
    method: "RiskService/AddRiskCriterion",
    effects: Some("SELECT COUNT(*) FROM risk_criteria"),
    ledgered: true,
    repeat: Repeat::SameOutcome,
    prepare: |stage, _, _| {
        async { call(stage.token("SIM"), &[criterion("schools/900004", "k")]) }.boxed()
    },
};

pub(super) const DECIDE: Scenario = Scenario {
    method: "RiskService/DecideRiskCriterion",
    effects: Some("SELECT CAST(COALESCE(SUM(version - 1), 0) AS BIGINT) FROM risk_criteria"),
    ledgered: true,
    repeat: Repeat::SameOutcome,
    prepare: |stage, _, _| {
        async {
            let made: AddRiskCriterionResponse = stage
                .make(stage.token("SIM"), &[criterion("schools/900005", "i")])
                .await;
            let made = made.risk_criterion.expect("a criterion");
            let request = DecideRiskCriterionRequest {
                name: made.name,
                etag: made.etag,
                state: RiskCriterionState::Dismissed.into(),
                answer: "It has changed since.".to_owned(),
                request_id: request_id(),
            };
            call(stage.token("SIM"), &[request])
        }
        .boxed()
    },
};

/// A school with a criterion in evidence, as it stands.
async fn with_criterion(stage: &Stage, school: &str, letter: &str) -> RiskAssessment {
    let ask = async || {
        let request = GetRiskAssessmentRequest {
            name: format!("{school}/riskAssessments/2024-2025"),
        };
        let seen: GetRiskAssessmentResponse = stage.make(stage.token("SIM"), &[request]).await;
        seen.risk_assessment.expect("an assessment")
    };
    let seen = ask().await;
    if !seen.confirmed_criteria.is_empty() {
        return seen;
    }
    let _: AddRiskCriterionResponse = stage
        .make(stage.token("SIM"), &[criterion(school, letter)])
        .await;
    ask().await
}

fn at_risk(seen: RiskAssessment) -> AssessSchoolRequest {
    AssessSchoolRequest {
        name: seen.name,
        etag: seen.etag,
        state: RiskState::AtRisk.into(),
        urgency: RiskUrgency::ArrestDecline.into(),
        reason: "Seen on the day.".to_owned(),
        request_id: request_id(),
        ..AssessSchoolRequest::default()
    }
}

pub(super) const ASSESS: Scenario = Scenario {
    method: "RiskService/AssessSchool",
    effects: Some("SELECT COUNT(*) FROM risk_assessments WHERE in_bulk = FALSE"),
    ledgered: true,
    repeat: Repeat::SameOutcome,
    prepare: |stage, _, _| {
        async {
            let seen = with_criterion(stage, "schools/900006", "k").await;
            call(stage.token("SIM"), &[at_risk(seen)])
        }
        .boxed()
    },
};

pub(super) const REVIEW: Scenario = Scenario {
    method: "RiskService/ReviewSchools",
    effects: Some("SELECT COUNT(*) FROM risk_assessments WHERE in_bulk = TRUE"),
    ledgered: true,
    repeat: Repeat::SameOutcome,
    prepare: |stage, _, _| {
        async {
            let request = ReviewSchoolsRequest {
                parent: DISTRICT.to_owned(),
                programme_year: YEAR.to_owned(),
                // An infant school that nothing is suggested about.
                schools: vec!["schools/900002".to_owned()],
                request_id: request_id(),
                validate_only: false,
            };
            call(stage.token("SIM"), &[request])
        }
        .boxed()
    },
};

pub(super) const SHARE: Scenario = Scenario {
    method: "RiskService/ShareRiskAssessments",
    effects: Some("SELECT COUNT(*) FROM risk_assessments WHERE shared_at IS NOT NULL"),
    ledgered: true,
    repeat: Repeat::SameOutcome,
    prepare: |stage, _, _| {
        async {
            let seen = with_criterion(stage, "schools/900007", "k").await;
            let _: AssessSchoolResponse = stage.make(stage.token("SIM"), &[at_risk(seen)]).await;
            let request = ShareRiskAssessmentsRequest {
                parent: DISTRICT.to_owned(),
                programme_year: YEAR.to_owned(),
                schools: vec!["schools/900007".to_owned()],
                request_id: request_id(),
            };
            call(stage.token("SIM"), &[request])
        }
        .boxed()
    },
};

pub(super) const RELEASE: Scenario = Scenario {
    method: "RiskService/ReleaseRiskWording",
    effects: Some("SELECT COUNT(*) FROM risk_wordings"),
    ledgered: true,
    repeat: Repeat::SameOutcome,
    prepare: |stage, _, _| {
        async {
            let request = ReleaseRiskWordingRequest {
                parent: "schools/900001".to_owned(),
                programme_year: YEAR.to_owned(),
                wording: "We would like to look at reading together.".to_owned(),
                told_to: "the headteacher".to_owned(),
                told_date: String::new(),
                request_id: request_id(),
            };
            call(stage.token("SIM"), &[request])
        }
        .boxed()
    },
};
