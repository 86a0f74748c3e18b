//! Programme contexts of schools (¶7): proposed from what stands, each time they are read; only decisions
//! are kept, each with what was proposed. Nothing here asks a statement for each school.

mod decide;

use std::collections::BTreeMap;
use std::fmt;

use chrono::NaiveDate;
use llpr_domain::access::{Node, Role};
use llpr_domain::context::{ProgrammeContext, Proposal, propose};
use llpr_domain::urn::Urn;
use llpr_domain::year::AcademicYear;
use sea_orm::{ConnectionTrait, FromQueryResult};
use sha2::{Digest as _, Sha256};

use crate::access::{Access, District, School};
use crate::engine::Store;
use crate::error::StoreError;
use crate::figures::numbers;
use crate::page::{Page, Slice};
use crate::programme::{self, Writer};
use crate::register::urn;
use crate::risk::{
    SchoolKey, SubjectRow, asked_year, every_school, inspections_of, subjects, support_of,
};
use crate::sql;

pub use decide::ContextChoice;

/// What names a context: `schools/900001/programmeContexts/2024-2025`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ContextName {
    /// The school.
    pub urn: Urn,
    /// The programme year.
    pub year: AcademicYear,
}

impl fmt::Display for ContextName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { urn, year } = self;
        write!(f, "schools/{urn}/programmeContexts/{}", year.slug())
    }
}

/// What was proposed when somebody decided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProposedThen {
    /// The context.
    pub context: ProgrammeContext,
    /// The reasons in words.
    pub words: String,
}

/// A decision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContextVersion {
    /// From 1.
    pub number: i32,
    /// The context.
    pub context: ProgrammeContext,
    /// Why.
    pub reason: String,
    /// What was proposed then; `None` for who may not see it.
    pub proposed: Option<ProposedThen>,
    /// Whether it was decided together with others.
    pub in_bulk: bool,
    /// Who decided.
    pub by: Writer,
    /// When, in microseconds since 1970.
    pub at: i64,
}

/// A school's context.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SchoolContext {
    /// Its name.
    pub name: ContextName,
    /// The school's name.
    pub school: String,
    /// The decision that holds; `None` while nobody has decided.
    pub latest: Option<ContextVersion>,
    /// How many visits the year has by that decision.
    pub visits: u32,
    /// What is proposed now, and how many visits that would be; `None` for who may not see it.
    pub proposal: Option<(Proposal, u32)>,
    /// All decisions, the last first; empty in lists, and for who may not see them.
    pub versions: Vec<ContextVersion>,
    /// Decision and proposal, to decide on what was seen; empty for who may not decide.
    pub etag: String,
}

/// Contexts of a page.
#[derive(Clone, Debug)]
pub struct Contexts {
    /// The programme year.
    pub year: AcademicYear,
    /// By name.
    pub schools: Slice<SchoolContext, SchoolKey>,
}

#[derive(FromQueryResult)]
struct Row {
    urn: i32,
    version: i32,
    context: String,
    reason: String,
    proposed: String,
    proposed_reason: String,
    in_bulk: bool,
    decided_by: String,
    decided_by_name: String,
    decided_at: i64,
}

impl Store {
    /// The contexts of the open schools of a district, by name.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] where the year has no programme.
    pub async fn programme_contexts(
        &self,
        access: &Access<District>,
        year: Option<AcademicYear>,
        page: Page<SchoolKey>,
    ) -> Result<Contexts, StoreError> {
        let today = access.today();
        let year = asked_year(self.reads(), year, today).await?;
        let node = Node::District(access.district().clone());
        let found = subjects(self.reads(), &node, today, &page, every_school()).await?;
        let Slice { items, next, total } = found;
        let mut items = contexts(self.reads(), items, year, today).await?;
        for item in &mut items {
            narrow(item, access.role());
            item.versions.clear();
        }
        Ok(Contexts {
            year,
            schools: Slice { items, next, total },
        })
    }

    /// A school's context, as far as the caller's role may know: a SIM everything; others the decision
    /// that holds.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] where the register lacks the school, or the year has no programme.
    pub async fn programme_context(
        &self,
        access: &Access<School>,
        year: Option<AcademicYear>,
    ) -> Result<SchoolContext, StoreError> {
        let today = access.today();
        let year = asked_year(self.reads(), year, today).await?;
        let mut found = one(self.reads(), access.urn(), year, today).await?;
        narrow(&mut found, access.role());
        Ok(found)
    }
}

/// Leaves what a role may know: the proposal and what was decided before are the SIM's.
fn narrow(context: &mut SchoolContext, role: Option<Role>) {
    if role == Some(Role::Sim) {
        return;
    }
    if let Some(latest) = &mut context.latest {
        latest.proposed = None;
    }
    context.proposal = None;
    context.versions.clear();
    context.etag.clear();
}

/// Everything about one school.
async fn one(
    connection: &impl ConnectionTrait,
    school: Urn,
    year: AcademicYear,
    today: NaiveDate,
) -> Result<SchoolContext, StoreError> {
    let page = Page {
        after: None,
        size: 1,
    };
    let node = Node::School(school);
    let found = subjects(connection, &node, today, &page, every_school()).await?;
    let mut found = contexts(connection, found.items, year, today).await?;
    let missing = || StoreError::NotFound(format!("schools/{school}"));
    found.pop().ok_or_else(missing)
}

/// The contexts of schools, in their order: a number of statements that does not depend on how many
/// schools there are.
pub(crate) async fn contexts(
    connection: &impl ConnectionTrait,
    subjects: Vec<SubjectRow>,
    year: AcademicYear,
    today: NaiveDate,
) -> Result<Vec<SchoolContext>, StoreError> {
    let (_, programme) = programme::in_force(connection, year).await?;
    let settings = &programme.settings;
    let urns: Vec<i32> = subjects.iter().map(|subject| subject.urn).collect();
    let mut decided = versions(connection, &urns, year).await?;
    let mut inspections = inspections_of(connection, &urns).await?;
    let mut support = support_of(connection, &urns).await?;
    let mut all = Vec::new();
    for subject in subjects {
        let proposal = propose(
            year,
            &inspections.remove(&subject.urn).unwrap_or_default(),
            &support.remove(&subject.urn).unwrap_or_default(),
            settings,
            today,
        );
        let versions = decided.remove(&subject.urn).unwrap_or_default();
        let latest = versions.first().cloned();
        let number = latest.as_ref().map_or(0, |latest| latest.number);
        all.push(SchoolContext {
            name: ContextName {
                urn: urn(subject.urn)?,
                year,
            },
            school: subject.name,
            visits: latest
                .as_ref()
                .map_or(0, |latest| latest.context.visits(settings)),
            etag: format!("{number}-{}", fingerprint(&proposal)),
            proposal: Some((proposal.clone(), proposal.context.visits(settings))),
            latest,
            versions,
        });
    }
    Ok(all)
}

/// What a proposal rests on, in a few letters.
fn fingerprint(proposal: &Proposal) -> String {
    let Proposal {
        context,
        reasons,
        is_clear,
    } = proposal;
    let mut digest = Sha256::new();
    digest.update(format!("{}|{is_clear}|", context.as_str()));
    for reason in reasons {
        digest.update(reason);
        digest.update("|");
    }
    let mut print = hex::encode(digest.finalize());
    print.truncate(16);
    print
}

/// All decisions about schools, the last first.
async fn versions(
    connection: &impl ConnectionTrait,
    urns: &[i32],
    year: AcademicYear,
) -> Result<BTreeMap<i32, Vec<ContextVersion>>, StoreError> {
    if urns.is_empty() {
        return Ok(BTreeMap::new());
    }
    let query = format!(
        "SELECT c.urn AS urn, c.version AS version, c.context AS context, c.reason AS reason,
            c.proposed AS proposed, c.proposed_reason AS proposed_reason, c.in_bulk AS in_bulk,
            c.decided_by AS decided_by, u.display_name AS decided_by_name, c.decided_at AS decided_at
        FROM programme_contexts c JOIN users u ON u.id = c.decided_by
        WHERE c.urn IN ({}) AND c.year = $1 ORDER BY c.urn, c.version DESC",
        numbers(urns.iter().copied())
    );
    let values = vec![i32::from(year.start()).into()];
    let rows: Vec<Row> = sql::all(connection, &query, values).await?;
    let mut found: BTreeMap<i32, Vec<ContextVersion>> = BTreeMap::new();
    for row in rows {
        found.entry(row.urn).or_default().push(version(row)?);
    }
    Ok(found)
}

fn version(row: Row) -> Result<ContextVersion, StoreError> {
    let context = |word: &str| {
        ProgrammeContext::parse(word)
            .ok_or_else(|| StoreError::Corrupt(format!("context of {}: {word}", row.urn)))
    };
    Ok(ContextVersion {
        number: row.version,
        context: context(&row.context)?,
        proposed: Some(ProposedThen {
            context: context(&row.proposed)?,
            words: row.proposed_reason,
        }),
        reason: row.reason,
        in_bulk: row.in_bulk,
        by: Writer {
            user: row.decided_by,
            display_name: row.decided_by_name,
        },
        at: row.decided_at,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn p7_only_the_sim_sees_what_is_proposed() {
        let by = Writer {
            user: "u".into(),
            display_name: "U".into(),
        };
        let version = ContextVersion {
            number: 1,
            context: ProgrammeContext::Other,
            reason: "Because.".into(),
            proposed: Some(ProposedThen {
                context: ProgrammeContext::SignificantSupport,
                words: "Working.".into(),
            }),
            in_bulk: false,
            by,
            at: 1,
        };
        let proposal = Proposal {
            context: ProgrammeContext::Other,
            reasons: vec!["Working.".into()],
            is_clear: true,
        };
        let whole = SchoolContext {
            name: ContextName {
                urn: "900001".parse().unwrap(),
                year: "2024/25".parse().unwrap(),
            },
            school: "Ashmarl".into(),
            latest: Some(version.clone()),
            visits: 1,
            proposal: Some((proposal, 1)),
            versions: vec![version],
            etag: "1-x".into(),
        };
        let seen = |role| {
            let mut seen = whole.clone();
            narrow(&mut seen, role);
            seen
        };
        assert_eq!(seen(Some(Role::Sim)), whole);
        for role in [
            Some(Role::Headteacher),
            Some(Role::Llp),
            Some(Role::CountyManager),
            None,
        ] {
            let seen = seen(role);
            assert!(!format!("{seen:?}").contains("Working"), "{role:?}");
            assert_eq!(seen.latest.unwrap().reason, "Because.");
            assert_eq!(seen.etag, "");
        }
    }
}
