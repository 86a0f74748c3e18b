//! A server of our own with one person and as many schools as a test wants.

use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use llpr_client::v1;
use llpr_client::v1::auth_service_server::{AuthService, AuthServiceServer};
use llpr_client::v1::school_service_server::{SchoolService, SchoolServiceServer};
use tonic::codegen::BoxStream;
use tonic::transport::Server;
use tonic::{Code, Request, Response, Status, async_trait};
use tonic_types::{ErrorDetails, StatusExt};

/// The person's password.
pub(super) const PASSWORD: &str = "correct horse battery";

/// Takes the token `access-N` where N refreshes were made.
#[derive(Clone, Default)]
pub(super) struct County(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    /// How long access tokens live from now on.
    lives: Duration,
    refreshes: usize,
    ended: bool,
    schools: i32,
    /// The request ids of the calls.
    ids: Vec<String>,
}

impl County {
    /// Begins to serve and returns the address.
    pub(super) async fn serve(&self) -> String {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(
            Server::builder()
                .add_service(AuthServiceServer::new(self.clone()))
                .add_service(SchoolServiceServer::new(self.clone()))
                .serve_with_incoming(tokio_stream::wrappers::TcpListenerStream::new(listener)),
        );
        format!("http://{address}")
    }

    pub(super) fn with(schools: i32) -> Self {
        let county = Self::default();
        county.0.lock().unwrap().schools = schools;
        county.let_tokens_live(Duration::from_mins(10));
        county
    }

    pub(super) fn let_tokens_live(&self, lives: Duration) {
        self.0.lock().unwrap().lives = lives;
    }

    pub(super) fn end_sessions(&self) {
        self.0.lock().unwrap().ended = true;
    }

    pub(super) fn has_ended_sessions(&self) -> bool {
        self.0.lock().unwrap().ended
    }

    pub(super) fn refreshes(&self) -> usize {
        self.0.lock().unwrap().refreshes
    }

    pub(super) fn ids(&self) -> Vec<String> {
        self.0.lock().unwrap().ids.clone()
    }

    /// Lets the call through if it comes from the person.
    fn admit<T>(&self, request: &Request<T>) -> Result<(), Status> {
        let text = |key| {
            let value = request.metadata().get(key);
            value.map_or("", |value| value.to_str().unwrap()).to_owned()
        };
        let mut state = self.0.lock().unwrap();
        state.ids.push(text("x-request-id"));
        if state.ended {
            Err(refuse("SESSION_ENDED"))
        } else if text("authorization") == format!("Bearer access-{}", state.refreshes) {
            Ok(())
        } else {
            Err(refuse("TOKEN_INVALID"))
        }
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "the SDK compares the times with the clock of the machine"
    )]
    fn tokens(&self) -> v1::SessionTokens {
        let state = self.0.lock().unwrap();
        let now = SystemTime::now();
        v1::SessionTokens {
            access_token: format!("access-{}", state.refreshes),
            access_token_expire_time: Some((now + state.lives).into()),
            refresh_token: format!("refresh-{}", state.refreshes),
            refresh_token_expire_time: Some((now + Duration::from_hours(1)).into()),
        }
    }
}

pub(super) fn refuse(reason: &str) -> Status {
    let details = ErrorDetails::with_error_info(reason, "llpr.v1", []);
    let message = "E-mail address and password do not fit.";
    Status::with_error_details(Code::Unauthenticated, message, details)
}

#[async_trait]
impl AuthService for County {
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
        let v1::SignInRequest { email, password } = request.into_inner();
        match (email.as_str(), password.as_str()) {
            ("busy@example.org", _) => Err(Status::with_error_details(
                Code::ResourceExhausted,
                "Too many attempts. Wait 30 seconds.",
                ErrorDetails::with_error_info("TOO_MANY_SIGN_INS", "llpr.v1", [])
                    .set_retry_info(Some(Duration::from_secs(30)))
                    .clone(),
            )),
            ("ada@example.org", PASSWORD) => {
                self.0.lock().unwrap().ended = false;
                let tokens = Some(self.tokens());
                Ok(Response::new(v1::SignInResponse { tokens }))
            }
            _ => Err(refuse("CREDENTIALS_REFUSED")),
        }
    }

    async fn refresh_session(
        &self,
        _: Request<v1::RefreshSessionRequest>,
    ) -> Result<Response<v1::RefreshSessionResponse>, Status> {
        {
            let mut state = self.0.lock().unwrap();
            if state.ended {
                return Err(refuse("SESSION_ENDED"));
            }
            state.refreshes += 1;
            state.lives = Duration::from_mins(10);
        }
        let tokens = Some(self.tokens());
        Ok(Response::new(v1::RefreshSessionResponse { tokens }))
    }

    async fn sign_out(
        &self,
        request: Request<v1::SignOutRequest>,
    ) -> Result<Response<v1::SignOutResponse>, Status> {
        self.admit(&request)?;
        self.end_sessions();
        Ok(Response::new(v1::SignOutResponse {}))
    }

    async fn get_caller(
        &self,
        request: Request<v1::GetCallerRequest>,
    ) -> Result<Response<v1::GetCallerResponse>, Status> {
        self.admit(&request)?;
        Ok(Response::new(v1::GetCallerResponse {
            user: Some(v1::User {
                name: "users/1".into(),
                display_name: "Ada Byron".into(),
                ..Default::default()
            }),
            methods: vec!["llpr.v1.SchoolService/ListSchools".into()],
            ..Default::default()
        }))
    }

    async fn change_password(
        &self,
        _: Request<v1::ChangePasswordRequest>,
    ) -> Result<Response<v1::ChangePasswordResponse>, Status> {
        Err(Status::unimplemented(""))
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

macro_rules! unimplemented_methods {
    ($($method:ident($request:ident) -> $response:ident),* $(,)?) => {
        #[async_trait]
        impl SchoolService for County {
            async fn list_schools(
                &self,
                request: Request<v1::ListSchoolsRequest>,
            ) -> Result<Response<v1::ListSchoolsResponse>, Status> {
                self.admit(&request)?;
                list(self.0.lock().unwrap().schools, request.get_ref())
            }
            async fn list_districts(
                &self,
                request: Request<v1::ListDistrictsRequest>,
            ) -> Result<Response<v1::ListDistrictsResponse>, Status> {
                self.admit(&request)?;
                Ok(Response::new(v1::ListDistrictsResponse::default()))
            }
            $(async fn $method(
                &self,
                _: Request<v1::$request>,
            ) -> Result<Response<v1::$response>, Status> {
                Err(Status::unimplemented(""))
            })*
            type ExportPastVisitReportStream = BoxStream<v1::ExportPastVisitReportResponse>;

            async fn export_past_visit_report(
                &self,
                _: Request<v1::ExportPastVisitReportRequest>,
            ) -> Result<Response<Self::ExportPastVisitReportStream>, Status> {
                Err(Status::unimplemented(""))
            }
        }
    };
}

unimplemented_methods! {
    get_district(GetDistrictRequest) -> GetDistrictResponse,
    list_district_proposals(ListDistrictProposalsRequest) -> ListDistrictProposalsResponse,
    get_school(GetSchoolRequest) -> GetSchoolResponse,
    list_school_links(ListSchoolLinksRequest) -> ListSchoolLinksResponse,
    create_school_link(CreateSchoolLinkRequest) -> CreateSchoolLinkResponse,
    delete_school_link(DeleteSchoolLinkRequest) -> DeleteSchoolLinkResponse,
    list_school_partners(ListSchoolPartnersRequest) -> ListSchoolPartnersResponse,
    list_school_inspections(ListSchoolInspectionsRequest) -> ListSchoolInspectionsResponse,
    list_school_support(ListSchoolSupportRequest) -> ListSchoolSupportResponse,
    list_school_past_visits(ListSchoolPastVisitsRequest) -> ListSchoolPastVisitsResponse,
}

/// Two pages where there are several schools; page tokens other than `two` are refused.
fn list(
    schools: i32,
    request: &v1::ListSchoolsRequest,
) -> Result<Response<v1::ListSchoolsResponse>, Status> {
    let invalid = |reason: &str, mut details: ErrorDetails| {
        details.set_error_info(reason, "llpr.v1", []);
        Status::with_error_details(Code::InvalidArgument, "Mend it.", details)
    };
    if request.query.len() > 100 {
        let details =
            ErrorDetails::with_bad_request_violation("query", "must be 100 characters at most");
        return Err(invalid("INVALID_REQUEST", details));
    }
    match request.query.as_str() {
        "forbidden" => return Err(Status::permission_denied("no")),
        "broken" => return Err(Status::internal("secret words of the database")),
        _ => {}
    }
    let (numbers, next) = match request.page_token.as_str() {
        "" if schools > 1 => (1..schools, "two"),
        "" => (1..schools + 1, ""),
        "two" => (schools..schools + 1, ""),
        _ => return Err(invalid("PAGE_TOKEN_INVALID", ErrorDetails::new())),
    };
    Ok(Response::new(v1::ListSchoolsResponse {
        schools: numbers
            .map(|number| v1::School {
                urn: 900_000 + number,
                display_name: format!("School {number} {}", request.query),
                ..Default::default()
            })
            .collect(),
        next_page_token: next.into(),
        total_size: schools,
    }))
}
