//! Invitations and mails.

use llpr_proto::{names, v1};
use llpr_store::{Invitation, Mail, MailState};

use super::{date, timestamp};

pub(crate) fn invitation(invitation: Invitation) -> v1::Invitation {
    v1::Invitation {
        name: names::invitation(&invitation.user, &invitation.id),
        email: invitation.email,
        display_name: invitation.display_name,
        role: i32::from(invitation.role.code()),
        node: invitation.node.to_string(),
        node_display_name: invitation.node_display_name,
        from_date: invitation.from.to_string(),
        until_date: date(invitation.until),
        state: i32::from(invitation.state.code()),
        mail_state: invitation.mail.map_or(0, |state| i32::from(state.code())),
        user: names::user(invitation.user),
        sender_display_name: invitation.sender_display_name,
        create_time: Some(timestamp(invitation.created_at)),
        expire_time: invitation.expires_at.map(timestamp),
    }
}

pub(crate) fn mail(mail: Mail) -> v1::Mail {
    let Mail {
        id,
        kind,
        user,
        user_display_name,
        email,
        state,
        attempts,
        failure,
        created_at,
        next_at,
        sent_at,
    } = mail;
    v1::Mail {
        name: names::mail(id),
        kind: i32::from(kind.code()),
        user: names::user(user),
        user_display_name,
        email,
        state: i32::from(state.code()),
        attempts,
        failure,
        create_time: Some(timestamp(created_at)),
        next_attempt_time: (state == MailState::Waiting).then(|| timestamp(next_at)),
        send_time: sent_at.map(timestamp),
    }
}
