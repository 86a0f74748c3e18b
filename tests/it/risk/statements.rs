//! Statements that a district's suggestions cost.

use std::fmt::Write as _;

use llpr_proto::v1::*;
use llpr_tests::{Actor, World, on_both_engines, register};

/// Schools and statements of a page of suggestions.
async fn cost(world: &World, sim: &Actor, page_size: i32) -> (usize, u64) {
    let mut least = u64::MAX;
    let mut schools = 0;
    for _ in 0..4 {
        let before = world.server().store().statements();
        let request = ListSuggestionsRequest {
            parent: "districts/north-marl".into(),
            page_size,
            ..ListSuggestionsRequest::default()
        };
        let answer = sim.session.risk().list_suggestions(request).await.unwrap();
        schools = answer.into_inner().schools.len();
        least = least.min(world.server().store().statements() - before);
    }
    (schools, least)
}

/// Schools and statements of a page of assessments.
async fn cost_of_list(world: &World, sim: &Actor, page_size: i32) -> (usize, u64) {
    let mut least = u64::MAX;
    let mut schools = 0;
    for _ in 0..4 {
        let before = world.server().store().statements();
        let request = ListRiskAssessmentsRequest {
            parent: "districts/north-marl".into(),
            page_size,
            ..ListRiskAssessmentsRequest::default()
        };
        let answer = sim
            .session
            .risk()
            .list_risk_assessments(request)
            .await
            .unwrap();
        schools = answer.into_inner().risk_assessments.len();
        least = least.min(world.server().store().statements() - before);
    }
    (schools, least)
}

on_both_engines! {
    County async fn a_district_of_sixty_schools_costs_what_one_of_ten_costs(world) {
        let officer = world.actor("DATA_OFFICER").await;
        let sim = world.actor("SIM").await;
        let request = ListSchoolsRequest { page_size: 500, ..ListSchoolsRequest::default() };
        let schools = officer.session.schools().list_schools(request).await.unwrap().into_inner().schools;
        let mut file = String::from("URN,School,District,From,Until,Kind\n");
        for school in &schools {
            writeln!(file, "{},,North Marl,2019-09-01,,improvement", school.urn).unwrap();
        }
        let upload = llpr_client::Upload { accept_missing: true, ..register("districts", "one.csv") };
        officer.load(upload, file).await;
        let (ten, few) = cost(&world, &sim, 10).await;
        let (sixty, many) = cost(&world, &sim, 60).await;
        assert_eq!((ten, sixty), (10, 60));
        // Predecessors are followed a generation at a time: the county's schools have one.
        assert!(many.abs_diff(few) <= 1, "{few} statements for ten schools, {many} for sixty");
        assert!(many <= 17, "{many} statements");
        println!("suggestions: {few} statements for 10 schools, {many} for 60");
        let (ten, few) = cost_of_list(&world, &sim, 10).await;
        let (sixty, many) = cost_of_list(&world, &sim, 60).await;
        assert_eq!((ten, sixty), (10, 60));
        assert!(many.abs_diff(few) <= 1 && many <= 18, "{few} statements for ten schools, {many} for sixty");
        println!("assessments: {few} statements for 10 schools, {many} for 60");
    }
}
