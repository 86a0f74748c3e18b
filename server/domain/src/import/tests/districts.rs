//! The districts list.

use super::*;

#[test]
fn the_template_is_sound_and_its_example_is_not_imported() {
    let template = Dataset::Districts.template().unwrap();
    let found = issues(Dataset::Districts, &template);
    assert_eq!(found.len(), 1);
    assert!(found[0].starts_with("NO_ROWS"));
    // As a spreadsheet saves it, with the comments quoted and padded.
    let saved =
        format!("\"# a, b\",,,,,\r\n{template}900001,,Westmere,2025-09-01,2026-08-31,TRADED\r\n");
    let (batch, summary) = read(Dataset::Districts, saved);
    assert_eq!(batch.issues, []);
    assert_eq!(summary.layout, "districts-template");
    let Row::District {
        line,
        urn,
        slug,
        kind,
        until,
        ..
    } = &batch.rows[0]
    else {
        panic!("a district");
    };
    assert_eq!((*line, urn.get(), slug.as_ref()), (15, 900_001, "westmere"));
    assert_eq!(
        (kind.as_str(), until.unwrap().to_string().as_str()),
        ("traded", "2026-08-31")
    );
    assert_eq!(Dataset::Ks2.template(), None);
}

#[test]
fn each_cell_has_its_rule() {
    assert_eq!(
        issues(
            Dataset::Districts,
            with_row(Dataset::Districts, "90001,,1st,31/02/2025,2025,other")
        ),
        [
            "INVALID_URN 3 URN [90001] A URN has six digits, such as 900001. Look the school up \
             in Get Information About Schools and correct the cell.",
            "INVALID_VALUE 3 District [1st] A district needs a name that starts with a letter and \
             has at most 63 letters, digits and spaces. Fill it in.",
            "INVALID_VALUE 3 Kind [other] The kind is improvement or traded; leave the cell empty \
             for improvement.",
            "INVALID_DATE 3 From [31/02/2025] This is not a date. Write it as DD/MM/YYYY, \
             DD-MM-YYYY or YYYY-MM-DD.",
            "INVALID_DATE 3 Until [2025] This is not a date. Write it as DD/MM/YYYY, DD-MM-YYYY \
             or YYYY-MM-DD."
        ]
    );
}

#[test]
fn a_period_ends_after_it_starts() {
    assert_eq!(
        issues(
            Dataset::Districts,
            with_row(Dataset::Districts, "900002,,Westmere,02/09/2025,01/09/2025")
        )[0],
        "INVALID_PERIOD 3 Until [01/09/2025] The period ends on 2025-09-01, before it starts on \
         2025-09-02. Correct one of the two dates."
    );
    let one_day = "900002,,Westmere,01/09/2025,01/09/2025,";
    assert!(issues(Dataset::Districts, with_row(Dataset::Districts, one_day)).is_empty());
}

#[test]
fn a_school_is_in_one_district_at_a_time() {
    let overlap = |row: &str| issues(Dataset::Districts, with_row(Dataset::Districts, row));
    let message = "School 900001 is already in a district at that time (line 2). Fill in Until \
                   for the earlier period, or correct the dates: a school is in one district at a \
                   time.";
    assert_eq!(
        overlap("900001,,Westmere,01/10/2025,,"),
        [format!("OVERLAPPING_PERIODS 3 From [01/10/2025] {message}")]
    );
    assert_eq!(
        overlap("900001,,Westmere,01/10/2024,01/09/2025,"),
        [format!("OVERLAPPING_PERIODS 3 From [01/10/2024] {message}")]
    );
    assert!(overlap("900001,,Westmere,01/10/2024,31/08/2025,").is_empty());
}

#[test]
fn duplicates_are_told_apart() {
    assert_eq!(
        issues(
            Dataset::Districts,
            with_row(
                Dataset::Districts,
                "900001,Other,North Marlshire,2025-09-01,,improvement"
            )
        ),
        ["IDENTICAL_DUPLICATE 3 From [2025-09-01] The same as line 2; counted once."]
    );
    let (batch, summary) = read(
        Dataset::Districts,
        with_row(Dataset::Districts, "900001,Oakfield,Westmere,01/09/2025,,"),
    );
    assert_eq!(
        told(&batch.issues[0]),
        "CONTRADICTING_DUPLICATE 3 From [01/09/2025] School 900001 has another line from \
         2025-09-01 (line 2) that says something else. Keep one of the two."
    );
    assert_eq!((batch.rows.len(), summary.fatal), (1, true));
}
