//! What a draft's numbers would do to suggestions, counted.

use std::collections::BTreeMap;

use llpr_cli::Exit;
use llpr_client::Error;
use llpr_proto::v1::*;
use llpr_tests::{Actor, World, on_both_engines};

use super::{DRAFT, create, update, with};
use crate::command_line::run;
use crate::statements::statements;

async fn preview(actor: &Actor) -> Result<GetProgrammeDraftPreviewResponse, Error> {
    let request = GetProgrammeDraftPreviewRequest { name: DRAFT.into() };
    let answer = actor
        .session
        .programme()
        .get_programme_draft_preview(request)
        .await?;
    Ok(answer.into_inner())
}

/// How many schools of a district are suggested, by criterion.
async fn suggested(world: &World, parent: &str) -> BTreeMap<String, i32> {
    let sim = world.actor("SIM").await;
    let request = ListSuggestionsRequest {
        parent: parent.into(),
        page_size: 200,
        ..ListSuggestionsRequest::default()
    };
    let schools = sim
        .session
        .risk()
        .list_suggestions(request)
        .await
        .unwrap()
        .into_inner()
        .schools;
    let mut counts = BTreeMap::new();
    for suggestion in schools.iter().flat_map(|school| &school.suggestions) {
        *counts.entry(suggestion.criterion.clone()).or_default() += 1;
    }
    counts
}

on_both_engines! {
    County async fn p12_a_preview_counts_what_other_numbers_would_do(world) {
        let (admin, manager) = (world.actor("ADMINISTRATOR").await, world.actor("COUNTY_MANAGER").await);
        assert_eq!(preview(&manager).await.expect_err("no draft").reason(), Some(ErrorReason::ResourceNotFound));
        // Text that changes no number changes no suggestion, and what there is fits the SIM's list.
        let draft = create(&admin, &with("below_points = 5.0 ", "below_points = 5.0  ")).await.unwrap();
        let same = preview(&manager).await.unwrap();
        assert_eq!((same.base.as_str(), same.etag.as_str()), ("programmeYears/2024-2025/versions/1", draft.etag.as_str()));
        assert!(!same.shifts.is_empty() && same.shifts.iter().all(|shift| shift.raised_count == 0 && shift.cleared_count == 0 && shift.before_count == shift.after_count));
        let north = same.districts.iter().find(|one| one.district == "districts/north-marl").unwrap();
        let counted: BTreeMap<String, i32> = north.shifts.iter().map(|shift| (shift.criterion.clone(), shift.before_count)).collect();
        assert_eq!(counted, suggested(&world, "districts/north-marl").await);
        assert_eq!(same.school_count, same.districts.iter().map(|one| one.school_count).sum::<i32>());
        // Too few schools would tell of one.
        assert!(same.districts.iter().all(|one| one.school_count >= 6), "{same:?}");
        // Further below England is suggested more rarely.
        let document = with("below_points = 5.0 ", "below_points = 18.0 ").replacen("well_below_points = 10.0", "well_below_points = 30.0", 1);
        update(&admin, &document, &draft.etag).await.unwrap();
        let rarer = preview(&admin).await.unwrap();
        let a = rarer.shifts.iter().find(|shift| shift.criterion == "a").unwrap();
        assert!(a.cleared_count > 0 && a.raised_count == 0 && a.after_count == a.before_count - a.cleared_count, "{a:?}");
        let of_districts: i32 = rarer.districts.iter().flat_map(|one| &one.shifts).filter(|shift| shift.criterion == "a").map(|shift| shift.cleared_count).sum();
        assert_eq!(of_districts, a.cleared_count);
        // Inspections and support do not go by these numbers.
        assert!(rarer.shifts.iter().filter(|shift| shift.criterion == "j").all(|shift| shift.cleared_count == 0));
        // No school is told of.
        assert!(!format!("{rarer:?}").contains("schools/"), "{rarer:?}");
        // Nothing is kept: what is suggested goes by what is approved.
        assert_eq!(counted, suggested(&world, "districts/north-marl").await);
        let sim = world.actor("SIM").await;
        assert_eq!(preview(&sim).await.expect_err("the county's").reason(), Some(ErrorReason::AccessDenied));
        let (exit, out, err) = run(&world, "COUNTY_MANAGER", &["programme", "preview", "2024/25"]).await;
        assert_eq!(exit, Exit::Ok, "{err}");
        assert!(out.contains("All districts") && out.contains("North Marl") && out.contains("looked at, compared with 2024/25 version 1"), "{out}");
        // A page of schools costs the same whatever is in it, and the county is one page.
        let count = statements(&world, async || {
            preview(&manager).await.unwrap();
        }).await;
        assert!(count <= 36, "{count} statements");
    }
}
