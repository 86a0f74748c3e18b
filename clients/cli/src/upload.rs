//! Uploads with progress: a bar for people, plain lines on a pipe.

use std::path::Path;
use std::time::Duration;

use indicatif::{HumanBytes, ProgressBar, ProgressStyle};
use llpr_client::v1::Import;
use llpr_client::{Progress, Session, Upload, upload_file};

use crate::context::Context;
use crate::exit::Failure;

/// Uploads a file to a staged import.
pub(crate) async fn upload(
    context: &mut Context,
    session: &Session,
    upload: Upload,
    path: &Path,
) -> Result<Import, Failure> {
    let metadata = tokio::fs::metadata(path).await.map_err(|source| {
        let path = path.display().to_string();
        Failure::File { path, source }
    })?;
    if metadata.is_dir() {
        return Err(Failure::File {
            path: path.display().to_string(),
            source: std::io::ErrorKind::IsADirectory.into(),
        });
    }
    let bar = begin(context, &upload.file_name, metadata.len())?;
    let shown = bar.clone();
    let import = upload_file(session, upload, path, move |step| match step {
        Progress::Hashing { bytes } => shown.set_position(bytes),
        Progress::Sending { bytes, total } => {
            shown.set_message(if bytes < total {
                "sending"
            } else {
                "comparing"
            });
            shown.set_position(bytes);
        }
    })
    .await;
    bar.finish_and_clear();
    Ok(import?)
}

/// Shows that a file goes up: a bar, or a line where nobody looks on.
pub(crate) fn begin(
    context: &mut Context,
    file_name: &str,
    bytes: u64,
) -> Result<ProgressBar, Failure> {
    if context.quiet {
        return Ok(ProgressBar::hidden());
    }
    if context.io.err_is_terminal {
        return Ok(bar(bytes));
    }
    context.note(&format!("Uploading {file_name} ({})", HumanBytes(bytes)))?;
    Ok(ProgressBar::hidden())
}

fn bar(length: u64) -> ProgressBar {
    let bar = ProgressBar::new(length).with_message("reading");
    // A template that doesn't parse leaves the plain style.
    if let Ok(style) =
        ProgressStyle::with_template("{spinner} {msg:9} [{bar:30}] {bytes} of {total_bytes}")
    {
        bar.set_style(style);
    }
    bar.enable_steady_tick(Duration::from_millis(120));
    bar
}
