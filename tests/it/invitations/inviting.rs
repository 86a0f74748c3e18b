//! Who invites whom, and what becomes of it.

use llpr_client::{Error, Role, request_id};
use llpr_proto::v1::*;
use llpr_tests::{Actor, PASSWORD, behind, first, on_both_engines};

use super::{NEW, invitation, invite, listed, mails, posted, reason, until, user_id};

const UNA: &str = "una.fenn@marlshire.example";

on_both_engines! {
    County async fn a_headteacher_invites_a_governor_who_chooses_a_password(world) {
        let mut mailbox = posted(&mut world).await;
        let head = world.actor("HEADTEACHER").await;
        let made = invite(&head, "Una.Fenn@marlshire.example", Role::Governor, "schools/900001").await.unwrap();
        assert_eq!((made.state(), made.email.as_str()), (InvitationState::Waiting, UNA));

        let mail = mailbox.receive().await;
        assert_eq!((mail.to.as_str(), mail.subject.as_str()), (UNA, "Your invitation to the Leadership and Learning Progress Review"));
        assert!(mail.body.contains(&first("HEADTEACHER").name), "{}", mail.body);
        for never in ["Una", "governor", "900001", &made.node_display_name] {
            assert!(!mail.body.contains(never) && !mail.subject.contains(never), "{never} in {}", mail.body);
        }
        let secret = mail.secret();
        let client = world.client();
        let link = client.link(&secret).await.unwrap();
        assert_eq!((link.purpose(), link.display_name.as_str(), link.email.as_str()), (LinkPurpose::Invitation, "Una Fenn", UNA));
        assert_eq!(link.sender_display_name, first("HEADTEACHER").name);

        // A password that is easy to guess leaves the link as it is.
        let told = client.set_password_by_link(&secret, "qwertyuiop123").await.expect_err("refused");
        assert_eq!(told.reason(), Some(ErrorReason::PasswordNotAccepted));
        assert!(told.violations()[0].description.contains("very common password"), "{told:?}");
        assert_eq!(client.set_password_by_link(&secret, NEW).await.unwrap(), UNA);
        assert_eq!(reason(client.set_password_by_link(&secret, NEW).await), ErrorReason::LinkRefused);
        assert_eq!(reason(client.link(&secret).await), ErrorReason::LinkRefused);

        let una = Actor::sign_in(&world, UNA, NEW).await;
        let caller = una.session.auth().get_caller(GetCallerRequest {}).await.unwrap().into_inner();
        let held: Vec<_> = caller.role_assignments.iter().map(|given| (given.role(), given.node.as_str())).collect();
        assert_eq!(held, [(Role::Governor, "schools/900001")]);
        assert!(listed(&head, true).await.is_empty());
        let all = listed(&head, false).await;
        assert_eq!((all[0].state(), all[0].email.as_str(), all[0].mail_state()), (InvitationState::Accepted, "", MailState::Sent));

        let database = world.database().await;
        let ledger = behind::ledger(&database, 0).await;
        let entry = ledger.iter().find(|entry| entry.method == "llpr.v1.UserService/CreateInvitation").expect("a row");
        assert_eq!((entry.target.as_str(), entry.role.as_str()), (made.name.as_str(), "HEADTEACHER"));
        assert!(ledger.iter().any(|entry| entry.method == "llpr.v1.AuthService/SetPasswordByLink" && entry.user.is_empty()));
    }

    County async fn invitations_follow_the_granting_table(world) {
        let (head, sim, llp) = (world.actor("HEADTEACHER").await, world.actor("SIM").await, world.actor("LLP").await);
        for role in [Role::Governor, Role::Clerk, Role::SchoolLeader] {
            invite(&head, &format!("{role:?}@marlshire.example"), role, "schools/900001").await.unwrap();
        }
        assert_eq!(reason(invite(&head, UNA, Role::Llp, "schools/900001").await), ErrorReason::GrantNotAllowed);
        assert_eq!(reason(invite(&head, UNA, Role::Governor, "schools/900002").await), ErrorReason::AccessDenied);
        assert_eq!(reason(invite(&head, &head.email, Role::Governor, "schools/900001").await), ErrorReason::GrantNotAllowed);
        assert_eq!(reason(invite(&llp, UNA, Role::Governor, "schools/900001").await), ErrorReason::AccessDenied);
        for role in [Role::Llp, Role::Adviser, Role::Headteacher] {
            invite(&sim, &format!("{role:?}@marlshire.example"), role, "schools/900002").await.unwrap();
        }
        assert_eq!(reason(invite(&sim, UNA, Role::Governor, "schools/900002").await), ErrorReason::GrantNotAllowed);
        assert_eq!(reason(invite(&sim, UNA, Role::Llp, "schools/900037").await), ErrorReason::AccessDenied);
        let admin = world.actor("ADMINISTRATOR").await;
        assert_eq!(reason(invite(&admin, "grace.hollis@marlshire.example", Role::Llp, "schools/900045").await), ErrorReason::ConflictOfInterest);
        invite(&admin, UNA, Role::Sim, "districts/saltmere-coast").await.unwrap();
        // Nobody was invited by what was refused.
        assert_eq!(listed(&admin, false).await.len(), 7);
        assert_eq!(listed(&head, false).await.len(), 3);
    }

    County async fn somebody_who_has_an_account_keeps_the_password_and_is_told(world) {
        let mut mailbox = posted(&mut world).await;
        let head = world.actor("HEADTEACHER").await;
        let known = first("ADVISER").email.as_str();
        let made = invite(&head, known, Role::Clerk, "schools/900001").await.unwrap();
        assert_eq!(made.state(), InvitationState::Accepted);
        assert_eq!(made.display_name, first("ADVISER").name);
        let mail = mailbox.receive().await;
        assert!(mail.to == known && mail.body.contains("/sign-in") && !mail.body.contains("secret"), "{}", mail.body);
        let person = Actor::sign_in(&world, known, PASSWORD).await;
        let caller = person.session.auth().get_caller(GetCallerRequest {}).await.unwrap().into_inner();
        assert!(caller.role_assignments.iter().any(|given| given.role() == Role::Clerk));
        let again = invite(&head, known, Role::Clerk, "schools/900001").await;
        assert_eq!(reason(again), ErrorReason::ResourceExists);
    }

    County async fn a_second_link_replaces_the_first_and_what_is_taken_back_is_over(world) {
        let mut mailbox = posted(&mut world).await;
        let head = world.actor("HEADTEACHER").await;
        let client = world.client();
        let made = invite(&head, UNA, Role::Governor, "schools/900001").await.unwrap();
        let old = mailbox.receive().await.secret();
        let resend = ResendInvitationRequest { name: made.name.clone(), request_id: request_id() };
        let mut users = head.session.users();
        let one = users.resend_invitation(resend.clone()).await.unwrap().into_inner();
        let two = users.resend_invitation(resend).await.unwrap().into_inner();
        assert_eq!(one.invitation.unwrap().expire_time, two.invitation.unwrap().expire_time);
        let new = mailbox.receive().await.secret();
        assert_eq!(reason(client.link(&old).await), ErrorReason::LinkRefused);
        client.link(&new).await.expect("the second works");

        // Somebody else's is out of reach.
        let foreign = world.person(&llpr_tests::county().people.iter().rfind(|person| person.assignments.iter().any(|given| given.role == "SIM")).unwrap().email).await;
        assert!(listed(&foreign, false).await.is_empty());
        let cancel = |name: &str| CancelInvitationRequest { name: name.into(), request_id: request_id() };
        let answer = foreign.session.users().cancel_invitation(cancel(&made.name)).await;
        assert_eq!(reason(answer.map_err(Error::from)), ErrorReason::AccessDenied);

        let taken = users.cancel_invitation(cancel(&made.name)).await.unwrap().into_inner().invitation.unwrap();
        assert_eq!((taken.state(), taken.email.as_str()), (InvitationState::Cancelled, ""));
        assert_eq!(reason(client.set_password_by_link(&new, NEW).await), ErrorReason::LinkRefused);
        assert_eq!(reason(users.cancel_invitation(cancel(&made.name)).await.map_err(Error::from)), ErrorReason::InvitationState);
        // The role is free again.
        invite(&head, UNA, Role::Governor, "schools/900001").await.expect("anew");
    }

    County async fn an_invitation_past_its_time_is_sent_again(world) {
        let mut mailbox = posted(&mut world).await;
        let head = world.actor("HEADTEACHER").await;
        let made = invite(&head, UNA, Role::Governor, "schools/900001").await.unwrap();
        let old = mailbox.receive().await.secret();
        world.clock.advance(std::time::Duration::from_hours(15 * 24));
        let head = world.actor("HEADTEACHER").await;
        assert_eq!(reason(world.client().link(&old).await), ErrorReason::LinkRefused);
        assert_eq!(listed(&head, true).await[0].state(), InvitationState::Expired);
        let resend = ResendInvitationRequest { name: made.name, request_id: request_id() };
        let sent = head.session.users().resend_invitation(resend).await.unwrap().into_inner().invitation.unwrap();
        assert_eq!(sent.state(), InvitationState::Waiting);
        let new = mailbox.receive().await.secret();
        world.client().set_password_by_link(&new, NEW).await.expect("set");
    }

    County async fn without_a_mail_server_an_administrator_hands_the_link_over(world) {
        let (head, admin) = (world.actor("HEADTEACHER").await, world.actor("ADMINISTRATOR").await);
        invite(&head, UNA, Role::Governor, "schools/900001").await.unwrap();
        assert!(!world.client().request_link(UNA, LinkPurpose::Password).await.unwrap().sends_mail);
        let waiting = until(async || Some(mails(&admin).await).filter(|mails| mails.len() == 2)).await;
        assert!(waiting.iter().all(|mail| mail.state() == MailState::Waiting && mail.email == UNA), "{waiting:?}");

        let request = CreateUserLinkRequest { parent: user_id(&admin, UNA).await, request_id: request_id() };
        let refused = head.session.users().create_user_link(request.clone()).await;
        assert_eq!(reason(refused.map_err(Error::from)), ErrorReason::AccessDenied);
        let one = admin.session.users().create_user_link(request.clone()).await.unwrap().into_inner();
        let two = admin.session.users().create_user_link(request).await.unwrap().into_inner();
        assert_eq!(one, two);
        let (_, secret) = one.uri.split_once("http://127.0.0.1:8080/link?secret=").expect("a link");
        world.client().set_password_by_link(secret, NEW).await.expect("set");
        Actor::sign_in(&world, UNA, NEW).await;
        assert_eq!(listed(&head, false).await[0].state(), InvitationState::Accepted);
        let database = world.database().await;
        let ledger = behind::ledger(&database, 0).await;
        let made: Vec<_> = ledger.iter().filter(|entry| entry.method == "llpr.v1.UserService/CreateUserLink" && entry.fields != ["refused"]).collect();
        assert!(made.len() == 1 && made[0].role == "ADMINISTRATOR", "{made:?}");
        // Nothing that lies in the database is a secret of a link.
        for (table, rows) in behind::contents(world.engine, &database).await {
            assert!(rows.iter().all(|row| !row.contains(secret)), "{table}");
        }
    }

    County async fn p6a_the_years_before_a_partner_are_those_of_the_programme_year(world) {
        let (admin, manager) = (world.actor("ADMINISTRATOR").await, world.actor("COUNTY_MANAGER").await);
        let user = CreateUserRequest {
            user: Some(User { email: UNA.into(), display_name: "Una Fenn".into(), ..User::default() }),
            request_id: request_id(),
            ..CreateUserRequest::default()
        };
        let user = admin.session.users().create_user(user).await.unwrap().into_inner().user.unwrap().name;
        let today = world.clock.today();
        let left = today - chrono::Months::new(12 * 4);
        let give = |role: Role, from: String, until: String| CreateRoleAssignmentRequest {
            parent: user.clone(),
            role_assignment: Some(RoleAssignment { role: role.into(), node: "schools/900001".into(), from_date: from, until_date: until, ..RoleAssignment::default() }),
            request_id: request_id(),
        };
        let head = give(Role::Headteacher, "2015-09-01".into(), left.to_string());
        admin.session.users().create_role_assignment(head).await.unwrap();
        let partner = give(Role::Llp, today.to_string(), (today + chrono::Days::new(1)).to_string());
        admin.session.users().create_role_assignment(partner).await.expect("four years are more than three");

        let year = llpr_domain::year::AcademicYear::of_date(today).unwrap();
        let document = llpr_domain::programme::SHIPPED
            .replace("2024/25", &year.to_string())
            .replace("years_before_partner = 3", "years_before_partner = 5");
        let draft = CreateProgrammeDraftRequest { parent: format!("programmeYears/{}", year.slug()), document, request_id: request_id(), validate_only: false };
        let draft = admin.session.programme().create_programme_draft(draft).await.unwrap().into_inner().programme_draft.unwrap();
        let approve = ApproveProgrammeDraftRequest { name: draft.name, etag: draft.etag, request_id: request_id() };
        manager.session.programme().approve_programme_draft(approve).await.expect("approved");
        let partner = give(Role::Llp, (today + chrono::Days::new(2)).to_string(), String::new());
        let told = Error::from(admin.session.users().create_role_assignment(partner).await.expect_err("refused"));
        assert_eq!(told.reason(), Some(ErrorReason::ConflictOfInterest));
        assert!(told.message().contains("last 5 years"), "{told:?}");
    }

    County async fn every_violation_of_an_invitation_is_told_at_once(world) {
        let admin = world.actor("ADMINISTRATOR").await;
        let request = CreateInvitationRequest {
            invitation: Some(Invitation { email: "x".into(), display_name: String::new(), from_date: "soon".into(), ..invitation("", Role::Governor, "county").invitation.unwrap() }),
            request_id: "x".into(),
        };
        let told = Error::from(admin.session.users().create_invitation(request).await.expect_err("invalid"));
        let mut fields: Vec<_> = told.violations().iter().map(|violation| violation.field.as_str()).collect();
        fields.sort_unstable();
        assert_eq!(fields, ["invitation.display_name", "invitation.email", "invitation.from_date", "request_id"]);
    }
}
