//! Contacts, actions and programme contexts, cut off.

use futures::FutureExt as _;
use llpr_client::request_id;
use llpr_proto::v1::{
    CompleteFollowUpActionRequest, Contact, ContactMeans, ContactParty, ContactPurpose,
    CreateContactRequest, CreateContactResponse, CreateFollowUpActionRequest,
    CreateFollowUpActionResponse, DecideProgrammeContextRequest, DecideProgrammeContextsRequest,
    DropFollowUpActionRequest, FollowUpAction, FollowUpActionKind, GetCallerRequest,
    GetCallerResponse, GetProgrammeContextRequest, GetProgrammeContextResponse, ProgrammeContext,
    ProgrammeContextChoice, ProgrammeContextKind, ShareFollowUpActionRequest,
    UpdateFollowUpActionRequest, WithdrawContactRequest,
};

use super::stage::{Repeat, Scenario, Stage, call};

const SCHOOL: &str = "schools/900009";

fn new_contact() -> CreateContactRequest {
    CreateContactRequest {
        parent: SCHOOL.to_owned(),
        contact: Some(Contact {
            party: ContactParty::School.into(),
            means: ContactMeans::Telephone.into(),
            purpose: ContactPurpose::AgreeActions.into(),
            note: "We spoke about reading.".to_owned(),
            ..Contact::default()
        }),
        request_id: request_id(),
    }
}

pub(super) const CONTACT: Scenario = Scenario {
    method: "FollowUpService/CreateContact",
    effects: Some("SELECT COUNT(*) FROM follow_up_contacts"),
    ledgered: true,
    repeat: Repeat::SameOutcome,
    prepare: |stage, _, _| async { call(stage.token("SIM"), &[new_contact()]) }.boxed(),
};

pub(super) const WITHDRAW: Scenario = Scenario {
    method: "FollowUpService/WithdrawContact",
    effects: Some("SELECT COUNT(*) FROM follow_up_withdrawals"),
    ledgered: true,
    repeat: Repeat::SameOutcome,
    prepare: |stage, _, _| {
        async {
            let made: CreateContactResponse =
                stage.make(stage.token("SIM"), &[new_contact()]).await;
            let request = WithdrawContactRequest {
                name: made.contact.expect("a contact").name,
                reason: "Written at the wrong school.".to_owned(),
                request_id: request_id(),
            };
            call(stage.token("SIM"), &[request])
        }
        .boxed()
    },
};

async fn new_action(stage: &Stage) -> CreateFollowUpActionRequest {
    let caller: GetCallerResponse = stage.make(stage.token("SIM"), &[GetCallerRequest {}]).await;
    CreateFollowUpActionRequest {
        parent: SCHOOL.to_owned(),
        follow_up_action: Some(FollowUpAction {
            kind: FollowUpActionKind::Visit.into(),
            title: "Look at reading.".to_owned(),
            owner: caller.user.expect("a caller").name,
            due_date: "2099-01-01".to_owned(),
            ..FollowUpAction::default()
        }),
        request_id: request_id(),
    }
}

/// An action of the attempt's own.
async fn action(stage: &Stage) -> FollowUpAction {
    let request = new_action(stage).await;
    let made: CreateFollowUpActionResponse = stage.make(stage.token("SIM"), &[request]).await;
    made.follow_up_action.expect("an action")
}

pub(super) const CREATE: Scenario = Scenario {
    method: "FollowUpService/CreateFollowUpAction",
    effects: Some("SELECT COUNT(*) FROM follow_up_actions"),
    ledgered: true,
    repeat: Repeat::SameOutcome,
    prepare: |stage, _, _| async { call(stage.token("SIM"), &[new_action(stage).await]) }.boxed(),
};

pub(super) const UPDATE: Scenario = Scenario {
    method: "FollowUpService/UpdateFollowUpAction",
    effects: Some("SELECT COUNT(*) FROM follow_up_actions WHERE title = 'Look again.'"),
    ledgered: true,
    repeat: Repeat::SameOutcome,
    prepare: |stage, _, _| {
        async {
            let request = UpdateFollowUpActionRequest {
                follow_up_action: Some(FollowUpAction {
                    title: "Look again.".to_owned(),
                    ..action(stage).await
                }),
                update_mask: None,
                request_id: request_id(),
            };
            call(stage.token("SIM"), &[request])
        }
        .boxed()
    },
};

pub(super) const COMPLETE: Scenario = Scenario {
    method: "FollowUpService/CompleteFollowUpAction",
    effects: Some("SELECT COUNT(*) FROM follow_up_actions WHERE state = 'done'"),
    ledgered: true,
    repeat: Repeat::SameOutcome,
    prepare: |stage, _, _| {
        async {
            let action = action(stage).await;
            let request = CompleteFollowUpActionRequest {
                name: action.name,
                etag: action.etag,
                outcome: "Seen.".to_owned(),
                done_date: String::new(),
                request_id: request_id(),
            };
            call(stage.token("SIM"), &[request])
        }
        .boxed()
    },
};

pub(super) const DROP: Scenario = Scenario {
    method: "FollowUpService/DropFollowUpAction",
    effects: Some("SELECT COUNT(*) FROM follow_up_actions WHERE state = 'dropped'"),
    ledgered: true,
    repeat: Repeat::SameOutcome,
    prepare: |stage, _, _| {
        async {
            let action = action(stage).await;
            let request = DropFollowUpActionRequest {
                name: action.name,
                etag: action.etag,
                reason: "Not needed any more.".to_owned(),
                request_id: request_id(),
            };
            call(stage.token("SIM"), &[request])
        }
        .boxed()
    },
};

pub(super) const SHARE: Scenario = Scenario {
    method: "FollowUpService/ShareFollowUpAction",
    effects: Some("SELECT COUNT(*) FROM follow_up_actions WHERE shared_at IS NOT NULL"),
    ledgered: true,
    repeat: Repeat::SameOutcome,
    prepare: |stage, _, _| {
        async {
            let action = action(stage).await;
            let request = ShareFollowUpActionRequest {
                name: action.name,
                etag: action.etag,
                wording: "We look at reading together.".to_owned(),
                agreed_with: "the headteacher".to_owned(),
                agreed_date: String::new(),
                request_id: request_id(),
            };
            call(stage.token("SIM"), &[request])
        }
        .boxed()
    },
};

/// The context of a school that no other lane decides about.
async fn context(stage: &Stage, school: &str) -> ProgrammeContext {
    let request = GetProgrammeContextRequest {
        name: format!("{school}/programmeContexts/2024-2025"),
    };
    let seen: GetProgrammeContextResponse = stage.make(stage.token("SIM"), &[request]).await;
    seen.programme_context.expect("a context")
}

pub(super) const DECIDE_CONTEXT: Scenario = Scenario {
    method: "ContextService/DecideProgrammeContext",
    effects: Some("SELECT COUNT(*) FROM programme_contexts WHERE in_bulk = FALSE"),
    ledgered: true,
    repeat: Repeat::SameOutcome,
    prepare: |stage, _, _| {
        async {
            let seen = context(stage, "schools/900010").await;
            let request = DecideProgrammeContextRequest {
                name: seen.name,
                etag: seen.etag,
                kind: ProgrammeContextKind::RecentSupport.into(),
                reason: "It went well.".to_owned(),
                request_id: request_id(),
            };
            call(stage.token("SIM"), &[request])
        }
        .boxed()
    },
};

pub(super) const DECIDE_CONTEXTS: Scenario = Scenario {
    method: "ContextService/DecideProgrammeContexts",
    effects: Some("SELECT COUNT(*) FROM programme_contexts WHERE in_bulk = TRUE"),
    ledgered: true,
    repeat: Repeat::SameOutcome,
    prepare: |stage, _, _| {
        async {
            let seen = context(stage, "schools/900011").await;
            let request = DecideProgrammeContextsRequest {
                parent: "districts/north-marl".to_owned(),
                programme_year: "programmeYears/2024-2025".to_owned(),
                choices: vec![ProgrammeContextChoice {
                    school: seen.school,
                    etag: seen.etag,
                    kind: ProgrammeContextKind::Other.into(),
                    reason: "As it was.".to_owned(),
                }],
                request_id: request_id(),
                validate_only: false,
            };
            call(stage.token("SIM"), &[request])
        }
        .boxed()
    },
};
