//! `llpr district review`: a district's figures together, its funnel plot, and what a SIM writes.

mod figures;
mod funnel;
mod words;

use clap::{Args, Subcommand};
use llpr_client::v1::{DistrictReview, GetDistrictReviewRequest};
use llpr_client::{Error, Retry, Session, retry};

use crate::context::Context;
use crate::exit::Failure;
use crate::names::{bare, full};
use crate::programme::year_name;

/// The yearly review of a district (paragraphs 10 and 11)
#[derive(Subcommand)]
pub(crate) enum Command {
    Show(words::Show),
    Figures(figures::Figures),
    Funnel(funnel::Plot),
    Template(words::Template),
    Write(words::Write),
    Share(words::Share),
    Acknowledge(words::Acknowledge),
    History(words::History),
}

impl Command {
    pub(crate) async fn run(self, context: &mut Context) -> Result<(), Failure> {
        match self {
            Self::Show(show) => show.run(context).await,
            Self::Figures(figures) => figures.run(context).await,
            Self::Funnel(plot) => plot.run(context).await,
            Self::Template(template) => template.run(context).await,
            Self::Write(write) => write.run(context).await,
            Self::Share(share) => share.run(context).await,
            Self::Acknowledge(acknowledge) => acknowledge.run(context).await,
            Self::History(history) => history.run(context).await,
        }
    }
}

/// Which review.
#[derive(Args)]
pub(super) struct Which {
    /// The district's slug
    district: String,
    /// The programme year, such as 2024/25 [default: the one that is open]
    #[arg(long)]
    year: Option<String>,
}

impl Which {
    /// The review's name, where `-` stands for the year that is open.
    pub(super) fn name(&self) -> Result<String, Failure> {
        let year = self.year.as_deref().map(year_name).transpose()?;
        let year = year.as_deref().map_or("-", bare);
        Ok(format!(
            "{}/reviews/{year}",
            full("districts", &self.district)
        ))
    }

    /// The review as it stands.
    async fn get(&self, session: &Session) -> Result<DistrictReview, Failure> {
        let name = self.name()?;
        let review = get(session, &name).await?;
        review.ok_or_else(Failure::empty_answer)
    }
}

async fn get(session: &Session, name: &str) -> Result<Option<DistrictReview>, Error> {
    let answer = retry(Retry::default(), || {
        let mut client = session.district_reviews();
        let request = GetDistrictReviewRequest {
            name: name.to_owned(),
        };
        async move { client.get_district_review(request).await }
    })
    .await?;
    Ok(answer.district_review)
}
