//! Rules between the parts of a document.

use std::collections::BTreeSet;

use super::reader::Faults;
use super::{Programme, Reach, letter};

/// Activities that the visit's own rules know.
const ACTIVITIES: [&str; 5] = [
    "leadership",
    "learning-walk",
    "governance",
    "safeguarding",
    "summary",
];
/// Sections that the report's own rules know.
const SECTIONS: [&str; 4] = ["context", "commentary", "summary", "actions"];
/// Most strands of a section: what numerals there are.
const MOST_STRANDS: usize = 12;

/// Keeps a fault for each rule that is broken.
pub(super) fn check(faults: &mut Faults<'_>, programme: &Programme) {
    check_criteria(faults, programme);
    check_words(faults, programme);
    check_settings(faults, programme);
}

/// Letters run on, and what data can do fits the rules that we have (¶12).
fn check_criteria(faults: &mut Faults<'_>, programme: &Programme) {
    let mut signals = BTreeSet::new();
    for (index, criterion) in programme.criteria.iter().enumerate() {
        let key = |field: &str| format!("criteria[{}].{field}", index + 1);
        let due = letter(index);
        if criterion.letter != due && criterion.letter != ' ' {
            faults.add(
                &key("letter"),
                format!("must be {due}: letters run on from a without a gap (¶12)"),
            );
        }
        match (criterion.reach, criterion.signal) {
            (Reach::Never, None) => {}
            (Reach::Never, Some(_)) => faults.add(
                &key("signal"),
                "must be left out where data is \"never\": then it is people's judgement only",
            ),
            (Reach::Fully | Reach::Partly, None) => faults.add(
                &key("signal"),
                "is missing: say which rule raises it, or that data is \"never\"",
            ),
            (reach, Some(signal)) => {
                if reach < signal.reach() {
                    faults.add(
                        &key("data"),
                        format!(
                            "can be no more than \"partly\": {} show a part of it only",
                            signal.label()
                        ),
                    );
                }
                if !signals.insert(signal) {
                    faults.add(
                        &key("signal"),
                        "raises another criterion already; a school has one suggestion for each",
                    );
                }
            }
        }
    }
}

/// Words are unique in their list, and those that our rules know are there.
fn check_words(faults: &mut Faults<'_>, programme: &Programme) {
    let areas = programme.enquiry_areas.iter().map(|area| &area.id);
    unique(faults, "enquiry_areas", areas);
    let activities = programme.activities.iter().map(|activity| &activity.id);
    unique(faults, "activities", activities.clone());
    present(faults, "activities", &activities, &ACTIVITIES);
    let sections = programme.sections.iter().map(|section| &section.id);
    unique(faults, "sections", sections.clone());
    present(faults, "sections", &sections, &SECTIONS);
    let groups = programme.groups.iter().map(|group| &group.id);
    unique(faults, "groups", groups);
    for (index, activity) in programme.activities.iter().enumerate() {
        let list = format!("activities[{}].prompts", index + 1);
        unique(
            faults,
            &list,
            activity.prompts.iter().map(|prompt| &prompt.id),
        );
    }
    for (index, section) in programme.sections.iter().enumerate() {
        let list = format!("sections[{}].strands", index + 1);
        unique(
            faults,
            &list,
            section.strands.iter().map(|strand| &strand.id),
        );
        if section.strands.len() > MOST_STRANDS {
            faults.add(&list, format!("has more than {MOST_STRANDS} strands"));
        }
        if section.id == "commentary" && section.strands.is_empty() {
            faults.add(
                &format!("sections[{}]", index + 1),
                "needs strands: the commentary is checked by them (¶31)",
            );
        }
    }
}

fn unique<'p>(faults: &mut Faults<'_>, list: &str, ids: impl Iterator<Item = &'p String>) {
    let mut seen = BTreeSet::new();
    for (index, id) in ids.enumerate() {
        if !seen.insert(id) && !id.is_empty() {
            faults.add(
                &format!("{list}[{}].id", index + 1),
                format!("{id} is there already: each needs its own"),
            );
        }
    }
}

fn present<'p>(
    faults: &mut Faults<'_>,
    list: &str,
    ids: &(impl Iterator<Item = &'p String> + Clone),
    known: &[&str],
) {
    for &word in known {
        if !ids.clone().any(|id| id == word) {
            faults.add(
                list,
                format!("needs one with the id {word}: rules of this software rest on it"),
            );
        }
    }
}

/// Numbers that make sense only together.
fn check_settings(faults: &mut Faults<'_>, programme: &Programme) {
    let settings = &programme.settings;
    let mut rule = |holds: bool, key: &str, message: &str| {
        if !holds {
            faults.add(&format!("settings.{key}"), message);
        }
    };
    rule(
        settings.well_below_points > settings.below_points,
        "well_below_points",
        "must be more than below_points: well below is further than below",
    );
    rule(
        settings.pooled_pupils > settings.current_year_pupils,
        "pooled_pupils",
        "must be more than current_year_pupils: several years hold more pupils than one",
    );
    rule(
        settings.pooled_years_present <= settings.pooled_years,
        "pooled_years_present",
        "can't be more than pooled_years",
    );
    rule(
        settings.pooled_years_below <= settings.pooled_years_present,
        "pooled_years_below",
        "can't be more than pooled_years_present, or a school with just those years is never suggested",
    );
    rule(
        settings.group_pupils >= settings.disclosure_minimum,
        "group_pupils",
        "can't be less than disclosure_minimum: nothing is suggested from figures too small to show",
    );
    rule(
        settings.visits_after_support > settings.visits_otherwise,
        "visits_after_support",
        "must be more than visits_otherwise (¶7)",
    );
    rule(
        settings.accuracy_check_days <= settings.governors_discussion_days,
        "accuracy_check_days",
        "can't be more than governors_discussion_days",
    );
}
