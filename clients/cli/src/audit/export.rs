//! `llpr audit export`: the record as it is kept, for a copy elsewhere.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::PathBuf;

use clap::Args;
use llpr_client::v1::{ExportLedgerRequest, ExportLedgerResponse};
use serde_json::{Value, json};

use crate::context::Context;
use crate::exit::Failure;
use crate::output;

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
                    entries += write(&part, &mut context.io.out)?;
                }
            }
            Some(path) => {
                let failed = |source| Failure::File {
                    path: path.display().to_string(),
                    source,
                };
                let mut file = BufWriter::new(File::create_new(path).map_err(failed)?);
                while let Some(part) = parts.message().await? {
                    entries += write(&part, &mut file)?;
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

/// Writes a part, each signed head behind the entry that was the last when it was signed, and says
/// how many entries the part had.
fn write(part: &ExportLedgerResponse, to: &mut impl Write) -> Result<usize, Failure> {
    let ExportLedgerResponse {
        entries,
        heads,
        keys,
    } = part;
    let mut line = |kind: &str, told: Result<Value, Failure>| -> Result<(), Failure> {
        serde_json::to_writer(&mut *to, &json!({ kind: told? })).map_err(std::io::Error::from)?;
        Ok(writeln!(to)?)
    };
    for key in keys {
        line("key", output::json("LedgerKey", key))?;
    }
    let mut heads = heads.iter().peekable();
    for entry in entries {
        line("entry", output::json("StoredLedgerEntry", entry))?;
        while let Some(head) = heads.next_if(|head| head.seq <= entry.seq) {
            line("head", output::json("LedgerHead", head))?;
        }
    }
    for head in heads {
        line("head", output::json("LedgerHead", head))?;
    }
    Ok(entries.len())
}
