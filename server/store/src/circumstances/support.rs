//! Support that schools had.

use llpr_domain::support::{Support, SupportKind, SupportOutcome};
use sea_orm::{
    ColumnTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _,
};

use super::word;
use crate::access::{Access, School, urn_value};
use crate::engine::Store;
use crate::entity::school_support;
use crate::error::StoreError;
use crate::register::{day, optional_day, school_model, urn};

/// How many times of support of a school are returned at most.
const MOST: u64 = 200;

pub(crate) fn row(support: &Support) -> school_support::Model {
    let Support {
        urn,
        kind,
        from,
        until,
        outcome,
    } = support;
    school_support::Model {
        urn: urn_value(*urn),
        kind: kind.as_str().to_owned(),
        from_date: from.to_string(),
        until_date: until.map(|day| day.to_string()),
        outcome: outcome.as_str().to_owned(),
    }
}

pub(crate) fn read(row: school_support::Model) -> Result<Support, StoreError> {
    let school_support::Model {
        urn: number,
        kind,
        from_date,
        until_date,
        outcome,
    } = row;
    Ok(Support {
        urn: urn(number)?,
        kind: word(SupportKind::parse(&kind), &kind)?,
        from: day(&from_date)?,
        until: optional_day(until_date.as_deref())?,
        outcome: word(SupportOutcome::parse(&outcome), &outcome)?,
    })
}

impl Store {
    /// A school's support, newest first.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn school_support(
        &self,
        access: &Access<School>,
    ) -> Result<Vec<Support>, StoreError> {
        use school_support::Column as C;
        school_model(self.reads(), access.urn()).await?;
        let rows = school_support::Entity::find()
            .filter(C::Urn.eq(urn_value(access.urn())))
            .order_by_desc(C::FromDate)
            .order_by_asc(C::Kind)
            .limit(MOST)
            .all(self.reads())
            .await?;
        rows.into_iter().map(read).collect()
    }
}
