//! The whole surface on one page: each method enters through [`enter`] and goes to one handler.

mod audit;
mod auth;
mod contexts;
mod district_reviews;
mod follow_up;
mod imports;
mod performance;
mod programme;
mod risk;
mod schools;
mod users;

use llpr_proto::v1;
use tonic::{Request, Streaming, async_trait};

use crate::context::Cx;
use crate::enter::{Answer, Messages, enter, enter_server_stream, enter_stream};

/// All services over one context.
#[derive(Clone, Debug)]
pub(crate) struct Api {
    cx: Cx,
}

impl Api {
    pub(crate) fn new(cx: Cx) -> Self {
        Self { cx }
    }
}

/// Delegates each method to `services/<resource>/<rpc>.rs`.
macro_rules! delegate {
    (
        $module:ident::$service:ident { $($method:ident: $request:ident => $response:ident, $resource:ident;)+ }
        $(client_streams { $($streaming:ident: $message:ident => $answer:ident, $place:ident;)+ })?
        $(server_streams { $($sending:ident: $asked:ident => $stream:ident of $sent:ident, $where:ident;)+ })?
    ) => {
        #[async_trait]
        impl v1::$module::$service for Api {
            $(async fn $method(&self, request: Request<v1::$request>) -> Answer<v1::$response> {
                enter(&self.cx, request, $resource::$method::handle).await
            })+
            $($(async fn $streaming(&self, request: Request<Streaming<v1::$message>>) -> Answer<v1::$answer> {
                enter_stream::<v1::$message, _, _, _, _>(&self.cx, request, $place::$streaming::handle).await
            })+)?
            $($(type $stream = Messages<v1::$sent>;

            async fn $sending(&self, request: Request<v1::$asked>) -> Answer<Self::$stream> {
                enter_server_stream(&self.cx, request, $where::$sending::handle).await
            })+)?
        }
    };
}

delegate!(auth_service_server::AuthService {
    sign_in: SignInRequest => SignInResponse, auth;
    refresh_session: RefreshSessionRequest => RefreshSessionResponse, auth;
    sign_out: SignOutRequest => SignOutResponse, auth;
    sign_in_service_account: SignInServiceAccountRequest => SignInServiceAccountResponse, auth;
    create_service_account_token: CreateServiceAccountTokenRequest => CreateServiceAccountTokenResponse, auth;
    revoke_service_account_token: RevokeServiceAccountTokenRequest => RevokeServiceAccountTokenResponse, auth;
    get_caller: GetCallerRequest => GetCallerResponse, auth;
    change_password: ChangePasswordRequest => ChangePasswordResponse, auth;
    list_sessions: ListSessionsRequest => ListSessionsResponse, auth;
    end_session: EndSessionRequest => EndSessionResponse, auth;
    request_link: RequestLinkRequest => RequestLinkResponse, auth;
    get_link: GetLinkRequest => GetLinkResponse, auth;
    set_password_by_link: SetPasswordByLinkRequest => SetPasswordByLinkResponse, auth;
    sign_in_by_link: SignInByLinkRequest => SignInByLinkResponse, auth;
});

delegate!(user_service_server::UserService {
    create_user: CreateUserRequest => CreateUserResponse, users;
    import_people: ImportPeopleRequest => ImportPeopleResponse, users;
    get_user: GetUserRequest => GetUserResponse, users;
    list_users: ListUsersRequest => ListUsersResponse, users;
    update_user: UpdateUserRequest => UpdateUserResponse, users;
    set_user_password: SetUserPasswordRequest => SetUserPasswordResponse, users;
    create_role_assignment: CreateRoleAssignmentRequest => CreateRoleAssignmentResponse, users;
    list_role_assignments: ListRoleAssignmentsRequest => ListRoleAssignmentsResponse, users;
    end_role_assignment: EndRoleAssignmentRequest => EndRoleAssignmentResponse, users;
    create_service_account: CreateServiceAccountRequest => CreateServiceAccountResponse, users;
    get_service_account: GetServiceAccountRequest => GetServiceAccountResponse, users;
    list_service_accounts: ListServiceAccountsRequest => ListServiceAccountsResponse, users;
    revoke_service_account: RevokeServiceAccountRequest => RevokeServiceAccountResponse, users;
    create_invitation: CreateInvitationRequest => CreateInvitationResponse, users;
    list_invitations: ListInvitationsRequest => ListInvitationsResponse, users;
    resend_invitation: ResendInvitationRequest => ResendInvitationResponse, users;
    cancel_invitation: CancelInvitationRequest => CancelInvitationResponse, users;
    create_user_link: CreateUserLinkRequest => CreateUserLinkResponse, users;
    list_mails: ListMailsRequest => ListMailsResponse, users;
    retry_mail: RetryMailRequest => RetryMailResponse, users;
});

delegate!(school_service_server::SchoolService {
    list_districts: ListDistrictsRequest => ListDistrictsResponse, schools;
    get_district: GetDistrictRequest => GetDistrictResponse, schools;
    list_district_proposals: ListDistrictProposalsRequest => ListDistrictProposalsResponse, schools;
    list_schools: ListSchoolsRequest => ListSchoolsResponse, schools;
    get_school: GetSchoolRequest => GetSchoolResponse, schools;
    list_school_links: ListSchoolLinksRequest => ListSchoolLinksResponse, schools;
    create_school_link: CreateSchoolLinkRequest => CreateSchoolLinkResponse, schools;
    delete_school_link: DeleteSchoolLinkRequest => DeleteSchoolLinkResponse, schools;
    list_school_inspections: ListSchoolInspectionsRequest => ListSchoolInspectionsResponse, schools;
    list_school_support: ListSchoolSupportRequest => ListSchoolSupportResponse, schools;
    list_school_past_visits: ListSchoolPastVisitsRequest => ListSchoolPastVisitsResponse, schools;
    list_school_partners: ListSchoolPartnersRequest => ListSchoolPartnersResponse, schools;
} server_streams {
    export_past_visit_report: ExportPastVisitReportRequest => ExportPastVisitReportStream of ExportPastVisitReportResponse, schools;
});

delegate!(performance_service_server::PerformanceService {
    list_measures: ListMeasuresRequest => ListMeasuresResponse, performance;
    list_school_figures: ListSchoolFiguresRequest => ListSchoolFiguresResponse, performance;
    get_data_health: GetDataHealthRequest => GetDataHealthResponse, performance;
    list_district_figures: ListDistrictFiguresRequest => ListDistrictFiguresResponse, performance;
});

delegate!(import_service_server::ImportService {
    list_datasets: ListDatasetsRequest => ListDatasetsResponse, imports;
    get_import: GetImportRequest => GetImportResponse, imports;
    list_imports: ListImportsRequest => ListImportsResponse, imports;
    list_import_issues: ListImportIssuesRequest => ListImportIssuesResponse, imports;
    get_import_diff: GetImportDiffRequest => GetImportDiffResponse, imports;
    apply_import: ApplyImportRequest => ApplyImportResponse, imports;
    discard_import: DiscardImportRequest => DiscardImportResponse, imports;
    revert_import: RevertImportRequest => RevertImportResponse, imports;
    list_past_visit_documents: ListPastVisitDocumentsRequest => ListPastVisitDocumentsResponse, imports;
} client_streams {
    upload_import: UploadImportRequest => UploadImportResponse, imports;
    upload_past_visit_report: UploadPastVisitReportRequest => UploadPastVisitReportResponse, imports;
});

delegate!(programme_service_server::ProgrammeService {
    list_programme_years: ListProgrammeYearsRequest => ListProgrammeYearsResponse, programme;
    get_programme_year: GetProgrammeYearRequest => GetProgrammeYearResponse, programme;
    list_programme_versions: ListProgrammeVersionsRequest => ListProgrammeVersionsResponse, programme;
    get_programme_version: GetProgrammeVersionRequest => GetProgrammeVersionResponse, programme;
    get_programme_version_diff: GetProgrammeVersionDiffRequest => GetProgrammeVersionDiffResponse, programme;
    list_programme_drafts: ListProgrammeDraftsRequest => ListProgrammeDraftsResponse, programme;
    get_programme_draft: GetProgrammeDraftRequest => GetProgrammeDraftResponse, programme;
    get_programme_draft_diff: GetProgrammeDraftDiffRequest => GetProgrammeDraftDiffResponse, programme;
    get_programme_draft_preview: GetProgrammeDraftPreviewRequest => GetProgrammeDraftPreviewResponse, programme;
    create_programme_draft: CreateProgrammeDraftRequest => CreateProgrammeDraftResponse, programme;
    update_programme_draft: UpdateProgrammeDraftRequest => UpdateProgrammeDraftResponse, programme;
    delete_programme_draft: DeleteProgrammeDraftRequest => DeleteProgrammeDraftResponse, programme;
    approve_programme_draft: ApproveProgrammeDraftRequest => ApproveProgrammeDraftResponse, programme;
});

delegate!(risk_service_server::RiskService {
    list_suggestions: ListSuggestionsRequest => ListSuggestionsResponse, risk;
    get_suggestion: GetSuggestionRequest => GetSuggestionResponse, risk;
    confirm_suggestion: ConfirmSuggestionRequest => ConfirmSuggestionResponse, risk;
    dismiss_suggestion: DismissSuggestionRequest => DismissSuggestionResponse, risk;
    list_risk_assessments: ListRiskAssessmentsRequest => ListRiskAssessmentsResponse, risk;
    list_shared_risks: ListSharedRisksRequest => ListSharedRisksResponse, risk;
    get_risk_assessment: GetRiskAssessmentRequest => GetRiskAssessmentResponse, risk;
    assess_school: AssessSchoolRequest => AssessSchoolResponse, risk;
    review_schools: ReviewSchoolsRequest => ReviewSchoolsResponse, risk;
    add_risk_criterion: AddRiskCriterionRequest => AddRiskCriterionResponse, risk;
    decide_risk_criterion: DecideRiskCriterionRequest => DecideRiskCriterionResponse, risk;
    share_risk_assessments: ShareRiskAssessmentsRequest => ShareRiskAssessmentsResponse, risk;
    release_risk_wording: ReleaseRiskWordingRequest => ReleaseRiskWordingResponse, risk;
    list_risk_wordings: ListRiskWordingsRequest => ListRiskWordingsResponse, risk;
});

delegate!(district_review_service_server::DistrictReviewService {
    get_district_review: GetDistrictReviewRequest => GetDistrictReviewResponse, district_reviews;
    list_district_review_versions: ListDistrictReviewVersionsRequest => ListDistrictReviewVersionsResponse, district_reviews;
    get_district_review_figures: GetDistrictReviewFiguresRequest => GetDistrictReviewFiguresResponse, district_reviews;
    get_district_funnel: GetDistrictFunnelRequest => GetDistrictFunnelResponse, district_reviews;
    write_district_review: WriteDistrictReviewRequest => WriteDistrictReviewResponse, district_reviews;
    share_district_review: ShareDistrictReviewRequest => ShareDistrictReviewResponse, district_reviews;
    acknowledge_district_review: AcknowledgeDistrictReviewRequest => AcknowledgeDistrictReviewResponse, district_reviews;
    list_county_districts: ListCountyDistrictsRequest => ListCountyDistrictsResponse, district_reviews;
} server_streams {
    print_district_pack: PrintDistrictPackRequest => PrintDistrictPackStream of PrintDistrictPackResponse, district_reviews;
});

delegate!(context_service_server::ContextService {
    list_programme_contexts: ListProgrammeContextsRequest => ListProgrammeContextsResponse, contexts;
    get_programme_context: GetProgrammeContextRequest => GetProgrammeContextResponse, contexts;
    decide_programme_context: DecideProgrammeContextRequest => DecideProgrammeContextResponse, contexts;
    decide_programme_contexts: DecideProgrammeContextsRequest => DecideProgrammeContextsResponse, contexts;
});

delegate!(follow_up_service_server::FollowUpService {
    create_contact: CreateContactRequest => CreateContactResponse, follow_up;
    withdraw_contact: WithdrawContactRequest => WithdrawContactResponse, follow_up;
    list_contacts: ListContactsRequest => ListContactsResponse, follow_up;
    list_contacts_due: ListContactsDueRequest => ListContactsDueResponse, follow_up;
    create_follow_up_action: CreateFollowUpActionRequest => CreateFollowUpActionResponse, follow_up;
    get_follow_up_action: GetFollowUpActionRequest => GetFollowUpActionResponse, follow_up;
    list_follow_up_actions: ListFollowUpActionsRequest => ListFollowUpActionsResponse, follow_up;
    list_my_follow_up_actions: ListMyFollowUpActionsRequest => ListMyFollowUpActionsResponse, follow_up;
    update_follow_up_action: UpdateFollowUpActionRequest => UpdateFollowUpActionResponse, follow_up;
    complete_follow_up_action: CompleteFollowUpActionRequest => CompleteFollowUpActionResponse, follow_up;
    drop_follow_up_action: DropFollowUpActionRequest => DropFollowUpActionResponse, follow_up;
    share_follow_up_action: ShareFollowUpActionRequest => ShareFollowUpActionResponse, follow_up;
    list_agreed_actions: ListAgreedActionsRequest => ListAgreedActionsResponse, follow_up;
});

delegate!(audit_service_server::AuditService {
    list_ledger_entries: ListLedgerEntriesRequest => ListLedgerEntriesResponse, audit;
    list_ledger_heads: ListLedgerHeadsRequest => ListLedgerHeadsResponse, audit;
    verify_ledger: VerifyLedgerRequest => VerifyLedgerResponse, audit;
    list_refusals: ListRefusalsRequest => ListRefusalsResponse, audit;
} server_streams {
    export_ledger: ExportLedgerRequest => ExportLedgerStream of ExportLedgerResponse, audit;
});
