//! Ofsted's management information in all its layouts, on invented schools.

use super::*;
use crate::inspection::{
    Area, Concern, Era, Findings, Grade, Inspection, Safeguarding, Standard, Ungraded,
    UngradedOutcome,
};

/// The layout of September 2024 to August 2025 with one sound row, of 2023.
pub(super) const GRADED: &str = "Web link,URN,LAESTAB,School name,Ofsted phase,Local authority,\
     Latest ungraded inspection number since last graded inspection,\
     Does the ungraded inspection relate to the URN of the current school?,\
     URN at time of the ungraded inspection,School name at time of the ungraded inspection,\
     Date of latest ungraded inspection,Ungraded inspection publication date,\
     Ungraded inspection overall outcome,Inspection number of latest graded inspection,\
     Inspection type,Inspection start date,Publication date,\
     Does the latest graded inspection relate to the URN of the current school?,\
     URN at time of latest graded inspection,School name at time of latest graded inspection,\
     Overall effectiveness,Category of concern,Quality of education,Behaviour and attitudes,\
     Personal development,Effectiveness of leadership and management,Safeguarding is effective?,\
     Early years provision (where applicable),Sixth form provision (where applicable),\
     Previous graded inspection number,Previous inspection start date,\
     Previous graded inspection overall effectiveness,Previous category of concern\n\
     http://example.org,900001,9902001,Oakfield,Primary,Marlshire,NULL,NULL,NULL,NULL,NULL,NULL,\
     NULL,10200001,S5 Inspection,10/05/2023,26/06/2023,Yes,900001,Oakfield,2,,2,2,1,2,Yes,2,9,\
     NULL,NULL,NULL,NULL\n";

/// The layout with report cards, as of February 2026, with what the importer reads and more.
const CARD: &str = "Web Link (opens in new window),URN,LAESTAB,School name,\
     Inspection number of latest full inspection,Inspection type,Inspection start date,\
     Publication date,Does the latest full inspection relate to the URN of the current school?,\
     URN at time of latest full inspection,School name at time of latest full inspection,\
     Category of concern,Safeguarding standards,Safeguarding standards - date of judgement,\
     Inclusion,Inclusion - date of judgement,Achievement,Early years (where applicable),\
     Post-16 provision (where applicable),Leadership and governance,\
     Inspection number of latest OEIF graded inspection,\
     Inspection start date of latest OEIF graded inspection,\
     Does the latest OEIF graded inspection relate to the URN of the current school?,\
     URN at time of latest OEIF graded inspection,\
     School name at time of latest OEIF graded inspection,Latest OEIF category of concern,\
     Latest OEIF overall effectiveness,Latest OEIF quality of education,\
     Latest OEIF  safeguarding is effective?,Latest ungraded inspection number,\
     Date of latest ungraded inspection,Ungraded inspection overall outcome,\
     Most recent category of concern\n";

fn inspections(file: &str) -> Vec<Inspection> {
    let (batch, _) = read(Dataset::Ofsted, file);
    let all = statements(&batch);
    let found = all.into_iter().map(|statement| match statement {
        Statement::Inspections { inspections, .. } => inspections.clone(),
        other => panic!("{other:?}"),
    });
    found.flatten().collect()
}

fn graded(from: &str, to: &str) -> Vec<Inspection> {
    assert!(GRADED.contains(from), "{from}");
    inspections(&GRADED.replace(from, to))
}

#[test]
fn an_overall_grade_is_read_beside_its_parts() {
    let found = graded("9902001", "9902001");
    assert_eq!(found.len(), 1);
    assert_eq!(
        (found[0].number.as_str(), found[0].era()),
        ("10200001", Era::OverallGrade)
    );
    assert_eq!(found[0].published, "2023-06-26".parse().ok());
    assert_eq!((&found[0].predecessor, found[0].concern), (&None, None));
    assert_eq!(
        found[0].findings,
        Findings::OverallGrade {
            overall: Some(Grade::Good),
            areas: vec![
                (Area::QualityOfEducation, Grade::Good),
                (Area::BehaviourAndAttitudes, Grade::Good),
                (Area::PersonalDevelopment, Grade::Outstanding),
                (Area::LeadershipAndManagement, Grade::Good),
                // 9 for the sixth form: it has none.
                (Area::EarlyYears, Grade::Good),
            ],
            safeguarding: Some(Safeguarding::Effective),
        }
    );
}

#[test]
fn not_judged_is_no_grade_and_none_is_made() {
    let found = graded(
        "10/05/2023,26/06/2023,Yes,900001,Oakfield,2",
        "14/01/2025,,Yes,900001,Oakfield,Not judged",
    );
    assert_eq!(found[0].era(), Era::KeyJudgements);
    let Findings::KeyJudgements { areas, .. } = &found[0].findings else {
        panic!("key judgements");
    };
    assert_eq!(areas.len(), 5);
    // In a file without the column it is the day that decides.
    let without = GRADED
        .replace("Overall effectiveness,Category", "Category")
        .replace("Oakfield,2,,", "Oakfield,,")
        .replace("10/05/2023", "02/09/2024");
    assert_eq!(inspections(&without)[0].era(), Era::KeyJudgements);
}

#[test]
fn null_blank_and_zero_are_nothing() {
    for none in ["NULL", "", "0", "9", "Not applicable"] {
        let found = graded("Yes,2,9,", &format!("Yes,{none},9,"));
        let Findings::OverallGrade { areas, .. } = &found[0].findings else {
            panic!("an overall grade");
        };
        assert!(
            areas.iter().all(|(area, _)| *area != Area::EarlyYears),
            "{none}"
        );
    }
    // A school that was not inspected yet is a row without inspections.
    let none = graded(
        "10200001,S5 Inspection,10/05/2023,26/06/2023",
        "NULL,NULL,NULL,NULL",
    );
    assert_eq!(none, []);
}

#[test]
fn concern_and_safeguarding_stand_apart_from_the_grade() {
    let found = graded("Oakfield,2,,2,2,1,2,Yes", "Oakfield,4,SM,4,2,1,4,No");
    assert_eq!(found[0].concern, Some(Concern::SpecialMeasures));
    assert_eq!(found[0].safeguarding(), Some(Safeguarding::NotEffective));
    let found = graded("Oakfield,2,,", "Oakfield,3,SWK,");
    assert_eq!(found[0].concern, Some(Concern::SeriousWeaknesses));
    assert_eq!(
        issues(
            Dataset::Ofsted,
            GRADED.replace("Oakfield,2,,2,2,1,2,Yes", "Oakfield,7,XX,2,2,1,2,Perhaps")
        ),
        [
            "UNKNOWN_MARKER 2 Category of concern [XX] A category of concern is SM, SWK, RSI or \
             NTI. This one is not known, and can't be left out without being understood. Check \
             the cell against Ofsted's file.",
            "UNKNOWN_MARKER 2 Safeguarding is effective? [Perhaps] Safeguarding is Yes or No, or \
             on a report card Met or Not met. Check the cell against Ofsted's file.",
            "UNKNOWN_MARKER 2 Overall effectiveness [7] A grade is 1 to 4, 9 or 0 (not \
             applicable), Not judged, NULL or empty. Check the cell against Ofsted's file."
        ]
    );
}

#[test]
fn a_predecessors_inspection_is_named_as_such() {
    let found = graded("Yes,900001,Oakfield,2", "No,900101,Oakfield Infants,2");
    let before = found[0].predecessor.as_ref().unwrap();
    assert_eq!(before.urn.map(crate::urn::Urn::get), Some(900_101));
    assert_eq!(before.name, "Oakfield Infants");
    // Another URN says the same, whatever the answer; without a URN the answer counts.
    assert!(
        graded("Yes,900001,", "Yes,900101,")[0]
            .predecessor
            .is_some()
    );
    assert_eq!(
        graded("Yes,900001,", "No,NULL,")[0]
            .predecessor
            .as_ref()
            .unwrap()
            .urn,
        None
    );
}

#[test]
fn an_earlier_and_an_ungraded_inspection_are_read_too() {
    let found = inspections(
        &GRADED
            .replace(
                "NULL,NULL,NULL,NULL,NULL,NULL,NULL,10200001",
                "10300001,Yes,900001,Oakfield,05/11/2024,,Some aspects not as strong,10200001",
            )
            .replace("9,NULL,NULL,NULL,NULL", "9,10100001,04/06/2014,3,NULL"),
    );
    let told: Vec<_> = found
        .iter()
        .map(|one| (one.number.as_str(), one.era()))
        .collect();
    assert_eq!(
        told,
        [
            ("10200001", Era::OverallGrade),
            ("10100001", Era::OverallGrade),
            ("10300001", Era::KeyJudgements)
        ]
    );
    assert_eq!(
        found[2].findings,
        Findings::Ungraded(Ungraded::Known(UngradedOutcome::SomeAspectsNotAsStrong))
    );
}

#[test]
fn a_report_card_stands_beside_what_was_before() {
    let row = "x,900001,9902001,Oakfield,10400001,S5 Inspection,06/01/2026,10/02/2026,Yes,900001,\
               Oakfield,RSI,Not met,06/01/2026,Needs attention,06/01/2026,Strong standard,\
               Expected standard,Not applicable,Urgent improvement,10200001,10/05/2023,Yes,900001,\
               Oakfield,,2,2,Yes,10300001,05/11/2024,Standards maintained,RSI\n";
    let file = format!("{CARD}{row}");
    let (batch, summary) = read(Dataset::Ofsted, &file);
    assert_eq!(batch.issues, []);
    assert_eq!(summary.layout, "ofsted-report-cards");
    let found = inspections(&file);
    let eras: Vec<_> = found.iter().map(Inspection::era).collect();
    assert_eq!(
        eras,
        [Era::ReportCard, Era::OverallGrade, Era::KeyJudgements]
    );
    assert_eq!(found[0].concern, Some(Concern::SignificantImprovement));
    assert_eq!(
        found[0].findings,
        Findings::ReportCard {
            areas: vec![
                (Area::EarlyYears, Standard::Expected),
                (Area::Inclusion, Standard::NeedsAttention),
                (Area::Achievement, Standard::Strong),
                (Area::LeadershipAndGovernance, Standard::UrgentImprovement),
            ],
            safeguarding: Some(Safeguarding::NotMet),
        }
    );
    assert_eq!(
        issues(Dataset::Ofsted, file.replace("Needs attention", "Fine")),
        [
            "UNKNOWN_MARKER 2 Inclusion [Fine] A standard is Exceptional, Strong standard, \
             Expected standard, Needs attention or Urgent improvement; or Not applicable, NULL or \
             empty. Check the cell against Ofsted's file."
        ]
    );
}

#[test]
fn full_and_section_8_inspections_of_2019_to_2022_are_read() {
    let file = "Web link,URN,LAESTAB,Latest section 8 inspection number since last full inspection,\
                Does the section 8 inspection relate to the URN of the current school?,\
                URN at time of the section 8 inspection,Date of latest section 8 inspection,\
                Section 8 inspection overall outcome,Inspection number of latest full inspection,\
                Inspection start date,Overall effectiveness,Quality of education,\
                Previous full inspection number,Previous inspection start date,\
                Previous full inspection overall effectiveness\n\
                x,900001,9902001,10090001,Yes,900001,12/03/2020,\
                School remains Good (Concerns) - S5 Next,10080001,04/06/2014,2,NULL,NULL,NULL,NULL\n";
    assert_eq!(issues(Dataset::Ofsted, file), Vec::<String>::new());
    let found = inspections(file);
    assert_eq!(
        found[1].findings,
        Findings::Ungraded(Ungraded::Known(UngradedOutcome::RemainsGoodConcerns))
    );
    assert_eq!(found[0].start, "2014-06-04".parse().unwrap());
}

#[test]
fn all_inspections_of_2015_to_2019_stand_under_a_title() {
    let file = "All inspections of state-funded schools between 1 September 2015 and 31 August 2019,,,,\n\
                Academic year,Web link,URN,LAESTAB,Inspection number,Inspection type,\
                Inspection start date,Overall effectiveness,Category of concern,\
                Outcomes for pupils,\"Quality of teaching, learning and assessment\",\
                \"Personal development, behaviour and welfare\",\
                Effectiveness of leadership and management,Is safeguarding effective?,\
                Outcomes for S8 inspections that did not convert\n\
                2015/16,x,900001,9902001,10000001,S5 Inspection,10/11/2015,3,,3,3,2,3,Yes,NULL\n\
                2017/18,x,900001,9902001,10000002,S5 Inspection,14/11/2017,2,,2,2,2,2,Yes,NULL\n\
                2018/19,x,900001,9902001,10000003,Short,13/11/2018,NULL,,NULL,NULL,NULL,NULL,NULL,Remains Good\n\
                2018/19,x,900002,9902002,10000004,S8 monitoring,13/11/2018,NULL,,,,,,,NULL\n";
    assert_eq!(
        issues(Dataset::Ofsted, file),
        [
            "TITLE_LINE 1 - [All inspections of state-funded schools between 1 September 2015 and \
             31 August 2] The line above the column names was left out. Nothing to do.",
            "LEFT_OUT 6 - [-] 1 inspection without any judgement, such as a monitoring visit, was \
             left out, the first on line 6. Nothing to do."
        ]
    );
    let found = inspections(file);
    assert_eq!(found.len(), 3);
    let Findings::OverallGrade { areas, .. } = &found[0].findings else {
        panic!("an overall grade");
    };
    assert_eq!(
        areas[1],
        (Area::OutcomesForPupils, Grade::RequiresImprovement)
    );
    assert_eq!(
        found[2].findings,
        Findings::Ungraded(Ungraded::Known(UngradedOutcome::RemainsGood))
    );
}

#[test]
fn the_spreadsheet_of_2015_is_refused_with_advice() {
    assert_eq!(
        issues(Dataset::Ofsted, b"PK\x03\x04rest"),
        [
            "WRONG_LAYOUT 1 - [-] This is a spreadsheet, as Ofsted's file of 2015 is, not a CSV \
             file. Open it, choose the sheet with one row for each school, and save it as CSV \
             UTF-8; a title line above the column names may stay."
        ]
    );
}

#[test]
fn words_that_are_not_known_are_kept_and_told() {
    let file = GRADED.replace(
        "NULL,NULL,NULL,NULL,NULL,NULL,NULL,10200001",
        "10300001,Yes,900001,Oakfield,05/11/2024,,Taking effective action,10200001",
    );
    assert_eq!(
        issues(Dataset::Ofsted, &file),
        [
            "UNKNOWN_OUTCOME 2 - [Taking effective action] 1 ungraded outcome is in words that are \
             not known, the first on line 2. They are shown as written, and count neither for nor \
             against a school."
        ]
    );
    assert_eq!(
        inspections(&file)[1].findings,
        Findings::Ungraded(Ungraded::Words("Taking effective action".into()))
    );
}

#[test]
fn a_school_told_twice_is_found() {
    let row = GRADED.lines().nth(1).unwrap();
    assert_eq!(
        issues(
            Dataset::Ofsted,
            with_row(Dataset::Ofsted, &row.replace(",2,,2,2", ",1,,1,1"))
        ),
        [
            "CONTRADICTING_DUPLICATE 3 URN [900001] Line 2 says something else of the same. Keep \
             one of the two lines, or download the file again."
        ]
    );
    let undated = GRADED.replace("10/05/2023", "NULL");
    assert_eq!(
        issues(Dataset::Ofsted, undated),
        [
            "LEFT_OUT 2 - [-] 1 inspection without a first day was left out, the first on line 2. \
             Nothing to do."
        ]
    );
}
