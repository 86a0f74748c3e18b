//! From a document to a programme, and from one year's document to the next.

use toml::de::{DeTable, DeValue};

use super::reader::{Faults, Fields, Violation};
use super::settings::{DEFINITIONS, Definition, Settings, Value};
use super::{
    Activity, Answer, Condition, Criterion, EnquiryArea, Focus, Group, MAX_BYTES, Programme,
    Prompt, Reach, Section, Signal, Strand, rules,
};
use crate::figure::PupilGroup;
use crate::year::AcademicYear;

/// Reads a document.
///
/// # Errors
/// Every rule that it breaks, in the order of the document. A document that is not TOML is told
/// so alone, because nothing else can be said about it.
pub fn parse(document: &str) -> Result<Programme, Vec<Violation>> {
    let mut faults = Faults::new(document);
    if document.len() > MAX_BYTES {
        faults.add("", format!("is larger than {MAX_BYTES} bytes"));
        return Err(faults.into_violations());
    }
    let (table, errors) = DeTable::parse_recoverable(document);
    for error in &errors {
        let offset = error.span().map_or(0, |span| span.start);
        faults.add_at(offset, "", format!("is not TOML here: {}", error.message()));
    }
    let programme = if errors.is_empty() {
        programme(&mut faults, table.get_ref())
    } else {
        None
    };
    let violations = faults.into_violations();
    match programme {
        Some(programme) if violations.is_empty() => Ok(programme),
        _ => Err(violations),
    }
}

/// A document with another academic year, and otherwise the same to the byte, comments included.
/// `None` where the document can't be read.
pub fn for_year(document: &str, year: AcademicYear) -> Option<String> {
    let table = DeTable::parse(document).ok()?;
    let span = table.get_ref().get("year")?.span();
    let (before, after) = (document.get(..span.start)?, document.get(span.end..)?);
    Some(format!("{before}\"{year}\"{after}"))
}

fn programme(faults: &mut Faults<'_>, table: &DeTable<'_>) -> Option<Programme> {
    let mut root = Fields::root(table);
    let written = root.text(faults, "year");
    let year = written.parse::<AcademicYear>();
    if let (Err(error), false) = (&year, written.is_empty()) {
        faults.add("year", error.to_string());
    }
    let title = root.text(faults, "title");

    let mut statement = root.table(faults, "statement");
    let vision = statement.texts(faults, "vision");
    let principles = statement.texts(faults, "principles");
    let relationship = statement.texts(faults, "relationship");
    let purposes = statement.texts(faults, "purposes");
    statement.end(faults);

    let mut fields = root.table(faults, "focus");
    let focus = Focus {
        question: fields.text(faults, "question"),
        explanation: fields.text(faults, "explanation"),
        follow_up: fields.text(faults, "follow_up"),
        paragraph: fields.text(faults, "paragraph"),
    };
    fields.end(faults);

    let enquiry_areas = root.list(faults, "enquiry_areas", enquiry_area);
    let criteria = root.list(faults, "criteria", criterion);
    let activities = root.list(faults, "activities", activity);
    let sections = root.list(faults, "sections", section);
    let groups = root.list(faults, "groups", group);
    let fields = root.table(faults, "settings");
    let (settings, implied) = settings(faults, &fields);
    root.end(faults);

    let programme = Programme {
        year: year.ok()?,
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
    };
    rules::check(faults, &programme);
    Some(programme)
}

/// The word of an item in evidence, plans and reports.
fn id(faults: &mut Faults<'_>, fields: &mut Fields<'_>) -> String {
    let id = fields.text(faults, "id");
    let kebab = id.starts_with(|c: char| c.is_ascii_lowercase())
        && id.len() <= 40
        && id
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
    if !kebab && !id.is_empty() {
        faults.add(
            &fields.key("id"),
            "must be lower-case letters, digits and hyphens, beginning with a letter, at most 40",
        );
    }
    id
}

fn enquiry_area(faults: &mut Faults<'_>, fields: &mut Fields<'_>) -> EnquiryArea {
    EnquiryArea {
        id: id(faults, fields),
        title: fields.text(faults, "title"),
        text: fields.text(faults, "text"),
    }
}

fn criterion(faults: &mut Faults<'_>, fields: &mut Fields<'_>) -> Criterion {
    let letter = fields.text(faults, "letter");
    let mut letters = letter.chars();
    let letter = match (letters.next(), letters.next()) {
        (Some(letter), None) if letter.is_ascii_lowercase() => letter,
        (None, _) => ' ',
        (Some(_), _) => {
            faults.add(&fields.key("letter"), "must be one letter from a to z");
            ' '
        }
    };
    let reach = fields.word(
        faults,
        "data",
        Reach::parse,
        &words(Reach::ALL, Reach::as_str),
    );
    let signals = words(Signal::ALL, Signal::as_str);
    let signal = fields.optional_word(faults, "signal", Signal::parse, &signals);
    Criterion {
        letter,
        title: fields.text(faults, "title"),
        text: fields.text(faults, "text"),
        reach: reach.unwrap_or(Reach::Never),
        signal,
        restricted: fields.switch(faults, "restricted"),
    }
}

fn activity(faults: &mut Faults<'_>, fields: &mut Fields<'_>) -> Activity {
    Activity {
        id: id(faults, fields),
        title: fields.text(faults, "title"),
        text: fields.text(faults, "text"),
        fallback: fields.optional_text(faults, "fallback"),
        paragraph: fields.text(faults, "paragraph"),
        prompts: fields.list(faults, "prompts", prompt),
    }
}

fn prompt(faults: &mut Faults<'_>, fields: &mut Fields<'_>) -> Prompt {
    let conditions = words(Condition::ALL, Condition::as_str);
    Prompt {
        id: id(faults, fields),
        text: fields.text(faults, "text"),
        only_if: fields.optional_word(faults, "only_if", Condition::parse, &conditions),
    }
}

fn section(faults: &mut Faults<'_>, fields: &mut Fields<'_>) -> Section {
    Section {
        id: id(faults, fields),
        title: fields.text(faults, "title"),
        text: fields.text(faults, "text"),
        strands: fields.optional_list(faults, "strands", strand),
    }
}

fn strand(faults: &mut Faults<'_>, fields: &mut Fields<'_>) -> Strand {
    let answers = words(Answer::ALL, Answer::as_str);
    Strand {
        id: id(faults, fields),
        title: fields.text(faults, "title"),
        text: fields.text(faults, "text"),
        may_say: fields.optional_word(faults, "may_say", Answer::parse, &answers),
    }
}

fn group(faults: &mut Faults<'_>, fields: &mut Fields<'_>) -> Group {
    let known = words(PupilGroup::ALL, PupilGroup::as_str);
    Group {
        id: id(faults, fields),
        title: fields.text(faults, "title"),
        text: fields.text(faults, "text"),
        figures: fields.optional_word(faults, "figures", PupilGroup::parse, &known),
    }
}

fn settings(faults: &mut Faults<'_>, fields: &Fields<'_>) -> (Settings, Vec<&'static str>) {
    let mut settings = Settings::default();
    let mut given = Vec::new();
    for (name, written) in fields.each(faults) {
        let key = fields.key(&name);
        let Some(definition) = Definition::of(&name) else {
            faults.add(&key, unknown_setting(&name));
            continue;
        };
        given.push(definition.key);
        let set = value(written.get_ref()).is_some_and(|value| settings.set(definition, value));
        if !set {
            let paragraph = match definition.paragraph {
                "" => String::new(),
                paragraph => format!(", ¶{paragraph}"),
            };
            let allowed = definition.allowed();
            let label = definition.label;
            faults.add(&key, format!("must be {allowed} ({label}{paragraph})"));
        }
    }
    let implied = DEFINITIONS.iter().map(|definition| definition.key);
    let implied = implied.filter(|key| !given.contains(key)).collect();
    (settings, implied)
}

fn value(written: &DeValue<'_>) -> Option<Value> {
    match written {
        DeValue::Integer(number) => {
            let digits = number.as_str().replace('_', "");
            u32::from_str_radix(&digits, number.radix())
                .ok()
                .map(Value::Whole)
        }
        DeValue::Float(number) => {
            let digits = number.as_str().replace('_', "");
            digits.parse().ok().map(Value::Decimal)
        }
        DeValue::Boolean(on) => Some(Value::Switch(*on)),
        DeValue::String(_) | DeValue::Datetime(_) | DeValue::Array(_) | DeValue::Table(_) => None,
    }
}

/// An unknown setting, with those that share most of its name.
fn unknown_setting(name: &str) -> String {
    let shared = |key: &str| -> usize {
        let parts = name.split('_').filter(|part| part.len() > 3);
        parts.filter(|part| key.contains(part)).map(str::len).sum()
    };
    let keys = || DEFINITIONS.iter().map(|definition| definition.key);
    let most = keys().map(shared).max().unwrap_or(0);
    if most == 0 {
        return "is no setting; `llpr programme show` lists them all".to_owned();
    }
    let near: Vec<&str> = keys().filter(|key| shared(key) == most).take(3).collect();
    format!("is no setting; did you mean {}?", near.join(" or "))
}

fn words<T: Copy>(all: &[T], word: fn(T) -> &'static str) -> String {
    all.iter()
        .map(|&one| word(one))
        .collect::<Vec<_>>()
        .join(", ")
}
