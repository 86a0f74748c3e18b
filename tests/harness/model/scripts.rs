//! Service accounts and their tokens.

use std::collections::BTreeSet;

use llpr_proto::v1::ErrorReason;
use tonic::Code;

use super::answer::{Answer, Refused, Told, refuse};
use super::county;
use super::people::{kind, place_of};
use super::state::{Account, COUNTY_MANAGER, Call, DATA_OFFICER, Left, Model, SIM, Token, Who};
use super::step::Act;
use crate::ROLES;

/// So many tokens of an account work at once.
const TOKENS: usize = 5;

impl Model {
    pub(super) fn of_scripts(&mut self, call: &Call) -> Answer {
        match call.act {
            Act::CreateAccount { role, node } => {
                self.create_account(call, role, county::node(node))
            }
            Act::RevokeAccount { account } => self.write(call, |model| {
                let found = &mut model.accounts[account];
                found.revoked = true;
                for token in std::mem::take(&mut found.tokens) {
                    model.tokens[token].revoked = true;
                }
                model.end_account(account);
                Ok(Left::Account(account))
            }),
            Act::GetAccount { account } => Ok(self.tell_account(account)),
            Act::CreateToken { account } => self.write(call, |model| {
                let found = &mut model.accounts[account];
                if found.revoked || found.tokens.len() >= TOKENS {
                    return refuse(Code::FailedPrecondition, ErrorReason::ServiceAccountState);
                }
                found.tokens.insert(model.tokens.len());
                model.tokens.push(Token {
                    account,
                    revoked: false,
                });
                Ok(Left::Token(model.tokens.len() - 1))
            }),
            Act::RevokeToken { token } => self.write(call, |model| {
                model.tokens[token].revoked = true;
                model.accounts[model.tokens[token].account]
                    .tokens
                    .remove(&token);
                if let Some(session) = model.last_of_token.get(&token) {
                    model.sessions[*session].ended = true;
                }
                Ok(Left::Nothing)
            }),
            _ => Ok(Told::Accounts((0..self.accounts.len()).collect())),
        }
    }

    fn create_account(&mut self, call: &Call, role: usize, node: String) -> Answer {
        if !matches!(role, SIM | COUNTY_MANAGER | DATA_OFFICER) {
            return refuse(Code::PermissionDenied, ErrorReason::GrantNotAllowed);
        }
        if kind(&node) != place_of(role) {
            return refuse(Code::InvalidArgument, ErrorReason::InvalidRequest);
        }
        self.write(call, |model| {
            if !county::exists(&node) {
                return Err(Refused::not_found());
            }
            model.accounts.push(Account {
                role,
                node,
                revoked: false,
                tokens: BTreeSet::new(),
            });
            Ok(Left::Account(model.accounts.len() - 1))
        })
    }

    fn end_account(&mut self, account: usize) {
        for session in &mut self.sessions {
            if session.owner == Who::Script(account) {
                session.ended = true;
            }
        }
    }

    pub(super) fn tell_account(&self, number: usize) -> Told {
        let Account {
            role,
            node,
            revoked,
            tokens,
        } = self.accounts[number].clone();
        Told::Account {
            account: number,
            role: ROLES[role].to_owned(),
            node,
            revoked,
            tokens,
        }
    }
}
