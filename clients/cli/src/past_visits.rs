//! `llpr school past-visits` and `llpr school past-report`: visits of years before this software, and
//! what was written about them.

use std::io::Write as _;
use std::path::PathBuf;

use clap::Args;
use llpr_client::v1::{ListSchoolPastVisitsRequest, PastVisit};
use llpr_client::{Retry, Session, export_report, retry};

use crate::context::Context;
use crate::exit::Failure;
use crate::names::full;
use crate::output::record;
use crate::save::{save, to_output};

record!(
    PastVisit,
    table: [
        "Visit" => |visit| visit.visit_date.clone(),
        "Report" => |visit| visit.report_date.clone(),
        "Priority" => |visit| visit.priority.map_or("", |yes| if yes { "yes" } else { "no" }).to_owned(),
        "Actions" => |visit| visit.actions.join("; "),
        "Report file" => |visit| visit.document_name.clone(),
        "Size" => size,
    ],
    all: [
        "Visit" => |visit| visit.visit_date.clone(),
        "Report" => |visit| visit.report_date.clone(),
        "Priority" => |visit| visit.priority.map_or("", |yes| if yes { "yes" } else { "no" }).to_owned(),
        "Actions" => |visit| visit.actions.join("; "),
        "Report file" => |visit| visit.document_name.clone(),
        "SHA-256" => |visit| visit.document_sha256.clone(),
        "Bytes" => |visit| match visit.report.as_str() {
            "" => String::new(),
            _ => visit.report_size_bytes.to_string(),
        },
        "Media type" => |visit| visit.report_media_type.clone(),
    ]
);

fn size(visit: &PastVisit) -> String {
    match (visit.document_name.as_str(), visit.report.as_str()) {
        ("", _) => String::new(),
        (_, "") => "not loaded".to_owned(),
        _ => {
            let bytes = u64::try_from(visit.report_size_bytes).unwrap_or_default();
            indicatif::HumanBytes(bytes).to_string()
        }
    }
}

async fn past_visits(session: &Session, urn: &str) -> Result<Vec<PastVisit>, Failure> {
    let answer = retry(Retry::default(), || {
        let mut client = session.schools();
        let request = ListSchoolPastVisitsRequest {
            parent: full("schools", urn),
        };
        async move { client.list_school_past_visits(request).await }
    })
    .await?;
    Ok(answer.visits)
}

/// List a school's visits of years before this software, newest first
#[derive(Args)]
#[command(after_help = "\
Examples:
  llpr school past-visits 900001
  llpr school past-report 900001")]
pub(crate) struct PastVisits {
    /// The school's URN
    urn: String,
}

impl PastVisits {
    pub(crate) async fn run(self, context: &mut Context) -> Result<(), Failure> {
        let session = context.session()?;
        let visits = past_visits(&session, &self.urn).await?;
        context.rows(&visits, "No visit of the past is recorded.")
    }
}

/// Save the report of a visit before this software
#[derive(Args)]
#[command(after_help = "\
Examples:
  llpr school past-report 900001
  llpr school past-report 900001 2024-11-12 --file last-year.pdf
  llpr school past-report 900001 --file - | pdftotext - -")]
pub(crate) struct PastReport {
    /// The school's URN
    urn: String,
    /// The day of the visit, such as 2024-11-12 [default: the latest whose report is there]
    visit: Option<String>,
    /// File to write, which must not be there yet; - for the standard output
    /// [default: the file's own name]
    #[arg(long)]
    file: Option<PathBuf>,
}

impl PastReport {
    pub(crate) async fn run(self, context: &mut Context) -> Result<(), Failure> {
        let to_output = to_output(self.file.as_deref())?;
        let session = context.session()?;
        let visits = past_visits(&session, &self.urn).await?;
        let asked = |visit: &&PastVisit| match &self.visit {
            Some(day) => visit.visit_date == *day,
            None => !visit.report.is_empty(),
        };
        let report = match visits.iter().find(asked) {
            Some(visit) if !visit.report.is_empty() => &visit.report,
            Some(_) => {
                return Err(Failure::NotFound(
                    "The report of this visit has not been loaded: the county's data officer can, with \
                     `llpr import reports`."
                        .into(),
                ));
            }
            None => {
                return Err(Failure::NotFound(
                    "There is no such report. `llpr school past-visits` lists the visits.".into(),
                ));
            }
        };
        // The whole of it first, so that no half-written file is left if the server goes away.
        let mut bytes = Vec::new();
        let file = export_report(&session, report, &mut bytes).await?;
        if to_output {
            context.io.out.write_all(&bytes)?;
            return Ok(());
        }
        let remark = "For those who may read this school's reports.";
        save(context, self.file, &file.file_name, &bytes, remark)
    }
}
