//! `llpr district`: improvement districts.

mod pack;
mod review;

use std::io::Write;
use std::path::PathBuf;

use chrono::{Datelike, NaiveDate, Utc};
use clap::{Args, Subcommand};
use futures::TryStreamExt;
use llpr_client::v1::{
    DistrictKind, DistrictProposal, GetDistrictRequest, ListDistrictProposalsRequest,
    ListDistrictsRequest,
};
use llpr_client::{Retry, items, retry};

use crate::context::Context;
use crate::exit::Failure;
use crate::figures::DistrictFigures;
use crate::names::{bare, full};
use crate::output::{Format, harmless, json, record, write_csv};
use crate::words::{word, word_of};

/// Improvement districts
#[derive(Subcommand)]
pub(crate) enum Command {
    List(List),
    Show(Show),
    Figures(DistrictFigures),
    #[command(subcommand)]
    Review(review::Command),
    Pack(pack::Pack),
    Propose(Propose),
}

impl Command {
    pub(crate) async fn run(self, context: &mut Context) -> Result<(), Failure> {
        match self {
            Self::List(list) => list.run(context).await,
            Self::Show(show) => show.run(context).await,
            Self::Figures(figures) => figures.run(context).await,
            Self::Review(command) => command.run(context).await,
            Self::Pack(pack) => pack.run(context).await,
            Self::Propose(propose) => propose.run(context).await,
        }
    }
}

record!(
    District,
    table: [
        "Slug" => |district| bare(&district.name).to_owned(),
        "Name" => |district| district.display_name.clone(),
        "Kind" => |district| word_of::<DistrictKind>(district.kind),
        "Schools" => |district| district.school_count.to_string(),
    ]
);

/// List the districts that your roles reach
#[derive(Args)]
#[command(after_help = "\
Examples:
  llpr district list
  llpr district list --output json")]
pub(crate) struct List {}

impl List {
    async fn run(self, context: &mut Context) -> Result<(), Failure> {
        let session = context.session()?;
        let districts = items(|page_token| {
            let mut client = session.schools();
            let request = ListDistrictsRequest {
                page_size: 500,
                page_token,
            };
            async move { client.list_districts(request).await }
        });
        let nothing = "No district yet that your roles reach.";
        context.list(districts, None, nothing).await
    }
}

/// Show a district
#[derive(Args)]
#[command(after_help = "\
Examples:
  llpr district show north")]
pub(crate) struct Show {
    /// The district's slug
    slug: String,
}

impl Show {
    async fn run(self, context: &mut Context) -> Result<(), Failure> {
        let session = context.session()?;
        let name = full("districts", &self.slug);
        let answer = retry(Retry::default(), || {
            let mut client = session.schools();
            let request = GetDistrictRequest { name: name.clone() };
            async move { client.get_district(request).await }
        })
        .await?;
        context.one(&answer.district.ok_or_else(Failure::empty_answer)?)
    }
}

/// Write a districts list for the schools that have no district yet
///
/// Each school gets the register's administrative district: a start to be corrected by hand and
/// loaded with `llpr import apply districts FILE`. Nothing is stored by this command.
#[derive(Args)]
#[command(after_help = "\
Examples:
  llpr district propose --authority 850 --file districts.csv
  llpr import apply districts districts.csv")]
pub(crate) struct Propose {
    /// Three-digit number of an authority, for its schools only
    #[arg(long, value_name = "N", default_value_t = 0, hide_default_value = true)]
    authority: i32,
    /// First day in the district, YYYY-MM-DD [default: 1 September of this academic year]
    #[arg(long, value_name = "DATE")]
    from: Option<NaiveDate>,
    /// Write to this file [default: the standard output]
    #[arg(long, value_name = "OUT.csv")]
    file: Option<PathBuf>,
}

impl Propose {
    async fn run(self, context: &mut Context) -> Result<(), Failure> {
        let session = context.session()?;
        let from = match self.from {
            Some(from) => from,
            None => start_of_year(today()),
        };
        let proposals = items(|page_token| {
            let mut client = session.schools();
            let request = ListDistrictProposalsRequest {
                authority: self.authority,
                page_size: 1000,
                page_token,
            };
            async move { client.list_district_proposals(request).await }
        });
        // One line for each school of a county: small enough to hold, and no half-written file
        // if the server goes away in the middle.
        let proposals: Vec<DistrictProposal> = proposals.try_collect().await?;
        if self.file.is_none() && context.format == Format::Json {
            let values: Result<Vec<_>, _> = proposals
                .iter()
                .map(|proposal| json("DistrictProposal", proposal))
                .collect();
            return context.object(&values?.into());
        }
        let text = template(&proposals, from)?;
        match &self.file {
            Some(path) => {
                std::fs::write(path, text).map_err(|source| Failure::File {
                    path: path.display().to_string(),
                    source,
                })?;
                let path = path.display();
                context.note(&format!(
                    "{path}: {} schools. Correct it, then load it with `llpr import apply \
                     districts {path}`.",
                    proposals.len()
                ))
            }
            None => Ok(context.io.out.write_all(&text)?),
        }
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "the edge: only a default, which people see in the file"
)]
fn today() -> NaiveDate {
    Utc::now().date_naive()
}

fn start_of_year(today: NaiveDate) -> NaiveDate {
    let year = if today.month() >= 9 {
        today.year()
    } else {
        today.year() - 1
    };
    NaiveDate::from_ymd_opt(year, 9, 1).unwrap_or(today)
}

/// The districts template, filled in.
fn template(proposals: &[DistrictProposal], from: NaiveDate) -> Result<Vec<u8>, Failure> {
    let mut text = Vec::new();
    let headings = ["URN", "School", "District", "From", "Until", "Kind"];
    write_csv(&mut text, headings.map(str::to_owned))?;
    for proposal in proposals {
        let cells = [
            bare(&proposal.school).to_owned(),
            harmless(proposal.school_display_name.clone()),
            harmless(proposal.district_display_name.clone()),
            from.to_string(),
            String::new(),
            word(DistrictKind::Improvement),
        ];
        write_csv(&mut text, cells)?;
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proposal_is_a_line_of_the_template() {
        let proposal = DistrictProposal {
            school: "schools/900001".into(),
            school_display_name: "Oak, Elm and Ash Primary School".into(),
            district_display_name: "North Marl".into(),
            district_slug: "north-marl".into(),
        };
        let from = start_of_year(NaiveDate::from_ymd_opt(2026, 8, 31).unwrap());
        assert_eq!(
            String::from_utf8(template(&[proposal], from).unwrap()).unwrap(),
            "URN,School,District,From,Until,Kind\n\
             900001,\"Oak, Elm and Ash Primary School\",North Marl,2025-09-01,,improvement\n"
        );
    }
}
