//! Signing in and out.

use llpr_proto::v1::{
    ChangePasswordRequest, ChangePasswordResponse, GetCallerRequest, GetCallerResponse,
    RefreshSessionRequest, RefreshSessionResponse, SessionTokens, SignInRequest, SignInResponse,
    SignInServiceAccountRequest, SignInServiceAccountResponse, SignOutRequest, SignOutResponse,
};

use super::{PASSWORDS, Pocket, Side, words};
use crate::model::answer::{Answer, Told};
use crate::model::state::{Call, Model, Who};
use crate::model::step::Act;

impl Side {
    pub(super) async fn of_sessions(&mut self, model: &Model, call: &Call) -> Answer {
        match (&call.act, call.who) {
            (Act::SignIn { wrong }, Who::Person(user)) => {
                let user = &model.users[user];
                let password = PASSWORDS[user.password ^ usize::from(*wrong)].to_owned();
                let request = SignInRequest {
                    email: user.email.clone(),
                    password,
                };
                let answer: SignInResponse = self.ask(call, &[request]).await?;
                self.keep(call.who, answer.tokens.expect("tokens"));
            }
            (_, Who::Script(token)) if call.act == Act::SignInScript => {
                let request = SignInServiceAccountRequest {
                    secret: self.secrets[token].clone(),
                };
                let answer: SignInServiceAccountResponse = self.ask(call, &[request]).await?;
                let pocket = Pocket {
                    access: answer.access_token,
                    ..Pocket::default()
                };
                self.pockets.insert(call.who, pocket);
            }
            (Act::SignOut { all }, _) => {
                let request = SignOutRequest { all_sessions: *all };
                let _: SignOutResponse = self.ask(call, &[request]).await?;
            }
            (Act::Refresh { old }, _) => {
                let pocket = self.pockets.get(&call.who);
                let token = pocket.map(|pocket| if *old { &pocket.older } else { &pocket.refresh });
                let request = RefreshSessionRequest {
                    refresh_token: token.cloned().unwrap_or_else(|| "none".to_owned()),
                };
                let answer: RefreshSessionResponse = self.ask(call, &[request]).await?;
                self.keep(call.who, answer.tokens.expect("tokens"));
            }
            (Act::ChangePassword { wrong }, Who::Person(user)) => {
                let now = model.users[user].password;
                let request = ChangePasswordRequest {
                    current_password: PASSWORDS[now ^ usize::from(*wrong)].to_owned(),
                    new_password: PASSWORDS[1 - now].to_owned(),
                };
                let _: ChangePasswordResponse = self.ask(call, &[request]).await?;
            }
            _ => {
                let answer: GetCallerResponse = self.ask(call, &[GetCallerRequest {}]).await?;
                let roles = answer.role_assignments.into_iter();
                return Ok(Told::Me(
                    roles.map(|role| (words(role.role()), role.node)).collect(),
                ));
            }
        }
        Ok(Told::Nothing)
    }

    fn keep(&mut self, who: Who, tokens: SessionTokens) {
        let before = self.pockets.remove(&who).unwrap_or_default();
        let pocket = Pocket {
            access: tokens.access_token,
            refresh: tokens.refresh_token,
            older: before.refresh,
        };
        self.pockets.insert(who, pocket);
    }
}
