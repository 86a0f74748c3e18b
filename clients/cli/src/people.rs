//! `llpr user import`: a whole list of people and their roles.

use std::path::PathBuf;

use clap::Args;
use llpr_client::v1::{ImportPeopleRequest, ImportPeopleResponse, IssueClass};
use llpr_client::{Retry, Role, request_id, retry};

use crate::context::Context;
use crate::exit::Failure;
use crate::import::load::line;
use crate::output::{Format, count, json, record};
use crate::words::word_of;

/// Load a list of people and their roles
///
/// Shows what the list would do; with --apply it is done, all or nothing. Who has no account gets
/// one without a password, and no e-mail is sent. Nobody loses a role by a list.
#[derive(Args)]
#[command(after_help = "\
Examples:
  llpr import template people > people.csv
  llpr user import people.csv
  llpr user import people.csv --apply
  llpr user import people.xlsx --apply --output json")]
pub(crate) struct Import {
    /// The list, CSV or XLSX, of at most 1 MiB
    #[arg(value_name = "FILE")]
    path: PathBuf,
    /// Do it
    #[arg(long)]
    apply: bool,
}

record!(
    ImportedPerson,
    table: [
        "Line" => |person| person.line.to_string(),
        "Name" => |person| person.display_name.clone(),
        "E-mail" => |person| person.email.clone(),
        "Account" => |person| if person.new_account { "new" } else { "there" }.to_owned(),
        "Role" => |person| word_of::<Role>(person.role),
        "At" => |person| person.node.clone(),
        "From" => |person| person.from_date.clone(),
        "Until" => |person| person.until_date.clone(),
        "Given" => |person| match (person.node.as_str(), person.new_role) {
            ("", _) => "",
            (_, true) => "new",
            (_, false) => "there",
        }.to_owned(),
    ]
);

impl Import {
    pub(crate) async fn run(self, context: &mut Context) -> Result<(), Failure> {
        let bytes = std::fs::read(&self.path).map_err(|source| {
            let path = self.path.display().to_string();
            Failure::File { path, source }
        })?;
        let session = context.session()?;
        let request = ImportPeopleRequest {
            content: bytes,
            validate_only: !self.apply,
            request_id: request_id(),
        };
        let answer = retry(Retry::default(), || {
            let mut client = session.users();
            let request = request.clone();
            async move { client.import_people(request).await }
        })
        .await?;
        report(context, &answer)?;
        let fatal = answer
            .issues
            .iter()
            .filter(|issue| issue.class() == IssueClass::Fatal)
            .count();
        if fatal > 0 {
            let number = i64::try_from(fatal).unwrap_or(i64::MAX);
            return Err(Failure::Rejected(format!(
                "The list has {}. Nothing was done. Mend it and load it again.",
                count(number, "fault")
            )));
        }
        if answer.done {
            context.note("Done.")
        } else {
            context.note("Nothing was done yet: repeat with --apply.")
        }
    }
}

fn report(context: &mut Context, answer: &ImportPeopleResponse) -> Result<(), Failure> {
    match context.format {
        Format::Json => context.object(&json("ImportPeopleResponse", answer)?),
        Format::Csv => context.rows(&answer.people, ""),
        Format::Table => {
            for issue in &answer.issues {
                context.say(&line(issue))?;
            }
            context.rows(&answer.people, "")
        }
    }
}
