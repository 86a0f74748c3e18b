//! Data of single people is refused before any row of a file is read.

use super::issue::{Issue, IssueCode};
use super::layout::Header;

/// Column names that speak of single people, as letters only.
const COLUMNS: &[&str] = &[
    "upn",
    "formerupn",
    "uln",
    "uniquepupilnumber",
    "uniquelearnernumber",
    "dob",
    "dateofbirth",
    "birthdate",
    "forename",
    "forenames",
    "firstname",
    "givenname",
    "middlename",
    "middlenames",
    "surname",
    "lastname",
    "familyname",
    "fullname",
    "legalname",
    "legalforename",
    "legalsurname",
    "preferredname",
    "preferredforename",
    "preferredsurname",
    "pupil",
    "pupilid",
    "pupilname",
    "pupilsname",
    "pupilforename",
    "pupilsurname",
    "nameofpupil",
    "child",
    "childname",
    "childsname",
    "nameofchild",
    "learnername",
    "student",
    "studentid",
    "studentname",
    "candidatenumber",
];

/// One issue for each column that is for single people; empty for other files.
pub(super) fn issues(header: &Header, line: u64) -> Vec<Issue> {
    let personal = |name: &&str| {
        // No name in the list is nearly as long; this bounds the work on a hostile header.
        let letters: String = name
            .chars()
            .filter(|letter| letter.is_alphabetic())
            .take(40)
            .flat_map(char::to_lowercase)
            .collect();
        COLUMNS.contains(&letters.as_str())
    };
    let issue = |name: &str| {
        let message = format!(
            "The column \"{name}\" is for single people, and data of single pupils is never taken \
             in: the programme works with sums of schools. No row was read and nothing was kept. \
             Add the pupils up by school and group, and upload the sums."
        );
        Issue::new(IssueCode::PupilData, message)
            .at_line(line)
            .in_column(name)
    };
    header.names().filter(personal).map(issue).collect()
}
