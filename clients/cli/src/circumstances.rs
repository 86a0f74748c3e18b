//! `llpr school inspections` and `llpr school support`: what Ofsted said, and what support a school
//! has had.

use clap::Args;
use llpr_client::v1::{
    Inspection, InspectionEra, InspectionReading, ListSchoolInspectionsRequest,
    ListSchoolInspectionsResponse, ListSchoolSupportRequest, SchoolGroup, SupportKind,
    SupportOutcome,
};
use llpr_client::{Error, Retry, Session, retry};

use crate::context::Context;
use crate::exit::Failure;
use crate::names::{bare, full};
use crate::output::{Format, record};
use crate::words::word_of;

record!(
    Inspection,
    table: [
        "Date" => |one| one.start_date.clone(),
        "Era" => |one| word_of::<InspectionEra>(one.era),
        "Outcome" => outcome,
        "Category" => |one| one.category_of_concern.clone(),
        "Safeguarding" => |one| one.safeguarding.clone(),
        "Of" => |one| match (one.of_predecessor, one.predecessor_display_name.as_str()) {
            (false, _) => "this school".to_owned(),
            (true, "") => "the school before it".to_owned(),
            (true, name) => format!("the school before it, {name} ({})", bare(&one.predecessor)),
        },
    ]
);

/// An outcome in one line, in the words of its era.
fn outcome(one: &Inspection) -> String {
    if !one.ungraded_outcome.is_empty() {
        return format!("Ungraded: {}", one.ungraded_outcome);
    }
    let judgements = one
        .judgements
        .iter()
        .map(|judgement| format!("{}: {}", judgement.area, judgement.outcome))
        .collect::<Vec<_>>()
        .join("; ");
    match one.overall_grade.as_str() {
        "" => judgements,
        grade => format!("{grade} overall. {judgements}"),
    }
}

record!(
    SchoolSupport,
    table: [
        "Kind" => |support| word_of::<SupportKind>(support.kind),
        "From" => |support| support.from_date.clone(),
        "To" => |support| match support.until_date.as_str() {
            "" => "goes on".to_owned(),
            day => day.to_owned(),
        },
        "Outcome" => |support| word_of::<SupportOutcome>(support.outcome),
    ]
);

/// A trust, federation or sponsor in a few words.
pub(crate) fn group(group: &SchoolGroup) -> String {
    let kind = word_of::<llpr_client::v1::GroupKind>(group.kind).replace('-', " ");
    match group.since_date.as_str() {
        "" => format!("{} ({kind})", group.display_name),
        day => format!("{} ({kind}, since {day})", group.display_name),
    }
}

/// Asks for a school's inspections.
pub(crate) async fn inspections(
    session: &Session,
    parent: &str,
) -> Result<ListSchoolInspectionsResponse, Error> {
    retry(Retry::default(), || {
        let mut client = session.schools();
        let request = ListSchoolInspectionsRequest {
            parent: parent.into(),
        };
        async move { client.list_school_inspections(request).await }
    })
    .await
}

/// Says where a school stands, in one sentence.
pub(crate) fn standing(answer: &ListSchoolInspectionsResponse) -> String {
    let Some(standing) = &answer.standing else {
        return "Not inspected yet, or the file of inspections is not loaded.".to_owned();
    };
    let reading = match standing.reading() {
        InspectionReading::GoodOrBetter => "Good or better, in the terms of its time",
        InspectionReading::BelowGood => "Below good, in the terms of its time",
        InspectionReading::Open | InspectionReading::Unspecified => {
            "Neither good nor below can be said"
        }
    };
    let whose = if standing.of_predecessor {
        ". The inspection was of the school before this one"
    } else {
        ""
    };
    format!(
        "{reading} (inspection {}){whose}.",
        bare(&standing.inspection)
    )
}

/// List what Ofsted said of a school, newest first, each inspection in the terms of its own time
///
/// Until 1 September 2024 there was an overall grade; until 9 November 2025 there were key
/// judgements without one; since then there are report cards. No overall grade is worked out.
#[derive(Args)]
#[command(after_help = "\
Examples:
  llpr school inspections 900001
  llpr school inspections 900001 --output json")]
pub(crate) struct Inspections {
    /// The school's URN
    urn: String,
}

impl Inspections {
    pub(crate) async fn run(self, context: &mut Context) -> Result<(), Failure> {
        let session = context.session()?;
        let answer = inspections(&session, &full("schools", &self.urn)).await?;
        context.rows(&answer.inspections, "No inspection is known.")?;
        if context.format == Format::Table {
            context.say("")?;
            context.say(&standing(&answer))?;
            if !answer.source_file_name.is_empty() {
                context.say(&format!("Source: Ofsted, {}", answer.source_file_name))?;
            }
        }
        Ok(())
    }
}

/// List the support that a school has had, newest first
#[derive(Args)]
#[command(after_help = "\
Examples:
  llpr school support 900001")]
pub(crate) struct Support {
    /// The school's URN
    urn: String,
}

impl Support {
    pub(crate) async fn run(self, context: &mut Context) -> Result<(), Failure> {
        let session = context.session()?;
        let answer = retry(Retry::default(), || {
            let mut client = session.schools();
            let request = ListSchoolSupportRequest {
                parent: full("schools", &self.urn),
            };
            async move { client.list_school_support(request).await }
        })
        .await?;
        context.rows(&answer.support, "No support is recorded.")
    }
}
