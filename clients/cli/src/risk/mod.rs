//! `llpr risk`: the annual risk analysis.

mod decide;
mod suggestions;

use clap::Subcommand;

use crate::context::Context;
use crate::exit::Failure;

/// The annual risk analysis: what data suggests, and what is decided (paragraphs 10 to 13)
#[derive(Subcommand)]
pub(crate) enum Command {
    Suggestions(suggestions::Suggestions),
    Confirm(decide::Confirm),
    Dismiss(decide::Dismiss),
}

impl Command {
    pub(crate) async fn run(self, context: &mut Context) -> Result<(), Failure> {
        match self {
            Self::Suggestions(suggestions) => suggestions.run(context).await,
            Self::Confirm(confirm) => confirm.run(context).await,
            Self::Dismiss(dismiss) => dismiss.run(context).await,
        }
    }
}

/// A programme year's resource name; empty for the one that is open.
fn year_name(year: Option<&str>) -> Result<String, Failure> {
    year.map_or(Ok(String::new()), crate::programme::year_name)
}
