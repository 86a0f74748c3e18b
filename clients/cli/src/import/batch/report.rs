//! What came of each file of a batch, for people and for programs.

use llpr_client::v1::{Import, ImportIssue};
use serde_json::{Value, json};

use super::applied::Wanted;
use super::manifest::Entry;
use crate::context::Context;
use crate::exit::Failure;
use crate::names::bare;
use crate::output::{self, Column, Format, Record, count};
use crate::words::word;

/// What came of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// It was applied and changed something.
    Applied,
    /// It was applied and said nothing new.
    Unchanged,
    /// The server had it already.
    Already,
    /// It could be applied; nothing was, as asked.
    Fit,
    /// It has fatal issues, can't be read, or is refused.
    Rejected,
    /// Others kept changing the same things.
    Conflict,
    /// The batch stopped before it, or at it.
    NotTried,
}

impl Outcome {
    const fn word(self) -> &'static str {
        match self {
            Self::Applied => "applied",
            Self::Unchanged => "nothing changed",
            Self::Already => "already applied",
            Self::Fit => "can be applied",
            Self::Rejected => "rejected",
            Self::Conflict => "conflict",
            Self::NotTried => "not tried",
        }
    }
}

/// A file and what came of it.
#[derive(Clone, Debug)]
pub(super) struct Done {
    pub(super) position: usize,
    pub(super) entry: Entry,
    pub(super) sha256: String,
    pub(super) outcome: Outcome,
    pub(super) import: Option<Import>,
    /// Its fatal issues.
    pub(super) issues: Vec<ImportIssue>,
    /// Why it was not loaded, where no issue says it.
    pub(super) message: String,
}

impl Done {
    pub(super) fn new(position: usize, wanted: &Wanted, outcome: Outcome) -> Self {
        Self {
            position: position + 1,
            entry: wanted.entry.clone(),
            sha256: wanted.sha256.clone(),
            outcome,
            import: None,
            issues: Vec::new(),
            message: String::new(),
        }
    }

    fn number(&self, of: impl Fn(&Import) -> i64) -> String {
        match (&self.import, self.outcome) {
            (Some(import), Outcome::Applied | Outcome::Unchanged | Outcome::Fit) => {
                of(import).to_string()
            }
            _ => String::new(),
        }
    }

    fn remark(&self) -> String {
        if !self.message.is_empty() {
            return self.message.clone();
        }
        if let Some(first) = self.issues.first() {
            let more = self.import.as_ref().map_or(0, |import| import.fatal_count);
            return match more {
                0 | 1 => first.message.clone(),
                more => format!("{}: {}", count(more, "fatal issue"), first.message),
            };
        }
        match &self.import {
            Some(import) if self.outcome != Outcome::Already && import.pending_school_count > 0 => {
                format!(
                    "{} that the register does not have yet",
                    count(import.pending_school_count, "school")
                )
            }
            _ => String::new(),
        }
    }
}

impl Record for Done {
    const TABLE: &'static [Column<Self>] = &[
        column("#", |done| done.position.to_string()),
        column("Data set", |done| done.entry.dataset.clone()),
        column("Year", |done| done.entry.year.clone()),
        column("File", |done| done.entry.written.clone()),
        column("Outcome", |done| done.outcome.word().to_owned()),
        column("Added", |done| done.number(|import| import.added_count)),
        column("Changed", |done| done.number(|import| import.changed_count)),
        column("Missing", |done| done.number(|import| import.missing_count)),
        column("Remark", Self::remark),
    ];
    const ALL: &'static [Column<Self>] = &[
        column("Position", |done| done.position.to_string()),
        column("Data set", |done| done.entry.dataset.clone()),
        column("Year", |done| done.entry.year.clone()),
        column("Release", |done| word(done.entry.release)),
        column("File", |done| done.entry.written.clone()),
        column("SHA-256", |done| done.sha256.clone()),
        column("Outcome", |done| done.outcome.word().to_owned()),
        column("Import", |done| {
            let import = done.import.as_ref();
            import.map_or(String::new(), |import| bare(&import.name).to_owned())
        }),
        column("Added", |done| done.number(|import| import.added_count)),
        column("Changed", |done| done.number(|import| import.changed_count)),
        column("Unchanged", |done| {
            done.number(|import| import.unchanged_count)
        }),
        column("Missing", |done| done.number(|import| import.missing_count)),
        column("Pending schools", |done| {
            done.number(|import| import.pending_school_count)
        }),
        column("Remark", Self::remark),
    ];

    fn json(&self) -> Result<Value, Failure> {
        let import = self.import.as_ref();
        let import = import.map(|import| output::json("Import", import));
        let issues: Result<Vec<_>, _> = self.issues.iter().map(Record::json).collect();
        Ok(json!({
            "position": self.position,
            "dataset": self.entry.dataset,
            "academicYear": self.entry.year,
            "release": word(self.entry.release),
            "path": self.entry.written,
            "sha256": self.sha256,
            "outcome": self.outcome.word().replace(' ', "-"),
            "message": self.remark(),
            "issues": issues?,
            "import": import.transpose()?,
        }))
    }
}

const fn column(heading: &'static str, cell: fn(&Done) -> String) -> Column<Done> {
    Column { heading, cell }
}

/// Prints what came of all files.
pub(super) fn print(context: &mut Context, done: &[Done], dry_run: bool) -> Result<(), Failure> {
    match context.format {
        Format::Json => {
            let files: Result<Vec<_>, _> = done.iter().map(Record::json).collect();
            context.object(&json!({ "dryRun": dry_run, "files": files? }))
        }
        Format::Csv => context.rows(done, ""),
        Format::Table => {
            context.rows(done, "")?;
            context.say("")?;
            context.say(&totals(done))
        }
    }
}

/// `3 applied, 2 already applied, 1 rejected.`
fn totals(done: &[Done]) -> String {
    const ALL: [Outcome; 7] = [
        Outcome::Applied,
        Outcome::Unchanged,
        Outcome::Already,
        Outcome::Fit,
        Outcome::Rejected,
        Outcome::Conflict,
        Outcome::NotTried,
    ];
    let counted = ALL.into_iter().filter_map(|outcome| {
        let number = with(done, outcome);
        (number > 0).then(|| format!("{number} {}", outcome.word()))
    });
    let parts: Vec<_> = counted.collect();
    format!("{} files: {}.", done.len(), parts.join(", "))
}

/// How many files came to an outcome.
fn with(done: &[Done], outcome: Outcome) -> usize {
    done.iter().filter(|done| done.outcome == outcome).count()
}

/// The failure that the exit code tells of; none where every file is fit.
pub(super) fn failure(done: &[Done]) -> Option<Failure> {
    let (rejected, conflicts) = (with(done, Outcome::Rejected), with(done, Outcome::Conflict));
    if rejected > 0 {
        return Some(Failure::Rejected(format!(
            "{rejected} of {} files were not loaded. Mend them and run the batch again: files \
             that were loaded are known.",
            done.len()
        )));
    }
    (conflicts > 0).then(|| {
        Failure::Conflict(format!(
            "{conflicts} of {} files were not loaded: somebody else changed the same things \
             meanwhile. Run the batch again.",
            done.len()
        ))
    })
}
