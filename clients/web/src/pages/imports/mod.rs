//! Data files: what was loaded, from upload to being taken back.

pub(crate) mod details;
pub(crate) mod template;
pub(crate) mod upload;

use askama::Template;
use axum::extract::Query;
use axum::response::{IntoResponse, Redirect, Response};
use http::StatusCode;
use llpr_client::v1::{Import, ImportState};
use llpr_client::{ErrorReason, v1};
use serde::Deserialize;
use url::form_urlencoded::Serializer;

use crate::browser::SignedIn;
use crate::failure::Failure;
use crate::pages::{FOOTER, Layout, render};
use crate::words::{self, Choice};

const DATASET: &str = "dataset";
const STATE: &str = "state";
const PAGE_SIZE: i32 = 50;

/// Which imports are looked for, and which page.
#[derive(Clone, Default, Deserialize)]
pub(crate) struct Wanted {
    #[serde(default)]
    dataset: String,
    #[serde(default)]
    state: String,
    #[serde(default)]
    page_token: String,
}

#[derive(Template)]
#[template(path = "imports.html")]
struct Page {
    layout: Layout,
    wanted: Wanted,
    datasets: Vec<Choice>,
    states: Vec<Choice>,
    may_upload: bool,
    rows: Vec<Row>,
    first: Option<String>,
    next: Option<String>,
}

struct Row {
    id: String,
    file_name: String,
    dataset: String,
    year: String,
    release: &'static str,
    state: &'static str,
    state_tag: &'static str,
    created: String,
}

/// Lists them, newest first.
pub(crate) async fn show(
    signed_in: SignedIn,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Failure> {
    let state = words::all::<ImportState>().find(|state| state_word(*state) == wanted.state);
    let request = v1::ListImportsRequest {
        page_size: PAGE_SIZE,
        page_token: wanted.page_token.clone(),
        dataset: match wanted.dataset.as_str() {
            "" => String::new(),
            id => format!("datasets/{id}"),
        },
        state: state.unwrap_or_default().into(),
    };
    let (datasets, answer) = tokio::join!(
        datasets(&signed_in),
        read!(signed_in, imports().list_imports(request)),
    );
    let datasets = datasets?;
    let answer = match answer {
        Ok(answer) => answer,
        Err(error)
            if !wanted.page_token.is_empty()
                && error.reason() == Some(ErrorReason::PageTokenInvalid) =>
        {
            return Ok(Redirect::to(&wanted.link("")).into_response());
        }
        Err(error) => return Err(error.into()),
    };
    let rows = answer
        .imports
        .into_iter()
        .map(|import| Row::of(import, &datasets));
    let page = Page {
        layout: Layout::new(&signed_in.browser),
        rows: rows.collect(),
        datasets: std::iter::once(Choice::new("", "All data sets"))
            .chain(datasets.iter().map(choice))
            .collect(),
        states: std::iter::once(Choice::new("", "All"))
            .chain(
                words::all()
                    .map(|state| Choice::new(state_word(state), words::import_state(state))),
            )
            .collect(),
        may_upload: signed_in.caller.can("ImportService/UploadImport"),
        first: (!wanted.page_token.is_empty()).then(|| wanted.link("")),
        next: (!answer.next_page_token.is_empty()).then(|| wanted.link(&answer.next_page_token)),
        wanted,
    };
    Ok(render(StatusCode::OK, &page))
}

impl Wanted {
    fn link(&self, page_token: &str) -> String {
        let mut pairs = Serializer::new(String::new());
        for (name, value) in [
            (DATASET, self.dataset.as_str()),
            (STATE, &self.state),
            ("page_token", page_token),
        ] {
            if !value.is_empty() {
                pairs.append_pair(name, value);
            }
        }
        format!("/imports?{}", pairs.finish())
    }
}

impl Row {
    fn of(import: Import, datasets: &[v1::Dataset]) -> Self {
        let state = import.state();
        let known = datasets.iter().find(|known| known.name == import.dataset);
        Self {
            id: import
                .name
                .strip_prefix("imports/")
                .unwrap_or_default()
                .to_owned(),
            dataset: known.map_or_else(
                || import.dataset.clone(),
                |known| known.display_name.clone(),
            ),
            release: words::release(import.release()),
            year: import.academic_year,
            state: words::import_state(state),
            state_tag: words::import_state_tag(state),
            created: import
                .create_time
                .as_ref()
                .map_or_else(String::new, words::moment),
            file_name: import.file_name,
        }
    }
}

/// The data sets that can be loaded.
async fn datasets(signed_in: &SignedIn) -> Result<Vec<v1::Dataset>, Failure> {
    let answer = read!(
        signed_in,
        imports().list_datasets(v1::ListDatasetsRequest {})
    )
    .await?;
    let mut datasets = answer.datasets;
    datasets.retain(|dataset| dataset.is_data);
    Ok(datasets)
}

fn choice(dataset: &v1::Dataset) -> Choice {
    Choice::new(dataset_id(dataset), dataset.display_name.clone())
}

fn dataset_id(dataset: &v1::Dataset) -> &str {
    dataset
        .name
        .strip_prefix("datasets/")
        .unwrap_or(&dataset.name)
}

fn state_word(state: ImportState) -> String {
    let name = state.as_str_name();
    let name = name.strip_prefix("IMPORT_STATE_").unwrap_or(name);
    name.to_ascii_lowercase()
}

#[cfg(test)]
impl crate::pages::Sample for Page {
    fn samples() -> Vec<Self> {
        let row = |state: ImportState, year: &str| {
            let import = Import {
                name: "imports/1".into(),
                dataset: "datasets/ks2".into(),
                file_name: "<Infant>.csv".into(),
                academic_year: year.into(),
                state: state.into(),
                ..Default::default()
            };
            Row::of(import, &[])
        };
        let page = |may_upload, rows| Self {
            layout: Layout::sample(),
            wanted: Wanted::default(),
            datasets: vec![
                Choice::new("", "All"),
                Choice::new("ks2", "KS2 <b>Byron</b>"),
            ],
            states: vec![Choice::new("", "All")],
            may_upload,
            rows,
            first: None,
            next: None,
        };
        vec![
            page(true, Vec::new()),
            Self {
                first: Some("/imports".into()),
                next: Some("/imports?page_token=x".into()),
                ..page(
                    false,
                    words::all()
                        .map(|state| row(state, "2023/24"))
                        .chain([row(ImportState::Applied, "")])
                        .collect(),
                )
            },
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
