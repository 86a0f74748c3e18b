//! Actions as any list shows them: with their days, and with a filter by where they stand.

use llpr_client::v1;
use llpr_client::v1::FollowUpActionState;
use serde::Deserialize;

use crate::browser::SignedIn;
use crate::pages::risk::urn;
use crate::words::{Choice, date, follow_up, given};

/// Actions of a page.
const PAGE_SIZE: i32 = 50;

pub(crate) const SHOW: &str = "show";

/// Which of the actions are shown, and from where on.
#[derive(Clone, Default, Deserialize)]
pub(crate) struct Wanted {
    /// Empty for those that are open; `overdue`, `done`, `dropped` or `all`.
    #[serde(default)]
    pub(crate) show: String,
    #[serde(default)]
    page_token: String,
}

impl Wanted {
    fn filter(&self) -> (FollowUpActionState, bool) {
        match self.show.as_str() {
            "overdue" => (FollowUpActionState::Open, true),
            "done" => (FollowUpActionState::Done, false),
            "dropped" => (FollowUpActionState::Dropped, false),
            "all" => (FollowUpActionState::Unspecified, false),
            _ => (FollowUpActionState::Open, false),
        }
    }

    fn is_set(&self) -> bool {
        !self.show.is_empty()
    }

    fn link(&self, path: &str, page_token: &str) -> String {
        let mut pairs = url::form_urlencoded::Serializer::new(String::new());
        for (name, value) in [(SHOW, self.show.as_str()), ("page_token", page_token)] {
            if !value.is_empty() {
                pairs.append_pair(name, value);
            }
        }
        match pairs.finish().as_str() {
            "" => path.to_owned(),
            pairs => format!("{path}?{pairs}"),
        }
    }

    /// Where the first page of these actions is.
    pub(crate) fn first(&self, path: &str) -> String {
        self.link(path, "")
    }
}

/// Actions as the server gave them.
pub(crate) struct Found {
    actions: Vec<v1::FollowUpAction>,
    next_page_token: String,
    total: i32,
}

/// Those of a school, a district or the county.
pub(crate) async fn of_place(
    signed_in: &SignedIn,
    parent: &str,
    wanted: &Wanted,
) -> Result<Found, llpr_client::Error> {
    let (state, overdue_only) = wanted.filter();
    let request = v1::ListFollowUpActionsRequest {
        parent: parent.to_owned(),
        state: state.into(),
        overdue_only,
        programme_year: String::new(),
        page_size: PAGE_SIZE,
        page_token: wanted.page_token.clone(),
    };
    let answer = read!(signed_in, follow_up().list_follow_up_actions(request)).await?;
    Ok(Found {
        actions: answer.follow_up_actions,
        next_page_token: answer.next_page_token,
        total: answer.total_size,
    })
}

/// Those that the person owns.
pub(crate) async fn own(
    signed_in: &SignedIn,
    wanted: &Wanted,
) -> Result<Found, llpr_client::Error> {
    let (state, overdue_only) = wanted.filter();
    let request = v1::ListMyFollowUpActionsRequest {
        state: state.into(),
        overdue_only,
        page_size: PAGE_SIZE,
        page_token: wanted.page_token.clone(),
    };
    let answer = read!(signed_in, follow_up().list_my_follow_up_actions(request)).await?;
    Ok(Found {
        actions: answer.follow_up_actions,
        next_page_token: answer.next_page_token,
        total: answer.total_size,
    })
}

/// The list with its filter.
pub(crate) struct List {
    /// Where the filter is sent.
    pub(crate) path: String,
    pub(crate) wanted: Wanted,
    pub(crate) shows: [Choice; 5],
    pub(crate) rows: Vec<Row>,
    /// `3 actions`.
    pub(crate) total: String,
    /// Whether the list goes beyond one school.
    pub(crate) with_schools: bool,
    pub(crate) first: Option<String>,
    pub(crate) next: Option<String>,
}

/// An action.
pub(crate) struct Row {
    pub(crate) href: String,
    pub(crate) urn: String,
    pub(crate) school: String,
    /// What is to be done; the kind alone for whoever reads no prose.
    pub(crate) what: String,
    /// Empty where it stands in `what`.
    pub(crate) kind: &'static str,
    pub(crate) owner: String,
    pub(crate) due: String,
    pub(crate) state: &'static str,
    pub(crate) state_tag: &'static str,
    /// When it was done or dropped.
    pub(crate) closed: String,
}

impl List {
    pub(crate) fn new(path: String, wanted: Wanted, with_schools: bool, found: Found) -> Self {
        let next = found.next_page_token;
        Self {
            first: (!wanted.page_token.is_empty()).then(|| wanted.first(&path)),
            next: (!next.is_empty()).then(|| wanted.link(&path, &next)),
            shows: [
                Choice::new("", "Open"),
                Choice::new("overdue", "Overdue"),
                Choice::new("done", "Done"),
                Choice::new("dropped", "Dropped"),
                Choice::new("all", "All"),
            ],
            rows: found.actions.into_iter().map(Row::from).collect(),
            total: crate::words::count(found.total.into(), "action"),
            path,
            wanted,
            with_schools,
        }
    }

    pub(crate) fn is_filtered(&self) -> bool {
        self.wanted.is_set()
    }

    /// What there is none of.
    pub(crate) fn none(&self) -> &'static str {
        match self.wanted.show.as_str() {
            "overdue" => "No action is past its day.",
            "done" => "No action is done yet.",
            "dropped" => "No action was dropped.",
            "all" => "There is no action yet.",
            _ => "No action is open.",
        }
    }
}

/// Where the page of an action is: `/schools/900001/actions/{id}`.
pub(crate) fn address(action: &str) -> String {
    let mut parts = action.split('/');
    let (urn, id) = (parts.nth(1), parts.nth(1));
    format!(
        "/schools/{}/actions/{}",
        urn.unwrap_or_default(),
        id.unwrap_or_default()
    )
}

impl From<v1::FollowUpAction> for Row {
    fn from(action: v1::FollowUpAction) -> Self {
        let kind = follow_up::kind(action.kind());
        let is_bare = action.title.is_empty();
        Self {
            href: address(&action.name),
            urn: urn(&action.school).to_owned(),
            kind: if is_bare { "" } else { kind },
            due: date(&action.due_date),
            state: follow_up::state(action.state(), action.overdue),
            state_tag: follow_up::state_tag(action.state(), action.overdue),
            closed: date(&action.close_date),
            school: action.school_display_name,
            what: given(action.title, kind),
            owner: action.owner_display_name,
        }
    }
}

#[cfg(test)]
pub(crate) fn sample_action(state: FollowUpActionState) -> v1::FollowUpAction {
    let is_open = state == FollowUpActionState::Open;
    v1::FollowUpAction {
        name: "schools/900001/followUpActions/0198f0c8-0000-7000-8000-000000000001".into(),
        school: "schools/900001".into(),
        school_display_name: "St Mary's <Infant> School".into(),
        programme_year: "programmeYears/2024-2025".into(),
        kind: v1::FollowUpActionKind::EarlyReview.into(),
        title: "Look at reading <b>Byron</b>".into(),
        note: "In key stage 2 <b>Byron</b>".into(),
        owner: "users/1".into(),
        owner_display_name: "Ada <b>Byron</b>".into(),
        due_date: "2024-12-13".into(),
        first_due_date: "2024-11-15".into(),
        state: state.into(),
        overdue: is_open,
        outcome: if is_open { "" } else { "Seen <b>Byron</b>" }.into(),
        close_date: if is_open { "" } else { "2024-12-01" }.into(),
        closer_display_name: if is_open { "" } else { "Ada <b>Byron</b>" }.into(),
        author: "users/1".into(),
        author_display_name: "Ada <b>Byron</b>".into(),
        etag: "1".into(),
        ..Default::default()
    }
}

#[cfg(test)]
impl List {
    /// With actions of each state, the last without prose.
    pub(crate) fn sample(path: &str, with_schools: bool) -> Self {
        let mut actions: Vec<_> = crate::words::all().map(sample_action).collect();
        if let Some(last) = actions.last_mut() {
            last.title.clear();
        }
        let found = Found {
            total: 51,
            actions,
            next_page_token: "x".into(),
        };
        let wanted = Wanted {
            page_token: "y".into(),
            ..Wanted::default()
        };
        Self::new(path.into(), wanted, with_schools, found)
    }

    pub(crate) fn sample_empty(path: &str, show: &str) -> Self {
        let found = Found {
            actions: Vec::new(),
            next_page_token: String::new(),
            total: 0,
        };
        let wanted = Wanted {
            show: show.into(),
            ..Wanted::default()
        };
        Self::new(path.into(), wanted, true, found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn p13_what_is_past_its_day_is_said_so_and_leads_to_its_page() {
        let list = List::sample("/actions", true);
        let row = &list.rows[0];
        assert_eq!((row.state, row.state_tag), ("Overdue", "govuk-tag--red"));
        assert_eq!(
            row.href,
            "/schools/900001/actions/0198f0c8-0000-7000-8000-000000000001"
        );
        // Whoever reads no prose still sees what kind of action it is.
        let bare = &list.rows[2];
        assert_eq!((bare.what.as_str(), bare.kind), ("Early review", ""));
        assert_eq!(list.next.as_deref(), Some("/actions?page_token=x"));
        assert_eq!(list.first.as_deref(), Some("/actions"));
    }

    #[test]
    fn a_filter_stays_through_the_pages() {
        let wanted = Wanted {
            show: "overdue".into(),
            page_token: "one".into(),
        };
        assert_eq!(wanted.filter(), (FollowUpActionState::Open, true));
        let link = wanted.link("/actions", "two");
        assert_eq!(link, "/actions?show=overdue&page_token=two");
        assert_eq!(wanted.first("/actions"), "/actions?show=overdue");
        let nonsense = Wanted {
            show: "nonsense".into(),
            ..Wanted::default()
        };
        assert_eq!(nonsense.filter(), (FollowUpActionState::Open, false));
    }
}
