//! Programme contexts (¶7): proposed, decided, and who sees which.

use std::fmt::Write as _;

use futures::TryStreamExt as _;
use llpr_cli::Exit;
use llpr_client::{Error, items, request_id};
use llpr_proto::v1::ProgrammeContextKind as Kind;
use llpr_proto::v1::*;
use llpr_tests::{Actor, World, on_both_engines, register};
use tonic::Code;

use crate::command_line::run;

const NORTH: &str = "districts/north-marl";
const YEAR: &str = "programmeYears/2024-2025";

async fn of_district(
    actor: &Actor,
    parent: &str,
    page_size: i32,
) -> Result<Vec<ProgrammeContext>, Error> {
    let schools = items(|page_token| {
        let mut client = actor.session.contexts();
        let request = ListProgrammeContextsRequest {
            parent: parent.to_owned(),
            page_size,
            page_token,
            ..ListProgrammeContextsRequest::default()
        };
        async move { client.list_programme_contexts(request).await }
    });
    schools.try_collect().await
}

async fn get(actor: &Actor, urn: u32) -> Result<ProgrammeContext, Error> {
    let name = format!("schools/{urn}/programmeContexts/-");
    let request = GetProgrammeContextRequest { name };
    let answer = actor
        .session
        .contexts()
        .get_programme_context(request)
        .await?;
    Ok(answer.into_inner().programme_context.expect("a context"))
}

async fn decide(
    actor: &Actor,
    seen: &ProgrammeContext,
    kind: Kind,
    reason: &str,
) -> Result<ProgrammeContext, Error> {
    let request = DecideProgrammeContextRequest {
        name: seen.name.clone(),
        etag: seen.etag.clone(),
        kind: kind.into(),
        reason: reason.into(),
        request_id: request_id(),
    };
    let answer = actor
        .session
        .contexts()
        .decide_programme_context(request)
        .await?;
    Ok(answer.into_inner().programme_context.expect("a context"))
}

fn choice(seen: &ProgrammeContext, kind: Kind, reason: &str) -> ProgrammeContextChoice {
    ProgrammeContextChoice {
        school: seen.school.clone(),
        etag: seen.etag.clone(),
        kind: kind.into(),
        reason: reason.into(),
    }
}

fn many(
    choices: Vec<ProgrammeContextChoice>,
    validate_only: bool,
) -> DecideProgrammeContextsRequest {
    DecideProgrammeContextsRequest {
        parent: NORTH.into(),
        programme_year: YEAR.into(),
        choices,
        request_id: request_id(),
        validate_only,
    }
}

async fn decide_many(actor: &Actor, request: DecideProgrammeContextsRequest) -> Result<i32, Error> {
    let answer = actor
        .session
        .contexts()
        .decide_programme_contexts(request)
        .await?;
    Ok(answer.into_inner().decided_count)
}

fn proposal(context: &ProgrammeContext) -> (Kind, bool, String) {
    let proposal = context.proposal.clone().expect("a proposal");
    (proposal.kind(), proposal.clear, proposal.reasons.join(" "))
}

/// Schools and statements of a page of contexts.
async fn cost(world: &World, sim: &Actor, page_size: i32) -> (usize, u64) {
    let mut least = u64::MAX;
    let mut schools = 0;
    for _ in 0..4 {
        let before = world.server().store().statements();
        let request = ListProgrammeContextsRequest {
            parent: NORTH.into(),
            page_size,
            ..ListProgrammeContextsRequest::default()
        };
        let answer = sim
            .session
            .contexts()
            .list_programme_contexts(request)
            .await
            .unwrap();
        schools = answer.into_inner().programme_contexts.len();
        least = least.min(world.server().store().statements() - before);
    }
    (schools, least)
}

on_both_engines! {
    County async fn p7_contexts_are_proposed_with_their_reasons(world) {
        let sim = world.actor("SIM").await;
        let all = of_district(&sim, NORTH, 50).await.unwrap();
        assert_eq!(all, of_district(&sim, NORTH, 5).await.unwrap());
        assert!(all.len() > 10 && all.iter().all(|one| one.kind() == Kind::Unspecified && one.visit_count == 0));
        let (kind, clear, words) = proposal(&get(&sim, 900_001).await.unwrap());
        assert_eq!((kind, clear), (Kind::Other, true));
        assert!(words.starts_with("The county has noted no support now or lately"), "{words}");
        let (kind, clear, words) = proposal(&get(&sim, 900_008).await.unwrap());
        assert_eq!((kind, clear), (Kind::SignificantSupport, false));
        assert!(words.contains("little sustained improvement"), "{words}");
        // A school in a category of concern, judged after September 2024.
        let (kind, clear, words) = proposal(&get(&sim, 900_013).await.unwrap());
        assert_eq!((kind, clear), (Kind::SignificantSupport, true));
        assert!(words.contains("Ofsted's inspection"), "{words}");
        // Successful support that is no longer needed: two visits.
        let vale = get(&world.person("david.penhale@marlshire.example").await, 900_030).await.unwrap();
        let (kind, clear, words) = proposal(&vale);
        assert_eq!((kind, clear), (Kind::RecentSupport, true), "{words}");
        assert_eq!(vale.proposal.unwrap().visit_count, 2);
    }

    County async fn p7_a_context_is_decided_with_a_reason_and_read_by_the_school(world) {
        let (sim, partner, head, manager) = (world.actor("SIM").await, world.actor("LLP").await, world.actor("HEADTEACHER").await, world.actor("COUNTY_MANAGER").await);
        let seen = get(&sim, 900_001).await.unwrap();
        for actor in [&partner, &head, &manager] {
            let before = get(actor, 900_001).await.unwrap();
            assert_eq!((before.kind(), before.proposal.is_none(), before.etag.as_str()), (Kind::Unspecified, true, ""));
        }
        let error = decide(&sim, &seen, Kind::Unspecified, "").await.expect_err("none");
        assert_eq!((error.violations()[0].field.as_str(), error.violations().len()), ("kind", 1));
        let error = decide(&sim, &seen, Kind::SignificantSupport, " ").await.expect_err("no reason");
        assert_eq!(error.violations()[0].field, "reason");
        assert!(error.violations()[0].description.ends_with("(¶7)"), "{error:?}");
        // To confirm takes no words: the proposal's stay with the decision.
        let first = decide(&sim, &seen, Kind::Other, "").await.expect("confirmed");
        assert_eq!((first.kind(), first.visit_count, first.review_count), (Kind::Other, 1, 1));
        let latest = first.latest.clone().unwrap();
        assert!(latest.reason.starts_with("The county has noted no support") && latest.reason == latest.proposed_reason);
        // A stale etag changes nothing and loses nothing.
        let error = decide(&sim, &seen, Kind::SignificantSupport, "Leaders have left.").await.expect_err("stale");
        assert_eq!(error.reason(), Some(ErrorReason::EtagMismatch));
        assert_eq!(get(&sim, 900_001).await.unwrap(), first);
        let second = decide(&sim, &first, Kind::RecentSupport, "Support ended well.").await.expect("changed");
        let told: Vec<_> = second.versions.iter().map(|version| (version.number, version.kind(), version.proposed_kind(), version.decider_display_name.as_str())).collect();
        assert_eq!(told, [(2, Kind::RecentSupport, Kind::Other, "Helen Ashgrove"), (1, Kind::Other, Kind::Other, "Helen Ashgrove")]);
        assert_eq!((second.visit_count, second.review_count), (2, 1));
        // Partner, headteacher and county manager: what holds, and why.
        for actor in [&partner, &head, &manager] {
            let after = get(actor, 900_001).await.unwrap();
            let latest = after.latest.clone().unwrap();
            assert_eq!((after.kind(), after.visit_count, latest.reason.as_str()), (Kind::RecentSupport, 2, "Support ended well."));
            assert!(after.proposal.is_none() && after.versions.is_empty() && after.etag.is_empty() && latest.proposed_reason.is_empty());
        }
        let county = of_district(&manager, NORTH, 50).await.unwrap();
        assert!(county.iter().all(|one| one.proposal.is_none() && one.versions.is_empty()));
        assert_eq!(county.iter().filter(|one| one.kind() == Kind::RecentSupport).count(), 1);
        for role in ["SCHOOL_LEADER", "GOVERNOR", "CLERK", "ADVISER", "DATA_OFFICER", "ADMINISTRATOR"] {
            assert_eq!(get(&world.actor(role).await, 900_001).await.expect_err(role).reason(), Some(ErrorReason::AccessDenied), "{role}");
        }
        let other = world.person("david.penhale@marlshire.example").await;
        for error in [get(&other, 900_001).await.expect_err("elsewhere"), decide(&other, &second, Kind::Other, "x").await.expect_err("elsewhere"), of_district(&other, NORTH, 50).await.expect_err("elsewhere")] {
            assert_eq!(error.code(), Code::PermissionDenied);
        }
        // Something else is proposed once support is known.
        let officer = world.actor("DATA_OFFICER").await;
        officer.load(register("support-history", "support.csv"), "URN,School,Kind,From,To,Outcome\n900001,,significant,2024-09-01,,\n").await;
        let outdated = get(&sim, 900_001).await.unwrap();
        assert!(outdated.outdated && proposal(&outdated).0 == Kind::SignificantSupport, "{outdated:?}");
        assert_eq!(decide(&sim, &second, Kind::Other, "x").await.expect_err("stale").reason(), Some(ErrorReason::EtagMismatch));
    }

    County async fn p7_contexts_are_decided_in_bulk_all_or_none(world) {
        let sim = world.actor("SIM").await;
        let all = of_district(&sim, NORTH, 50).await.unwrap();
        let clear: Vec<&ProgrammeContext> = all.iter().filter(|one| proposal(one).1).collect();
        let good: Vec<_> = clear.iter().map(|one| choice(one, proposal(one).0, "")).collect();
        // Everything that stands in the way at once.
        let mut mixed = good.clone();
        let from = mixed.len();
        let elsewhere = ProgrammeContextChoice { school: "schools/900037".into(), ..good[0].clone() };
        mixed.extend([elsewhere, good[0].clone()]);
        let judged = all.iter().find(|one| !proposal(one).1).expect("one to judge");
        mixed.push(ProgrammeContextChoice { etag: "0-0".into(), ..choice(judged, Kind::RecentSupport, "") });
        let error = decide_many(&sim, many(mixed, false)).await.expect_err("four faults");
        let told: Vec<&str> = error.violations().iter().map(|one| one.field.as_str()).collect();
        let field = |at: usize, name: &str| format!("choices[{}].{name}", from + at);
        assert_eq!(told, [field(0, "school"), field(1, "school"), field(2, "etag"), field(2, "reason")]);
        assert!(of_district(&sim, NORTH, 50).await.unwrap().iter().all(|one| one.latest.is_none()));
        // To look keeps nothing.
        let count = i32::try_from(good.len()).unwrap();
        assert_eq!(decide_many(&sim, many(good.clone(), true)).await.unwrap(), count);
        assert!(of_district(&sim, NORTH, 50).await.unwrap().iter().all(|one| one.latest.is_none()));
        // Repeated, it is done once.
        let request = many(good, false);
        for _ in 0..2 {
            assert_eq!(decide_many(&sim, request.clone()).await.expect("decided"), count);
        }
        let after = of_district(&sim, NORTH, 50).await.unwrap();
        let decided: Vec<_> = after.iter().filter_map(|one| one.latest.as_ref()).collect();
        assert_eq!(decided.len(), clear.len());
        assert!(decided.iter().all(|latest| latest.in_bulk && latest.number == 1 && !latest.reason.is_empty()));
        // Changed in bulk, with a reason.
        let two: Vec<_> = after.iter().filter(|one| one.latest.is_some()).take(2).map(|one| choice(one, Kind::RecentSupport, "They need two.")).collect();
        assert_eq!(decide_many(&sim, many(two, false)).await.unwrap(), 2);
        // A year that is over.
        let over = DecideProgrammeContextsRequest { programme_year: "programmeYears/2023-2024".into(), ..request };
        let error = decide_many(&sim, DecideProgrammeContextsRequest { request_id: request_id(), ..over }).await.expect_err("over");
        assert_eq!(error.reason(), Some(ErrorReason::RiskYearNotOpen));
    }

    County async fn a_page_of_contexts_costs_the_same_for_any_number_of_schools(world) {
        let (officer, sim) = (world.actor("DATA_OFFICER").await, world.actor("SIM").await);
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
        assert!(many == few && many <= 12, "{few} statements for ten schools, {many} for sixty");
        println!("contexts: {few} statements for 10 schools, {many} for 60");
    }

    County async fn a_sim_decides_contexts_from_the_command_line(world) {
        let sim = async |args: &[&str]| run(&world, "SIM", args).await;
        let (exit, out, err) = sim(&["context", "list", "north-marl"]).await;
        assert_eq!(exit, Exit::Ok, "{err}");
        let line = out.lines().find(|line| line.starts_with("900008")).unwrap();
        assert!(line.contains("significant-support, to be judged") && line.contains("little sustained improvement"), "{line}");
        let (_, all, _) = sim(&["context", "list", "north-marl", "-o", "csv"]).await;
        let (exit, _, err) = sim(&["context", "confirm", "north-marl", "--rest", "--dry-run"]).await;
        assert_eq!(exit, Exit::Ok, "{err}");
        assert!(err.contains("would be decided."), "{err}");
        let (exit, _, err) = sim(&["context", "confirm", "north-marl", "--rest"]).await;
        assert_eq!(exit, Exit::Ok, "{err}");
        assert!(err.contains("contexts decided.") && err.contains("left to be judged"), "{err}");
        let (_, left, _) = sim(&["context", "list", "north-marl", "--undecided", "-o", "csv"]).await;
        assert!(left.lines().count() > 1 && left.lines().count() < all.lines().count() / 2, "{left}");
        let (_, _, err) = sim(&["context", "confirm", "north-marl", "--rest"]).await;
        assert!(err.contains("No school is left to confirm."), "{err}");
        let (exit, _, err) = sim(&["context", "decide", "900008", "other"]).await;
        assert_eq!(exit, Exit::Usage);
        assert!(err.contains("reason: say why") && err.contains("(¶7)"), "{err}");
        let reason = world.path("reason.txt");
        std::fs::write(&reason, "New leaders are doing well.\n").unwrap();
        let reason = reason.to_str().unwrap();
        let (exit, out, err) = sim(&["context", "decide", "900008", "other", "--reason-file", reason]).await;
        assert_eq!(exit, Exit::Ok, "{err}");
        assert!(out.contains("New leaders are doing well."), "{out}");
        // Somebody was faster: both are told.
        let (exit, _, err) = sim(&["context", "decide", "900008", "significant-support", "--etag", "0-0", "--reason-file", reason]).await;
        assert_eq!(exit, Exit::Conflict, "{err}");
        assert!(err.contains("What stands now:") && err.contains("Yours, which was not kept:") && err.contains("Context: significant-support"), "{err}");
        let (exit, _, err) = sim(&["context", "confirm", "north-marl", "900001", "900002", "--as", "recent-support"]).await;
        assert_eq!(exit, Exit::Usage, "{err}");
        assert!(err.contains("choices[0].reason") && err.contains("choices[1].reason"), "{err}");
        let (exit, _, err) = sim(&["context", "confirm", "north-marl", "900037"]).await;
        assert_eq!(exit, Exit::NotFound, "{err}");
        let (exit, out, _) = run(&world, "HEADTEACHER", &["context", "show", "900001"]).await;
        assert_eq!(exit, Exit::Ok);
        assert!(out.contains("other") && !out.contains("Proposed"), "{out}");
        let (exit, _, _) = run(&world, "GOVERNOR", &["context", "show", "900001"]).await;
        assert_eq!(exit, Exit::NotAllowed);
    }
}
