//! `llpr data`: how the county's data are.

use clap::{Args, Subcommand};
use llpr_client::v1::{
    DataSource, DatasetHealth, GetDataHealthRequest, GetDataHealthResponse, MissingReason,
    MissingSchool, Release,
};
use llpr_client::{Retry, retry};

use crate::context::Context;
use crate::exit::Failure;
use crate::names::{bare, full};
use crate::output::{Column, Format, Record, count, json, record, time};
use crate::words::word_of;

/// Missing schools that people are shown of each data set.
const SHOWN: usize = 20;

/// The data: what is loaded, and what is missing
#[derive(Subcommand)]
pub(crate) enum Command {
    Health(Health),
}

impl Command {
    pub(crate) async fn run(self, context: &mut Context) -> Result<(), Failure> {
        match self {
            Self::Health(health) => health.run(context).await,
        }
    }
}

/// Show which files stand for a year, and which schools lack figures
///
/// A school is missing where its phase and ages say that it should have figures; the reason is told
/// as far as one can be. CSV has the data sets, or the missing schools with --missing.
#[derive(Args)]
#[command(after_help = "\
Examples:
  llpr data health
  llpr data health --year 2023/24 --district north-marl
  llpr data health --missing --output csv")]
pub(crate) struct Health {
    /// Only this district; without it, the county
    #[arg(long)]
    district: Option<String>,
    /// The academic year of the figures, such as 2018/19 [default: the latest that has any]
    #[arg(long, value_name = "YEAR")]
    year: Option<String>,
    /// List the missing schools
    #[arg(long)]
    missing: bool,
}

impl Health {
    async fn run(self, context: &mut Context) -> Result<(), Failure> {
        let session = context.session()?;
        let district = self.district.map(|district| full("districts", &district));
        let request = GetDataHealthRequest {
            parent: district.unwrap_or_else(|| "county".to_owned()),
            academic_year: self.year.unwrap_or_default(),
        };
        let health = retry(Retry::default(), || {
            let mut client = session.performance();
            let request = request.clone();
            async move { client.get_data_health(request).await }
        })
        .await?;
        match context.format {
            Format::Json => context.object(&json("GetDataHealthResponse", &health)?),
            Format::Csv if self.missing => context.rows(&missing(&health), ""),
            Format::Csv => context.rows(&health.datasets, ""),
            Format::Table if self.missing => context.rows(
                &missing(&health),
                "No school lacks figures that it should have.",
            ),
            Format::Table => table(context, &health),
        }
    }
}

/// A missing school with its data set.
struct Lacks {
    dataset: String,
    school: MissingSchool,
}

impl Record for Lacks {
    const TABLE: &'static [Column<Self>] = &[
        Column {
            heading: "Data set",
            cell: |lacks| lacks.dataset.clone(),
        },
        Column {
            heading: "URN",
            cell: |lacks| bare(&lacks.school.school).to_owned(),
        },
        Column {
            heading: "School",
            cell: |lacks| lacks.school.display_name.clone(),
        },
        Column {
            heading: "District",
            cell: |lacks| lacks.school.district_display_name.clone(),
        },
        Column {
            heading: "Reason",
            cell: |lacks| word_of::<MissingReason>(lacks.school.reason),
        },
    ];
    const ALL: &'static [Column<Self>] = Self::TABLE;

    fn json(&self) -> Result<serde_json::Value, Failure> {
        json("MissingSchool", &self.school)
    }
}

fn missing(health: &GetDataHealthResponse) -> Vec<Lacks> {
    let of = |dataset: &DatasetHealth| {
        let name = bare(&dataset.dataset).to_owned();
        let lacks = move |school: &MissingSchool| Lacks {
            dataset: name.clone(),
            school: school.clone(),
        };
        dataset.missing.iter().map(lacks).collect::<Vec<_>>()
    };
    health.datasets.iter().flat_map(of).collect()
}

record!(
    DatasetHealth,
    table: [
        "Data set" => |health| bare(&health.dataset).to_owned(),
        "Schools" => schools,
        "Pending" => |health| none_if_zero(health.pending_schools.len()),
        "Release" => |health| latest(health, |source| word_of::<Release>(source.release)),
        "Loaded" => |health| latest(health, |source| time(source.apply_time)),
        "By" => |health| latest(health, |source| source.creator_display_name.clone()),
        "File" => files,
        "Embargo until" => |health| health.embargo_date.clone(),
    ],
    all: [
        "Data set" => |health| bare(&health.dataset).to_owned(),
        "Expected" => |health| health.expected_count.to_string(),
        "Present" => |health| health.present_count.to_string(),
        "Missing" => |health| health.missing.len().to_string(),
        "Pending" => |health| health.pending_schools.len().to_string(),
        "Files" => |health| health.sources.len().to_string(),
        "Release" => |health| latest(health, |source| word_of::<Release>(source.release)),
        "Loaded" => |health| latest(health, |source| time(source.apply_time)),
        "By" => |health| latest(health, |source| source.creator_display_name.clone()),
        "File" => |health| latest(health, |source| source.file_name.clone()),
        "Embargo until" => |health| health.embargo_date.clone(),
    ]
);

fn schools(health: &DatasetHealth) -> String {
    match health.expected_count {
        0 => String::new(),
        expected => format!("{} of {expected}", health.present_count),
    }
}

fn none_if_zero(number: usize) -> String {
    match number {
        0 => String::new(),
        number => number.to_string(),
    }
}

/// What the server lists first is the latest.
fn latest(health: &DatasetHealth, cell: impl Fn(&DataSource) -> String) -> String {
    health.sources.first().map(cell).unwrap_or_default()
}

fn files(health: &DatasetHealth) -> String {
    match health.sources.as_slice() {
        [] => "not loaded".to_owned(),
        [only] => only.file_name.clone(),
        [first, more @ ..] => format!("{} and {} more", first.file_name, more.len()),
    }
}

fn table(context: &mut Context, health: &GetDataHealthResponse) -> Result<(), Failure> {
    if health.academic_year.is_empty() {
        context.say("No figures have been loaded yet. Begin with the register:")?;
        context.say("  llpr import template batch > manifest.toml")?;
    } else {
        context.say(&format!(
            "Figures of {}. Years with figures: {}.",
            health.academic_year,
            health.academic_years.join(", ")
        ))?;
    }
    context.say("")?;
    context.rows(&health.datasets, "")?;
    for dataset in health.datasets.iter().filter(|set| !set.missing.is_empty()) {
        let number = i64::try_from(dataset.missing.len()).unwrap_or(i64::MAX);
        context.say("")?;
        context.say(&format!(
            "{}: {} without figures",
            bare(&dataset.dataset),
            count(number, "school")
        ))?;
        for school in dataset.missing.iter().take(SHOWN) {
            context.say(&format!(
                "  {} {} ({}): {}",
                bare(&school.school),
                school.display_name,
                school.district_display_name,
                school.message
            ))?;
        }
        if dataset.missing.len() > SHOWN {
            context.say("  … and more: llpr data health --missing")?;
        }
    }
    Ok(())
}
