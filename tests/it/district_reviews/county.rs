//! The county's view: what SIMs have shared, and nothing before.

use llpr_client::request_id;
use llpr_proto::v1::*;
use llpr_tests::{Actor, on_both_engines};

use super::{COAST, NORTH, acknowledge, districts, get, point, shared, write};

const SCHOOL: &str = "schools/900001";

/// Assesses a school as at risk by judgement, without sharing it.
async fn at_risk(sim: &Actor) {
    let risk = || sim.session.risk();
    let request = AddRiskCriterionRequest {
        parent: SCHOOL.into(),
        programme_year: "programmeYears/2024-2025".into(),
        criterion: "f".into(),
        note: "Restricted words.".into(),
        request_id: request_id(),
    };
    risk()
        .add_risk_criterion(request)
        .await
        .expect("in evidence");
    let request = GetRiskAssessmentRequest {
        name: format!("{SCHOOL}/riskAssessments/2024-2025"),
    };
    let seen = risk()
        .get_risk_assessment(request)
        .await
        .unwrap()
        .into_inner()
        .risk_assessment
        .unwrap();
    let request = AssessSchoolRequest {
        name: seen.name,
        etag: seen.etag,
        state: RiskState::AtRisk.into(),
        urgency: RiskUrgency::Pupils.into(),
        reason: "Prose that stays.".into(),
        request_id: request_id(),
        ..AssessSchoolRequest::default()
    };
    risk().assess_school(request).await.expect("assessed");
}

async fn share_risks(sim: &Actor, district: &str) {
    let request = ShareRiskAssessmentsRequest {
        parent: district.into(),
        programme_year: "programmeYears/2024-2025".into(),
        request_id: request_id(),
        ..ShareRiskAssessmentsRequest::default()
    };
    sim.session
        .risk()
        .share_risk_assessments(request)
        .await
        .expect("shared");
}

async fn of(manager: &Actor, district: &str) -> CountyDistrict {
    let all = districts(manager, 0, String::new()).await.unwrap();
    let found = all
        .county_districts
        .into_iter()
        .find(|one| one.district == district);
    found.unwrap_or_else(|| panic!("no {district}"))
}

on_both_engines! {
    County async fn p12_the_county_manager_counts_what_was_shared(world) {
        let (sim, manager) = (world.actor("SIM").await, world.actor("COUNTY_MANAGER").await);
        let before = of(&manager, NORTH).await.standing.unwrap();
        assert!(before.school_count > 10);
        assert_eq!((before.unreviewed_count, before.no_concern_count, before.at_risk_count), (before.school_count, 0, 0));
        at_risk(&sim).await;
        assert_eq!(of(&manager, NORTH).await.standing.unwrap(), before, "nothing was shared");
        share_risks(&sim, NORTH).await;
        let after = of(&manager, NORTH).await.standing.unwrap();
        assert_eq!((after.unreviewed_count, after.at_risk_count), (before.school_count - 1, 1));
        assert_eq!(after.criteria, [CriterionCount { criterion: "f".into(), school_count: 1 }]);
        assert_eq!(after.urgencies, [UrgencyCount { urgency: RiskUrgency::Pupils.into(), school_count: 1 }]);
        // The county's sums are those of all districts, whatever the page.
        let all = districts(&manager, 0, String::new()).await.unwrap();
        let total = all.standing.clone().unwrap();
        let sum: i32 = all.county_districts.iter().map(|one| one.standing.clone().unwrap().school_count).sum();
        assert_eq!((total.school_count, total.at_risk_count), (sum, 1));
        assert!(!format!("{all:?}").contains("Prose") && !format!("{all:?}").contains("Restricted"));
        let mut names = Vec::new();
        let mut token = String::new();
        loop {
            let page = districts(&manager, 1, token).await.unwrap();
            assert_eq!((page.total_size, page.standing), (all.total_size, all.standing.clone()));
            names.extend(page.county_districts.into_iter().map(|one| one.district));
            token = page.next_page_token;
            if token.is_empty() {
                break;
            }
        }
        let at_once: Vec<String> = all.county_districts.iter().map(|one| one.district.clone()).collect();
        assert_eq!(names, at_once);
    }

    County async fn p11_schools_of_other_authorities_are_no_district_to_review(world) {
        const TRADED: &str = "districts/traded-schools";
        let manager = world.actor("COUNTY_MANAGER").await;
        let sim = world.person("david.penhale@marlshire.example").await;
        let before = districts(&manager, 0, String::new()).await.unwrap();
        assert!(before.county_districts.iter().all(|one| one.district != TRADED), "{before:?}");
        assert_eq!(usize::try_from(before.total_size).unwrap(), before.county_districts.len());
        let listed = manager.session.schools().list_districts(ListDistrictsRequest::default()).await.unwrap().into_inner();
        assert_eq!(listed.total_size, before.total_size + 1, "it is a district all the same");
        // Its manager may write and share; the county's counts stay.
        shared(&sim, TRADED, vec![point("criteria/c", "Absence.")]).await;
        let after = districts(&manager, 0, String::new()).await.unwrap();
        assert_eq!((after.shared_review_count, after.standing, after.common_priorities), (0, before.standing, vec![]));
    }

    County async fn p11_reviews_and_common_priorities_are_seen_across_districts(world) {
        let (sim, manager) = (world.actor("SIM").await, world.actor("COUNTY_MANAGER").await);
        let other = world.person("priya.venner@marlshire.example").await;
        let state = async |district| of(&manager, district).await.state();
        assert_eq!(state(NORTH).await, DistrictReviewState::NotBegun);
        let seen = get(&sim, NORTH).await.unwrap();
        write(&sim, &seen, vec![], vec![point("criteria/c", "Attendance.")]).await.unwrap();
        assert_eq!(state(NORTH).await, DistrictReviewState::Draft);
        shared(&other, COAST, vec![point("criteria/c", "Absence."), point("criteria/a", "Writing.")]).await;
        assert_eq!((state(COAST).await, state(NORTH).await), (DistrictReviewState::Shared, DistrictReviewState::Draft));
        let told = districts(&manager, 0, String::new()).await.unwrap();
        assert_eq!(told.common_priorities, [], "a draft counts for nothing");
        assert_eq!((told.shared_review_count, told.acknowledged_review_count), (1, 0));
        let done = shared(&sim, NORTH, vec![point("criteria/c", "Attendance."), point("criteria/c", "Suspensions.")]).await;
        let seen = of(&manager, NORTH).await;
        assert_eq!((seen.review.as_str(), seen.share_time.is_some()), (done.name.as_str(), true));
        acknowledge(&manager, NORTH, &done.etag).await.unwrap();
        let told = districts(&manager, 1, String::new()).await.unwrap();
        assert_eq!((told.shared_review_count, told.acknowledged_review_count), (2, 1));
        let [common] = &told.common_priorities[..] else { panic!("{told:?}") };
        assert_eq!((common.tag.as_str(), common.districts.clone()), ("criteria/c", vec![NORTH.to_owned(), COAST.to_owned()]));
        assert!(!common.tag_title.is_empty());
        let seen = of(&manager, NORTH).await;
        assert!(seen.acknowledge_time.is_some() && seen.state() == DistrictReviewState::Acknowledged);
    }
}
