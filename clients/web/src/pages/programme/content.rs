//! What a programme year says, in words and in the order of the programme document.

use llpr_client::v1;

use crate::words::programme;

/// All of it.
pub(super) struct Content {
    pub(super) focus: v1::ProgrammeFocus,
    /// Vision, principles, relationship and purposes.
    pub(super) statement: Vec<(&'static str, Vec<String>)>,
    pub(super) areas: Vec<v1::ProgrammeEnquiryArea>,
    pub(super) criteria: Vec<Criterion>,
    pub(super) activities: Vec<Activity>,
    pub(super) sections: Vec<Section>,
    pub(super) groups: Vec<v1::ProgrammeGroup>,
    pub(super) topics: Vec<Topic>,
}

pub(super) struct Criterion {
    pub(super) letter: String,
    pub(super) title: String,
    pub(super) text: String,
    pub(super) data: &'static str,
    pub(super) restricted: bool,
    pub(super) paragraph: String,
}

pub(super) struct Activity {
    pub(super) number: i32,
    pub(super) title: String,
    pub(super) text: String,
    pub(super) fallback: String,
    pub(super) paragraph: String,
    /// What is covered or asked, and when that applies if not always.
    pub(super) prompts: Vec<(String, Option<&'static str>)>,
}

pub(super) struct Section {
    pub(super) title: String,
    pub(super) text: String,
    pub(super) strands: Vec<Strand>,
}

pub(super) struct Strand {
    pub(super) numeral: String,
    pub(super) title: String,
    pub(super) text: String,
    pub(super) answer: Option<&'static str>,
}

/// The numbers about one thing.
pub(super) struct Topic {
    pub(super) name: String,
    pub(super) settings: Vec<Setting>,
}

/// A number that the programme leaves open.
pub(super) struct Setting {
    pub(super) name: String,
    pub(super) meaning: String,
    pub(super) value: String,
    /// What would be usual, where the value differs from it.
    pub(super) usual: Option<String>,
    pub(super) range: String,
    pub(super) paragraph: String,
    pub(super) implied: bool,
}

impl From<v1::Programme> for Content {
    fn from(programme: v1::Programme) -> Self {
        Self {
            focus: programme.focus.unwrap_or_default(),
            statement: vec![
                ("What we want for children (paragraph 1)", programme.vision),
                (
                    "Principles of inclusion (paragraph 2)",
                    programme.principles,
                ),
                (
                    "What the relationship with schools rests on (paragraph 3)",
                    programme.relationship,
                ),
                (
                    "What the review is for, a to e (paragraph 4)",
                    programme.purposes,
                ),
            ],
            areas: programme.enquiry_areas,
            criteria: programme
                .criteria
                .into_iter()
                .map(Criterion::from)
                .collect(),
            activities: programme
                .activities
                .into_iter()
                .map(Activity::from)
                .collect(),
            sections: programme.sections.into_iter().map(Section::from).collect(),
            groups: programme.groups,
            topics: topics(&programme.settings),
        }
    }
}

impl From<v1::ProgrammeCriterion> for Criterion {
    fn from(criterion: v1::ProgrammeCriterion) -> Self {
        Self {
            data: programme::data(criterion.data()),
            letter: criterion.letter,
            title: criterion.title,
            text: criterion.text,
            restricted: criterion.restricted,
            paragraph: criterion.paragraph,
        }
    }
}

impl From<v1::ProgrammeActivity> for Activity {
    fn from(activity: v1::ProgrammeActivity) -> Self {
        Self {
            number: activity.number,
            title: activity.title,
            text: activity.text,
            fallback: activity.fallback,
            paragraph: programme::paragraph(&activity.paragraph),
            prompts: activity
                .prompts
                .into_iter()
                .map(|prompt| {
                    let condition = programme::condition(prompt.only_if());
                    (prompt.text, condition)
                })
                .collect(),
        }
    }
}

impl From<v1::ProgrammeSection> for Section {
    fn from(section: v1::ProgrammeSection) -> Self {
        Self {
            title: section.title,
            text: section.text,
            strands: section
                .strands
                .into_iter()
                .map(|strand| Strand {
                    answer: programme::answer(strand.may_say()),
                    numeral: strand.numeral,
                    title: strand.title,
                    text: strand.text,
                })
                .collect(),
        }
    }
}

fn topics(settings: &[v1::ProgrammeSetting]) -> Vec<Topic> {
    settings
        .chunk_by(|one, next| one.topic == next.topic)
        .map(|topic| Topic {
            name: topic
                .first()
                .map_or_else(String::new, |setting| setting.topic.clone()),
            settings: topic.iter().map(Setting::from).collect(),
        })
        .collect()
}

impl From<&v1::ProgrammeSetting> for Setting {
    fn from(setting: &v1::ProgrammeSetting) -> Self {
        // Both come from the same text, so equal values are equal to the bit.
        let differs = setting.value.to_bits() != setting.default_value.to_bits();
        Self {
            name: setting.display_name.clone(),
            meaning: setting.meaning.clone(),
            value: setting.display_value.clone(),
            usual: differs.then(|| programme::plain(setting, setting.default_value)),
            range: programme::range(setting),
            paragraph: setting.paragraph.clone(),
            implied: setting.implied,
        }
    }
}

#[cfg(test)]
impl Content {
    pub(super) fn sample() -> Self {
        let text = || "Text of <b>Byron</b>".to_owned();
        let setting = |topic: &str, value: f64| v1::ProgrammeSetting {
            key: "plan_agreed_days".into(),
            topic: topic.into(),
            display_name: text(),
            meaning: text(),
            paragraph: "25".into(),
            unit: "days".into(),
            display_value: format!("{value} days"),
            value,
            default_value: 7.0,
            minimum: 7.0,
            maximum: 60.0,
            implied: value < 8.0,
            ..Default::default()
        };
        Self::from(v1::Programme {
            vision: vec![text()],
            focus: Some(v1::ProgrammeFocus {
                question: text(),
                follow_up: text(),
                paragraph: "5, 22".into(),
                ..Default::default()
            }),
            enquiry_areas: vec![v1::ProgrammeEnquiryArea {
                letter: "a".into(),
                title: text(),
                ..Default::default()
            }],
            criteria: vec![v1::ProgrammeCriterion {
                letter: "e".into(),
                title: text(),
                restricted: true,
                paragraph: "12e".into(),
                ..Default::default()
            }],
            activities: vec![v1::ProgrammeActivity {
                title: text(),
                fallback: text(),
                prompts: vec![v1::ProgrammePrompt {
                    text: text(),
                    only_if: v1::PromptCondition::RecentInspection.into(),
                    ..Default::default()
                }],
                ..Default::default()
            }],
            sections: vec![v1::ProgrammeSection {
                title: text(),
                strands: vec![v1::ProgrammeStrand {
                    numeral: "iv".into(),
                    may_say: v1::StrandAnswer::NotRelevant.into(),
                    ..Default::default()
                }],
                ..Default::default()
            }],
            groups: vec![v1::ProgrammeGroup {
                title: text(),
                ..Default::default()
            }],
            settings: vec![
                setting("The visit", 7.0),
                setting("The visit", 8.0),
                setting("The report", 9.0),
            ],
            ..Default::default()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_stand_by_topic_and_say_where_they_differ_from_the_usual() {
        let topics = Content::sample().topics;
        let names: Vec<_> = topics.iter().map(|topic| topic.name.as_str()).collect();
        assert_eq!(names, ["The visit", "The report"]);
        let [usual, other] = topics[0].settings.as_slice() else {
            panic!("a topic lost its settings");
        };
        assert_eq!((usual.usual.as_deref(), usual.implied), (None, true));
        assert_eq!(other.usual.as_deref(), Some("7"));
        assert_eq!(other.range, "7 to 60 days");
    }
}
