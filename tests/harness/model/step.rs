//! What people and scripts do: steps, and how they come about.
//!
//! A step names things by numbers that are read against what there is when its turn comes, so that
//! every sequence makes sense, and every part of one does too: that is what lets a failure shrink.

use proptest::prelude::*;
use proptest::strategy::Union;
use serde::{Deserialize, Serialize};

use super::state::Model;

/// The version that a write names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Etag {
    /// None.
    Any,
    /// The latest.
    Current,
    /// The one before it, where there is one.
    Stale,
    /// What the others are resolved to.
    At(usize),
}

/// What is done. Numbers count the things of a kind, the latest first until they are resolved.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names are those of the contract")]
pub enum Act {
    SignIn {
        wrong: bool,
    },
    SignInScript,
    SignOut {
        all: bool,
    },
    Refresh {
        old: bool,
    },
    ChangePassword {
        wrong: bool,
    },
    WhoAmI,
    CreateUser {
        email: usize,
    },
    Rename {
        user: usize,
        etag: Etag,
    },
    Readdress {
        user: usize,
        email: usize,
        etag: Etag,
    },
    Disable {
        user: usize,
        disabled: bool,
        etag: Etag,
    },
    SetPassword {
        user: usize,
    },
    GetUser {
        user: usize,
    },
    ListUsers,
    Give {
        user: usize,
        role: usize,
        node: usize,
        from: usize,
        days: usize,
    },
    End {
        role: usize,
        etag: Etag,
    },
    ListRoles,
    CreateAccount {
        role: usize,
        node: usize,
    },
    RevokeAccount {
        account: usize,
    },
    GetAccount {
        account: usize,
    },
    ListAccounts,
    CreateToken {
        account: usize,
    },
    RevokeToken {
        token: usize,
    },
    UploadFigures {
        year: usize,
        percentage: usize,
    },
    UploadMove {
        school: usize,
        district: usize,
    },
    UploadRubbish,
    ApplyImport {
        import: usize,
        etag: Etag,
    },
    DiscardImport {
        import: usize,
        etag: Etag,
    },
    RevertImport {
        import: usize,
        etag: Etag,
    },
    GetImport {
        import: usize,
    },
    ListImports,
    CreateDraft {
        year: usize,
        title: usize,
    },
    UpdateDraft {
        year: usize,
        title: usize,
        etag: Etag,
    },
    DeleteDraft {
        year: usize,
        etag: Etag,
    },
    ApproveDraft {
        year: usize,
        etag: Etag,
    },
    GetDraft {
        year: usize,
    },
    GetYear {
        year: usize,
    },
    ListSchools,
    ListDistricts,
    GetSchool {
        school: usize,
    },
    GetDistrict {
        district: usize,
    },
    Figure {
        school: usize,
        year: usize,
    },
}

/// One step of a sequence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Step {
    /// Somebody does something: one of the cast, or whoever it belongs to.
    Do {
        /// Who; `None` for the first person whose role it is.
        who: Option<usize>,
        /// What.
        act: Act,
    },
    /// The same caller makes an earlier call again, request id and all.
    Again {
        /// How many calls ago.
        back: usize,
    },
    /// Somebody else makes an earlier call with its request id.
    Copied {
        /// How many calls ago.
        back: usize,
        /// Who.
        who: usize,
    },
    /// The caller of an earlier call uses its request id for something else.
    Reused {
        /// How many calls ago.
        back: usize,
        /// For what.
        act: Act,
    },
    /// The next day comes.
    NextDay,
}

/// A number of a thing, mostly the latest.
fn latest() -> impl Strategy<Value = usize> + Clone {
    prop_oneof![3 => Just(0_usize), 2 => 0..6_usize]
}

fn etag() -> impl Strategy<Value = Etag> + Clone {
    prop_oneof![3 => Just(Etag::Any), 4 => Just(Etag::Current), 2 => Just(Etag::Stale)]
}

type Weighted = Vec<(u32, BoxedStrategy<Act>)>;

fn sessions() -> Weighted {
    vec![
        (
            2,
            any::<bool>()
                .prop_map(|wrong| Act::SignIn { wrong })
                .boxed(),
        ),
        (
            2,
            any::<bool>().prop_map(|all| Act::SignOut { all }).boxed(),
        ),
        (
            2,
            any::<bool>().prop_map(|old| Act::Refresh { old }).boxed(),
        ),
        (
            1,
            any::<bool>()
                .prop_map(|wrong| Act::ChangePassword { wrong })
                .boxed(),
        ),
        (2, Just(Act::WhoAmI).boxed()),
    ]
}

fn people() -> Weighted {
    let some = 0..16_usize;
    vec![
        (
            3,
            (0..4_usize)
                .prop_map(|email| Act::CreateUser { email })
                .boxed(),
        ),
        (
            2,
            (some.clone(), etag())
                .prop_map(|(user, etag)| Act::Rename { user, etag })
                .boxed(),
        ),
        (
            1,
            (some.clone(), 0..4_usize, etag())
                .prop_map(|(user, email, etag)| Act::Readdress { user, email, etag })
                .boxed(),
        ),
        (
            2,
            (some.clone(), any::<bool>(), etag())
                .prop_map(|(user, disabled, etag)| Act::Disable {
                    user,
                    disabled,
                    etag,
                })
                .boxed(),
        ),
        (
            1,
            some.clone()
                .prop_map(|user| Act::SetPassword { user })
                .boxed(),
        ),
        (
            1,
            some.clone().prop_map(|user| Act::GetUser { user }).boxed(),
        ),
        (
            8,
            (some, 0..10_usize, 0..14_usize, 0..4_usize, 0..4_usize)
                .prop_map(|(user, role, node, from, days)| Act::Give {
                    user,
                    role,
                    node,
                    from,
                    days,
                })
                .boxed(),
        ),
        (
            4,
            (prop_oneof![2 => latest(), 1 => 0..200_usize], etag())
                .prop_map(|(role, etag)| Act::End { role, etag })
                .boxed(),
        ),
        (1, Just(Act::ListRoles).boxed()),
    ]
}

fn scripts() -> Weighted {
    vec![
        (
            2,
            (0..10_usize, 0..14_usize)
                .prop_map(|(role, node)| Act::CreateAccount { role, node })
                .boxed(),
        ),
        (
            1,
            latest()
                .prop_map(|account| Act::RevokeAccount { account })
                .boxed(),
        ),
        (
            1,
            latest()
                .prop_map(|account| Act::GetAccount { account })
                .boxed(),
        ),
        (
            3,
            latest()
                .prop_map(|account| Act::CreateToken { account })
                .boxed(),
        ),
        (
            1,
            latest()
                .prop_map(|token| Act::RevokeToken { token })
                .boxed(),
        ),
    ]
}

fn imports() -> Weighted {
    let named = || (latest(), etag());
    vec![
        (
            4,
            (0..2_usize, 0..3_usize)
                .prop_map(|(year, percentage)| Act::UploadFigures { year, percentage })
                .boxed(),
        ),
        (
            2,
            (0..6_usize, 0..5_usize)
                .prop_map(|(school, district)| Act::UploadMove { school, district })
                .boxed(),
        ),
        (1, Just(Act::UploadRubbish).boxed()),
        (
            7,
            named()
                .prop_map(|(import, etag)| Act::ApplyImport { import, etag })
                .boxed(),
        ),
        (
            1,
            named()
                .prop_map(|(import, etag)| Act::DiscardImport { import, etag })
                .boxed(),
        ),
        (
            4,
            named()
                .prop_map(|(import, etag)| Act::RevertImport { import, etag })
                .boxed(),
        ),
        (
            1,
            latest()
                .prop_map(|import| Act::GetImport { import })
                .boxed(),
        ),
    ]
}

fn programme() -> Weighted {
    let year = || 0..2_usize;
    vec![
        (
            3,
            (year(), 0..3_usize)
                .prop_map(|(year, title)| Act::CreateDraft { year, title })
                .boxed(),
        ),
        (
            3,
            (year(), 0..3_usize, etag())
                .prop_map(|(year, title, etag)| Act::UpdateDraft { year, title, etag })
                .boxed(),
        ),
        (
            1,
            (year(), etag())
                .prop_map(|(year, etag)| Act::DeleteDraft { year, etag })
                .boxed(),
        ),
        (
            3,
            (year(), etag())
                .prop_map(|(year, etag)| Act::ApproveDraft { year, etag })
                .boxed(),
        ),
        (1, year().prop_map(|year| Act::GetDraft { year }).boxed()),
        (1, year().prop_map(|year| Act::GetYear { year }).boxed()),
    ]
}

fn reads() -> Weighted {
    vec![
        (1, Just(Act::ListSchools).boxed()),
        (1, Just(Act::ListDistricts).boxed()),
        (
            4,
            (0..8_usize)
                .prop_map(|school| Act::GetSchool { school })
                .boxed(),
        ),
        (
            2,
            (0..7_usize)
                .prop_map(|district| Act::GetDistrict { district })
                .boxed(),
        ),
        (
            3,
            (0..8_usize, 0..2_usize)
                .prop_map(|(school, year)| Act::Figure { school, year })
                .boxed(),
        ),
    ]
}

/// What may be done, with its weight.
fn acts() -> BoxedStrategy<Act> {
    let all = [
        sessions(),
        people(),
        scripts(),
        imports(),
        programme(),
        reads(),
    ];
    Union::new_weighted(all.into_iter().flatten().collect()).boxed()
}

/// What comes next. Repetitions come only once there is something to repeat.
pub(super) fn next(model: &Model) -> BoxedStrategy<Step> {
    let who = prop_oneof![3 => Just(None), 2 => (0..40_usize).prop_map(Some)];
    let mut steps = vec![(
        20,
        (who, acts())
            .prop_map(|(who, act)| Step::Do { who, act })
            .boxed(),
    )];
    if model.has_calls() {
        steps.extend([
            (3, latest().prop_map(|back| Step::Again { back }).boxed()),
            (
                1,
                (latest(), 0..40_usize)
                    .prop_map(|(back, who)| Step::Copied { back, who })
                    .boxed(),
            ),
            (
                1,
                (latest(), acts())
                    .prop_map(|(back, act)| Step::Reused { back, act })
                    .boxed(),
            ),
            (1, Just(Step::NextDay).boxed()),
        ]);
    }
    Union::new_weighted(steps).boxed()
}
