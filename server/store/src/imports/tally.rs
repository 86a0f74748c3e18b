//! What is wrong with a file: issues are counted, and the first of them kept.

use std::collections::HashSet;

use llpr_domain::figure::Place;
use llpr_domain::import::{Class, Dataset, Issue, IssueCode, Row};
use llpr_domain::urn::Urn;
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _, QuerySelect as _, Set};

use super::{Run, class_word};
use crate::access::urn_value;
use crate::entity::{import_issue, school};
use crate::error::StoreError;

/// Issues that are kept; all are counted.
const KEPT: i64 = 1_000;
/// Rows of a statement.
const ROWS: usize = 1_000;
/// A file is refused when it lacks more than this share of the schools that stand, in percent.
const MISSING_PERCENT: usize = 20;
/// Fewer missing schools than this are never suspicious.
const MISSING_FLOOR: usize = 5;

/// The issues of an import.
#[derive(Debug, Default)]
pub(super) struct Tally {
    held: Vec<import_issue::ActiveModel>,
    all: i64,
    pub(super) fatal: i64,
    pub(super) pending: i64,
    pub(super) notes: i64,
}

impl Tally {
    /// Counts an issue, and keeps it if it is among the first; fatal ones are kept further.
    pub(super) fn take(&mut self, seq: i64, issue: Issue) {
        let class = issue.code.class();
        match class {
            Class::Fatal => self.fatal += 1,
            Class::Pending => self.pending += 1,
            Class::Note => self.notes += 1,
        }
        self.all += 1;
        let kept = if class == Class::Fatal {
            2 * KEPT
        } else {
            KEPT
        };
        if self.all > kept {
            return;
        }
        self.held.push(import_issue::ActiveModel {
            import_seq: Set(seq),
            position: Set(self.all),
            class: Set(class_word(class).to_owned()),
            code: Set(issue.code.as_str().to_owned()),
            line: Set(issue.line.and_then(|line| i64::try_from(line).ok())),
            column_name: Set(issue.column.unwrap_or_default()),
            cell: Set(issue.cell),
            value: Set(issue.value.unwrap_or_default()),
            message: Set(issue.message),
        });
    }

    /// Writes what is held.
    pub(super) async fn write(&mut self, run: &Run, now: i64) -> Result<(), StoreError> {
        let rows = std::mem::take(&mut self.held);
        if rows.is_empty() {
            return Ok(());
        }
        run.store
            .transaction(&run.access, now, async move |tx| {
                for some in rows.chunks(ROWS) {
                    import_issue::Entity::insert_many(some.to_vec())
                        .exec_without_returning(&tx.connection)
                        .await?;
                }
                Ok(())
            })
            .await
    }
}

/// How much of what stands a file lacks.
#[derive(Clone, Copy, Debug)]
pub(super) struct Missing {
    /// Schools that stand.
    pub(super) standing: usize,
    /// Those that the file lacks.
    pub(super) missing: usize,
}

impl Missing {
    /// An issue where the file lacks so much that it is hardly the whole one.
    pub(super) fn suspicion(self) -> Option<Issue> {
        let Self { standing, missing } = self;
        if missing <= MISSING_FLOOR || missing * 100 <= MISSING_PERCENT * standing {
            return None;
        }
        let message = format!(
            "{missing} of the {standing} schools that stand for this authority are not in the file. If the file \
             is complete, repeat with --accept-missing; otherwise download the whole file."
        );
        Some(Issue::new(IssueCode::FewerSchools, message))
    }
}

/// A pending issue for each school of some rows that the register lacks: one query for a thousand.
pub(super) async fn unknown_schools(run: &Run, rows: &[Row]) -> Result<Vec<Issue>, StoreError> {
    let wanted: Vec<(u64, Urn, &str)> = rows
        .iter()
        .filter_map(|row| match row {
            Row::Figures {
                line,
                place: Place::School(urn),
                name,
                ..
            } => Some((*line, *urn, name.as_str())),
            Row::District { line, urn, .. } => Some((*line, *urn, "")),
            Row::Statement { line, statement } => Some((*line, statement.urn()?, "")),
            Row::School { .. } | Row::Figures { .. } | Row::Person { .. } => None,
        })
        .collect();
    let mut issues = Vec::new();
    for some in wanted.chunks(ROWS) {
        let known: HashSet<i32> = school::Entity::find()
            .select_only()
            .column(school::Column::Urn)
            .filter(school::Column::Urn.is_in(some.iter().map(|(_, urn, _)| urn_value(*urn))))
            .into_tuple::<i32>()
            .all(run.store.reads())
            .await?
            .into_iter()
            .collect();
        let unknown = some
            .iter()
            .filter(|(_, urn, _)| !known.contains(&urn_value(*urn)));
        issues.extend(
            unknown.map(|(line, urn, name)| unknown_school(run.dataset, *line, *urn, name)),
        );
    }
    Ok(issues)
}

fn unknown_school(dataset: Dataset, line: u64, urn: Urn, name: &str) -> Issue {
    let what = match dataset {
        Dataset::Districts => {
            "Its district is kept and counts as soon as the school is in the register."
        }
        Dataset::GiasLinks => {
            "Its links are kept and appear as soon as the school is in the register."
        }
        Dataset::GiasGroupLinks => {
            "Its groups are kept and appear as soon as the school is in the register."
        }
        Dataset::Ofsted => {
            "Its inspections are kept and appear as soon as the school is in the register."
        }
        Dataset::LastYear => {
            "Its visits are kept and appear as soon as the school is in the register."
        }
        Dataset::SupportHistory => {
            "Its support is kept and appears as soon as the school is in the register."
        }
        _ => "Its figures are kept and appear as soon as the school is in the register.",
    };
    let who = if name.is_empty() {
        format!("URN {urn}")
    } else {
        format!("{name} (URN {urn})")
    };
    let message = format!(
        "The register has no school {who}. {what} Load a newer GIAS establishments file, with closed schools."
    );
    Issue::new(IssueCode::UnknownSchool, message)
        .at_line(line)
        .in_column("URN")
        .with_value(&urn.to_string())
}
