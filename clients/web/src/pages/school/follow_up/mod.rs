//! What follows from the risk analysis at a school (paragraph 13): contacts, and actions until they
//! are done or dropped.
//!
//! `actions` lists them, `create` makes one, `action` shows one with the forms that `fields` fills
//! and `change` reads. `contacts` is the log of contacts with whom paragraph 13e asks to contact, and
//! `agreed` the page of a headteacher, who sees nothing else.

pub(crate) mod action;
pub(crate) mod actions;
pub(crate) mod agreed;
pub(crate) mod change;
pub(crate) mod contacts;
pub(crate) mod create;
mod fields;
mod owners;

use llpr_client::v1;
use llpr_client::v1::FundingBasis;

/// The method that opens a school's contacts.
const CONTACTS: &str = "FollowUpService/ListContacts";

/// Whether paragraph 13e is about this school.
fn is_academy(school: &v1::School) -> bool {
    school.funding_basis() == FundingBasis::Academy
}

/// Whether this is an id as the server makes them, so that it may stand in a name.
fn is_id(text: &str) -> bool {
    text.len() == 36
        && text
            .bytes()
            .all(|byte| byte == b'-' || byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
}

/// Prose as it is kept: without blanks around it, and with the line ends of everybody else.
fn prose(text: &str) -> String {
    text.trim().replace("\r\n", "\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_id_of_the_servers_stands_in_a_name() {
        assert!(is_id("0198f0c8-0000-7000-8000-000000000001"));
        for wrong in [
            "",
            "new",
            "../../users",
            "0198F0C8-0000-7000-8000-000000000001",
        ] {
            assert!(!is_id(wrong), "{wrong}");
        }
    }

    #[test]
    fn prose_keeps_its_lines() {
        assert_eq!(prose(" one\r\ntwo \n"), "one\ntwo");
    }
}
