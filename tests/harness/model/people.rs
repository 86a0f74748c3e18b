//! Accounts of people, and their roles.

use chrono::{Duration, Months, NaiveDate};
use llpr_proto::v1::ErrorReason;
use tonic::Code;

use super::answer::{Answer, Refused, Told, refuse};
use super::county::{self, COUNTY};
use super::state::{
    ADMINISTRATOR, CLERK, COUNTY_MANAGER, Call, DATA_OFFICER, GOVERNOR, HEADTEACHER, Held, LLP,
    Left, Model, SCHOOL_LEADER, SIM, User, Who,
};
use super::step::{Act, Etag};
use crate::ROLES;

impl Model {
    pub(super) fn of_people(&mut self, call: &Call) -> Answer {
        match call.act {
            Act::CreateUser { email } => self.write(call, |model| {
                let email = county::address(email);
                model.is_free(email, None)?;
                let name = named(call.request);
                model.cast.push(model.users.len());
                model.users.push(User {
                    email: email.to_owned(),
                    name,
                    password: 0,
                    disabled: false,
                    version: 0,
                });
                Ok(Left::User(model.users.len() - 1))
            }),
            Act::Rename { user, etag } => self.change(call, user, etag, |model| {
                model.users[user].name = named(call.request);
            }),
            Act::Readdress { user, email, etag } => {
                let email = county::address(email);
                self.write(call, |model| {
                    model.is_free(email, Some(user))?;
                    etag.check(model.users[user].version)?;
                    email.clone_into(&mut model.users[user].email);
                    model.users[user].version += 1;
                    Ok(Left::User(user))
                })
            }
            Act::Disable {
                user,
                disabled,
                etag,
            } => self.change(call, user, etag, |model| {
                model.users[user].disabled = disabled;
                if disabled {
                    model.end_sessions(Who::Person(user), |_| true);
                }
            }),
            Act::SetPassword { user } => self.write(call, |model| {
                model.users[user].password = call.request % 2;
                model.end_sessions(Who::Person(user), |_| true);
                Ok(Left::Nothing)
            }),
            Act::GetUser { user } => Ok(self.tell_user(user)),
            Act::ListUsers => Ok(Told::Users(
                self.users.iter().map(|user| user.email.clone()).collect(),
            )),
            Act::Give {
                user,
                role,
                node,
                from,
                days,
            } => self.give(call, user, role, &county::node(node), (from, days)),
            Act::End { role, etag } => self.end(call, role, etag),
            _ => {
                let reached = self.roles.iter().enumerate();
                let reached = reached.filter(|(_, held)| self.gives_at(call.who, &held.node));
                Ok(Told::Roles(reached.map(|(number, _)| number).collect()))
            }
        }
    }

    fn change(
        &mut self,
        call: &Call,
        user: usize,
        etag: Etag,
        body: impl FnOnce(&mut Self),
    ) -> Answer {
        self.write(call, |model| {
            etag.check(model.users[user].version)?;
            body(model);
            model.users[user].version += 1;
            Ok(Left::User(user))
        })
    }

    fn is_free(&self, email: &str, but: Option<usize>) -> Result<(), Refused> {
        let taken = self.users.iter().position(|user| user.email == email);
        if taken.is_some() && taken != but {
            return refuse(Code::AlreadyExists, ErrorReason::EmailTaken);
        }
        Ok(())
    }

    fn give(
        &mut self,
        call: &Call,
        user: usize,
        role: usize,
        node: &str,
        days: (usize, usize),
    ) -> Answer {
        if kind(node) != place_of(role) {
            return refuse(Code::InvalidArgument, ErrorReason::InvalidRequest);
        }
        let (from, until) = period(call.day, days);
        self.write(call, |model| {
            let is_person = matches!(call.who, Who::Person(_));
            if !is_person || !model.may_give(call.who, role, node) || call.who == Who::Person(user)
            {
                return refuse(Code::PermissionDenied, ErrorReason::GrantNotAllowed);
            }
            if !county::exists(node) {
                return Err(Refused::not_found());
            }
            if until.is_some_and(|until| until <= from) {
                return refuse(Code::InvalidArgument, ErrorReason::InvalidRequest);
            }
            let here = || {
                model
                    .roles
                    .iter()
                    .filter(|held| held.user == user && held.node == node)
            };
            let overlaps = |held: &&Held| {
                held.role == role
                    && held.until.is_none_or(|end| from < end)
                    && until.is_none_or(|end| held.from < end)
            };
            if here().any(|held| overlaps(&held)) {
                return refuse(Code::AlreadyExists, ErrorReason::ResourceExists);
            }
            if here().any(|held| conflicts(role, from, held)) {
                return refuse(Code::FailedPrecondition, ErrorReason::ConflictOfInterest);
            }
            model.roles.push(Held {
                user,
                role,
                node: node.to_owned(),
                from,
                until,
                version: 0,
            });
            Ok(Left::Role(model.roles.len() - 1))
        })
    }

    fn end(&mut self, call: &Call, role: usize, etag: Etag) -> Answer {
        self.write(call, |model| {
            if !matches!(call.who, Who::Person(_)) {
                return refuse(Code::PermissionDenied, ErrorReason::GrantNotAllowed);
            }
            let held = &model.roles[role];
            if !model.gives_at(call.who, &held.node) {
                return refuse(Code::PermissionDenied, ErrorReason::AccessDenied);
            }
            if call.who == Who::Person(held.user)
                || !model.may_give(call.who, held.role, &held.node)
            {
                return refuse(Code::PermissionDenied, ErrorReason::GrantNotAllowed);
            }
            etag.check(held.version)?;
            let earlier = held.until.map_or(model.today, |end| end.min(model.today));
            let until = earlier.max(held.from);
            let held = &mut model.roles[role];
            held.until = Some(until);
            held.version += 1;
            Ok(Left::EndedRole(role))
        })
    }

    pub(super) fn tell_user(&self, number: usize) -> Told {
        let User {
            email,
            name,
            password: _,
            disabled,
            version,
        } = self.users[number].clone();
        Told::User {
            user: number,
            email,
            name,
            disabled,
            version,
        }
    }

    pub(super) fn tell_role(&self, number: usize) -> Told {
        let Held {
            user,
            role,
            node,
            from,
            until,
            version,
        } = self.roles[number].clone();
        Told::Role {
            role: number,
            user,
            what: ROLES[role].to_owned(),
            node,
            from: from.to_string(),
            until: until.map_or(String::new(), |day| day.to_string()),
            version,
        }
    }
}

/// The name that a call gives somebody.
pub(super) fn named(request: usize) -> String {
    format!("Person {request}")
}

/// First day and first day after, `None` for an open end.
pub(super) fn period(
    today: NaiveDate,
    (from, days): (usize, usize),
) -> (NaiveDate, Option<NaiveDate>) {
    let from = today + Duration::days([0, 0, -400, 1][from % 4]);
    let until = [None, None, Some(0), Some(401)][days % 4].map(|days| from + Duration::days(days));
    (from, until)
}

/// The kind of node by its name.
pub(super) fn kind(node: &str) -> &str {
    node.split('/').next().unwrap_or(COUNTY)
}

/// The kind of node at which a role is held.
pub(super) fn place_of(role: usize) -> &'static str {
    match role {
        SIM => "districts",
        COUNTY_MANAGER | DATA_OFFICER | ADMINISTRATOR => COUNTY,
        _ => "schools",
    }
}

/// Nobody is partner of a school that they govern, lead or lately worked at, nor the reverse.
fn conflicts(role: usize, from: NaiveDate, held: &Held) -> bool {
    let belongs = |role: usize| matches!(role, HEADTEACHER | SCHOOL_LEADER | GOVERNOR | CLERK);
    let lasts_until = |months: u32| {
        held.until
            .is_none_or(|end| from < end + Months::new(months))
    };
    (role == LLP && belongs(held.role) && lasts_until(36))
        || (belongs(role) && held.role == LLP && lasts_until(0))
}
