//! Strengths and priorities: written, shared, acknowledged, and seen by nobody else.

use llpr_client::{Error, request_id};
use llpr_proto::v1::*;
use llpr_tests::{Actor, on_both_engines};

use super::{COAST, NORTH, acknowledge, districts, fields, get, name, point, pooled, share, write};

async fn versions(
    actor: &Actor,
    page_size: i32,
    page_token: String,
) -> ListDistrictReviewVersionsResponse {
    let request = ListDistrictReviewVersionsRequest {
        parent: name(NORTH),
        page_size,
        page_token,
    };
    let answer = actor
        .session
        .district_reviews()
        .list_district_review_versions(request)
        .await;
    answer.expect("versions").into_inner()
}

on_both_engines! {
    County async fn p11_a_review_is_written_shared_and_acknowledged(world) {
        let (sim, manager) = (world.actor("SIM").await, world.actor("COUNTY_MANAGER").await);
        let bare = get(&sim, NORTH).await.unwrap();
        assert_eq!((bare.state(), bare.latest.clone(), bare.etag.as_str()), (DistrictReviewState::NotBegun, None, "0"));
        assert_eq!((bare.name.as_str(), bare.district_display_name.as_str()), ("districts/north-marl/reviews/2024-2025", "North Marl"));
        // A share before anything is written, and an acknowledgement before a share.
        let error = share(&sim, NORTH, "0").await.expect_err("nothing written");
        assert_eq!(error.reason(), Some(ErrorReason::DistrictReviewState));
        assert!(error.message().contains("¶11"), "{}", error.message());
        let error = acknowledge(&manager, NORTH, "0").await.expect_err("nothing shared");
        assert_eq!(error.reason(), Some(ErrorReason::DistrictReviewState));
        // Everything that is missing at once, by field and paragraph.
        let error = write(&sim, &bare, vec![], vec![]).await.expect_err("empty");
        assert_eq!(fields(&error), ["priorities"]);
        let error = write(&sim, &bare, vec![point("areas/none-such", " ")], vec![point("", "Writing.")]).await.expect_err("wrong");
        assert_eq!(fields(&error), ["strengths[0].text", "strengths[0].tag", "priorities[0].tag"]);
        assert!(error.violations()[2].description.ends_with("(¶11)"), "{error:?}");

        let first = write(&sim, &bare, vec![point("", " Early reading. ")], vec![point("criteria/c", "Attendance.")]).await.expect("written");
        let latest = first.latest.clone().unwrap();
        assert_eq!((first.state(), latest.number, latest.writer_display_name.as_str()), (DistrictReviewState::Draft, 1, "Helen Ashgrove"));
        assert_eq!((latest.strengths[0].text.as_str(), latest.priorities[0].text.as_str()), ("Early reading.", "Attendance."));
        assert!(!latest.priorities[0].tag_title.is_empty());
        // The county manager learns that it is begun, and nothing else.
        let before = get(&manager, NORTH).await.unwrap();
        assert_eq!((before.state(), before.latest, before.shared, before.etag.as_str()), (DistrictReviewState::Draft, None, None, "0"));
        assert_eq!(versions(&manager, 0, String::new()).await, ListDistrictReviewVersionsResponse::default());

        let done = share(&sim, NORTH, "1").await.expect("shared");
        assert_eq!(done.state(), DistrictReviewState::Shared);
        assert_eq!(share(&sim, NORTH, "1").await.expect("shared already").shared, done.shared);
        let seen = get(&manager, NORTH).await.unwrap();
        assert_eq!((seen.state(), seen.latest.clone().unwrap().number), (DistrictReviewState::Shared, 1));
        assert_eq!(seen.latest, seen.shared);

        // A later version is the county's only when it is shared too.
        let again = get(&sim, NORTH).await.unwrap();
        let second = write(&sim, &again, vec![], vec![point("criteria/c", "Attendance still.")]).await.expect("written");
        assert_eq!((second.state(), second.shared.clone().unwrap().number), (DistrictReviewState::Draft, 1));
        let seen = get(&manager, NORTH).await.unwrap();
        assert_eq!((seen.latest.clone().unwrap().number, seen.etag.as_str()), (1, "1"));
        let told = acknowledge(&manager, NORTH, &seen.etag).await.expect("acknowledged");
        assert_eq!(told.state(), DistrictReviewState::Acknowledged);
        let latest = told.latest.unwrap();
        assert!(latest.acknowledge_time.is_some() && !latest.acknowledger_display_name.is_empty());
        let repeated = acknowledge(&manager, NORTH, &seen.etag).await.expect("acknowledged already");
        assert_eq!(repeated.latest.unwrap().acknowledge_time, latest.acknowledge_time, "the first day stands");
        share(&sim, NORTH, "2").await.expect("shared");
        // What was acknowledged is the version that was read.
        let error = acknowledge(&manager, NORTH, "1").await.expect_err("another version");
        assert_eq!(error.reason(), Some(ErrorReason::EtagMismatch));
        assert_eq!(get(&manager, NORTH).await.unwrap().state(), DistrictReviewState::Shared);

        // History keeps both, page by page.
        let page = versions(&sim, 1, String::new()).await;
        assert_eq!((page.versions[0].number, page.total_size), (2, 2));
        let rest = versions(&sim, 1, page.next_page_token).await;
        assert_eq!((rest.versions[0].strengths[0].text.as_str(), rest.next_page_token.as_str()), ("Early reading.", ""));
        assert_eq!(versions(&manager, 0, String::new()).await.versions.len(), 2);
    }

    County async fn p11_a_stale_etag_loses_nothing(world) {
        let sim = world.actor("SIM").await;
        let bare = get(&sim, NORTH).await.unwrap();
        let request = WriteDistrictReviewRequest {
            name: bare.name.clone(),
            etag: bare.etag.clone(),
            priorities: vec![point("criteria/a", "Reading.")],
            request_id: request_id(),
            ..WriteDistrictReviewRequest::default()
        };
        let ask = async || sim.session.district_reviews().write_district_review(request.clone()).await.unwrap().into_inner();
        // Said twice with the same id it is done once.
        assert_eq!(ask().await, ask().await);
        let error = write(&sim, &bare, vec![], vec![point("criteria/a", "Writing.")]).await.expect_err("stale");
        assert_eq!(error.reason(), Some(ErrorReason::EtagMismatch));
        let error = share(&sim, NORTH, "0").await.expect_err("stale");
        assert_eq!(error.reason(), Some(ErrorReason::EtagMismatch));
        // What stands is there to be shown beside what was meant.
        let stands = get(&sim, NORTH).await.unwrap();
        assert_eq!((stands.latest.unwrap().priorities[0].text.as_str(), stands.etag.as_str()), ("Reading.", "1"));
        // A year that is not open takes nothing.
        let request = WriteDistrictReviewRequest { name: format!("{NORTH}/reviews/2031-2032"), request_id: request_id(), ..request.clone() };
        let error = Error::from(sim.session.district_reviews().write_district_review(request).await.expect_err("not open"));
        assert_eq!(error.reason(), Some(ErrorReason::RiskYearNotOpen));
    }

    County async fn p11_nobody_but_the_districts_sim_and_the_county_manager_sees_a_review(world) {
        let sim = world.actor("SIM").await;
        let seen = get(&sim, NORTH).await.unwrap();
        write(&sim, &seen, vec![], vec![point("criteria/f", "Leadership, in words that stay.")]).await.unwrap();
        share(&sim, NORTH, "1").await.unwrap();
        let other = world.person("priya.venner@marlshire.example").await;
        assert_eq!(get(&other, COAST).await.expect("her own").state(), DistrictReviewState::NotBegun);
        let others = ["LLP", "HEADTEACHER", "SCHOOL_LEADER", "GOVERNOR", "CLERK", "ADVISER", "DATA_OFFICER", "ADMINISTRATOR"];
        let mut outsiders = vec![other];
        for role in others {
            outsiders.push(world.actor(role).await);
        }
        for outsider in &outsiders {
            let real = get(outsider, NORTH).await.expect_err("outside");
            let invented = get(outsider, "districts/none-such").await.expect_err("outside");
            assert_eq!(real.reason(), Some(ErrorReason::AccessDenied), "{}", outsider.email);
            assert_eq!((real.code(), real.message()), (invented.code(), invented.message()), "{}", outsider.email);
            assert_eq!(pooled(outsider, NORTH).await.expect_err("outside").reason(), Some(ErrorReason::AccessDenied));
            assert_eq!(districts(outsider, 0, String::new()).await.expect_err("the county's").reason(), Some(ErrorReason::AccessDenied));
        }
        // Whose reach is the county is told that there is no such district.
        let manager = world.actor("COUNTY_MANAGER").await;
        let error = get(&manager, "districts/none-such").await.expect_err("none");
        assert_eq!(error.reason(), Some(ErrorReason::ResourceNotFound));
        let error = pooled(&manager, "districts/none-such").await.expect_err("none");
        assert_eq!(error.reason(), Some(ErrorReason::ResourceNotFound));
        // The county manager writes and shares nothing.
        let error = share(&manager, NORTH, "1").await.expect_err("the SIM's");
        assert_eq!(error.reason(), Some(ErrorReason::AccessDenied));
        // The ledger has who and what, and no prose.
        let admin = world.actor("ADMINISTRATOR").await;
        let entries = admin.session.audit().list_ledger_entries(ListLedgerEntriesRequest::default()).await.unwrap().into_inner().entries;
        let told = entries.iter().filter(|entry| entry.target == name(NORTH)).count();
        assert_eq!(told, 2, "written and shared");
        assert!(!format!("{entries:?}").contains("words that stay"));
    }
}
