//! Suggestions of a district or of one school, and what is decided about them (¶12).

use std::collections::BTreeMap;

use chrono::NaiveDate;
use llpr_domain::access::{Node, Role};
use llpr_domain::programme::{Programme, Signal};
use llpr_domain::risk::Severity;
use llpr_domain::risk::assemble::{Assembled, Benchmarks};
use llpr_domain::risk::decision::{Decision, DismissReason};
use llpr_domain::risk::review::Review;
use llpr_domain::risk::suggestion::Asked;
use llpr_domain::urn::Urn;
use llpr_domain::year::AcademicYear;
use sea_orm::ConnectionTrait;

use super::decisions::{Decided, decisions};
use super::exhibit::{Exhibit, fingerprint};
use super::notes::{Earlier, earlier};
use super::sources::{Picture, Pictures, SUBJECT_COLUMNS, SubjectRow, pictures};
use super::{SuggestionName, must_be_open, open_year};
use crate::access::{Access, AnyNode, School, urn_value};
use crate::engine::Store;
use crate::error::StoreError;
use crate::page::{Page, Slice};
use crate::register::{is_open, is_open_in_district, urn};
use crate::write::{Intent, Outcome, Written};
use crate::{programme, sql};

/// Where a suggestion stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Nobody has decided.
    Open,
    /// The last decision.
    Decided(Decision),
}

/// What has become of the evidence since the last decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// It is the same, or there is no decision.
    None,
    /// The figures are others now.
    Changed,
    /// Data no longer suggests it.
    Cleared,
}

/// What data suggests of a school for one criterion, or did when somebody decided about it.
#[derive(Clone, Debug, PartialEq)]
pub struct Suggested {
    /// Its name.
    pub name: SuggestionName,
    /// The school's name.
    pub school: String,
    /// The criterion in a few words.
    pub title: String,
    /// The most severe of its evidence; `None` where nothing is measured, or it was cleared.
    pub severity: Option<Severity>,
    /// Where it stands.
    pub state: State,
    /// What has become of it since.
    pub change: Change,
    /// What stands behind it now; empty where it was cleared.
    pub exhibits: Vec<Exhibit>,
    /// All decisions, the last first.
    pub decisions: Vec<Decided>,
    /// Evidence and last decision, to decide on what was seen.
    pub etag: String,
}

/// What data says of a school.
#[derive(Clone, Debug, PartialEq)]
pub struct SchoolSuggestions {
    /// The school.
    pub urn: Urn,
    /// Its name.
    pub name: String,
    /// In the order of the criteria's letters.
    pub suggestions: Vec<Suggested>,
    /// What was asked of its figures, and the answers.
    pub asked: Vec<Asked>,
    /// The figures that were asked, and whose they are.
    pub results: Assembled,
    /// Facts that raise nothing, with the criterion's letter that they stand beside.
    pub facts: Vec<(char, String)>,
    /// What data suggested before and suggests no more, by letter, the last first; only where
    /// suggestions are asked for.
    pub earlier: Vec<Earlier>,
}

/// What data says of the schools of a page.
#[derive(Clone, Debug)]
pub struct Suggestions {
    /// The programme year.
    pub year: AcademicYear,
    /// The schools, by name.
    pub schools: Slice<SchoolSuggestions, SchoolKey>,
}

/// Where a page begins: sort key and URN.
pub type SchoolKey = (String, i32);

/// What somebody decides.
#[derive(Clone, Debug)]
pub struct Choice {
    /// What.
    pub decision: Decision,
    /// Why.
    pub reason: Option<DismissReason>,
    /// What is said with it.
    pub note: String,
}

impl Store {
    /// What data suggests of the schools of a district, or of one school, by name.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] where the year has no programme, or the register lacks the school.
    pub async fn suggestions(
        &self,
        access: &Access<AnyNode>,
        year: Option<AcademicYear>,
        page: Page<SchoolKey>,
    ) -> Result<Suggestions, StoreError> {
        let today = access.today();
        let year = asked_year(self.reads(), year, today).await?;
        let (_, programme) = programme::in_force(self.reads(), year).await?;
        let which = seen_by(access.role(), year);
        let found = subjects(self.reads(), access.node(), today, &page, which).await?;
        let Slice { items, next, total } = found;
        let mut earlier = earlier(self.reads(), &items, &programme, year).await?;
        let mut items = told(self.reads(), items, &programme, year, today).await?;
        for school in &mut items {
            school.earlier = earlier.remove(&urn_value(school.urn)).unwrap_or_default();
        }
        Ok(Suggestions {
            year,
            schools: Slice { items, next, total },
        })
    }

    /// One suggestion, as it stands now.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] where data does not suggest it and nobody has decided about it.
    pub async fn suggestion(
        &self,
        access: &Access<School>,
        name: SuggestionName,
    ) -> Result<Suggested, StoreError> {
        let which = seen_by(access.role(), name.year);
        suggestion(self.reads(), access.urn(), name, access.today(), which).await
    }

    /// Keeps a decision with what it is about.
    ///
    /// # Errors
    /// [`StoreError::EtagMismatch`] where figures or decisions are others than those seen;
    /// [`crate::Refusal::YearNotOpen`].
    pub async fn decide_suggestion(
        &self,
        access: &Access<School>,
        intent: Intent,
        name: SuggestionName,
        choice: Choice,
        etag: String,
    ) -> Result<Outcome<()>, StoreError> {
        const INSERT: &str = "INSERT INTO risk_decisions
            (urn, year, letter, number, decision, reason, note, basis, decided_by, decided_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT DO NOTHING";
        let school = access.urn();
        self.write(access, intent, async move |tx| {
            must_be_open(&tx.connection, name.year, tx.today).await?;
            let now = suggestion(&tx.connection, school, name, tx.today, every_school()).await?;
            if now.etag != etag {
                return Err(StoreError::EtagMismatch(name.to_string()));
            }
            let basis = serde_json::to_string(&now.exhibits)
                .map_err(|error| StoreError::Corrupt(error.to_string()))?;
            let last = now.decisions.first().map_or(0, |decided| decided.number);
            let values = vec![
                urn_value(school).into(),
                i32::from(name.year.start()).into(),
                name.letter.to_string().into(),
                (last + 1).into(),
                choice.decision.as_str().into(),
                choice
                    .reason
                    .map(|reason| reason.as_str().to_owned())
                    .into(),
                choice.note.into(),
                basis.into(),
                tx.user.clone().unwrap_or_default().into(),
                tx.now.into(),
            ];
            let done = sql::execute(&tx.connection, INSERT, values).await?;
            if done.rows_affected() == 0 {
                return Err(StoreError::EtagMismatch(name.to_string()));
            }
            Ok(Written {
                value: (),
                target: name.to_string(),
                fields: vec!["decision"],
            })
        })
        .await
    }
}

/// The year asked for, which must have a programme, or the open one.
pub(crate) async fn asked_year(
    connection: &impl ConnectionTrait,
    asked: Option<AcademicYear>,
    today: NaiveDate,
) -> Result<AcademicYear, StoreError> {
    let Some(year) = asked else {
        return open_year(connection, today).await;
    };
    let known = programme::latest(connection, year).await?;
    known
        .map(|_| year)
        .ok_or_else(|| programme::missing_year(year))
}

async fn suggestion(
    connection: &impl ConnectionTrait,
    school: Urn,
    name: SuggestionName,
    today: NaiveDate,
    which: Which,
) -> Result<Suggested, StoreError> {
    let missing = || StoreError::NotFound(name.to_string());
    let year = asked_year(connection, Some(name.year), today).await?;
    let (_, programme) = programme::in_force(connection, year).await?;
    let page = Page {
        after: None,
        size: 1,
    };
    let node = Node::School(school);
    let found = subjects(connection, &node, today, &page, which).await?;
    let found = told(connection, found.items, &programme, year, today).await?;
    let mut all = found.into_iter().flat_map(|school| school.suggestions);
    all.find(|one| one.name == name).ok_or_else(missing)
}

/// Which schools of a node are looked at.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Which {
    /// Only those whose assessment of the year was shared.
    shared: Option<AcademicYear>,
}

/// All of them.
pub(crate) const fn every_school() -> Which {
    Which { shared: None }
}

/// A partner sees what was shared and nothing before, not even in the count; a SIM sees all.
fn seen_by(role: Option<Role>, year: AcademicYear) -> Which {
    Which {
        shared: (role != Some(Role::Sim)).then_some(year),
    }
}

/// A page of the schools of a node, by name.
pub(crate) async fn subjects(
    connection: &impl ConnectionTrait,
    node: &Node,
    today: NaiveDate,
    page: &Page<SchoolKey>,
    which: Which,
) -> Result<Slice<SubjectRow, SchoolKey>, StoreError> {
    let (fits, value): (String, sea_orm::Value) = match node {
        Node::School(urn) => ("s.urn = $1 AND $2 = $2".to_owned(), urn_value(*urn).into()),
        Node::District(slug) => (is_open_in_district(), slug.to_string().into()),
        Node::County => (
            format!("{} AND $1 = $1 AND $2 = $2", is_open()),
            String::new().into(),
        ),
    };
    let shared = match which.shared {
        None => String::new(),
        Some(year) => format!(
            " AND EXISTS (SELECT 1 FROM risk_assessments a WHERE a.urn = s.urn
                AND a.year = {} AND a.shared_at IS NOT NULL)",
            year.start()
        ),
    };
    let count = format!("SELECT COUNT(*) FROM schools s WHERE {fits}{shared}");
    let day = || today.to_string().into();
    let total = sql::number(connection, &count, vec![value.clone(), day()]).await?;
    if let (Node::School(urn), 0, None) = (node, total, which.shared) {
        return Err(StoreError::NotFound(format!("schools/{urn}")));
    }
    let (name, after) = page.after.clone().unwrap_or_default();
    let list = format!(
        "SELECT {SUBJECT_COLUMNS} FROM schools s
        WHERE {fits}{shared} AND (s.sort_key > $3 OR (s.sort_key = $3 AND s.urn > $4))
        ORDER BY s.sort_key, s.urn LIMIT $5"
    );
    let limit = i64::try_from(page.size + 1).unwrap_or(i64::MAX);
    let values = vec![value, day(), name.into(), after.into(), limit.into()];
    let rows = sql::all(connection, &list, values).await?;
    let key = |row: &SubjectRow| (row.sort_key.clone(), row.urn);
    Ok(Slice::cut(rows, page.size, total.unsigned_abs(), key))
}

/// What data and people say of schools.
pub(super) async fn told(
    connection: &impl ConnectionTrait,
    subjects: Vec<SubjectRow>,
    programme: &Programme,
    year: AcademicYear,
    today: NaiveDate,
) -> Result<Vec<SchoolSuggestions>, StoreError> {
    let mut decisions = decisions(connection, &subjects, year).await?;
    let Pictures {
        schools,
        benchmarks,
    } = pictures(connection, subjects, programme, year, today).await?;
    let mut all = Vec::new();
    for picture in schools {
        let mut raised = raised(&picture, &benchmarks, programme);
        let urn = urn(picture.subject.urn)?;
        let mut suggestions = Vec::new();
        for criterion in &programme.criteria {
            let name = SuggestionName {
                urn,
                year,
                letter: criterion.letter,
            };
            let now = raised.remove(&criterion.letter);
            let decided = decisions.remove(&(picture.subject.urn, criterion.letter));
            let told = (picture.subject.name.as_str(), criterion.title.as_str());
            suggestions.extend(suggested(name, told, now, decided));
        }
        let Picture {
            subject,
            assembled,
            review: Review { asked, facts, .. },
            ..
        } = picture;
        let letter = |signal: Signal| {
            programme
                .raised_by(signal)
                .map(|criterion| criterion.letter)
        };
        let facts = facts
            .into_iter()
            .filter_map(|fact| Some((letter(fact.signal)?, fact.words)));
        all.push(SchoolSuggestions {
            urn,
            name: subject.name,
            suggestions,
            asked,
            results: assembled,
            facts: facts.collect(),
            earlier: Vec::new(),
        });
    }
    Ok(all)
}

/// What data says of a school now: by the criterion's letter, how severe and why.
pub(super) fn raised(
    picture: &Picture,
    benchmarks: &Benchmarks,
    programme: &Programme,
) -> BTreeMap<char, (Option<Severity>, Vec<Exhibit>)> {
    let context = picture.context(benchmarks);
    let suggestions = picture.review.suggestions.iter();
    let raised = suggestions.filter_map(|found| {
        let letter = programme.raised_by(found.signal)?.letter;
        let exhibits = found.evidence.iter().map(|one| Exhibit::new(one, &context));
        Some((letter, (found.severity, exhibits.collect())))
    });
    raised.collect()
}

fn suggested(
    name: SuggestionName,
    (school, title): (&str, &str),
    now: Option<(Option<Severity>, Vec<Exhibit>)>,
    decided: Option<Vec<Decided>>,
) -> Option<Suggested> {
    let decisions = decided.unwrap_or_default();
    if now.is_none() && decisions.is_empty() {
        return None;
    }
    let is_raised = now.is_some();
    let (severity, exhibits) = now.unwrap_or_default();
    let print = fingerprint(&exhibits);
    let last = decisions.first();
    let change = match last {
        Some(_) if !is_raised => Change::Cleared,
        Some(last) if fingerprint(&last.exhibits) != print => Change::Changed,
        None | Some(_) => Change::None,
    };
    Some(Suggested {
        name,
        school: school.to_owned(),
        title: title.to_owned(),
        severity,
        state: last.map_or(State::Open, |last| State::Decided(last.decision)),
        change,
        exhibits,
        etag: format!("{}-{print}", last.map_or(0, |last| last.number)),
        decisions,
    })
}
