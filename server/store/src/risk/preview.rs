//! What a draft's numbers would do to the county's suggestions: counts for each district, worked out
//! page by page, and nothing that tells of a school.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use llpr_domain::access::Node;
use llpr_domain::programme::Programme;
use llpr_domain::risk::preview::{Tally, Told, told};
use sea_orm::FromQueryResult;

use super::sources::{Sources, sources};
use super::suggestions::{every_school, subjects};
use crate::access::{Access, County};
use crate::engine::Store;
use crate::error::StoreError;
use crate::page::Page;
use crate::sql;

/// How many schools are looked at in one turn.
const TURN: u64 = 500;

/// What a draft would do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Preview {
    /// The counts, by the districts' sort key and slug.
    pub told: Told<(String, String)>,
    /// The districts' names by slug; schools without a district are under an empty one.
    pub names: BTreeMap<String, String>,
}

#[derive(FromQueryResult)]
struct PlaceRow {
    urn: i32,
    slug: String,
    name: String,
    sort_key: String,
}

impl Store {
    /// Compares the suggestions of the county's schools by two programmes: the one in force and
    /// another, for the other's year.
    ///
    /// # Errors
    /// Where the database can't be read.
    pub async fn suggestions_preview(
        &self,
        access: &Access<County>,
        in_force: &Programme,
        other: &Programme,
    ) -> Result<Preview, StoreError> {
        const PLACES: &str = "SELECT m.urn AS urn, d.slug AS slug, d.name AS name,
                d.sort_key AS sort_key
            FROM school_districts m JOIN districts d ON d.slug = m.district
            WHERE m.from_date <= $1 AND (m.until_date IS NULL OR m.until_date > $1)";
        let today = access.today();
        let rows: Vec<PlaceRow> =
            sql::all(self.reads(), PLACES, vec![today.to_string().into()]).await?;
        let mut names = BTreeMap::new();
        let mut places = BTreeMap::new();
        for row in rows {
            places.insert(row.urn, (row.sort_key, row.slug.clone()));
            names.insert(row.slug, row.name);
        }
        let mut districts: BTreeMap<(String, String), Tally> = BTreeMap::new();
        let mut page = Page {
            after: None,
            size: TURN,
        };
        loop {
            let which = every_school();
            let found = subjects(self.reads(), &Node::County, today, &page, which).await?;
            page.after = found.next;
            let year = other.year;
            let found = sources(self.reads(), found.items, &[in_force, other], year).await?;
            let before = letters(&found, in_force, today)?;
            let after = letters(&found, other, today)?;
            for ((subject, before), after) in found.subjects.iter().zip(before).zip(after) {
                let place = places.get(&subject.urn).cloned().unwrap_or_default();
                districts.entry(place).or_default().add(&before, &after);
            }
            if page.after.is_none() {
                break;
            }
        }
        Ok(Preview {
            told: told(districts, in_force.settings.disclosure_minimum),
            names,
        })
    }
}

/// The letters that a programme raises for each school.
fn letters(
    found: &Sources,
    programme: &Programme,
    today: NaiveDate,
) -> Result<Vec<BTreeSet<char>>, StoreError> {
    let pictures = found.judged(programme, today)?;
    let letters = pictures.schools.iter().map(|picture| {
        let raised = picture.review.suggestions.iter();
        let raised = raised.filter_map(|one| programme.raised_by(one.signal));
        raised.map(|criterion| criterion.letter).collect()
    });
    Ok(letters.collect())
}
