//! Links that people ask for, and the sessions that they begin.

use std::time::Duration;

use llpr_client::{Error, MemoryTokens, Session, request_id};
use llpr_proto::v1::*;
use llpr_tests::{Actor, PASSWORD, World, behind, first, links, on_both_engines};
use uuid::Uuid;

use super::{NEW, posted, reason, until, user_id};

/// The secret of the latest link of somebody, whatever mail it is in.
async fn latest(world: &World, email: &str) -> String {
    let database = world.database().await;
    let sql = format!(
        "SELECT l.id FROM links l JOIN users u ON u.id = l.user_id WHERE u.email = '{email}' ORDER BY l.id DESC"
    );
    let id = until(async || behind::texts(&database, &sql).await.into_iter().next()).await;
    links::secret(&world.config.keys.folder, Uuid::parse_str(&id).unwrap())
}

/// Waits until the runner has answered everything that was asked for.
async fn answered(world: &World) {
    let database = world.database().await;
    until(async || {
        (behind::number(&database, "SELECT COUNT(*) FROM link_requests").await == 0).then_some(())
    })
    .await;
}

on_both_engines! {
    County async fn a_forgotten_password_is_replaced_by_a_link(world) {
        let mut mailbox = posted(&mut world).await;
        let llp = world.actor("LLP").await;
        let client = world.client();
        assert!(client.request_link(&llp.email.to_uppercase(), LinkPurpose::Password).await.unwrap().sends_mail);
        let mail = mailbox.receive().await;
        assert_eq!((mail.to.as_str(), mail.subject.as_str()), (llp.email.as_str(), "Your password for the Leadership and Learning Progress Review"));
        let secret = mail.secret();
        assert_eq!(reason(client.sign_in_by_link(&secret).await), ErrorReason::LinkRefused);
        client.set_password_by_link(&secret, NEW).await.expect("set");
        // Whoever had the old one is out.
        assert!(llp.session.auth().get_caller(GetCallerRequest {}).await.is_err());
        assert_eq!(reason(client.sign_in(&llp.email, PASSWORD).await), ErrorReason::CredentialsRefused);
        Actor::sign_in(&world, &llp.email, NEW).await;
    }

    County async fn a_governor_signs_in_by_a_link_once(world) {
        let mut mailbox = posted(&mut world).await;
        let governor = first("GOVERNOR").email.as_str();
        world.client().request_link(governor, LinkPurpose::SignIn).await.unwrap();
        let secret = mailbox.receive().await.secret();
        // Looking at it, as programs that check mails do, uses nothing up.
        for _ in 0..3 {
            assert_eq!(world.client().link(&secret).await.unwrap().purpose(), LinkPurpose::SignIn);
        }
        let tokens = world.client().sign_in_by_link(&secret).await.unwrap();
        let session = Session::new(world.client(), std::sync::Arc::new(MemoryTokens::new(tokens)));
        let sessions = session.auth().list_sessions(ListSessionsRequest {}).await.unwrap().into_inner().sessions;
        assert!(sessions.len() == 1 && sessions[0].by_link && sessions[0].current, "{sessions:?}");
        assert_eq!(reason(world.client().sign_in_by_link(&secret).await), ErrorReason::LinkRefused);
        assert_eq!(reason(world.client().set_password_by_link(&secret, NEW).await), ErrorReason::LinkRefused);
    }

    County async fn only_governors_and_clerks_get_a_link_to_sign_in(world) {
        let database = world.database().await;
        for role in ["SIM", "LLP", "HEADTEACHER", "ADMINISTRATOR"] {
            world.client().request_link(&first(role).email, LinkPurpose::SignIn).await.unwrap();
        }
        world.client().request_link("nobody@marlshire.example", LinkPurpose::SignIn).await.unwrap();
        answered(&world).await;
        assert_eq!(behind::number(&database, "SELECT COUNT(*) FROM links").await, 0);
        world.client().request_link(&first("GOVERNOR").email, LinkPurpose::SignIn).await.unwrap();
        latest(&world, &first("GOVERNOR").email).await;
    }

    County async fn a_link_past_its_time_of_a_closed_account_or_after_a_role_is_refused_alike(world) {
        let admin = world.actor("ADMINISTRATOR").await;
        let governor = first("GOVERNOR").email.as_str();
        let mut told = Vec::new();
        let ask = async |purpose| {
            world.client().request_link(governor, purpose).await.unwrap();
            answered(&world).await;
            latest(&world, governor).await
        };
        let refused = async |secret: &str| {
            let sign_in = world.client().sign_in_by_link(secret).await.expect_err("refused");
            let looked = world.client().link(secret).await.expect_err("refused");
            assert_eq!(looked.message(), sign_in.message());
            (sign_in.code(), sign_in.reason(), sign_in.message().clone())
        };
        // Guessed, and one whose id is right.
        told.push(refused("x").await);
        let real = ask(LinkPurpose::SignIn).await;
        let mut guess = real.clone();
        guess.replace_range(60..64, "AAAA");
        told.push(refused(&guess).await);
        // Past its time.
        let old = ask(LinkPurpose::SignIn).await;
        world.clock.advance(Duration::from_mins(16));
        told.push(refused(&old).await);
        // Of a closed account.
        let fresh = ask(LinkPurpose::SignIn).await;
        let name = user_id(&admin, governor).await;
        let switch = |disabled| UpdateUserRequest {
            user: Some(User { name: name.clone(), disabled, ..User::default() }),
            update_mask: Some(prost_types::FieldMask { paths: vec!["disabled".into()] }),
            request_id: request_id(),
        };
        admin.session.users().update_user(switch(true)).await.unwrap();
        told.push(refused(&fresh).await);
        admin.session.users().update_user(switch(false)).await.unwrap();
        assert!(told.iter().all(|each| *each == told[0]), "{told:?}");
        // Of somebody whose role has ended: it can be looked at, and opens nothing.
        let list = ListRoleAssignmentsRequest { parent: name, ..ListRoleAssignmentsRequest::default() };
        for given in admin.session.users().list_role_assignments(list).await.unwrap().into_inner().role_assignments {
            let end = EndRoleAssignmentRequest { name: given.name, request_id: request_id(), ..EndRoleAssignmentRequest::default() };
            admin.session.users().end_role_assignment(end).await.unwrap();
        }
        let last = world.client().sign_in_by_link(&fresh).await.expect_err("refused");
        assert_eq!((last.code(), last.reason(), last.message().clone()), told[0]);
    }

    County async fn links_are_counted_by_address_and_by_caller_and_reveal_no_account(world) {
        world.restart_with(|config| {
            config.auth.links_per_address = 2;
            config.auth.links_per_caller = 5;
        }).await;
        let ask = async |email: &str| world.client().request_link(email, LinkPurpose::Password).await;
        for email in [first("LLP").email.as_str(), "nobody@marlshire.example"] {
            ask(email).await.expect("the first");
            ask(email).await.expect("the second");
            let told = ask(email).await.expect_err("refused");
            assert_eq!(told.reason(), Some(ErrorReason::TooManyLinks));
            assert!(told.retry_delay().is_some());
        }
        ask("another@marlshire.example").await.expect("the fifth of this caller");
        assert_eq!(reason(ask("one.more@marlshire.example").await), ErrorReason::TooManyLinks);
        world.clock.advance(Duration::from_mins(16));
        ask("one.more@marlshire.example").await.expect("later");
    }

    County async fn people_see_and_end_their_own_sessions(world) {
        let (here, there, elsewhere) = (world.actor("SIM").await, world.actor("SIM").await, world.actor("SIM").await);
        let list = async |actor: &Actor| actor.session.auth().list_sessions(ListSessionsRequest {}).await.map(|told| told.into_inner().sessions);
        let sessions = list(&here).await.unwrap();
        assert_eq!((sessions.len(), sessions.iter().filter(|one| one.current).count()), (3, 1));
        let of = |sessions: &[llpr_proto::v1::Session]| sessions.iter().find(|one| one.current).unwrap().name.clone();
        let end = |name: String| EndSessionRequest { name, request_id: request_id() };
        // Another person's is not theirs to end.
        let other = world.actor("LLP").await;
        let foreign = of(&list(&other).await.unwrap());
        let refused = here.session.auth().end_session(end(foreign)).await;
        assert_eq!(reason(refused.map_err(Error::from)), ErrorReason::ResourceNotFound);
        let name = of(&list(&there).await.unwrap());
        here.session.auth().end_session(end(name)).await.unwrap();
        assert!(list(&there).await.is_err());
        assert_eq!(list(&elsewhere).await.unwrap().len(), 2);
        here.session.auth().end_session(end("sessions/-".into())).await.unwrap();
        assert!(list(&elsewhere).await.is_err());
        assert_eq!(list(&here).await.unwrap().len(), 1);
        assert_eq!(list(&other).await.unwrap().len(), 1);
    }
}
