//! `llpr risk`: the annual risk analysis.

mod assessments;
mod criteria;
mod decide;
mod export;
mod suggestions;

use clap::Subcommand;
use llpr_client::v1::GetProgrammeYearRequest;
use llpr_client::{Retry, Session, retry};

use crate::context::Context;
use crate::exit::Failure;

/// The annual risk analysis: what data suggests, and what is decided (paragraphs 10 to 13)
#[derive(Subcommand)]
pub(crate) enum Command {
    Suggestions(suggestions::Suggestions),
    Confirm(decide::Confirm),
    Dismiss(decide::Dismiss),
    List(assessments::List),
    Shared(assessments::Shared),
    Show(assessments::Show),
    Propose(criteria::Propose),
    Decide(criteria::Decide),
    Assess(assessments::Assess),
    Review(assessments::Review),
    Share(assessments::Share),
    Tell(criteria::Tell),
    Wordings(criteria::Wordings),
    Export(export::Export),
}

impl Command {
    pub(crate) async fn run(self, context: &mut Context) -> Result<(), Failure> {
        match self {
            Self::Suggestions(suggestions) => suggestions.run(context).await,
            Self::Confirm(confirm) => confirm.run(context).await,
            Self::Dismiss(dismiss) => dismiss.run(context).await,
            Self::List(list) => list.run(context).await,
            Self::Shared(shared) => shared.run(context).await,
            Self::Show(show) => show.run(context).await,
            Self::Propose(propose) => propose.run(context).await,
            Self::Decide(decide) => decide.run(context).await,
            Self::Assess(assess) => assess.run(context).await,
            Self::Review(review) => review.run(context).await,
            Self::Share(share) => share.run(context).await,
            Self::Tell(tell) => tell.run(context).await,
            Self::Wordings(wordings) => wordings.run(context).await,
            Self::Export(export) => export.run(context).await,
        }
    }
}

/// A programme year's resource name; empty for the one that is open.
pub(crate) fn year_name(year: Option<&str>) -> Result<String, Failure> {
    year.map_or(Ok(String::new()), crate::programme::year_name)
}

/// The year's own name, asked for where none is given.
pub(crate) async fn year_given_or_open(
    session: &Session,
    year: Option<&str>,
) -> Result<String, Failure> {
    let given = year_name(year)?;
    if !given.is_empty() {
        return Ok(given);
    }
    let answer = retry(Retry::default(), || {
        let mut client = session.programme();
        let name = "programmeYears/-".to_owned();
        async move {
            client
                .get_programme_year(GetProgrammeYearRequest { name })
                .await
        }
    })
    .await?;
    let year = answer.programme_year.ok_or_else(Failure::empty_answer)?;
    Ok(year.name)
}
