//! The methods that change something, each with the calls that a storm cuts off.

use futures::FutureExt as _;
use llpr_client::request_id;
use llpr_proto::options::v1::Role;
use llpr_proto::v1::upload_import_request::Content;
use llpr_proto::v1::{
    ApplyImportRequest, ApplyImportResponse, ApproveProgrammeDraftRequest, CancelInvitationRequest,
    ChangePasswordRequest, CreateInvitationRequest, CreateInvitationResponse,
    CreateProgrammeDraftRequest, CreateProgrammeDraftResponse, CreateRoleAssignmentRequest,
    CreateRoleAssignmentResponse, CreateSchoolLinkRequest, CreateSchoolLinkResponse,
    CreateServiceAccountRequest, CreateServiceAccountResponse, CreateServiceAccountTokenRequest,
    CreateServiceAccountTokenResponse, CreateUserLinkRequest, CreateUserLinkResponse,
    CreateUserRequest, DeleteProgrammeDraftRequest, DeleteProgrammeDraftResponse,
    DeleteSchoolLinkRequest, DeleteSchoolLinkResponse, DiscardImportRequest,
    EndRoleAssignmentRequest, EndSessionRequest, ErrorReason, ImportPeopleRequest, ImportState,
    Invitation, LinkPurpose, ListMailsRequest, ListMailsResponse, RefreshSessionRequest,
    RefreshSessionResponse, Release, RequestLinkRequest, ResendInvitationRequest, RetryMailRequest,
    RetryMailResponse, RevertImportRequest, RevokeServiceAccountRequest,
    RevokeServiceAccountTokenRequest, RoleAssignment, SchoolLink, SchoolLinkKind, ServiceAccount,
    SetPasswordByLinkRequest, SetUserPasswordRequest, SignInByLinkRequest, SignInRequest,
    SignInServiceAccountRequest, SignOutRequest, UpdateProgrammeDraftRequest,
    UpdateProgrammeDraftResponse, UpdateUserRequest, UploadImportHeader, UploadImportRequest,
    UploadImportResponse, User,
};
use sha2::{Digest as _, Sha256};

use super::stage::{Repeat, Scenario, Stage, address, call};
use super::{district_reviews, follow_up, past_reports, risk};
use crate::PASSWORD;

/// Ends of infant and junior pairs.
pub(super) const PAIRS: &str =
    "SELECT COUNT(*) FROM school_links WHERE kind = 'infant-junior-pair'";

/// One for each method that changes something.
pub const SCENARIOS: &[Scenario] = &[
    Scenario {
        method: "AuthService/SignIn",
        effects: Some("SELECT COUNT(*) FROM sessions WHERE token_id IS NULL AND by_link = FALSE"),
        ledgered: true,
        repeat: Repeat::Never,
        prepare: |_, _, _| {
            async {
                let request = SignInRequest {
                    email: address("enters"),
                    password: PASSWORD.to_owned(),
                };
                call(None, &[request])
            }
            .boxed()
        },
    },
    Scenario {
        method: "AuthService/RefreshSession",
        effects: Some("SELECT CAST(SUM(generation - 1) AS BIGINT) FROM sessions"),
        ledgered: false,
        // Within ten seconds the token before gives the same successor.
        repeat: Repeat::SameOutcome,
        prepare: |stage, _, last| {
            async move {
                let refresh_token = match prost::Message::decode(last.as_slice()) {
                    Ok(RefreshSessionResponse {
                        tokens: Some(tokens),
                    }) => tokens.refresh_token,
                    _ => stage.signed_in(&address("refreshes")).await.1,
                };
                call(None, &[RefreshSessionRequest { refresh_token }])
            }
            .boxed()
        },
    },
    Scenario {
        method: "AuthService/SignOut",
        effects: Some("SELECT COUNT(*) FROM sessions WHERE end_reason = 'signed out'"),
        ledgered: true,
        repeat: Repeat::Refused(ErrorReason::SessionEnded),
        prepare: |stage, _, _| {
            async {
                let (token, _) = stage.signed_in(&address("leaves")).await;
                call(Some(token), &[SignOutRequest::default()])
            }
            .boxed()
        },
    },
    Scenario {
        method: "AuthService/ChangePassword",
        effects: None,
        ledgered: true,
        repeat: Repeat::Never,
        prepare: |stage, _, _| {
            async {
                let (token, _) = stage.signed_in(&address("changes")).await;
                let request = ChangePasswordRequest {
                    current_password: PASSWORD.to_owned(),
                    new_password: PASSWORD.to_owned(),
                };
                call(Some(token), &[request])
            }
            .boxed()
        },
    },
    Scenario {
        method: "UserService/ImportPeople",
        effects: Some("SELECT COUNT(*) FROM users WHERE display_name = 'Storm Listed'"),
        ledgered: true,
        repeat: Repeat::SameOutcome,
        prepare: |stage, number, _| {
            async move {
                let email = address(&format!("listed-{number}"));
                let request = ImportPeopleRequest {
                    content: format!("Name,E-mail,Role,At\nStorm Listed,{email},,\n").into_bytes(),
                    validate_only: false,
                    request_id: request_id(),
                };
                call(stage.token("ADMINISTRATOR"), &[request])
            }
            .boxed()
        },
    },
    Scenario {
        method: "UserService/CreateUser",
        effects: Some(
            "SELECT COUNT(*) FROM users WHERE kind = 1 AND display_name <> 'Storm Listed'
                AND id NOT IN (SELECT user_id FROM invitations)",
        ),
        ledgered: true,
        repeat: Repeat::SameOutcome,
        prepare: |stage, number, _| {
            async move {
                let request = CreateUserRequest {
                    user: Some(User {
                        email: address(&format!("new-{number}")),
                        display_name: "Storm Petrel".into(),
                        ..User::default()
                    }),
                    request_id: request_id(),
                    ..CreateUserRequest::default()
                };
                call(stage.token("ADMINISTRATOR"), &[request])
            }
            .boxed()
        },
    },
    Scenario {
        method: "UserService/UpdateUser",
        effects: Some("SELECT CAST(SUM(version - 1) AS BIGINT) FROM users WHERE kind = 1"),
        ledgered: true,
        repeat: Repeat::SameOutcome,
        prepare: |stage, number, _| {
            async move {
                let request = UpdateUserRequest {
                    user: Some(User {
                        name: stage.person("is-changed"),
                        email: address("is-changed"),
                        display_name: format!("Storm Petrel {number}"),
                        ..User::default()
                    }),
                    update_mask: Some(prost_types::FieldMask {
                        paths: vec!["display_name".into()],
                    }),
                    request_id: request_id(),
                };
                call(stage.token("ADMINISTRATOR"), &[request])
            }
            .boxed()
        },
    },
    Scenario {
        method: "UserService/SetUserPassword",
        effects: None,
        ledgered: true,
        repeat: Repeat::SameOutcome,
        prepare: |stage, _, _| {
            async {
                let request = SetUserPasswordRequest {
                    name: stage.person("is-reset"),
                    password: PASSWORD.to_owned(),
                    request_id: request_id(),
                };
                call(stage.token("ADMINISTRATOR"), &[request])
            }
            .boxed()
        },
    },
    Scenario {
        method: "UserService/CreateRoleAssignment",
        effects: Some(
            "SELECT COUNT(*) FROM role_assignments r JOIN users u ON u.id = r.user_id
                WHERE u.kind = 1 AND r.id NOT IN (SELECT assignment_id FROM invitations)",
        ),
        ledgered: true,
        repeat: Repeat::SameOutcome,
        prepare: |stage, number, _| {
            async move {
                let user = stage.user(&address(&format!("given-{number}")), "").await;
                call(stage.token("ADMINISTRATOR"), &[governor(user)])
            }
            .boxed()
        },
    },
    Scenario {
        method: "UserService/EndRoleAssignment",
        effects: Some(
            "SELECT COUNT(*) FROM role_assignments r JOIN users u ON u.id = r.user_id
                WHERE u.kind = 1 AND r.until_date IS NOT NULL
                    AND r.id NOT IN (SELECT assignment_id FROM invitations)",
        ),
        ledgered: true,
        repeat: Repeat::SameOutcome,
        prepare: |stage, number, _| {
            async move {
                let admin = || stage.token("ADMINISTRATOR");
                let user = stage.user(&address(&format!("ended-{number}")), "").await;
                let given: CreateRoleAssignmentResponse =
                    stage.make(admin(), &[governor(user)]).await;
                let request = EndRoleAssignmentRequest {
                    name: given.role_assignment.expect("a role").name,
                    request_id: request_id(),
                    ..EndRoleAssignmentRequest::default()
                };
                call(admin(), &[request])
            }
            .boxed()
        },
    },
    Scenario {
        method: "AuthService/EndSession",
        effects: None,
        ledgered: true,
        repeat: Repeat::SameOutcome,
        prepare: |stage, _, _| {
            async {
                let (token, _) = stage.signed_in(&address("ends")).await;
                let request = EndSessionRequest {
                    name: "sessions/-".into(),
                    request_id: request_id(),
                };
                call(Some(token), &[request])
            }
            .boxed()
        },
    },
    Scenario {
        method: "AuthService/RequestLink",
        effects: None,
        ledgered: false,
        repeat: Repeat::Never,
        prepare: |_, number, _| {
            async move {
                let request = RequestLinkRequest {
                    email: address(&format!("asks-{number}")),
                    purpose: LinkPurpose::Password.into(),
                };
                call(None, &[request])
            }
            .boxed()
        },
    },
    Scenario {
        method: "AuthService/SetPasswordByLink",
        effects: Some("SELECT COUNT(*) FROM links WHERE used_at IS NOT NULL AND purpose <> 3"),
        ledgered: true,
        repeat: Repeat::Refused(ErrorReason::LinkRefused),
        prepare: |stage, _, _| {
            async {
                let request = CreateUserLinkRequest {
                    parent: stage.person("is-linked"),
                    request_id: request_id(),
                };
                let admin = stage.token("ADMINISTRATOR");
                let made: CreateUserLinkResponse = stage.make(admin, &[request]).await;
                let (_, secret) = made.uri.split_once("secret=").expect("a link");
                let request = SetPasswordByLinkRequest {
                    secret: secret.to_owned(),
                    password: PASSWORD.to_owned(),
                };
                call(None, &[request])
            }
            .boxed()
        },
    },
    Scenario {
        method: "AuthService/SignInByLink",
        effects: Some("SELECT COUNT(*) FROM sessions WHERE by_link = TRUE"),
        ledgered: true,
        repeat: Repeat::Refused(ErrorReason::LinkRefused),
        prepare: |stage, number, _| {
            async move {
                let secret = stage.link(number);
                call(None, &[SignInByLinkRequest { secret }])
            }
            .boxed()
        },
    },
    Scenario {
        method: "UserService/CreateUserLink",
        effects: None,
        ledgered: true,
        repeat: Repeat::SameOutcome,
        prepare: |stage, _, _| {
            async {
                let request = CreateUserLinkRequest {
                    parent: stage.person("is-reset"),
                    request_id: request_id(),
                };
                call(stage.token("ADMINISTRATOR"), &[request])
            }
            .boxed()
        },
    },
    Scenario {
        method: "UserService/CreateInvitation",
        effects: Some("SELECT COUNT(*) FROM invitations"),
        ledgered: true,
        repeat: Repeat::SameOutcome,
        prepare: |stage, number, _| {
            async move {
                let request = invitation(&format!("invited-{number}"));
                call(stage.token("ADMINISTRATOR"), &[request])
            }
            .boxed()
        },
    },
    Scenario {
        method: "UserService/ResendInvitation",
        effects: None,
        ledgered: true,
        repeat: Repeat::SameOutcome,
        prepare: |stage, number, _| {
            async move {
                let request = ResendInvitationRequest {
                    name: invited(stage, &format!("resent-{number}")).await,
                    request_id: request_id(),
                };
                call(stage.token("ADMINISTRATOR"), &[request])
            }
            .boxed()
        },
    },
    Scenario {
        method: "UserService/CancelInvitation",
        effects: Some("SELECT COUNT(*) FROM invitations WHERE cancelled_at IS NOT NULL"),
        ledgered: true,
        repeat: Repeat::SameOutcome,
        prepare: |stage, number, _| {
            async move {
                let request = CancelInvitationRequest {
                    name: invited(stage, &format!("cancelled-{number}")).await,
                    request_id: request_id(),
                };
                call(stage.token("ADMINISTRATOR"), &[request])
            }
            .boxed()
        },
    },
    Scenario {
        method: "UserService/RetryMail",
        effects: None,
        ledgered: true,
        repeat: Repeat::SameOutcome,
        prepare: |stage, number, last| {
            async move {
                let admin = || stage.token("ADMINISTRATOR");
                let mail = if number == 0 {
                    invited(stage, "is-written-to").await;
                    let request = ListMailsRequest {
                        page_size: 500,
                        ..ListMailsRequest::default()
                    };
                    let listed: ListMailsResponse = stage.make(admin(), &[request]).await;
                    // Other lanes write mails too, and take them back.
                    let mut mails = listed.mails.into_iter();
                    mails.find(|mail| mail.email == address("is-written-to"))
                } else {
                    let told: RetryMailResponse =
                        prost::Message::decode(last.as_slice()).expect("an answer");
                    told.mail
                };
                let request = RetryMailRequest {
                    name: mail.expect("a mail").name,
                    request_id: request_id(),
                };
                call(admin(), &[request])
            }
            .boxed()
        },
    },
    Scenario {
        method: "AuthService/SignInServiceAccount",
        // Calls within an hour share a session.
        effects: None,
        ledgered: false,
        repeat: Repeat::SameOutcome,
        prepare: |stage, _, _| {
            async {
                let secret = token_of_a_script(stage).await.secret;
                call(None, &[SignInServiceAccountRequest { secret }])
            }
            .boxed()
        },
    },
    Scenario {
        method: "AuthService/CreateServiceAccountToken",
        effects: Some("SELECT COUNT(*) FROM service_account_tokens"),
        ledgered: true,
        repeat: Repeat::SameOutcome,
        prepare: |stage, _, _| {
            async {
                let account = script(stage).await;
                call(stage.token("ADMINISTRATOR"), &[token_of(stage, account)])
            }
            .boxed()
        },
    },
    Scenario {
        method: "AuthService/RevokeServiceAccountToken",
        effects: Some("SELECT COUNT(*) FROM service_account_tokens WHERE revoked_at IS NOT NULL"),
        ledgered: true,
        repeat: Repeat::SameOutcome,
        prepare: |stage, _, _| {
            async {
                let token = token_of_a_script(stage).await.token;
                let request = RevokeServiceAccountTokenRequest {
                    name: token.expect("a token").name,
                    request_id: request_id(),
                };
                call(stage.token("ADMINISTRATOR"), &[request])
            }
            .boxed()
        },
    },
    Scenario {
        method: "UserService/CreateServiceAccount",
        effects: Some("SELECT COUNT(*) FROM users WHERE kind <> 1"),
        ledgered: true,
        repeat: Repeat::SameOutcome,
        prepare: |stage, _, _| {
            async { call(stage.token("ADMINISTRATOR"), &[new_script(stage)]) }.boxed()
        },
    },
    Scenario {
        method: "UserService/RevokeServiceAccount",
        effects: Some("SELECT COUNT(*) FROM users WHERE kind <> 1 AND disabled = TRUE"),
        ledgered: true,
        repeat: Repeat::SameOutcome,
        prepare: |stage, _, _| {
            async {
                let request = RevokeServiceAccountRequest {
                    name: script(stage).await,
                    request_id: request_id(),
                };
                call(stage.token("ADMINISTRATOR"), &[request])
            }
            .boxed()
        },
    },
    Scenario {
        method: "ProgrammeService/CreateProgrammeDraft",
        effects: None,
        ledgered: true,
        repeat: Repeat::SameOutcome,
        prepare: |stage, number, _| {
            async move {
                let admin = || stage.token("ADMINISTRATOR");
                if number > 0 {
                    let _: DeleteProgrammeDraftResponse =
                        stage.make(admin(), &[no_draft(2031)]).await;
                }
                call(admin(), &[draft(2031)])
            }
            .boxed()
        },
    },
    Scenario {
        method: "ProgrammeService/UpdateProgrammeDraft",
        effects: Some(
            "SELECT CAST(COALESCE(SUM(version - created_at), 0) AS BIGINT) FROM programme_drafts",
        ),
        ledgered: true,
        repeat: Repeat::SameOutcome,
        prepare: |stage, number, last| {
            async move {
                let admin = || stage.token("ADMINISTRATOR");
                let draft = if number == 0 {
                    let made: CreateProgrammeDraftResponse =
                        stage.make(admin(), &[draft(2032)]).await;
                    made.programme_draft
                } else {
                    let told: UpdateProgrammeDraftResponse =
                        prost::Message::decode(last.as_slice()).expect("an answer");
                    told.programme_draft
                };
                let request = UpdateProgrammeDraftRequest {
                    name: format!("{}/draft", year(2032)),
                    document: programme(2032),
                    etag: draft.expect("a draft").etag,
                    request_id: request_id(),
                    ..UpdateProgrammeDraftRequest::default()
                };
                call(admin(), &[request])
            }
            .boxed()
        },
    },
    Scenario {
        method: "ProgrammeService/DeleteProgrammeDraft",
        effects: None,
        ledgered: true,
        repeat: Repeat::SameOutcome,
        prepare: |stage, _, _| {
            async {
                let admin = || stage.token("ADMINISTRATOR");
                let _: CreateProgrammeDraftResponse = stage.make(admin(), &[draft(2033)]).await;
                call(admin(), &[no_draft(2033)])
            }
            .boxed()
        },
    },
    Scenario {
        method: "ProgrammeService/ApproveProgrammeDraft",
        effects: Some("SELECT COUNT(*) FROM programme_versions"),
        ledgered: true,
        repeat: Repeat::SameOutcome,
        prepare: |stage, _, _| {
            async {
                let made: CreateProgrammeDraftResponse = stage
                    .make(stage.token("ADMINISTRATOR"), &[draft(2034)])
                    .await;
                let request = ApproveProgrammeDraftRequest {
                    name: format!("{}/draft", year(2034)),
                    etag: made.programme_draft.expect("a draft").etag,
                    request_id: request_id(),
                };
                call(stage.token("COUNTY_MANAGER"), &[request])
            }
            .boxed()
        },
    },
    Scenario {
        method: "SchoolService/CreateSchoolLink",
        effects: None,
        ledgered: true,
        repeat: Repeat::SameOutcome,
        prepare: |stage, number, _| {
            async move {
                let officer = || stage.token("DATA_OFFICER");
                if number > 0 {
                    let _: DeleteSchoolLinkResponse =
                        stage.make(officer(), &[unpair("schools/900002")]).await;
                }
                call(officer(), &[pair("schools/900002")])
            }
            .boxed()
        },
    },
    Scenario {
        method: "SchoolService/DeleteSchoolLink",
        effects: None,
        ledgered: true,
        repeat: Repeat::SameOutcome,
        prepare: |stage, _, _| {
            async move {
                let officer = || stage.token("DATA_OFFICER");
                let _: CreateSchoolLinkResponse =
                    stage.make(officer(), &[pair("schools/900003")]).await;
                call(officer(), &[unpair("schools/900003")])
            }
            .boxed()
        },
    },
    risk::CONFIRM,
    risk::DISMISS,
    risk::ADD,
    risk::DECIDE,
    risk::ASSESS,
    risk::REVIEW,
    risk::SHARE,
    risk::RELEASE,
    district_reviews::WRITE,
    district_reviews::SHARE,
    district_reviews::ACKNOWLEDGE,
    follow_up::CONTACT,
    follow_up::WITHDRAW,
    follow_up::CREATE,
    follow_up::UPDATE,
    follow_up::COMPLETE,
    follow_up::DROP,
    follow_up::SHARE,
    follow_up::DECIDE_CONTEXT,
    follow_up::DECIDE_CONTEXTS,
    Scenario {
        method: "ImportService/UploadImport",
        effects: Some("SELECT COUNT(*) FROM imports WHERE state <> 'uploading'"),
        ledgered: true,
        repeat: Repeat::SameOutcome,
        prepare: |stage, _, _| {
            async { call(stage.token("DATA_OFFICER"), &upload("2024/25", 61)) }.boxed()
        },
    },
    past_reports::UPLOAD,
    Scenario {
        method: "ImportService/ApplyImport",
        effects: Some("SELECT COUNT(*) FROM imports WHERE applied_at IS NOT NULL"),
        ledgered: true,
        repeat: Repeat::SameOutcome,
        prepare: |stage, number, _| {
            async move {
                let request = ApplyImportRequest {
                    name: staged(stage, "2023/24", 50 + number % 7).await,
                    request_id: request_id(),
                    ..ApplyImportRequest::default()
                };
                call(stage.token("DATA_OFFICER"), &[request])
            }
            .boxed()
        },
    },
    Scenario {
        method: "ImportService/DiscardImport",
        effects: Some("SELECT COUNT(*) FROM imports WHERE state = 'discarded'"),
        ledgered: true,
        repeat: Repeat::SameOutcome,
        prepare: |stage, _, _| {
            async {
                let request = DiscardImportRequest {
                    name: staged(stage, "2018/19", 70).await,
                    request_id: request_id(),
                    ..DiscardImportRequest::default()
                };
                call(stage.token("DATA_OFFICER"), &[request])
            }
            .boxed()
        },
    },
    Scenario {
        method: "ImportService/RevertImport",
        effects: Some("SELECT COUNT(*) FROM imports WHERE state = 'reverted'"),
        ledgered: true,
        repeat: Repeat::SameOutcome,
        prepare: |stage, _, _| {
            async {
                let officer = || stage.token("DATA_OFFICER");
                let name = staged(stage, "2022/23", 40).await;
                let apply = ApplyImportRequest {
                    name: name.clone(),
                    request_id: request_id(),
                    ..ApplyImportRequest::default()
                };
                let _: ApplyImportResponse = stage.make(officer(), &[apply]).await;
                let request = RevertImportRequest {
                    name,
                    request_id: request_id(),
                    ..RevertImportRequest::default()
                };
                call(officer(), &[request])
            }
            .boxed()
        },
    },
];

fn invitation(person: &str) -> CreateInvitationRequest {
    CreateInvitationRequest {
        invitation: Some(Invitation {
            email: address(person),
            display_name: "Storm Petrel".into(),
            role: Role::Governor.into(),
            node: "schools/900005".into(),
            ..Invitation::default()
        }),
        request_id: request_id(),
    }
}

/// The resource name of a new invitation.
async fn invited(stage: &Stage, person: &str) -> String {
    let admin = stage.token("ADMINISTRATOR");
    let made: CreateInvitationResponse = stage.make(admin, &[invitation(person)]).await;
    made.invitation.expect("an invitation").name
}

pub(super) fn governor(user: String) -> CreateRoleAssignmentRequest {
    CreateRoleAssignmentRequest {
        parent: user,
        role_assignment: Some(RoleAssignment {
            role: Role::Governor.into(),
            node: "schools/900004".into(),
            ..RoleAssignment::default()
        }),
        request_id: request_id(),
    }
}

fn new_script(stage: &Stage) -> CreateServiceAccountRequest {
    CreateServiceAccountRequest {
        service_account: Some(ServiceAccount {
            display_name: "Nightly import".into(),
            role: Role::DataOfficer.into(),
            node: "county".into(),
            expire_time: Some(stage.next_month()),
            ..ServiceAccount::default()
        }),
        request_id: request_id(),
    }
}

/// The resource name of a new service account.
async fn script(stage: &Stage) -> String {
    let admin = stage.token("ADMINISTRATOR");
    let made: CreateServiceAccountResponse = stage.make(admin, &[new_script(stage)]).await;
    made.service_account.expect("an account").name
}

fn token_of(stage: &Stage, account: String) -> CreateServiceAccountTokenRequest {
    CreateServiceAccountTokenRequest {
        parent: account,
        expire_time: Some(stage.next_month()),
        request_id: request_id(),
    }
}

/// A token of a service account of its own: one account takes only a few.
async fn token_of_a_script(stage: &Stage) -> CreateServiceAccountTokenResponse {
    let account = script(stage).await;
    let admin = stage.token("ADMINISTRATOR");
    stage.make(admin, &[token_of(stage, account)]).await
}

/// A programme year that nothing else uses.
fn year(begins: u32) -> String {
    format!("programmeYears/{begins}-{}", begins + 1)
}

/// The shipped programme, as that of another year.
fn programme(begins: u32) -> String {
    llpr_domain::programme::SHIPPED.replace("2024/25", &format!("{begins}/{}", begins % 100 + 1))
}

fn draft(begins: u32) -> CreateProgrammeDraftRequest {
    CreateProgrammeDraftRequest {
        parent: year(begins),
        document: programme(begins),
        request_id: request_id(),
        validate_only: false,
    }
}

fn no_draft(begins: u32) -> DeleteProgrammeDraftRequest {
    DeleteProgrammeDraftRequest {
        name: format!("{}/draft", year(begins)),
        request_id: request_id(),
        ..DeleteProgrammeDraftRequest::default()
    }
}

/// Of the same school each time: the pair is made and removed in turn.
const JUNIOR: &str = "schools/900006";

fn pair(school: &str) -> CreateSchoolLinkRequest {
    CreateSchoolLinkRequest {
        parent: school.to_owned(),
        link: Some(SchoolLink {
            linked_school: JUNIOR.to_owned(),
            kind: SchoolLinkKind::InfantJuniorPair.into(),
            ..SchoolLink::default()
        }),
        request_id: request_id(),
    }
}

fn unpair(school: &str) -> DeleteSchoolLinkRequest {
    DeleteSchoolLinkRequest {
        name: format!("{school}/links/{}", JUNIOR.trim_start_matches("schools/")),
        request_id: request_id(),
    }
}

/// The results of a dozen of the county's schools in a year, in two chunks; the first of them
/// reaches a percentage.
pub fn upload(year: &str, percentage: i64) -> Vec<UploadImportRequest> {
    let bytes = results(year, percentage).into_bytes();
    let header = UploadImportHeader {
        dataset: "datasets/ks2".into(),
        academic_year: year.to_owned(),
        release: Release::Final.into(),
        file_name: "storm.csv".into(),
        size_bytes: i64::try_from(bytes.len()).expect("a small file"),
        sha256: hex::encode(Sha256::digest(&bytes)),
        accept_missing: true,
        request_id: request_id(),
    };
    let (one, two) = bytes.split_at(bytes.len() / 2);
    [
        Content::Header(header),
        Content::Chunk(one.to_vec()),
        Content::Chunk(two.to_vec()),
    ]
    .map(|content| UploadImportRequest {
        content: Some(content),
    })
    .into()
}

/// The first lines of the county's own file of a year.
pub(crate) fn results(year: &str, percentage: i64) -> String {
    let mut files = crate::county().files.iter();
    let file = files.find(|file| file.year == Some(year)).expect("a year");
    let text = std::str::from_utf8(&file.content).expect("UTF-8");
    let mut lines = text.trim_start_matches('\u{feff}').lines();
    let header = lines.next().unwrap_or_default();
    let value = header.split(',').position(|column| column == "PTRWM_EXP");
    let value = value.expect("a column");
    let mut told = format!("{header}\r\n");
    for (number, line) in lines.filter(|line| is_taken(line)).take(12).enumerate() {
        let mut cells: Vec<&str> = line.split(',').collect();
        let share = format!("{percentage}%");
        if number == 0 {
            cells[value] = &share;
        }
        told.push_str(&cells.join(","));
        told.push_str("\r\n");
    }
    told
}

/// Whether a line is of a school whose results are loaded. A quoted line could hold a comma of its
/// own.
pub(crate) fn is_taken(line: &str) -> bool {
    line.contains(",9000") && !line.contains('"')
}

/// Uploads a file whole; the name of its staged import.
async fn staged(stage: &Stage, year: &str, percentage: i64) -> String {
    let files = upload(year, percentage);
    let answer: UploadImportResponse = stage.make(stage.token("DATA_OFFICER"), &files).await;
    let import = answer.import.expect("an import");
    assert_eq!(import.state(), ImportState::Staged, "{import:?}");
    import.name
}
