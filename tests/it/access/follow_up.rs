//! The methods of follow-up and of programme contexts.

use llpr_proto::v1::*;
use prost::Message as _;

use super::NOBODY;

/// A sample request; `None` for the methods of other services.
pub(super) fn sample(method: &str, school: &str, district: &str) -> Option<Vec<u8>> {
    let parent = school.to_owned();
    let action = format!("{school}/followUpActions/{NOBODY}");
    let sample = match method {
        "FollowUpService/CreateContact" => CreateContactRequest {
            parent,
            contact: Some(Contact::default()),
            ..CreateContactRequest::default()
        }
        .encode_to_vec(),
        "FollowUpService/WithdrawContact" => WithdrawContactRequest {
            name: format!("{school}/contacts/{NOBODY}"),
            ..WithdrawContactRequest::default()
        }
        .encode_to_vec(),
        "FollowUpService/ListContacts" => ListContactsRequest {
            parent,
            ..ListContactsRequest::default()
        }
        .encode_to_vec(),
        "FollowUpService/ListContactsDue" => ListContactsDueRequest {
            parent,
            ..ListContactsDueRequest::default()
        }
        .encode_to_vec(),
        "FollowUpService/CreateFollowUpAction" => CreateFollowUpActionRequest {
            parent,
            follow_up_action: Some(FollowUpAction::default()),
            ..CreateFollowUpActionRequest::default()
        }
        .encode_to_vec(),
        "FollowUpService/GetFollowUpAction" => {
            GetFollowUpActionRequest { name: action }.encode_to_vec()
        }
        "FollowUpService/ListFollowUpActions" => ListFollowUpActionsRequest {
            parent,
            ..ListFollowUpActionsRequest::default()
        }
        .encode_to_vec(),
        "FollowUpService/ListMyFollowUpActions" => Vec::new(),
        "FollowUpService/UpdateFollowUpAction" => UpdateFollowUpActionRequest {
            follow_up_action: Some(FollowUpAction {
                name: action,
                etag: "1".into(),
                ..FollowUpAction::default()
            }),
            ..UpdateFollowUpActionRequest::default()
        }
        .encode_to_vec(),
        "FollowUpService/CompleteFollowUpAction" => CompleteFollowUpActionRequest {
            name: action,
            etag: "1".into(),
            ..CompleteFollowUpActionRequest::default()
        }
        .encode_to_vec(),
        "FollowUpService/DropFollowUpAction" => DropFollowUpActionRequest {
            name: action,
            etag: "1".into(),
            ..DropFollowUpActionRequest::default()
        }
        .encode_to_vec(),
        "FollowUpService/ShareFollowUpAction" => ShareFollowUpActionRequest {
            name: action,
            etag: "1".into(),
            ..ShareFollowUpActionRequest::default()
        }
        .encode_to_vec(),
        "FollowUpService/ListAgreedActions" => ListAgreedActionsRequest {
            parent,
            ..ListAgreedActionsRequest::default()
        }
        .encode_to_vec(),
        _ => return context_sample(method, parent, district),
    };
    Some(sample)
}

fn context_sample(method: &str, school: String, district: &str) -> Option<Vec<u8>> {
    let name = format!("{school}/programmeContexts/2024-2025");
    let sample = match method {
        "ContextService/ListProgrammeContexts" => ListProgrammeContextsRequest {
            parent: district.to_owned(),
            ..ListProgrammeContextsRequest::default()
        }
        .encode_to_vec(),
        "ContextService/GetProgrammeContext" => GetProgrammeContextRequest { name }.encode_to_vec(),
        "ContextService/DecideProgrammeContext" => DecideProgrammeContextRequest {
            name,
            etag: "x".into(),
            kind: ProgrammeContextKind::Other.into(),
            ..DecideProgrammeContextRequest::default()
        }
        .encode_to_vec(),
        "ContextService/DecideProgrammeContexts" => DecideProgrammeContextsRequest {
            parent: district.to_owned(),
            programme_year: "programmeYears/2024-2025".into(),
            choices: vec![ProgrammeContextChoice {
                school,
                etag: "x".into(),
                kind: ProgrammeContextKind::Other.into(),
                ..ProgrammeContextChoice::default()
            }],
            validate_only: true,
            ..DecideProgrammeContextsRequest::default()
        }
        .encode_to_vec(),
        _ => return None,
    };
    Some(sample)
}

/// Whether a role may call a method over its own scope and over another's, from the design.
pub(super) fn expected(method: &str, role: &str) -> Option<(bool, bool)> {
    let is = |roles: &[&str]| roles.contains(&role);
    let may = match method {
        "FollowUpService/CreateContact"
        | "FollowUpService/WithdrawContact"
        | "FollowUpService/ListContacts"
        | "FollowUpService/CreateFollowUpAction"
        | "FollowUpService/DropFollowUpAction"
        | "FollowUpService/ShareFollowUpAction" => (is(&["SIM", "LLP"]), false),
        "FollowUpService/ListContactsDue"
        | "ContextService/DecideProgrammeContext"
        | "ContextService/DecideProgrammeContexts" => (is(&["SIM"]), false),
        "FollowUpService/GetFollowUpAction" => (
            is(&["SIM", "LLP", "ADVISER", "COUNTY_MANAGER"]),
            is(&["COUNTY_MANAGER"]),
        ),
        "FollowUpService/ListFollowUpActions" => (
            is(&["SIM", "LLP", "COUNTY_MANAGER"]),
            is(&["COUNTY_MANAGER"]),
        ),
        "FollowUpService/ListMyFollowUpActions" => {
            let may = is(&["SIM", "LLP", "ADVISER"]);
            (may, may)
        }
        "FollowUpService/UpdateFollowUpAction" | "FollowUpService/CompleteFollowUpAction" => {
            (is(&["SIM", "LLP", "ADVISER"]), false)
        }
        "FollowUpService/ListAgreedActions" => (is(&["SIM", "LLP", "HEADTEACHER"]), false),
        "ContextService/ListProgrammeContexts" => {
            (is(&["SIM", "COUNTY_MANAGER"]), is(&["COUNTY_MANAGER"]))
        }
        "ContextService/GetProgrammeContext" => (
            is(&["SIM", "LLP", "HEADTEACHER", "COUNTY_MANAGER"]),
            is(&["COUNTY_MANAGER"]),
        ),
        _ => return None,
    };
    Some(may)
}
