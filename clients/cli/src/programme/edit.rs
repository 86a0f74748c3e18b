//! `llpr programme edit`: the document in one's own editor.

use std::io::Write as _;
use std::path::Path;

use clap::Args;
use llpr_client::Session;
use llpr_client::v1::ProgrammeDraft;

use super::{draft, rejected, send, year_name};
use crate::context::Context;
use crate::exit::Failure;

/// Edit a year's draft in your editor, or start one from what is in force (for administrators)
///
/// When the document has faults they are told with their lines, and you may open it again. Your
/// text is never lost: if it can't be kept as a draft, it stays in a file whose name you are told.
#[derive(Args)]
#[command(after_help = "\
Examples:
  llpr programme edit 2024/25
  VISUAL='code --wait' llpr programme edit 2025/26
  llpr programme edit 2025/26 --editor nano")]
pub(crate) struct Edit {
    /// The academic year, such as 2024/25
    year: String,
    /// The editor's command [default: $VISUAL, else $EDITOR, else vi]
    #[arg(long, value_name = "COMMAND")]
    editor: Option<String>,
}

impl Edit {
    pub(super) async fn run(self, context: &mut Context) -> Result<(), Failure> {
        let session = context.session()?;
        let year = year_name(&self.year)?;
        let standing = draft(&session, &year).await?;
        let (before, etag) = if let Some(standing) = standing {
            (standing.document, Some(standing.etag))
        } else {
            let copy = send(&session, &year, "", None, true).await?;
            let copy = copy.programme_draft.ok_or_else(Failure::empty_answer)?;
            (copy.document, None)
        };
        let mut file = tempfile::Builder::new()
            .prefix("programme-")
            .suffix(".toml")
            .tempfile()?;
        file.write_all(before.as_bytes())?;
        file.flush()?;
        // Editors that replace the file leave the open one behind: go by the path.
        let path = file.into_temp_path();
        let editor = editor(self.editor);
        match edited(
            context,
            &session,
            &year,
            &before,
            etag.as_deref(),
            &editor,
            &path,
        )
        .await
        {
            Ok(None) => context.note("Nothing was changed."),
            Ok(Some(kept)) => {
                let year = &kept.academic_year;
                context.note(&format!(
                    "The draft for {year} is kept. It changes nothing until the county manager \
                     approves it: `llpr programme diff {year}`."
                ))
            }
            Err(failure) => {
                let kept = path.keep().map_err(|error| error.error)?;
                context.note(&format!("Your text is in {}.", kept.display()))?;
                Err(failure)
            }
        }
    }
}

/// Opens the editor until the document is sound, or the person gives up.
async fn edited(
    context: &mut Context,
    session: &Session,
    year: &str,
    before: &str,
    etag: Option<&str>,
    editor: &str,
    path: &Path,
) -> Result<Option<ProgrammeDraft>, Failure> {
    loop {
        open(editor, path)?;
        let document = std::fs::read_to_string(path).map_err(|source| Failure::File {
            path: path.display().to_string(),
            source,
        })?;
        if document == before {
            return Ok(None);
        }
        if document.trim().is_empty() {
            return Err(Failure::Rejected(
                "The document is empty; nothing was kept.".into(),
            ));
        }
        let read = send(session, year, &document, etag, true).await?;
        if read.violations.is_empty() {
            let kept = send(session, year, &document, etag, false).await?;
            return Ok(kept.programme_draft);
        }
        let failure = rejected(context, &read.violations)?;
        if !context.io.input_is_terminal {
            return Err(failure);
        }
        context.io.out.flush()?;
        let answer = context.ask("Open it again? yes or no", "an answer")?;
        if !answer.to_lowercase().starts_with('y') {
            return Err(failure);
        }
    }
}

fn editor(given: Option<String>) -> String {
    let variable = |name| {
        std::env::var(name)
            .ok()
            .filter(|text| !text.trim().is_empty())
    };
    given
        .or_else(|| variable("VISUAL"))
        .or_else(|| variable("EDITOR"))
        .unwrap_or_else(|| "vi".to_owned())
}

/// Runs the editor with its own arguments and the file, on this terminal.
fn open(editor: &str, path: &Path) -> Result<(), Failure> {
    let mut words = editor.split_whitespace();
    let program = words.next().unwrap_or("vi");
    let status = std::process::Command::new(program)
        .args(words)
        .arg(path)
        .status();
    let status = status.map_err(|source| {
        Failure::Usage(format!(
            "The editor `{editor}` does not start: {source}. Choose another with --editor or VISUAL."
        ))
    })?;
    if status.success() {
        Ok(())
    } else {
        Err(Failure::Other(format!(
            "The editor `{editor}` ended with a failure; nothing was kept."
        )))
    }
}
