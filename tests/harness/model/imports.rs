//! Files: staged, applied, discarded, taken back, and what stands of them.

use std::collections::BTreeMap;

use llpr_proto::v1::ErrorReason;
use tonic::Code;

use super::answer::{Answer, Refused, Told, refuse};
use super::county::{self, Membership, PERCENTAGES};
use super::state::{Call, Left, Model};
use super::step::{Act, Etag};

/// What a file says.
#[derive(Clone, Debug)]
enum Says {
    /// The percentage of the one school in a year.
    Figures { year: usize, percentage: i64 },
    /// A school's districts, before and after; the register's state when it was compared.
    Move {
        urn: u32,
        before: Vec<Membership>,
        after: Vec<Membership>,
        base: u64,
    },
    /// Nothing that can be read.
    Rubbish,
}

#[derive(Clone, Debug)]
struct Import {
    says: Says,
    state: &'static str,
    version: usize,
    /// Of figures: the import that stood when this one was compared.
    replaced: Option<usize>,
    /// Of figures: whether it changed nothing when it was applied.
    same: bool,
}

/// All imports since the county was made.
#[derive(Clone, Debug, Default)]
pub(super) struct Imports {
    all: Vec<Import>,
    /// The import that stands for a year; none for the county's own file.
    standing: BTreeMap<usize, usize>,
    /// How often the register changed.
    register: u64,
}

impl Imports {
    pub(super) fn len(&self) -> usize {
        self.all.len()
    }

    pub(super) fn version(&self, number: usize) -> usize {
        self.all[number].version
    }

    pub(super) fn tell(&self, number: usize) -> Told {
        let Import { state, version, .. } = self.all[number];
        Told::Import {
            import: number,
            state,
            version,
        }
    }

    /// The percentage that stands in a year.
    pub(super) fn percentage(&self, year: usize) -> Option<i64> {
        match self
            .standing
            .get(&year)
            .map(|number| &self.all[*number].says)
        {
            Some(Says::Figures { percentage, .. }) => Some(*percentage),
            Some(Says::Move { .. } | Says::Rubbish) | None => county::results(year).1,
        }
    }

    fn stage(&mut self, says: Says) -> Left {
        let replaced = match &says {
            Says::Figures { year, .. } => self.standing.get(year).copied(),
            Says::Move { .. } | Says::Rubbish => None,
        };
        let state = if matches!(says, Says::Rubbish) {
            "REJECTED"
        } else {
            "STAGED"
        };
        self.all.push(Import {
            says,
            state,
            version: 0,
            replaced,
            same: false,
        });
        Left::Import(self.all.len() - 1)
    }

    /// Compares the version and moves to a state.
    fn to(&mut self, number: usize, etag: Etag, state: &'static str) -> Result<(), Refused> {
        let import = &mut self.all[number];
        etag.check(import.version)?;
        import.version += 1;
        import.state = state;
        Ok(())
    }
}

impl Model {
    pub(super) fn of_imports(&mut self, call: &Call) -> Answer {
        match call.act {
            Act::UploadFigures { year, percentage } => self.write(call, |model| {
                let percentage = PERCENTAGES[percentage];
                Ok(model.imports.stage(Says::Figures { year, percentage }))
            }),
            Act::UploadMove { school, district } => self.write(call, |model| {
                let urn = urn(&county::school(school));
                let before = model.memberships.get(&urn).cloned().unwrap_or_default();
                let mut after = before.clone();
                after.retain(|each| each.from < call.day);
                for each in &mut after {
                    if each.until.is_none_or(|until| until > call.day) {
                        each.until = Some(call.day);
                    }
                }
                after.push(Membership {
                    district: county::district(district),
                    from: call.day,
                    until: None,
                });
                let base = model.imports.register;
                Ok(model.imports.stage(Says::Move {
                    urn,
                    before,
                    after,
                    base,
                }))
            }),
            Act::UploadRubbish => self.write(call, |model| Ok(model.imports.stage(Says::Rubbish))),
            Act::ApplyImport { import, etag } => {
                self.transition(call, import, |model| model.apply(import, etag))
            }
            Act::DiscardImport { import, etag } => {
                self.transition(call, import, |model| {
                    match model.imports.all[import].state {
                        "STAGED" | "REJECTED" => model.imports.to(import, etag, "DISCARDED"),
                        "DISCARDED" => Ok(()),
                        state => wrong(state),
                    }
                })
            }
            Act::RevertImport { import, etag } => {
                self.transition(call, import, |model| model.revert(import, etag))
            }
            Act::GetImport { import } => Ok(self.imports.tell(import)),
            _ => Ok(Told::Imports((0..self.imports.len()).rev().collect())),
        }
    }

    /// A change of state as a whole or not at all.
    fn transition(
        &mut self,
        call: &Call,
        import: usize,
        body: impl FnOnce(&mut Self) -> Result<(), Refused>,
    ) -> Answer {
        self.write(call, |model| {
            let (imports, memberships) = (model.imports.clone(), model.memberships.clone());
            if let Err(refused) = body(model) {
                (model.imports, model.memberships) = (imports, memberships);
                return Err(refused);
            }
            Ok(Left::Import(import))
        })
    }

    fn apply(&mut self, number: usize, etag: Etag) -> Result<(), Refused> {
        match self.imports.all[number].state {
            "STAGED" => self.imports.to(number, etag, "APPLIED")?,
            "APPLIED" => return Ok(()),
            state => return wrong(state),
        }
        let outdated = || refuse(Code::Aborted, ErrorReason::ImportOutdated);
        let import = self.imports.all[number].clone();
        match import.says {
            Says::Figures { year, percentage } => {
                let standing = self.imports.standing.get(&year).copied();
                if standing != import.replaced {
                    return outdated();
                }
                let stands = standing.map(|other| &self.imports.all[other].says);
                let same = matches!(stands, Some(Says::Figures { percentage: other, .. }) if *other == percentage);
                self.imports.all[number].same = same;
                if !same {
                    self.imports.standing.insert(year, number);
                }
            }
            Says::Move {
                urn, after, base, ..
            } => {
                if base != self.imports.register {
                    return outdated();
                }
                self.imports.register += 1;
                self.memberships.insert(urn, after);
            }
            Says::Rubbish => {}
        }
        Ok(())
    }

    fn revert(&mut self, number: usize, etag: Etag) -> Result<(), Refused> {
        match self.imports.all[number].state {
            "APPLIED" => self.imports.to(number, etag, "REVERTED")?,
            "REVERTED" => return Ok(()),
            state => return wrong(state),
        }
        let conflict = || refuse(Code::FailedPrecondition, ErrorReason::ImportRevertConflict);
        let import = self.imports.all[number].clone();
        match import.says {
            Says::Figures { year, .. } if !import.same => {
                if self.imports.standing.get(&year) != Some(&number) {
                    return conflict();
                }
                match import.replaced {
                    Some(before) => drop(self.imports.standing.insert(year, before)),
                    None => drop(self.imports.standing.remove(&year)),
                }
            }
            Says::Move {
                urn, before, after, ..
            } => {
                self.imports.register += 1;
                if before != after {
                    if self.memberships.get(&urn) != Some(&after) {
                        return conflict();
                    }
                    self.memberships.insert(urn, before);
                }
            }
            Says::Figures { .. } | Says::Rubbish => {}
        }
        Ok(())
    }
}

fn wrong<T>(state: &str) -> Result<T, Refused> {
    let reason = if state == "REJECTED" {
        ErrorReason::ImportRejected
    } else {
        ErrorReason::ImportState
    };
    refuse(Code::FailedPrecondition, reason)
}

/// The URN in `schools/{urn}`.
pub(super) fn urn(name: &str) -> u32 {
    name.trim_start_matches("schools/").parse().expect("a URN")
}
