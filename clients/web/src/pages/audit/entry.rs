//! An entry of the ledger in words.

use llpr_client::{Role, v1};

use crate::words;

pub(super) struct Row {
    pub(super) seq: String,
    pub(super) time: String,
    pub(super) who: String,
    /// The list of all that this caller did; empty where there is none.
    pub(super) who_path: String,
    pub(super) role: String,
    pub(super) did: String,
    pub(super) target: String,
    /// Where the target has a page.
    pub(super) target_path: Option<String>,
    pub(super) fields: String,
    pub(super) refused: bool,
}

/// A field's name that stands for a refusal.
const REFUSED: &str = "refused";

/// How a method's full name begins; the system's own reasons don't.
const PACKAGE: &str = "llpr.v1.";

impl From<v1::LedgerEntry> for Row {
    fn from(entry: v1::LedgerEntry) -> Self {
        let refused = entry.fields.iter().any(|field| field == REFUSED);
        let fields: Vec<_> = entry
            .fields
            .into_iter()
            .filter(|field| field != REFUSED)
            .collect();
        let (who, who_path) = match entry.actor.as_str() {
            "" if entry.method.starts_with(PACKAGE) => {
                ("Nobody signed in yet".to_owned(), String::new())
            }
            "" => ("The system".to_owned(), String::new()),
            actor => (
                words::given(entry.actor_display_name, actor),
                format!("/audit?who={actor}"),
            ),
        };
        Self {
            seq: words::thousands(entry.seq),
            time: entry.time.as_ref().map_or_else(String::new, words::moment),
            who,
            who_path,
            role: role(&entry.role),
            did: did(&entry.method).to_owned(),
            target_path: path(&entry.target),
            target: entry.target,
            fields: fields.join(", "),
            refused,
        }
    }
}

/// The method without the package; for the system its reason.
pub(super) fn did(method: &str) -> &str {
    method.strip_prefix(PACKAGE).unwrap_or(method)
}

/// `SIM` as people say it.
fn role(name: &str) -> String {
    let known = Role::from_str_name(&format!("ROLE_{}", name.to_ascii_uppercase()));
    known.map_or_else(|| name.to_owned(), |role| words::role(role).to_owned())
}

/// The page of a target.
fn path(target: &str) -> Option<String> {
    let parts: Vec<_> = target.split('/').collect();
    match parts.as_slice() {
        ["schools", urn, ..] => Some(format!("/schools/{urn}")),
        ["imports", id] => Some(format!("/imports/{id}")),
        ["users", id, ..] => Some(format!("/people/{id}")),
        ["programmeYears", year, "draft"] => Some(format!("/programme/{year}/draft")),
        ["programmeYears", year, ..] => Some(format!("/programme/{year}/versions")),
        _ => None,
    }
}

#[cfg(test)]
impl Row {
    pub(super) fn samples() -> Vec<Self> {
        let entry = |actor: &str, target: &str, fields: &[&str]| v1::LedgerEntry {
            seq: 1200,
            time: Some(prost_types::Timestamp::default()),
            actor: actor.into(),
            actor_display_name: "Ada <b>Byron</b>".into(),
            role: "SIM".into(),
            method: "llpr.v1.UserService/CreateUser".into(),
            target: target.into(),
            fields: fields.iter().map(|&field| field.to_owned()).collect(),
            ..Default::default()
        };
        vec![
            entry("users/1", "users/2", &["email", "display_name"]).into(),
            entry("users/1", "districts/north", &["refused"]).into(),
            entry("", "users/2", &[]).into(),
            v1::LedgerEntry {
                method: "sweep".into(),
                ..entry("", "", &[])
            }
            .into(),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_are_told_in_words_and_lead_to_what_they_are_about() {
        let rows = Row::samples();
        let [row, refused, signing_in, system] = rows.as_slice() else {
            panic!("the samples are gone");
        };
        assert_eq!(row.seq, "1,200");
        assert_eq!(row.role, "School improvement manager");
        assert_eq!(row.did, "UserService/CreateUser");
        assert_eq!(row.fields, "email, display_name");
        assert_eq!(row.target_path.as_deref(), Some("/people/2"));
        assert!(refused.refused && refused.fields.is_empty());
        assert_eq!(refused.target_path, None);
        assert_eq!(signing_in.who, "Nobody signed in yet");
        assert_eq!(
            (system.who.as_str(), system.who_path.as_str()),
            ("The system", "")
        );
        assert_eq!(role("SOMETHING_NEW"), "SOMETHING_NEW");
        for (target, there) in [
            ("schools/900001/links/900002", "/schools/900001"),
            ("imports/1", "/imports/1"),
            (
                "programmeYears/2024-2025/draft",
                "/programme/2024-2025/draft",
            ),
            (
                "programmeYears/2024-2025/versions/2",
                "/programme/2024-2025/versions",
            ),
        ] {
            assert_eq!(path(target).as_deref(), Some(there));
        }
    }
}
