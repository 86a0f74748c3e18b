//! The draft's numbers as a form. They are changed within its document, so that every comment
//! stays.

mod edit;

use std::collections::HashMap;

use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use http::StatusCode;
use llpr_client::v1::SettingKind;
use llpr_client::{ErrorReason, v1};

use super::{below_draft, draft, faults, keep, to};
use crate::browser::SignedIn;
use crate::csrf::CsrfForm;
use crate::failure::Failure;
use crate::pages::form::{self, Hidden, sentence};
use crate::pages::programme::May;
use crate::pages::programme::facts::Draft;
use crate::pages::{FOOTER, Layout, render};
use crate::words::programme;

/// Fields and their values, each field named for its setting.
type Typed = HashMap<String, String>;

#[derive(Template)]
#[template(path = "programme_draft_numbers.html")]
struct Page {
    layout: Layout,
    hidden: Hidden,
    draft: Draft,
    etag: String,
    /// Whether somebody else saved meanwhile.
    stale: bool,
    topics: Vec<Topic>,
    problems: Vec<(String, String)>,
}

struct Topic {
    name: String,
    fields: Vec<Field>,
}

/// A setting's input.
struct Field {
    key: String,
    name: String,
    meaning: String,
    /// `paragraph 25. 7 to 60 days`.
    hint: String,
    unit: String,
    switch: bool,
    value: String,
    /// What stands now, where somebody else saved another value meanwhile.
    theirs: Option<String>,
    problem: Option<String>,
}

/// Shows the form.
pub(crate) async fn show(
    signed_in: SignedIn,
    Path(slug): Path<String>,
) -> Result<Response, Failure> {
    if !May::of(&signed_in).write {
        return Err(Failure::NoSuchPage);
    }
    let stored = draft(&signed_in, &slug).await?;
    let page = page(&signed_in, &stored, &Typed::new(), Vec::new(), false);
    Ok(render(StatusCode::OK, &page))
}

fn page(
    signed_in: &SignedIn,
    stored: &v1::ProgrammeDraft,
    typed: &Typed,
    problems: Vec<(String, String)>,
    stale: bool,
) -> Page {
    let draft = Draft::of(stored, &signed_in.caller.user.name);
    Page {
        layout: below_draft(signed_in, &draft),
        hidden: Hidden::new(&signed_in.browser),
        draft,
        etag: stored.etag.clone(),
        stale,
        topics: topics(settings(stored), typed, &problems, stale),
        problems,
    }
}

fn settings(stored: &v1::ProgrammeDraft) -> &[v1::ProgrammeSetting] {
    let programme = stored.programme.as_ref();
    programme.map_or(&[], |programme| &programme.settings)
}

/// The value that stands in the document, as the form shows it; empty where it is left out.
fn stands(setting: &v1::ProgrammeSetting) -> String {
    if setting.implied {
        String::new()
    } else {
        programme::plain(setting, setting.value)
    }
}

fn topics(
    settings: &[v1::ProgrammeSetting],
    typed: &Typed,
    problems: &[(String, String)],
    stale: bool,
) -> Vec<Topic> {
    let field = |setting: &v1::ProgrammeSetting| {
        let stands = stands(setting);
        let value = typed.get(&setting.key).cloned();
        let value = value.unwrap_or_else(|| stands.clone());
        let usual = programme::plain(setting, setting.default_value);
        let hint = sentence(&format!(
            "{}. {}. {}",
            programme::paragraph(&setting.paragraph),
            programme::range(setting),
            if setting.kind() == SettingKind::Switch {
                format!("Usual: {usual}.")
            } else {
                format!("Left empty, it is {usual}.")
            }
        ));
        Field {
            key: setting.key.clone(),
            name: setting.display_name.clone(),
            meaning: setting.meaning.clone(),
            hint,
            unit: setting.unit.clone(),
            switch: setting.kind() == SettingKind::Switch,
            theirs: (stale && stands != value).then(|| match stands.as_str() {
                "" => format!("left empty, so {usual}"),
                stands => stands.to_owned(),
            }),
            problem: problems
                .iter()
                .find(|(key, _)| *key == setting.key)
                .map(|(_, text)| text.clone()),
            value,
        }
    };
    settings
        .chunk_by(|one, next| one.topic == next.topic)
        .map(|topic| Topic {
            name: topic
                .first()
                .map_or_else(String::new, |setting| setting.topic.clone()),
            fields: topic.iter().map(field).collect(),
        })
        .collect()
}

/// Keeps the numbers that differ if they fit and nobody was faster.
pub(crate) async fn submit(
    signed_in: SignedIn,
    Path(slug): Path<String>,
    form: CsrfForm<Typed>,
) -> Result<Response, Failure> {
    let mut typed = form.into_inner();
    for value in typed.values_mut() {
        *value = value.trim().to_owned();
    }
    let etag = typed.remove("etag").unwrap_or_default();
    let request_id = typed.remove("request_id").unwrap_or_default();
    let stored = draft(&signed_in, &slug).await?;
    let stale = |stored: &v1::ProgrammeDraft, typed: &Typed| {
        let page = page(&signed_in, stored, typed, Vec::new(), true);
        render(StatusCode::CONFLICT, &page)
    };
    // Whoever was faster may have changed what the numbers stand in.
    if stored.etag != etag {
        return Ok(stale(&stored, &typed));
    }
    let again =
        |typed: &Typed, problems| form::again(&page(&signed_in, &stored, typed, problems, false));
    let document = match edit::applied(&stored.document, settings(&stored), &typed) {
        Ok(document) => document,
        Err(problems) => return Ok(again(&typed, problems)),
    };
    let outcome = match faults(&signed_in, &slug, &document, &etag).await {
        Ok(found) if found.is_empty() => {
            keep(&signed_in, &slug, &document, &etag, request_id).await
        }
        Ok(found) => return Ok(again(&typed, problems(found))),
        Err(error) => Err(error),
    };
    match outcome {
        Ok(()) => {
            signed_in
                .browser
                .say_done("The draft is saved. It changes nothing until it is approved.");
            Ok(to(&slug))
        }
        Err(error) if error.reason() == Some(ErrorReason::EtagMismatch) => {
            let stored = draft(&signed_in, &slug).await?;
            Ok(stale(&stored, &typed))
        }
        Err(error) => Err(error.into()),
    }
}

/// The server's words at the settings that they are about.
fn problems(faults: Vec<v1::ProgrammeViolation>) -> Vec<(String, String)> {
    faults
        .into_iter()
        .map(|fault| match fault.key.strip_prefix("settings.") {
            Some(key) => (key.to_owned(), fault.description),
            None => (
                String::new(),
                format!("{}: {}", fault.key, fault.description),
            ),
        })
        .collect()
}

impl Page {
    /// What is said of a field at the top names it: `must be 7 to 60` alone says little there.
    fn summary(&self) -> Vec<(&str, String)> {
        let fields: HashMap<&str, &str> = self
            .topics
            .iter()
            .flat_map(|topic| &topic.fields)
            .map(|field| (field.key.as_str(), field.name.as_str()))
            .collect();
        self.problems
            .iter()
            .map(|(key, text)| match fields.get(key.as_str()) {
                Some(name) => (key.as_str(), format!("{name}: {text}")),
                None => ("", text.clone()),
            })
            .collect()
    }
}

#[cfg(test)]
fn sample_settings() -> Vec<v1::ProgrammeSetting> {
    let setting = |key: &str, topic: &str, kind: SettingKind| v1::ProgrammeSetting {
        key: key.into(),
        topic: topic.into(),
        display_name: "Days <b>Byron</b>".into(),
        meaning: "Full days <b>Byron</b>".into(),
        paragraph: "25".into(),
        unit: "days".into(),
        kind: kind.into(),
        value: 7.0,
        default_value: 7.0,
        minimum: 7.0,
        maximum: 60.0,
        ..Default::default()
    };
    vec![
        setting("plan_agreed_days", "The visit", SettingKind::Whole),
        setting("below_points", "Results", SettingKind::Decimal),
        setting("report_to_advisers", "The report", SettingKind::Switch),
        v1::ProgrammeSetting {
            implied: true,
            ..setting("draft_days", "The report", SettingKind::Whole)
        },
    ]
}

#[cfg(test)]
impl crate::pages::Sample for Page {
    fn samples() -> Vec<Self> {
        let page = |typed: &Typed, problems: Vec<(String, String)>, stale| Self {
            layout: Layout::sample(),
            hidden: Hidden::sample(),
            draft: Draft::sample("users/1"),
            etag: "etag".into(),
            stale,
            topics: topics(&sample_settings(), typed, &problems, stale),
            problems,
        };
        let typed: Typed = [("plan_agreed_days".to_owned(), "\"ash\"".to_owned())].into();
        let problem = |key: &str| (key.to_owned(), "must be 7 to 60".to_owned());
        vec![
            page(&Typed::new(), Vec::new(), false),
            page(
                &typed,
                vec![
                    problem("plan_agreed_days"),
                    problem("report_to_advisers"),
                    problem(""),
                ],
                false,
            ),
            page(&typed, Vec::new(), true),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_sample_renders() {
        crate::tests::html::check_samples::<Page>();
    }

    #[test]
    fn a_number_that_somebody_else_changed_meanwhile_stands_beside_the_typed_one() {
        let typed: Typed = [("plan_agreed_days".to_owned(), "9".to_owned())].into();
        let topics = topics(&sample_settings(), &typed, &[], true);
        let fields: Vec<_> = topics.iter().flat_map(|topic| &topic.fields).collect();
        assert_eq!(fields[0].value, "9");
        assert_eq!(fields[0].theirs.as_deref(), Some("7"));
        assert_eq!(fields[1].theirs, None);
        // Left out of the document: the form shows nothing, and says what then stands.
        assert_eq!(fields[3].value, "");
        assert!(fields[3].hint.ends_with("Left empty, it is 7."));
    }

    #[test]
    fn faults_come_to_the_fields_they_are_about() {
        let fault = |key: &str| v1::ProgrammeViolation {
            key: key.into(),
            description: "must be 7 to 60".into(),
            ..Default::default()
        };
        let found = problems(vec![fault("settings.plan_agreed_days"), fault("title")]);
        assert_eq!(found[0].0, "plan_agreed_days");
        assert_eq!(found[1], (String::new(), "title: must be 7 to 60".into()));
    }
}
