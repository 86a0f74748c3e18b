//! Resource names: `schools/{urn}`, `districts/{slug}`, `users/{id}` and so on.
//!
//! A name always says the school it belongs to, so that access can be decided from the name.

use std::fmt;

/// The county, a district or a school, as a resource name gives it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Node {
    /// `county`.
    County,
    /// `districts/{slug}`.
    District(String),
    /// `schools/{urn}`.
    School(u32),
}

impl Node {
    /// Reads the node that a resource name begins with: `schools/900001/links/900002` belongs to
    /// `schools/900001`. `None` where the name is not of that form.
    pub fn of(name: &str) -> Option<Self> {
        let mut parts = name.split('/');
        match (parts.next()?, parts.next()) {
            ("county", None) => Some(Self::County),
            ("districts", Some(slug)) if is_slug(slug) => Some(Self::District(slug.to_owned())),
            ("schools", Some(urn)) => parse_urn(urn).map(Self::School),
            _ => None,
        }
    }
}

impl fmt::Display for Node {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::County => f.write_str("county"),
            Self::District(slug) => write!(f, "districts/{slug}"),
            Self::School(urn) => write!(f, "schools/{urn}"),
        }
    }
}

fn is_slug(text: &str) -> bool {
    (1..=63).contains(&text.len())
        && text.starts_with(|c: char| c.is_ascii_lowercase())
        && text
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}

/// Six digits without a leading zero.
fn parse_urn(text: &str) -> Option<u32> {
    let digits =
        text.len() == 6 && text.bytes().all(|b| b.is_ascii_digit()) && !text.starts_with('0');
    digits.then(|| text.parse().ok()).flatten()
}

/// The last part of a name below a collection: `id("imports/0198…", "imports")`.
pub fn id<'a>(name: &'a str, collection: &str) -> Option<&'a str> {
    let id = name.strip_prefix(collection)?.strip_prefix('/')?;
    (!id.is_empty() && !id.contains('/')).then_some(id)
}

/// `schools/{urn}`.
pub fn school(urn: impl fmt::Display) -> String {
    format!("schools/{urn}")
}

/// `districts/{slug}`.
pub fn district(slug: impl fmt::Display) -> String {
    format!("districts/{slug}")
}

/// `users/{id}`.
pub fn user(id: impl fmt::Display) -> String {
    format!("users/{id}")
}

/// `users/{user}/roleAssignments/{id}`.
pub fn role_assignment(user: impl fmt::Display, id: impl fmt::Display) -> String {
    format!("users/{user}/roleAssignments/{id}")
}

/// `users/{user}/invitations/{id}`.
pub fn invitation(user: impl fmt::Display, id: impl fmt::Display) -> String {
    format!("users/{user}/invitations/{id}")
}

/// `mails/{id}`.
pub fn mail(id: impl fmt::Display) -> String {
    format!("mails/{id}")
}

/// `sessions/{id}`.
pub fn session(id: impl fmt::Display) -> String {
    format!("sessions/{id}")
}

/// `serviceAccounts/{id}`.
pub fn service_account(id: impl fmt::Display) -> String {
    format!("serviceAccounts/{id}")
}

/// `imports/{id}`.
pub fn import(id: impl fmt::Display) -> String {
    format!("imports/{id}")
}

/// `datasets/{id}`.
pub fn dataset(id: impl fmt::Display) -> String {
    format!("datasets/{id}")
}

/// `measures/{id}`.
pub fn measure(id: impl fmt::Display) -> String {
    format!("measures/{id}")
}

/// `schools/{urn}/links/{linked}`.
pub fn school_link(urn: impl fmt::Display, linked: impl fmt::Display) -> String {
    format!("schools/{urn}/links/{linked}")
}

/// `programmeYears/{year}`, with the year as `2024-2025`.
pub fn programme_year(year: impl fmt::Display) -> String {
    format!("programmeYears/{year}")
}

/// `programmeYears/{year}/versions/{number}`.
pub fn programme_version(year: impl fmt::Display, number: impl fmt::Display) -> String {
    format!("programmeYears/{year}/versions/{number}")
}

/// `programmeYears/{year}/draft`.
pub fn programme_draft(year: impl fmt::Display) -> String {
    format!("programmeYears/{year}/draft")
}

/// `schools/{urn}/pastVisitReports/{sha256}`.
pub fn past_visit_report(urn: impl fmt::Display, sha256: impl fmt::Display) -> String {
    format!("schools/{urn}/pastVisitReports/{sha256}")
}

/// `schools/{urn}/inspections/{number}`.
pub fn inspection(urn: impl fmt::Display, number: impl fmt::Display) -> String {
    format!("schools/{urn}/inspections/{number}")
}

/// `schools/{urn}/suggestions/{year}-{letter}`, with the year as `2024-2025`.
pub fn suggestion(urn: impl fmt::Display, year: impl fmt::Display, letter: char) -> String {
    format!("schools/{urn}/suggestions/{year}-{letter}")
}

/// `schools/{urn}/riskAssessments/{year}`, with the year as `2024-2025`.
pub fn risk_assessment(urn: impl fmt::Display, year: impl fmt::Display) -> String {
    format!("schools/{urn}/riskAssessments/{year}")
}

/// `schools/{urn}/riskCriteria/{id}`.
pub fn risk_criterion(urn: impl fmt::Display, id: impl fmt::Display) -> String {
    format!("schools/{urn}/riskCriteria/{id}")
}

/// `schools/{urn}/riskWordings/{id}`.
pub fn risk_wording(urn: impl fmt::Display, id: impl fmt::Display) -> String {
    format!("schools/{urn}/riskWordings/{id}")
}

/// `districts/{slug}/reviews/{year}`, with the year as `2024-2025`.
pub fn district_review(slug: impl fmt::Display, year: impl fmt::Display) -> String {
    format!("districts/{slug}/reviews/{year}")
}

/// `schools/{urn}/programmeContexts/{year}`, with the year as `2024-2025`.
pub fn programme_context(urn: impl fmt::Display, year: impl fmt::Display) -> String {
    format!("schools/{urn}/programmeContexts/{year}")
}

/// `schools/{urn}/contacts/{id}`.
pub fn contact(urn: impl fmt::Display, id: impl fmt::Display) -> String {
    format!("schools/{urn}/contacts/{id}")
}

/// `schools/{urn}/followUpActions/{id}`.
pub fn follow_up_action(urn: impl fmt::Display, id: impl fmt::Display) -> String {
    format!("schools/{urn}/followUpActions/{id}")
}

/// `groups/{uid}`.
pub fn group(uid: impl fmt::Display) -> String {
    format!("groups/{uid}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_school_is_known_from_any_name_below_it() {
        assert_eq!(
            Node::of("schools/900001/links/900002"),
            Some(Node::School(900_001))
        );
        assert_eq!(
            Node::of("districts/north-marl"),
            Some(Node::District("north-marl".into()))
        );
        assert_eq!(Node::of("county"), Some(Node::County));
    }

    #[test]
    fn names_that_are_not_quite_right_name_nothing() {
        for name in [
            "",
            "county/x",
            "schools",
            "schools/",
            "schools/090001",
            "schools/9000010",
            "schools/ 90001",
            "districts/",
            "districts/North",
            "districts/-x",
            "school/900001",
            "Schools/900001",
            "schools/９00001",
        ] {
            assert_eq!(Node::of(name), None, "{name}");
        }
    }
}
