//! What a register import changes: each school, membership or district whole, before and after.

use std::collections::{BTreeMap, HashMap};

use chrono::{Days, NaiveDate};
use llpr_domain::district::DistrictKind;
use llpr_domain::import::Reader;
use llpr_domain::school::{SchoolLink, SchoolRecord};
use llpr_domain::urn::Urn;
use sea_orm::{
    ColumnTrait as _, ConnectionTrait, EntityTrait as _, QueryFilter as _, QueryOrder as _,
    QuerySelect as _,
};
use serde::{Deserialize, Serialize};

use super::ChangeKind;
use crate::access::urn_value;
use crate::engine::Store;
use crate::entity::{district, school, school_district, school_link};
use crate::error::StoreError;
use crate::register::{fold, school_record, school_row};

/// How many schools are compared at once.
const SOME: usize = 1_000;

/// A school of the register with its links, which may be known before the school is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Entry {
    pub(super) school: Option<school::Model>,
    pub(super) links: Vec<school_link::Model>,
}

/// A change that was found.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) kind: ChangeKind,
    pub(super) subject: String,
    pub(super) subject_name: String,
    pub(super) before: Option<String>,
    pub(super) after: Option<String>,
    /// How many schools it counts for.
    pub(super) weight: i64,
}

impl Found {
    /// A school that stands and is not in the file.
    pub(super) fn missing(subject: String, subject_name: String) -> Self {
        Self {
            kind: ChangeKind::Missing,
            subject,
            subject_name,
            before: None,
            after: None,
            weight: 1,
        }
    }
}

/// Changes, and how many schools had none.
#[derive(Debug, Default)]
pub(super) struct Compared {
    pub(super) changes: Vec<Found>,
    pub(super) unchanged: i64,
}

pub(super) fn json(value: &impl Serialize) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|error| StoreError::Corrupt(error.to_string()))
}

pub(super) fn parse<T: for<'a> Deserialize<'a>>(text: &str) -> Result<T, StoreError> {
    serde_json::from_str(text).map_err(|error| StoreError::Corrupt(error.to_string()))
}

/// The register's entries of some schools, by URN.
pub(super) async fn entries(
    connection: &impl ConnectionTrait,
    urns: Vec<i32>,
) -> Result<BTreeMap<i32, Entry>, StoreError> {
    let schools = school::Entity::find()
        .filter(school::Column::Urn.is_in(urns.clone()))
        .all(connection)
        .await?;
    let links = school_link::Entity::find()
        .filter(school_link::Column::Urn.is_in(urns))
        .filter(school_link::Column::Kind.ne(crate::register::PAIR))
        .order_by_asc(school_link::Column::LinkedUrn)
        .order_by_asc(school_link::Column::Kind)
        .all(connection)
        .await?;
    let mut entries: BTreeMap<i32, Entry> = schools
        .into_iter()
        .map(|school| {
            (
                school.urn,
                Entry {
                    school: Some(school),
                    links: Vec::new(),
                },
            )
        })
        .collect();
    for link in links {
        let entry = entries.entry(link.urn).or_insert_with(|| Entry {
            school: None,
            links: Vec::new(),
        });
        entry.links.push(link);
    }
    Ok(entries)
}

/// Memberships of some schools, by URN and first day.
pub(super) async fn memberships(
    connection: &impl ConnectionTrait,
    urns: Vec<i32>,
) -> Result<BTreeMap<i32, Vec<school_district::Model>>, StoreError> {
    let rows = school_district::Entity::find()
        .filter(school_district::Column::Urn.is_in(urns))
        .order_by_asc(school_district::Column::Urn)
        .order_by_asc(school_district::Column::FromDate)
        .all(connection)
        .await?;
    let mut found: BTreeMap<i32, Vec<_>> = BTreeMap::new();
    for row in rows {
        found.entry(row.urn).or_default().push(row);
    }
    Ok(found)
}

/// Compares schools of a file with the register.
pub(super) async fn compare_schools(
    store: &Store,
    reader: &Reader,
    schools: &[(SchoolRecord, Vec<SchoolLink>)],
) -> Result<Compared, StoreError> {
    let standing = entries(
        store.reads(),
        schools
            .iter()
            .map(|(record, _)| urn_value(record.urn))
            .collect(),
    )
    .await?;
    let mut compared = Compared::default();
    for (record, links) in schools {
        let before = standing.get(&urn_value(record.urn));
        let mut record = record.clone();
        let stands = before.and_then(|entry| entry.school.as_ref());
        if let Some(school) = stands {
            reader.keep_unsupplied(&mut record, &school_record(school.clone())?);
        }
        // A link once told stays: the full extract has none, and says nothing by that.
        let mut all_links = before.map(|entry| entry.links.clone()).unwrap_or_default();
        for link in links {
            let kind = link.kind.as_str();
            let linked = urn_value(link.link_urn);
            if !all_links
                .iter()
                .any(|known| known.linked_urn == linked && known.kind == kind)
            {
                all_links.push(school_link::Model {
                    urn: urn_value(record.urn),
                    linked_urn: linked,
                    kind: kind.to_owned(),
                    established: link.established.map(|date| date.to_string()),
                    linked_name: link.link_name.clone(),
                });
            }
        }
        all_links.sort_by(|a, b| (a.linked_urn, &a.kind).cmp(&(b.linked_urn, &b.kind)));
        let school = school_row(record);
        let (urn, name) = (school.urn, school.name.clone());
        let after = Entry {
            school: Some(school),
            links: all_links,
        };
        if before == Some(&after) {
            compared.unchanged += 1;
            continue;
        }
        compared.changes.push(Found {
            kind: if stands.is_some() {
                ChangeKind::Changed
            } else {
                ChangeKind::Added
            },
            subject: format!("schools/{urn}"),
            subject_name: name,
            before: before.map(json).transpose()?,
            after: Some(json(&after)?),
            weight: 1,
        });
    }
    Ok(compared)
}

/// The memberships of a district file. They are compared once the file is read, because a
/// school's rows may stand anywhere in it; a row is kept as 16 bytes.
#[derive(Debug, Default)]
pub(super) struct DistrictFile {
    districts: BTreeMap<String, (String, DistrictKind)>,
    slugs: HashMap<String, u32>,
    names: Vec<String>,
    rows: BTreeMap<i32, Vec<(NaiveDate, Option<NaiveDate>, u32)>>,
}

impl DistrictFile {
    pub(super) fn add(
        &mut self,
        urn: Urn,
        (name, slug): (String, String),
        kind: DistrictKind,
        (from, last): (NaiveDate, Option<NaiveDate>),
    ) {
        let next = u32::try_from(self.names.len()).unwrap_or(u32::MAX);
        let index = *self.slugs.entry(slug.clone()).or_insert(next);
        if index == next {
            self.names.push(slug.clone());
        }
        self.districts.entry(slug).or_insert((name, kind));
        // The file gives the last day in the district; the store the first day out of it.
        let until = last.and_then(|last| last.checked_add_days(Days::new(1)));
        self.rows
            .entry(urn_value(urn))
            .or_default()
            .push((from, until, index));
    }

    /// Compares with what stands: new districts first, then schools, some at a time.
    pub(super) async fn compare(self, store: &Store) -> Result<Vec<Compared>, StoreError> {
        let mut all = vec![compare_districts(store, self.districts).await?];
        let urns: Vec<i32> = self.rows.keys().copied().collect();
        for some in urns.chunks(SOME) {
            let standing = memberships(store.reads(), some.to_vec()).await?;
            let names: HashMap<i32, String> = school::Entity::find()
                .select_only()
                .columns([school::Column::Urn, school::Column::Name])
                .filter(school::Column::Urn.is_in(some.to_vec()))
                .into_tuple::<(i32, String)>()
                .all(store.reads())
                .await?
                .into_iter()
                .collect();
            let mut compared = Compared::default();
            for urn in some {
                let before = standing.get(urn).cloned().unwrap_or_default();
                let mut after = before.clone();
                for (from, until, index) in self.rows.get(urn).into_iter().flatten() {
                    let slug = self.names.get(*index as usize).cloned().unwrap_or_default();
                    put(&mut after, *urn, *from, *until, slug);
                }
                if before == after {
                    compared.unchanged += 1;
                    continue;
                }
                compared.changes.push(Found {
                    kind: if before.is_empty() {
                        ChangeKind::Added
                    } else {
                        ChangeKind::Changed
                    },
                    subject: format!("schools/{urn}"),
                    subject_name: names.get(urn).cloned().unwrap_or_default(),
                    before: (!before.is_empty()).then(|| json(&before)).transpose()?,
                    after: Some(json(&after)?),
                    weight: 1,
                });
            }
            all.push(compared);
        }
        Ok(all)
    }
}

async fn compare_districts(
    store: &Store,
    districts: BTreeMap<String, (String, DistrictKind)>,
) -> Result<Compared, StoreError> {
    let standing = district::Entity::find()
        .filter(district::Column::Slug.is_in(districts.keys().cloned()))
        .all(store.reads())
        .await?;
    let mut compared = Compared::default();
    for (slug, (name, kind)) in districts {
        let before = standing.iter().find(|row| row.slug == slug);
        let after = district::Model {
            slug,
            sort_key: fold(&name),
            name,
            kind: kind.as_str().to_owned(),
        };
        if before == Some(&after) {
            continue;
        }
        compared.changes.push(Found {
            kind: if before.is_some() {
                ChangeKind::Changed
            } else {
                ChangeKind::Added
            },
            subject: format!("districts/{}", after.slug),
            subject_name: after.name.clone(),
            before: before.map(json).transpose()?,
            after: Some(json(&after)?),
            weight: 0,
        });
    }
    Ok(compared)
}

/// Puts a membership among a school's others: what the file says wins over what stands.
fn put(
    all: &mut Vec<school_district::Model>,
    urn: i32,
    from: NaiveDate,
    until: Option<NaiveDate>,
    district: String,
) {
    let (from, until) = (from.to_string(), until.map(|date| date.to_string()));
    // Dates of this form sort as text.
    all.retain(|other| {
        let begins_within =
            other.from_date >= from && until.as_ref().is_none_or(|until| other.from_date < *until);
        !begins_within
    });
    for other in all.iter_mut() {
        let reaches_in =
            other.from_date < from && other.until_date.as_ref().is_none_or(|end| *end > from);
        if reaches_in {
            other.until_date = Some(from.clone());
        }
    }
    all.push(school_district::Model {
        urn,
        from_date: from,
        until_date: until,
        district,
    });
    all.sort_by(|a, b| a.from_date.cmp(&b.from_date));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    fn told(all: &[school_district::Model]) -> Vec<String> {
        all.iter()
            .map(|row| {
                format!(
                    "{} {}..{}",
                    row.district,
                    row.from_date,
                    row.until_date.as_deref().unwrap_or("")
                )
            })
            .collect()
    }

    #[test]
    fn a_move_closes_the_period_before() {
        let mut all = Vec::new();
        put(&mut all, 900_001, day("2018-09-01"), None, "north".into());
        put(&mut all, 900_001, day("2024-09-01"), None, "south".into());
        assert_eq!(
            told(&all),
            ["north 2018-09-01..2024-09-01", "south 2024-09-01.."]
        );
    }

    #[test]
    fn an_earlier_statement_without_end_wins_over_what_came_later() {
        let mut all = Vec::new();
        put(&mut all, 900_001, day("2024-09-01"), None, "south".into());
        put(&mut all, 900_001, day("2018-09-01"), None, "north".into());
        assert_eq!(told(&all), ["north 2018-09-01.."]);
    }

    #[test]
    fn periods_that_do_not_touch_stay() {
        let mut all = Vec::new();
        put(&mut all, 900_001, day("2024-09-01"), None, "south".into());
        put(
            &mut all,
            900_001,
            day("2018-09-01"),
            Some(day("2024-09-01")),
            "north".into(),
        );
        assert_eq!(
            told(&all),
            ["north 2018-09-01..2024-09-01", "south 2024-09-01.."]
        );
    }
}
