//! Trusts, federations and sponsors, and which school belongs to them.

use chrono::NaiveDate;
use llpr_domain::group::{GroupKind, GroupRecord, Membership};
use sea_orm::{ConnectionTrait, FromQueryResult};

use super::word;
use crate::access::urn_value;
use crate::engine::Store;
use crate::entity::{group_membership, school_group};
use crate::error::StoreError;
use crate::register::optional_day;
use crate::sql;

/// A group that a school belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SchoolGroup {
    /// GIAS `Group UID`.
    pub uid: u32,
    /// Its name: of the groups file where that is loaded, else as the membership has it.
    pub name: String,
    /// What it is.
    pub kind: GroupKind,
    /// First day, where the register knows it.
    pub from: Option<NaiveDate>,
    /// Number at Companies House; empty if it has none or the groups file isn't loaded.
    pub companies_house: String,
    /// Whether the register calls it closed.
    pub is_closed: bool,
}

pub(crate) fn uid_value(uid: u32) -> i32 {
    i32::try_from(uid).unwrap_or(i32::MAX)
}

pub(crate) fn group_row(group: GroupRecord) -> school_group::Model {
    let GroupRecord {
        uid,
        group_id,
        name,
        kind,
        companies_house,
        ukprn,
        opened,
        closed,
        is_closed,
    } = group;
    school_group::Model {
        uid: uid_value(uid),
        group_id,
        name,
        kind: kind.as_str().to_owned(),
        companies_house,
        ukprn,
        opened: opened.map(|day| day.to_string()),
        closed: closed.map(|day| day.to_string()),
        is_closed,
    }
}

pub(crate) fn membership_row(membership: Membership) -> group_membership::Model {
    let Membership {
        urn,
        uid,
        name,
        kind,
        joined,
    } = membership;
    group_membership::Model {
        urn: urn_value(urn),
        uid: uid_value(uid),
        name,
        kind: kind.as_str().to_owned(),
        from_date: joined.map(|day| day.to_string()),
        until_date: None,
    }
}

/// A school's memberships after a file: what it tells is current, and ends what the same kind of
/// group was before. Kinds that the file doesn't tell of stay as they are.
pub(crate) fn combine(
    standing: Vec<group_membership::Model>,
    told: Vec<group_membership::Model>,
) -> Vec<group_membership::Model> {
    let excludes = |one: &group_membership::Model, other: &group_membership::Model| {
        let kinds = (GroupKind::parse(&one.kind), GroupKind::parse(&other.kind));
        matches!(kinds, (Some(one), Some(other)) if one.excludes(other))
    };
    let mut all = Vec::new();
    for mut old in standing {
        if told.iter().any(|new| new.uid == old.uid) {
            continue;
        }
        let successor = told.iter().find(|new| excludes(new, &old));
        match (successor, &old.until_date) {
            (None, _) | (Some(_), Some(_)) => all.push(old),
            // It ended when the school joined the other; without a day for that, nothing can be
            // said of when it ended, and it goes.
            (Some(new), None) => {
                if let Some(joined) = &new.from_date
                    && old.from_date.as_ref().is_none_or(|from| from < joined)
                {
                    old.until_date = Some(joined.clone());
                    all.push(old);
                }
            }
        }
    }
    all.extend(told);
    all
}

/// Columns of a membership `gm` and its group `g`, as [`GroupRow`] reads them.
pub(crate) const GROUP_COLUMNS: &str = "gm.uid AS group_uid,
    COALESCE(g.name, gm.name) AS group_name, gm.kind AS group_kind, gm.from_date AS group_from,
    g.companies_house AS group_companies_house, g.is_closed AS group_is_closed";

/// A membership with its group; all empty where a school belongs to none.
#[derive(FromQueryResult)]
pub(crate) struct GroupRow {
    #[sea_orm(from_alias = "group_uid")]
    uid: Option<i32>,
    #[sea_orm(from_alias = "group_name")]
    name: Option<String>,
    #[sea_orm(from_alias = "group_kind")]
    kind: Option<String>,
    #[sea_orm(from_alias = "group_from")]
    from: Option<String>,
    #[sea_orm(from_alias = "group_companies_house")]
    companies_house: Option<String>,
    #[sea_orm(from_alias = "group_is_closed")]
    is_closed: Option<bool>,
}

impl GroupRow {
    pub(crate) fn group(self) -> Result<Option<SchoolGroup>, StoreError> {
        let (Some(uid), Some(kind)) = (self.uid, self.kind) else {
            return Ok(None);
        };
        Ok(Some(SchoolGroup {
            uid: u32::try_from(uid).unwrap_or_default(),
            name: self.name.unwrap_or_default(),
            kind: word(GroupKind::parse(&kind), &kind)?,
            from: optional_day(self.from.as_deref())?,
            companies_house: self.companies_house.unwrap_or_default(),
            is_closed: self.is_closed.unwrap_or(false),
        }))
    }
}

#[derive(FromQueryResult)]
struct GroupOfSchool {
    urn: i32,
    #[sea_orm(nested)]
    group: GroupRow,
}

impl Store {
    /// The groups that some schools belong to on a day, in one query: trusts first.
    pub(crate) async fn groups_of(
        &self,
        urns: &[i32],
        today: NaiveDate,
    ) -> Result<Vec<(i32, SchoolGroup)>, StoreError> {
        groups_of(self.reads(), urns, today).await
    }
}

/// As [`Store::groups_of`], over a connection, which may be a transaction's.
pub(crate) async fn groups_of(
    connection: &impl ConnectionTrait,
    urns: &[i32],
    today: NaiveDate,
) -> Result<Vec<(i32, SchoolGroup)>, StoreError> {
    if urns.is_empty() {
        return Ok(Vec::new());
    }
    let list: Vec<String> = (2..urns.len() + 2)
        .map(|place| format!("${place}"))
        .collect();
    let find = format!(
        "SELECT gm.urn AS urn, {GROUP_COLUMNS}
        FROM group_memberships gm LEFT JOIN school_groups g ON g.uid = gm.uid
        WHERE (gm.until_date IS NULL OR gm.until_date > $1) AND gm.urn IN ({})
        ORDER BY gm.urn, gm.uid",
        list.join(", ")
    );
    let mut values = vec![today.to_string().into()];
    values.extend(urns.iter().map(|urn| (*urn).into()));
    let rows: Vec<GroupOfSchool> = sql::all(connection, &find, values).await?;
    let mut groups = Vec::with_capacity(rows.len());
    for row in rows {
        groups.extend(row.group.group()?.map(|group| (row.urn, group)));
    }
    groups.sort_by_key(|(urn, group)| (*urn, !group.kind.is_trust()));
    Ok(groups)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn membership(uid: i32, kind: GroupKind, from: &str, until: &str) -> group_membership::Model {
        let day = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        group_membership::Model {
            urn: 900_001,
            uid,
            name: uid.to_string(),
            kind: kind.as_str().to_owned(),
            from_date: day(from),
            until_date: day(until),
        }
    }

    fn told(all: &[group_membership::Model]) -> Vec<String> {
        let day = |day: &Option<String>| day.clone().unwrap_or_default();
        let line = |one: &group_membership::Model| {
            format!(
                "{} {}..{}",
                one.uid,
                day(&one.from_date),
                day(&one.until_date)
            )
        };
        all.iter().map(line).collect()
    }

    #[test]
    fn joining_another_trust_ends_the_first() {
        let before = vec![
            membership(1, GroupKind::SingleAcademyTrust, "2012-09-01", ""),
            membership(2, GroupKind::Sponsor, "2012-09-01", ""),
        ];
        let new = membership(3, GroupKind::MultiAcademyTrust, "2019-09-01", "");
        assert_eq!(
            told(&combine(before, vec![new])),
            [
                "1 2012-09-01..2019-09-01",
                "2 2012-09-01..",
                "3 2019-09-01.."
            ]
        );
    }

    #[test]
    fn a_trust_that_is_told_again_goes_on() {
        let before = vec![
            membership(1, GroupKind::MultiAcademyTrust, "2012-09-01", "2019-09-01"),
            membership(3, GroupKind::MultiAcademyTrust, "2019-09-01", ""),
        ];
        let again = membership(3, GroupKind::MultiAcademyTrust, "2019-09-01", "");
        assert_eq!(combine(before.clone(), vec![again]), before);
    }

    #[test]
    fn two_sponsors_in_one_file_both_count() {
        let sponsors = vec![
            membership(1, GroupKind::Sponsor, "2012-09-01", ""),
            membership(2, GroupKind::Sponsor, "", ""),
        ];
        assert_eq!(combine(Vec::new(), sponsors.clone()), sponsors);
    }
}
