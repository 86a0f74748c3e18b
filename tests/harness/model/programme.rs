//! Programme years: drafts and approved versions.

use std::collections::{BTreeMap, BTreeSet};

use llpr_proto::v1::ErrorReason;
use tonic::Code;

use super::answer::{Answer, Refused, Told, refuse};
use super::state::{Call, Left, Model, Who};
use super::step::{Act, Etag};

#[derive(Clone, Debug)]
struct Draft {
    title: usize,
    drafters: BTreeSet<usize>,
    version: usize,
}

#[derive(Clone, Debug)]
struct Version {
    title: usize,
    approver: Option<usize>,
}

/// Drafts and versions of the years that are drafted.
#[derive(Clone, Debug, Default)]
pub(super) struct Programme {
    drafts: BTreeMap<usize, Draft>,
    versions: BTreeMap<usize, Vec<Version>>,
    /// Versions that drafts of a year have had: none has the version of one before it.
    count: BTreeMap<usize, usize>,
}

impl Programme {
    fn next(&mut self, year: usize) -> usize {
        let count = self.count.entry(year).or_default();
        *count += 1;
        *count - 1
    }

    /// The version of a year's draft, or of the last that there was.
    pub(super) fn current(&self, year: usize) -> usize {
        self.count.get(&year).map_or(0, |count| count - 1)
    }

    pub(super) fn etag(&self, year: usize, etag: Etag) -> Etag {
        etag.resolve(self.current(year))
    }

    pub(super) fn tell_draft(&self, year: usize) -> Answer {
        let Draft {
            title,
            drafters,
            version,
        } = self.draft(year)?.clone();
        Ok(Told::Draft {
            year,
            title: words(title),
            drafters,
            version,
        })
    }

    pub(super) fn tell_version(&self, year: usize, number: usize) -> Told {
        let Version { title, approver } = self.versions[&year][number - 1].clone();
        Told::Version {
            year,
            number,
            title: words(title),
            approver,
        }
    }

    fn draft(&self, year: usize) -> Result<&Draft, Refused> {
        self.drafts.get(&year).ok_or_else(Refused::not_found)
    }
}

/// A title by number.
pub(super) fn words(title: usize) -> String {
    format!("Review by the model, edition {title}")
}

impl Model {
    pub(super) fn of_programme(&mut self, call: &Call) -> Answer {
        let writer = match call.who {
            Who::Person(user) => Some(user),
            Who::Script(_) => None,
        };
        match call.act {
            Act::CreateDraft { year, title } => self.write(call, |model| {
                if model.programme.drafts.contains_key(&year) {
                    return refuse(Code::AlreadyExists, ErrorReason::ResourceExists);
                }
                let version = model.programme.next(year);
                let draft = Draft {
                    title,
                    drafters: writer.into_iter().collect(),
                    version,
                };
                model.programme.drafts.insert(year, draft);
                Ok(Left::Draft(year))
            }),
            Act::UpdateDraft { year, title, etag } => self.write(call, |model| {
                etag.check(model.programme.draft(year)?.version)?;
                let version = model.programme.next(year);
                if let Some(draft) = model.programme.drafts.get_mut(&year) {
                    draft.title = title;
                    draft.version = version;
                    draft.drafters.extend(writer);
                }
                Ok(Left::Draft(year))
            }),
            Act::DeleteDraft { year, etag } => self.write(call, |model| {
                etag.check(model.programme.draft(year)?.version)?;
                model.programme.drafts.remove(&year);
                Ok(Left::Nothing)
            }),
            Act::ApproveDraft { year, etag } => self.write(call, |model| {
                let draft = model.programme.draft(year)?.clone();
                if writer.is_some_and(|user| draft.drafters.contains(&user)) {
                    return refuse(Code::FailedPrecondition, ErrorReason::ProgrammeOwnDraft);
                }
                etag.check(draft.version)?;
                model.programme.drafts.remove(&year);
                let versions = model.programme.versions.entry(year).or_default();
                // A script's approval names its account, which is none of the people.
                versions.push(Version {
                    title: draft.title,
                    approver: writer,
                });
                Ok(Left::Version(year, versions.len()))
            }),
            Act::GetDraft { year } => self.programme.tell_draft(year),
            Act::GetYear { year } => match self.programme.versions.get(&year).map(Vec::len) {
                Some(number) => Ok(self.programme.tell_version(year, number)),
                None => Err(Refused::not_found()),
            },
            _ => Ok(Told::Nothing),
        }
    }
}
