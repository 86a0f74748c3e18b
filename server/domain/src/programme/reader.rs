//! Reads a document field by field and keeps every fault with its place, so that people mend them
//! all at once.

use std::collections::BTreeMap;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// A rule that a document breaks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// Line of the document, from 1.
    pub line: usize,
    /// What breaks the rule, such as `criteria[3].letter`, counted from 1; empty where the
    /// document as a whole can't be read.
    pub key: String,
    /// What is wrong and what would be right.
    pub message: String,
}

/// Longest text of a field in characters.
const LONGEST: usize = 1_000;
/// Most items of a list.
const MOST_ITEMS: usize = 60;

/// The faults of a document so far.
pub(super) struct Faults<'a> {
    text: &'a str,
    /// Where each key stands, as a byte offset.
    places: BTreeMap<String, usize>,
    found: Vec<(usize, String, String)>,
}

impl<'a> Faults<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self {
            text,
            places: BTreeMap::new(),
            found: Vec::new(),
        }
    }

    /// Keeps a fault of a key; one that is not there is told at the table that lacks it.
    pub(super) fn add(&mut self, key: &str, message: impl Into<String>) {
        let mut place = key;
        let offset = loop {
            if let Some(&offset) = self.places.get(place) {
                break offset;
            }
            match place.rfind(['.', '[']) {
                Some(end) => place = place.get(..end).unwrap_or_default(),
                None => break 0,
            }
        };
        self.add_at(offset, key, message);
    }

    pub(super) fn add_at(&mut self, offset: usize, key: &str, message: impl Into<String>) {
        self.found.push((offset, key.to_owned(), message.into()));
    }

    fn seen(&mut self, key: &str, offset: usize) {
        self.places.insert(key.to_owned(), offset);
    }

    /// All faults in the order of the document.
    pub(super) fn into_violations(mut self) -> Vec<Violation> {
        self.found.sort_by_key(|(offset, _, _)| *offset);
        let line = |offset: usize| {
            let before = self.text.as_bytes().iter().take(offset);
            before.filter(|&&byte| byte == b'\n').count() + 1
        };
        self.found
            .into_iter()
            .map(|(offset, key, message)| Violation {
                line: line(offset),
                key,
                message,
            })
            .collect()
    }
}

/// A table of the document whose fields are being read.
pub(super) struct Fields<'a> {
    path: String,
    table: Option<&'a DeTable<'a>>,
    read: Vec<&'static str>,
}

impl<'a> Fields<'a> {
    /// The document itself.
    pub(super) fn root(table: &'a DeTable<'a>) -> Self {
        Self {
            path: String::new(),
            table: Some(table),
            read: Vec::new(),
        }
    }

    /// The dotted key of a field.
    pub(super) fn key(&self, name: &str) -> String {
        if self.path.is_empty() {
            name.to_owned()
        } else {
            format!("{}.{name}", self.path)
        }
    }

    fn get(
        &mut self,
        faults: &mut Faults<'_>,
        name: &'static str,
    ) -> Option<&'a Spanned<DeValue<'a>>> {
        self.read.push(name);
        let (key, value) = self.table?.get_key_value(name)?;
        faults.seen(&self.key(name), key.span().start);
        Some(value)
    }

    fn required(
        &mut self,
        faults: &mut Faults<'_>,
        name: &'static str,
    ) -> Option<&'a Spanned<DeValue<'a>>> {
        let value = self.get(faults, name);
        // Where the table itself is missing, that has been told.
        if value.is_none() && self.table.is_some() {
            faults.add(&self.key(name), "is missing");
        }
        value
    }

    /// A text that must be there.
    pub(super) fn text(&mut self, faults: &mut Faults<'_>, name: &'static str) -> String {
        match self.required(faults, name) {
            Some(value) => text(faults, &self.key(name), value.get_ref()),
            None => String::new(),
        }
    }

    /// A text that may be left out.
    pub(super) fn optional_text(
        &mut self,
        faults: &mut Faults<'_>,
        name: &'static str,
    ) -> Option<String> {
        let value = self.get(faults, name)?;
        Some(text(faults, &self.key(name), value.get_ref()))
    }

    /// A text that is one of several words; `None` where it is not, which is told.
    pub(super) fn word<T>(
        &mut self,
        faults: &mut Faults<'_>,
        name: &'static str,
        parse: fn(&str) -> Option<T>,
        known: &str,
    ) -> Option<T> {
        let value = self.required(faults, name)?;
        let key = self.key(name);
        word(faults, &key, value.get_ref(), parse, known)
    }

    /// As [`Fields::word`], for a field that may be left out.
    pub(super) fn optional_word<T>(
        &mut self,
        faults: &mut Faults<'_>,
        name: &'static str,
        parse: fn(&str) -> Option<T>,
        known: &str,
    ) -> Option<T> {
        let value = self.get(faults, name)?;
        let key = self.key(name);
        word(faults, &key, value.get_ref(), parse, known)
    }

    /// A `true` or `false` that must be there.
    pub(super) fn switch(&mut self, faults: &mut Faults<'_>, name: &'static str) -> bool {
        let Some(value) = self.required(faults, name) else {
            return false;
        };
        value.get_ref().as_bool().unwrap_or_else(|| {
            faults.add(&self.key(name), "must be true or false, without quotes");
            false
        })
    }

    /// A list of texts that must be there and hold at least one.
    pub(super) fn texts(&mut self, faults: &mut Faults<'_>, name: &'static str) -> Vec<String> {
        let items = self.items(faults, name);
        items
            .into_iter()
            .map(|(key, value)| text(faults, &key, value.get_ref()))
            .collect()
    }

    /// A table that must be there.
    pub(super) fn table(&mut self, faults: &mut Faults<'_>, name: &'static str) -> Self {
        let value = self.required(faults, name);
        let path = self.key(name);
        let table = value.and_then(|value| {
            let table = value.get_ref().as_table();
            if table.is_none() {
                faults.add(&path, format!("must be a table: write [{path}]"));
            }
            table
        });
        Self {
            path,
            table,
            read: Vec::new(),
        }
    }

    /// A list of tables that must be there and hold at least one, each read to its end.
    pub(super) fn list<T>(
        &mut self,
        faults: &mut Faults<'_>,
        name: &'static str,
        read: fn(&mut Faults<'_>, &mut Self) -> T,
    ) -> Vec<T> {
        let mut list = Vec::new();
        for (path, value) in self.items(faults, name) {
            let table = value.get_ref().as_table();
            if table.is_none() {
                faults.add(&path, "must be a table of named fields");
            }
            let mut fields = Self {
                path,
                table,
                read: Vec::new(),
            };
            list.push(read(faults, &mut fields));
            fields.end(faults);
        }
        list
    }

    /// As [`Fields::list`], for a list that may be left out.
    pub(super) fn optional_list<T>(
        &mut self,
        faults: &mut Faults<'_>,
        name: &'static str,
        read: fn(&mut Faults<'_>, &mut Self) -> T,
    ) -> Vec<T> {
        if self.table.is_some_and(|table| table.contains_key(name)) {
            self.list(faults, name, read)
        } else {
            self.read.push(name);
            Vec::new()
        }
    }

    fn items(
        &mut self,
        faults: &mut Faults<'_>,
        name: &'static str,
    ) -> Vec<(String, &'a Spanned<DeValue<'a>>)> {
        let Some(value) = self.required(faults, name) else {
            return Vec::new();
        };
        let key = self.key(name);
        let Some(array) = value.get_ref().as_array() else {
            faults.add(&key, "must be a list");
            return Vec::new();
        };
        if array.is_empty() {
            faults.add(&key, "is empty");
        }
        if array.len() > MOST_ITEMS {
            faults.add(&key, format!("has more than {MOST_ITEMS} items"));
        }
        let mut items = Vec::new();
        for (index, value) in array.iter().take(MOST_ITEMS).enumerate() {
            let path = format!("{key}[{}]", index + 1);
            faults.seen(&path, value.span().start);
            items.push((path, value));
        }
        items
    }

    /// Every field of the table by name, for a table whose names are not fixed here.
    pub(super) fn each(&self, faults: &mut Faults<'_>) -> Vec<(String, &'a Spanned<DeValue<'a>>)> {
        let mut fields = Vec::new();
        for (key, value) in self.table.into_iter().flatten() {
            faults.seen(&self.key(key.get_ref()), key.span().start);
            fields.push((key.get_ref().to_string(), value));
        }
        fields
    }

    /// Tells of every field that nobody asked for.
    pub(super) fn end(self, faults: &mut Faults<'_>) {
        for key in self.table.into_iter().flat_map(DeTable::keys) {
            let name = key.get_ref().as_ref();
            if !self.read.contains(&name) {
                let known = self.read.join(", ");
                let path = self.key(name);
                faults.add_at(
                    key.span().start,
                    &path,
                    format!("is not known here; what may stand here is {known}"),
                );
            }
        }
    }
}

/// A paragraph: whitespace of any kind is one space, so that a text may run over several lines.
fn text(faults: &mut Faults<'_>, key: &str, value: &DeValue<'_>) -> String {
    let Some(text) = value.as_str() else {
        faults.add(key, "must be a text in quotes");
        return String::new();
    };
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if text.is_empty() {
        faults.add(key, "is empty");
    } else if text.chars().count() > LONGEST {
        faults.add(key, format!("is longer than {LONGEST} characters"));
    } else if text.chars().any(unseen) {
        faults.add(
            key,
            "holds characters that can't be seen, such as control or direction marks",
        );
    }
    text
}

/// Control characters, and marks that change the direction of what is read.
fn unseen(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

fn word<T>(
    faults: &mut Faults<'_>,
    key: &str,
    value: &DeValue<'_>,
    parse: fn(&str) -> Option<T>,
    known: &str,
) -> Option<T> {
    let word = value.as_str().and_then(parse);
    if word.is_none() {
        faults.add(key, format!("must be one of {known}"));
    }
    word
}
