//! `llpr district pack`: what a SIM prints before the briefing.

use std::io::Write as _;
use std::path::PathBuf;

use clap::Args;
use llpr_client::v1::PrintDistrictPackRequest;

use super::review::Which;
use crate::context::Context;
use crate::exit::Failure;
use crate::save::{save, to_output};

/// Print the district's review and a page for each school, as a PDF
///
/// Figures, suggestions in words, inspections and last year's visit, with your name on each page. It
/// holds the working of the risk analysis: not for schools.
#[derive(Args)]
#[command(after_help = "\
Examples:
  llpr district pack north
  llpr district pack north --file north.pdf
  llpr district pack north --file - | lp")]
pub(crate) struct Pack {
    #[command(flatten)]
    which: Which,
    /// File to write, which must not be there yet; - for the standard output
    /// [default: risk-analysis-DISTRICT-YEAR.pdf]
    #[arg(long)]
    file: Option<PathBuf>,
}

impl Pack {
    pub(crate) async fn run(self, context: &mut Context) -> Result<(), Failure> {
        let to_output = to_output(self.file.as_deref())?;
        let session = context.session()?;
        let request = PrintDistrictPackRequest {
            name: self.which.name()?,
        };
        let mut parts = session
            .district_reviews()
            .print_district_pack(request)
            .await?
            .into_inner();
        // The whole of it first, so that no half-written file is left if the server goes away.
        let (mut name, mut size, mut pdf) = (String::new(), 0, Vec::new());
        while let Some(part) = parts.message().await? {
            if pdf.is_empty() {
                (name, size) = (part.file_name, part.size_bytes);
            }
            pdf.extend_from_slice(&part.content);
        }
        if i64::try_from(pdf.len()) != Ok(size) {
            return Err(Failure::empty_answer());
        }
        if to_output {
            context.io.out.write_all(&pdf)?;
            return Ok(());
        }
        let remark = "Not for schools: it holds the working of the risk analysis.";
        save(context, self.file, &name, &pdf, remark)
    }
}
