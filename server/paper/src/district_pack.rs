//! The September pack: a district's review and a plain page for each of its schools, for the
//! briefing of leadership and learning partners (paragraphs 10 to 12 and 20).

use serde::Serialize;

use crate::typeset::{self, PaperError, Printing};

/// What a SIM prints of a district. Everything is in words already.
#[derive(Clone, Debug, Serialize)]
pub struct DistrictPack {
    /// Who prints it, and when.
    pub printing: Printing,
    /// The district's name.
    pub district: String,
    /// The programme year, `2024/25`.
    pub year: String,
    /// How far the review is: `Version 3, shared on 12 September 2024`.
    pub state: String,
    /// What goes well.
    pub strengths: Vec<Point>,
    /// What has to become better.
    pub priorities: Vec<Point>,
    /// The district's figures together.
    pub figures: Vec<FigureLine>,
    /// Where the figures come from.
    pub sources: Vec<String>,
    /// The schools, by name.
    pub schools: Vec<SchoolPage>,
}

/// A strength or a priority.
#[derive(Clone, Debug, Serialize)]
pub struct Point {
    /// The criterion or enquiry area it belongs to; empty for none.
    pub about: String,
    /// The words.
    pub text: String,
}

/// A figure beside those that it is compared with.
#[derive(Clone, Debug, Serialize)]
pub struct FigureLine {
    /// The measure, and the group where it is not all pupils.
    pub what: String,
    /// The year of the results.
    pub year: String,
    /// The figure, or why there is none.
    pub value: String,
    /// How many pupils, in words.
    pub cohort: String,
    /// The county's; empty where it is not compared.
    pub county: String,
    /// England's.
    pub england: String,
    /// What else is to be said: a trend, a marker, whose figure it is.
    pub note: String,
}

/// Figures of several years side by side.
#[derive(Clone, Debug, Default, Serialize)]
pub struct YearTable {
    /// The years, oldest first.
    pub years: Vec<String>,
    /// A row for each measure and group.
    pub rows: Vec<YearRow>,
}

/// A measure's figures.
#[derive(Clone, Debug, Serialize)]
pub struct YearRow {
    /// The measure, and the group where it is not all pupils.
    pub what: String,
    /// A cell for each year of the table.
    pub cells: Vec<YearCell>,
    /// What else is to be said: whose figure it is.
    pub note: String,
}

/// A year's figure; all empty where there is none.
#[derive(Clone, Debug, Default, Serialize)]
pub struct YearCell {
    /// The figure.
    pub value: String,
    /// How many pupils, in words.
    pub cohort: String,
    /// England's.
    pub england: String,
}

/// A school's page.
#[derive(Clone, Debug, Serialize)]
pub struct SchoolPage {
    /// Its name.
    pub name: String,
    /// Its URN.
    pub urn: String,
    /// Kind, ages, pupils on roll, trust.
    pub about: String,
    /// Where the risk analysis stands.
    pub standing: String,
    /// The programme context, and whether it is settled.
    pub context: String,
    /// What data suggests.
    pub suggestions: Vec<SuggestionLine>,
    /// What is known beside that and raises nothing.
    pub facts: Vec<String>,
    /// Its figures.
    pub figures: YearTable,
    /// Outcomes of inspections, the latest first.
    pub inspections: Vec<String>,
    /// Last year's visit and what came of it.
    pub last_year: Vec<String>,
    /// Actions that are open.
    pub actions: Vec<ActionLine>,
    /// Where its figures come from.
    pub sources: Vec<String>,
}

/// An open action.
#[derive(Clone, Debug, Serialize)]
pub struct ActionLine {
    /// Its kind and what is to be done.
    pub what: String,
    /// Whose it is.
    pub owner: String,
    /// The day it is due, and whether that has passed.
    pub due: String,
}

/// A suggestion and what became of it.
#[derive(Clone, Debug, Serialize)]
pub struct SuggestionLine {
    /// `a: Low standards`.
    pub criterion: String,
    /// What data says.
    pub words: String,
    /// What intake explains; empty where there is nothing to say.
    pub intake: String,
    /// Undecided, confirmed or dismissed, and why.
    pub decision: String,
}

impl DistrictPack {
    /// The pack as a PDF.
    ///
    /// # Errors
    /// [`PaperError`] where the template and the data do not fit.
    pub fn pdf(&self) -> Result<Vec<u8>, PaperError> {
        typeset::pdf(
            include_str!("../templates/district-pack.typ"),
            self,
            &self.printing,
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::{TimeZone as _, Utc};

    fn line(what: &str) -> FigureLine {
        FigureLine {
            what: what.into(),
            year: "2023/24".into(),
            value: "38 %".into(),
            cohort: "9 of 24".into(),
            county: "62 %".into(),
            england: "61 %".into(),
            note: "lower than in 2021/22 by more than chance explains".into(),
        }
    }

    fn pack(schools: usize) -> DistrictPack {
        let school = |number: usize| SchoolPage {
            name: format!("St Swithun & All Saints' [Infant] #{number}"),
            urn: "900001".into(),
            about: "Community school, ages 4 to 11, 210 pupils.".into(),
            standing: "Unreviewed".into(),
            context: "Not settled; *other* is proposed.".into(),
            suggestions: vec![SuggestionLine {
                criterion: "a: Low standards".into(),
                words: "Of 24 children 9 met the standard; the England rate would give 15.".into(),
                intake: String::new(),
                decision: "Undecided".into(),
            }],
            figures: YearTable {
                years: vec!["2022/23".into(), "2023/24".into()],
                rows: vec![YearRow {
                    what: "Reading, writing and mathematics".into(),
                    cells: vec![
                        YearCell::default(),
                        YearCell {
                            value: "38 %".into(),
                            cohort: "9 of 24".into(),
                            england: "61 %".into(),
                        },
                    ],
                    note: "of the predecessor, URN 900101".into(),
                }],
            },
            inspections: vec![],
            last_year: vec!["$Agreed$: \\mathematics *once more*".into()],
            facts: vec![],
            actions: vec![ActionLine {
                what: "Join #link a moderation group".into(),
                owner: "Ada Brook".into(),
                due: "1 October 2024, overdue".into(),
            }],
            sources: vec!["KS2 performance tables, revised".into()],
        };
        DistrictPack {
            printing: Printing {
                reader: "Philippa Marsh".into(),
                at: Utc.with_ymd_and_hms(2024, 9, 20, 8, 30, 0).unwrap(),
                day: "20 September 2024".into(),
            },
            district: "North Marlshire".into(),
            year: "2024/25".into(),
            state: "Version 1, not shared.".into(),
            strengths: vec![],
            priorities: vec![Point {
                about: "a".into(),
                text: "Mathematics in junior schools".into(),
            }],
            figures: vec![line("Persistent absence")],
            sources: vec![],
            schools: (0..schools).map(school).collect(),
        }
    }

    #[test]
    fn a_pack_is_accessible_and_the_same_bytes_each_time() {
        let printed = pack(3).pdf().unwrap();
        assert!(printed.starts_with(b"%PDF-1.7"));
        let has = |what: &[u8]| printed.windows(what.len()).any(|window| window == what);
        assert!(has(b"<pdfuaid:part>1</pdfuaid:part>"));
        assert!(has(b"North Marlshire: risk analysis 2024/25"));
        assert_eq!(printed, pack(3).pdf().unwrap());
        if let Some(path) = std::env::var_os("LLPR_TEST_KEEP_PDF") {
            std::fs::write(path, printed).unwrap();
        }
    }

    #[test]
    fn a_district_without_schools_is_a_page() {
        assert!(pack(0).pdf().is_ok());
    }
}
