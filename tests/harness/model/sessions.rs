//! Signing in and out.

use llpr_proto::v1::ErrorReason;
use tonic::Code;

use super::answer::{Answer, Refused, Told, refuse};
use super::state::{Call, Model, Pocket, Session, Who};
use super::step::Act;
use crate::ROLES;

impl Model {
    pub(super) fn of_sessions(&mut self, call: &Call) -> Answer {
        match &call.act {
            Act::SignIn { wrong } => self.sign_in(call.who, *wrong),
            Act::SignInScript => self.sign_in_script(call.who),
            Act::SignOut { all } => {
                let own = self.pockets.get(&call.who).map(|pocket| pocket.session);
                self.end_sessions(call.who, |number| *all || Some(number) == own);
                self.written += 1;
                Ok(Told::Nothing)
            }
            Act::Refresh { old } => self.refresh(call.who, *old),
            Act::ChangePassword { wrong } => self.change_password(call.who, *wrong),
            _ => {
                let held = self.held(call.who).into_iter();
                let told = held.map(|(role, node)| (ROLES[role].to_owned(), node));
                Ok(Told::Me(told.collect()))
            }
        }
    }

    fn begin(&mut self, who: Who) {
        self.sessions.push(Session {
            owner: self.account_of(who),
            begun: self.today,
            ended: false,
        });
        self.written += 1;
    }

    fn pocket(&mut self, who: Who, session: usize) {
        let pocket = Pocket {
            session,
            issued: self.today,
            older: None,
        };
        self.pockets.insert(who, pocket);
    }

    fn sign_in(&mut self, who: Who, wrong: bool) -> Answer {
        let Who::Person(user) = who else {
            return Err(refused());
        };
        if wrong || self.users[user].disabled {
            return Err(refused());
        }
        self.begin(who);
        self.pocket(who, self.sessions.len() - 1);
        Ok(Told::Nothing)
    }

    /// A token gets the session that it began lately, or a new one.
    fn sign_in_script(&mut self, who: Who) -> Answer {
        let Who::Script(token) = who else {
            return Err(refused());
        };
        if self.tokens[token].revoked || self.accounts[self.tokens[token].account].revoked {
            return Err(refused());
        }
        let lately = self.last_of_token.get(&token).copied().filter(|&session| {
            let session = &self.sessions[session];
            !session.ended && session.begun == self.today
        });
        let session = lately.unwrap_or_else(|| {
            self.begin(who);
            self.sessions.len() - 1
        });
        self.last_of_token.insert(token, session);
        self.pocket(who, session);
        Ok(Told::Nothing)
    }

    fn refresh(&mut self, who: Who, old: bool) -> Answer {
        let ended = || refuse(Code::Unauthenticated, ErrorReason::SessionEnded);
        let Some(pocket) = self.pockets.get(&who).copied() else {
            return ended();
        };
        if self.sessions[pocket.session].ended {
            return ended();
        }
        if old {
            self.sessions[pocket.session].ended = true;
            return ended();
        }
        let next = Pocket {
            issued: self.today,
            older: Some(self.today),
            ..pocket
        };
        self.pockets.insert(who, next);
        Ok(Told::Nothing)
    }

    fn change_password(&mut self, who: Who, wrong: bool) -> Answer {
        let (Who::Person(user), false) = (who, wrong) else {
            return Err(refused());
        };
        self.users[user].password = 1 - self.users[user].password;
        let own = self.pockets.get(&who).map(|pocket| pocket.session);
        self.end_sessions(who, |number| Some(number) != own);
        self.written += 1;
        Ok(Told::Nothing)
    }

    /// Ends those of somebody's sessions that are meant.
    pub(super) fn end_sessions(&mut self, who: Who, meant: impl Fn(usize) -> bool) {
        let owner = self.account_of(who);
        for (number, session) in self.sessions.iter_mut().enumerate() {
            if session.owner == owner && meant(number) {
                session.ended = true;
            }
        }
    }
}

fn refused() -> Refused {
    Refused::new(Code::Unauthenticated, ErrorReason::CredentialsRefused)
}
