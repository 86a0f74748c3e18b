//! What each role sees of contacts and actions: decided here, and nowhere else (¶13).

use chrono::NaiveDate;
use llpr_domain::access::{Node, Role};
use sea_orm::Value;

use super::actions::Action;
use crate::access::urn_value;

/// The values of a statement, each named as it is added.
#[derive(Default)]
pub(super) struct Values(Vec<Value>);

impl Values {
    /// Adds a value and gives its place, `$1`.
    pub(super) fn add(&mut self, value: impl Into<Value>) -> String {
        self.0.push(value.into());
        format!("${}", self.0.len())
    }

    /// All of them.
    pub(super) fn all(&self) -> Vec<Value> {
        self.0.clone()
    }
}

/// That the assessment of a row's school and year was shared.
fn was_shared(row: &str) -> String {
    format!(
        "EXISTS (SELECT 1 FROM risk_assessments ra WHERE ra.urn = {row}.urn
            AND ra.year = {row}.year AND ra.shared_at IS NOT NULL)"
    )
}

/// The actions `a` that a role sees.
pub(super) fn actions(role: Option<Role>, user: &str, values: &mut Values) -> String {
    match role {
        Some(Role::Sim) => "1 = 1".to_owned(),
        Some(Role::Llp) => {
            let user = values.add(user);
            format!(
                "(a.owner = {user} OR a.made_by = {user} OR {})",
                was_shared("a")
            )
        }
        Some(Role::Adviser) => format!("a.owner = {}", values.add(user)),
        Some(Role::CountyManager) => was_shared("a"),
        Some(
            Role::Headteacher
            | Role::SchoolLeader
            | Role::Governor
            | Role::Clerk
            | Role::DataOfficer
            | Role::Administrator,
        )
        | None => "1 = 0".to_owned(),
    }
}

/// The contacts `c` that a role sees.
pub(super) fn contacts(role: Option<Role>, user: &str, values: &mut Values) -> String {
    match role {
        Some(Role::Sim) => "1 = 1".to_owned(),
        Some(Role::Llp) => {
            let user = values.add(user);
            format!("(c.made_by = {user} OR {})", was_shared("c"))
        }
        Some(
            Role::Headteacher
            | Role::SchoolLeader
            | Role::Governor
            | Role::Clerk
            | Role::CountyManager
            | Role::Adviser
            | Role::DataOfficer
            | Role::Administrator,
        )
        | None => "1 = 0".to_owned(),
    }
}

/// That the school of a row belongs to a node on a day.
pub(super) fn within(row: &str, node: &Node, today: NaiveDate, values: &mut Values) -> String {
    match node {
        Node::County => "1 = 1".to_owned(),
        Node::School(urn) => format!("{row}.urn = {}", values.add(urn_value(*urn))),
        Node::District(slug) => {
            let district = values.add(slug.to_string());
            let day = values.add(today.to_string());
            format!(
                "{row}.urn IN (SELECT m.urn FROM school_districts m WHERE m.district = {district}
                    AND m.from_date <= {day} AND (m.until_date IS NULL OR m.until_date > {day}))"
            )
        }
    }
}

/// Takes out what a role may not read of an action that it sees: the county manager gets no prose.
pub(super) fn narrow(action: &mut Action, role: Option<Role>) {
    if role == Some(Role::CountyManager) {
        action.title.clear();
        action.note.clear();
        action.outcome.clear();
        action.contact = None;
        action.agreement = None;
    }
}
