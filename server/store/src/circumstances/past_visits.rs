//! Visits of years before this software.

use std::collections::BTreeMap;

use llpr_domain::past_visit::{PastDocument, PastVisit};
use sea_orm::{
    ColumnTrait as _, ConnectionTrait, EntityTrait as _, QueryFilter as _, QueryOrder as _,
    QuerySelect as _,
};

use super::past_reports::{self, PastReport};
use crate::access::{Access, School, urn_value};
use crate::engine::Store;
use crate::entity::past_visit;
use crate::error::StoreError;
use crate::register::{day, optional_day, school_model, urn};

/// How many visits of a school are returned at most.
const MOST: u64 = 100;

/// A visit as it is listed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedVisit {
    /// The visit.
    pub visit: PastVisit,
    /// Its report; none where its file is not there.
    pub report: Option<PastReport>,
}

pub(crate) fn row(visit: PastVisit) -> past_visit::Model {
    let PastVisit {
        urn,
        visited,
        reported,
        priority,
        actions,
        document,
    } = visit;
    let (name, sha256) = document.map_or((None, None), |document| {
        let PastDocument { name, sha256 } = document;
        (Some(name), sha256)
    });
    past_visit::Model {
        urn: urn_value(urn),
        visit_date: visited.to_string(),
        report_date: reported.map(|day| day.to_string()),
        priority,
        actions: actions.join("\n"),
        document_name: name,
        document_sha256: sha256,
    }
}

fn read(row: past_visit::Model) -> Result<PastVisit, StoreError> {
    let past_visit::Model {
        urn: number,
        visit_date,
        report_date,
        priority,
        actions,
        document_name,
        document_sha256,
    } = row;
    Ok(PastVisit {
        urn: urn(number)?,
        visited: day(&visit_date)?,
        reported: optional_day(report_date.as_deref())?,
        priority,
        actions: actions.lines().map(str::to_owned).collect(),
        document: document_name.map(|name| PastDocument {
            name,
            sha256: document_sha256,
        }),
    })
}

/// Visits of several schools, the latest first.
pub(crate) async fn of_schools(
    connection: &impl ConnectionTrait,
    urns: &[i32],
) -> Result<BTreeMap<i32, Vec<PastVisit>>, StoreError> {
    use past_visit::Column as C;
    let rows = past_visit::Entity::find()
        .filter(C::Urn.is_in(urns.iter().copied()))
        .order_by_desc(C::VisitDate)
        .all(connection)
        .await?;
    let mut found: BTreeMap<i32, Vec<PastVisit>> = BTreeMap::new();
    for row in rows {
        found.entry(row.urn).or_default().push(read(row)?);
    }
    Ok(found)
}

impl Store {
    /// A school's visits of years before this software, newest first, each with its report.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn past_visits(
        &self,
        access: &Access<School>,
    ) -> Result<Vec<ListedVisit>, StoreError> {
        use past_visit::Column as C;
        school_model(self.reads(), access.urn()).await?;
        let rows = past_visit::Entity::find()
            .filter(C::Urn.eq(urn_value(access.urn())))
            .order_by_desc(C::VisitDate)
            .limit(MOST)
            .all(self.reads())
            .await?;
        let reports = past_reports::of_school(self.reads(), access.urn()).await?;
        let listed = rows.into_iter().map(|row| {
            let named = |report: &&PastReport| row.document_sha256.as_ref() == Some(&report.sha256);
            let report = reports.iter().find(named).cloned();
            Ok(ListedVisit {
                visit: read(row)?,
                report,
            })
        });
        listed.collect()
    }
}
