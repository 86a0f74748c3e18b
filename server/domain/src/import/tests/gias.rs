//! The national register.

use super::*;
use crate::school::{LinkKind, Phase, SchoolRecord, SchoolStatus};

const GIAS_SET: Dataset = Dataset::GiasEstablishments;

fn schools(batch: &Batch) -> Vec<&SchoolRecord> {
    fn school(row: &Row) -> Option<&SchoolRecord> {
        match row {
            Row::School { record, .. } => Some(record.as_ref()),
            Row::District { .. }
            | Row::Figures { .. }
            | Row::Statement { .. }
            | Row::Person { .. } => None,
        }
    }
    batch.rows.iter().filter_map(school).collect()
}

#[test]
fn a_school_is_read_whole() {
    let (batch, summary) = read(GIAS_SET, GIAS);
    let schools = schools(&batch);
    let school = schools[0];
    assert_eq!(school.laestab.unwrap().to_string(), "990/2001");
    assert_eq!(
        (school.phase, school.status),
        (Phase::Primary, SchoolStatus::Open)
    );
    assert_eq!(
        (school.pupils, school.capacity, &school.trust),
        (Some(210), None, &None)
    );
    assert_eq!(school.authority_name, "Marlshire");
    assert_eq!(summary.layout, "gias-selected-columns");
}

#[test]
fn codes_stand_in_for_names_with_or_without_their_zero() {
    let file = "URN,LA (code),EstablishmentName,TypeOfEstablishment (name),\
                EstablishmentStatus (code),PhaseOfEducation (code),OpenDate\n\
                900001,990,Oakfield,Academy converter,1,02,01-09-2016\n\
                900002,990,Elm,Academy converter,\"3\",2,1/9/2016\n\
                900003,990,Ash,Academy converter,2,,2016-09-01\n";
    let (batch, _) = read(GIAS_SET, file);
    assert_eq!(batch.issues, []);
    let found = schools(&batch);
    assert_eq!(found[0].phase, Phase::Primary);
    assert_eq!(found[1].status, SchoolStatus::OpenProposedToClose);
    assert_eq!(found[2].phase, Phase::NotApplicable);
    assert!(
        found
            .iter()
            .all(|school| school.open_date == found[0].open_date)
    );
}

#[test]
fn not_applicable_is_a_value() {
    let file = GIAS
        .replace("OpenDate", "Diocese (name)")
        .replace("Primary,,", "Primary,Not applicable,");
    let (batch, _) = read(GIAS_SET, file);
    assert_eq!(
        schools(&batch)[0].diocese.as_deref(),
        Some("Not applicable")
    );
}

#[test]
fn links_spill_past_the_header() {
    let file = GIAS
        .replace("NumberOfPupils", "Linked establishments")
        .replace(
            "Primary,,210",
            "Primary,,\"900002 Predecessor\",900003 Successor - amalgamated,\"\"",
        );
    let file =
        format!("{file}900009,990,M,2009,Elm,Community school,Open,Primary,,Does not have links\n");
    let (batch, summary) = read(GIAS_SET, file);
    assert_eq!(batch.issues, []);
    assert_eq!(summary.layout, "gias-search-results");
    let Row::School { links, .. } = &batch.rows[0] else {
        panic!("a school");
    };
    let kinds: Vec<_> = links
        .iter()
        .map(|link| (link.link_urn.get(), link.kind))
        .collect();
    assert_eq!(
        kinds,
        [
            (900_002, LinkKind::Predecessor),
            (900_003, LinkKind::SuccessorAmalgamated)
        ]
    );
    let wrong = GIAS.replace("NumberOfPupils", "Linked establishments");
    assert_eq!(
        issues(GIAS_SET, wrong),
        [
            "INVALID_URN 2 Linked establishments [210] A link is a URN and its kind, such as \
             \"900002 Successor\". Download the file again; if it was edited, a column may have \
             moved."
        ]
    );
}

#[test]
fn each_cell_has_its_rule() {
    assert_eq!(
        issues(
            GIAS_SET,
            with_row(GIAS_SET, "9,x,M,20011,,,Shut,Tertiary,01/13/2020,many")
        ),
        [
            "INVALID_URN 3 URN [9] A URN has six digits, from 100000 to 999999. Download the file \
             again; if it was edited, a column may have moved.",
            "INVALID_VALUE 3 LA (code) [x] A local authority code has three digits, such as 990. \
             Download the file again; if it was edited, a column may have moved.",
            "INVALID_VALUE 3 EstablishmentName [] The cell is empty, and every school needs it. \
             Download the file again.",
            "INVALID_VALUE 3 TypeOfEstablishment (name) [] The cell is empty, and every school \
             needs it. Download the file again.",
            "INVALID_VALUE 3 PhaseOfEducation (name) [Tertiary] This is none of the register's \
             phases (Nursery, Primary, Middle deemed primary, Middle deemed secondary, Secondary, \
             All-through, 16 plus, Not applicable). Check the cell against the register.",
            "INVALID_VALUE 3 EstablishmentStatus (name) [Shut] The status is Open, Closed, Open, \
             but proposed to close, or Proposed to open. Check the cell against the register.",
            "INVALID_DATE 3 OpenDate [01/13/2020] This is not a date. The register writes \
             DD/MM/YYYY, DD-MM-YYYY or YYYY-MM-DD; download the file again.",
            "INVALID_NUMBER 3 NumberOfPupils [many] This is not a whole number in range. Download \
             the file again; if it was edited, a column may have moved."
        ]
    );
    assert_eq!(
        issues(
            GIAS_SET,
            with_row(GIAS_SET, "900002,990,M,20011,A,B,Open,Primary")
        ),
        [
            "INVALID_NUMBER 3 EstablishmentNumber [20011] An establishment number has up to four \
             digits. Download the file again; if it was edited, a column may have moved.",
            "RAGGED_ROW 3 - [-] 1 row has 8 of 10 fields; the missing ones count as not supplied. \
             This is usual in these files."
        ]
    );
}

#[test]
fn duplicates_are_told_apart() {
    let same = "900001,990,Marlshire,2001,Oakfield,Community school,Open,Primary,,210";
    assert_eq!(
        issues(GIAS_SET, with_row(GIAS_SET, same)),
        ["IDENTICAL_DUPLICATE 3 URN [900001] The same as line 2; counted once."]
    );
    assert_eq!(
        issues(GIAS_SET, with_row(GIAS_SET, &same.replace("210", "211"))),
        [
            "CONTRADICTING_DUPLICATE 3 URN [900001] School 900001 is also on line 2, with other \
             content. Download the file again, or keep one of the two lines."
        ]
    );
}

#[test]
fn establishments_outside_all_authorities_are_left_out() {
    let file = with_row(
        GIAS_SET,
        "900002,000,Does not apply,,Abroad,British schools overseas,Open,Not applicable,,",
    );
    let (batch, summary) = read(GIAS_SET, file);
    assert_eq!(
        told(&batch.issues[0]),
        "NO_AUTHORITY 3 - [-] 1 establishment belongs to no local authority (code 000): left out, \
         first on line 3. Nothing to do."
    );
    assert_eq!(
        (summary.rows, summary.schools, summary.fatal),
        (2, 1, false)
    );
}
