//! What the model knows of the invented county from its files, read without the server's code.

use std::collections::BTreeMap;

use chrono::{Duration, NaiveDate};

use super::state::{ADMINISTRATOR, COUNTY_MANAGER, DATA_OFFICER, HEADTEACHER, Held, SIM, User};
use super::step::Act;
use crate::ROLES;

/// The county as a node.
pub(super) const COUNTY: &str = "county";
/// Years whose figures are loaded anew.
pub(super) const YEARS: [&str; 2] = ["2023/24", "2024/25"];
/// Percentages that they may have.
pub(super) const PERCENTAGES: [i64; 3] = [31, 47, 62];
/// Programme years that are drafted, by the calendar year in which they begin.
pub(super) const PROGRAMMES: [u32; 2] = [2031, 2032];

/// Schools that the steps speak of; the register lacks the last.
const SCHOOLS: [u32; 8] = [
    900_001, 900_004, 900_008, 900_013, 900_030, 900_043, 900_037, 999_999,
];
/// The districts: slug, name and kind. There is none of the last.
const DISTRICTS: [(&str, &str, &str); 6] = [
    ("north-marl", "North Marl", "improvement"),
    ("wenbourne-vale", "Wenbourne Vale", "improvement"),
    ("saltmere-coast", "Saltmere Coast", "improvement"),
    ("thornholt-forest", "Thornholt Forest", "improvement"),
    ("traded-schools", "Traded schools", "traded"),
    ("nowhere", "Nowhere", "improvement"),
];
/// Addresses of people who may be created.
const ADDRESSES: [&str; 4] = [
    "ada@model.example",
    "ben@model.example",
    "cleo@model.example",
    "dan@model.example",
];
/// People of the county who act: beside the first of each role, a second SIM, a headteacher of
/// another district, somebody whose role has ended.
const OTHERS: [&str; 3] = [
    "priya.venner@marlshire.example",
    "leila.hartstone@marlshire.example",
    "geoffrey.tindell@marlshire.example",
];

/// A school's time in a district.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Membership {
    pub(super) district: String,
    pub(super) from: NaiveDate,
    /// First day out of it.
    pub(super) until: Option<NaiveDate>,
}

pub(super) fn school(number: usize) -> String {
    format!("schools/{}", SCHOOLS[number % SCHOOLS.len()])
}

pub(super) fn district(number: usize) -> String {
    format!("districts/{}", DISTRICTS[number % DISTRICTS.len()].0)
}

/// Name and kind of a district, as the list of districts has them.
pub(super) fn district_words(number: usize) -> (&'static str, &'static str) {
    let (_, name, kind) = DISTRICTS[number % DISTRICTS.len()];
    (name, kind)
}

/// Where a role may be: the county, a district, a school.
pub(super) fn node(number: usize) -> String {
    match number {
        0 => COUNTY.to_owned(),
        1..=5 => district([0, 1, 2, 4, 5][number - 1]),
        _ => school(number - 6),
    }
}

pub(super) fn exists(node: &str) -> bool {
    !node.ends_with("/999999") && !node.ends_with("/nowhere")
}

pub(super) fn address(number: usize) -> &'static str {
    ADDRESSES[number % ADDRESSES.len()]
}

/// The number of a user by address.
fn number(email: &str) -> usize {
    let people = &crate::county().people;
    people
        .iter()
        .position(|person| person.email == email)
        .expect("one of the county's")
}

/// The first person whose task an act is.
pub(super) fn fitting(act: &Act) -> usize {
    let role = match act {
        Act::UploadFigures { .. }
        | Act::UploadMove { .. }
        | Act::UploadRubbish
        | Act::ApplyImport { .. }
        | Act::DiscardImport { .. }
        | Act::RevertImport { .. }
        | Act::GetImport { .. }
        | Act::ListImports => DATA_OFFICER,
        Act::ApproveDraft { .. } => COUNTY_MANAGER,
        Act::ListSchools | Act::ListDistricts | Act::GetDistrict { .. } | Act::GetSchool { .. } => {
            SIM
        }
        Act::SignIn { .. }
        | Act::SignInScript
        | Act::SignOut { .. }
        | Act::Refresh { .. }
        | Act::ChangePassword { .. }
        | Act::WhoAmI
        | Act::GetYear { .. }
        | Act::Figure { .. } => HEADTEACHER,
        Act::CreateUser { .. }
        | Act::Rename { .. }
        | Act::Readdress { .. }
        | Act::Disable { .. }
        | Act::SetPassword { .. }
        | Act::GetUser { .. }
        | Act::ListUsers
        | Act::Give { .. }
        | Act::End { .. }
        | Act::ListRoles
        | Act::CreateAccount { .. }
        | Act::RevokeAccount { .. }
        | Act::GetAccount { .. }
        | Act::ListAccounts
        | Act::CreateToken { .. }
        | Act::RevokeToken { .. }
        | Act::CreateDraft { .. }
        | Act::UpdateDraft { .. }
        | Act::DeleteDraft { .. }
        | Act::GetDraft { .. } => ADMINISTRATOR,
    };
    number(&crate::first(ROLES[role]).email)
}

/// All users and roles as they are at first, and the numbers of those who act.
/// `today` is the day after the county was made: the first administrator's role began that day.
pub(super) fn people(today: NaiveDate) -> (Vec<User>, Vec<Held>, Vec<usize>) {
    let people = &crate::county().people;
    let users = people.iter().map(|person| User {
        email: person.email.clone(),
        name: person.name.clone(),
        password: 0,
        disabled: false,
        version: 0,
    });
    let mut roles = Vec::new();
    for (user, person) in people.iter().enumerate() {
        for given in &person.assignments {
            roles.push(Held {
                user,
                role: role(given.role),
                node: given.node.clone(),
                from: if given.role == "ADMINISTRATOR" {
                    today - Duration::days(1)
                } else {
                    given.from.parse().expect("a date")
                },
                until: given.until.map(|day| day.parse().expect("a date")),
                version: 0,
            });
        }
    }
    let first = ROLES.iter().map(|role| number(&crate::first(role).email));
    let cast = OTHERS
        .iter()
        .map(|email| number(email))
        .chain(first)
        .collect();
    (users.collect(), roles, cast)
}

pub(super) fn role(name: &str) -> usize {
    ROLES.iter().position(|role| *role == name).expect("a role")
}

fn file(dataset: &str, year: Option<&str>) -> &'static str {
    let mut files = crate::county().files.iter();
    let file = files.find(|file| file.dataset == dataset && file.year == year);
    let text = std::str::from_utf8(&file.expect("a file").content).expect("UTF-8");
    text.trim_start_matches('\u{feff}')
}

/// Which school is in which district, and when.
pub(super) fn memberships() -> BTreeMap<u32, Vec<Membership>> {
    let mut all = BTreeMap::<u32, Vec<_>>::new();
    for line in file("districts", None).lines().skip(1) {
        // The name of a school could hold a comma in quotes; what is read stands behind it.
        let cells: Vec<&str> = line.rsplitn(5, ',').collect();
        let [_kind, until, from, name, rest] = cells.as_slice() else {
            panic!("a line of the districts: {line}");
        };
        let urn = rest
            .split(',')
            .next()
            .and_then(|urn| urn.parse().ok())
            .expect("a URN");
        let slug = DISTRICTS
            .iter()
            .find(|(_, known, _)| known == name)
            .expect("a district")
            .0;
        let last: Option<NaiveDate> = (!until.is_empty()).then(|| until.parse().expect("a date"));
        all.entry(urn).or_default().push(Membership {
            district: format!("districts/{slug}"),
            from: from.parse().expect("a date"),
            until: last.map(|last| last + Duration::days(1)),
        });
    }
    all
}

/// The school whose results change, and its percentage at first.
pub(super) fn results(year: usize) -> (u32, Option<i64>) {
    let mut lines = file("ks2", Some(YEARS[year])).lines();
    let header: Vec<&str> = lines.next().unwrap_or_default().split(',').collect();
    let at = |name: &str| {
        header
            .iter()
            .position(|column| *column == name)
            .expect("a column")
    };
    let line = lines
        .find(|line| crate::storm::is_taken(line))
        .expect("a line");
    let cells: Vec<&str> = line.split(',').collect();
    let urn = cells[at("URN")].parse().expect("a URN");
    (
        urn,
        cells[at("PTRWM_EXP")].trim_end_matches('%').parse().ok(),
    )
}
