//! The developers' pages: the contract's guide, reference, access matrix and errors, its descriptor
//! image, and whole clients to start from. All of it is compiled in.
//!
//! They are public unless a setting switches them off: the contract holds no data, and third
//! parties, who may have no account, are to build on it as we do.

mod examples;
mod markdown;

use std::sync::{Arc, LazyLock};

use askama::Template;
use axum::Router;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::StatusCode;
use http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use llpr_proto::{DESCRIPTOR_IMAGE, documents};

use crate::app::App;
use crate::browser::Anybody;
use crate::pages::tabs::{Tab, Tabs};
use crate::pages::{FOOTER, Layout, render};
use markdown::Document;

#[derive(Template)]
#[template(path = "developers.html")]
struct Start {
    layout: Layout,
    tabs: Tabs,
    /// The descriptor image's size in kilobytes.
    image_kilobytes: usize,
}

#[derive(Template)]
#[template(path = "developers_document.html")]
struct Page {
    layout: Layout,
    tabs: Tabs,
    document: &'static Document,
}

/// A page for developers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum View {
    Start,
    Guide,
    Reference,
    Access,
    Errors,
    Examples,
    Changes,
}

impl View {
    const ALL: [Self; 7] = [
        Self::Start,
        Self::Guide,
        Self::Reference,
        Self::Access,
        Self::Errors,
        Self::Examples,
        Self::Changes,
    ];

    fn path(self) -> &'static str {
        match self {
            Self::Start => "/developers",
            Self::Guide => "/developers/guide",
            Self::Reference => "/developers/reference",
            Self::Access => "/developers/access",
            Self::Errors => "/developers/errors",
            Self::Examples => "/developers/examples",
            Self::Changes => "/developers/changes",
        }
    }

    fn text(self) -> &'static str {
        match self {
            Self::Start => "Start here",
            Self::Guide => "Guide",
            Self::Reference => "Reference",
            Self::Access => "Who may call what",
            Self::Errors => "Errors",
            Self::Examples => "Examples",
            Self::Changes => "Changes",
        }
    }

    /// The page of a document by its name in links.
    fn of(file: &str) -> Option<Self> {
        match file.rsplit('/').next().unwrap_or(file) {
            "README.md" => Some(Self::Guide),
            "reference.md" => Some(Self::Reference),
            "access.md" => Some(Self::Access),
            "errors.md" => Some(Self::Errors),
            "examples" => Some(Self::Examples),
            "CHANGELOG.md" => Some(Self::Changes),
            _ => None,
        }
    }

    fn tabs(self) -> Tabs {
        let entries = Self::ALL.map(|view| Tab {
            href: view.path().to_owned(),
            text: view.text(),
            here: view == self,
        });
        Tabs {
            label: "Pages for developers",
            entries: entries.into(),
        }
    }
}

static GUIDE: LazyLock<Document> = LazyLock::new(|| Document::of(documents::GUIDE));
static REFERENCE: LazyLock<Document> = LazyLock::new(|| Document::of(documents::REFERENCE));
static ACCESS: LazyLock<Document> = LazyLock::new(|| Document::of(documents::ACCESS));
static ERRORS: LazyLock<Document> = LazyLock::new(|| Document::of(documents::ERRORS));
static CHANGES: LazyLock<Document> = LazyLock::new(|| Document::of(documents::CHANGES));

/// All of them.
pub(crate) fn routes() -> Router<Arc<App>> {
    let document = |view: View, document: &'static LazyLock<Document>| {
        get(async move |Anybody(browser): Anybody| {
            let page = Page {
                layout: Layout::new(&browser).below(View::Start.path(), "For developers"),
                tabs: view.tabs(),
                document,
            };
            render(StatusCode::OK, &page)
        })
    };
    Router::new()
        .route(View::Start.path(), get(start))
        .route(View::Guide.path(), document(View::Guide, &GUIDE))
        .route(
            View::Reference.path(),
            document(View::Reference, &REFERENCE),
        )
        .route(View::Access.path(), document(View::Access, &ACCESS))
        .route(View::Errors.path(), document(View::Errors, &ERRORS))
        .route(View::Changes.path(), document(View::Changes, &CHANGES))
        .route(View::Examples.path(), get(examples::show))
        .route("/developers/examples/{file}", get(examples::download))
        .route("/developers/llpr.binpb", get(image))
}

async fn start(Anybody(browser): Anybody) -> Response {
    let page = Start {
        layout: Layout::new(&browser),
        tabs: View::Start.tabs(),
        image_kilobytes: DESCRIPTOR_IMAGE.len().div_ceil(1024),
    };
    render(StatusCode::OK, &page)
}

/// The descriptor image, which is all that a code generator needs.
async fn image() -> Response {
    let headers = [
        (CONTENT_TYPE, "application/octet-stream"),
        (CONTENT_DISPOSITION, "attachment; filename=\"llpr.binpb\""),
    ];
    (headers, DESCRIPTOR_IMAGE).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::Sample;

    impl Sample for Start {
        fn samples() -> Vec<Self> {
            vec![Self {
                layout: Layout::sample_signed_out(),
                tabs: View::Start.tabs(),
                image_kilobytes: 300,
            }]
        }
    }

    impl Sample for Page {
        fn samples() -> Vec<Self> {
            [&GUIDE, &REFERENCE, &ACCESS, &ERRORS, &CHANGES]
                .map(|document| Self {
                    layout: Layout::sample_signed_out(),
                    tabs: View::Guide.tabs(),
                    document,
                })
                .into()
        }
    }

    #[test]
    fn every_sample_renders() {
        crate::tests::html::check_samples::<Start>();
        crate::tests::html::check_samples::<Page>();
    }

    #[test]
    fn every_link_between_the_documents_leads_to_something() {
        let documents = [
            (View::Guide, &GUIDE),
            (View::Reference, &REFERENCE),
            (View::Access, &ACCESS),
            (View::Errors, &ERRORS),
            (View::Changes, &CHANGES),
        ];
        let mut links = 0;
        for (view, document) in documents {
            for part in document.html.split(" href=\"").skip(1) {
                let href = part.split('"').next().unwrap();
                links += 1;
                let (path, id) = href.split_once('#').unwrap_or((href, ""));
                let target = match path {
                    "" => Some(document),
                    path => documents
                        .iter()
                        .find(|(view, _)| view.path() == path)
                        .map(|(_, document)| *document),
                };
                let Some(target) = target else {
                    let known = View::ALL.iter().any(|view| view.path() == path);
                    assert!(known && id.is_empty(), "{href} in {view:?}");
                    continue;
                };
                assert!(
                    id.is_empty() || target.html.contains(&format!(" id=\"{id}\"")),
                    "{href} in {view:?}"
                );
            }
        }
        assert!(links > 300, "{links}");
    }

    #[test]
    fn the_reference_names_every_method_and_every_reason_is_told() {
        for method in llpr_proto::access::METHODS {
            assert!(REFERENCE.html.contains(method.path), "{}", method.path);
        }
        assert!(ERRORS.html.contains("ETAG_MISMATCH"));
    }
}
