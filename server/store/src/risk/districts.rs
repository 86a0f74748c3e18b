//! A district's assessments: the SIM's working list, "no concern" in bulk, and sharing; and what was
//! shared with partners and the county manager (¶12).

use llpr_domain::access::Node;
use llpr_domain::risk::assessment::{Basis, no_concern};
use llpr_domain::rule::Fault;
use llpr_domain::urn::Urn;
use llpr_domain::year::AcademicYear;
use sea_orm::{
    ConnectionTrait, EntityTrait as _, FromQueryResult, QueryFilter as _, QuerySelect as _,
    QueryTrait as _,
};

use super::assessments::{
    Assessment, AssessmentName, VERSION_COLUMNS, VersionRow, standings, version,
};
use super::must_be_open;
use super::sources::{SUBJECT_COLUMNS, SubjectRow};
use super::suggestions::{asked_year, every_school, subjects};
use super::visible::letters_and_urgency;
use crate::access::{Access, District, Listed, reached_schools, urn_value};
use crate::engine::Store;
use crate::entity::school;
use crate::error::{Refusal, StoreError};
use crate::figures::numbers;
use crate::page::{Page, Slice};
use crate::register::{is_open_in_district, urn};
use crate::sql;
use crate::write::{Intent, Outcome, Written};

/// Where a page begins: urgency, day, sort key and URN.
pub type AssessmentKey = (i32, String, String, i32);

/// Assessments of a page.
#[derive(Clone, Debug)]
pub struct Assessments {
    /// The programme year.
    pub year: AcademicYear,
    /// At risk by urgency and day, then unreviewed, then without concern, by name.
    pub schools: Slice<Assessment, AssessmentKey>,
}

/// Most schools of a request in bulk.
pub const MOST_AT_ONCE: usize = 500;

/// The place in a list, which is no rank: urgency, then unreviewed schools, then the others.
const PLACE: &str = "CASE WHEN a.urgency = 'arrest-decline' THEN 1 WHEN a.urgency = 'pupils' THEN 2
    WHEN a.urgency = 'adverse-inspection' THEN 3 WHEN a.state IS NULL THEN 4 ELSE 5 END";

#[derive(FromQueryResult)]
struct PlacedRow {
    urn: i32,
    name: String,
    sort_key: String,
    phase: String,
    authority: i32,
    place: i32,
    effective: String,
}

impl Store {
    /// Where the schools of a district stand.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] where the year has no programme.
    pub async fn assessments(
        &self,
        access: &Access<District>,
        year: Option<AcademicYear>,
        page: Page<AssessmentKey>,
    ) -> Result<Assessments, StoreError> {
        let today = access.today();
        let year = asked_year(self.reads(), year, today).await?;
        let schools = format!(
            "SELECT {SUBJECT_COLUMNS}, {PLACE} AS place,
                COALESCE(a.effective_from, '') AS effective
            FROM schools s LEFT JOIN risk_assessments a ON a.urn = s.urn AND a.year = $3
                AND a.version = (SELECT MAX(b.version) FROM risk_assessments b
                    WHERE b.urn = a.urn AND b.year = a.year)
            WHERE {}",
            is_open_in_district()
        );
        let values = vec![
            access.district().to_string().into(),
            today.to_string().into(),
            i32::from(year.start()).into(),
        ];
        let key = |row: &PlacedRow| {
            (
                row.place,
                row.effective.clone(),
                row.sort_key.clone(),
                row.urn,
            )
        };
        let rows = in_order(self.reads(), &schools, values, &page, key).await?;
        let Slice { items, next, total } = rows;
        let subjects = items.into_iter().map(|row| SubjectRow {
            urn: row.urn,
            name: row.name,
            sort_key: row.sort_key,
            phase: row.phase,
            authority: row.authority,
        });
        let (mut items, _) = standings(self.reads(), subjects.collect(), year, today).await?;
        for item in &mut items {
            // Lists hold letters and no prose.
            item.versions.clear();
            item.judgements.clear();
        }
        Ok(Assessments {
            year,
            schools: Slice { items, next, total },
        })
    }

    /// Marks schools as reviewed without concern, all or none. With `only_look` nothing is kept.
    ///
    /// # Errors
    /// [`Refusal::Faults`] with every school that can't be; [`Refusal::YearNotOpen`].
    pub async fn review_schools(
        &self,
        access: &Access<District>,
        intent: Intent,
        year: AcademicYear,
        schools: Vec<Urn>,
        only_look: bool,
    ) -> Result<Outcome<usize>, StoreError> {
        let node = Node::District(access.district().clone());
        let target = format!("districts/{}", access.district());
        if only_look {
            must_be_open(self.reads(), year, access.today()).await?;
            fit(self.reads(), &node, year, access.today(), &schools).await?;
            return Ok(Outcome::Done(schools.len()));
        }
        self.write(access, intent, async move |tx| {
            must_be_open(&tx.connection, year, tx.today).await?;
            fit(&tx.connection, &node, year, tx.today, &schools).await?;
            let insert = format!(
                "INSERT INTO risk_assessments (urn, year, version, state, urgency, reason, letters,
                    effective_from, in_bulk, assessed_by, assessed_at)
                SELECT s.urn, $1, COALESCE((SELECT MAX(b.version) FROM risk_assessments b
                        WHERE b.urn = s.urn AND b.year = $1), 0) + 1, 'no-concern',
                    CAST(NULL AS TEXT), '', '', $2, TRUE, $3, $4
                FROM schools s WHERE s.urn IN ({})",
                numbers(schools.iter().map(|&school| urn_value(school)))
            );
            let values = vec![
                i32::from(year.start()).into(),
                tx.today.to_string().into(),
                tx.user.clone().unwrap_or_default().into(),
                tx.now.into(),
            ];
            sql::execute(&tx.connection, &insert, values).await?;
            Ok(Written {
                value: schools.len(),
                target,
                fields: vec!["state"],
            })
        })
        .await
    }

    /// Shares the assessments that hold with the county manager and the schools' own partners:
    /// those of some schools, or all of the district that were made. How many were new.
    ///
    /// # Errors
    /// [`Refusal::NotAssessed`] where there is nothing to share; [`Refusal::Faults`] for schools of
    /// elsewhere.
    pub async fn share_assessments(
        &self,
        access: &Access<District>,
        intent: Intent,
        year: AcademicYear,
        schools: Vec<Urn>,
    ) -> Result<Outcome<u64>, StoreError> {
        let node = Node::District(access.district().clone());
        let target = format!("districts/{}", access.district());
        self.write(access, intent, async move |tx| {
            must_be_open(&tx.connection, year, tx.today).await?;
            let here = of_district(&tx.connection, &node, tx.today).await?;
            let faults = elsewhere(&here, &schools);
            if !faults.is_empty() {
                return Err(Refusal::Faults(faults).into());
            }
            let wanted: Vec<i32> = if schools.is_empty() {
                here.iter().map(|subject| subject.urn).collect()
            } else {
                schools.iter().map(|&school| urn_value(school)).collect()
            };
            let (standings, _) = standings(
                &tx.connection,
                here.into_iter()
                    .filter(|subject| wanted.contains(&subject.urn))
                    .collect(),
                year,
                tx.today,
            )
            .await?;
            let bare = standings.iter().find(|one| one.latest.is_none());
            match bare {
                Some(bare) if !schools.is_empty() => {
                    let name = format!("schools/{}", bare.name.urn);
                    return Err(Refusal::NotAssessed(name).into());
                }
                Some(_) if standings.iter().all(|one| one.latest.is_none()) => {
                    return Err(Refusal::NotAssessed(target).into());
                }
                Some(_) | None => {}
            }
            let update = format!(
                "UPDATE risk_assessments SET shared_by = $1, shared_at = $2
                WHERE year = $3 AND shared_at IS NULL AND urn IN ({})
                    AND version = (SELECT MAX(b.version) FROM risk_assessments b
                        WHERE b.urn = risk_assessments.urn AND b.year = risk_assessments.year)",
                numbers(wanted.into_iter())
            );
            let values = vec![
                tx.user.clone().unwrap_or_default().into(),
                tx.now.into(),
                i32::from(year.start()).into(),
            ];
            let done = sql::execute(&tx.connection, &update, values).await?;
            Ok(Written {
                value: done.rows_affected(),
                target,
                fields: vec!["share_time"],
            })
        })
        .await
    }

    /// What was shared of the schools that the caller's roles reach: letters and urgency, by
    /// urgency and day.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] where the year has no programme.
    pub async fn shared_risks(
        &self,
        access: &Access<Listed>,
        year: Option<AcademicYear>,
        page: Page<AssessmentKey>,
    ) -> Result<Assessments, StoreError> {
        #[derive(FromQueryResult)]
        struct SharedRow {
            name: String,
            sort_key: String,
            place: i32,
            effective: String,
            #[sea_orm(nested)]
            version: VersionRow,
        }
        let year = asked_year(self.reads(), year, access.today()).await?;
        let reached = school::Entity::find()
            .select_only()
            .column(school::Column::Urn)
            .filter(reached_schools(access))
            .build(self.reads().get_database_backend());
        let shared = format!(
            "SELECT {VERSION_COLUMNS}, s.name AS name, s.sort_key AS sort_key, {PLACE} AS place,
                a.effective_from AS effective
            FROM risk_assessments a JOIN schools s ON s.urn = a.urn
                JOIN users u ON u.id = a.assessed_by
            WHERE a.year = $1 AND a.version = (SELECT MAX(b.version)
                FROM risk_assessments b WHERE b.urn = a.urn AND b.year = a.year
                AND b.shared_at IS NOT NULL) AND a.urn IN ({reached})"
        );
        let values = vec![i32::from(year.start()).into()];
        let key = |row: &SharedRow| {
            (
                row.place,
                row.effective.clone(),
                row.sort_key.clone(),
                row.version.urn,
            )
        };
        let rows = in_order(self.reads(), &shared, values, &page, key).await?;
        let Slice { items, next, total } = rows;
        let items = items.into_iter().map(|row| {
            let name = AssessmentName {
                urn: urn(row.version.urn)?,
                year,
            };
            let mut latest = version(row.version)?;
            letters_and_urgency(&mut latest);
            Ok(Assessment {
                name,
                school: row.name,
                latest: Some(latest),
                confirmed: Vec::new(),
                undecided: Vec::new(),
                versions: Vec::new(),
                judgements: Vec::new(),
                etag: String::new(),
            })
        });
        let items = items.collect::<Result<_, StoreError>>()?;
        Ok(Assessments {
            year,
            schools: Slice { items, next, total },
        })
    }
}

/// A page of what a query selects, with the columns `place`, `effective`, `sort_key` and `urn`, in
/// their order.
async fn in_order<T: FromQueryResult>(
    connection: &impl ConnectionTrait,
    query: &str,
    mut values: Vec<sea_orm::Value>,
    page: &Page<AssessmentKey>,
    key: impl Fn(&T) -> AssessmentKey,
) -> Result<Slice<T, AssessmentKey>, StoreError> {
    let count = format!("SELECT COUNT(*) FROM ({query}) t");
    let total = sql::number(connection, &count, values.clone()).await?;
    let from = values.len();
    let (place, effective, sort_key, urn) = page.after.clone().unwrap_or_default();
    values.extend([
        place.into(),
        effective.into(),
        sort_key.into(),
        urn.into(),
        i64::try_from(page.size + 1).unwrap_or(i64::MAX).into(),
    ]);
    let list = format!(
        "SELECT t.* FROM ({query}) t
        WHERE (t.place, t.effective, t.sort_key, t.urn) > (${}, ${}, ${}, ${})
        ORDER BY t.place, t.effective, t.sort_key, t.urn LIMIT ${}",
        from + 1,
        from + 2,
        from + 3,
        from + 4,
        from + 5
    );
    let rows = sql::all(connection, &list, values).await?;
    Ok(Slice::cut(rows, page.size, total.unsigned_abs(), key))
}

/// All open schools of a district.
async fn of_district(
    connection: &impl ConnectionTrait,
    node: &Node,
    today: chrono::NaiveDate,
) -> Result<Vec<SubjectRow>, StoreError> {
    let page = Page {
        after: None,
        size: u64::try_from(MOST_AT_ONCE * 10).unwrap_or(u64::MAX),
    };
    let found = subjects(connection, node, today, &page, every_school()).await?;
    Ok(found.items)
}

/// A fault for each school that is not among those of the district.
fn elsewhere(here: &[SubjectRow], schools: &[Urn]) -> Vec<Fault> {
    let is_elsewhere = |school: &Urn| !here.iter().any(|subject| subject.urn == urn_value(*school));
    schools
        .iter()
        .enumerate()
        .filter(|(_, school)| is_elsewhere(school))
        .map(|(index, school)| {
            Fault::new(
                format!("schools[{index}]"),
                "",
                format!("schools/{school} is no open school of the district"),
            )
        })
        .collect()
}

/// Refuses schools that can't be reviewed without concern, all of them at once.
async fn fit(
    connection: &impl ConnectionTrait,
    node: &Node,
    year: AcademicYear,
    today: chrono::NaiveDate,
    schools: &[Urn],
) -> Result<(), StoreError> {
    let here = of_district(connection, node, today).await?;
    let mut faults = elsewhere(&here, schools);
    let wanted = |subject: &SubjectRow| {
        schools
            .iter()
            .any(|&school| urn_value(school) == subject.urn)
    };
    let here = here.into_iter().filter(wanted).collect();
    let (standings, _) = standings(connection, here, year, today).await?;
    for (index, school) in schools.iter().enumerate() {
        let Some(found) = standings.iter().find(|one| one.name.urn == *school) else {
            continue;
        };
        let basis = Basis {
            confirmed: &found.confirmed,
            undecided: &found.undecided,
            before: None,
            today,
        };
        faults.extend(no_concern(&format!("schools[{index}]"), &basis));
    }
    if faults.is_empty() {
        Ok(())
    } else {
        Err(Refusal::Faults(faults).into())
    }
}
