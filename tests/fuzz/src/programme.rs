//! Programme documents: a fault has a line of the document and a message, and what can be read
//! stays itself in the next year.

use llpr_domain::programme::{MAX_BYTES, changes, for_year, parse};
use llpr_domain::year::AcademicYear;

/// Reads text as a document.
pub fn read(document: &str) {
    let lines = document.bytes().filter(|byte| *byte == b'\n').count() + 1;
    match parse(document) {
        Ok(programme) => {
            assert!(document.len() <= MAX_BYTES);
            assert_eq!(changes(&programme, &programme), []);
            let year = AcademicYear::from_start(2031).expect("a year");
            let next = for_year(document, year).expect("it could be read");
            let next = parse(&next).expect("only the year differs");
            assert_eq!(next.year, year);
            let mut same = next;
            same.year = programme.year;
            assert_eq!(same, programme);
        }
        Err(violations) => {
            assert!(!violations.is_empty(), "refused without a reason");
            for violation in violations {
                assert!(
                    (1..=lines).contains(&violation.line),
                    "{violation:?} of {lines}"
                );
                assert!(!violation.message.is_empty(), "{violation:?}");
            }
        }
    }
}
