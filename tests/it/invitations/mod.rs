//! Invitations, links and the mails that carry them.

mod command_line;
mod inviting;
mod links;
mod outbox;

use std::time::Duration;

use llpr_client::{Error, Role, request_id};
use llpr_proto::v1::*;
use llpr_tests::{Actor, Mailbox, World};

const NEW: &str = "harbour violet anvil";

fn invitation(email: &str, role: Role, node: &str) -> CreateInvitationRequest {
    CreateInvitationRequest {
        invitation: Some(Invitation {
            email: email.into(),
            display_name: "Una Fenn".into(),
            role: role.into(),
            node: node.into(),
            ..Invitation::default()
        }),
        request_id: request_id(),
    }
}

async fn invite(actor: &Actor, email: &str, role: Role, node: &str) -> Result<Invitation, Error> {
    let made = actor
        .session
        .users()
        .create_invitation(invitation(email, role, node))
        .await?;
    Ok(made.into_inner().invitation.expect("an invitation"))
}

async fn listed(actor: &Actor, open_only: bool) -> Vec<Invitation> {
    let request = ListInvitationsRequest {
        open_only,
        ..ListInvitationsRequest::default()
    };
    actor
        .session
        .users()
        .list_invitations(request)
        .await
        .unwrap()
        .into_inner()
        .invitations
}

async fn mails(admin: &Actor) -> Vec<Mail> {
    admin
        .session
        .users()
        .list_mails(ListMailsRequest::default())
        .await
        .unwrap()
        .into_inner()
        .mails
}

/// The reason of a refusal.
fn reason<T: std::fmt::Debug>(answer: Result<T, Error>) -> ErrorReason {
    answer.expect_err("refused").reason().expect("a reason")
}

/// A world whose server sends to a mailbox.
async fn posted(world: &mut World) -> Mailbox {
    let mailbox = Mailbox::start().await;
    world.restart_with(|config| mailbox.serves(config)).await;
    mailbox
}

/// Waits until something is so, for at most a minute.
async fn until<T>(mut look: impl AsyncFnMut() -> Option<T>) -> T {
    let found = async {
        let mut turns = tokio::time::interval(Duration::from_millis(50));
        loop {
            turns.tick().await;
            if let Some(found) = look().await {
                return found;
            }
        }
    };
    tokio::time::timeout(Duration::from_mins(1), found)
        .await
        .expect("within a minute")
}

async fn user_id(admin: &Actor, email: &str) -> String {
    let query = ListUsersRequest {
        query: email.into(),
        ..ListUsersRequest::default()
    };
    admin
        .session
        .users()
        .list_users(query)
        .await
        .unwrap()
        .into_inner()
        .users
        .remove(0)
        .name
}
