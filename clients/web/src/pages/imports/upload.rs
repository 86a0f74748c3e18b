//! Uploading a file.
//!
//! The contract wants size and hash before the first byte, so that a file that was cut off never
//! counts as whole, and a browser sends neither. So the file goes through an unnamed file on disk:
//! memory doesn't grow with it, and a slow browser holds none of the server's few upload places.

use std::io::SeekFrom;
use std::time::Duration;

use askama::Template;
use axum::extract::Query;
use axum::extract::multipart::{Field, Multipart, MultipartError};
use axum::response::{IntoResponse, Redirect, Response};
use http::StatusCode;
use llpr_client::v1::{Import, Release};
use llpr_client::{Error, Session, Upload, upload_import};
use serde::Deserialize;
use subtle::ConstantTimeEq;
use tokio::io::{AsyncSeekExt, AsyncWriteExt};

use super::{DATASET, choice, dataset_id, datasets};
use crate::browser::SignedIn;
use crate::failure::Failure;
use crate::pages::form::{self, Hidden};
use crate::pages::{FOOTER, Layout, Problem, render};
use crate::words::{self, Choice};

const YEAR: &str = "year";
const RELEASE: &str = "release";
const FILE: &str = "file";

/// The largest file taken from a browser. The server has a limit of its own, a setting.
pub(crate) const FILE_BYTES: usize = 1024 * 1024 * 1024;

/// How long an upload may take from the first byte to the staged import.
pub(crate) const UPLOAD_TIMEOUT: Duration = Duration::from_mins(30);

/// The longest text beside the file.
const TEXT_BYTES: usize = 1024;

/// What is filled in, and what the address prefills.
#[derive(Clone, Debug, Default, Deserialize)]
pub(crate) struct Fields {
    #[serde(default)]
    dataset: String,
    #[serde(default)]
    year: String,
    #[serde(default)]
    release: String,
    #[serde(default)]
    accept_missing: String,
}

#[derive(Template)]
#[template(path = "import_new.html")]
struct Page {
    layout: Layout,
    hidden: Hidden,
    datasets: Vec<Choice>,
    /// What each is, and whether it has a template.
    about: Vec<About>,
    releases: Vec<Choice>,
    fields: Fields,
    problems: Vec<Problem>,
}

struct About {
    id: String,
    name: String,
    description: String,
    year_required: bool,
    has_template: bool,
}

/// Shows the form.
pub(crate) async fn show(
    signed_in: SignedIn,
    Query(fields): Query<Fields>,
) -> Result<Response, Failure> {
    let page = page(&signed_in, fields, Vec::new()).await?;
    Ok(render(StatusCode::OK, &page))
}

async fn page(
    signed_in: &SignedIn,
    fields: Fields,
    problems: Vec<Problem>,
) -> Result<Page, Failure> {
    if !signed_in.caller.can("ImportService/UploadImport") {
        return Err(Failure::NoSuchPage);
    }
    let datasets = datasets(signed_in).await?;
    Ok(Page {
        layout: Layout::new(&signed_in.browser).below("/imports", "Data"),
        hidden: Hidden::new(&signed_in.browser),
        datasets: std::iter::once(Choice::new("", "Choose a data set"))
            .chain(datasets.iter().map(choice))
            .collect(),
        about: datasets
            .into_iter()
            .map(|dataset| About {
                id: dataset_id(&dataset).to_owned(),
                year_required: dataset.year_required,
                has_template: !dataset.template.is_empty(),
                name: dataset.display_name,
                description: dataset.description,
            })
            .collect(),
        releases: std::iter::once(Choice::new("", "Not for this data set"))
            .chain(
                words::all()
                    .map(|release| Choice::new(release_word(release), words::release(release))),
            )
            .collect(),
        fields,
        problems,
    })
}

/// What a form with a file holds.
#[derive(Default)]
struct Sent {
    fields: Fields,
    csrf: String,
    request_id: String,
    file: Option<Spooled>,
}

struct Spooled {
    name: String,
    file: tokio::fs::File,
    bytes: u64,
}

/// Takes the file and leads to the import that came of it.
pub(crate) async fn submit(signed_in: SignedIn, form: Multipart) -> Result<Response, Failure> {
    // Asked before the first byte is taken.
    if !signed_in.caller.can("ImportService/UploadImport") {
        return Err(Failure::NoSuchPage);
    }
    let Sent {
        fields,
        request_id,
        file,
        ..
    } = receive(signed_in.browser.known_form_token(), form).await?;
    let mut problems = Vec::new();
    if fields.dataset.is_empty() {
        problems.push(Problem::new(DATASET, "Choose what the file is"));
    }
    let Some(Spooled { name, file, .. }) = file.filter(|file| file.bytes > 0) else {
        problems.push(Problem::new(FILE, "Choose a file that is not empty"));
        return Ok(form::again(&page(&signed_in, fields, problems).await?));
    };
    if !problems.is_empty() {
        problems.push(Problem::new(FILE, "Choose the file again"));
        return Ok(form::again(&page(&signed_in, fields, problems).await?));
    }
    let upload = Upload {
        dataset: format!("datasets/{}", fields.dataset),
        academic_year: fields.year.clone(),
        release: words::all()
            .find(|release| release_word(*release) == fields.release)
            .unwrap_or_default(),
        file_name: name,
        accept_missing: !fields.accept_missing.is_empty(),
        request_id,
    };
    match send(signed_in.session.clone(), upload, file).await {
        Ok(import) => {
            let id = import.name.strip_prefix("imports/").unwrap_or_default();
            Ok(Redirect::to(&format!("/imports/{id}")).into_response())
        }
        Err(error) => {
            let inputs = [
                ("dataset", DATASET),
                ("academic_year", YEAR),
                ("release", RELEASE),
                ("file_name", FILE),
                ("size_bytes", FILE),
            ];
            let mut problems = form::problems(error, &inputs)?;
            if !problems.iter().any(|problem| problem.is_at(FILE)) {
                problems.push(Problem::new(FILE, "Choose the file again"));
            }
            Ok(form::again(&page(&signed_in, fields, problems).await?))
        }
    }
}

/// Sends the file on. On a thread of its own: the compiler can't show that the SDK's future may
/// move between threads, as a handler's must.
async fn send(session: Session, upload: Upload, file: tokio::fs::File) -> Result<Import, Error> {
    let runtime = tokio::runtime::Handle::current();
    let sent = tokio::task::spawn_blocking(move || {
        runtime.block_on(upload_import(&session, upload, file, |_| ()))
    });
    sent.await.unwrap_or(Err(Error::Protocol(
        "the upload broke off within the client",
    )))
}

/// Reads the form; its token comes first, and nothing of the file is taken before it is checked.
async fn receive(known: Option<String>, mut form: Multipart) -> Result<Sent, Failure> {
    let known = known.unwrap_or_default();
    let mut sent = Sent::default();
    while let Some(field) = form
        .next_field()
        .await
        .map_err(|error| unreadable(&error))?
    {
        let name = field.name().unwrap_or_default().to_owned();
        if name == FILE {
            let fits: bool = known.as_bytes().ct_eq(sent.csrf.as_bytes()).into();
            if known.is_empty() || !fits {
                return Err(Failure::ForeignForm);
            }
            sent.file = Some(spool(field).await?);
            continue;
        }
        let text = text(field).await?;
        match name.as_str() {
            "csrf" => sent.csrf = text,
            "request_id" => sent.request_id = text,
            DATASET => sent.fields.dataset = text,
            YEAR => text.trim().clone_into(&mut sent.fields.year),
            RELEASE => sent.fields.release = text,
            "accept_missing" => sent.fields.accept_missing = text,
            _ => {}
        }
    }
    if sent.file.is_none() {
        return Err(Failure::Unreadable(StatusCode::BAD_REQUEST));
    }
    Ok(sent)
}

async fn text(mut field: Field<'_>) -> Result<String, Failure> {
    let mut text = Vec::new();
    while let Some(chunk) = field.chunk().await.map_err(|error| unreadable(&error))? {
        text.extend_from_slice(&chunk);
        if text.len() > TEXT_BYTES {
            return Err(Failure::Unreadable(StatusCode::PAYLOAD_TOO_LARGE));
        }
    }
    String::from_utf8(text).map_err(|_| Failure::Unreadable(StatusCode::BAD_REQUEST))
}

/// Writes the file to disk, where it has no name and goes when it is closed.
async fn spool(mut field: Field<'_>) -> Result<Spooled, Failure> {
    let name = field.file_name().unwrap_or_default().to_owned();
    let spooled = async {
        let file = tokio::task::spawn_blocking(tempfile::tempfile).await??;
        std::io::Result::Ok(tokio::fs::File::from_std(file))
    };
    let full = |error: std::io::Error| {
        tracing::error!(%error, "An upload could not be kept on disk.");
        Failure::Fault("an upload could not be kept on disk")
    };
    let mut file = spooled.await.map_err(full)?;
    let mut bytes = 0;
    while let Some(chunk) = field.chunk().await.map_err(|error| unreadable(&error))? {
        bytes += chunk.len() as u64;
        file.write_all(&chunk).await.map_err(full)?;
    }
    file.flush().await.map_err(full)?;
    file.seek(SeekFrom::Start(0)).await.map_err(full)?;
    Ok(Spooled { name, file, bytes })
}

/// Too large, no form, or cut off.
fn unreadable(error: &MultipartError) -> Failure {
    match error.status() {
        StatusCode::PAYLOAD_TOO_LARGE => Failure::FileTooLarge,
        _ => Failure::UploadCutOff,
    }
}

fn release_word(release: Release) -> String {
    let name = release.as_str_name();
    let name = name.strip_prefix("RELEASE_").unwrap_or(name);
    name.to_ascii_lowercase()
}

#[cfg(test)]
impl crate::pages::Sample for Page {
    fn samples() -> Vec<Self> {
        let page = |fields: Fields, problems| Self {
            layout: Layout::sample(),
            hidden: Hidden::sample(),
            datasets: vec![Choice::new("", "Choose"), Choice::new("ks2", "KS2")],
            about: vec![
                About {
                    id: "ks2".into(),
                    name: "KS2 <b>Byron</b>".into(),
                    description: "Results.".into(),
                    year_required: true,
                    has_template: false,
                },
                About {
                    id: "districts".into(),
                    name: "Districts".into(),
                    description: "Our own.".into(),
                    year_required: false,
                    has_template: true,
                },
            ],
            releases: words::all()
                .map(|release| Choice::new(release_word(release), words::release(release)))
                .collect(),
            fields,
            problems,
        };
        vec![
            page(Fields::default(), Vec::new()),
            page(
                Fields {
                    dataset: "ks2".into(),
                    year: "2023/24".into(),
                    release: "final".into(),
                    accept_missing: "yes".into(),
                },
                vec![
                    Problem::new(DATASET, "Choose it"),
                    Problem::new(YEAR, "Enter it"),
                    Problem::new(RELEASE, "Choose it"),
                    Problem::new(FILE, "Choose it"),
                ],
            ),
        ]
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn every_sample_renders() {
        crate::tests::html::check_samples::<super::Page>();
    }
}
