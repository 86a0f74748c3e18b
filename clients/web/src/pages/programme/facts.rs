//! Who wrote and who approved, in words.

use llpr_client::v1;

use crate::words::{moment, programme};

/// A version, as a row of a table or the head of a page.
pub(super) struct Version {
    /// `2024-2025`.
    pub(super) slug: String,
    /// `2024/25`.
    pub(super) year: String,
    pub(super) number: i32,
    pub(super) title: String,
    pub(super) drafters: String,
    pub(super) approver: String,
    pub(super) approved: String,
}

impl Version {
    pub(super) fn of(version: &v1::ProgrammeVersion) -> Self {
        let slug = super::slug(&version.name).to_owned();
        let approver = version.approver.as_ref();
        Self {
            year: super::spoken(&slug),
            slug,
            number: version.number,
            title: version.title.clone(),
            drafters: match version.drafters.as_slice() {
                [] => "Came with the software".into(),
                drafters => programme::people(drafters),
            },
            approver: approver.map_or_else(
                || "Nobody yet: it came with the software".into(),
                |person| person.display_name.clone(),
            ),
            // When it was loaded is no approval.
            approved: approver
                .and(version.approve_time.as_ref())
                .map_or_else(String::new, moment),
        }
    }

    #[cfg(test)]
    pub(super) fn sample(number: i32) -> Self {
        let person = |name: &str| v1::ProgrammePerson {
            user: "users/1".into(),
            display_name: name.into(),
        };
        Self::of(&v1::ProgrammeVersion {
            name: format!("programmeYears/2024-2025/versions/{number}"),
            number,
            title: "Review <b>Byron</b>".into(),
            drafters: (number > 1)
                .then(|| person("Ada <b>Byron</b>"))
                .into_iter()
                .collect(),
            approver: (number > 1).then(|| person("Mary <b>Byron</b>")),
            approve_time: (number > 1).then(prost_types::Timestamp::default),
            ..Default::default()
        })
    }
}

/// A draft, as a row of a table or the head of a page.
pub(super) struct Draft {
    pub(super) slug: String,
    pub(super) year: String,
    pub(super) title: String,
    pub(super) drafters: String,
    pub(super) written: String,
    /// Whether this person wrote in it, and so can't approve it.
    pub(super) own: bool,
}

impl Draft {
    pub(super) fn of(draft: &v1::ProgrammeDraft, person: &str) -> Self {
        Self {
            slug: super::slug(&draft.name).to_owned(),
            year: draft.academic_year.clone(),
            title: draft.title.clone(),
            drafters: programme::people(&draft.drafters),
            written: draft.update_time.as_ref().map_or_else(String::new, moment),
            own: draft.drafters.iter().any(|drafter| drafter.user == person),
        }
    }

    #[cfg(test)]
    pub(super) fn sample(person: &str) -> Self {
        let draft = v1::ProgrammeDraft {
            name: "programmeYears/2025-2026/draft".into(),
            academic_year: "2025/26".into(),
            title: "Review <b>Byron</b>".into(),
            drafters: vec![v1::ProgrammePerson {
                user: "users/1".into(),
                display_name: "Ada <b>Byron</b>".into(),
            }],
            update_time: Some(prost_types::Timestamp::default()),
            ..Default::default()
        };
        Self::of(&draft, person)
    }
}
