//! `llpr county`: what the county manager sees across districts.

use clap::Args;
use futures::TryStreamExt as _;
use llpr_client::v1::{
    CommonPriority, CountyDistrict, CountyStanding, DistrictReviewState,
    ListCountyDistrictsRequest, ListCountyDistrictsResponse, RiskUrgency,
};
use llpr_client::{Retry, retry};

use crate::context::Context;
use crate::exit::Failure;
use crate::names::bare;
use crate::output::{Format, json, record, time};
use crate::programme::year_name;
use crate::words::word_of;

record!(
    CountyDistrict,
    table: [
        "District" => |one| one.district_display_name.clone(),
        "Review" => |one| word_of::<DistrictReviewState>(one.state),
        "Shared" => |one| time(one.share_time),
        "Schools" => |one| standing(one, |all| all.school_count.to_string()),
        "Unreviewed" => |one| standing(one, |all| all.unreviewed_count.to_string()),
        "No concern" => |one| standing(one, |all| all.no_concern_count.to_string()),
        "At risk" => |one| standing(one, |all| all.at_risk_count.to_string()),
        "¶12" => |one| standing(one, criteria),
        "Urgency" => |one| standing(one, urgencies),
        "Overdue" => |one| standing(one, |all| all.overdue_action_count.to_string()),
    ],
    all: [
        "District" => |one| bare(&one.district).to_owned(),
        "Name" => |one| one.district_display_name.clone(),
        "Review" => |one| word_of::<DistrictReviewState>(one.state),
        "Schools" => |one| standing(one, |all| all.school_count.to_string()),
        "Unreviewed" => |one| standing(one, |all| all.unreviewed_count.to_string()),
        "No concern" => |one| standing(one, |all| all.no_concern_count.to_string()),
        "At risk" => |one| standing(one, |all| all.at_risk_count.to_string()),
        "Criteria" => |one| standing(one, criteria),
        "Urgencies" => |one| standing(one, urgencies),
        "Overdue actions" => |one| standing(one, |all| all.overdue_action_count.to_string()),
        "Shared" => |one| time(one.share_time),
        "Acknowledged" => |one| time(one.acknowledge_time),
    ]
);

fn standing(one: &CountyDistrict, told: fn(&CountyStanding) -> String) -> String {
    one.standing.as_ref().map(told).unwrap_or_default()
}

/// Schools at risk by criterion: `a 2, f 1`.
fn criteria(standing: &CountyStanding) -> String {
    let counts = standing.criteria.iter();
    let told: Vec<String> = counts
        .map(|one| format!("{} {}", one.criterion, one.school_count))
        .collect();
    told.join(", ")
}

fn urgencies(standing: &CountyStanding) -> String {
    let counts = standing.urgencies.iter();
    let told: Vec<String> = counts
        .map(|one| {
            let urgency = word_of::<RiskUrgency>(one.urgency);
            format!("{urgency} {}", one.school_count)
        })
        .collect();
    told.join(", ")
}

/// Show the county's districts: their reviews, and where schools stand as far as that was shared
///
/// Below the districts stand the priorities that several of them have in common.
#[derive(Args)]
#[command(after_help = "\
Examples:
  llpr county
  llpr county --year 2024/25 --output csv")]
pub(crate) struct County {
    /// The programme year, such as 2024/25 [default: the one that is open]
    #[arg(long)]
    year: Option<String>,
}

impl County {
    pub(crate) async fn run(self, context: &mut Context) -> Result<(), Failure> {
        let session = context.session()?;
        let year = self.year.as_deref().map(year_name).transpose()?;
        let programme_year = year.unwrap_or_default();
        let pages = futures::stream::try_unfold(Some(String::new()), |token| {
            let (session, programme_year) = (&session, &programme_year);
            async move {
                let Some(page_token) = token else {
                    return Ok::<_, Failure>(None);
                };
                let request = ListCountyDistrictsRequest {
                    programme_year: programme_year.clone(),
                    page_size: 200,
                    page_token,
                };
                let page = retry(Retry::default(), || {
                    let (mut client, request) = (session.district_reviews(), request.clone());
                    async move { client.list_county_districts(request).await }
                })
                .await?;
                let next = page.next_page_token.clone();
                Ok(Some((page, (!next.is_empty()).then_some(next))))
            }
        });
        let mut pages: Vec<ListCountyDistrictsResponse> = pages.try_collect().await?;
        let districts: Vec<CountyDistrict> = pages
            .iter_mut()
            .flat_map(|page| std::mem::take(&mut page.county_districts))
            .collect();
        // What stands beside the districts is the same on every page.
        let mut whole = pages.pop().ok_or_else(Failure::empty_answer)?;
        if context.format == Format::Json {
            whole.county_districts = districts;
            return context.object(&json("ListCountyDistrictsResponse", &whole)?);
        }
        context.rows(&districts, "There is no district yet.")?;
        told(context, &whole)
    }
}

/// What stands below the districts.
fn told(context: &mut Context, whole: &ListCountyDistrictsResponse) -> Result<(), Failure> {
    let all = whole.standing.clone().unwrap_or_default();
    let assessed = all.school_count - all.unreviewed_count;
    context.say("")?;
    context.say(&format!(
        "{} of {} reviews shared, {} acknowledged. {assessed} of {} schools assessed and shared.",
        whole.shared_review_count,
        whole.total_size,
        whole.acknowledged_review_count,
        all.school_count,
    ))?;
    for CommonPriority {
        tag,
        tag_title,
        districts,
    } in &whole.common_priorities
    {
        let districts: Vec<&str> = districts.iter().map(|name| bare(name)).collect();
        context.say(&format!(
            "In common: {tag} ({tag_title}) in {}",
            districts.join(", ")
        ))?;
    }
    Ok(())
}
