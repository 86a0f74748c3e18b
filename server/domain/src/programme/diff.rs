//! What differs between two programmes, part by part, for the person who approves.

use std::collections::BTreeMap;

use super::settings::DEFINITIONS;
use super::{Programme, letter, numeral};
use crate::figure::PupilGroup;

/// What happened to a part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChangeKind {
    /// It is new.
    Added,
    /// It differs.
    Changed,
    /// It is gone.
    Removed,
}

/// A difference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// What happened.
    pub kind: ChangeKind,
    /// Which part, such as `settings.below_points` or `criteria.b.text`.
    pub key: String,
    /// The part in words.
    pub label: String,
    /// The paragraph; empty where it belongs to none.
    pub paragraph: String,
    /// What stood; empty where it is new.
    pub before: String,
    /// What stands now; empty where it is gone.
    pub after: String,
}

/// What differs, in the order of the document; comments are no difference.
pub fn changes(before: &Programme, after: &Programme) -> Vec<Change> {
    let (old, new) = (parts(before), parts(after));
    let by_key = |parts: &[Part]| -> BTreeMap<String, String> {
        let pairs = parts.iter();
        pairs
            .map(|part| (part.id.clone(), part.value.clone()))
            .collect()
    };
    let (old_values, new_values) = (by_key(&old), by_key(&new));
    let mut changes = Vec::new();
    for part in &new {
        match old_values.get(&part.id) {
            None => changes.push(part.change(ChangeKind::Added, "", &part.value)),
            Some(old) if *old != part.value => {
                changes.push(part.change(ChangeKind::Changed, old, &part.value));
            }
            Some(_) => {}
        }
    }
    for part in &old {
        if !new_values.contains_key(&part.id) {
            changes.push(part.change(ChangeKind::Removed, &part.value, ""));
        }
    }
    // Nothing that is approved is hidden from the one who approves it.
    let order = |parts: &[Part], others: &BTreeMap<String, String>| -> Vec<String> {
        let ids = parts.iter().map(|part| part.id.clone());
        ids.filter(|id| others.contains_key(id)).collect()
    };
    let (old_order, new_order) = (order(&old, &new_values), order(&new, &old_values));
    if let Some((was, is)) = old_order.iter().zip(&new_order).find(|(was, is)| was != is) {
        changes.push(Change {
            kind: ChangeKind::Changed,
            key: "order".to_owned(),
            label: "Order of the parts, from here on".to_owned(),
            paragraph: String::new(),
            before: was.clone(),
            after: is.clone(),
        });
    }
    changes
}

/// A part of a programme that can differ.
struct Part {
    /// What it is known by in the other programme.
    id: String,
    key: String,
    label: String,
    paragraph: String,
    value: String,
}

impl Part {
    fn change(&self, kind: ChangeKind, before: &str, after: &str) -> Change {
        Change {
            kind,
            key: self.key.clone(),
            label: self.label.clone(),
            paragraph: self.paragraph.clone(),
            before: before.to_owned(),
            after: after.to_owned(),
        }
    }
}

/// Collects parts below one heading.
struct Parts(Vec<Part>);

impl Parts {
    fn add(
        &mut self,
        key: impl Into<String>,
        label: &str,
        paragraph: &str,
        value: impl Into<String>,
    ) {
        let key = key.into();
        self.0.push(Part {
            id: key.clone(),
            key,
            label: label.to_owned(),
            paragraph: paragraph.to_owned(),
            value: value.into(),
        });
    }

    /// A list without names of its own: a text that differs is gone, and another is new.
    fn texts(&mut self, key: &str, label: &str, paragraph: &str, texts: &[String]) {
        for text in texts {
            self.add(key, label, paragraph, text.clone());
            if let Some(part) = self.0.last_mut() {
                part.id = format!("{key}: {text}");
            }
        }
    }
}

#[expect(
    clippy::too_many_lines,
    reason = "a line for each part, in the order of the document"
)]
fn parts(programme: &Programme) -> Vec<Part> {
    let Programme {
        year,
        title,
        vision,
        principles,
        relationship,
        purposes,
        focus,
        enquiry_areas,
        criteria,
        activities,
        sections,
        groups,
        settings,
        implied: _,
    } = programme;
    let mut parts = Parts(Vec::new());
    parts.add("year", "Academic year", "", year.to_string());
    parts.add("title", "Title", "", title);
    parts.texts("statement.vision", "Vision", "1", vision);
    parts.texts(
        "statement.principles",
        "Principle of inclusion",
        "2",
        principles,
    );
    parts.texts(
        "statement.relationship",
        "Relationship with schools",
        "3",
        relationship,
    );
    parts.texts("statement.purposes", "Purpose", "4", purposes);
    let paragraph = &focus.paragraph;
    parts.add(
        "focus.question",
        "Focus question",
        paragraph,
        &focus.question,
    );
    parts.add(
        "focus.explanation",
        "Focus, explained",
        paragraph,
        &focus.explanation,
    );
    parts.add(
        "focus.follow_up",
        "Follow-up of last year",
        paragraph,
        &focus.follow_up,
    );
    parts.add("focus.paragraph", "Focus, paragraphs", "", paragraph);
    for (index, area) in enquiry_areas.iter().enumerate() {
        let key = |field: &str| format!("enquiry_areas.{}.{field}", area.id);
        let label = format!("Enquiry area {}", letter(index));
        let paragraph = format!("23{}", letter(index));
        parts.add(key("title"), &label, &paragraph, &area.title);
        parts.add(key("text"), &label, &paragraph, &area.text);
    }
    for criterion in criteria {
        let key = |field: &str| format!("criteria.{}.{field}", criterion.letter);
        let label = format!("Criterion {}", criterion.letter);
        let paragraph = format!("12{}", criterion.letter);
        let mut add = |field: &str, more: &str, value: &str| {
            parts.add(key(field), &format!("{label}{more}"), &paragraph, value);
        };
        add("title", "", &criterion.title);
        add("text", "", &criterion.text);
        add("data", ": what data can do", criterion.reach.label());
        let signal = criterion.signal.map_or("none", super::Signal::label);
        add("signal", ": raised by", signal);
        let restricted = if criterion.restricted { "yes" } else { "no" };
        add("restricted", ": kept to SIM and LLP", restricted);
    }
    for activity in activities {
        let key = |field: &str| format!("activities.{}.{field}", activity.id);
        let (label, paragraph) = (format!("Activity {}", activity.title), &activity.paragraph);
        parts.add(key("title"), &label, paragraph, &activity.title);
        parts.add(key("text"), &label, paragraph, &activity.text);
        parts.add(
            key("paragraph"),
            &format!("{label}: paragraph"),
            "",
            paragraph,
        );
        if let Some(fallback) = &activity.fallback {
            parts.add(
                key("fallback"),
                &format!("{label}: otherwise"),
                paragraph,
                fallback,
            );
        }
        for prompt in &activity.prompts {
            let key = format!("activities.{}.prompts.{}", activity.id, prompt.id);
            let condition = prompt.only_if.map_or("", super::Condition::label);
            let text = format!("{} {condition}", prompt.text);
            parts.add(key, &format!("{label}: prompt"), paragraph, text.trim_end());
        }
    }
    for section in sections {
        let key = |field: &str| format!("sections.{}.{field}", section.id);
        let label = format!("Report section {}", section.title);
        parts.add(key("title"), &label, "31", &section.title);
        parts.add(key("text"), &label, "31", &section.text);
        for (index, strand) in section.strands.iter().enumerate() {
            let key =
                |field: &str| format!("sections.{}.strands.{}.{field}", section.id, strand.id);
            let label = format!("Strand {}", numeral(index));
            let paragraph = format!("31 {}", numeral(index));
            parts.add(key("title"), &label, &paragraph, &strand.title);
            parts.add(key("text"), &label, &paragraph, &strand.text);
            let may_say = strand.may_say.map_or("prose only", super::Answer::label);
            parts.add(
                key("may_say"),
                &format!("{label}: may say"),
                &paragraph,
                may_say,
            );
        }
    }
    for group in groups {
        let key = |field: &str| format!("groups.{}.{field}", group.id);
        let label = format!("Pupil group {}", group.title);
        parts.add(key("title"), &label, "2, 3", &group.title);
        parts.add(key("text"), &label, "2, 3", &group.text);
        let figures = group.figures.map_or("none", PupilGroup::label);
        parts.add(
            key("figures"),
            &format!("{label}: figures"),
            "2, 3",
            figures,
        );
    }
    for definition in DEFINITIONS {
        let value = definition.told(settings.value(definition));
        let key = format!("settings.{}", definition.key);
        parts.add(key, definition.label, definition.paragraph, value);
    }
    parts.0
}
