//! Who may call what, from the design's table of roles and not from the contract's options.

use llpr_proto::v1::ErrorReason;
use tonic::Code;

use super::answer::{Refused, refuse};
use super::county::{self, COUNTY};
use super::state::{
    ADMINISTRATOR, ADVISER, CLERK, COUNTY_MANAGER, Call, DATA_OFFICER, GOVERNOR, HEADTEACHER, LLP,
    Model, SCHOOL_LEADER, SIM, Who,
};
use super::step::Act;

/// What a call asks of its caller.
enum Asks {
    /// Nothing.
    Nothing,
    /// To be signed in.
    SignedIn,
    /// One of these roles at a node or one that contains it.
    At(String, &'static [usize]),
    /// One of these roles anywhere.
    Anywhere(&'static [usize]),
}

const ALL: [usize; 10] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];
/// Who gives roles, each as far as its own node reaches.
const GIVERS: [usize; 3] = [HEADTEACHER, SIM, ADMINISTRATOR];
/// Who sees a school's figures.
const FIGURES: [usize; 8] = [
    GOVERNOR,
    LLP,
    HEADTEACHER,
    ADVISER,
    SIM,
    COUNTY_MANAGER,
    DATA_OFFICER,
    SCHOOL_LEADER,
];

fn asks(act: &Act) -> Asks {
    let county = |roles| Asks::At(COUNTY.to_owned(), roles);
    match act {
        Act::SignIn { .. } | Act::SignInScript | Act::Refresh { .. } => Asks::Nothing,
        Act::SignOut { .. } | Act::ChangePassword { .. } | Act::WhoAmI | Act::GetYear { .. } => {
            Asks::SignedIn
        }
        Act::CreateUser { .. }
        | Act::Rename { .. }
        | Act::Readdress { .. }
        | Act::Disable { .. }
        | Act::SetPassword { .. }
        | Act::GetUser { .. }
        | Act::ListUsers
        | Act::CreateAccount { .. }
        | Act::RevokeAccount { .. }
        | Act::GetAccount { .. }
        | Act::ListAccounts
        | Act::CreateToken { .. }
        | Act::RevokeToken { .. }
        | Act::CreateDraft { .. }
        | Act::UpdateDraft { .. }
        | Act::DeleteDraft { .. } => county(&[ADMINISTRATOR]),
        Act::ApproveDraft { .. } => county(&[COUNTY_MANAGER]),
        Act::GetDraft { .. } => county(&[COUNTY_MANAGER, ADMINISTRATOR]),
        Act::UploadFigures { .. }
        | Act::UploadMove { .. }
        | Act::UploadRubbish
        | Act::ApplyImport { .. }
        | Act::DiscardImport { .. }
        | Act::RevertImport { .. } => county(&[DATA_OFFICER]),
        Act::GetImport { .. } | Act::ListImports => {
            county(&[DATA_OFFICER, COUNTY_MANAGER, ADMINISTRATOR])
        }
        Act::Give { node, .. } => Asks::At(county::node(*node), &GIVERS),
        Act::End { .. } | Act::ListRoles => Asks::Anywhere(&GIVERS),
        Act::ListSchools | Act::ListDistricts => Asks::Anywhere(&ALL),
        Act::GetSchool { school } => Asks::At(county::school(*school), &ALL),
        Act::GetDistrict { district } => Asks::At(
            county::district(*district),
            &[SIM, COUNTY_MANAGER, DATA_OFFICER, ADMINISTRATOR],
        ),
        Act::Figure { school, .. } => Asks::At(county::school(*school), &FIGURES),
    }
}

impl Model {
    /// Lets a call in, or not.
    pub(super) fn enter(&mut self, call: &Call) -> Result<(), Refused> {
        let asked = asks(&call.act);
        if matches!(asked, Asks::Nothing) {
            return Ok(());
        }
        self.is_signed_in(call.who)?;
        let may = match &asked {
            Asks::Nothing | Asks::SignedIn => true,
            Asks::At(node, roles) => roles.iter().any(|role| self.reaches(call.who, *role, node)),
            Asks::Anywhere(roles) => self
                .held(call.who)
                .iter()
                .any(|(role, _)| roles.contains(role)),
        };
        if may {
            return Ok(());
        }
        self.count_refusal(call.who);
        refuse(Code::PermissionDenied, ErrorReason::AccessDenied)
    }

    fn is_signed_in(&self, who: Who) -> Result<(), Refused> {
        let Some(pocket) = self.pockets.get(&who) else {
            return refuse(Code::Unauthenticated, ErrorReason::SignInRequired);
        };
        if pocket.issued < self.today {
            return refuse(Code::Unauthenticated, ErrorReason::TokenInvalid);
        }
        if self.sessions[pocket.session].ended {
            return refuse(Code::Unauthenticated, ErrorReason::SessionEnded);
        }
        Ok(())
    }

    /// The roles that somebody holds today, with their nodes.
    pub(super) fn held(&self, who: Who) -> Vec<(usize, String)> {
        match who {
            Who::Person(user) => {
                let own = self.roles.iter().filter(|held| held.user == user);
                own.filter(|held| self.is_today(held.from, held.until))
                    .map(|held| (held.role, held.node.clone()))
                    .collect()
            }
            Who::Script(token) => {
                let account = &self.accounts[self.tokens[token].account];
                vec![(account.role, account.node.clone())]
            }
        }
    }

    pub(super) fn is_today(
        &self,
        from: chrono::NaiveDate,
        until: Option<chrono::NaiveDate>,
    ) -> bool {
        from <= self.today && until.is_none_or(|until| self.today < until)
    }

    /// Whether somebody holds a role at a node or one that contains it.
    pub(super) fn reaches(&self, who: Who, role: usize, node: &str) -> bool {
        self.held(who)
            .iter()
            .any(|(held, at)| *held == role && self.contains(at, node))
    }

    /// Whether a node is another or contains it today.
    pub(super) fn contains(&self, outer: &str, inner: &str) -> bool {
        outer == COUNTY
            || outer == inner
            || self
                .district_of(inner)
                .is_some_and(|district| district == outer)
    }

    /// The district of a school today.
    pub(super) fn district_of(&self, node: &str) -> Option<String> {
        let urn = node.strip_prefix("schools/")?.parse().ok()?;
        let all = self.memberships.get(&urn)?;
        let now = all
            .iter()
            .find(|each| self.is_today(each.from, each.until))?;
        Some(now.district.clone())
    }

    /// Whether somebody gives roles at a node, whatever the role.
    pub(super) fn gives_at(&self, who: Who, node: &str) -> bool {
        GIVERS.iter().any(|role| self.reaches(who, *role, node))
    }

    /// The granting table.
    pub(super) fn may_give(&self, who: Who, role: usize, node: &str) -> bool {
        let table: [(usize, &[usize]); 3] = [
            (ADMINISTRATOR, &ALL),
            (SIM, &[LLP, ADVISER, HEADTEACHER]),
            (HEADTEACHER, &[GOVERNOR, CLERK, SCHOOL_LEADER]),
        ];
        table
            .iter()
            .any(|(giver, given)| given.contains(&role) && self.reaches(who, *giver, node))
    }
}
