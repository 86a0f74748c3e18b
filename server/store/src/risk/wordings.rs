//! Wordings about a school's risk that were told to the school. The headteacher sees these, and
//! nothing else of the risk analysis.

use chrono::NaiveDate;
use llpr_domain::risk::assessment::wording;
use llpr_domain::urn::Urn;
use llpr_domain::year::AcademicYear;
use sea_orm::FromQueryResult;

use super::must_be_open;
use crate::access::{Access, School, urn_value};
use crate::engine::Store;
use crate::error::{Refusal, StoreError};
use crate::figures::year;
use crate::programme::Writer;
use crate::register::day;
use crate::sql;
use crate::write::{Intent, Outcome, Written};

/// A wording that a school was told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wording {
    /// Its id.
    pub id: String,
    /// The programme year.
    pub year: AcademicYear,
    /// The words.
    pub text: String,
    /// Who at the school was told.
    pub told_to: String,
    /// On which day.
    pub told_on: NaiveDate,
    /// Who told it.
    pub by: Writer,
    /// When it was kept, in microseconds since 1970.
    pub at: i64,
}

/// A wording to keep.
#[derive(Clone, Debug)]
pub struct NewWording {
    /// Its id.
    pub id: String,
    /// The programme year.
    pub year: AcademicYear,
    /// The words.
    pub text: String,
    /// Who at the school was told.
    pub told_to: String,
    /// On which day.
    pub told_on: NaiveDate,
}

#[derive(FromQueryResult)]
struct Row {
    id: String,
    year: i32,
    wording: String,
    told_to: String,
    told_on: String,
    told_by: String,
    told_by_name: String,
    released_at: i64,
}

/// Most wordings of a school that are listed.
const MOST: i64 = 200;

impl Store {
    /// The wordings that a school was told, the latest first.
    ///
    /// # Errors
    /// Where the database can't be read.
    pub async fn wordings(&self, access: &Access<School>) -> Result<Vec<Wording>, StoreError> {
        const LIST: &str = "SELECT w.id AS id, w.year AS year, w.wording AS wording,
                w.told_to AS told_to, w.told_on AS told_on, w.told_by AS told_by,
                u.display_name AS told_by_name, w.released_at AS released_at
            FROM risk_wordings w JOIN users u ON u.id = w.told_by
            WHERE w.urn = $1 ORDER BY w.released_at DESC, w.id DESC LIMIT $2";
        let values = vec![urn_value(access.urn()).into(), MOST.into()];
        let rows: Vec<Row> = sql::all(self.reads(), LIST, values).await?;
        rows.into_iter().map(read).collect()
    }

    /// Keeps a wording, which the headteacher then sees.
    ///
    /// # Errors
    /// [`Refusal::Faults`], [`Refusal::YearNotOpen`].
    pub async fn release_wording(
        &self,
        access: &Access<School>,
        intent: Intent,
        new: NewWording,
    ) -> Result<Outcome<String>, StoreError> {
        const INSERT: &str = "INSERT INTO risk_wordings
            (id, urn, year, wording, told_to, told_on, told_by, released_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
        let school = access.urn();
        self.write(access, intent, async move |tx| {
            must_be_open(&tx.connection, new.year, tx.today).await?;
            let faults = wording(&new.text, &new.told_to, new.told_on, tx.today);
            if !faults.is_empty() {
                return Err(Refusal::Faults(faults).into());
            }
            let name = name(school, &new.id);
            let values = vec![
                new.id.into(),
                urn_value(school).into(),
                i32::from(new.year.start()).into(),
                new.text.into(),
                new.told_to.into(),
                new.told_on.to_string().into(),
                tx.user.clone().unwrap_or_default().into(),
                tx.now.into(),
            ];
            sql::execute(&tx.connection, INSERT, values).await?;
            Ok(Written {
                value: name.clone(),
                target: name,
                fields: vec!["wording", "told_to", "told_date"],
            })
        })
        .await
    }
}

fn name(school: Urn, id: &str) -> String {
    format!("schools/{school}/riskWordings/{id}")
}

fn read(row: Row) -> Result<Wording, StoreError> {
    Ok(Wording {
        id: row.id,
        year: year(row.year)?,
        text: row.wording,
        told_to: row.told_to,
        told_on: day(&row.told_on)?,
        by: Writer {
            user: row.told_by,
            display_name: row.told_by_name,
        },
        at: row.released_at,
    })
}
