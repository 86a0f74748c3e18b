//! Whom paragraph 13e asks to contact: derived from the register, the groups and the assessment that holds.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use llpr_domain::access::Node;
use llpr_domain::follow_up::contact::{Party, Recipient, recipients};
use llpr_domain::group::GroupKind;
use llpr_domain::risk::assessment::RiskState;
use llpr_domain::school::FundingBasis;
use llpr_domain::urn::Urn;
use llpr_domain::year::AcademicYear;
use sea_orm::{ConnectionTrait, FromQueryResult};

use super::visible::{self, Values};
use crate::access::{Access, AnyNode};
use crate::circumstances::groups::groups_of;
use crate::engine::Store;
use crate::error::StoreError;
use crate::figures::numbers;
use crate::page::{Page, Slice};
use crate::register::{day, is_open, urn};
use crate::risk::{SchoolKey, asked_year};
use crate::sql;

/// Somebody to contact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Due {
    /// Who.
    pub recipient: Recipient,
    /// The last contact with them in the year.
    pub last: Option<NaiveDate>,
    /// Whether it is due.
    pub is_due: bool,
}

/// Whom to contact about a school.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SchoolDue {
    /// The school.
    pub urn: Urn,
    /// Its name.
    pub name: String,
    /// Whether the assessment that holds says at risk.
    pub at_risk: bool,
    /// Who; empty for a school that is no academy.
    pub contacts: Vec<Due>,
}

/// Whom to contact about the schools of a page.
#[derive(Clone, Debug)]
pub struct DueContacts {
    /// The programme year.
    pub year: AcademicYear,
    /// By name.
    pub schools: Slice<SchoolDue, SchoolKey>,
}

#[derive(FromQueryResult)]
struct Row {
    urn: i32,
    name: String,
    sort_key: String,
    type_name: String,
    state: Option<String>,
}

#[derive(FromQueryResult)]
struct LastRow {
    urn: i32,
    party: String,
    last_on: String,
}

impl Store {
    /// Whom to contact: of a district, about each academy at risk; of a school, whatever its state.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] where the register lacks the school, or the year has no programme.
    pub async fn contacts_due(
        &self,
        access: &Access<AnyNode>,
        year: Option<AcademicYear>,
        page: Page<SchoolKey>,
    ) -> Result<DueContacts, StoreError> {
        let today = access.today();
        let year = asked_year(self.reads(), year, today).await?;
        let mut values = Values::default();
        let of = values.add(i32::from(year.start()));
        let within = visible::within("s", access.node(), today, &mut values);
        let only = match access.node() {
            Node::School(_) => String::new(),
            Node::District(_) | Node::County => {
                format!(
                    "AND {} AND ({}) AND ra.state = '{}'",
                    is_open(),
                    academy(),
                    RiskState::AtRisk.as_str()
                )
            }
        };
        let from = format!(
            "FROM schools s LEFT JOIN risk_assessments ra ON ra.urn = s.urn AND ra.year = {of}
                AND ra.version = (SELECT MAX(rb.version) FROM risk_assessments rb
                    WHERE rb.urn = ra.urn AND rb.year = ra.year)
            WHERE {within} {only}"
        );
        let count = format!("SELECT COUNT(*) {from}");
        let total = sql::number(self.reads(), &count, values.all()).await?;
        if let (Node::School(urn), 0) = (access.node(), total) {
            return Err(StoreError::NotFound(format!("schools/{urn}")));
        }
        let (name, number) = page.after.clone().unwrap_or_default();
        let list = format!(
            "SELECT s.urn AS urn, s.name AS name, s.sort_key AS sort_key, s.type_name AS type_name,
                ra.state AS state {from} AND (s.sort_key, s.urn) > ({}, {})
            ORDER BY s.sort_key, s.urn LIMIT {}",
            values.add(name),
            values.add(number),
            values.add(i64::try_from(page.size + 1).unwrap_or(i64::MAX))
        );
        let rows: Vec<Row> = sql::all(self.reads(), &list, values.all()).await?;
        let key = |row: &Row| (row.sort_key.clone(), row.urn);
        let Slice { items, next, total } = Slice::cut(rows, page.size, total.unsigned_abs(), key);
        let urns: Vec<i32> = items.iter().map(|row| row.urn).collect();
        let groups = groups(self.reads(), &urns, today).await?;
        let known = last_contacts(self.reads(), &urns, year).await?;
        let mut schools = Vec::new();
        for row in items {
            let at_risk = row.state.as_deref() == Some(RiskState::AtRisk.as_str());
            let groups = groups.get(&row.urn).map_or(&[][..], Vec::as_slice);
            let recipients = recipients(FundingBasis::of_type(&row.type_name), groups);
            let contacts = recipients.into_iter().map(|recipient| {
                let last_on = known.get(&(row.urn, recipient.party)).copied();
                Due {
                    recipient,
                    last: last_on,
                    is_due: at_risk && last_on.is_none(),
                }
            });
            schools.push(SchoolDue {
                urn: urn(row.urn)?,
                name: row.name,
                at_risk,
                contacts: contacts.collect(),
            });
        }
        Ok(DueContacts {
            year,
            schools: Slice {
                items: schools,
                next,
                total,
            },
        })
    }
}

/// That a school `s` is an academy, by its folded type.
fn academy() -> String {
    let types = FundingBasis::academy_types().iter();
    let types: Vec<String> = types
        .map(|start| format!("s.type_key LIKE '{start}%'"))
        .collect();
    types.join(" OR ")
}

/// The groups of schools on a day, without those that have closed.
pub(super) async fn groups(
    connection: &impl ConnectionTrait,
    urns: &[i32],
    today: NaiveDate,
) -> Result<BTreeMap<i32, Vec<(GroupKind, String)>>, StoreError> {
    let mut found: BTreeMap<i32, Vec<(GroupKind, String)>> = BTreeMap::new();
    for (urn, group) in groups_of(connection, urns, today).await? {
        if !group.is_closed {
            found.entry(urn).or_default().push((group.kind, group.name));
        }
    }
    Ok(found)
}

/// The last contacts of a year with each party; those that were withdrawn count for nothing.
async fn last_contacts(
    connection: &impl ConnectionTrait,
    urns: &[i32],
    year: AcademicYear,
) -> Result<BTreeMap<(i32, Party), NaiveDate>, StoreError> {
    if urns.is_empty() {
        return Ok(BTreeMap::new());
    }
    let query = format!(
        "SELECT c.urn AS urn, c.party AS party, MAX(c.contacted_on) AS last_on
        FROM follow_up_contacts c WHERE c.year = $1 AND c.urn IN ({})
            AND NOT EXISTS (SELECT 1 FROM follow_up_withdrawals w WHERE w.contact = c.id)
        GROUP BY c.urn, c.party",
        numbers(urns.iter().copied())
    );
    let values = vec![i32::from(year.start()).into()];
    let rows: Vec<LastRow> = sql::all(connection, &query, values).await?;
    let mut found = BTreeMap::new();
    for row in rows {
        let party = Party::parse(&row.party)
            .ok_or_else(|| StoreError::Corrupt(format!("party {}", row.party)))?;
        found.insert((row.urn, party), day(&row.last_on)?);
    }
    Ok(found)
}
