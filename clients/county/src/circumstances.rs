//! What the county knows of its schools beside figures: links, groups, inspections and support,
//! each in the layout of its file. All judgements are invented, as the schools are.

use crate::{
    rng::Rng,
    schools::{Kind, School, Story},
    text::{cp1252, day_first, quoted},
};

/// UID of the trust that the county's academies belong to.
const TRUST: u32 = 9901;
const TRUST_NAME: &str = "THE MARL LEARNING TRUST";
/// UID of the sponsor of its sponsored academies.
const SPONSOR: u32 = 9904;
const SPONSOR_NAME: &str = "The Marl Learning Trust";

fn lines(rows: Vec<Vec<String>>) -> Vec<u8> {
    let rows = rows.into_iter().map(|row| row.join(","));
    cp1252(&rows.collect::<Vec<_>>().join("\r\n"))
}

fn header(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| quoted(name)).collect()
}

/// The register's links, told from both ends.
pub(crate) fn links(schools: &[School]) -> Vec<u8> {
    let mut rows = vec![header(&[
        "URN",
        "LinkURN",
        "LinkName",
        "LinkType",
        "LinkEstablishedDate",
    ])];
    for old in schools {
        let Some(new) = schools.iter().find(|new| Some(new.urn) == old.successor) else {
            continue;
        };
        let day = quoted(&day_first(new.opened));
        let row = |from: &School, to: &School, kind: &str| {
            let (from, link) = (from.urn.to_string(), to.urn.to_string());
            vec![from, link, quoted(to.name), quoted(kind), day.clone()]
        };
        rows.push(row(old, new, "Successor"));
        rows.push(row(new, old, "Predecessor"));
    }
    lines(rows)
}

/// The register's groups: a trust, a sponsor and a federation that has ended. Nobody heads them.
pub(crate) fn groups() -> Vec<u8> {
    let names = [
        "Group UID",
        "Group ID",
        "Group Name",
        "Companies House Number",
        "Group Type (code)",
        "Group Type",
        "Closed Date",
        "Open date",
        "Incorporated on (open date)",
        "Group Status (code)",
        "Group Status",
        "Group Street",
        "Group Locality",
        "Group Address 3",
        "Group Town",
        "Group County",
        "Group Postcode",
        "Head of Group Title",
        "Head of Group First Name",
        "Head of Group Last Name",
        "UKPRN",
    ];
    let group = |uid: u32, name: &str, company: &str, kind: (&str, &str), closed: &str| {
        let status = if closed.is_empty() {
            ("OPEN", "Open")
        } else {
            ("CLOSED", "Closed")
        };
        let uid = uid.to_string();
        let known = [
            uid.as_str(),
            "",
            name,
            company,
            kind.0,
            kind.1,
            closed,
            "",
            "01/04/2014",
            status.0,
            status.1,
            "",
            "",
            "",
            "",
            "Not recorded",
        ];
        let blanks = std::iter::repeat_n("", names.len() - known.len());
        known.into_iter().chain(blanks).map(quoted).collect()
    };
    lines(vec![
        header(&names),
        group(
            TRUST,
            TRUST_NAME,
            "09900001",
            ("06", "Multi-academy trust"),
            "",
        ),
        group(SPONSOR, SPONSOR_NAME, "", ("05", "School sponsor"), ""),
        group(
            9903,
            "Marram and Dune Federation",
            "",
            ("01", "Federation"),
            "31/08/2021",
        ),
    ])
}

/// Which academy belongs to which group. As in the register, every row is one field short.
pub(crate) fn group_links(schools: &[School]) -> Vec<u8> {
    let mut rows = vec![header(&[
        "URN",
        "Linked UID",
        "Group Name",
        "Companies House Number",
        "Group Type",
        "Group Type (code)",
        "Closed Date",
        "Open date",
        "Incorporated on (open date)",
        "Group Status",
        "Group Status (code)",
        "FederationType",
        "Joined date",
        "EstablishmentName",
        "TypeOfEstablishment (code)",
        "TypeOfEstablishment (name)",
        "PhaseOfEducation (code)",
        "PhaseOfEducation (name)",
        "LA (code)",
        "LA (name)",
        "HasSharedHT",
    ])];
    for school in schools.iter().filter(|school| school.la == 990) {
        let joined = day_first(school.opened.max("2014-04-01"));
        let mut member = |uid: u32, name: &str, kind: (&str, &str)| {
            let words = [
                name,
                "",
                kind.1,
                kind.0,
                "",
                "",
                "01-04-2014",
                "Open",
                "OPEN",
                "",
                &joined,
                school.name,
                "34",
                "Academy converter",
                "2",
                "Primary",
                "990",
                "Marlshire",
            ];
            let mut row = vec![school.urn.to_string(), uid.to_string()];
            row.extend(words.into_iter().map(quoted));
            rows.push(row);
        };
        match school.kind {
            Kind::Converter => member(TRUST, TRUST_NAME, ("06", "Multi-academy trust")),
            Kind::Sponsored => {
                member(TRUST, TRUST_NAME, ("06", "Multi-academy trust"));
                member(SPONSOR, SPONSOR_NAME, ("05", "School sponsor"));
            }
            Kind::Community
            | Kind::Controlled
            | Kind::Aided
            | Kind::Foundation
            | Kind::Special
            | Kind::Free => {}
        }
    }
    lines(rows)
}

/// The columns of the management information that the county's file has.
const OFSTED: &str = "Web Link (opens in new window),URN,LAESTAB,School name,\
    Inspection number of latest full inspection,Inspection type,Inspection start date,\
    Publication date,Does the latest full inspection relate to the URN of the current school?,\
    URN at time of latest full inspection,School name at time of latest full inspection,\
    Category of concern,Safeguarding standards,Inclusion,Curriculum and teaching,Achievement,\
    Attendance and behaviour,Personal development and wellbeing,Early years (where applicable),\
    Post-16 provision (where applicable),Leadership and governance,\
    Inspection number of latest OEIF graded inspection,\
    Inspection type of latest OEIF graded inspection,\
    Inspection start date of latest OEIF graded inspection,\
    Publication date of latest OEIF graded inspection,\
    Does the latest OEIF graded inspection relate to the URN of the current school?,\
    URN at time of latest OEIF graded inspection,\
    School name at time of latest OEIF graded inspection,Latest OEIF category of concern,\
    Latest OEIF overall effectiveness,Latest OEIF quality of education,\
    Latest OEIF behaviour and attitudes,Latest OEIF personal development,\
    Latest OEIF effectiveness of leadership and management,\
    Latest OEIF  safeguarding is effective?,\
    Latest OEIF early years provision (where applicable),\
    Latest OEIF sixth form provision (where applicable),Latest ungraded inspection number,\
    Date of latest ungraded inspection,Ungraded inspection publication date,\
    Does the ungraded inspection relate to the URN of the current school?,\
    URN at time of the ungraded inspection,School name at time of the ungraded inspection,\
    Ungraded inspection overall outcome,Most recent category of concern";

/// Ofsted's management information: all three eras in one file, `NULL` for nothing.
pub(crate) fn inspections(schools: &[School]) -> Vec<u8> {
    let mut rows = vec![vec![OFSTED.to_owned()]];
    for school in schools.iter().filter(|school| school.is_open()) {
        let before = schools.iter().find(|old| old.successor == Some(school.urn));
        let mut row = vec![
            "https://reports.example".to_owned(),
            school.urn.to_string(),
            format!("{}{:04}", school.la, school.estab),
            quoted(school.name),
        ];
        row.extend(report_card(school));
        row.extend(graded(school, before.unwrap_or(school)));
        row.extend(ungraded(school));
        row.push(if school.urn == WEAK {
            "SWK".to_owned()
        } else {
            String::new()
        });
        rows.push(row);
    }
    lines(rows)
}

/// A school in a category of concern, judged after September 2024.
const WEAK: u32 = 900_013;
/// Schools with a report card.
const CARDS: [u32; 2] = [900_006, 900_031];

fn null(count: usize) -> Vec<String> {
    vec!["NULL".to_owned(); count]
}

fn identity(of: &School, school: &School) -> [String; 3] {
    let own = if of.urn == school.urn { "Yes" } else { "No" };
    [own.to_owned(), of.urn.to_string(), quoted(of.name)]
}

fn report_card(school: &School) -> Vec<String> {
    if !CARDS.contains(&school.urn) {
        return null(17);
    }
    let third = if school.urn == CARDS[0] {
        "Strong standard"
    } else {
        "Needs attention"
    };
    let mut row: Vec<String> = [
        &format!("104{:05}", school.urn - 900_000),
        "S5 Inspection",
        "13/01/2026",
        "24/02/2026",
    ]
    .map(str::to_owned)
    .to_vec();
    row.extend(identity(school, school));
    let standards = [
        "",
        "Met",
        "Expected standard",
        "Expected standard",
        third,
        "Expected standard",
        "Strong standard",
        "Expected standard",
        "Not applicable",
        "Expected standard",
    ];
    row.extend(standards.map(str::to_owned));
    row
}

/// The latest graded inspection; an academy's is still its predecessor's where there was one.
fn graded(school: &School, of: &School) -> Vec<String> {
    let mut rng = Rng::of(school.urn, 7);
    let late = school.urn == WEAK || school.urn % 9 == 4;
    let (year, overall) = match (late, school.story) {
        (true, _) => (2025, "Not judged"),
        (false, Story::Strong) => (2019 + rng.between(0, 4), "1"),
        (false, Story::Low) => (2023, "3"),
        (
            false,
            Story::Ordinary
            | Story::Declining
            | Story::Improving
            | Story::Gap
            | Story::Noisy
            | Story::Special,
        ) => (2018 + rng.between(0, 5), "2"),
    };
    let each = match (school.urn == WEAK, overall) {
        (true, _) => "4",
        (false, "Not judged") => "2",
        (false, grade) => grade,
    };
    let mut row = vec![
        format!("102{:05}", school.urn - 900_000),
        "S5 Inspection".to_owned(),
        format!("{:02}/02/{year}", rng.between(1, 25)),
        format!("18/03/{year}"),
    ];
    row.extend(identity(of, school));
    let early = if school.ages.0 < 7 { each } else { "9" };
    let concern = if school.urn == WEAK { "SWK" } else { "" };
    let grades = [concern, overall, each, "2", "2", each, "Yes", early, "9"];
    row.extend(grades.map(str::to_owned));
    row
}

fn ungraded(school: &School) -> Vec<String> {
    let (day, outcome) = match school.urn % 11 {
        3 => ("12/06/2024", "School remains Good"),
        7 => ("19/11/2024", "Standards maintained"),
        9 => ("20/05/2025", "Some aspects not as strong"),
        _ => return null(7),
    };
    if school.urn == WEAK || school.urn % 9 == 4 {
        return null(7);
    }
    let mut row = vec![
        format!("103{:05}", school.urn - 900_000),
        day.to_owned(),
        "NULL".to_owned(),
    ];
    row.extend(identity(school, school));
    row.push(outcome.to_owned());
    row
}

/// The county's own list of support.
pub(crate) fn support(schools: &[School]) -> Vec<u8> {
    let mut text = String::from("URN,School,Kind,From,To,Outcome\n");
    for school in schools.iter().filter(|school| school.is_open()) {
        let told = match school.story {
            Story::Low => "significant,2023-09-01,,\n",
            Story::Declining => "targeted,2024-09-01,2025-07-31,little\n",
            Story::Improving => "significant,2021-09-01,2024-08-31,successful\n",
            Story::Ordinary | Story::Strong | Story::Gap | Story::Noisy | Story::Special => {
                continue;
            }
        };
        text.extend([
            &school.urn.to_string(),
            ",",
            &quoted(school.name),
            ",",
            told,
        ]);
    }
    text.into_bytes()
}
