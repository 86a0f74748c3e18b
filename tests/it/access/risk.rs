//! The methods of the annual risk analysis.

use llpr_proto::v1::*;
use prost::Message as _;

use super::NOBODY;

/// A sample request; `None` for the methods of other services.
pub(super) fn sample(method: &str, school: &str, district: &str) -> Option<Vec<u8>> {
    let parent = school.to_owned();
    let year = "programmeYears/2024-2025".to_owned();
    let sample = match method {
        "RiskService/ListSuggestions" => ListSuggestionsRequest {
            parent,
            ..ListSuggestionsRequest::default()
        }
        .encode_to_vec(),
        "RiskService/GetSuggestion" => GetSuggestionRequest {
            name: format!("{parent}/suggestions/2024-2025-a"),
        }
        .encode_to_vec(),
        "RiskService/ConfirmSuggestion" => ConfirmSuggestionRequest {
            name: format!("{parent}/suggestions/2024-2025-a"),
            etag: "x".into(),
            ..ConfirmSuggestionRequest::default()
        }
        .encode_to_vec(),
        "RiskService/DismissSuggestion" => DismissSuggestionRequest {
            name: format!("{parent}/suggestions/2024-2025-a"),
            etag: "x".into(),
            ..DismissSuggestionRequest::default()
        }
        .encode_to_vec(),
        "RiskService/ListRiskAssessments" => ListRiskAssessmentsRequest {
            parent: district.to_owned(),
            ..ListRiskAssessmentsRequest::default()
        }
        .encode_to_vec(),
        "RiskService/ListSharedRisks" => Vec::new(),
        "RiskService/GetRiskAssessment" => GetRiskAssessmentRequest {
            name: format!("{parent}/riskAssessments/2024-2025"),
        }
        .encode_to_vec(),
        "RiskService/AssessSchool" => AssessSchoolRequest {
            name: format!("{parent}/riskAssessments/2024-2025"),
            etag: "x".into(),
            ..AssessSchoolRequest::default()
        }
        .encode_to_vec(),
        "RiskService/ReviewSchools" => ReviewSchoolsRequest {
            parent: district.to_owned(),
            programme_year: year,
            schools: vec![parent],
            validate_only: true,
            ..ReviewSchoolsRequest::default()
        }
        .encode_to_vec(),
        "RiskService/AddRiskCriterion" => AddRiskCriterionRequest {
            parent,
            programme_year: year,
            criterion: "h".into(),
            ..AddRiskCriterionRequest::default()
        }
        .encode_to_vec(),
        "RiskService/DecideRiskCriterion" => DecideRiskCriterionRequest {
            name: format!("{parent}/riskCriteria/{NOBODY}"),
            etag: "1".into(),
            ..DecideRiskCriterionRequest::default()
        }
        .encode_to_vec(),
        "RiskService/ShareRiskAssessments" => ShareRiskAssessmentsRequest {
            parent: district.to_owned(),
            programme_year: year,
            ..ShareRiskAssessmentsRequest::default()
        }
        .encode_to_vec(),
        "RiskService/ReleaseRiskWording" => ReleaseRiskWordingRequest {
            parent,
            programme_year: year,
            ..ReleaseRiskWordingRequest::default()
        }
        .encode_to_vec(),
        "RiskService/ListRiskWordings" => ListRiskWordingsRequest { parent }.encode_to_vec(),
        _ => return None,
    };
    Some(sample)
}

/// Whether a role may call a method over its own scope and over another's, from the design.
pub(super) fn expected(method: &str, role: &str) -> Option<(bool, bool)> {
    let is = |roles: &[&str]| roles.contains(&role);
    let may = match method {
        "RiskService/ConfirmSuggestion"
        | "RiskService/DismissSuggestion"
        | "RiskService/ListRiskAssessments"
        | "RiskService/AssessSchool"
        | "RiskService/ReviewSchools"
        | "RiskService/DecideRiskCriterion"
        | "RiskService/ShareRiskAssessments" => (is(&["SIM"]), false),
        "RiskService/ListSuggestions"
        | "RiskService/GetSuggestion"
        | "RiskService/AddRiskCriterion"
        | "RiskService/ReleaseRiskWording" => (is(&["SIM", "LLP"]), false),
        "RiskService/GetRiskAssessment" => (
            is(&["SIM", "LLP", "COUNTY_MANAGER"]),
            is(&["COUNTY_MANAGER"]),
        ),
        "RiskService/ListSharedRisks" => {
            let may = is(&["LLP", "COUNTY_MANAGER"]);
            (may, may)
        }
        "RiskService/ListRiskWordings" => (is(&["SIM", "LLP", "HEADTEACHER"]), false),
        _ => return None,
    };
    Some(may)
}
