//! Imports, the programme, schools.

use llpr_proto::v1::{
    ApplyImportRequest, ApplyImportResponse, ApproveProgrammeDraftRequest,
    ApproveProgrammeDraftResponse, CreateProgrammeDraftResponse, DeleteProgrammeDraftRequest,
    DeleteProgrammeDraftResponse, DiscardImportRequest, DiscardImportResponse, GetDistrictRequest,
    GetDistrictResponse, GetImportRequest, GetImportResponse, GetProgrammeDraftRequest,
    GetProgrammeDraftResponse, GetProgrammeYearRequest, GetProgrammeYearResponse, GetSchoolRequest,
    GetSchoolResponse, ListDistrictsRequest, ListDistrictsResponse, ListImportsRequest,
    ListImportsResponse, ListSchoolFiguresResponse, ListSchoolsResponse, ProgrammeVersion,
    RevertImportRequest, RevertImportResponse, UpdateProgrammeDraftResponse, UploadImportResponse,
};

use super::Side;
use crate::model::answer::{Answer, Told};
use crate::model::state::Call;
use crate::model::step::{Act, Etag};
use crate::model::{county, imports, requests};

impl Side {
    pub(super) async fn of_imports(&mut self, call: &Call, id: String) -> Answer {
        let import = match &call.act {
            Act::UploadFigures { .. } | Act::UploadMove { .. } | Act::UploadRubbish => {
                let parts = requests::upload(&call.act, call.day, id);
                let answer: UploadImportResponse = self.ask(call, &parts).await?;
                answer.import
            }
            Act::ApplyImport { import, etag } => {
                let (name, etag) = self.import(*import, *etag);
                let request = ApplyImportRequest {
                    name,
                    etag,
                    request_id: id,
                    validate_only: false,
                };
                let answer: ApplyImportResponse = self.ask(call, &[request]).await?;
                answer.import
            }
            Act::DiscardImport { import, etag } => {
                let (name, etag) = self.import(*import, *etag);
                let request = DiscardImportRequest {
                    name,
                    etag,
                    request_id: id,
                };
                let answer: DiscardImportResponse = self.ask(call, &[request]).await?;
                answer.import
            }
            Act::RevertImport { import, etag } => {
                let (name, etag) = self.import(*import, *etag);
                let request = RevertImportRequest {
                    name,
                    etag,
                    request_id: id,
                };
                let answer: RevertImportResponse = self.ask(call, &[request]).await?;
                answer.import
            }
            Act::GetImport { import } => {
                let request = GetImportRequest {
                    name: self.imports.all[*import].clone(),
                };
                let answer: GetImportResponse = self.ask(call, &[request]).await?;
                answer.import
            }
            _ => {
                let request = ListImportsRequest {
                    page_size: 500,
                    ..ListImportsRequest::default()
                };
                let answer: ListImportsResponse = self.ask(call, &[request]).await?;
                // The county's own files are no part of the model.
                let new = answer
                    .imports
                    .iter()
                    .filter_map(|import| self.imports.numbers.get(&import.name));
                return Ok(Told::Imports(new.copied().collect()));
            }
        };
        let import = import.expect("an import");
        let number = self.imports.number(&import.name);
        let version = self.imports.version(number, &import.etag);
        let state = import
            .state()
            .as_str_name()
            .trim_start_matches("IMPORT_STATE_");
        Ok(Told::Import {
            import: number,
            state,
            version,
        })
    }

    fn import(&self, number: usize, etag: Etag) -> (String, String) {
        (
            self.imports.all[number].clone(),
            self.imports.etag(number, etag),
        )
    }

    pub(super) async fn of_programme(&mut self, call: &Call, id: String) -> Answer {
        let draft = match &call.act {
            Act::CreateDraft { year, title } => {
                let request = requests::create_draft(*year, *title, id);
                let answer: CreateProgrammeDraftResponse = self.ask(call, &[request]).await?;
                (*year, answer.programme_draft)
            }
            Act::UpdateDraft { year, title, etag } => {
                let request =
                    requests::update_draft(*year, *title, self.drafts.etag(*year, *etag), id);
                let answer: UpdateProgrammeDraftResponse = self.ask(call, &[request]).await?;
                (*year, answer.programme_draft)
            }
            Act::DeleteDraft { year, etag } => {
                let name = requests::draft(*year);
                let etag = self.drafts.etag(*year, *etag);
                let request = DeleteProgrammeDraftRequest {
                    name,
                    etag,
                    request_id: id,
                };
                let _: DeleteProgrammeDraftResponse = self.ask(call, &[request]).await?;
                return Ok(Told::Nothing);
            }
            Act::ApproveDraft { year, etag } => {
                let name = requests::draft(*year);
                let etag = self.drafts.etag(*year, *etag);
                let request = ApproveProgrammeDraftRequest {
                    name,
                    etag,
                    request_id: id,
                };
                let answer: ApproveProgrammeDraftResponse = self.ask(call, &[request]).await?;
                return Ok(self.version(*year, answer.programme_version));
            }
            Act::GetDraft { year } => {
                let request = GetProgrammeDraftRequest {
                    name: requests::draft(*year),
                };
                let answer: GetProgrammeDraftResponse = self.ask(call, &[request]).await?;
                (*year, answer.programme_draft)
            }
            Act::GetYear { year } => {
                let request = GetProgrammeYearRequest {
                    name: requests::year(*year),
                };
                let answer: GetProgrammeYearResponse = self.ask(call, &[request]).await?;
                let version = answer.programme_year.expect("a year").version;
                return Ok(self.version(*year, version));
            }
            _ => return Ok(Told::Nothing),
        };
        let (year, draft) = (draft.0, draft.1.expect("a draft"));
        Ok(Told::Draft {
            year,
            title: draft.title,
            drafters: draft
                .drafters
                .iter()
                .map(|person| self.users.number(&person.user))
                .collect(),
            version: self.drafts.version(year, &draft.etag),
        })
    }

    fn version(&self, year: usize, version: Option<ProgrammeVersion>) -> Told {
        let version = version.expect("a version");
        let approver = version
            .approver
            .and_then(|person| self.users.numbers.get(&person.user).copied());
        let number = usize::try_from(version.number).expect("a number");
        Told::Version {
            year,
            number,
            title: version.title,
            approver,
        }
    }

    pub(super) async fn of_schools(&mut self, call: &Call) -> Answer {
        match &call.act {
            Act::ListSchools => {
                let answer: ListSchoolsResponse =
                    self.ask(call, &[requests::all_schools()]).await?;
                Ok(Told::Schools(
                    answer
                        .schools
                        .iter()
                        .map(|school| imports::urn(&school.name))
                        .collect(),
                ))
            }
            Act::ListDistricts => {
                let request = ListDistrictsRequest {
                    page_size: 500,
                    ..ListDistrictsRequest::default()
                };
                let answer: ListDistrictsResponse = self.ask(call, &[request]).await?;
                Ok(Told::Districts(
                    answer
                        .districts
                        .into_iter()
                        .map(|district| district.name)
                        .collect(),
                ))
            }
            Act::GetSchool { school } => {
                let request = GetSchoolRequest {
                    name: county::school(*school),
                };
                let answer: GetSchoolResponse = self.ask(call, &[request]).await?;
                Ok(Told::Schools(
                    [imports::urn(&answer.school.expect("a school").name)].into(),
                ))
            }
            Act::GetDistrict { district } => {
                let request = GetDistrictRequest {
                    name: county::district(*district),
                };
                let answer: GetDistrictResponse = self.ask(call, &[request]).await?;
                Ok(Told::Districts(
                    [answer.district.expect("a district").name].into(),
                ))
            }
            Act::Figure { school, year } => {
                let name = county::school(*school);
                let request = requests::figures(&name, *year);
                let answer: ListSchoolFiguresResponse = self.ask(call, &[request]).await?;
                let own = imports::urn(&name) == county::results(*year).0;
                let figure = answer
                    .figures
                    .into_iter()
                    .find(|figure| own && figure.school == name);
                let value = figure.and_then(|figure| figure.value);
                #[expect(clippy::cast_possible_truncation, reason = "a whole percentage")]
                let whole = value.map(|value| value.round() as i64);
                Ok(Told::Figure(whole))
            }
            _ => Ok(Told::Nothing),
        }
    }
}
