//! Which closed schools a school of today has followed, by the links of the register.

use std::collections::{BTreeMap, BTreeSet};

use llpr_domain::school::LinkKind;
use sea_orm::FromQueryResult;

use crate::engine::Store;
use crate::error::StoreError;
use crate::sql;

/// How far back links are followed: a school that changed its URN this often is none.
const GENERATIONS: usize = 5;
/// More predecessors than any amalgamation has.
const MOST: usize = 50;

#[derive(FromQueryResult)]
struct Found {
    earlier: i32,
    name: Option<String>,
}

impl Store {
    /// The URNs of a school's closed predecessors, and theirs, with their names where the register
    /// has them. Each link is told from both ends, and either end will do. Numbers that two
    /// schools share over time (authority and establishment) have no say here.
    pub(crate) async fn predecessors(&self, urn: i32) -> Result<BTreeMap<i32, String>, StoreError> {
        let kinds = |wanted: fn(LinkKind) -> bool| {
            let kinds = LinkKind::ALL.iter().filter(|kind| wanted(**kind));
            kinds
                .map(|kind| format!("'{}'", kind.as_str()))
                .collect::<Vec<_>>()
                .join(", ")
        };
        let before = kinds(LinkKind::is_predecessor);
        let after = kinds(LinkKind::is_successor);
        let mut found = BTreeMap::new();
        let mut latest = BTreeSet::from([urn]);
        for _ in 0..GENERATIONS {
            let of = latest
                .iter()
                .map(i32::to_string)
                .collect::<Vec<_>>()
                .join(", ");
            let query = format!(
                "SELECT DISTINCT l.earlier AS earlier, s.name AS name FROM (
                    SELECT linked_urn AS earlier FROM school_links
                        WHERE urn IN ({of}) AND kind IN ({before})
                    UNION SELECT urn AS earlier FROM school_links
                        WHERE linked_urn IN ({of}) AND kind IN ({after})) l
                 LEFT JOIN schools s ON s.urn = l.earlier
                 WHERE s.urn IS NULL OR s.status = 'closed' ORDER BY l.earlier LIMIT {MOST}"
            );
            let rows: Vec<Found> = sql::all(self.reads(), &query, vec![]).await?;
            latest = rows
                .iter()
                .map(|row| row.earlier)
                .filter(|earlier| *earlier != urn && !found.contains_key(earlier))
                .collect();
            for row in rows {
                if row.earlier != urn {
                    let unnamed = || format!("School {}", row.earlier);
                    found.insert(row.earlier, row.name.clone().unwrap_or_else(unnamed));
                }
            }
            if latest.is_empty() || found.len() >= MOST {
                break;
            }
        }
        Ok(found)
    }
}
