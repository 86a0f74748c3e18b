//! The data sets that can be loaded, and the templates of the county's own.

use std::io::Write;
use std::path::{Path, PathBuf};

use clap::Args;
use llpr_client::v1::{Dataset, ListDatasetsRequest};
use llpr_client::{Error, Retry, Session, retry, workbook};

use super::batch;
use crate::context::Context;
use crate::exit::Failure;
use crate::names::{bare, full};
use crate::output::record;

record!(
    Dataset,
    table: [
        "Data set" => |dataset| bare(&dataset.name).to_owned(),
        "Name" => |dataset| dataset.display_name.clone(),
        "Year" => |dataset| if dataset.year_required { "required" } else { "" }.to_owned(),
        "Template" => |dataset| if dataset.template.is_empty() { "" } else { "yes" }.to_owned(),
        "Description" => |dataset| dataset.description.clone(),
    ]
);

pub(super) async fn datasets(session: &Session) -> Result<Vec<Dataset>, Error> {
    let answer = retry(Retry::default(), || {
        let mut client = session.imports();
        async move { client.list_datasets(ListDatasetsRequest {}).await }
    });
    Ok(answer.await?.datasets)
}

fn at(path: &Path, source: std::io::Error) -> Failure {
    let path = path.display().to_string();
    Failure::File { path, source }
}

/// List the data sets that can be loaded
#[derive(Args)]
#[command(after_help = "\
Examples:
  llpr import datasets")]
pub(crate) struct Datasets {}

impl Datasets {
    pub(super) async fn run(self, context: &mut Context) -> Result<(), Failure> {
        let datasets = datasets(&context.session()?).await?;
        context.rows(&datasets, "The server takes no data sets.")
    }
}

/// Print the empty file of one of the county's own data sets, with explanations
#[derive(Args)]
#[command(after_help = "\
Examples:
  llpr import template districts > districts.csv
  llpr import template phonics --xlsx phonics.xlsx
  llpr import template batch > manifest.toml")]
pub(crate) struct Template {
    /// The data set, or `batch` for an example of a manifest
    dataset: String,
    /// Write it as a workbook to this file instead
    #[arg(long, value_name = "FILE")]
    xlsx: Option<PathBuf>,
}

impl Template {
    pub(super) async fn run(self, context: &mut Context) -> Result<(), Failure> {
        if self.dataset == "batch" && self.xlsx.is_none() {
            return Ok(context.io.out.write_all(batch::EXAMPLE.as_bytes())?);
        }
        let name = full("datasets", &self.dataset);
        let datasets = datasets(&context.session()?).await?;
        let Some(dataset) = datasets.iter().find(|dataset| dataset.name == name) else {
            let names: Vec<_> = datasets.iter().map(|dataset| bare(&dataset.name)).collect();
            return Err(Failure::Usage(format!(
                "There is no data set {}. There are: {}.",
                bare(&name),
                names.join(", ")
            )));
        };
        if dataset.template.is_empty() {
            return Err(Failure::NotFound(format!(
                "The data set {} has no template: its files come from the publisher. {}",
                bare(&name),
                dataset.description
            )));
        }
        let Some(path) = self.xlsx else {
            return Ok(context.io.out.write_all(dataset.template.as_bytes())?);
        };
        let bytes = workbook::template(bare(&name), &dataset.template)
            .map_err(|error| Failure::Other(format!("The workbook can't be made: {error}.")))?;
        let mut file = std::fs::File::create_new(&path).map_err(|source| at(&path, source))?;
        file.write_all(&bytes).map_err(|source| at(&path, source))?;
        context.note(&format!("{} is there to be filled in.", path.display()))
    }
}
