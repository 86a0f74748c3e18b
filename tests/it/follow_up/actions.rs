//! Actions from their making to their end.

use std::time::Duration;

use llpr_client::{Error, request_id};
use llpr_proto::v1::*;
use llpr_tests::on_both_engines;

use super::{
    NORTH, actions, call_about, complete, day, drop, fields, get, ledger, make, me, mine,
    put_at_risk, record, share_assessment, update, visit,
};

const ALL: [&str; 5] = ["kind", "title", "note", "owner", "due_date"];

on_both_engines! {
    County async fn p13_an_action_says_what_who_and_by_when(world) {
        let sim = world.actor("SIM").await;
        let error = make(&sim, 900_001, FollowUpAction::default()).await.expect_err("nothing said");
        assert_eq!(fields(&error), ["follow_up_action.kind", "follow_up_action.title", "follow_up_action.owner", "follow_up_action.due_date"]);
        assert!(error.violations().iter().all(|violation| violation.description.ends_with("(¶13)")), "{error:?}");
        let own = me(&sim).await;
        // Due before it was made.
        let error = make(&sim, 900_001, visit("Look.", &own, &day(&world, -1))).await.expect_err("too early");
        assert_eq!(fields(&error), ["follow_up_action.due_date"]);
        assert!(error.violations()[0].description.contains("is before the action was made") && error.violations()[0].description.ends_with("(¶13)"), "{error:?}");
        // Who owns it works with the school for the county.
        for email in ["priya.venner@marlshire.example", "alison.thwaite@marlshire.example", "judith.amberley@marlshire.example"] {
            let other = me(&world.person(email).await).await;
            let error = make(&sim, 900_001, visit("Look.", &other, &day(&world, 1))).await.expect_err(email);
            assert_eq!(fields(&error), ["follow_up_action.owner"], "{email}");
        }
        for role in ["SIM", "LLP", "ADVISER"] {
            let owner = me(&world.actor(role).await).await;
            make(&sim, 900_001, visit("Look.", &owner, &day(&world, 1))).await.expect(role);
        }
        // The fifth kind is for academies.
        let academy = FollowUpAction { kind: FollowUpActionKind::AcademyContact.into(), ..visit("Write.", &own, &day(&world, 1)) };
        let error = make(&sim, 900_001, academy.clone()).await.expect_err("no academy");
        assert_eq!(fields(&error), ["follow_up_action.kind"]);
        assert!(error.violations()[0].description.ends_with("(¶13e)"), "{error:?}");
        let david = world.person("david.penhale@marlshire.example").await;
        let owner = me(&david).await;
        make(&david, 900_025, FollowUpAction { owner, ..academy }).await.expect("an academy");
        // It may come from a contact, of the same school.
        let contact = record(&sim, 900_001, call_about("Agreed.")).await.unwrap();
        let made = make(&sim, 900_001, FollowUpAction { contact: contact.name.clone(), ..visit("Look.", &own, &day(&world, 0)) }).await.expect("made");
        assert_eq!(made.contact, contact.name);
        assert_eq!((made.state(), made.overdue, made.etag.as_str()), (FollowUpActionState::Open, false, "1"));
        let elsewhere = record(&sim, 900_002, call_about("Agreed.")).await.unwrap();
        let error = make(&sim, 900_001, FollowUpAction { contact: elsewhere.name, ..visit("Look.", &own, &day(&world, 1)) }).await.expect_err("another school's");
        assert_eq!(fields(&error), ["follow_up_action.contact"]);
    }

    County async fn p13_an_action_is_changed_and_ends_with_words(world) {
        let sim = world.actor("SIM").await;
        let own = me(&sim).await;
        let first = make(&sim, 900_001, visit("Look at reading.", &own, &day(&world, 10))).await.unwrap();
        let later = update(&sim, FollowUpAction { due_date: day(&world, 20), ..first.clone() }, &["due_date"]).await.expect("changed");
        assert_eq!((later.due_date, later.first_due_date), (day(&world, 20), day(&world, 10)));
        assert_eq!((later.title.as_str(), later.etag.as_str()), ("Look at reading.", "2"));
        let early = FollowUpAction { due_date: day(&world, -1), etag: "2".into(), title: String::new(), ..first.clone() };
        assert_eq!(fields(&update(&sim, early, &ALL).await.expect_err("too early")), ["follow_up_action.title", "follow_up_action.due_date"]);
        let error = update(&sim, FollowUpAction { etag: String::new(), ..first.clone() }, &ALL).await.expect_err("no version");
        assert_eq!(fields(&error), ["follow_up_action.etag"]);

        // A stale version changes nothing, and what stands and what was sent are both at hand.
        let stale = FollowUpAction { title: "Look at writing.".into(), ..first.clone() };
        let error = update(&sim, stale, &ALL).await.expect_err("stale");
        assert_eq!(error.reason(), Some(ErrorReason::EtagMismatch));
        let now = get(&sim, &first.name).await.unwrap();
        assert_eq!((now.title.as_str(), now.due_date.as_str()), ("Look at reading.", day(&world, 20).as_str()));
        for stale in [complete(&sim, &first, "Seen.", "").await, drop(&sim, &first, "Over.").await] {
            assert_eq!(stale.expect_err("stale").reason(), Some(ErrorReason::EtagMismatch));
        }

        let error = complete(&sim, &now, " ", &day(&world, 1)).await.expect_err("no words");
        assert_eq!(fields(&error), ["outcome", "done_date"]);
        assert_eq!(fields(&complete(&sim, &now, "Seen.", &day(&world, -1)).await.expect_err("before it was made")), ["done_date"]);
        let done = complete(&sim, &now, "Seen in three lessons.", "").await.expect("done");
        assert_eq!((done.state(), done.outcome.as_str(), done.close_date.as_str()), (FollowUpActionState::Done, "Seen in three lessons.", day(&world, 0).as_str()));
        assert_eq!(done.closer_display_name, "Helen Ashgrove");
        for closed in [complete(&sim, &done, "Again.", "").await, drop(&sim, &done, "Over.").await, update(&sim, done.clone(), &ALL).await] {
            let error = closed.expect_err("closed");
            assert_eq!(error.reason(), Some(ErrorReason::FollowUpActionClosed));
            assert!(error.precondition_violations()[0].description.contains("¶13"), "{error:?}");
        }
        let second = make(&sim, 900_001, visit("Look again.", &own, &day(&world, 10))).await.unwrap();
        assert_eq!(fields(&drop(&sim, &second, "").await.expect_err("no reason")), ["reason"]);
        let dropped = drop(&sim, &second, "The school has done it.").await.expect("dropped");
        assert_eq!((dropped.state(), dropped.outcome.as_str()), (FollowUpActionState::Dropped, "The school has done it."));
        let (fields, leaks) = ledger(&world, "UpdateFollowUpAction", "Look at reading").await;
        assert_eq!(fields, ["due_date"]);
        assert!(!leaks, "prose in the ledger");
        assert!(!ledger(&world, "x", "three lessons").await.1);
    }

    County async fn p13_what_is_past_its_day_is_overdue_by_the_calendar_of_london(world) {
        let (sim, partner) = (world.actor("SIM").await, world.actor("LLP").await);
        let (own, theirs) = (me(&sim).await, me(&partner).await);
        for (urn, owner, days) in [(900_002, &own, 5), (900_001, &theirs, 2), (900_001, &own, 0), (900_003, &own, 1)] {
            make(&sim, urn, visit("Look.", owner, &day(&world, days))).await.unwrap();
        }
        let ended = make(&sim, 900_001, visit("Look.", &own, &day(&world, 1))).await.unwrap();
        complete(&sim, &ended, "Seen.", "").await.unwrap();
        let days = |actions: &[FollowUpAction]| actions.iter().map(|one| one.due_date.clone()).collect::<Vec<_>>();
        // Today is not yet past, and lists go by day.
        assert!(actions(&sim, NORTH, true, 50).await.unwrap().is_empty() && mine(&sim, true).await.is_empty());
        let all = actions(&sim, NORTH, false, 2).await.unwrap();
        assert_eq!(all.len(), 5);
        assert!(days(&all).is_sorted());
        let due: Vec<String> = [0, 1, 2].map(|days| day(&world, days)).into();
        world.clock.advance(Duration::from_hours(3 * 24));
        let (sim, partner) = (world.actor("SIM").await, world.actor("LLP").await);
        let overdue = actions(&sim, NORTH, true, 2).await.unwrap();
        assert_eq!(days(&overdue), due);
        assert!(overdue.iter().all(|one| one.overdue));
        assert_eq!(days(&actions(&sim, "schools/900001", true, 50).await.unwrap()), [due[0].clone(), due[2].clone()]);
        assert_eq!(days(&mine(&sim, true).await), due[..2]);
        assert_eq!((days(&mine(&partner, true).await), mine(&partner, false).await.len()), (vec![due[2].clone()], 1));
        let request = ListFollowUpActionsRequest { parent: NORTH.into(), state: FollowUpActionState::Done.into(), ..ListFollowUpActionsRequest::default() };
        let done = sim.session.follow_up().list_follow_up_actions(request).await.unwrap().into_inner();
        assert_eq!((done.total_size, done.follow_up_actions[0].name.as_str()), (1, ended.name.as_str()));
        // The county manager counts those of schools whose assessment was shared.
        let manager = world.actor("COUNTY_MANAGER").await;
        let counted = async || {
            let request = ListCountyDistrictsRequest::default();
            let county = manager.session.district_reviews().list_county_districts(request).await.unwrap().into_inner();
            let north = county.county_districts.into_iter().find(|one| one.district == NORTH).unwrap();
            (north.standing.unwrap().overdue_action_count, county.standing.unwrap().overdue_action_count)
        };
        assert_eq!(counted().await, (0, 0));
        put_at_risk(&sim, 900_001).await;
        share_assessment(&sim, 900_001).await;
        assert_eq!(counted().await, (2, 2));
    }

    County async fn p13_an_owner_whose_role_has_ended_stays_until_another_is_named(world) {
        let (sim, partner, admin) = (world.actor("SIM").await, world.actor("LLP").await, world.actor("ADMINISTRATOR").await);
        let gone = me(&partner).await;
        let made = make(&sim, 900_001, visit("Look.", &gone, &day(&world, 3))).await.unwrap();
        let list = ListRoleAssignmentsRequest { parent: gone.clone(), page_size: 500, ..ListRoleAssignmentsRequest::default() };
        let held = admin.session.users().list_role_assignments(list).await.unwrap().into_inner().role_assignments;
        let held = held.into_iter().find(|one| one.node == "schools/900001").expect("the partner's role");
        let end = EndRoleAssignmentRequest { name: held.name, request_id: request_id(), ..EndRoleAssignmentRequest::default() };
        admin.session.users().end_role_assignment(end).await.expect("ended");
        // Access has ended with the role; the action has not.
        assert!(mine(&partner, false).await.is_empty());
        assert_eq!(complete(&partner, &made, "Seen.", "").await.expect_err("ended").reason(), Some(ErrorReason::AccessDenied));
        let later = update(&sim, FollowUpAction { due_date: day(&world, 9), ..made }, &ALL).await.expect("moved");
        assert_eq!(later.owner, gone);
        let error = make(&sim, 900_001, visit("Look.", &gone, &day(&world, 3))).await.expect_err("no longer a partner");
        assert_eq!(fields(&error), ["follow_up_action.owner"]);
        let own = me(&sim).await;
        assert_eq!(update(&sim, FollowUpAction { owner: own.clone(), ..later }, &["owner"]).await.expect("named").owner, own);
    }

    County async fn an_action_told_twice_is_made_and_ended_once(world) {
        let sim = world.actor("SIM").await;
        let request = CreateFollowUpActionRequest {
            parent: "schools/900001".into(),
            follow_up_action: Some(visit("Look.", &me(&sim).await, &day(&world, 1))),
            request_id: request_id(),
        };
        let mut made = Vec::new();
        for _ in 0..2 {
            let answer = sim.session.follow_up().create_follow_up_action(request.clone()).await.expect("made");
            made.push(answer.into_inner().follow_up_action.unwrap());
        }
        assert_eq!(made[0], made[1]);
        assert_eq!(actions(&sim, "schools/900001", false, 50).await.unwrap().len(), 1);
        let request = CompleteFollowUpActionRequest {
            name: made[0].name.clone(),
            etag: made[0].etag.clone(),
            outcome: "Seen.".into(),
            request_id: request_id(),
            ..CompleteFollowUpActionRequest::default()
        };
        for _ in 0..2 {
            let answer = sim.session.follow_up().complete_follow_up_action(request.clone()).await.expect("done");
            assert_eq!(answer.into_inner().follow_up_action.unwrap().etag, "2");
        }
        let other = CompleteFollowUpActionRequest { outcome: "Else.".into(), ..request };
        let error = Error::from(sim.session.follow_up().complete_follow_up_action(other).await.expect_err("another request"));
        assert_eq!(error.reason(), Some(ErrorReason::RequestIdReused));
    }
}
