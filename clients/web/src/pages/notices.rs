//! What everybody may read without signing in: accessibility, privacy, cookies.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use http::StatusCode;

use crate::app::App;
use crate::browser::Anybody;
use crate::pages::{FOOTER, Layout, render};

#[derive(Template)]
#[template(path = "accessibility.html")]
struct Accessibility {
    layout: Layout,
}

#[derive(Template)]
#[template(path = "privacy.html")]
struct Privacy {
    layout: Layout,
}

#[derive(Template)]
#[template(path = "cookies.html")]
struct Cookies {
    layout: Layout,
    name: &'static str,
    idle_minutes: u64,
}

/// The accessibility statement that public bodies owe.
pub(crate) async fn accessibility(Anybody(browser): Anybody) -> Response {
    let layout = Layout::new(&browser);
    render(StatusCode::OK, &Accessibility { layout })
}

/// What is kept of people, and that reading is recorded.
pub(crate) async fn privacy(Anybody(browser): Anybody) -> Response {
    let layout = Layout::new(&browser);
    render(StatusCode::OK, &Privacy { layout })
}

/// The one cookie.
pub(crate) async fn cookies(State(app): State<Arc<App>>, Anybody(browser): Anybody) -> Response {
    let page = Cookies {
        layout: Layout::new(&browser),
        name: app.sealer.name(),
        idle_minutes: app.idle.as_secs() / 60,
    };
    render(StatusCode::OK, &page)
}

#[cfg(test)]
mod samples {
    use super::{Accessibility, Cookies, Privacy};
    use crate::pages::{Layout, Sample};

    impl Sample for Accessibility {
        fn samples() -> Vec<Self> {
            [Layout::sample(), Layout::sample_signed_out()]
                .map(|layout| Self { layout })
                .into()
        }
    }

    impl Sample for Privacy {
        fn samples() -> Vec<Self> {
            let layout = Layout::sample_signed_out();
            vec![Self { layout }]
        }
    }

    impl Sample for Cookies {
        fn samples() -> Vec<Self> {
            vec![Self {
                layout: Layout::sample_signed_out(),
                name: "__Host-llpr",
                idle_minutes: 60,
            }]
        }
    }

    #[test]
    fn every_sample_renders() {
        crate::tests::html::check_samples::<Accessibility>();
        crate::tests::html::check_samples::<Privacy>();
        crate::tests::html::check_samples::<Cookies>();
    }
}
