//! Mails against a real SMTP server: refused, dropped, held up; from two servers, and from one that is
//! killed.

use std::collections::BTreeSet;

use llpr_client::{Client, Role, request_id};
use llpr_proto::v1::*;
use llpr_tests::{Actor, Engine, Mailbox, PASSWORD, Start, behind, first, on_both_engines, tell};
use sea_orm::ConnectionTrait as _;

use super::{invite, mails, posted, until};

const UNA: &str = "una.fenn@marlshire.example";

/// The only mail, once it is in a state.
async fn in_state(admin: &Actor, state: MailState) -> Mail {
    until(async || {
        mails(admin)
            .await
            .into_iter()
            .next()
            .filter(|mail| mail.state() == state)
    })
    .await
}

on_both_engines! {
    County async fn a_mail_that_is_refused_for_now_or_cut_off_is_tried_again(world) {
        let mut mailbox = posted(&mut world).await;
        let admin = world.actor("ADMINISTRATOR").await;
        mailbox.meet("refuse-for-now").await;
        invite(&admin, UNA, Role::Governor, "schools/900001").await.unwrap();
        mailbox.turned_away("refuse-for-now").await;
        mailbox.meet("drop").await;
        mailbox.turned_away("drop").await;
        mailbox.meet("take").await;
        assert_eq!(mailbox.receive().await.to, UNA);
        let mail = in_state(&admin, MailState::Sent).await;
        assert!(mail.attempts >= 3 && mail.failure.is_empty() && mail.send_time.is_some(), "{mail:?}");
    }

    County async fn a_mail_that_is_refused_for_good_is_shown_and_tried_again_when_told(world) {
        let mut mailbox = posted(&mut world).await;
        let admin = world.actor("ADMINISTRATOR").await;
        mailbox.meet("refuse").await;
        invite(&admin, UNA, Role::Governor, "schools/900001").await.unwrap();
        mailbox.turned_away("refuse").await;
        let mail = in_state(&admin, MailState::Failed).await;
        assert_eq!((mail.failure.as_str(), mail.attempts), ("refused", 1));
        mailbox.meet("take").await;
        let retry = RetryMailRequest { name: mail.name, request_id: request_id() };
        admin.session.users().retry_mail(retry.clone()).await.unwrap();
        mailbox.receive().await;
        in_state(&admin, MailState::Sent).await;
        let again = RetryMailRequest { request_id: request_id(), ..retry };
        let told = llpr_client::Error::from(admin.session.users().retry_mail(again).await.expect_err("sent"));
        assert_eq!(told.reason(), Some(ErrorReason::MailState));
    }

    County async fn a_mail_is_given_up_after_so_many_attempts(world) {
        let mut mailbox = Mailbox::start().await;
        world.restart_with(|config| {
            mailbox.serves(config);
            config.mail.attempts = 2;
        }).await;
        let admin = world.actor("ADMINISTRATOR").await;
        mailbox.meet("refuse-for-now").await;
        invite(&admin, UNA, Role::Governor, "schools/900001").await.unwrap();
        let mail = in_state(&admin, MailState::Failed).await;
        assert_eq!((mail.failure.as_str(), mail.attempts), ("refused-for-now", 2));
    }

    County async fn what_was_taken_back_before_it_was_sent_is_not_sent(world) {
        let mut mailbox = posted(&mut world).await;
        let admin = world.actor("ADMINISTRATOR").await;
        mailbox.meet("refuse-for-now").await;
        let made = invite(&admin, UNA, Role::Governor, "schools/900001").await.unwrap();
        mailbox.turned_away("refuse-for-now").await;
        let cancel = CancelInvitationRequest { name: made.name, request_id: request_id() };
        admin.session.users().cancel_invitation(cancel).await.unwrap();
        in_state(&admin, MailState::Dropped).await;
    }

    County async fn a_protected_server_gets_mails_over_tls_from_who_signs_in(world) {
        let mut mailbox = Mailbox::protected().await;
        world.restart_with(|config| {
            mailbox.serves(config);
            config.mail.password = "not the password".into();
        }).await;
        let admin = world.actor("ADMINISTRATOR").await;
        invite(&admin, UNA, Role::Governor, "schools/900001").await.unwrap();
        let failed = until(async || mails(&admin).await.into_iter().find(|mail| !mail.failure.is_empty())).await;
        assert_eq!((failed.failure.as_str(), failed.state()), ("sign-in", MailState::Waiting));
        world.restart_with(|config| mailbox.serves(config)).await;
        assert!(mailbox.receive().await.protected);
    }

    County async fn a_server_killed_between_sending_and_saying_so_sends_again_and_no_oftener(world) {
        let mut mailbox = Mailbox::start().await;
        mailbox.meet("hold").await;
        let mut process = world.process(|config| {
            mailbox.serves(config);
            config.mail.timeout_seconds = 60;
        }).await;
        let admin = Actor::with(process.client(), &first("ADMINISTRATOR").email, PASSWORD).await;
        invite(&admin, UNA, Role::Governor, "schools/900001").await.unwrap();
        let one = mailbox.receive().await;
        process.kill().await;
        mailbox.meet("take").await;
        // The time passes after which another server takes over.
        let database = world.database().await;
        database.execute_unprepared("UPDATE leases SET expires_at = 0").await.unwrap();
        let process = world.process(|_| {}).await;
        let two = mailbox.receive().await;
        assert_eq!((&one.message_id, &one.body), (&two.message_id, &two.body));
        let admin = Actor::with(process.client(), &first("ADMINISTRATOR").email, PASSWORD).await;
        let mail = in_state(&admin, MailState::Sent).await;
        assert_eq!(mail.attempts, 2);
        process.stop().await;
        assert!(behind::broken_ledger(&world.config.database.url).await.is_none());
    }
}

#[test]
fn two_servers_with_one_outbox_send_each_mail_once() {
    tell(Engine::Postgres, Start::County, async |mut world| {
        let mut mailbox = posted(&mut world).await;
        let replica = world.replica().await;
        let here = world.actor("ADMINISTRATOR").await;
        let client = Client::connect(&replica.endpoint()).unwrap();
        let there = Actor::with(client, &first("ADMINISTRATOR").email, PASSWORD).await;
        let mut expected = BTreeSet::new();
        for number in 0..12 {
            let email = format!("governor.{number}@marlshire.example");
            let by = if number % 2 == 0 { &here } else { &there };
            invite(by, &email, Role::Governor, "schools/900001")
                .await
                .unwrap();
            expected.insert(email);
        }
        let sent = async || {
            let mails = mails(&here).await;
            mails
                .iter()
                .all(|mail| mail.state() == MailState::Sent)
                .then_some(mails)
        };
        let mails = until(sent).await;
        assert!(
            mails.len() == 12 && mails.iter().all(|mail| mail.attempts == 1),
            "{mails:?}"
        );
        let mut received = BTreeSet::new();
        for _ in 0..12 {
            assert!(received.insert(mailbox.receive().await.to), "twice");
        }
        assert_eq!(received, expected);
        replica.stop().await;
    });
}
