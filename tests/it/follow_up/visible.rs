//! Who sees which actions, and what of them.

use llpr_proto::v1::*;
use llpr_tests::{World, on_both_engines};
use tonic::Code;

use super::{
    NORTH, actions, agreed, complete, day, drop, fields, get, make, me, mine, put_at_risk, share,
    share_assessment, update, visit,
};

/// Roles of the school and of the county that see no actions at all.
const BLIND: [&str; 6] = [
    "HEADTEACHER",
    "SCHOOL_LEADER",
    "GOVERNOR",
    "CLERK",
    "DATA_OFFICER",
    "ADMINISTRATOR",
];

async fn names(world: &World, role: &str, parent: &str) -> Vec<String> {
    let found = actions(&world.actor(role).await, parent, false, 50).await;
    found
        .expect(role)
        .into_iter()
        .map(|one| one.title)
        .collect()
}

on_both_engines! {
    County async fn p13_each_role_sees_the_actions_that_concern_it(world) {
        let (sim, partner, adviser, manager) = (world.actor("SIM").await, world.actor("LLP").await, world.actor("ADVISER").await, world.actor("COUNTY_MANAGER").await);
        let due = day(&world, 7);
        let secret = make(&sim, 900_001, visit("The SIM's", &me(&sim).await, &due)).await.unwrap();
        let given = make(&sim, 900_001, visit("The partner's", &me(&partner).await, &due)).await.unwrap();
        let helped = make(&sim, 900_001, visit("The adviser's", &me(&adviser).await, &due)).await.unwrap();
        let proposed = make(&partner, 900_001, visit("By the partner", &me(&sim).await, &due)).await.unwrap();
        assert_eq!(names(&world, "SIM", NORTH).await.len(), 4);
        // Before the assessment was shared.
        assert_eq!(names(&world, "LLP", "schools/900001").await, ["The partner's", "By the partner"]);
        assert!(names(&world, "COUNTY_MANAGER", "county").await.is_empty());
        for (actor, name) in [(&partner, &secret.name), (&manager, &secret.name), (&adviser, &given.name)] {
            assert_eq!(get(actor, name).await.expect_err("not theirs").code(), Code::NotFound);
        }
        assert_eq!(get(&adviser, &helped.name).await.unwrap().title, "The adviser's");
        assert_eq!(mine(&adviser, false).await.len(), 1);
        // What is not there and what is not seen look alike.
        let unseen = get(&partner, &secret.name).await.expect_err("unseen");
        let invented = "schools/900001/followUpActions/0198a000-0000-7000-8000-000000000000";
        let nothing = get(&partner, invented).await.expect_err("nothing");
        assert_eq!(unseen.message().replace(&secret.name, "NAME"), nothing.message().replace(invented, "NAME"));
        assert_eq!(update(&partner, secret.clone(), &["title"]).await.expect_err("unseen").code(), Code::NotFound);

        put_at_risk(&sim, 900_001).await;
        share_assessment(&sim, 900_001).await;
        assert_eq!(names(&world, "LLP", "schools/900001").await.len(), 4);
        // Seen is not theirs to change: the owner, the author and the SIM change an action.
        for refused in [update(&partner, secret.clone(), &["title"]).await, complete(&partner, &secret, "x", "").await, drop(&partner, &secret, "x").await, share(&partner, &secret, "x").await] {
            let error = refused.expect_err("another's");
            assert_eq!((error.reason(), error.code()), (Some(ErrorReason::FollowUpActionOfOthers), Code::PermissionDenied));
        }
        update(&partner, FollowUpAction { title: "By the partner, again".into(), ..proposed }, &["title"]).await.expect("made by the partner");
        complete(&adviser, &helped, "Helped.", "").await.expect("the adviser's own");
        // The county manager: which and when, and nothing that was written.
        let county = actions(&manager, "county", false, 2).await.unwrap();
        assert_eq!(county.len(), 4);
        assert!(county.iter().all(|one| one.title.is_empty() && one.note.is_empty() && one.outcome.is_empty() && one.agreement.is_none() && !one.due_date.is_empty()));
        assert_eq!(actions(&manager, NORTH, false, 50).await.unwrap().len(), 4);
        let one = get(&manager, &secret.name).await.unwrap();
        assert_eq!((one.title.as_str(), one.owner_display_name.as_str()), ("", "Helen Ashgrove"));
        for role in BLIND {
            let actor = world.actor(role).await;
            for error in [actions(&actor, "schools/900001", false, 50).await.expect_err(role), get(&actor, &secret.name).await.expect_err(role)] {
                assert_eq!(error.reason(), Some(ErrorReason::AccessDenied), "{role}");
            }
        }
        // The SIM of another district learns nothing, not even what is there.
        let other = world.person("david.penhale@marlshire.example").await;
        for name in [secret.name.as_str(), invented] {
            assert_eq!(get(&other, name).await.expect_err("elsewhere").reason(), Some(ErrorReason::AccessDenied));
        }
        assert!(mine(&other, false).await.is_empty());
    }

    County async fn p13_what_was_agreed_is_shared_with_the_headteacher_and_nothing_else(world) {
        let (sim, head) = (world.actor("SIM").await, world.actor("HEADTEACHER").await);
        let made = make(&sim, 900_001, visit("Find out about leadership", &me(&sim).await, &day(&world, 7))).await.unwrap();
        make(&sim, 900_001, visit("Not agreed", &me(&sim).await, &day(&world, 7))).await.unwrap();
        assert!(agreed(&head, 900_001).await.unwrap().is_empty());
        let error = share(&sim, &made, " ").await.expect_err("no words");
        assert_eq!(fields(&error), ["wording"]);
        let shared = share(&sim, &made, "We look at reading together.").await.expect("shared");
        let agreement = shared.agreement.clone().unwrap();
        assert_eq!((agreement.agreed_date.as_str(), agreement.sharer_display_name.as_str()), (day(&world, 0).as_str(), "Helen Ashgrove"));
        assert!(agreement.share_time.is_some());

        let told = agreed(&head, 900_001).await.unwrap();
        assert_eq!(told.len(), 1);
        let words = format!("{told:?}");
        assert!(words.contains("We look at reading together.") && words.contains("Helen Ashgrove"), "{words}");
        assert!(!words.contains("leadership") && !words.contains("Working of ours"), "{words}");
        assert_eq!((told[0].state(), told[0].due_date.as_str()), (FollowUpActionState::Open, day(&world, 7).as_str()));
        // The headteacher follows it to its end, without what was written about it.
        let done = complete(&sim, &shared, "Leadership is weak.", "").await.expect("done");
        let told = agreed(&head, 900_001).await.unwrap();
        assert_eq!((told[0].state(), told[0].close_date.as_str()), (FollowUpActionState::Done, day(&world, 0).as_str()));
        assert!(!format!("{told:?}").contains("weak"), "{told:?}");
        assert_eq!(share(&sim, &done, "Late.").await.expect_err("closed").reason(), Some(ErrorReason::FollowUpActionClosed));
        for role in ["SCHOOL_LEADER", "GOVERNOR", "CLERK", "ADVISER", "COUNTY_MANAGER"] {
            assert_eq!(agreed(&world.actor(role).await, 900_001).await.expect_err(role).reason(), Some(ErrorReason::AccessDenied), "{role}");
        }
        assert_eq!(agreed(&head, 900_002).await.expect_err("another school").code(), Code::PermissionDenied);
    }
}
