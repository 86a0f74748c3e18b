//! What the numbers of a step mean when its turn comes.

use llpr_proto::v1::ErrorReason;
use tonic::Code;

use super::answer::Refused;
use super::county;
use super::state::{Call, Model, Who};
use super::step::{Act, Etag, Step};

impl Model {
    /// The calls of a step, or none where the day changes or nothing fits.
    pub(super) fn calls_of(&self, step: &Step) -> Vec<Call> {
        let everybody = self.everybody();
        let someone = |number: usize| everybody[number % everybody.len()];
        let earlier = |back: usize| {
            self.calls.get(
                self.calls
                    .len()
                    .wrapping_sub(1 + back % self.calls.len().max(1)),
            )
        };
        let next = self.calls.len();
        let call = match step {
            Step::Do { who, act } => {
                let who = who.map_or_else(|| Who::Person(county::fitting(act)), someone);
                self.resolve(act).map(|act| Call {
                    who,
                    act,
                    request: next,
                    day: self.today,
                })
            }
            Step::Again { back } => earlier(*back).cloned(),
            Step::Copied { back, who } => earlier(*back).map(|call| Call {
                who: someone(*who),
                ..call.clone()
            }),
            Step::Reused { back, act } => earlier(*back).and_then(|call| {
                let act = self.resolve(act)?;
                Some(Call {
                    act,
                    ..call.clone()
                })
            }),
            Step::NextDay => None,
        };
        let Some(call) = call else { return Vec::new() };
        let call = Call {
            act: self.in_own_words(call.who, call.act),
            ..call
        };
        let signs_in = matches!(call.act, Act::SignIn { .. } | Act::SignInScript);
        if signs_in || self.pockets.contains_key(&call.who) {
            return vec![call];
        }
        let act = self.in_own_words(call.who, Act::SignIn { wrong: false });
        let first = Call {
            who: call.who,
            act,
            request: next,
            day: self.today,
        };
        let request = if call.request == next {
            next + 1
        } else {
            call.request
        };
        vec![first, Call { request, ..call }]
    }

    /// A script signs in with its secret and can't do what takes a password. Who has no older
    /// token shows the latest; so does who has one of today, because within ten seconds an older
    /// one gives the same successor, and how long a test takes is no part of the model.
    fn in_own_words(&self, who: Who, act: Act) -> Act {
        match (who, act) {
            (
                Who::Script(_),
                Act::SignIn { .. } | Act::Refresh { .. } | Act::ChangePassword { .. },
            ) => Act::SignInScript,
            (Who::Person(_), Act::SignInScript) => Act::SignIn { wrong: false },
            (who, Act::Refresh { old }) => {
                let older = self.pockets.get(&who).and_then(|pocket| pocket.older);
                Act::Refresh {
                    old: old && older.is_some_and(|day| day < self.today),
                }
            }
            (_, act) => act,
        }
    }

    /// Reads the numbers of an act against what there is; `None` where there is nothing of the
    /// kind.
    fn resolve(&self, act: &Act) -> Option<Act> {
        let mut act = act.clone();
        match &mut act {
            Act::Rename { user, etag }
            | Act::Readdress { user, etag, .. }
            | Act::Disable { user, etag, .. } => {
                *user = self.someone(*user);
                *etag = etag.resolve(self.users[*user].version);
            }
            Act::SetPassword { user } | Act::GetUser { user } | Act::Give { user, .. } => {
                *user = self.someone(*user);
            }
            Act::End { role, etag } => {
                *role = backwards(*role, self.roles.len())?;
                *etag = etag.resolve(self.roles[*role].version);
            }
            Act::RevokeAccount { account }
            | Act::GetAccount { account }
            | Act::CreateToken { account } => {
                *account = backwards(*account, self.accounts.len())?;
            }
            Act::RevokeToken { token } => *token = backwards(*token, self.tokens.len())?,
            Act::ApplyImport { import, etag }
            | Act::DiscardImport { import, etag }
            | Act::RevertImport { import, etag } => {
                *import = backwards(*import, self.imports.len())?;
                *etag = etag.resolve(self.imports.version(*import));
            }
            Act::GetImport { import } => *import = backwards(*import, self.imports.len())?,
            Act::UpdateDraft { year, etag, .. } | Act::ApproveDraft { year, etag } => {
                *etag = self
                    .programme
                    .etag(*year, *etag)
                    .or_else_current(self.programme.current(*year));
            }
            Act::DeleteDraft { year, etag } => *etag = self.programme.etag(*year, *etag),
            _ => {}
        }
        Some(act)
    }

    fn someone(&self, number: usize) -> usize {
        self.cast[backwards(number, self.cast.len()).unwrap_or(0)]
    }
}

/// The number-th from the end.
fn backwards(number: usize, length: usize) -> Option<usize> {
    length.checked_sub(1).map(|last| last - number % length)
}

impl Etag {
    /// The version that is named, where the current one is known.
    pub(super) fn resolve(self, current: usize) -> Self {
        match self {
            Self::Any => Self::Any,
            Self::Current => Self::At(current),
            Self::Stale => Self::At(current.saturating_sub(1)),
            Self::At(version) => Self::At(version),
        }
    }

    fn or_else_current(self, current: usize) -> Self {
        match self {
            Self::Any => Self::At(current),
            named => named,
        }
    }

    /// Refuses a version that is not the current one.
    pub(super) fn check(self, current: usize) -> Result<(), Refused> {
        match self {
            Self::At(version) if version != current => {
                Err(Refused::new(Code::Aborted, ErrorReason::EtagMismatch))
            }
            Self::Any | Self::Current | Self::Stale | Self::At(_) => Ok(()),
        }
    }
}
