//! What data suggested and suggests no more: a later release may clear a suggestion or change what
//! stands behind it, and what it was stays readable (¶12).
//!
//! Suggestions are worked out when they are read. What can change them (an import, its revert, an
//! approved programme, a link between schools) says so with [`may_differ`], and the server notes in
//! its own time, for every school of the open year, what differs from what it noted last.

use std::collections::{BTreeMap, BTreeSet};

use llpr_domain::access::Node;
use llpr_domain::programme::Programme;
use llpr_domain::year::AcademicYear;
use sea_orm::{ConnectionTrait, FromQueryResult};

use super::exhibit::{Exhibit, fingerprint};
use super::open_year;
use super::sources::{Picture, Pictures, SubjectRow, pictures};
use super::suggestions::{SchoolKey, every_school, raised, subjects};
use crate::access::{Access, System};
use crate::engine::Store;
use crate::error::StoreError;
use crate::figures::numbers;
use crate::page::Page;
use crate::write::Tx;
use crate::{programme, sql};

/// How many schools are looked at in one turn.
const TURN: u64 = 200;

/// What data suggested once.
#[derive(Clone, Debug, PartialEq)]
pub struct Earlier {
    /// The criterion's letter.
    pub letter: char,
    /// The criterion in a few words.
    pub title: String,
    /// What stood behind it.
    pub exhibits: Vec<Exhibit>,
    /// When that was first noted, in microseconds since 1970.
    pub noted_at: i64,
    /// When it was noted that this no longer stood, in microseconds since 1970.
    pub ended_at: i64,
    /// Whether nothing came after it: data suggested the criterion no more.
    pub cleared: bool,
}

/// The last note of a criterion of a school.
struct Last {
    number: i32,
    exhibits: Vec<Exhibit>,
}

/// A note to keep.
struct Note {
    urn: i32,
    letter: char,
    number: i32,
    basis: String,
}

#[derive(FromQueryResult)]
struct NoteRow {
    urn: i32,
    letter: String,
    number: i32,
    basis: String,
    noted_at: i64,
}

/// Says that suggestions may be others after this transaction.
pub(crate) async fn may_differ(tx: &Tx) -> Result<(), StoreError> {
    const MOVE: &str = "UPDATE counters SET value = value + 1 WHERE name = 'suggestions'";
    sql::execute(&tx.connection, MOVE, vec![]).await?;
    Ok(())
}

impl Store {
    /// Up to which change suggestions are to be noted; `None` where all is noted. Ask before
    /// anything is read: what changes from then on is for the next time.
    ///
    /// # Errors
    /// Where the database can't be read.
    pub async fn suggestions_to_note(
        &self,
        _access: &Access<System>,
    ) -> Result<Option<i64>, StoreError> {
        let now = self.counter("suggestions").await?;
        let noted = self.counter("suggestions noted").await?;
        Ok((now != noted).then_some(now))
    }

    async fn counter(&self, name: &'static str) -> Result<i64, StoreError> {
        const VALUE: &str = "SELECT value FROM counters WHERE name = $1";
        Ok(sql::number(self.reads(), VALUE, vec![name.into()]).await?)
    }

    /// Notes what data suggests of some schools of the open year, from a place in the county's list
    /// on, where that differs from what was noted last. How many notes were made, and where the
    /// next schools begin. What was noted is not noted twice.
    ///
    /// # Errors
    /// Where the database can't be read or written.
    pub async fn note_suggestions(
        &self,
        access: &Access<System>,
        now: i64,
        after: Option<SchoolKey>,
    ) -> Result<(u64, Option<SchoolKey>), StoreError> {
        let today = access.today();
        let year = open_year(self.reads(), today).await?;
        let (_, programme) = programme::in_force(self.reads(), year).await?;
        let page = Page { after, size: TURN };
        let found = subjects(self.reads(), &Node::County, today, &page, every_school()).await?;
        let last = last(self.reads(), &found.items, year).await?;
        let pictures = pictures(self.reads(), found.items, &programme, year, today).await?;
        let notes = differing(&pictures, &programme, last)?;
        let made = self.keep_notes(access, now, year, notes).await?;
        Ok((made, found.next))
    }

    /// Remembers that all is noted up to a change.
    ///
    /// # Errors
    /// Where the database can't be written.
    pub async fn suggestions_noted(
        &self,
        access: &Access<System>,
        now: i64,
        up_to: i64,
    ) -> Result<(), StoreError> {
        self.transaction(access, now, async move |tx| {
            const NOTED: &str = "UPDATE counters SET value = $1 WHERE name = 'suggestions noted'";
            sql::execute(&tx.connection, NOTED, vec![up_to.into()]).await?;
            Ok(())
        })
        .await
    }

    async fn keep_notes(
        &self,
        access: &Access<System>,
        now: i64,
        year: AcademicYear,
        notes: Vec<Note>,
    ) -> Result<u64, StoreError> {
        if notes.is_empty() {
            return Ok(0);
        }
        self.transaction(access, now, async move |tx| {
            const COLUMNS: usize = 6;
            let rows: Vec<String> = (0..notes.len())
                .map(|row| {
                    let places = (1..=COLUMNS).map(|place| format!("${}", row * COLUMNS + place));
                    format!("({})", places.collect::<Vec<_>>().join(", "))
                })
                .collect();
            // Two servers that note at once find the same.
            let insert = format!(
                "INSERT INTO suggestion_notes (urn, year, letter, number, basis, noted_at)
                VALUES {} ON CONFLICT DO NOTHING",
                rows.join(", ")
            );
            let values = notes.into_iter().flat_map(|note| {
                [
                    note.urn.into(),
                    i32::from(year.start()).into(),
                    note.letter.to_string().into(),
                    note.number.into(),
                    note.basis.into(),
                    tx.now.into(),
                ]
            });
            let done = sql::execute(&tx.connection, &insert, values.collect()).await?;
            Ok(done.rows_affected())
        })
        .await
    }
}

/// Where what data suggests of schools differs from the last notes.
fn differing(
    found: &Pictures,
    programme: &Programme,
    mut last: BTreeMap<i32, BTreeMap<char, Last>>,
) -> Result<Vec<Note>, StoreError> {
    let mut notes = Vec::new();
    for picture in &found.schools {
        let Picture { subject, .. } = picture;
        let mut raised = raised(picture, &found.benchmarks, programme);
        let mut last = last.remove(&subject.urn).unwrap_or_default();
        let letters: BTreeSet<char> = raised.keys().chain(last.keys()).copied().collect();
        for letter in letters {
            let (_, exhibits) = raised.remove(&letter).unwrap_or_default();
            let (number, same) = last
                .remove(&letter)
                .map_or((0, exhibits.is_empty()), |last| {
                    let same = fingerprint(&last.exhibits) == fingerprint(&exhibits);
                    (last.number, same)
                });
            if !same {
                let basis = serde_json::to_string(&exhibits)
                    .map_err(|error| StoreError::Corrupt(error.to_string()))?;
                notes.push(Note {
                    urn: subject.urn,
                    letter,
                    number: number + 1,
                    basis,
                });
            }
        }
    }
    Ok(notes)
}

async fn notes(
    connection: &impl ConnectionTrait,
    subjects: &[SubjectRow],
    year: AcademicYear,
    which: &str,
) -> Result<Vec<NoteRow>, StoreError> {
    if subjects.is_empty() {
        return Ok(Vec::new());
    }
    let query = format!(
        "SELECT n.urn AS urn, n.letter AS letter, n.number AS number, n.basis AS basis,
            n.noted_at AS noted_at
        FROM suggestion_notes n WHERE n.year = $1 AND n.urn IN ({}){which}
        ORDER BY n.urn, n.letter, n.number",
        numbers(subjects.iter().map(|subject| subject.urn))
    );
    let values = vec![i32::from(year.start()).into()];
    Ok(sql::all(connection, &query, values).await?)
}

async fn last(
    connection: &impl ConnectionTrait,
    subjects: &[SubjectRow],
    year: AcademicYear,
) -> Result<BTreeMap<i32, BTreeMap<char, Last>>, StoreError> {
    const LAST: &str = " AND NOT EXISTS (SELECT 1 FROM suggestion_notes l WHERE l.urn = n.urn
        AND l.year = n.year AND l.letter = n.letter AND l.number > n.number)";
    let mut found: BTreeMap<i32, BTreeMap<char, Last>> = BTreeMap::new();
    for row in notes(connection, subjects, year, LAST).await? {
        let last = Last {
            number: row.number,
            exhibits: row.exhibits()?,
        };
        found.entry(row.urn).or_default().insert(row.letter(), last);
    }
    Ok(found)
}

/// What data suggested of schools before, by school; each school's by letter, the last first.
pub(super) async fn earlier(
    connection: &impl ConnectionTrait,
    subjects: &[SubjectRow],
    programme: &Programme,
    year: AcademicYear,
) -> Result<BTreeMap<i32, Vec<Earlier>>, StoreError> {
    let mut found: BTreeMap<i32, Vec<Earlier>> = BTreeMap::new();
    let rows = notes(connection, subjects, year, "").await?;
    for pair in rows.windows(2).rev() {
        let [before, after] = pair else { continue };
        let exhibits = before.exhibits()?;
        let goes_on = (before.urn, &before.letter) == (after.urn, &after.letter);
        if !goes_on || exhibits.is_empty() {
            continue;
        }
        let letter = before.letter();
        let criterion = programme.criteria.iter().find(|one| one.letter == letter);
        found.entry(before.urn).or_default().push(Earlier {
            letter,
            title: criterion.map_or(String::new(), |one| one.title.clone()),
            exhibits,
            noted_at: before.noted_at,
            ended_at: after.noted_at,
            cleared: after.exhibits()?.is_empty(),
        });
    }
    for all in found.values_mut() {
        all.sort_by_key(|one| (one.letter, std::cmp::Reverse(one.ended_at)));
    }
    Ok(found)
}

impl NoteRow {
    fn letter(&self) -> char {
        self.letter.chars().next().unwrap_or_default()
    }

    fn exhibits(&self) -> Result<Vec<Exhibit>, StoreError> {
        serde_json::from_str(&self.basis)
            .map_err(|_| StoreError::Corrupt(format!("note about {}", self.urn)))
    }
}
