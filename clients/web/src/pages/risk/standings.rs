//! Where the schools of a district stand. The order is that of urgency and day, and no ranking.

use std::collections::BTreeSet;

use askama::Template;
use axum::extract::{Path, Query};
use axum::response::Response;
use http::StatusCode;
use llpr_client::v1;
use llpr_client::v1::RiskState;
use serde::Deserialize;

use super::{
    ANALYSIS, Counts, Heading, Standings, View, below, district, is_unshared, spoken, urn,
};
use crate::browser::SignedIn;
use crate::failure::Failure;
use crate::pages::tabs::Tabs;
use crate::pages::{FOOTER, Layout, render};
use crate::words::{Choice, date, day, risk};

const SHOW: &str = "show";
const CRITERION: &str = "criterion";

/// Which schools are shown.
#[derive(Default, Deserialize)]
pub(crate) struct Wanted {
    /// Empty for all, the word of a state, or one of `unassessed`, `undecided` and `unshared`.
    #[serde(default)]
    show: String,
    /// The letter of a criterion in evidence.
    #[serde(default)]
    criterion: String,
}

#[derive(Template)]
#[template(path = "standings.html")]
struct Page {
    layout: Layout,
    heading: Heading,
    tabs: Tabs,
    /// Where the filters are sent.
    path: String,
    wanted: Wanted,
    shows: Vec<Choice>,
    criteria: Vec<Choice>,
    counts: Counts,
    rows: Vec<Row>,
}

/// Where a school stands, without prose.
pub(super) struct Row {
    pub(super) urn: String,
    pub(super) school: String,
    pub(super) state: &'static str,
    pub(super) state_tag: &'static str,
    pub(super) urgency: &'static str,
    /// Letters of the version that holds.
    pub(super) letters: String,
    pub(super) from: String,
    pub(super) by: String,
    pub(super) is_outdated: bool,
    /// Letters that wait for a decision.
    pub(super) waiting: String,
    pub(super) shared: String,
}

impl From<&v1::RiskAssessment> for Row {
    fn from(school: &v1::RiskAssessment) -> Self {
        let latest = school.latest.as_ref();
        let (state, urgency) = (
            school.state(),
            latest.map(v1::RiskAssessmentVersion::urgency),
        );
        Self {
            urn: urn(&school.school).to_owned(),
            school: school.school_display_name.clone(),
            state: risk::state(state),
            state_tag: risk::state_tag(state),
            urgency: risk::urgency(urgency.unwrap_or_default()),
            letters: latest.map_or_else(String::new, |latest| latest.criteria.join(", ")),
            from: latest.map_or_else(String::new, |latest| date(&latest.effective_date)),
            by: latest.map_or_else(String::new, |latest| latest.assessor_display_name.clone()),
            is_outdated: school.outdated,
            waiting: school.undecided_criteria.join(", "),
            shared: latest
                .and_then(|latest| latest.share_time.as_ref())
                .map_or_else(String::new, day),
        }
    }
}

impl Wanted {
    fn is_set(&self) -> bool {
        !self.show.is_empty() || !self.criterion.is_empty()
    }

    fn lets(&self, school: &v1::RiskAssessment) -> bool {
        let state = school.state();
        let shown = match self.show.as_str() {
            "" => true,
            "unassessed" => state == RiskState::Unreviewed || school.outdated,
            "undecided" => !school.undecided_criteria.is_empty(),
            "unshared" => is_unshared(school),
            word => state == risk::read_state(word),
        };
        shown && (self.criterion.is_empty() || school.confirmed_criteria.contains(&self.criterion))
    }
}

/// Shows them.
pub(crate) async fn show(
    signed_in: SignedIn,
    Path(slug): Path<String>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Failure> {
    let name = district(&signed_in, &slug, ANALYSIS).await?;
    let standings = Standings::read(&signed_in, &slug).await?;
    let standings = standings.ok_or(Failure::NoSuchPage)?;
    let page = Page {
        layout: below(&signed_in, &slug, &name),
        tabs: View::Standings.tabs(&signed_in.caller, &slug),
        path: path(&slug),
        shows: shows(&standings),
        criteria: criteria(&standings),
        counts: standings.counts(),
        rows: rows(&standings, &wanted),
        heading: Heading {
            slug,
            name,
            year: spoken(&standings.programme_year),
        },
        wanted,
    };
    Ok(render(StatusCode::OK, &page))
}

fn path(slug: &str) -> String {
    format!("/districts/{slug}/risk")
}

fn rows(standings: &Standings, wanted: &Wanted) -> Vec<Row> {
    let schools = standings.schools.iter();
    schools
        .filter(|school| wanted.lets(school))
        .map(Row::from)
        .collect()
}

/// What can be shown, with how many there are.
fn shows(standings: &Standings) -> Vec<Choice> {
    let at_risk = risk::state_word(RiskState::AtRisk);
    let unreviewed = risk::state_word(RiskState::Unreviewed);
    let no_concern = risk::state_word(RiskState::NoConcern);
    [
        ("", "All schools"),
        (at_risk.as_str(), risk::state(RiskState::AtRisk)),
        (&unreviewed, risk::state(RiskState::Unreviewed)),
        (&no_concern, risk::state(RiskState::NoConcern)),
        ("unassessed", "To assess, or to assess again"),
        ("undecided", "Something waits for a decision"),
        ("unshared", "Assessed and not shared"),
    ]
    .map(|(show, text)| {
        let wanted = Wanted {
            show: show.into(),
            ..Wanted::default()
        };
        let fitting = standings.schools.iter().filter(|one| wanted.lets(one));
        Choice::new(show, format!("{text} ({})", fitting.count()))
    })
    .into()
}

/// The letters that are in evidence somewhere.
fn criteria(standings: &Standings) -> Vec<Choice> {
    let schools = standings.schools.iter();
    let letters: BTreeSet<&String> = schools
        .flat_map(|school| &school.confirmed_criteria)
        .collect();
    std::iter::once(Choice::new("", "All criteria"))
        .chain(
            letters
                .into_iter()
                .map(|letter| Choice::new(letter.as_str(), letter.as_str())),
        )
        .collect()
}

#[cfg(test)]
impl crate::pages::Sample for Page {
    fn samples() -> Vec<Self> {
        let page = |standings: &Standings, show: &str| {
            let wanted = Wanted {
                show: show.into(),
                ..Wanted::default()
            };
            Self {
                layout: Layout::sample(),
                heading: Heading::sample(),
                tabs: View::Standings.sample(),
                path: path("north"),
                shows: shows(standings),
                criteria: criteria(standings),
                counts: standings.counts(),
                rows: rows(standings, &wanted),
                wanted,
            }
        };
        let none = Standings {
            schools: Vec::new(),
            ..Standings::sample()
        };
        vec![
            page(&Standings::sample(), ""),
            page(&Standings::sample(), "nothing-like-it"),
            page(&none, ""),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_sample_renders() {
        crate::tests::html::check_samples::<Page>();
    }

    #[test]
    fn a_filter_shows_some_and_leaves_the_order() {
        let shown = |show: &str, criterion: &str| {
            let wanted = Wanted {
                show: show.into(),
                criterion: criterion.into(),
            };
            let rows = rows(&Standings::sample(), &wanted);
            rows.into_iter().map(|row| row.urn).collect::<Vec<_>>()
        };
        assert_eq!(shown("at-risk", ""), ["900001", "900002"]);
        assert_eq!(shown("unassessed", ""), ["900002", "900003", "900004"]);
        assert_eq!(shown("undecided", ""), ["900003"]);
        assert_eq!(shown("unshared", ""), ["900002", "900005"]);
        assert_eq!(shown("", "e"), ["900001"]);
        assert_eq!(shown("", "").len(), 5);
        let texts: Vec<String> = shows(&Standings::sample())
            .into_iter()
            .map(|choice| choice.text)
            .collect();
        assert_eq!(texts[2], "Not reviewed yet (2)");
    }
}
