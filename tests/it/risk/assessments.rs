//! Where schools stand: criteria, assessments, sharing and what each role sees of them.

use futures::TryStreamExt as _;
use llpr_client::{Error, items, request_id};
use llpr_proto::v1::*;
use llpr_tests::{Actor, World, on_both_engines};
use tonic::Code;

use super::{YEAR, confirm, find, list};

const NORTH: &str = "districts/north-marl";

fn programme_year() -> String {
    format!("programmeYears/{YEAR}")
}

async fn get(actor: &Actor, urn: u32) -> Result<RiskAssessment, Error> {
    let request = GetRiskAssessmentRequest {
        name: format!("schools/{urn}/riskAssessments/{YEAR}"),
    };
    let answer = actor.session.risk().get_risk_assessment(request).await?;
    Ok(answer.into_inner().risk_assessment.expect("an assessment"))
}

/// At risk, with this urgency and reason.
fn at_risk(seen: &RiskAssessment, urgency: RiskUrgency, reason: &str) -> AssessSchoolRequest {
    AssessSchoolRequest {
        name: seen.name.clone(),
        etag: seen.etag.clone(),
        state: RiskState::AtRisk.into(),
        urgency: urgency.into(),
        direction: RiskDirection::Declining.into(),
        reason: reason.into(),
        request_id: request_id(),
        ..AssessSchoolRequest::default()
    }
}

async fn assess(actor: &Actor, request: AssessSchoolRequest) -> Result<RiskAssessment, Error> {
    let answer = actor.session.risk().assess_school(request).await?;
    Ok(answer.into_inner().risk_assessment.expect("an assessment"))
}

async fn add(actor: &Actor, urn: u32, letter: &str, note: &str) -> Result<RiskCriterion, Error> {
    let request = AddRiskCriterionRequest {
        parent: format!("schools/{urn}"),
        programme_year: programme_year(),
        criterion: letter.into(),
        note: note.into(),
        request_id: request_id(),
    };
    let answer = actor.session.risk().add_risk_criterion(request).await?;
    Ok(answer.into_inner().risk_criterion.expect("a criterion"))
}

async fn share(actor: &Actor, urns: &[u32]) -> Result<i32, Error> {
    let request = ShareRiskAssessmentsRequest {
        parent: NORTH.into(),
        programme_year: programme_year(),
        schools: urns.iter().map(|urn| format!("schools/{urn}")).collect(),
        request_id: request_id(),
    };
    let answer = actor.session.risk().share_risk_assessments(request).await?;
    Ok(answer.into_inner().shared_count)
}

async fn review(actor: &Actor, schools: Vec<String>, validate_only: bool) -> Result<i32, Error> {
    let request = ReviewSchoolsRequest {
        parent: NORTH.into(),
        programme_year: programme_year(),
        schools,
        request_id: request_id(),
        validate_only,
    };
    let answer = actor.session.risk().review_schools(request).await?;
    Ok(answer.into_inner().school_count)
}

async fn of_district(actor: &Actor, page_size: i32) -> Vec<RiskAssessment> {
    let schools = items(|page_token| {
        let mut client = actor.session.risk();
        let request = ListRiskAssessmentsRequest {
            parent: NORTH.into(),
            page_size,
            page_token,
            ..ListRiskAssessmentsRequest::default()
        };
        async move { client.list_risk_assessments(request).await }
    });
    schools.try_collect().await.expect("assessments")
}

async fn shared(actor: &Actor) -> Vec<RiskAssessment> {
    let request = ListSharedRisksRequest::default();
    let answer = actor.session.risk().list_shared_risks(request).await;
    answer
        .expect("what was shared")
        .into_inner()
        .risk_assessments
}

/// The ledger's entries of a method, whole.
async fn ledger(world: &World, method: &str) -> Vec<LedgerEntry> {
    let admin = world.actor("ADMINISTRATOR").await;
    let entries = items(|page_token| {
        let mut client = admin.session.audit();
        let request = ListLedgerEntriesRequest {
            page_token,
            ..ListLedgerEntriesRequest::default()
        };
        async move { client.list_ledger_entries(request).await }
    });
    let entries: Vec<LedgerEntry> = entries.try_collect().await.expect("entries");
    entries
        .into_iter()
        .filter(|entry| entry.method.ends_with(method))
        .collect()
}

fn fields(error: &Error) -> Vec<&str> {
    error
        .violations()
        .iter()
        .map(|violation| violation.field.as_str())
        .collect()
}

on_both_engines! {
    County async fn p12_one_criterion_in_evidence_means_at_risk(world) {
        let sim = world.actor("SIM").await;
        let seen = get(&sim, 900_008).await.unwrap();
        assert_eq!((seen.state(), seen.latest.is_none()), (RiskState::Unreviewed, true));
        assert!(seen.undecided_criteria.contains(&"g".to_owned()), "{seen:?}");
        // Everything that is missing at once, with its paragraph.
        let error = assess(&sim, at_risk(&seen, RiskUrgency::Unspecified, "")).await.expect_err("nothing in evidence");
        assert_eq!(fields(&error), ["state", "urgency", "reason"]);
        assert!(error.violations().iter().all(|violation| violation.description.ends_with("(¶12)")));
        let none = AssessSchoolRequest { state: RiskState::NoConcern.into(), ..at_risk(&seen, RiskUrgency::Unspecified, "") };
        let error = assess(&sim, none).await.expect_err("undecided");
        assert_eq!(fields(&error), ["state"]);
        let suggestion = find(&sim, 900_008, "g").await.unwrap();
        confirm(&sim, &suggestion, "").await.expect("confirmed");
        // What was seen is not what stands.
        let request = at_risk(&seen, RiskUrgency::ArrestDecline, "Two years of decline.");
        assert_eq!(assess(&sim, request).await.expect_err("stale").reason(), Some(ErrorReason::EtagMismatch));
        let seen = get(&sim, 900_008).await.unwrap();
        let late = AssessSchoolRequest { effective_date: "2099-01-01".into(), ..at_risk(&seen, RiskUrgency::ArrestDecline, "x") };
        assert_eq!(fields(&assess(&sim, late).await.expect_err("to come")), ["effective_date"]);
        let first = assess(&sim, at_risk(&seen, RiskUrgency::ArrestDecline, "Two years of decline.")).await.expect("assessed");
        let latest = first.latest.clone().unwrap();
        assert_eq!((first.state(), latest.number, latest.criteria.join("")), (RiskState::AtRisk, 1, "g".to_owned()));
        assert_eq!((latest.urgency(), latest.assessor_display_name.as_str()), (RiskUrgency::ArrestDecline, "Helen Ashgrove"));
        assert_eq!(latest.direction(), RiskDirection::Declining);
        // It can change at any time, and what was said stays (¶13).
        add(&sim, 900_008, "k", "Training is not taken up.").await.expect("in evidence");
        let seen = get(&sim, 900_008).await.unwrap();
        assert!(seen.outdated && seen.confirmed_criteria == ["g", "k"], "{seen:?}");
        let second = assess(&sim, at_risk(&seen, RiskUrgency::Pupils, "And now more.")).await.expect("assessed again");
        let told: Vec<_> = second.versions.iter().map(|version| (version.number, version.criteria.join(""), version.reason.as_str())).collect();
        assert_eq!(told, [(2, "gk".into(), "And now more."), (1, "g".into(), "Two years of decline.")]);
        assert!(!second.outdated);
    }

    County async fn p12_each_role_sees_what_was_shared_with_it_and_nothing_before(world) {
        const PROSE: &str = "Restricted words about leadership.";
        let (sim, partner, manager, head) = (world.actor("SIM").await, world.actor("LLP").await, world.actor("COUNTY_MANAGER").await, world.actor("HEADTEACHER").await);
        add(&sim, 900_001, "f", PROSE).await.expect("in evidence");
        let proposal = add(&partner, 900_001, "h", "Seen in three lessons.").await.expect("proposed");
        assert_eq!((proposal.state(), proposal.proposed_by_partner), (RiskCriterionState::Proposed, true));
        let seen = get(&sim, 900_001).await.unwrap();
        assert_eq!(seen.criteria.len(), 2);
        assert!(seen.undecided_criteria.contains(&"h".to_owned()));
        assess(&sim, at_risk(&seen, RiskUrgency::Pupils, "Because of leadership.")).await.expect("assessed");

        // Before it is shared.
        let before = get(&partner, 900_001).await.unwrap();
        assert_eq!((before.state(), before.criteria.len(), before.etag.as_str()), (RiskState::Unreviewed, 1, ""));
        assert_eq!(before.criteria[0].name, proposal.name);
        let county = get(&manager, 900_001).await.unwrap();
        assert_eq!((county.state(), county.criteria.len()), (RiskState::Unreviewed, 0));
        assert!(shared(&partner).await.is_empty() && shared(&manager).await.is_empty());
        assert!(list(&partner, "schools/900001", 50).await.is_empty());
        assert_eq!(ledger(&world, "GetRiskAssessment").await.len(), 0);

        assert_eq!(share(&sim, &[900_001]).await.expect("shared"), 1);
        assert_eq!(share(&sim, &[900_001]).await.expect("shared already"), 0);

        // After it: the partner reads what was written, and that is recorded.
        let after = get(&partner, 900_001).await.unwrap();
        assert_eq!((after.state(), after.criteria.len()), (RiskState::AtRisk, 2));
        assert!(after.criteria.iter().any(|one| one.note == PROSE));
        let latest = after.latest.as_ref().unwrap();
        assert_eq!((latest.reason.as_str(), latest.direction()), ("Because of leadership.", RiskDirection::Declining));
        assert!(after.undecided_criteria.is_empty() && after.etag.is_empty());
        assert_eq!(list(&partner, "schools/900001", 50).await.len(), 1);
        let recorded = ledger(&world, "GetRiskAssessment").await;
        assert_eq!(recorded.len(), 1, "{recorded:?}");
        assert_eq!((recorded[0].target.as_str(), recorded[0].fields.join(",")), ("schools/900001/riskAssessments/2024-2025", "riskCriteria.note".to_owned()));
        // The county manager: letters and urgency, and no prose.
        let county = get(&manager, 900_001).await.unwrap();
        let latest = county.latest.clone().unwrap();
        assert_eq!((county.state(), latest.criteria.join(""), latest.urgency()), (RiskState::AtRisk, "f".to_owned(), RiskUrgency::Pupils));
        assert_eq!(latest.direction(), RiskDirection::Unspecified);
        assert!(latest.reason.is_empty() && county.criteria.is_empty() && county.versions.is_empty() && county.confirmed_criteria.is_empty());
        for actor in [&partner, &manager] {
            let told = shared(actor).await;
            assert_eq!(told.len(), 1);
            let latest = told[0].latest.clone().unwrap();
            assert_eq!((latest.criteria.join(""), latest.reason.as_str()), ("f".to_owned(), ""));
            assert_eq!(latest.direction(), RiskDirection::Unspecified);
        }
        // Another partner's list holds nothing of it.
        let other = world.person("owen.tarrant@marlshire.example").await;
        assert!(shared(&other).await.iter().all(|one| one.school != "schools/900001"));
        // School roles see none of it, and the headteacher only what was told.
        for role in ["HEADTEACHER", "SCHOOL_LEADER", "GOVERNOR", "CLERK", "ADVISER", "DATA_OFFICER", "ADMINISTRATOR"] {
            let error = get(&world.actor(role).await, 900_001).await.expect_err(role);
            assert_eq!(error.reason(), Some(ErrorReason::AccessDenied), "{role}");
        }
        let wordings = async |actor: &Actor| {
            let request = ListRiskWordingsRequest { parent: "schools/900001".into() };
            actor.session.risk().list_risk_wordings(request).await.unwrap().into_inner().risk_wordings
        };
        assert!(wordings(&head).await.is_empty());
        let request = ReleaseRiskWordingRequest {
            parent: "schools/900001".into(),
            programme_year: programme_year(),
            wording: "We would like to look at leadership together.".into(),
            told_to: "the headteacher".into(),
            told_date: "2024-10-01".into(),
            request_id: request_id(),
        };
        let bare = ReleaseRiskWordingRequest { wording: String::new(), told_to: " ".into(), told_date: "2099-01-01".into(), request_id: request_id(), ..request.clone() };
        let error = Error::from(partner.session.risk().release_risk_wording(bare).await.expect_err("nothing said"));
        assert_eq!(fields(&error), ["wording", "told_to", "told_date"]);
        partner.session.risk().release_risk_wording(request).await.expect("released");
        let told = wordings(&head).await;
        assert_eq!(told.len(), 1);
        assert_eq!((told[0].wording.as_str(), told[0].told_date.as_str()), ("We would like to look at leadership together.", "2024-10-01"));
        assert!(!told[0].teller_display_name.is_empty());
        // A later version is the county's only when it is shared too.
        let seen = get(&sim, 900_001).await.unwrap();
        assess(&sim, at_risk(&seen, RiskUrgency::AdverseInspection, "Later.")).await.expect("assessed again");
        assert_eq!(get(&manager, 900_001).await.unwrap().latest.unwrap().urgency(), RiskUrgency::Pupils);
        assert_eq!(get(&partner, 900_001).await.unwrap().latest.unwrap().number, 1);
        // The ledger holds no prose.
        let all = ledger(&world, "").await;
        assert!(all.iter().all(|entry| !format!("{entry:?}").contains("leadership")), "prose in the ledger");
    }

    County async fn p12_nothing_is_shared_before_it_is_assessed(world) {
        let sim = world.actor("SIM").await;
        let error = share(&sim, &[900_001]).await.expect_err("not assessed");
        assert_eq!(error.reason(), Some(ErrorReason::RiskNotAssessed));
        assert_eq!(error.precondition_violations()[0].subject, "schools/900001");
        assert_eq!(share(&sim, &[]).await.expect_err("none is").reason(), Some(ErrorReason::RiskNotAssessed));
        let error = share(&sim, &[900_001, 900_037]).await.expect_err("another district's");
        assert_eq!(fields(&error), ["schools[1]"]);
    }

    County async fn p12_a_partners_proposal_is_decided_by_the_sim(world) {
        let (sim, partner) = (world.actor("SIM").await, world.actor("LLP").await);
        let error = add(&partner, 900_001, "z", " ").await.expect_err("neither letter nor note");
        assert_eq!(fields(&error), ["criterion", "note"]);
        let proposal = add(&partner, 900_001, "i", "The plan names no measure.").await.unwrap();
        let decide = async |state: RiskCriterionState, etag: &str, answer: &str| {
            let request = DecideRiskCriterionRequest {
                name: proposal.name.clone(),
                etag: etag.into(),
                state: state.into(),
                answer: answer.into(),
                request_id: request_id(),
            };
            let answer = sim.session.risk().decide_risk_criterion(request).await;
            answer.map(|answer| answer.into_inner().risk_criterion.unwrap()).map_err(Error::from)
        };
        let error = decide(RiskCriterionState::Dismissed, "1", "").await.expect_err("no reason");
        assert_eq!(fields(&error), ["answer"]);
        let error = decide(RiskCriterionState::Confirmed, "7", "").await.expect_err("stale");
        assert_eq!(error.reason(), Some(ErrorReason::EtagMismatch));
        let confirmed = decide(RiskCriterionState::Confirmed, "1", "").await.expect("confirmed");
        assert_eq!((confirmed.state(), confirmed.etag.as_str()), (RiskCriterionState::Confirmed, "2"));
        assert_eq!(get(&sim, 900_001).await.unwrap().confirmed_criteria, ["i"]);
        // What is no longer so is dismissed with its reason, and stays to be read.
        let dismissed = decide(RiskCriterionState::Dismissed, "2", "The new plan does.").await.expect("dismissed");
        assert_eq!(dismissed.answer, "The new plan does.");
        assert!(get(&sim, 900_001).await.unwrap().confirmed_criteria.is_empty());
        assert_eq!(get(&partner, 900_001).await.unwrap().criteria[0].answer, "The new plan does.");
    }

    County async fn p10_no_concern_is_marked_in_bulk_and_lists_sort_by_urgency(world) {
        let sim = world.actor("SIM").await;
        let all = of_district(&sim, 5).await;
        assert!(all.len() > 10 && all.iter().all(|school| school.state() == RiskState::Unreviewed));
        let (waiting, clear): (Vec<_>, Vec<_>) = all.iter().partition(|school| !school.undecided_criteria.is_empty());
        let names = |schools: &[&RiskAssessment]| schools.iter().map(|school| school.school.clone()).collect::<Vec<_>>();
        // One that waits for a decision stops all, and is named.
        let mut mixed = names(&clear);
        mixed.push(waiting[0].school.clone());
        let error = review(&sim, mixed.clone(), false).await.expect_err("something waits");
        assert_eq!(fields(&error), [format!("schools[{}]", mixed.len() - 1)]);
        assert_eq!(usize::try_from(review(&sim, names(&clear), true).await.expect("could be")), Ok(clear.len()));
        assert!(of_district(&sim, 50).await.iter().all(|school| school.state() == RiskState::Unreviewed));
        assert_eq!(usize::try_from(review(&sim, names(&clear), false).await.expect("marked")), Ok(clear.len()));
        let error = review(&sim, vec!["schools/900037".into()], false).await.expect_err("another district's");
        assert_eq!(fields(&error), ["schools[0]"]);
        let suggestion = find(&sim, 900_008, "g").await.unwrap();
        confirm(&sim, &suggestion, "").await.unwrap();
        let seen = get(&sim, 900_008).await.unwrap();
        assess(&sim, at_risk(&seen, RiskUrgency::AdverseInspection, "Soon.")).await.unwrap();
        let sorted = of_district(&sim, 5).await;
        assert_eq!(sorted.len(), all.len());
        assert_eq!(sorted[0].school, "schools/900008");
        let order: Vec<i32> = sorted.iter().map(|school| match school.state() {
            RiskState::AtRisk => 0,
            RiskState::Unreviewed => 1,
            RiskState::NoConcern | RiskState::Unspecified => 2,
        }).collect();
        assert!(order.is_sorted() && order.contains(&2), "{order:?}");
        let marked = sorted.last().unwrap().latest.clone().unwrap();
        assert!(marked.in_bulk && marked.assess_time.is_some() && marked.assessor_display_name == "Helen Ashgrove");
        assert!(sorted.iter().all(|school| school.criteria.is_empty() && school.versions.is_empty()));
    }

    County async fn a_school_that_is_not_there_is_not_found_within_the_county(world) {
        let manager = world.actor("COUNTY_MANAGER").await;
        let request = GetRiskAssessmentRequest { name: "schools/999999/riskAssessments/-".into() };
        let status = manager.session.risk().get_risk_assessment(request).await.expect_err("none");
        assert_eq!(status.code(), Code::NotFound);
    }
}
