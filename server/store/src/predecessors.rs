//! Which closed schools a school of today has followed, by the links of the register.

use std::collections::{BTreeMap, BTreeSet};

use llpr_domain::school::LinkKind;
use sea_orm::{ConnectionTrait, FromQueryResult};

use crate::engine::Store;
use crate::error::StoreError;
use crate::sql;

/// How far back links are followed: a school that changed its URN this often is none.
const GENERATIONS: usize = 5;
/// More predecessors than any amalgamation has.
const MOST: usize = 50;

#[derive(FromQueryResult)]
struct Found {
    later: i32,
    earlier: i32,
    name: Option<String>,
}

impl Store {
    /// The URNs of a school's closed predecessors, and theirs, with their names where the register
    /// has them.
    pub(crate) async fn predecessors(&self, urn: i32) -> Result<BTreeMap<i32, String>, StoreError> {
        let mut all = predecessors_of(self.reads(), &[urn]).await?;
        Ok(all.remove(&urn).unwrap_or_default())
    }
}

/// The closed predecessors of several schools, by school, each with its name where the register
/// has it: a statement for each generation, whatever the number of schools. Each link is told from
/// both ends, and either end will do. Numbers that two schools share over time (authority and
/// establishment) have no say here.
pub(crate) async fn predecessors_of(
    connection: &impl ConnectionTrait,
    schools: &[i32],
) -> Result<BTreeMap<i32, BTreeMap<i32, String>>, StoreError> {
    let kinds = |wanted: fn(LinkKind) -> bool| {
        let kinds = LinkKind::ALL.iter().filter(|kind| wanted(**kind));
        kinds
            .map(|kind| format!("'{}'", kind.as_str()))
            .collect::<Vec<_>>()
            .join(", ")
    };
    let before = kinds(LinkKind::is_predecessor);
    let after = kinds(LinkKind::is_successor);
    let mut found: BTreeMap<i32, BTreeMap<i32, String>> = BTreeMap::new();
    // Which of the schools each link of the last generation leads back from.
    let mut latest: BTreeMap<i32, BTreeSet<i32>> = schools
        .iter()
        .map(|&school| (school, BTreeSet::from([school])))
        .collect();
    for _ in 0..GENERATIONS {
        if latest.is_empty() {
            break;
        }
        let of = latest
            .keys()
            .map(i32::to_string)
            .collect::<Vec<_>>()
            .join(", ");
        let most = MOST * schools.len().max(1);
        let query = format!(
            "SELECT DISTINCT l.later AS later, l.earlier AS earlier, s.name AS name FROM (
                SELECT urn AS later, linked_urn AS earlier FROM school_links
                    WHERE urn IN ({of}) AND kind IN ({before})
                UNION SELECT linked_urn AS later, urn AS earlier FROM school_links
                    WHERE linked_urn IN ({of}) AND kind IN ({after})) l
             LEFT JOIN schools s ON s.urn = l.earlier
             WHERE s.urn IS NULL OR s.status = 'closed' ORDER BY l.earlier, l.later LIMIT {most}"
        );
        let rows: Vec<Found> = sql::all(connection, &query, vec![]).await?;
        let mut next: BTreeMap<i32, BTreeSet<i32>> = BTreeMap::new();
        for row in rows {
            let name = || {
                let unnamed = || format!("School {}", row.earlier);
                row.name.clone().unwrap_or_else(unnamed)
            };
            for &school in latest.get(&row.later).into_iter().flatten() {
                let of_school = found.entry(school).or_default();
                if row.earlier == school || of_school.len() >= MOST {
                    continue;
                }
                if of_school.insert(row.earlier, name()).is_none() {
                    next.entry(row.earlier).or_default().insert(school);
                }
            }
        }
        latest = next;
    }
    Ok(found)
}
