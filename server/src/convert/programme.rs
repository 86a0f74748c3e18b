//! The programme year.

use std::sync::Arc;

use llpr_domain::programme::{
    self, Activity, Answer, Change, ChangeKind, Condition, Criterion, DEFINITIONS, Definition,
    EnquiryArea, Focus, Group, Programme, Prompt, Reach, Section, Settings, Signal, Strand, Value,
    Violation, letter, numeral,
};
use llpr_proto::{names, v1};
use llpr_store::programme::{Draft, DraftHead, Version, VersionHead, VersionName, Writer};

use super::{timestamp, whole};

pub(crate) fn programme_year(
    version: v1::ProgrammeVersion,
    name: VersionName,
) -> v1::ProgrammeYear {
    v1::ProgrammeYear {
        name: names::programme_year(name.year.slug()),
        academic_year: name.year.to_string(),
        version: Some(version),
    }
}

/// A version as lists have it.
pub(crate) fn programme_version_head(head: VersionHead) -> v1::ProgrammeVersion {
    let VersionHead {
        name,
        title,
        drafters,
        drafted_at,
        approver,
        approved_at,
    } = head;
    v1::ProgrammeVersion {
        name: name.to_string(),
        number: name.number,
        title,
        drafters: drafters.into_iter().map(person).collect(),
        draft_time: Some(timestamp(drafted_at)),
        approver: approver.map(person),
        approve_time: Some(timestamp(approved_at)),
        programme: None,
        document: String::new(),
    }
}

pub(crate) fn programme_version(version: Version) -> v1::ProgrammeVersion {
    let Version {
        head,
        document,
        programme,
    } = version;
    v1::ProgrammeVersion {
        programme: Some(self::programme(Arc::unwrap_or_clone(programme))),
        document,
        ..programme_version_head(head)
    }
}

/// A draft as lists have it.
pub(crate) fn programme_draft_head(head: DraftHead) -> v1::ProgrammeDraft {
    let DraftHead {
        year,
        title,
        drafters,
        created_at,
        updated_at,
        version,
    } = head;
    v1::ProgrammeDraft {
        name: names::programme_draft(year.slug()),
        academic_year: year.to_string(),
        title,
        drafters: drafters.into_iter().map(person).collect(),
        create_time: Some(timestamp(created_at)),
        update_time: Some(timestamp(updated_at)),
        programme: None,
        document: String::new(),
        etag: version.to_string(),
    }
}

pub(crate) fn programme_draft(draft: Draft) -> v1::ProgrammeDraft {
    let Draft {
        head,
        document,
        programme,
    } = draft;
    v1::ProgrammeDraft {
        programme: Some(self::programme(Arc::unwrap_or_clone(programme))),
        document,
        ..programme_draft_head(head)
    }
}

/// A draft as it would be, before anybody has written it.
pub(crate) fn programme_preview(document: String, programme: Programme) -> v1::ProgrammeDraft {
    v1::ProgrammeDraft {
        name: names::programme_draft(programme.year.slug()),
        academic_year: programme.year.to_string(),
        title: programme.title.clone(),
        programme: Some(self::programme(programme)),
        document,
        ..v1::ProgrammeDraft::default()
    }
}

fn person(writer: Writer) -> v1::ProgrammePerson {
    let Writer { user, display_name } = writer;
    v1::ProgrammePerson {
        user: names::user(user),
        display_name,
    }
}

fn programme(programme: Programme) -> v1::Programme {
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
        implied,
    } = programme;
    v1::Programme {
        academic_year: year.to_string(),
        title,
        vision,
        principles,
        relationship,
        purposes,
        focus: Some(self::focus(focus)),
        enquiry_areas: (0..).zip(enquiry_areas).map(enquiry_area).collect(),
        criteria: criteria.into_iter().map(criterion).collect(),
        activities: (1..).zip(activities).map(activity).collect(),
        sections: sections.into_iter().map(section).collect(),
        groups: groups.into_iter().map(group).collect(),
        settings: DEFINITIONS
            .iter()
            .map(|definition| setting(&settings, definition, &implied))
            .collect(),
    }
}

fn focus(focus: Focus) -> v1::ProgrammeFocus {
    let Focus {
        question,
        explanation,
        follow_up,
        paragraph,
    } = focus;
    v1::ProgrammeFocus {
        question,
        explanation,
        follow_up,
        paragraph,
    }
}

fn enquiry_area((index, area): (usize, EnquiryArea)) -> v1::ProgrammeEnquiryArea {
    let EnquiryArea { id, title, text } = area;
    v1::ProgrammeEnquiryArea {
        id,
        letter: letter(index).to_string(),
        title,
        text,
    }
}

fn criterion(criterion: Criterion) -> v1::ProgrammeCriterion {
    let Criterion {
        letter,
        title,
        text,
        reach,
        signal,
        restricted,
    } = criterion;
    let data = match reach {
        Reach::Fully => v1::CriterionData::Fully,
        Reach::Partly => v1::CriterionData::Partly,
        Reach::Never => v1::CriterionData::Never,
    };
    v1::ProgrammeCriterion {
        letter: letter.to_string(),
        title,
        text,
        data: data.into(),
        signal: signal.map_or("", Signal::as_str).to_owned(),
        restricted,
        paragraph: format!("12{letter}"),
    }
}

fn activity((number, activity): (i32, Activity)) -> v1::ProgrammeActivity {
    let Activity {
        id,
        title,
        text,
        fallback,
        paragraph,
        prompts,
    } = activity;
    v1::ProgrammeActivity {
        id,
        number,
        title,
        text,
        fallback: fallback.unwrap_or_default(),
        paragraph,
        prompts: prompts.into_iter().map(prompt).collect(),
    }
}

fn prompt(prompt: Prompt) -> v1::ProgrammePrompt {
    let Prompt { id, text, only_if } = prompt;
    let only_if = match only_if {
        None => v1::PromptCondition::Unspecified,
        Some(Condition::RecentInspection) => v1::PromptCondition::RecentInspection,
    };
    v1::ProgrammePrompt {
        id,
        text,
        only_if: only_if.into(),
    }
}

fn section(section: Section) -> v1::ProgrammeSection {
    let Section {
        id,
        title,
        text,
        strands,
    } = section;
    v1::ProgrammeSection {
        id,
        title,
        text,
        strands: (0..).zip(strands).map(strand).collect(),
    }
}

fn strand((index, strand): (usize, Strand)) -> v1::ProgrammeStrand {
    let Strand {
        id,
        title,
        text,
        may_say,
    } = strand;
    let may_say = match may_say {
        None => v1::StrandAnswer::Unspecified,
        Some(Answer::NoneIdentified) => v1::StrandAnswer::NoneIdentified,
        Some(Answer::NotRelevant) => v1::StrandAnswer::NotRelevant,
    };
    v1::ProgrammeStrand {
        id,
        numeral: numeral(index).to_owned(),
        title,
        text,
        may_say: may_say.into(),
    }
}

fn group(group: Group) -> v1::ProgrammeGroup {
    let Group {
        id,
        title,
        text,
        figures,
    } = group;
    v1::ProgrammeGroup {
        id,
        title,
        text,
        figures: figures
            .map_or("", llpr_domain::figure::PupilGroup::as_str)
            .to_owned(),
    }
}

fn setting(settings: &Settings, definition: &Definition, implied: &[&str]) -> v1::ProgrammeSetting {
    let &Definition {
        key,
        topic,
        label,
        meaning,
        paragraph,
        unit,
        default,
        least,
        most,
    } = definition;
    let value = settings.value(definition);
    let kind = match value {
        Value::Decimal(_) => v1::SettingKind::Decimal,
        Value::Whole(_) => v1::SettingKind::Whole,
        Value::Switch(_) => v1::SettingKind::Switch,
    };
    v1::ProgrammeSetting {
        key: key.to_owned(),
        topic: topic.label().to_owned(),
        display_name: label.to_owned(),
        meaning: meaning.to_owned(),
        paragraph: paragraph.to_owned(),
        unit: unit.words().1.to_owned(),
        kind: kind.into(),
        value: value.number(),
        display_value: definition.told(value),
        default_value: default.number(),
        minimum: least.number(),
        maximum: most.number(),
        implied: implied.contains(&key),
    }
}

pub(crate) fn programme_violation(violation: Violation) -> v1::ProgrammeViolation {
    let Violation { line, key, message } = violation;
    v1::ProgrammeViolation {
        line: whole(line),
        key,
        description: message,
    }
}

/// What differs between two programmes.
pub(crate) fn programme_changes(before: &Programme, after: &Programme) -> Vec<v1::ProgrammeChange> {
    let changes = programme::changes(before, after).into_iter();
    changes.map(programme_change).collect()
}

fn programme_change(change: Change) -> v1::ProgrammeChange {
    let Change {
        kind,
        key,
        label,
        paragraph,
        before,
        after,
    } = change;
    let kind = match kind {
        ChangeKind::Added => v1::ProgrammeChangeKind::Added,
        ChangeKind::Changed => v1::ProgrammeChangeKind::Changed,
        ChangeKind::Removed => v1::ProgrammeChangeKind::Removed,
    };
    v1::ProgrammeChange {
        kind: kind.into(),
        key,
        display_name: label,
        paragraph,
        before,
        after,
    }
}
