//! A programme year in words for people.

use llpr_client::v1::{
    CriterionData, ProgrammeChangeKind, ProgrammePerson, ProgrammeSetting, PromptCondition,
    SettingKind, StrandAnswer,
};

/// How far data can raise a criterion.
pub(crate) fn data(data: CriterionData) -> &'static str {
    match data {
        CriterionData::Unspecified => "Not given",
        CriterionData::Fully => "Figures can suggest it; a person confirms",
        CriterionData::Partly => "Figures show a part of it; a person decides",
        CriterionData::Never => "People's judgement only",
    }
}

/// When a prompt applies; none where it always does.
pub(crate) fn condition(condition: PromptCondition) -> Option<&'static str> {
    match condition {
        PromptCondition::Unspecified => None,
        PromptCondition::RecentInspection => Some("only after a recent inspection"),
    }
}

/// What may stand in place of a strand's prose.
pub(crate) fn answer(answer: StrandAnswer) -> Option<&'static str> {
    match answer {
        StrandAnswer::Unspecified => None,
        StrandAnswer::NoneIdentified => Some("“None identified” is an answer."),
        StrandAnswer::NotRelevant => Some("“Not relevant here” is an answer, with a reason."),
    }
}

pub(crate) fn change(kind: ProgrammeChangeKind) -> &'static str {
    match kind {
        ProgrammeChangeKind::Unspecified => "Other",
        ProgrammeChangeKind::Added => "New",
        ProgrammeChangeKind::Changed => "Changed",
        ProgrammeChangeKind::Removed => "Gone",
    }
}

/// `paragraph 25`, `paragraphs 5, 22`; `no paragraph: the county's own` for an empty text.
pub(crate) fn paragraph(text: &str) -> String {
    match text {
        "" => "no paragraph: the county's own".into(),
        several if several.contains([',', '-', '–']) => format!("paragraphs {several}"),
        one => format!("paragraph {one}"),
    }
}

/// What is allowed: `7 to 60 days`, `yes or no`.
pub(crate) fn range(setting: &ProgrammeSetting) -> String {
    match setting.kind() {
        SettingKind::Switch => "yes or no".into(),
        SettingKind::Unspecified | SettingKind::Decimal | SettingKind::Whole => {
            let range = format!(
                "{} to {} {}",
                setting.minimum, setting.maximum, setting.unit
            );
            range.trim_end().to_owned()
        }
    }
}

/// A value of a setting as its form takes it, without the unit.
pub(crate) fn plain(setting: &ProgrammeSetting, value: f64) -> String {
    match setting.kind() {
        SettingKind::Switch if value > 0.5 => "yes".into(),
        SettingKind::Switch => "no".into(),
        SettingKind::Unspecified | SettingKind::Decimal | SettingKind::Whole => value.to_string(),
    }
}

/// `Ada Byron, Grace Hopper`.
pub(crate) fn people(people: &[ProgrammePerson]) -> String {
    let names: Vec<_> = people
        .iter()
        .map(|person| person.display_name.as_str())
        .collect();
    names.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paragraphs_and_ranges_read_as_people_say_them() {
        assert_eq!(paragraph("12b"), "paragraph 12b");
        assert_eq!(paragraph("5, 22"), "paragraphs 5, 22");
        assert_eq!(paragraph(""), "no paragraph: the county's own");
        let setting = |kind: SettingKind, unit: &str| ProgrammeSetting {
            kind: kind.into(),
            unit: unit.into(),
            minimum: 0.5,
            maximum: 60.0,
            ..Default::default()
        };
        assert_eq!(
            range(&setting(SettingKind::Decimal, "days")),
            "0.5 to 60 days"
        );
        assert_eq!(range(&setting(SettingKind::Decimal, "")), "0.5 to 60");
        let switch = setting(SettingKind::Switch, "");
        assert_eq!(range(&switch), "yes or no");
        assert_eq!(plain(&switch, 1.0), "yes");
        assert_eq!(plain(&setting(SettingKind::Whole, "days"), 7.0), "7");
    }
}
