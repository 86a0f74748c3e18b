//! Whole clients to start from, in Python and TypeScript: the files that our own tests run.

use std::sync::LazyLock;

use askama::Template;
use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};

use super::View;
use super::markdown::Document;
use crate::browser::Anybody;
use crate::failure::Failure;
use crate::pages::tabs::Tabs;
use crate::pages::{FOOTER, Layout, render};

/// A client.
struct Example {
    /// Its name in ids.
    id: &'static str,
    readme: &'static LazyLock<Document>,
    /// Its files; the first is the client itself and shown.
    files: &'static [File],
}

/// A file of a client.
struct File {
    name: &'static str,
    content: &'static str,
}

macro_rules! file {
    ($folder:literal, $name:literal) => {
        File {
            name: $name,
            content: include_str!(concat!("../../../../examples/", $folder, "/", $name)),
        }
    };
}

static PYTHON_README: LazyLock<Document> =
    LazyLock::new(|| Document::of(include_str!("../../../../examples/python/README.md")));
static TYPESCRIPT_README: LazyLock<Document> =
    LazyLock::new(|| Document::of(include_str!("../../../../examples/typescript/README.md")));

const PYTHON: &[File] = &[
    file!("python", "list_schools.py"),
    file!("python", "requirements.txt"),
];
const TYPESCRIPT: &[File] = &[
    file!("typescript", "list-schools.ts"),
    file!("typescript", "buf.gen.yaml"),
    file!("typescript", "package.json"),
    file!("typescript", "package-lock.json"),
    file!("typescript", "tsconfig.json"),
];

#[derive(Template)]
#[template(path = "developers_examples.html")]
struct Page {
    layout: Layout,
    tabs: Tabs,
    examples: [Example; 2],
}

fn page(layout: Layout) -> Page {
    Page {
        layout,
        tabs: View::Examples.tabs(),
        examples: [
            Example {
                id: "python",
                readme: &PYTHON_README,
                files: PYTHON,
            },
            Example {
                id: "typescript",
                readme: &TYPESCRIPT_README,
                files: TYPESCRIPT,
            },
        ],
    }
}

impl Example {
    /// The readme's headings are a level below the example's own, and its ids are apart from those
    /// of other examples.
    fn html(&self) -> String {
        self.readme
            .html
            .replace("<h2 id=\"", &format!("<h3 id=\"{}-", self.id))
            .replace("</h2>", "</h3>")
    }
}

/// Shows them.
pub(super) async fn show(Anybody(browser): Anybody) -> Response {
    let layout = Layout::new(&browser).below(View::Start.path(), "For developers");
    render(StatusCode::OK, &page(layout))
}

/// Gives a file to be saved.
pub(super) async fn download(Path(name): Path<String>) -> Result<Response, Failure> {
    let file = PYTHON
        .iter()
        .chain(TYPESCRIPT)
        .find(|file| file.name == name)
        .ok_or(Failure::NoSuchPage)?;
    let headers = [
        (CONTENT_TYPE, "text/plain; charset=utf-8".to_owned()),
        (
            CONTENT_DISPOSITION,
            format!("attachment; filename=\"{}\"", file.name),
        ),
    ];
    Ok((headers, file.content).into_response())
}

#[cfg(test)]
impl crate::pages::Sample for Page {
    fn samples() -> Vec<Self> {
        vec![page(Layout::sample_signed_out())]
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn every_sample_renders() {
        crate::tests::html::check_samples::<super::Page>();
    }
}
