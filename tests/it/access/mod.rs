//! Who may call what: every method, as every role, over its own scope and another's.
//!
//! The table in `tests/golden/access-matrix.txt` is reviewed like code. What each row must be is
//! also worked out here from the roles of the design, not from the contract's options.

mod district_reviews;
mod follow_up;
mod risk;

use std::fmt::Write as _;

use llpr_client::{Client, Error};
use llpr_proto::access::METHODS;
use llpr_proto::v1::*;
use llpr_tests::{ROLES, World, on_both_engines, raw};
use prost::Message;
use tonic::{Code, Status};

/// The school that the first person of each school role belongs to, in the first SIM's district.
const OWN: &str = "schools/900001";
/// A school of another district, of which none of them is.
pub(crate) const OTHER: &str = "schools/900037";
const NOBODY: &str = "00000000-0000-7000-8000-000000000000";

/// One sample request for each method; a method without one fails the test. `school` and
/// `district` are the scope's.
#[expect(clippy::too_many_lines, reason = "a line for each method")]
pub(crate) fn sample(method: &str, school: &str, district: &str) -> Vec<u8> {
    let user = format!("users/{NOBODY}");
    let import = format!("imports/{NOBODY}");
    let year = "programmeYears/2024-2025".to_owned();
    let draft = format!("{year}/draft");
    let parent = school.to_owned();
    match method {
        "AuthService/SignIn" => SignInRequest {
            email: "a@b.c".into(),
            password: "x".into(),
        }
        .encode_to_vec(),
        "AuthService/RefreshSession" => RefreshSessionRequest {
            refresh_token: "x".into(),
        }
        .encode_to_vec(),
        "AuthService/SignOut"
        | "AuthService/GetCaller"
        | "PerformanceService/ListMeasures"
        | "ImportService/ListDatasets"
        | "UserService/ListUsers"
        | "SchoolService/ListDistricts"
        | "SchoolService/ListDistrictProposals"
        | "SchoolService/ListSchools"
        | "ImportService/ListImports"
        | "ImportService/ListPastVisitDocuments"
        | "ImportService/UploadPastVisitReport"
        | "ProgrammeService/ListProgrammeYears"
        | "ProgrammeService/ListProgrammeDrafts"
        | "UserService/ListServiceAccounts"
        | "AuditService/ListLedgerEntries"
        | "AuditService/ExportLedger"
        | "AuditService/VerifyLedger"
        | "AuditService/ListLedgerHeads"
        | "AuditService/ListRefusals" => Vec::new(),
        "AuthService/SignInServiceAccount" => {
            SignInServiceAccountRequest { secret: "x".into() }.encode_to_vec()
        }
        "AuthService/CreateServiceAccountToken" => CreateServiceAccountTokenRequest {
            parent: format!("serviceAccounts/{NOBODY}"),
            ..CreateServiceAccountTokenRequest::default()
        }
        .encode_to_vec(),
        "AuthService/RevokeServiceAccountToken" => RevokeServiceAccountTokenRequest {
            name: format!("serviceAccounts/{NOBODY}/tokens/{NOBODY}"),
            ..RevokeServiceAccountTokenRequest::default()
        }
        .encode_to_vec(),
        "UserService/CreateServiceAccount" => {
            CreateServiceAccountRequest::default().encode_to_vec()
        }
        "UserService/GetServiceAccount" => GetServiceAccountRequest {
            name: format!("serviceAccounts/{NOBODY}"),
        }
        .encode_to_vec(),
        "UserService/RevokeServiceAccount" => RevokeServiceAccountRequest {
            name: format!("serviceAccounts/{NOBODY}"),
            ..RevokeServiceAccountRequest::default()
        }
        .encode_to_vec(),
        "AuthService/ListSessions" | "UserService/ListInvitations" | "UserService/ListMails" => {
            Vec::new()
        }
        "AuthService/EndSession" => EndSessionRequest {
            name: "sessions/-".into(),
            ..EndSessionRequest::default()
        }
        .encode_to_vec(),
        "AuthService/RequestLink" => RequestLinkRequest {
            email: "a@b.c".into(),
            purpose: LinkPurpose::Password.into(),
        }
        .encode_to_vec(),
        "AuthService/GetLink" => GetLinkRequest { secret: "x".into() }.encode_to_vec(),
        "AuthService/SetPasswordByLink" => SetPasswordByLinkRequest {
            secret: "x".into(),
            password: "harbour violet anvil".into(),
        }
        .encode_to_vec(),
        "AuthService/SignInByLink" => SignInByLinkRequest { secret: "x".into() }.encode_to_vec(),
        "UserService/CreateInvitation" => CreateInvitationRequest {
            invitation: Some(Invitation {
                role: 5,
                node: parent,
                ..Invitation::default()
            }),
            ..CreateInvitationRequest::default()
        }
        .encode_to_vec(),
        // Not valid names: who may not call does not learn that.
        "UserService/ResendInvitation" => ResendInvitationRequest {
            name: "users/x".into(),
            ..ResendInvitationRequest::default()
        }
        .encode_to_vec(),
        "UserService/CancelInvitation" => CancelInvitationRequest {
            name: "users/x".into(),
            ..CancelInvitationRequest::default()
        }
        .encode_to_vec(),
        "UserService/CreateUserLink" => CreateUserLinkRequest {
            parent: user,
            ..CreateUserLinkRequest::default()
        }
        .encode_to_vec(),
        "UserService/RetryMail" => RetryMailRequest {
            name: format!("mails/{NOBODY}"),
            ..RetryMailRequest::default()
        }
        .encode_to_vec(),
        "AuthService/ChangePassword" => ChangePasswordRequest {
            current_password: "x".into(),
            new_password: "harbour violet anvil".into(),
        }
        .encode_to_vec(),
        "UserService/CreateUser" => CreateUserRequest {
            user: Some(User::default()),
            ..CreateUserRequest::default()
        }
        .encode_to_vec(),
        "UserService/GetUser" => GetUserRequest { name: user }.encode_to_vec(),
        "UserService/UpdateUser" => UpdateUserRequest {
            user: Some(User {
                name: user,
                email: "a@b.example".into(),
                display_name: "A".into(),
                ..User::default()
            }),
            ..UpdateUserRequest::default()
        }
        .encode_to_vec(),
        "UserService/SetUserPassword" => SetUserPasswordRequest {
            name: user,
            password: "harbour violet anvil".into(),
            ..SetUserPasswordRequest::default()
        }
        .encode_to_vec(),
        "UserService/CreateRoleAssignment" => CreateRoleAssignmentRequest {
            parent: user,
            role_assignment: Some(RoleAssignment {
                role: 5,
                node: parent,
                ..RoleAssignment::default()
            }),
            ..CreateRoleAssignmentRequest::default()
        }
        .encode_to_vec(),
        "UserService/ListRoleAssignments" => ListRoleAssignmentsRequest {
            parent: "users/-".into(),
            ..ListRoleAssignmentsRequest::default()
        }
        .encode_to_vec(),
        "UserService/EndRoleAssignment" => {
            // Not a valid name: who may not call does not learn that.
            EndRoleAssignmentRequest {
                name: "users/x".into(),
                ..EndRoleAssignmentRequest::default()
            }
            .encode_to_vec()
        }
        "SchoolService/GetDistrict" => GetDistrictRequest {
            name: district.to_owned(),
        }
        .encode_to_vec(),
        "SchoolService/GetSchool" => GetSchoolRequest { name: parent }.encode_to_vec(),
        "SchoolService/ListSchoolLinks" => ListSchoolLinksRequest { parent }.encode_to_vec(),
        "SchoolService/CreateSchoolLink" => CreateSchoolLinkRequest {
            link: Some(SchoolLink {
                linked_school: parent.clone(),
                kind: 3,
                ..SchoolLink::default()
            }),
            parent,
            ..CreateSchoolLinkRequest::default()
        }
        .encode_to_vec(),
        "SchoolService/DeleteSchoolLink" => DeleteSchoolLinkRequest {
            name: format!("{parent}/links/{}", &parent[8..]),
            ..DeleteSchoolLinkRequest::default()
        }
        .encode_to_vec(),
        "SchoolService/ListSchoolPartners" => ListSchoolPartnersRequest { parent }.encode_to_vec(),
        "SchoolService/ListSchoolInspections" => {
            ListSchoolInspectionsRequest { parent }.encode_to_vec()
        }
        "SchoolService/ListSchoolPastVisits" => {
            ListSchoolPastVisitsRequest { parent }.encode_to_vec()
        }
        "SchoolService/ExportPastVisitReport" => ExportPastVisitReportRequest {
            name: format!("{parent}/pastVisitReports/{}", "0".repeat(64)),
        }
        .encode_to_vec(),
        "SchoolService/ListSchoolSupport" => ListSchoolSupportRequest { parent }.encode_to_vec(),
        "PerformanceService/ListSchoolFigures" => ListSchoolFiguresRequest {
            parent,
            ..ListSchoolFiguresRequest::default()
        }
        .encode_to_vec(),
        "UserService/ImportPeople" => ImportPeopleRequest {
            content: b"Name,E-mail,Role,At\n".to_vec(),
            ..ImportPeopleRequest::default()
        }
        .encode_to_vec(),
        "PerformanceService/GetDataHealth" => GetDataHealthRequest {
            parent: district.to_owned(),
            ..GetDataHealthRequest::default()
        }
        .encode_to_vec(),
        "PerformanceService/ListDistrictFigures" => ListDistrictFiguresRequest {
            parent: district.to_owned(),
            ..ListDistrictFiguresRequest::default()
        }
        .encode_to_vec(),
        "ImportService/UploadImport" => UploadImportRequest { content: None }.encode_to_vec(),
        "ImportService/GetImport" => GetImportRequest { name: import }.encode_to_vec(),
        "ImportService/ListImportIssues" => ListImportIssuesRequest {
            parent: import,
            ..ListImportIssuesRequest::default()
        }
        .encode_to_vec(),
        "ImportService/GetImportDiff" => GetImportDiffRequest {
            name: import,
            ..GetImportDiffRequest::default()
        }
        .encode_to_vec(),
        "ImportService/ApplyImport" => ApplyImportRequest {
            name: import,
            ..ApplyImportRequest::default()
        }
        .encode_to_vec(),
        "ImportService/DiscardImport" => DiscardImportRequest {
            name: import,
            ..DiscardImportRequest::default()
        }
        .encode_to_vec(),
        "ImportService/RevertImport" => RevertImportRequest {
            name: import,
            ..RevertImportRequest::default()
        }
        .encode_to_vec(),
        "ProgrammeService/GetProgrammeYear" => {
            GetProgrammeYearRequest { name: year }.encode_to_vec()
        }
        "ProgrammeService/ListProgrammeVersions" => ListProgrammeVersionsRequest {
            parent: year,
            ..ListProgrammeVersionsRequest::default()
        }
        .encode_to_vec(),
        "ProgrammeService/GetProgrammeVersion" => {
            let name = format!("{year}/versions/1");
            GetProgrammeVersionRequest { name }.encode_to_vec()
        }
        "ProgrammeService/GetProgrammeVersionDiff" => GetProgrammeVersionDiffRequest {
            name: format!("{year}/versions/1"),
            base: format!("{year}/versions/1"),
        }
        .encode_to_vec(),
        "ProgrammeService/GetProgrammeDraft" => {
            GetProgrammeDraftRequest { name: draft }.encode_to_vec()
        }
        "ProgrammeService/GetProgrammeDraftPreview" => {
            GetProgrammeDraftPreviewRequest { name: draft }.encode_to_vec()
        }
        "ProgrammeService/GetProgrammeDraftDiff" => GetProgrammeDraftDiffRequest {
            name: draft,
            ..GetProgrammeDraftDiffRequest::default()
        }
        .encode_to_vec(),
        "ProgrammeService/CreateProgrammeDraft" => CreateProgrammeDraftRequest {
            parent: year,
            validate_only: true,
            ..CreateProgrammeDraftRequest::default()
        }
        .encode_to_vec(),
        "ProgrammeService/UpdateProgrammeDraft" => UpdateProgrammeDraftRequest {
            name: draft,
            document: "x".into(),
            etag: "1".into(),
            ..UpdateProgrammeDraftRequest::default()
        }
        .encode_to_vec(),
        "ProgrammeService/DeleteProgrammeDraft" => DeleteProgrammeDraftRequest {
            name: draft,
            ..DeleteProgrammeDraftRequest::default()
        }
        .encode_to_vec(),
        "ProgrammeService/ApproveProgrammeDraft" => ApproveProgrammeDraftRequest {
            name: draft,
            etag: "1".into(),
            ..ApproveProgrammeDraftRequest::default()
        }
        .encode_to_vec(),
        other => risk::sample(other, school, district)
            .or_else(|| district_reviews::sample(other, district))
            .or_else(|| follow_up::sample(other, school, district))
            .unwrap_or_else(|| panic!("{other} has no sample request: add one to tests/it/access")),
    }
}

/// What everybody may call, over everything that they see.
const ANYBODY: &[&str] = &[
    "AuthService/SignIn",
    "AuthService/SignInServiceAccount",
    "AuthService/RefreshSession",
    "AuthService/SignOut",
    "AuthService/GetCaller",
    "AuthService/ChangePassword",
    "AuthService/ListSessions",
    "AuthService/EndSession",
    "AuthService/RequestLink",
    "AuthService/GetLink",
    "AuthService/SetPasswordByLink",
    "AuthService/SignInByLink",
    "PerformanceService/ListMeasures",
    "ImportService/ListDatasets",
    "SchoolService/ListDistricts",
    "SchoolService/ListSchools",
    "ProgrammeService/ListProgrammeYears",
    "ProgrammeService/GetProgrammeYear",
    "ProgrammeService/ListProgrammeVersions",
    "ProgrammeService/GetProgrammeVersion",
    "ProgrammeService/GetProgrammeVersionDiff",
];

/// What administrators may call, and nobody else.
const OF_ADMINISTRATORS: &[&str] = &[
    "ProgrammeService/CreateProgrammeDraft",
    "ProgrammeService/UpdateProgrammeDraft",
    "ProgrammeService/DeleteProgrammeDraft",
    "UserService/CreateUser",
    "UserService/ImportPeople",
    "UserService/GetUser",
    "UserService/ListUsers",
    "UserService/UpdateUser",
    "UserService/SetUserPassword",
    "UserService/CreateUserLink",
    "UserService/ListMails",
    "UserService/RetryMail",
    "UserService/CreateServiceAccount",
    "UserService/GetServiceAccount",
    "UserService/ListServiceAccounts",
    "UserService/RevokeServiceAccount",
    "AuthService/CreateServiceAccountToken",
    "AuthService/RevokeServiceAccountToken",
    "AuditService/ListLedgerEntries",
    "AuditService/ExportLedger",
    "AuditService/VerifyLedger",
    "AuditService/ListLedgerHeads",
    "AuditService/ListRefusals",
];

/// Whether a role may call a method over its own scope and over another's, from the design.
fn expected(method: &str, role: &str) -> (bool, bool) {
    let county = matches!(role, "COUNTY_MANAGER" | "DATA_OFFICER" | "ADMINISTRATOR");
    let is = |roles: &[&str]| roles.contains(&role);
    if ANYBODY.contains(&method) {
        return (true, true);
    }
    if OF_ADMINISTRATORS.contains(&method) {
        return (is(&["ADMINISTRATOR"]), is(&["ADMINISTRATOR"]));
    }
    match method {
        "ProgrammeService/ListProgrammeDrafts"
        | "ProgrammeService/GetProgrammeDraft"
        | "ProgrammeService/GetProgrammeDraftDiff"
        | "ProgrammeService/GetProgrammeDraftPreview" => {
            let may = is(&["COUNTY_MANAGER", "ADMINISTRATOR"]);
            (may, may)
        }
        "ProgrammeService/ApproveProgrammeDraft" => {
            (is(&["COUNTY_MANAGER"]), is(&["COUNTY_MANAGER"]))
        }
        "UserService/ListRoleAssignments"
        | "UserService/EndRoleAssignment"
        | "UserService/ListInvitations"
        | "UserService/ResendInvitation"
        | "UserService/CancelInvitation" => {
            let may = is(&["SIM", "HEADTEACHER", "ADMINISTRATOR"]);
            (may, may)
        }
        "UserService/CreateRoleAssignment" | "UserService/CreateInvitation" => (
            is(&["SIM", "HEADTEACHER", "ADMINISTRATOR"]),
            is(&["ADMINISTRATOR"]),
        ),
        "SchoolService/GetDistrict" => (is(&["SIM"]) || county, county),
        "SchoolService/ListDistrictProposals" => {
            let may = is(&["DATA_OFFICER", "ADMINISTRATOR"]);
            (may, may)
        }
        "SchoolService/GetSchool"
        | "SchoolService/ListSchoolLinks"
        | "SchoolService/ListSchoolInspections"
        | "SchoolService/ListSchoolPartners" => (true, county),
        "SchoolService/ListSchoolPastVisits" | "SchoolService/ExportPastVisitReport" => (
            is(&["SIM", "LLP", "HEADTEACHER", "ADVISER", "GOVERNOR"]),
            false,
        ),
        "SchoolService/ListSchoolSupport" => (
            !is(&["SCHOOL_LEADER", "GOVERNOR", "CLERK", "ADMINISTRATOR"]),
            is(&["COUNTY_MANAGER", "DATA_OFFICER"]),
        ),
        "SchoolService/CreateSchoolLink" | "SchoolService/DeleteSchoolLink" => {
            (is(&["SIM", "DATA_OFFICER"]), is(&["DATA_OFFICER"]))
        }
        "PerformanceService/ListSchoolFigures" => (
            !is(&["CLERK", "ADMINISTRATOR"]),
            is(&["COUNTY_MANAGER", "DATA_OFFICER"]),
        ),
        "PerformanceService/ListDistrictFigures" | "PerformanceService/GetDataHealth" => (
            is(&["SIM", "COUNTY_MANAGER", "DATA_OFFICER"]),
            is(&["COUNTY_MANAGER", "DATA_OFFICER"]),
        ),
        "ImportService/GetImport"
        | "ImportService/ListImports"
        | "ImportService/ListImportIssues"
        | "ImportService/GetImportDiff" => (county, county),
        "ImportService/UploadImport"
        | "ImportService/UploadPastVisitReport"
        | "ImportService/ListPastVisitDocuments"
        | "ImportService/ApplyImport"
        | "ImportService/DiscardImport"
        | "ImportService/RevertImport" => (is(&["DATA_OFFICER"]), is(&["DATA_OFFICER"])),
        other => risk::expected(other, role)
            .or_else(|| district_reviews::expected(other, role))
            .or_else(|| follow_up::expected(other, role))
            .unwrap_or_else(|| {
                panic!("{other} is not in the design's table: add it to tests/it/access")
            }),
    }
}

async fn call(
    client: &Client,
    path: &'static str,
    token: Option<&str>,
    body: Vec<u8>,
) -> Result<(), Status> {
    let call = raw::Call {
        path,
        token: token.map(str::to_owned),
        messages: vec![body],
    };
    raw::over_connection(client, call, None).await.map(|_| ())
}

/// `yes` where access was given, whatever came of the call; `no` where it was denied; `in` where
/// the caller must sign in first.
fn verdict(answer: &Result<(), Status>) -> &'static str {
    let Err(status) = answer else { return "yes" };
    let reason = Error::from(status.clone()).reason();
    match (status.code(), reason) {
        (Code::PermissionDenied, Some(ErrorReason::AccessDenied)) => "no",
        (
            Code::Unauthenticated,
            Some(ErrorReason::CredentialsRefused | ErrorReason::LinkRefused),
        ) => "yes",
        (Code::Unauthenticated, Some(ErrorReason::SessionEnded)) => "ended",
        (Code::Unauthenticated, _) => "in",
        _ => "yes",
    }
}

async fn tokens(world: &World) -> Vec<String> {
    let mut tokens = Vec::new();
    for role in ROLES {
        tokens.push(world.actor(role).await.access_token());
    }
    tokens
}

on_both_engines! {
    County async fn every_method_for_every_role(world) {
        let client = world.client();
        let tokens = tokens(&world).await;
        let mut table = String::from("method  |  own scope, another's, for each role; then anonymous and a bad token\n\n");
        let mut wrong = Vec::new();
        for method in METHODS {
            let name = method.full_name().trim_start_matches("llpr.v1.");
            // Changing passwords and signing out would end the sessions that the table needs.
            let harmless = name != "AuthService/SignOut";
            let mut line = format!("{name:<40}");
            for (role, token) in ROLES.iter().zip(&tokens) {
                let mut cell = Vec::new();
                for (school, district) in [(OWN, "districts/north-marl"), (OTHER, "districts/saltmere-coast")] {
                    let answer = if harmless { call(&client, method.path, Some(token), sample(name, school, district)).await } else { Ok(()) };
                    cell.push(verdict(&answer));
                }
                let (own, other) = expected(name, role);
                let told = |may: bool| if may { "yes" } else { "no" };
                // RefreshSession takes its token from the request, which is none of ours.
                let free = name == "AuthService/RefreshSession";
                if !free && (cell[0], cell[1]) != (told(own), told(other)) {
                    wrong.push(format!("{name} as {role}: {cell:?}, expected {:?}", (told(own), told(other))));
                }
                write!(line, " {role}:{}", cell.join("/")).unwrap();
            }
            let anonymous = call(&client, method.path, None, sample(name, OWN, "districts/north-marl")).await;
            let bad = call(&client, method.path, Some("x.y.z"), sample(name, OWN, "districts/north-marl")).await;
            writeln!(table, "{line} anonymous:{} bad:{}", verdict(&anonymous), verdict(&bad)).unwrap();
            let public = matches!(
                name,
                "AuthService/SignIn"
                    | "AuthService/SignInServiceAccount"
                    | "AuthService/RefreshSession"
                    | "AuthService/RequestLink"
                    | "AuthService/GetLink"
                    | "AuthService/SetPasswordByLink"
                    | "AuthService/SignInByLink"
            );
            if !public && (verdict(&anonymous), verdict(&bad)) != ("in", "in") {
                wrong.push(format!("{name} without a sign-in: {anonymous:?} {bad:?}"));
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
        crate::golden("access-matrix.txt", &table);
    }

    County async fn expired_and_ended_sessions_open_nothing(world) {
        let client = world.client();
        let actor = world.actor("ADMINISTRATOR").await;
        let token = actor.access_token();
        actor.session.auth().sign_out(SignOutRequest::default()).await.expect("signed out");
        for method in METHODS.iter().filter(|method| !method.roles.is_empty()) {
            let name = method.full_name().trim_start_matches("llpr.v1.");
            let answer = call(&client, method.path, Some(&token), sample(name, OWN, "districts/north-marl")).await;
            assert_eq!(verdict(&answer), "ended", "{name}");
        }
        world.clock.advance(std::time::Duration::from_hours(1));
        for method in METHODS.iter().filter(|method| !method.roles.is_empty()) {
            let name = method.full_name().trim_start_matches("llpr.v1.");
            let answer = call(&client, method.path, Some(&token), sample(name, OWN, "districts/north-marl")).await;
            assert_eq!(verdict(&answer), "in", "{name}");
        }
    }

    County async fn a_real_and_an_invented_school_look_alike_from_outside(world) {
        let client = world.client();
        let token = world.actor("SIM").await.access_token();
        let told = async |name: &str| {
            let body = GetSchoolRequest { name: name.into() }.encode_to_vec();
            let status = call(&client, "/llpr.v1.SchoolService/GetSchool", Some(&token), body).await.expect_err("outside");
            (status.code(), status.message().to_owned(), status.details().to_vec())
        };
        let real = told(OTHER).await;
        assert_eq!(real, told("schools/999999").await);
        assert_eq!(real, told("schools/none-such").await);
        assert_eq!(real.0, Code::PermissionDenied);
    }

    County async fn a_path_that_the_table_lacks_reaches_nothing(world) {
        let client = world.client();
        let token = world.actor("ADMINISTRATOR").await.access_token();
        for path in ["/llpr.v1.SchoolService/DropSchools", "/llpr.v2.SchoolService/GetSchool", "/x/y"] {
            let status = call(&client, path, Some(&token), Vec::new()).await.expect_err("unknown");
            assert_eq!(Error::from(status).reason(), Some(ErrorReason::MethodUnknown), "{path}");
        }
    }
}
