//! `llpr programme`: the programme year, its text and its numbers.

mod approve;
mod draft;
mod edit;
mod preview;
mod show;

use clap::Subcommand;
use llpr_client::v1::{
    CreateProgrammeDraftRequest, CreateProgrammeDraftResponse, GetProgrammeDraftRequest,
    GetProgrammeVersionRequest, GetProgrammeYearRequest, ProgrammeDraft, ProgrammePerson,
    ProgrammeVersion, ProgrammeViolation, UpdateProgrammeDraftRequest,
};
use llpr_client::{Error, Retry, Session, request_id, retry};
use tonic::Code;

use crate::context::Context;
use crate::exit::Failure;
use crate::names::bare;
use crate::output::{count, record};

/// The programme year: its text, its questions and its numbers
#[derive(Subcommand)]
pub(crate) enum Command {
    List(show::List),
    Show(show::Show),
    Export(show::Export),
    Versions(show::Versions),
    Draft(draft::Draft),
    Edit(edit::Edit),
    Discard(draft::Discard),
    Diff(approve::Diff),
    Preview(preview::Preview),
    Approve(approve::Approve),
}

impl Command {
    pub(crate) async fn run(self, context: &mut Context) -> Result<(), Failure> {
        match self {
            Self::List(list) => list.run(context).await,
            Self::Show(show) => show.run(context).await,
            Self::Export(export) => export.run(context).await,
            Self::Versions(versions) => versions.run(context).await,
            Self::Draft(draft) => draft.run(context).await,
            Self::Edit(edit) => edit.run(context).await,
            Self::Discard(discard) => discard.run(context).await,
            Self::Diff(diff) => diff.run(context).await,
            Self::Preview(preview) => preview.run(context).await,
            Self::Approve(approve) => approve.run(context).await,
        }
    }
}

record!(
    ProgrammeViolation,
    table: [
        "Line" => |fault| fault.line.to_string(),
        "Where" => |fault| fault.key.clone(),
        "What" => |fault| fault.description.clone(),
    ]
);

/// The resource name of a year as people write it: `2024/25`, `2024-25`, `2024-2025`.
pub(crate) fn year_name(text: &str) -> Result<String, Failure> {
    let year = text.trim();
    let year = year.strip_prefix("programmeYears/").unwrap_or(year);
    let parts = year.split_once(['/', '-']).and_then(|(first, second)| {
        let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        let sound = first.len() == 4 && matches!(second.len(), 2 | 4);
        let start: u16 = first
            .parse()
            .ok()
            .filter(|_| sound && digits(first) && digits(second))?;
        let end = (start + 1).to_string();
        end.ends_with(second).then_some((start, end))
    });
    let (start, end) = parts.ok_or_else(|| {
        Failure::Usage(format!(
            "\"{text}\" is not an academic year: write it like 2024/25."
        ))
    })?;
    Ok(format!("programmeYears/{start}-{end}"))
}

/// The same, or the year in force where none is given.
fn year_or_current(text: Option<&str>) -> Result<String, Failure> {
    text.map_or_else(|| Ok("programmeYears/-".to_owned()), year_name)
}

/// A year as people write it, of a resource name: `2024/25` of `programmeYears/2024-2025/draft`.
pub(crate) fn year_of(name: &str) -> String {
    let year = name.split('/').nth(1).unwrap_or(name);
    match year.split_once('-') {
        Some((start, end)) => format!("{start}/{}", end.get(2..).unwrap_or(end)),
        None => year.to_owned(),
    }
}

fn people(people: &[ProgrammePerson]) -> String {
    let names: Vec<_> = people
        .iter()
        .map(|person| person.display_name.as_str())
        .collect();
    names.join(", ")
}

/// The version in force of a year, or one by its number.
async fn version(
    session: &Session,
    year: &str,
    number: Option<u32>,
) -> Result<ProgrammeVersion, Failure> {
    let version = match number {
        None => {
            let answer = retry(Retry::default(), || {
                let mut client = session.programme();
                let request = GetProgrammeYearRequest {
                    name: year.to_owned(),
                };
                async move { client.get_programme_year(request).await }
            })
            .await?;
            answer.programme_year.and_then(|year| year.version)
        }
        Some(number) => {
            let year = named(session, year).await?;
            let answer = retry(Retry::default(), || {
                let mut client = session.programme();
                let name = llpr_proto::names::programme_version(bare(&year), number);
                let request = GetProgrammeVersionRequest { name };
                async move { client.get_programme_version(request).await }
            })
            .await?;
            answer.programme_version
        }
    };
    version.ok_or_else(Failure::empty_answer)
}

/// The year's own name, where `programmeYears/-` may stand for the one in force.
async fn named(session: &Session, year: &str) -> Result<String, Failure> {
    if year != "programmeYears/-" {
        return Ok(year.to_owned());
    }
    let answer = retry(Retry::default(), || {
        let mut client = session.programme();
        let request = GetProgrammeYearRequest {
            name: year.to_owned(),
        };
        async move { client.get_programme_year(request).await }
    })
    .await?;
    let year = answer.programme_year.ok_or_else(Failure::empty_answer)?;
    Ok(year.name)
}

/// The draft of a year, where there is one.
async fn draft(session: &Session, year: &str) -> Result<Option<ProgrammeDraft>, Failure> {
    let answer = retry(Retry::default(), || {
        let mut client = session.programme();
        let name = llpr_proto::names::programme_draft(bare(year));
        let request = GetProgrammeDraftRequest { name };
        async move { client.get_programme_draft(request).await }
    })
    .await;
    match answer {
        Ok(answer) => Ok(answer.programme_draft),
        Err(error) if error.code() == Code::NotFound => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// The draft of a year, which must be there.
async fn existing_draft(session: &Session, year: &str) -> Result<ProgrammeDraft, Failure> {
    let found = draft(session, year).await?;
    found.ok_or_else(|| {
        let year = year_of(year);
        Failure::NotFound(format!(
            "{year} has no draft. An administrator starts one with `llpr programme edit {year}`."
        ))
    })
}

/// Asks the server to read a document, or to keep it: where `etag` names a draft in its place,
/// else as a new one. Returns the draft and the faults.
async fn send(
    session: &Session,
    year: &str,
    document: &str,
    etag: Option<&str>,
    validate_only: bool,
) -> Result<CreateProgrammeDraftResponse, Error> {
    let request_id = request_id();
    match etag {
        None => {
            let request = CreateProgrammeDraftRequest {
                parent: year.to_owned(),
                document: document.to_owned(),
                request_id,
                validate_only,
            };
            retry(Retry::default(), || {
                let mut client = session.programme();
                let request = request.clone();
                async move { client.create_programme_draft(request).await }
            })
            .await
        }
        Some(etag) => {
            let request = UpdateProgrammeDraftRequest {
                name: llpr_proto::names::programme_draft(bare(year)),
                document: document.to_owned(),
                etag: etag.to_owned(),
                request_id,
                validate_only,
            };
            let answer = retry(Retry::default(), || {
                let mut client = session.programme();
                let request = request.clone();
                async move { client.update_programme_draft(request).await }
            })
            .await?;
            Ok(CreateProgrammeDraftResponse {
                programme_draft: answer.programme_draft,
                violations: answer.violations,
            })
        }
    }
}

/// Prints the faults of a document, and fails with their number.
fn rejected(context: &mut Context, faults: &[ProgrammeViolation]) -> Result<Failure, Failure> {
    context.rows(faults, "")?;
    let faults = count(i64::try_from(faults.len()).unwrap_or(i64::MAX), "fault");
    Ok(Failure::Rejected(format!(
        "The document has {faults}; nothing was kept."
    )))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_year_may_be_written_in_any_usual_way() {
        for text in [
            "2024/25",
            "2024-25",
            "2024/2025",
            "2024-2025",
            "programmeYears/2024-2025",
        ] {
            assert_eq!(
                year_name(text).unwrap(),
                "programmeYears/2024-2025",
                "{text}"
            );
        }
        for text in ["2024", "2024/26", "24/25", "2024/5", "2024/", "x"] {
            assert!(matches!(year_name(text), Err(Failure::Usage(_))), "{text}");
        }
        assert_eq!(year_of("programmeYears/2024-2025/draft"), "2024/25");
    }
}
