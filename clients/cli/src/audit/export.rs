//! `llpr audit export`: the record as it is kept, for a copy elsewhere.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::PathBuf;

use clap::Args;
use llpr_client::ledger::export_lines;
use llpr_client::v1::ExportLedgerRequest;

use crate::context::Context;
use crate::exit::Failure;

/// Write the record as it is kept, one JSON object a line
///
/// Each line is an entry, a signed head or a public key. Keep the file where neither the database's
/// nor the server's administrators can write, and check it with llpr audit verify FILE.
#[derive(Args)]
#[command(after_help = "\
Examples:
  llpr audit export --file ledger.jsonl
  llpr audit export --after 120000 > further.jsonl")]
pub(crate) struct Export {
    /// File to write, which must not be there yet [default: the standard output]
    #[arg(long)]
    file: Option<PathBuf>,
    /// Only entries after this one
    #[arg(long, value_name = "ENTRY", default_value_t = 0)]
    after: i64,
}

impl Export {
    pub(crate) async fn run(self, context: &mut Context) -> Result<(), Failure> {
        let session = context.session()?;
        let request = ExportLedgerRequest {
            after_seq: self.after,
            follow: false,
        };
        let mut parts = session.audit().export_ledger(request).await?.into_inner();
        let mut entries = 0;
        match &self.file {
            None => {
                while let Some(part) = parts.message().await? {
                    context.io.out.write_all(export_lines(&part).as_bytes())?;
                    entries += part.entries.len();
                }
            }
            Some(path) => {
                let failed = |source| Failure::File {
                    path: path.display().to_string(),
                    source,
                };
                let mut file = BufWriter::new(File::create_new(path).map_err(failed)?);
                while let Some(part) = parts.message().await? {
                    file.write_all(export_lines(&part).as_bytes())
                        .map_err(failed)?;
                    entries += part.entries.len();
                }
                file.into_inner()
                    .map_err(std::io::IntoInnerError::into_error)
                    .and_then(|file| file.sync_all())
                    .map_err(failed)?;
            }
        }
        context.note(&format!("{entries} entries."))
    }
}
