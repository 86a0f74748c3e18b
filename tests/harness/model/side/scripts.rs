//! Service accounts and their tokens.

use std::collections::BTreeSet;

use llpr_proto::v1::{
    CreateServiceAccountResponse, CreateServiceAccountTokenRequest,
    CreateServiceAccountTokenResponse, GetServiceAccountRequest, GetServiceAccountResponse,
    ListServiceAccountsRequest, ListServiceAccountsResponse, RevokeServiceAccountRequest,
    RevokeServiceAccountResponse, RevokeServiceAccountTokenRequest,
    RevokeServiceAccountTokenResponse,
};

use super::{Side, words};
use crate::model::answer::{Answer, Told};
use crate::model::state::Call;
use crate::model::step::Act;
use crate::model::{county, requests};

impl Side {
    pub(super) async fn of_scripts(&mut self, call: &Call, id: String) -> Answer {
        let account = match &call.act {
            Act::CreateAccount { role, node } => {
                let end = requests::month_after(call.day);
                let request = requests::create_account(*role, &county::node(*node), end, id);
                let answer: CreateServiceAccountResponse = self.ask(call, &[request]).await?;
                answer.service_account
            }
            Act::RevokeAccount { account } => {
                let request = RevokeServiceAccountRequest {
                    name: self.accounts.all[*account].clone(),
                    request_id: id,
                };
                let answer: RevokeServiceAccountResponse = self.ask(call, &[request]).await?;
                answer.service_account
            }
            Act::GetAccount { account } => {
                let request = GetServiceAccountRequest {
                    name: self.accounts.all[*account].clone(),
                };
                let answer: GetServiceAccountResponse = self.ask(call, &[request]).await?;
                answer.service_account
            }
            Act::CreateToken { account } => {
                let request = CreateServiceAccountTokenRequest {
                    parent: self.accounts.all[*account].clone(),
                    expire_time: None,
                    request_id: id,
                };
                let answer: CreateServiceAccountTokenResponse = self.ask(call, &[request]).await?;
                let token = self.tokens.number(&answer.token.expect("a token").name);
                let secret = !answer.secret.is_empty();
                if token == self.secrets.len() {
                    self.secrets.push(answer.secret);
                }
                return Ok(Told::Token { token, secret });
            }
            Act::RevokeToken { token } => {
                let request = RevokeServiceAccountTokenRequest {
                    name: self.tokens.all[*token].clone(),
                    request_id: id,
                };
                let _: RevokeServiceAccountTokenResponse = self.ask(call, &[request]).await?;
                return Ok(Told::Nothing);
            }
            _ => {
                let request = ListServiceAccountsRequest {
                    page_size: 500,
                    ..ListServiceAccountsRequest::default()
                };
                let answer: ListServiceAccountsResponse = self.ask(call, &[request]).await?;
                let accounts = answer.service_accounts.iter();
                return Ok(Told::Accounts(
                    accounts
                        .map(|account| self.accounts.number(&account.name))
                        .collect(),
                ));
            }
        };
        let account = account.expect("an account");
        let tokens: BTreeSet<usize> = account
            .tokens
            .iter()
            .map(|token| self.tokens.number(&token.name))
            .collect();
        Ok(Told::Account {
            account: self.accounts.number(&account.name),
            role: words(account.role()),
            node: account.node,
            revoked: account.revoked,
            tokens,
        })
    }
}
