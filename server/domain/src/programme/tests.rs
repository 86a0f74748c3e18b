//! Documents as people write them, right and wrong.

use super::*;

fn shipped() -> Programme {
    parse(SHIPPED).expect("the shipped programme is sound")
}

/// The shipped document with one text in place of another, which must be there.
fn with(old: &str, new: &str) -> String {
    assert!(SHIPPED.contains(old), "{old}");
    SHIPPED.replacen(old, new, 1)
}

/// The faults of a document as `line key: message`.
fn faults(document: &str) -> Vec<String> {
    let violations = parse(document).expect_err("a fault");
    violations
        .iter()
        .map(|fault| format!("{} {}: {}", fault.line, fault.key, fault.message))
        .collect()
}

fn line_of(document: &str, text: &str) -> usize {
    let place = document.find(text).expect("the text");
    document[..place].matches('\n').count() + 1
}

#[test]
fn the_shipped_year_has_what_the_programme_has() {
    let programme = shipped();
    assert_eq!(programme.year.to_string(), "2024/25");
    let counts = [
        programme.vision.len(),
        programme.principles.len(),
        programme.relationship.len(),
        programme.purposes.len(),
        programme.enquiry_areas.len(),
        programme.criteria.len(),
        programme.activities.len(),
        programme.sections.len(),
    ];
    assert_eq!(counts, [5, 9, 11, 5, 5, 11, 5, 4]);
    assert_eq!(programme.activity("governance").unwrap().prompts.len(), 4);
    assert!(programme.activity("leadership").unwrap().prompts.len() >= 9);
    let strands = &programme.section("commentary").unwrap().strands;
    let may_say: Vec<_> = strands.iter().map(|strand| strand.may_say).collect();
    let none = Some(Answer::NoneIdentified);
    assert_eq!(
        may_say,
        [none, none, None, None, Some(Answer::NotRelevant), None]
    );
}

#[test]
fn p12_data_raises_a_b_c_j_in_full_and_d_g_in_part_and_e_f_are_restricted() {
    let programme = shipped();
    let letters = |wanted: &dyn Fn(&Criterion) -> bool| -> String {
        let criteria = programme.criteria.iter();
        criteria
            .filter(|one| wanted(one))
            .map(|one| one.letter)
            .collect()
    };
    assert_eq!(letters(&|one| one.reach == Reach::Fully), "abcj");
    assert_eq!(letters(&|one| one.reach == Reach::Partly), "dg");
    assert_eq!(letters(&|one| one.restricted), "ef");
    assert_eq!(
        programme
            .raised_by(Signal::InspectionOutcome)
            .unwrap()
            .letter,
        'j'
    );
    assert_eq!(programme.criterion('k').unwrap().signal, None);
}

#[test]
fn the_shipped_document_states_every_setting_at_its_default() {
    let programme = shipped();
    assert_eq!(programme.settings, Settings::default());
    assert!(programme.implied.is_empty(), "{:?}", programme.implied);
}

#[test]
fn every_fault_is_told_at_once_with_line_key_and_rule() {
    let mut document = with("plan_agreed_days = 7 ", "plan_agreed_days = 6 ");
    document = document.replacen("below_points = 5.0", "below_points = \"5\"", 1);
    document = document.replacen("letter = \"c\"", "letter = \"z\"", 1);
    document = document.replacen("[focus]\nquestion", "[focus]\nquesion", 1);
    document = document.replacen("exclusions = 0", "exclusion_count = 0", 1);
    let told = faults(&document);
    let line = |text: &str| line_of(&document, text);
    assert_eq!(
        told,
        [
            format!("{} focus.question: is missing", line("[focus]\n")),
            format!(
                "{} focus.quesion: is not known here; what may stand here is question, explanation, follow_up, paragraph",
                line("quesion")
            ),
            format!(
                "{} criteria[3].letter: must be c: letters run on from a without a gap (¶12)",
                line("letter = \"z\"")
            ),
            format!(
                "{} settings.below_points: must be a number from 0.5 to 20 (Below England, ¶12a)",
                line("below_points = \"5\"")
            ),
            format!(
                "{} settings.exclusion_count: is no setting; did you mean exclusions?",
                line("exclusion_count")
            ),
            format!(
                "{} settings.plan_agreed_days: must be a whole number from 7 to 28 (Plan agreed before the visit, ¶25)",
                line("plan_agreed_days = 6")
            ),
        ]
    );
}

#[test]
fn numbers_must_make_sense_together() {
    let told = faults(&with("well_below_points = 10.0", "well_below_points = 4.0"));
    assert_eq!(told.len(), 1);
    assert!(
        told[0].contains("must be more than below_points"),
        "{told:?}"
    );
    let told = faults(&with("disclosure_minimum = 6", "disclosure_minimum = 16"));
    assert!(told[0].contains("settings.group_pupils"), "{told:?}");
    let told = faults(&with("pooled_years_below = 2 ", "pooled_years_below = 3 "));
    assert!(told[0].contains("never suggested"), "{told:?}");
}

#[test]
fn p12_no_criterion_claims_more_of_data_than_a_rule_can_give() {
    let told = faults(&with(
        "data = \"never\"\nrestricted = true",
        "data = \"fully\"\nsignal = \"support-history\"\nrestricted = true",
    ));
    assert_eq!(told.len(), 2, "{told:?}");
    assert!(told[0].contains("no more than \"partly\""), "{told:?}");
    // Criterion g, further on, has the same rule.
    assert!(told[1].contains("criteria[7].signal"), "{told:?}");
}

#[test]
fn parts_that_the_rules_rest_on_stay() {
    let told = faults(&with("id = \"learning-walk\"", "id = \"walk\""));
    assert!(
        told[0].contains("activities: needs one with the id learning-walk"),
        "{told:?}"
    );
    let told = faults(&with("id = \"strategy\"", "id = \"views\""));
    assert!(
        told[0].contains("activities[1].prompts[2].id: views is there already"),
        "{told:?}"
    );
}

#[test]
fn what_is_not_toml_is_told_by_line() {
    let document = with("year = \"2024/25\"", "year = 2024/25");
    let told = faults(&document);
    let line = line_of(&document, "year = 2024/25");
    assert!(
        told[0].starts_with(&format!("{line} : is not TOML here: ")),
        "{told:?}"
    );
    let told = faults(&with("year = \"2024/25\"", "year = \"2024/26\""));
    assert!(
        told[0].contains("does not name consecutive years"),
        "{told:?}"
    );
    assert!(faults("").len() > 5);
    assert_eq!(faults(&"#".repeat(MAX_BYTES + 1)).len(), 1);
}

#[test]
fn text_that_can_not_be_seen_is_refused() {
    let told = faults(&with("title = \"Results\"", "title = \"Results\u{202e}\""));
    assert!(
        told[0].contains("criteria[1].title: holds characters"),
        "{told:?}"
    );
}

#[test]
fn a_setting_that_is_left_out_has_its_default() {
    let programme = parse(&with("draft_days = 14", "# draft_days = 14")).unwrap();
    assert_eq!(programme.settings.draft_days, 14);
    assert_eq!(programme.implied, ["draft_days"]);
}

#[test]
fn the_next_year_begins_as_a_copy_with_its_comments() {
    let next = AcademicYear::from_start(2025).unwrap();
    let document = for_year(SHIPPED, next).unwrap();
    assert_eq!(document, with("year = \"2024/25\"", "year = \"2025/26\""));
    assert_eq!(parse(&document).unwrap().year, next);
}

#[test]
fn a_difference_is_told_part_by_part() {
    let mut document = with("below_points = 5.0", "below_points = 6.0");
    document = document.replacen(
        "Children who can live and work with others.",
        "Friendship.",
        1,
    );
    document = document.replacen("# Inclusion (¶12c).", "# A comment only.", 1);
    let told = changes(&shipped(), &parse(&document).unwrap());
    let told: Vec<_> = told
        .iter()
        .map(|change| {
            (
                change.kind,
                change.key.as_str(),
                change.before.as_str(),
                change.after.as_str(),
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            (ChangeKind::Added, "statement.vision", "", "Friendship."),
            (
                ChangeKind::Changed,
                "settings.below_points",
                "5 percentage points",
                "6 percentage points"
            ),
            (
                ChangeKind::Removed,
                "statement.vision",
                "Children who can live and work with others.",
                ""
            ),
        ]
    );
    assert_eq!(changes(&shipped(), &shipped()), []);
}

#[test]
fn a_part_that_only_moved_is_a_difference_too() {
    let first = "  { id = \"know-school\", text = \"How well do you know your school?\" },\n";
    let document = with(first, "");
    let end = "  { id = \"safeguarding\", text = \"How do you know that safeguarding works?\" },\n";
    let document = document.replacen(end, &format!("{end}{first}"), 1);
    let told = changes(&shipped(), &parse(&document).unwrap());
    assert_eq!(told.len(), 1);
    assert_eq!(told[0].before, "activities.governance.prompts.know-school");
}

proptest::proptest! {
    /// Whatever stands in a document, it is read or told, and told with a line that it has.
    #[test]
    fn no_document_stops_the_reader(cut in 0..SHIPPED.len(), junk in "\\PC{0,12}") {
        let start = (0..=cut).rev().find(|&at| SHIPPED.is_char_boundary(at)).unwrap_or(0);
        let document = format!("{}{junk}{}", &SHIPPED[..start], &SHIPPED[start..]);
        if let Err(violations) = parse(&document) {
            let lines = document.matches('\n').count() + 1;
            proptest::prop_assert!(violations.iter().all(|fault| (1..=lines).contains(&fault.line)));
        }
    }
}
