//! What a draft's numbers would do to suggestions.

use clap::Args;
use llpr_client::v1::{
    GetProgrammeDraftPreviewRequest, GetProgrammeDraftPreviewResponse, SuggestionShift,
};
use llpr_client::{Retry, retry};

use super::{existing_draft, named, year_of, year_or_current};
use crate::context::Context;
use crate::exit::Failure;
use crate::names::bare;
use crate::output::{Column, Format, Record, count, json};

/// Show what a draft's numbers would do to suggestions, counted by district
///
/// Nothing is told of a school, so districts with very few schools are left out.
#[derive(Args)]
#[command(after_help = "\
Examples:
  llpr programme preview 2024/25
  llpr programme preview 2024/25 --output csv")]
pub(crate) struct Preview {
    /// The academic year, such as 2024/25 [default: the one in force]
    year: Option<String>,
}

impl Preview {
    pub(super) async fn run(self, context: &mut Context) -> Result<(), Failure> {
        let session = context.session()?;
        let year = year_or_current(self.year.as_deref())?;
        let year = named(&session, &year).await?;
        existing_draft(&session, &year).await?;
        let answer = retry(Retry::default(), || {
            let mut client = session.programme();
            let request = GetProgrammeDraftPreviewRequest {
                name: llpr_proto::names::programme_draft(bare(&year)),
            };
            async move { client.get_programme_draft_preview(request).await }
        })
        .await?;
        if context.format == Format::Json {
            return context.object(&json("GetProgrammeDraftPreviewResponse", &answer)?);
        }
        context.rows(&rows(&answer), "Nothing is suggested by either.")?;
        let left_out = match answer.left_out_school_count {
            0 => String::new(),
            left_out => format!(
                " {} in districts with very few are left out.",
                count(left_out, "school")
            ),
        };
        context.say("")?;
        context.say(&format!(
            "{} looked at, compared with {} version {}.{left_out}",
            count(answer.school_count, "school"),
            year_of(&answer.base),
            bare(&answer.base),
        ))
    }
}

/// The county first, then its districts.
fn rows(answer: &GetProgrammeDraftPreviewResponse) -> Vec<Row> {
    let county = answer.shifts.iter().map(|shift| Row {
        district: "county".to_owned(),
        name: "All districts".to_owned(),
        shift: shift.clone(),
    });
    let districts = answer.districts.iter().flat_map(|district| {
        district.shifts.iter().map(|shift| Row {
            district: bare(&district.district).to_owned(),
            name: match district.district_display_name.as_str() {
                "" => "No district".to_owned(),
                name => name.to_owned(),
            },
            shift: shift.clone(),
        })
    });
    county.chain(districts).collect()
}

/// What becomes of a criterion in a district.
struct Row {
    district: String,
    name: String,
    shift: SuggestionShift,
}

impl Record for Row {
    const TABLE: &'static [Column<Self>] = &[
        column("District", |row| row.name.clone()),
        column("¶12", |row| row.shift.criterion.clone()),
        column("Title", |row| row.shift.criterion_title.clone()),
        column("Now", |row| row.shift.before_count.to_string()),
        column("Then", |row| row.shift.after_count.to_string()),
        column("Raised", |row| row.shift.raised_count.to_string()),
        column("Cleared", |row| row.shift.cleared_count.to_string()),
    ];

    const ALL: &'static [Column<Self>] = &[
        column("District", |row| row.district.clone()),
        column("Name", |row| row.name.clone()),
        column("Criterion", |row| row.shift.criterion.clone()),
        column("Title", |row| row.shift.criterion_title.clone()),
        column("Now", |row| row.shift.before_count.to_string()),
        column("Then", |row| row.shift.after_count.to_string()),
        column("Raised", |row| row.shift.raised_count.to_string()),
        column("Cleared", |row| row.shift.cleared_count.to_string()),
    ];

    fn json(&self) -> Result<serde_json::Value, Failure> {
        json("SuggestionShift", &self.shift)
    }
}

const fn column(heading: &'static str, cell: fn(&Row) -> String) -> Column<Row> {
    Column { heading, cell }
}
