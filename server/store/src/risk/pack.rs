//! What is printed of a district's schools before the briefing (¶10 to 12 and 20).

use std::collections::BTreeMap;

use llpr_domain::access::Node;
use llpr_domain::inspection::Inspection;
use llpr_domain::past_visit::PastVisit;
use llpr_domain::year::AcademicYear;
use sea_orm::FromQueryResult;

use super::assessments::{Assessment, standing};
use super::sources::inspections_of;
use super::suggestions::{SchoolKey, SchoolSuggestions, every_school, subjects, told};
use crate::access::{Access, District};
use crate::circumstances::past_visits;
use crate::contexts::{SchoolContext, contexts};
use crate::engine::Store;
use crate::error::StoreError;
use crate::figures::numbers;
use crate::follow_up::{Action, open_of_schools};
use crate::page::{Page, Slice};
use crate::{programme, sql};

/// A school as it is printed.
#[derive(Clone, Debug)]
pub struct PackSchool {
    /// Its kind, ages and size.
    pub about: About,
    /// Where it stands.
    pub assessment: Assessment,
    /// What data says of it.
    pub suggestions: SchoolSuggestions,
    /// The latest first.
    pub inspections: Vec<Inspection>,
    /// Its programme context (¶7).
    pub context: SchoolContext,
    /// What is still to be done, by due date (¶13).
    pub actions: Vec<Action>,
    /// Visits of years before this software, the latest first.
    pub past_visits: Vec<PastVisit>,
}

/// What the register says of a school.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct About {
    urn: i32,
    /// Kind of establishment.
    pub type_name: String,
    /// Lowest statutory age.
    pub low_age: Option<i32>,
    /// Highest statutory age.
    pub high_age: Option<i32>,
    /// Pupils on roll.
    pub pupils: Option<i32>,
    /// The trust that runs it.
    pub trust: Option<String>,
}

/// Schools that are read at once.
const AT_ONCE: u64 = 100;

impl Store {
    /// A page of a district's open schools, by name, for printing: a number of statements that does
    /// not depend on how many there are.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] where the year has no programme.
    pub async fn pack_schools(
        &self,
        access: &Access<District>,
        year: AcademicYear,
        after: Option<SchoolKey>,
    ) -> Result<Slice<PackSchool, SchoolKey>, StoreError> {
        let (reads, today) = (self.reads(), access.today());
        let (_, programme) = programme::in_force(reads, year).await?;
        let node = Node::District(access.district().clone());
        let page = Page {
            after,
            size: AT_ONCE,
        };
        let found = subjects(reads, &node, today, &page, every_school()).await?;
        let Slice { items, next, total } = found;
        let urns: Vec<i32> = items.iter().map(|row| row.urn).collect();
        let about = format!(
            "SELECT urn, type_name, low_age, high_age, pupils, trust FROM schools WHERE urn IN ({})",
            numbers(urns.iter().copied())
        );
        let about: Vec<About> = if urns.is_empty() {
            Vec::new()
        } else {
            sql::all(reads, &about, vec![]).await?
        };
        let mut about: BTreeMap<i32, About> =
            about.into_iter().map(|about| (about.urn, about)).collect();
        let mut inspections = inspections_of(reads, &urns).await?;
        let mut visits = past_visits::of_schools(reads, &urns).await?;
        let mut actions = open_of_schools(reads, &urns, today).await?;
        let contexts = contexts(reads, items.clone(), year, today).await?;
        let suggestions = told(reads, items, &programme, year, today).await?;
        let assessments = standing(reads, &suggestions, year).await?;
        let mut schools = Vec::new();
        let told = suggestions.into_iter().zip(assessments).zip(contexts);
        for (urn, ((suggestions, assessment), context)) in urns.into_iter().zip(told) {
            let Some(about) = about.remove(&urn) else {
                continue;
            };
            let mut inspections = inspections.remove(&urn).unwrap_or_default();
            inspections.sort_by_key(|one| std::cmp::Reverse(one.start));
            schools.push(PackSchool {
                about,
                assessment,
                suggestions,
                inspections,
                context,
                actions: actions.remove(&urn).unwrap_or_default(),
                past_visits: visits.remove(&urn).unwrap_or_default(),
            });
        }
        Ok(Slice {
            items: schools,
            next,
            total,
        })
    }

    /// Name of who prints; empty for a process of ours.
    ///
    /// # Errors
    /// [`StoreError`] where the database fails.
    pub async fn reader_name(&self, access: &Access<District>) -> Result<String, StoreError> {
        let Some(user) = access.user() else {
            return Ok(String::new());
        };
        let names = programme::names(self.reads(), [user.to_owned()].into()).await?;
        Ok(names.into_values().next().unwrap_or_default())
    }
}
