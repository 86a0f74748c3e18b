//! The actions of a school.

use askama::Template;
use axum::extract::{Path, Query};
use axum::response::Response;
use http::StatusCode;

use crate::browser::SignedIn;
use crate::failure::Failure;
use crate::pages::follow_up::list::{self, List, SHOW, Wanted};
use crate::pages::school::switch::Switcher;
use crate::pages::school::views::View;
use crate::pages::school::{Heading, school, school_name};
use crate::pages::tabs::Tabs;
use crate::pages::{FOOTER, Layout, anew, render};

#[derive(Template)]
#[template(path = "school_actions.html")]
struct Page {
    layout: Layout,
    switcher: Option<Switcher>,
    school: Heading,
    tabs: Tabs,
    list: List,
    may_add: bool,
    /// Whether the person may look at what the headteacher reads.
    sees_agreed: bool,
}

/// Shows them. Whose role here does not open them finds no such page.
pub(crate) async fn show(
    signed_in: SignedIn,
    Path(urn): Path<String>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Failure> {
    let name = school_name(&urn)?;
    let (school, found) = tokio::join!(
        school(&signed_in, &name),
        list::of_place(&signed_in, &name, &wanted),
    );
    let school = school?;
    let path = format!("/schools/{urn}/actions");
    let found = match found {
        Ok(found) => found,
        Err(error) => return anew(error, &wanted.first(&path)),
    };
    let can = |method: &str| signed_in.caller.can_at(method, &school);
    let page = Page {
        layout: Layout::new(&signed_in.browser)
            .below("/schools", "Schools")
            .below(format!("/schools/{urn}"), &*school.display_name),
        switcher: Switcher::of(&signed_in.caller, &urn),
        school: Heading::of(&school),
        tabs: View::Actions.tabs(&signed_in.caller, &school),
        may_add: can("FollowUpService/CreateFollowUpAction"),
        sees_agreed: can("FollowUpService/ListAgreedActions"),
        list: List::new(path, wanted, false, found),
    };
    Ok(render(StatusCode::OK, &page))
}

#[cfg(test)]
impl crate::pages::Sample for Page {
    fn samples() -> Vec<Self> {
        let path = "/schools/900001/actions";
        let page = |list, may: bool| Self {
            layout: Layout::sample(),
            switcher: may.then(Switcher::sample),
            school: Heading::sample(),
            tabs: View::Actions.sample(),
            list,
            may_add: may,
            sees_agreed: may,
        };
        vec![
            page(List::sample(path, false), true),
            page(List::sample_empty(path, ""), false),
            page(List::sample_empty(path, "all"), true),
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
