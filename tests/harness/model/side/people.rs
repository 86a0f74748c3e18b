//! Accounts of people, and their roles.

use llpr_proto::v1::{
    CreateRoleAssignmentResponse, CreateUserResponse, EndRoleAssignmentRequest,
    EndRoleAssignmentResponse, GetUserRequest, GetUserResponse, ListRoleAssignmentsRequest,
    ListRoleAssignmentsResponse, ListUsersRequest, ListUsersResponse, SetUserPasswordRequest,
    SetUserPasswordResponse, UpdateUserResponse, User,
};

use super::{PASSWORDS, Side, words};
use crate::model::answer::{Answer, Told};
use crate::model::state::Call;
use crate::model::step::{Act, Etag};
use crate::model::{county, requests};

impl Side {
    pub(super) async fn of_users(&mut self, call: &Call, id: String) -> Answer {
        let user = match &call.act {
            Act::CreateUser { email } => {
                let request = requests::create_user(county::address(*email), call.request);
                let answer: CreateUserResponse = self.ask(call, &[request]).await?;
                answer.user
            }
            Act::Rename { user, .. } | Act::Readdress { user, .. } | Act::Disable { user, .. } => {
                let name = self.users.all[*user].clone();
                let etag = match &call.act {
                    Act::Rename { etag, .. }
                    | Act::Readdress { etag, .. }
                    | Act::Disable { etag, .. } => *etag,
                    _ => Etag::Any,
                };
                let etag = self.users.etag(*user, etag);
                let request = requests::update_user(&call.act, (name, etag), call.request);
                let answer: UpdateUserResponse = self.ask(call, &[request]).await?;
                answer.user
            }
            Act::SetPassword { user } => {
                let password = PASSWORDS[call.request % 2].to_owned();
                let request = SetUserPasswordRequest {
                    name: self.users.all[*user].clone(),
                    password,
                    request_id: id,
                };
                let _: SetUserPasswordResponse = self.ask(call, &[request]).await?;
                return Ok(Told::Nothing);
            }
            Act::GetUser { user } => {
                let request = GetUserRequest {
                    name: self.users.all[*user].clone(),
                };
                let answer: GetUserResponse = self.ask(call, &[request]).await?;
                answer.user
            }
            _ => {
                let request = ListUsersRequest {
                    page_size: 500,
                    ..ListUsersRequest::default()
                };
                let answer: ListUsersResponse = self.ask(call, &[request]).await?;
                return Ok(Told::Users(
                    answer.users.into_iter().map(|user| user.email).collect(),
                ));
            }
        };
        let User {
            name,
            email,
            display_name,
            disabled,
            etag,
            ..
        } = user.expect("a user");
        let number = self.users.number(&name);
        let version = self.users.version(number, &etag);
        Ok(Told::User {
            user: number,
            email,
            name: display_name,
            disabled,
            version,
        })
    }

    pub(super) async fn of_roles(&mut self, call: &Call, id: String) -> Answer {
        let role = match &call.act {
            Act::Give {
                user,
                role,
                node,
                from,
                days,
            } => {
                let parent = self.users.all[*user].clone();
                let request = requests::give(
                    parent,
                    *role,
                    &county::node(*node),
                    (call.day, *from, *days),
                    id,
                );
                let answer: CreateRoleAssignmentResponse = self.ask(call, &[request]).await?;
                answer.role_assignment
            }
            Act::End { role, etag } => {
                let request = EndRoleAssignmentRequest {
                    name: self.roles.all[*role].clone(),
                    etag: self.roles.etag(*role, *etag),
                    until_date: String::new(),
                    request_id: id,
                };
                let answer: EndRoleAssignmentResponse = self.ask(call, &[request]).await?;
                answer.role_assignment
            }
            _ => {
                let request = ListRoleAssignmentsRequest {
                    parent: "users/-".to_owned(),
                    page_size: 500,
                    ..ListRoleAssignmentsRequest::default()
                };
                let answer: ListRoleAssignmentsResponse = self.ask(call, &[request]).await?;
                let roles = answer
                    .role_assignments
                    .iter()
                    .map(|role| self.roles.number(&role.name));
                return Ok(Told::Roles(roles.collect()));
            }
        };
        let role = role.expect("a role");
        let number = self.roles.number(&role.name);
        Ok(Told::Role {
            role: number,
            user: self.users.number(&role.user),
            what: words(role.role()),
            version: self.roles.version(number, &role.etag),
            node: role.node,
            from: role.from_date,
            until: role.until_date,
        })
    }
}
