//! Commands against a server of our own: what goes to which stream, and the exit codes.
#![expect(
    clippy::unwrap_used,
    reason = "a test may panic, and so may its helpers"
)]
#![expect(clippy::disallowed_methods, reason = "tokens expire by the real clock")]

use std::io::{Cursor, Write};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use llpr_cli::{Exit, Io, run};
use llpr_client::{Role, v1};
use llpr_proto::v1::auth_service_server::{AuthService, AuthServiceServer};
use llpr_proto::v1::school_service_server::{SchoolService, SchoolServiceServer};
use tonic::codegen::BoxStream;
use tonic::transport::Server;
use tonic::{Code, Request, Response, Status};
use tonic_types::{ErrorDetails, StatusExt};

#[derive(Clone, Default)]
struct Fake;

fn refuse<T>(code: Code, reason: &str, message: &str) -> Result<T, Status> {
    let details = ErrorDetails::with_error_info(reason, "llpr.v1", []);
    Err(Status::with_error_details(code, message, details))
}

#[tonic::async_trait]
impl AuthService for Fake {
    async fn sign_in_service_account(
        &self,
        _: Request<v1::SignInServiceAccountRequest>,
    ) -> Result<Response<v1::SignInServiceAccountResponse>, Status> {
        Err(Status::unimplemented("not asked here"))
    }

    async fn create_service_account_token(
        &self,
        _: Request<v1::CreateServiceAccountTokenRequest>,
    ) -> Result<Response<v1::CreateServiceAccountTokenResponse>, Status> {
        Err(Status::unimplemented("not asked here"))
    }

    async fn revoke_service_account_token(
        &self,
        _: Request<v1::RevokeServiceAccountTokenRequest>,
    ) -> Result<Response<v1::RevokeServiceAccountTokenResponse>, Status> {
        Err(Status::unimplemented("not asked here"))
    }

    async fn sign_in(
        &self,
        request: Request<v1::SignInRequest>,
    ) -> Result<Response<v1::SignInResponse>, Status> {
        if request.get_ref().password != "correct horse battery" {
            return refuse(
                Code::Unauthenticated,
                "CREDENTIALS_REFUSED",
                "They do not fit.",
            );
        }
        let later = SystemTime::now() + Duration::from_hours(1);
        Ok(Response::new(v1::SignInResponse {
            tokens: Some(v1::SessionTokens {
                access_token: "secret-access".into(),
                access_token_expire_time: Some(later.into()),
                refresh_token: "secret-refresh".into(),
                refresh_token_expire_time: Some(later.into()),
            }),
        }))
    }

    async fn refresh_session(
        &self,
        _: Request<v1::RefreshSessionRequest>,
    ) -> Result<Response<v1::RefreshSessionResponse>, Status> {
        refuse(Code::Unauthenticated, "SESSION_ENDED", "It has ended.")
    }

    async fn sign_out(
        &self,
        _: Request<v1::SignOutRequest>,
    ) -> Result<Response<v1::SignOutResponse>, Status> {
        Ok(Response::new(v1::SignOutResponse {}))
    }

    async fn get_caller(
        &self,
        request: Request<v1::GetCallerRequest>,
    ) -> Result<Response<v1::GetCallerResponse>, Status> {
        assert_eq!(
            request.metadata().get("authorization").unwrap(),
            "Bearer secret-access"
        );
        Ok(Response::new(v1::GetCallerResponse {
            user: Some(v1::User {
                display_name: "Sam Ash".into(),
                ..v1::User::default()
            }),
            role_assignments: vec![v1::RoleAssignment {
                role: Role::DataOfficer.into(),
                node: "county".into(),
                from_date: "2026-09-01".into(),
                ..v1::RoleAssignment::default()
            }],
            methods: vec![],
        }))
    }

    async fn change_password(
        &self,
        _: Request<v1::ChangePasswordRequest>,
    ) -> Result<Response<v1::ChangePasswordResponse>, Status> {
        Ok(Response::new(v1::ChangePasswordResponse {}))
    }

    async fn list_sessions(
        &self,
        _: Request<v1::ListSessionsRequest>,
    ) -> Result<Response<v1::ListSessionsResponse>, Status> {
        Err(Status::unimplemented("not asked here"))
    }

    async fn end_session(
        &self,
        _: Request<v1::EndSessionRequest>,
    ) -> Result<Response<v1::EndSessionResponse>, Status> {
        Err(Status::unimplemented("not asked here"))
    }

    async fn request_link(
        &self,
        _: Request<v1::RequestLinkRequest>,
    ) -> Result<Response<v1::RequestLinkResponse>, Status> {
        Err(Status::unimplemented("not asked here"))
    }

    async fn get_link(
        &self,
        _: Request<v1::GetLinkRequest>,
    ) -> Result<Response<v1::GetLinkResponse>, Status> {
        Err(Status::unimplemented("not asked here"))
    }

    async fn set_password_by_link(
        &self,
        _: Request<v1::SetPasswordByLinkRequest>,
    ) -> Result<Response<v1::SetPasswordByLinkResponse>, Status> {
        Err(Status::unimplemented("not asked here"))
    }

    async fn sign_in_by_link(
        &self,
        _: Request<v1::SignInByLinkRequest>,
    ) -> Result<Response<v1::SignInByLinkResponse>, Status> {
        Err(Status::unimplemented("not asked here"))
    }
}

fn school(urn: i32, name: &str) -> v1::School {
    v1::School {
        name: format!("schools/{urn}"),
        urn,
        display_name: name.into(),
        status: v1::SchoolStatus::Open.into(),
        ..v1::School::default()
    }
}

macro_rules! school_service {
    ($($method:ident: $request:ident -> $response:ident),* $(,)?) => {
        #[tonic::async_trait]
        impl SchoolService for Fake {
            async fn list_schools(
                &self,
                request: Request<v1::ListSchoolsRequest>,
            ) -> Result<Response<v1::ListSchoolsResponse>, Status> {
                list_schools(&request.into_inner())
            }
            $(async fn $method(
                &self,
                _: Request<v1::$request>,
            ) -> Result<Response<v1::$response>, Status> {
                refuse(Code::NotFound, "RESOURCE_NOT_FOUND", "There is nothing of that name.")
            })*
            type ExportPastVisitReportStream = BoxStream<v1::ExportPastVisitReportResponse>;

            async fn export_past_visit_report(
                &self,
                _: Request<v1::ExportPastVisitReportRequest>,
            ) -> Result<Response<Self::ExportPastVisitReportStream>, Status> {
                refuse(Code::NotFound, "RESOURCE_NOT_FOUND", "There is nothing of that name.")
            }
        }
    };
}

school_service! {
    list_districts: ListDistrictsRequest -> ListDistrictsResponse,
    get_district: GetDistrictRequest -> GetDistrictResponse,
    list_district_proposals: ListDistrictProposalsRequest -> ListDistrictProposalsResponse,
    get_school: GetSchoolRequest -> GetSchoolResponse,
    list_school_links: ListSchoolLinksRequest -> ListSchoolLinksResponse,
    create_school_link: CreateSchoolLinkRequest -> CreateSchoolLinkResponse,
    delete_school_link: DeleteSchoolLinkRequest -> DeleteSchoolLinkResponse,
    list_school_partners: ListSchoolPartnersRequest -> ListSchoolPartnersResponse,
    list_school_inspections: ListSchoolInspectionsRequest -> ListSchoolInspectionsResponse,
    list_school_support: ListSchoolSupportRequest -> ListSchoolSupportResponse,
    list_school_past_visits: ListSchoolPastVisitsRequest -> ListSchoolPastVisitsResponse,
}

/// Two pages; `query` "clash" is refused.
fn list_schools(
    request: &v1::ListSchoolsRequest,
) -> Result<Response<v1::ListSchoolsResponse>, Status> {
    if request.query == "wrong" {
        let mut details = ErrorDetails::with_error_info("INVALID_REQUEST", "llpr.v1", []);
        details.add_bad_request_violation("query", "is wrong");
        return Err(Status::with_error_details(
            Code::InvalidArgument,
            "Mend it.",
            details,
        ));
    }
    let (schools, next_page_token) = match request.page_token.as_str() {
        "" => (
            vec![school(900_001, "Oak\u{1b}[2J Primary School")],
            "two".to_owned(),
        ),
        _ => (vec![school(900_002, "=HYPERLINK(\"x\")")], String::new()),
    };
    Ok(Response::new(v1::ListSchoolsResponse {
        schools,
        next_page_token,
        total_size: 2,
    }))
}

#[derive(Clone, Default)]
struct Buffer(Arc<Mutex<Vec<u8>>>);

impl Write for Buffer {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl Buffer {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

struct Shell {
    server: String,
    folder: tempfile::TempDir,
}

struct Said {
    exit: Exit,
    out: String,
    err: String,
}

impl Shell {
    async fn new() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let server = format!("http://{}", listener.local_addr().unwrap());
        let incoming = tokio_stream::wrappers::TcpListenerStream::new(listener);
        tokio::spawn(
            Server::builder()
                .add_service(AuthServiceServer::new(Fake))
                .add_service(SchoolServiceServer::new(Fake))
                .serve_with_incoming(incoming),
        );
        let folder = tempfile::tempdir().unwrap();
        Self { server, folder }
    }

    async fn signed_in() -> Self {
        let shell = Self::new().await;
        let said = shell.login("correct horse battery").await;
        assert_eq!(said.exit, Exit::Ok, "{}", said.err);
        shell
    }

    fn credentials(&self) -> PathBuf {
        self.folder.path().join("new").join("credentials.json")
    }

    async fn login(&self, password: &str) -> Said {
        let login = ["login", "--email", "sam@example.org", "--password-stdin"];
        self.run_with(&login, &format!("{password}\n")).await
    }

    async fn run(&self, args: &[&str]) -> Said {
        self.run_with(args, "").await
    }

    async fn run_with(&self, args: &[&str], input: &str) -> Said {
        let (out, err) = (Buffer::default(), Buffer::default());
        let io = Io::piped(Cursor::new(input.to_owned()), out.clone(), err.clone());
        let credentials = self.credentials();
        let globals = [
            "llpr",
            "--server",
            &self.server,
            "--credentials",
            credentials.to_str().unwrap(),
        ];
        let exit = run(globals.iter().chain(args), io).await;
        Said {
            exit,
            out: out.text(),
            err: err.text(),
        }
    }
}

#[tokio::test]
async fn signing_in_keeps_the_session_and_signing_out_forgets_it() {
    let shell = Shell::signed_in().await;
    let said = shell.run(&["whoami"]).await;
    assert_eq!(said.exit, Exit::Ok, "{}", said.err);
    assert!(said.out.contains("Sam Ash"), "{}", said.out);
    assert!(
        said.out
            .contains("data-officer at county, since 2026-09-01"),
        "{}",
        said.out
    );

    assert_eq!(shell.run(&["logout"]).await.exit, Exit::Ok);

    let said = shell.run(&["whoami"]).await;
    assert_eq!(said.exit, Exit::NotAllowed);
    assert!(said.err.contains("llpr login"), "{}", said.err);
    let kept = std::fs::read_to_string(shell.credentials()).unwrap();
    assert!(!kept.contains("secret"), "{kept}");
}

#[tokio::test]
async fn a_wrong_password_is_code_3_and_keeps_nothing() {
    let shell = Shell::new().await;
    let said = shell.login("wrong").await;
    assert_eq!(said.exit, Exit::NotAllowed);
    assert_eq!(said.out, "");
    assert!(
        said.err.starts_with("error: They do not fit."),
        "{}",
        said.err
    );
    assert!(!shell.credentials().exists());
}

#[tokio::test]
async fn a_session_is_not_taken_to_another_server() {
    let shell = Shell::signed_in().await;
    let other = Shell {
        server: Shell::new().await.server,
        ..shell
    };
    assert_eq!(other.run(&["whoami"]).await.exit, Exit::NotAllowed);
}

#[tokio::test]
async fn a_list_is_one_table_one_array_or_one_sheet_of_all_pages() {
    let shell = Shell::signed_in().await;

    let table = shell.run(&["school", "list"]).await;
    assert_eq!(table.exit, Exit::Ok, "{}", table.err);
    let lines: Vec<_> = table.out.lines().collect();
    assert_eq!(lines.len(), 3, "{}", table.out);
    assert!(lines[0].starts_with("URN"), "{}", table.out);
    // No escape sequence, neither ours nor one that somebody wrote into a name.
    assert!(!table.out.contains('\u{1b}'), "{:?}", table.out);

    let json = shell.run(&["school", "list", "--output", "json"]).await;
    let value: serde_json::Value = serde_json::from_str(&json.out).unwrap();
    let urns: Vec<_> = value
        .as_array()
        .unwrap()
        .iter()
        .map(|s| s["urn"].as_i64())
        .collect();
    assert_eq!(urns, [Some(900_001), Some(900_002)]);
    assert_eq!(value[0]["status"], "SCHOOL_STATUS_OPEN");

    let csv = shell.run(&["-o", "csv", "school", "list"]).await;
    let mut reader = csv::Reader::from_reader(csv.out.as_bytes());
    assert_eq!(reader.headers().unwrap().get(1), Some("urn"));
    let second = reader.records().nth(1).unwrap().unwrap();
    assert_eq!(second.get(0), Some("'=HYPERLINK(\"x\")"));

    let limited = shell
        .run(&["school", "list", "--limit", "1", "-o", "json"])
        .await;
    let value: serde_json::Value = serde_json::from_str(&limited.out).unwrap();
    assert_eq!(value.as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn exit_codes_tell_what_went_wrong() {
    let shell = Shell::signed_in().await;
    for (args, exit) in [
        (vec!["school", "show", "900009"], Exit::NotFound),
        (vec!["school", "list", "--query", "wrong"], Exit::Usage),
        (
            vec!["school", "list", "--phase", "kindergarten"],
            Exit::Usage,
        ),
        (vec!["nonsense"], Exit::Usage),
        (vec!["api", "SchoolService/Nothing"], Exit::Usage),
        (
            vec!["import", "apply", "ks2", "/nowhere.csv"],
            Exit::Rejected,
        ),
        (vec!["--server", "elsewhere", "whoami"], Exit::Usage),
        (vec!["--help"], Exit::Ok),
        (vec!["--version"], Exit::Ok),
        (vec!["completions", "bash"], Exit::Ok),
    ] {
        let said = shell.run(&args).await;
        assert_eq!(said.exit, exit, "{args:?}: {}", said.err);
        assert_eq!(
            said.err.is_empty(),
            exit == Exit::Ok,
            "{args:?}: {}",
            said.err
        );
    }
    let said = shell.run(&["school", "list", "--query", "wrong"]).await;
    assert!(
        said.err.starts_with("error: Mend it.\n  query: is wrong\n"),
        "{}",
        said.err
    );
    assert!(said.err.contains("request id: "), "{}", said.err);
}

#[tokio::test]
async fn a_server_that_is_away_is_code_6() {
    let shell = Shell {
        server: "http://127.0.0.1:1".into(),
        ..Shell::new().await
    };
    let said = shell.login("correct horse battery").await;
    assert_eq!(said.exit, Exit::Unavailable);
    assert!(said.err.contains("--server"), "{}", said.err);
}

#[tokio::test]
async fn any_method_can_be_called_with_json() {
    let shell = Shell::signed_in().await;
    let list = [
        "api",
        "SchoolService/ListSchools",
        r#"{"pageToken": "two"}"#,
    ];
    let said = shell.run(&list).await;
    assert_eq!(said.exit, Exit::Ok, "{}", said.err);
    let value: serde_json::Value = serde_json::from_str(&said.out).unwrap();
    assert_eq!(value["schools"][0]["urn"], 900_002);
    assert_eq!(value["totalSize"], 2);

    let said = shell
        .run_with(
            &["api", "SchoolService/GetSchool", "-"],
            r#"{"name": "schools/900009"}"#,
        )
        .await;
    assert_eq!(said.exit, Exit::NotFound);
}

#[tokio::test]
async fn without_a_terminal_nothing_is_asked() {
    let shell = Shell::new().await;
    let said = shell.run(&["login", "--email", "sam@example.org"]).await;
    assert_eq!(said.exit, Exit::Usage);
    assert!(said.err.contains("--password-stdin"), "{}", said.err);
    let said = shell.run(&["login"]).await;
    assert!(said.err.contains("--email"), "{}", said.err);
}
