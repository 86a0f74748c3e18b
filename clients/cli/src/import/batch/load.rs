//! One file of a batch: uploaded, then applied, or dropped where it is only checked.

use std::time::Duration;

use llpr_client::v1::{Import, ImportState, IssueClass};
use llpr_client::{Session, Upload, request_id};

use super::applied::{Wanted, already};
use super::imports;
use super::report::{Done, Outcome};
use crate::context::Context;
use crate::exit::{Exit, Failure};
use crate::import::load::{drop_import, issues};
use crate::import::{apply, changes_nothing};
use crate::names::full;
use crate::upload::upload;

/// How often a file is compared again where somebody else applies another meanwhile.
const TRIES: u32 = 8;
/// How long is waited the first time; each time that much longer.
const PAUSE: Duration = Duration::from_millis(150);

/// Takes a file through. What is wrong with the file, or with others at it, is an outcome.
///
/// # Errors
/// What ends the batch: nobody signed in, no right to it, a server that is away.
pub(super) async fn load(
    context: &mut Context,
    session: &Session,
    batch: &[Wanted],
    position: usize,
    dry_run: bool,
) -> Result<Done, Failure> {
    let Some(wanted) = batch.get(position) else {
        return Err(Failure::Other("There is no such file in the batch.".into()));
    };
    let mut done = Done::new(position, wanted, Outcome::Conflict);
    if !dry_run && let Some(import) = left_over(session, wanted).await? {
        return Ok(applied(done, import));
    }
    for attempt in 0..TRIES {
        let import = match send(context, session, wanted).await {
            Ok(import) => import,
            Err(failure) => return at_fault(done, failure),
        };
        if import.state() == ImportState::Rejected {
            done.outcome = Outcome::Rejected;
            done.issues = issues(session, &import, IssueClass::Fatal).await?;
            drop_import(context, session, &import).await?;
            done.import = Some(import);
            return Ok(done);
        }
        if dry_run {
            drop_import(context, session, &import).await?;
            done.outcome = Outcome::Fit;
            done.import = Some(import);
            return Ok(done);
        }
        match apply(session, &import.name, &import.etag).await {
            Ok(import) => return Ok(applied(done, import)),
            Err(failure) if failure.exit() == Exit::Conflict => {
                done.message = failure.to_string();
                // The other may be another run of this batch, with this very file, and may even
                // have applied what this run uploaded.
                let dataset = &wanted.entry.dataset;
                let applied = imports(session, dataset, ImportState::Applied).await?;
                let known = already(batch, position, &applied);
                if known.is_none_or(|known| known.name != import.name) {
                    drop_import(context, session, &import).await?;
                }
                if let Some(import) = known {
                    done.outcome = Outcome::Already;
                    done.message.clear();
                    done.import = Some(import.clone());
                    return Ok(done);
                }
                context.note("Somebody else loaded a file meanwhile; comparing again.")?;
                tokio::time::sleep(PAUSE * (attempt + 1)).await;
            }
            Err(failure) => return at_fault(done, failure),
        }
    }
    Ok(done)
}

async fn send(
    context: &mut Context,
    session: &Session,
    wanted: &Wanted,
) -> Result<Import, Failure> {
    let entry = &wanted.entry;
    let name = entry.path.file_name().unwrap_or(entry.path.as_os_str());
    let header = Upload {
        dataset: full("datasets", &entry.dataset),
        academic_year: entry.year.clone(),
        release: entry.release,
        file_name: name.to_string_lossy().into_owned(),
        accept_missing: entry.accept_missing,
        request_id: request_id(),
    };
    upload(context, session, header, &entry.path).await
}

/// Applies what an earlier run uploaded and did not come to apply.
async fn left_over(session: &Session, wanted: &Wanted) -> Result<Option<Import>, Failure> {
    let staged = imports(session, &wanted.entry.dataset, ImportState::Staged).await?;
    for import in staged.into_iter().filter(|import| wanted.is(import)) {
        // It may be outdated, or somebody else's who drops it: then the file is uploaded again.
        if let Ok(import) = apply(session, &import.name, &import.etag).await {
            return Ok(Some(import));
        }
    }
    Ok(None)
}

fn applied(mut done: Done, import: Import) -> Done {
    done.outcome = if changes_nothing(&import) {
        Outcome::Unchanged
    } else {
        Outcome::Applied
    };
    done.message.clear();
    done.import = Some(import);
    done
}

/// A failure that is the file's alone is its outcome; others end the batch.
fn at_fault(mut done: Done, failure: Failure) -> Result<Done, Failure> {
    done.outcome = match failure.exit() {
        // What the server finds wrong with the year, say, is wrong in the manifest.
        Exit::Rejected | Exit::Usage => Outcome::Rejected,
        Exit::Conflict => Outcome::Conflict,
        Exit::Ok | Exit::Other | Exit::NotAllowed | Exit::NotFound | Exit::Unavailable => {
            return Err(failure);
        }
    };
    done.message = failure.to_string();
    Ok(done)
}
