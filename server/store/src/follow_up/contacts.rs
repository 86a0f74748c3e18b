//! The log of contacts. A contact is never changed: one that should not be there is withdrawn, which
//! stands beside it.

use chrono::NaiveDate;
use llpr_domain::access::Role;
use llpr_domain::follow_up::contact::{
    self as rules, Means, NewContact as Wanted, Party, Purpose, recipients,
};
use llpr_domain::urn::Urn;
use llpr_domain::year::AcademicYear;
use sea_orm::{ConnectionTrait, FromQueryResult};

use super::visible::{self, Values};
use crate::access::{Access, AnyNode, School, urn_value};
use crate::engine::Store;
use crate::error::{Refusal, StoreError};
use crate::figures::year;
use crate::page::{Page, Slice};
use crate::programme::Writer;
use crate::register::{day, school_model, urn};
use crate::risk::open_year;
use crate::sql;
use crate::write::{Intent, Outcome, Written};

/// A contact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contact {
    /// Its id.
    pub id: String,
    /// The school.
    pub urn: Urn,
    /// The school's name.
    pub school: String,
    /// The programme year that was open.
    pub year: AcademicYear,
    /// On which day.
    pub on: NaiveDate,
    /// Who was contacted.
    pub party: Party,
    /// The register's name for them.
    pub party_name: String,
    /// How.
    pub means: Means,
    /// What for.
    pub purpose: Purpose,
    /// With whom there.
    pub spoken_to: String,
    /// What was said.
    pub note: String,
    /// Who made it.
    pub by: Writer,
    /// When it was kept, in microseconds since 1970.
    pub at: i64,
    /// That it was withdrawn; none where it stands.
    pub withdrawal: Option<Withdrawal>,
}

/// That a contact was withdrawn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Withdrawal {
    /// Why.
    pub reason: String,
    /// Name of the person who did.
    pub by: String,
    /// When, in microseconds since 1970.
    pub at: i64,
}

/// A contact to keep.
#[derive(Clone, Debug)]
pub struct NewContact {
    /// Its id.
    pub id: String,
    /// Whom, how, why and when.
    pub wanted: Wanted,
    /// With whom there.
    pub spoken_to: String,
    /// What was said.
    pub note: String,
}

/// Where a page begins: day and id.
pub type ContactKey = (String, String);

#[derive(FromQueryResult)]
struct Row {
    id: String,
    urn: i32,
    school: String,
    year: i32,
    contacted_on: String,
    party: String,
    party_name: String,
    means: String,
    purpose: String,
    spoken_to: String,
    note: String,
    made_by: String,
    made_by_name: String,
    made_at: i64,
    withdrawn_reason: Option<String>,
    withdrawn_by_name: Option<String>,
    withdrawn_at: Option<i64>,
}

const SELECT: &str = "SELECT c.id AS id, c.urn AS urn, s.name AS school, c.year AS year,
        c.contacted_on AS contacted_on, c.party AS party, c.party_name AS party_name,
        c.means AS means, c.purpose AS purpose, c.spoken_to AS spoken_to, c.note AS note,
        c.made_by AS made_by, u.display_name AS made_by_name, c.made_at AS made_at,
        w.reason AS withdrawn_reason, wu.display_name AS withdrawn_by_name,
        w.withdrawn_at AS withdrawn_at
    FROM follow_up_contacts c JOIN schools s ON s.urn = c.urn JOIN users u ON u.id = c.made_by
        LEFT JOIN follow_up_withdrawals w ON w.contact = c.id
        LEFT JOIN users wu ON wu.id = w.withdrawn_by";

impl Store {
    /// Keeps a contact.
    ///
    /// # Errors
    /// [`Refusal::Faults`]; [`StoreError::NotFound`] where the register lacks the school.
    pub async fn create_contact(
        &self,
        access: &Access<School>,
        intent: Intent,
        new: NewContact,
    ) -> Result<Outcome<Contact>, StoreError> {
        const INSERT: &str = "INSERT INTO follow_up_contacts (id, urn, year, contacted_on, party,
                party_name, means, purpose, spoken_to, note, made_by, made_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";
        let school = access.urn();
        self.write(access, intent, async move |tx| {
            let register = school_model(&tx.connection, school).await?;
            let year = open_year(&tx.connection, tx.today).await?;
            let groups = super::due::groups(&tx.connection, &[register.urn], tx.today).await?;
            let basis = llpr_domain::school::FundingBasis::of_type(&register.type_name);
            let groups = groups.get(&register.urn).map_or(&[][..], Vec::as_slice);
            let recipients = recipients(basis, groups);
            let faults = rules::faults(&new.wanted, &recipients, tx.today);
            let Wanted {
                party: Some(party),
                means: Some(means),
                purpose: Some(purpose),
                on,
            } = new.wanted
            else {
                return Err(Refusal::Faults(faults).into());
            };
            if !faults.is_empty() {
                return Err(Refusal::Faults(faults).into());
            }
            let party_name = recipients.into_iter().find(|one| one.party == party);
            let values = vec![
                new.id.as_str().into(),
                urn_value(school).into(),
                i32::from(year.start()).into(),
                on.to_string().into(),
                party.as_str().into(),
                party_name.map(|one| one.name).unwrap_or_default().into(),
                means.as_str().into(),
                purpose.as_str().into(),
                new.spoken_to.into(),
                new.note.into(),
                tx.user.clone().unwrap_or_default().into(),
                tx.now.into(),
            ];
            sql::execute(&tx.connection, INSERT, values).await?;
            Ok(Written {
                value: one(&tx.connection, school, &new.id).await?,
                target: name(school, &new.id),
                fields: vec!["party", "means", "purpose", "contact_date", "note"],
            })
        })
        .await
    }

    /// Withdraws a contact that the caller sees: their own, or as SIM anybody's.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], [`Refusal::Faults`], [`Refusal::ContactWithdrawn`],
    /// [`Refusal::ContactOfOthers`].
    pub async fn withdraw_contact(
        &self,
        access: &Access<School>,
        intent: Intent,
        id: String,
        reason: String,
    ) -> Result<Outcome<Contact>, StoreError> {
        const INSERT: &str = "INSERT INTO follow_up_withdrawals
                (contact, reason, withdrawn_by, withdrawn_at)
            VALUES ($1, $2, $3, $4) ON CONFLICT (contact) DO NOTHING";
        let (school, role) = (access.urn(), access.role());
        self.write(access, intent, async move |tx| {
            let user = tx.user.clone().unwrap_or_default();
            let target = name(school, &id);
            if !is_seen(&tx.connection, school, &id, role, &user).await? {
                return Err(StoreError::NotFound(target));
            }
            let found = one(&tx.connection, school, &id).await?;
            if role != Some(Role::Sim) && found.by.user != user {
                return Err(Refusal::ContactOfOthers(target).into());
            }
            let faults = rules::withdrawal(&reason);
            if !faults.is_empty() {
                return Err(Refusal::Faults(faults).into());
            }
            let values = vec![
                id.as_str().into(),
                reason.into(),
                user.into(),
                tx.now.into(),
            ];
            let done = sql::execute(&tx.connection, INSERT, values).await?;
            if done.rows_affected() == 0 {
                return Err(Refusal::ContactWithdrawn(target).into());
            }
            Ok(Written {
                value: one(&tx.connection, school, &id).await?,
                target,
                fields: vec!["withdraw_reason"],
            })
        })
        .await
    }

    /// A contact, for who has just written it.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn contact(&self, access: &Access<School>, id: &str) -> Result<Contact, StoreError> {
        one(self.reads(), access.urn(), id).await
    }

    /// The contacts of a school or district that the caller sees, the latest first.
    ///
    /// # Errors
    /// Where the database can't be read.
    pub async fn contacts(
        &self,
        access: &Access<AnyNode>,
        of: Option<AcademicYear>,
        page: Page<ContactKey>,
    ) -> Result<Slice<Contact, ContactKey>, StoreError> {
        let mut values = Values::default();
        let user = access.user().unwrap_or_default();
        let mut fits = vec![
            visible::within("c", access.node(), access.today(), &mut values),
            visible::contacts(access.role(), user, &mut values),
        ];
        if let Some(of) = of {
            fits.push(format!("c.year = {}", values.add(i32::from(of.start()))));
        }
        let fits = fits.join(" AND ");
        let count = format!("SELECT COUNT(*) FROM follow_up_contacts c WHERE {fits}");
        let total = sql::number(self.reads(), &count, values.all()).await?;
        let after = match &page.after {
            Some((on, id)) => {
                let (on, id) = (values.add(on.as_str()), values.add(id.as_str()));
                format!("AND (c.contacted_on, c.id) < ({on}, {id})")
            }
            None => String::new(),
        };
        let limit = values.add(i64::try_from(page.size + 1).unwrap_or(i64::MAX));
        let list = format!(
            "{SELECT} WHERE {fits} {after} ORDER BY c.contacted_on DESC, c.id DESC LIMIT {limit}"
        );
        let rows: Vec<Row> = sql::all(self.reads(), &list, values.all()).await?;
        let contacts: Vec<Contact> = rows.into_iter().map(read).collect::<Result<_, _>>()?;
        let key = |one: &Contact| (one.on.to_string(), one.id.clone());
        Ok(Slice::cut(contacts, page.size, total.unsigned_abs(), key))
    }
}

/// Whether a contact of a school is there for a role to see.
pub(super) async fn is_seen(
    connection: &impl ConnectionTrait,
    school: Urn,
    id: &str,
    role: Option<Role>,
    user: &str,
) -> Result<bool, StoreError> {
    let mut values = Values::default();
    let query = format!(
        "SELECT COUNT(*) FROM follow_up_contacts c WHERE c.urn = {} AND c.id = {} AND {}",
        values.add(urn_value(school)),
        values.add(id),
        visible::contacts(role, user, &mut values)
    );
    Ok(sql::number(connection, &query, values.all()).await? > 0)
}

fn name(school: Urn, id: &str) -> String {
    format!("schools/{school}/contacts/{id}")
}

async fn one(
    connection: &impl ConnectionTrait,
    school: Urn,
    id: &str,
) -> Result<Contact, StoreError> {
    let query = format!("{SELECT} WHERE c.urn = $1 AND c.id = $2");
    let values = vec![urn_value(school).into(), id.into()];
    let row: Option<Row> = sql::one(connection, &query, values).await?;
    row.map(read)
        .ok_or_else(|| StoreError::NotFound(name(school, id)))?
}

fn read(row: Row) -> Result<Contact, StoreError> {
    let corrupt = |what: &str| StoreError::Corrupt(format!("contact {}: {what}", row.id));
    Ok(Contact {
        urn: urn(row.urn)?,
        school: row.school,
        year: year(row.year)?,
        on: day(&row.contacted_on)?,
        party: Party::parse(&row.party).ok_or_else(|| corrupt("party"))?,
        party_name: row.party_name,
        means: Means::parse(&row.means).ok_or_else(|| corrupt("means"))?,
        purpose: Purpose::parse(&row.purpose).ok_or_else(|| corrupt("purpose"))?,
        spoken_to: row.spoken_to,
        note: row.note,
        by: Writer {
            user: row.made_by,
            display_name: row.made_by_name,
        },
        at: row.made_at,
        withdrawal: match (
            row.withdrawn_reason,
            row.withdrawn_by_name,
            row.withdrawn_at,
        ) {
            (Some(reason), Some(by), Some(at)) => Some(Withdrawal { reason, by, at }),
            _ => None,
        },
        id: row.id,
    })
}
