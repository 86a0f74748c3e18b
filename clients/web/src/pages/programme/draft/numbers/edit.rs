//! Numbers put into a document, which otherwise stays as it is, comments and all.

use llpr_client::v1;
use llpr_client::v1::SettingKind;
use toml_edit::{DocumentMut, Item, Table, Value};

use super::{Typed, stands};

/// The document with each typed value that differs from what stands. What is left empty is taken
/// out of the document.
///
/// # Errors
/// What was typed and is no number, by setting.
pub(super) fn applied(
    document: &str,
    settings: &[v1::ProgrammeSetting],
    typed: &Typed,
) -> Result<String, Vec<(String, String)>> {
    let mut problems = Vec::new();
    let mut document: DocumentMut = document.parse().map_err(|_| {
        let text = "The document can't be read: mend it as a whole first".to_owned();
        vec![(String::new(), text)]
    })?;
    let table = document
        .entry("settings")
        .or_insert_with(|| Item::Table(Table::new()))
        .as_table_like_mut();
    let Some(table) = table else {
        let text = "The document's settings are no table: mend it as a whole first".to_owned();
        return Err(vec![(String::new(), text)]);
    };
    for setting in settings {
        let key = setting.key.as_str();
        let Some(text) = typed.get(key).filter(|text| **text != stands(setting)) else {
            continue;
        };
        if text.is_empty() {
            table.remove(key);
            continue;
        }
        let Some(mut value) = read(setting.kind(), text) else {
            problems.push((key.to_owned(), expected(setting.kind()).to_owned()));
            continue;
        };
        match table.get_mut(key) {
            Some(Item::Value(standing)) => {
                *value.decor_mut() = standing.decor().clone();
                *standing = value;
            }
            Some(_) | None => {
                table.insert(key, Item::Value(value));
            }
        }
    }
    if problems.is_empty() {
        Ok(document.to_string())
    } else {
        Err(problems)
    }
}

/// A value as it was typed, so that `0.0085` stays `0.0085`.
fn read(kind: SettingKind, text: &str) -> Option<Value> {
    match (kind, text) {
        (SettingKind::Switch, "yes") => Some(true.into()),
        (SettingKind::Switch, "no") => Some(false.into()),
        (SettingKind::Switch, _) => None,
        (SettingKind::Whole, digits) => digits.parse::<i64>().ok().map(Value::from),
        (SettingKind::Decimal | SettingKind::Unspecified, number) => {
            let plain = number
                .bytes()
                .all(|byte| byte.is_ascii_digit() || byte == b'.' || byte == b'-');
            plain.then(|| number.parse().ok()).flatten()
        }
    }
}

fn expected(kind: SettingKind) -> &'static str {
    match kind {
        SettingKind::Switch => "choose yes or no",
        SettingKind::Whole => "enter a whole number, such as 7",
        SettingKind::Decimal | SettingKind::Unspecified => "enter a number, such as 5 or 0.5",
    }
}

#[cfg(test)]
mod tests {
    use super::super::sample_settings;
    use super::*;

    const DOCUMENT: &str = "# Who wrote this\ntitle = \"Review\"\n\n[settings]\n\
        plan_agreed_days = 7             # the programme says a week\n\
        below_points = 7.0\nreport_to_advisers = true # who\n";

    fn typed(pairs: &[(&str, &str)]) -> Typed {
        pairs
            .iter()
            .map(|&(key, value)| (key.to_owned(), value.to_owned()))
            .collect()
    }

    #[test]
    fn only_the_numbers_that_differ_are_written_and_every_comment_stays() {
        let settings = sample_settings();
        let same = typed(&[("plan_agreed_days", "7"), ("below_points", "7")]);
        assert_eq!(applied(DOCUMENT, &settings, &same).unwrap(), DOCUMENT);

        let other = typed(&[
            ("plan_agreed_days", "10"),
            ("below_points", "0.0085"),
            ("report_to_advisers", "no"),
            ("draft_days", "14"),
            ("unknown", "1"),
        ]);
        assert_eq!(
            applied(DOCUMENT, &settings, &other).unwrap(),
            "# Who wrote this\ntitle = \"Review\"\n\n[settings]\n\
             plan_agreed_days = 10             # the programme says a week\n\
             below_points = 0.0085\nreport_to_advisers = false # who\ndraft_days = 14\n"
        );
    }

    #[test]
    fn what_is_left_empty_is_taken_out() {
        let document = applied(
            DOCUMENT,
            &sample_settings(),
            &typed(&[("below_points", ""), ("draft_days", "")]),
        );
        let document = document.unwrap();
        assert!(!document.contains("below_points") && !document.contains("draft_days"));
        assert!(document.contains("# the programme says a week"));
    }

    #[test]
    fn what_is_no_number_is_named() {
        for wrong in ["7,5", "seven", "7.5", "0x10", "1e3", "--1"] {
            let found = applied(
                DOCUMENT,
                &sample_settings(),
                &typed(&[("plan_agreed_days", wrong)]),
            );
            assert_eq!(found.unwrap_err()[0].0, "plan_agreed_days", "{wrong}");
        }
        for wrong in ["five", "1e3", "1\n2", "\"1\"", "-"] {
            let found = applied(
                DOCUMENT,
                &sample_settings(),
                &typed(&[("below_points", wrong)]),
            );
            assert!(found.is_err(), "{wrong}");
        }
        let broken = applied("= 1", &[], &Typed::new()).unwrap_err();
        assert_eq!(broken[0].0, "");
    }

    #[test]
    fn a_document_without_settings_gets_some() {
        let document = applied(
            "title = \"x\"\n",
            &sample_settings(),
            &typed(&[("draft_days", "9")]),
        );
        assert_eq!(
            document.unwrap(),
            "title = \"x\"\n\n[settings]\ndraft_days = 9\n"
        );
    }
}
