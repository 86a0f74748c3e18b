//! Assessments of schools: versions that are never changed, and with whom they were shared (¶12,
//! ¶13). What each role sees of them is decided here.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use llpr_domain::access::Node;
use llpr_domain::risk::assessment::{
    Basis, CriterionState, Direction, RiskState, Urgency, Wanted, faults,
};
use llpr_domain::risk::decision::Decision;
use llpr_domain::urn::Urn;
use llpr_domain::year::AcademicYear;
use sea_orm::{ConnectionTrait, FromQueryResult};

use super::criteria::{self, Judgement};
use super::suggestions::{SchoolSuggestions, State, asked_year, every_school, subjects, told};
use super::visible::narrow;
use super::{must_be_open, sources::SubjectRow};
use crate::access::{Access, School, urn_value};
use crate::engine::Store;
use crate::error::{Refusal, StoreError};
use crate::figures::numbers;
use crate::page::Page;
use crate::programme::{self, Writer};
use crate::register::{day, urn};
use crate::sql;
use crate::write::{Intent, Outcome, Written};

/// What names an assessment: `schools/900001/riskAssessments/2024-2025`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AssessmentName {
    /// The school.
    pub urn: Urn,
    /// The programme year.
    pub year: AcademicYear,
}

impl std::fmt::Display for AssessmentName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "schools/{}/riskAssessments/{}",
            self.urn,
            self.year.slug()
        )
    }
}

/// An assessment as it was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version {
    /// From 1.
    pub number: i32,
    /// What it says.
    pub state: RiskState,
    /// Why it is urgent, where the school is at risk.
    pub urgency: Option<Urgency>,
    /// The reason for that in words; empty for who may not see it.
    pub reason: String,
    /// The direction of travel, where it was said.
    pub direction: Option<Direction>,
    /// Letters of the criteria that were in evidence.
    pub letters: Vec<char>,
    /// From which day.
    pub effective: NaiveDate,
    /// Whether it was made together with others.
    pub in_bulk: bool,
    /// Who made it.
    pub by: Writer,
    /// When, in microseconds since 1970.
    pub at: i64,
    /// When it was shared, in microseconds since 1970.
    pub shared_at: Option<i64>,
}

/// Where a school stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assessment {
    /// Its name.
    pub name: AssessmentName,
    /// The school's name.
    pub school: String,
    /// The assessment that holds; `None` while the school is unreviewed, or nothing was shared.
    pub latest: Option<Version>,
    /// Letters of the criteria in evidence now; empty for who may not see them.
    pub confirmed: Vec<char>,
    /// Letters that wait for a decision; empty likewise.
    pub undecided: Vec<char>,
    /// All versions, the last first; empty in lists, and for who may not see them.
    pub versions: Vec<Version>,
    /// Criteria by judgement, oldest first; empty likewise.
    pub judgements: Vec<Judgement>,
    /// Version and criteria, to assess on what was seen.
    pub etag: String,
}

/// An assessment that somebody asks for.
#[derive(Clone, Debug)]
pub struct NewAssessment {
    /// What it says.
    pub wanted: Wanted,
    /// The etag that was seen.
    pub etag: String,
}

#[derive(FromQueryResult)]
pub(super) struct VersionRow {
    pub(super) urn: i32,
    version: i32,
    state: String,
    urgency: Option<String>,
    reason: String,
    direction: Option<String>,
    letters: String,
    effective_from: String,
    in_bulk: bool,
    assessed_by: String,
    assessed_by_name: String,
    assessed_at: i64,
    shared_at: Option<i64>,
}

/// Columns of an assessment `a` and its author `u`, as [`VersionRow`] reads them.
pub(super) const VERSION_COLUMNS: &str = "a.urn AS urn, a.version AS version, a.state AS state,
        a.urgency AS urgency, a.reason AS reason, a.direction AS direction, a.letters AS letters,
        a.effective_from AS effective_from, a.in_bulk AS in_bulk, a.assessed_by AS assessed_by,
        u.display_name AS assessed_by_name, a.assessed_at AS assessed_at, a.shared_at AS shared_at";

impl Store {
    /// Where a school stands, as far as the caller's role may know: a SIM everything; a partner
    /// what was shared, and their own proposals; the county manager letters and urgency that were
    /// shared. Whoever reads what others wrote about a restricted criterion is in the ledger.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] where the register lacks the school, or the year has no programme.
    pub async fn assessment(
        &self,
        access: &Access<School>,
        year: Option<AcademicYear>,
        now: i64,
    ) -> Result<Assessment, StoreError> {
        let today = access.today();
        let year = asked_year(self.reads(), year, today).await?;
        let (mut whole, restricted) = whole(self.reads(), access.urn(), year, today).await?;
        let reader = access.user().unwrap_or_default();
        narrow(&mut whole, access.role(), reader);
        let recorded: Vec<&'static str> = whole
            .judgements
            .iter()
            .filter(|one| restricted.contains(&one.letter) && one.by.user != reader)
            .map(|_| "riskCriteria.note")
            .take(1)
            .collect();
        if !recorded.is_empty() {
            let target = whole.name.to_string();
            self.write(access, Intent::at(now), async move |_tx| {
                Ok(Written {
                    value: (),
                    target,
                    fields: recorded,
                })
            })
            .await?;
        }
        Ok(whole)
    }

    /// Makes the next version of a school's assessment.
    ///
    /// # Errors
    /// [`StoreError::EtagMismatch`] where criteria or assessment are others than those seen;
    /// [`Refusal::Faults`]; [`Refusal::YearNotOpen`].
    pub async fn assess(
        &self,
        access: &Access<School>,
        intent: Intent,
        year: AcademicYear,
        new: NewAssessment,
    ) -> Result<Outcome<Assessment>, StoreError> {
        const INSERT: &str = "INSERT INTO risk_assessments (urn, year, version, state, urgency,
                reason, letters, effective_from, in_bulk, assessed_by, assessed_at, direction)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, FALSE, $9, $10, $11) ON CONFLICT DO NOTHING";
        let school = access.urn();
        self.write(access, intent, async move |tx| {
            must_be_open(&tx.connection, year, tx.today).await?;
            let (seen, _) = whole(&tx.connection, school, year, tx.today).await?;
            let target = seen.name.to_string();
            if seen.etag != new.etag {
                return Err(StoreError::EtagMismatch(target));
            }
            let basis = Basis {
                confirmed: &seen.confirmed,
                undecided: &seen.undecided,
                before: seen.latest.as_ref().map(|latest| latest.effective),
                today: tx.today,
            };
            let faults = faults(&new.wanted, &basis);
            let Some(state) = new.wanted.state.filter(|_| faults.is_empty()) else {
                return Err(Refusal::Faults(faults).into());
            };
            let next = seen.latest.as_ref().map_or(1, |latest| latest.number + 1);
            let urgency = new
                .wanted
                .urgency
                .map(|urgency| urgency.as_str().to_owned());
            let direction = new
                .wanted
                .direction
                .map(|direction| direction.as_str().to_owned());
            let values = vec![
                urn_value(school).into(),
                i32::from(year.start()).into(),
                next.into(),
                state.as_str().into(),
                urgency.into(),
                new.wanted.reason.into(),
                seen.confirmed.iter().collect::<String>().into(),
                new.wanted.effective.to_string().into(),
                tx.user.clone().unwrap_or_default().into(),
                tx.now.into(),
                direction.into(),
            ];
            let done = sql::execute(&tx.connection, INSERT, values).await?;
            if done.rows_affected() == 0 {
                return Err(StoreError::EtagMismatch(target));
            }
            let (value, _) = whole(&tx.connection, school, year, tx.today).await?;
            Ok(Written {
                value,
                target,
                fields: vec!["state", "urgency", "reason", "direction", "effective_date"],
            })
        })
        .await
    }
}

/// Everything about one school, and the letters of restricted criteria.
async fn whole(
    connection: &impl ConnectionTrait,
    school: Urn,
    year: AcademicYear,
    today: NaiveDate,
) -> Result<(Assessment, Vec<char>), StoreError> {
    let node = Node::School(school);
    let page = Page {
        after: None,
        size: 1,
    };
    let found = subjects(connection, &node, today, &page, every_school()).await?;
    let (mut found, restricted) = standings(connection, found.items, year, today).await?;
    let missing = || StoreError::NotFound(format!("schools/{school}"));
    Ok((found.pop().ok_or_else(missing)?, restricted))
}

/// Where schools stand, in their order, and the letters of restricted criteria: a number of
/// statements that does not depend on how many schools there are.
pub(super) async fn standings(
    connection: &impl ConnectionTrait,
    subjects: Vec<SubjectRow>,
    year: AcademicYear,
    today: NaiveDate,
) -> Result<(Vec<Assessment>, Vec<char>), StoreError> {
    let (_, programme) = programme::in_force(connection, year).await?;
    let schools = told(connection, subjects, &programme, year, today).await?;
    let all = standing(connection, &schools, year).await?;
    let restricted = programme
        .criteria
        .iter()
        .filter(|criterion| criterion.restricted);
    Ok((all, restricted.map(|criterion| criterion.letter).collect()))
}

/// Where schools stand of which it is known what data and people say, in their order.
pub(super) async fn standing(
    connection: &impl ConnectionTrait,
    schools: &[SchoolSuggestions],
    year: AcademicYear,
) -> Result<Vec<Assessment>, StoreError> {
    let urns: Vec<i32> = schools.iter().map(|school| urn_value(school.urn)).collect();
    let mut versions = versions(connection, &urns, year).await?;
    let mut judgements: BTreeMap<Urn, Vec<Judgement>> = BTreeMap::new();
    for judgement in criteria::of_schools(connection, &urns, year).await? {
        judgements.entry(judgement.urn).or_default().push(judgement);
    }
    let mut all = Vec::new();
    for school in schools {
        let judgements = judgements.remove(&school.urn).unwrap_or_default();
        let suggested = |state| {
            let fits = school
                .suggestions
                .iter()
                .filter(move |one| one.state == state);
            fits.map(|one| one.name.letter)
        };
        let judged = |state| {
            let fits = judgements.iter().filter(move |one| one.state == state);
            fits.map(|one| one.letter)
        };
        let confirmed = sorted(
            suggested(State::Decided(Decision::Confirmed)).chain(judged(CriterionState::Confirmed)),
        );
        let undecided = sorted(suggested(State::Open).chain(judged(CriterionState::Proposed)));
        let versions = versions.remove(&school.urn).unwrap_or_default();
        let latest = versions.first().cloned();
        let etag = format!(
            "{}-{}-{}",
            latest.as_ref().map_or(0, |latest| latest.number),
            confirmed.iter().collect::<String>(),
            undecided.iter().collect::<String>(),
        );
        all.push(Assessment {
            name: AssessmentName {
                urn: school.urn,
                year,
            },
            school: school.name.clone(),
            latest,
            confirmed,
            undecided,
            versions,
            judgements,
            etag,
        });
    }
    Ok(all)
}

fn sorted(letters: impl Iterator<Item = char>) -> Vec<char> {
    let mut letters: Vec<char> = letters.collect();
    letters.sort_unstable();
    letters.dedup();
    letters
}

/// All versions of schools, the last first.
async fn versions(
    connection: &impl ConnectionTrait,
    urns: &[i32],
    year: AcademicYear,
) -> Result<BTreeMap<Urn, Vec<Version>>, StoreError> {
    if urns.is_empty() {
        return Ok(BTreeMap::new());
    }
    let query = format!(
        "SELECT {VERSION_COLUMNS} FROM risk_assessments a JOIN users u ON u.id = a.assessed_by
        WHERE a.urn IN ({}) AND a.year = $1 ORDER BY a.urn, a.version DESC",
        numbers(urns.iter().copied())
    );
    let rows: Vec<VersionRow> =
        sql::all(connection, &query, vec![i32::from(year.start()).into()]).await?;
    let mut found: BTreeMap<Urn, Vec<Version>> = BTreeMap::new();
    for row in rows {
        found.entry(urn(row.urn)?).or_default().push(version(row)?);
    }
    Ok(found)
}

pub(super) fn version(row: VersionRow) -> Result<Version, StoreError> {
    let corrupt = |what: &str| StoreError::Corrupt(format!("assessment of {}: {what}", row.urn));
    let urgency = row
        .urgency
        .as_deref()
        .map(|urgency| Urgency::parse(urgency).ok_or_else(|| corrupt("urgency")));
    let direction = row
        .direction
        .as_deref()
        .map(|direction| Direction::parse(direction).ok_or_else(|| corrupt("direction")));
    Ok(Version {
        number: row.version,
        state: RiskState::parse(&row.state).ok_or_else(|| corrupt("state"))?,
        urgency: urgency.transpose()?,
        reason: row.reason,
        direction: direction.transpose()?,
        letters: row.letters.chars().collect(),
        effective: day(&row.effective_from)?,
        in_bulk: row.in_bulk,
        by: Writer {
            user: row.assessed_by,
            display_name: row.assessed_by_name,
        },
        at: row.assessed_at,
        shared_at: row.shared_at,
    })
}
