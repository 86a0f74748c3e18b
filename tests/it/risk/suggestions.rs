//! What data suggests, and what a SIM decides about it.

use llpr_proto::v1::*;
use llpr_tests::{World, county, figures, on_both_engines};
use tonic::Code;

use super::{confirm, dismiss, find, list, name};

/// The county's key stage 2 file of 2024/25 with another result of a school.
fn results(urn: u32, percentage: u32) -> Vec<u8> {
    let file = county().files.iter();
    let file = file
        .clone()
        .find(|file| file.year == Some("2024/25"))
        .unwrap();
    let text = std::str::from_utf8(&file.content).unwrap();
    let header = text.trim_start_matches('\u{feff}').lines().next().unwrap();
    let column = header.split(',').position(|column| column == "PTRWM_EXP");
    let column = column.unwrap();
    let changed = text.lines().map(|line| {
        if line.contains(&format!(",{urn},")) {
            // A quoted cell may hold a comma of its own.
            let mut reader = csv::ReaderBuilder::new()
                .has_headers(false)
                .from_reader(line.as_bytes());
            let mut cells: Vec<String> = reader
                .records()
                .next()
                .unwrap()
                .unwrap()
                .iter()
                .map(str::to_owned)
                .collect();
            cells[column] = format!("{percentage}%");
            let mut out = csv::Writer::from_writer(Vec::new());
            out.write_record(&cells).unwrap();
            String::from_utf8(out.into_inner().unwrap())
                .unwrap()
                .trim_end()
                .to_owned()
        } else {
            line.to_owned()
        }
    });
    let lines: Vec<String> = changed.collect();
    (lines.join("\r\n")).into_bytes()
}

async fn load(world: &World, urn: u32, percentage: u32, release: Release) {
    let officer = world.actor("DATA_OFFICER").await;
    let upload = figures("ks2", "england_ks2final.csv", "2024/25", release);
    officer.load(upload, results(urn, percentage)).await;
}

on_both_engines! {
    County async fn p12_each_suggestion_says_why(world) {
        let sim = world.actor("SIM").await;
        let schools = list(&sim, "districts/north-marl", 7).await;
        let names: Vec<_> = schools.iter().map(|school| school.school.clone()).collect();
        assert!(names.len() > 10, "{names:?}");
        let mut letters = std::collections::BTreeSet::new();
        for school in &schools {
            let criteria: Vec<_> = school.suggestions.iter().map(|one| one.criterion.as_str()).collect();
            assert!(criteria.is_sorted_by(|a, b| a < b), "one for each criterion: {criteria:?}");
            for suggestion in &school.suggestions {
                letters.insert(suggestion.criterion.clone());
                assert_eq!(suggestion.state(), SuggestionState::Open);
                assert_eq!(suggestion.school_display_name, school.school_display_name);
                assert!(!suggestion.evidence.is_empty() && !suggestion.etag.is_empty());
                for evidence in &suggestion.evidence {
                    assert!(evidence.words.ends_with('.'), "{}", evidence.words);
                    if matches!(evidence.kind(), EvidenceKind::CurrentYear | EvidenceKind::OverTime) {
                        assert!(evidence.probability.unwrap() <= 0.05, "{evidence:?}");
                        assert!(evidence.clears_with.unwrap() > 0);
                        let counted: i32 = evidence.years.iter().map(|year| year.of).sum();
                        assert_eq!(counted, evidence.of);
                        assert!(evidence.years.iter().all(|year| year.release() != Release::Unspecified && year.england > 0.0));
                    }
                }
            }
        }
        // Figures (a), support (g) and inspections (j) of the invented county.
        assert!(letters.contains("a") && letters.contains("g") && letters.contains("j"), "{letters:?}");
        // Nobody's judgement is anticipated.
        assert!(["e", "f", "h", "i", "k"].iter().all(|letter| !letters.contains(*letter)), "{letters:?}");
        // Too few is said, and is no suggestion.
        assert!(schools.iter().any(|school| school.answers.iter().any(|answer| answer.too_few && answer.words == "Too few children to judge.")));
        // An infant school has no key stage 2 results, which is nothing against it.
        let infants = find(&sim, 900_002, "a").await;
        assert_eq!(infants, None);
    }

    County async fn p12_a_decision_keeps_what_it_was_about_when_a_later_release_clears_it(world) {
        let sim = world.actor("SIM").await;
        load(&world, 900_008, 0, Release::Revised).await;
        let seen = find(&sim, 900_008, "a").await.expect("a result of nothing is suggested");
        let before = seen.evidence.clone();
        assert!(before.iter().any(|evidence| evidence.years.last().unwrap().release() == Release::Revised));
        let confirmed = confirm(&sim, &seen, "Visited in June.").await.expect("confirmed");
        assert_eq!((confirmed.state(), confirmed.change()), (SuggestionState::Confirmed, SuggestionChange::Unspecified));
        let [decision] = &confirmed.decisions[..] else { panic!("{confirmed:?}") };
        assert_eq!((decision.number, decision.note.as_str()), (1, "Visited in June."));
        assert_eq!((&decision.evidence, decision.decider_display_name.as_str()), (&before, "Helen Ashgrove"));
        // The same figures in the final release change nothing.
        load(&world, 900_008, 0, Release::Final).await;
        let again = find(&sim, 900_008, "a").await.unwrap();
        assert_eq!(again.change(), SuggestionChange::Unspecified);
        assert!(again.evidence.iter().any(|evidence| evidence.years.last().unwrap().release() == Release::Final));
        // Other figures do, and the decision stands with what it was about.
        load(&world, 900_008, 100, Release::Final).await;
        let later = find(&sim, 900_008, "a").await.expect("what was decided stays");
        assert_ne!(later.change(), SuggestionChange::Unspecified);
        assert_eq!(later.state(), SuggestionState::Confirmed);
        assert_eq!(later.decisions[0].evidence, before);
        assert_ne!(later.evidence, before);
        // Who decides on what stood before is told.
        let error = confirm(&sim, &again, "").await.expect_err("other figures");
        assert_eq!(error.reason(), Some(ErrorReason::EtagMismatch));
        let dismissed = dismiss(&sim, &later, DismissReason::Improving, "").await.expect("dismissed");
        let numbers: Vec<_> = dismissed.decisions.iter().map(|one| (one.number, one.state())).collect();
        assert_eq!(numbers, [(2, SuggestionState::Dismissed), (1, SuggestionState::Confirmed)]);
    }

    County async fn p12_what_a_later_release_clears_stays_readable_though_nobody_decided(world) {
        let sim = world.actor("SIM").await;
        let note = async || world.server().note_suggestions().await.expect("noted");
        let school = async || list(&sim, "schools/900008", 1).await.pop().expect("the school");
        load(&world, 900_008, 0, Release::Revised).await;
        note().await;
        let first = school().await;
        let seen = first.suggestions.into_iter().find(|one| one.criterion == "a").expect("suggested");
        // What stands is not earlier, and noting it again changes nothing.
        note().await;
        assert_eq!(school().await.earlier, []);
        load(&world, 900_008, 100, Release::Final).await;
        note().await;
        let later = school().await;
        let [earlier] = &later.earlier[..] else { panic!("{:?}", later.earlier) };
        let now = later.suggestions.iter().find(|one| one.criterion == "a");
        assert_ne!(now.map(|one| &one.evidence), Some(&seen.evidence));
        assert_eq!((earlier.criterion.as_str(), &earlier.criterion_title), ("a", &seen.criterion_title));
        assert_eq!((&earlier.evidence, earlier.cleared), (&seen.evidence, now.is_none()));
        assert!(earlier.note_time.unwrap().seconds <= earlier.end_time.unwrap().seconds);
        // Of another school nothing changed.
        let others = list(&sim, "districts/north-marl", 7).await;
        let others = others.iter().filter(|other| other.school != "schools/900008");
        assert!(others.clone().count() > 10 && others.clone().all(|other| other.earlier.is_empty()));
        // The results of the first release again: both are told, the last first.
        load(&world, 900_008, 0, Release::Final).await;
        note().await;
        let ends: Vec<_> = school().await.earlier.iter().map(|one| one.end_time.unwrap().seconds).collect();
        assert!(ends.is_sorted_by(|a, b| a >= b) && !ends.is_empty(), "{ends:?}");
        assert!(school().await.suggestions.iter().any(|one| one.criterion == "a"));
    }

    County async fn p12_a_decision_needs_what_it_needs(world) {
        let sim = world.actor("SIM").await;
        let seen = find(&sim, 900_008, "g").await.expect("support without lasting improvement");
        let error = dismiss(&sim, &seen, DismissReason::Unspecified, "").await.expect_err("no reason");
        let [violation] = error.violations() else { panic!("{error:?}") };
        assert_eq!(violation.field, "reason");
        assert!(violation.description.contains("¶12"), "{violation:?}");
        let error = dismiss(&sim, &seen, DismissReason::Other, " ").await.expect_err("no note");
        assert_eq!(error.violations()[0].field, "note");
        // Said twice with the same id it is done once.
        let request = ConfirmSuggestionRequest {
            name: seen.name.clone(),
            etag: seen.etag.clone(),
            request_id: llpr_client::request_id(),
            ..ConfirmSuggestionRequest::default()
        };
        let ask = async || sim.session.risk().confirm_suggestion(request.clone()).await.unwrap().into_inner();
        assert_eq!(ask().await, ask().await);
        // A letter that nothing suggests is not found; one outside the reach is refused.
        let missing = Suggestion { name: name(900_008, "e"), etag: "0".into(), ..Suggestion::default() };
        let status = confirm(&sim, &missing, "").await.expect_err("nothing suggests it");
        assert_eq!(status.reason(), Some(ErrorReason::ResourceNotFound));
        let other = Suggestion { name: name(900_037, "a"), etag: "0".into(), ..Suggestion::default() };
        assert_eq!(confirm(&sim, &other, "").await.expect_err("another's").reason(), Some(ErrorReason::AccessDenied));
    }

    County async fn p13_a_year_that_is_not_open_takes_no_decision(world) {
        let (admin, manager, sim) = (world.actor("ADMINISTRATOR").await, world.actor("COUNTY_MANAGER").await, world.actor("SIM").await);
        let year = "programmeYears/2023-2024".to_owned();
        let request = CreateProgrammeDraftRequest {
            parent: year.clone(),
            document: llpr_domain::programme::SHIPPED.replace("2024/25", "2023/24"),
            ..CreateProgrammeDraftRequest::default()
        };
        let draft = admin.session.programme().create_programme_draft(request).await.unwrap().into_inner().programme_draft.unwrap();
        let request = ApproveProgrammeDraftRequest { name: draft.name, etag: draft.etag, ..ApproveProgrammeDraftRequest::default() };
        manager.session.programme().approve_programme_draft(request).await.unwrap();
        // It can be read, by the results that there were.
        let request = ListSuggestionsRequest { parent: "schools/900008".into(), programme_year: year, ..ListSuggestionsRequest::default() };
        let told = sim.session.risk().list_suggestions(request).await.unwrap().into_inner();
        assert_eq!(told.programme_year, "programmeYears/2023-2024");
        let years = told.schools[0].suggestions.iter().flat_map(|one| &one.evidence).flat_map(|one| &one.years);
        assert!(years.map(|year| year.academic_year.as_str()).all(|year| year <= "2023/24"));
        let seen = told.schools[0].suggestions.first().expect("support is suggested").clone();
        let error = confirm(&sim, &seen, "").await.expect_err("over");
        assert_eq!(error.reason(), Some(ErrorReason::RiskYearNotOpen));
        let request = ListSuggestionsRequest { parent: "schools/900008".into(), programme_year: "programmeYears/2031-2032".into(), ..ListSuggestionsRequest::default() };
        assert_eq!(sim.session.risk().list_suggestions(request).await.expect_err("no programme").code(), Code::NotFound);
    }
}
