//! The risk analysis from the command line.

use llpr_cli::Exit;
use llpr_tests::on_both_engines;

use crate::command_line::run;

on_both_engines! {
    County async fn a_sim_goes_through_her_district(world) {
        let (exit, out, err) = run(&world, "SIM", &["risk", "suggestions", "north-marl"]).await;
        assert_eq!(exit, Exit::Ok, "{err}");
        let line = out.lines().find(|line| line.starts_with("900008") && line.contains("  g  ")).unwrap();
        assert!(line.contains("open") && line.contains("little sustained improvement"), "{line}");
        let (_, all, _) = run(&world, "SIM", &["risk", "suggestions", "north-marl", "-o", "csv"]).await;
        let (exit, out, err) = run(&world, "SIM", &["risk", "confirm", "900008", "g"]).await;
        assert_eq!(exit, Exit::Ok, "{err}");
        assert!(out.contains("confirmed by Helen Ashgrove on "), "{out}");
        let (_, left, _) = run(&world, "SIM", &["risk", "suggestions", "north-marl", "--open", "-o", "csv"]).await;
        assert_eq!(left.lines().count() + 1, all.lines().count());
        let (exit, _, err) = run(&world, "SIM", &["risk", "dismiss", "900008", "g", "--reason", "other"]).await;
        assert_eq!(exit, Exit::Usage);
        assert!(err.contains("note: say what the other reason is (¶12)"), "{err}");
        let (exit, _, err) = run(&world, "SIM", &["risk", "dismiss", "900008", "g", "--reason", "in-hand", "--etag", "0-0"]).await;
        assert_eq!(exit, Exit::Conflict, "{err}");
        let (exit, _, _) = run(&world, "HEADTEACHER", &["risk", "suggestions", "900001"]).await;
        assert_eq!(exit, Exit::NotAllowed);
    }

    County async fn a_district_is_reviewed_assessed_and_shared(world) {
        let (exit, _, err) = run(&world, "SIM", &["risk", "review", "north-marl", "--rest"]).await;
        assert_eq!(exit, Exit::Ok, "{err}");
        assert!(err.contains("marked as reviewed without concern."), "{err}");
        let (_, _, err) = run(&world, "SIM", &["risk", "review", "north-marl", "--rest"]).await;
        assert!(err.contains("No school is left to mark."), "{err}");
        let (exit, _, err) = run(&world, "SIM", &["risk", "share", "north-marl", "900008"]).await;
        assert_eq!(exit, Exit::Conflict, "{err}");
        run(&world, "SIM", &["risk", "confirm", "900008", "g"]).await;
        let reason = world.path("reason.txt");
        std::fs::write(&reason, "Support has not lasted.\n").unwrap();
        let reason = reason.to_str().unwrap();
        let (exit, _, err) = run(&world, "SIM", &["risk", "assess", "900008", "at-risk"]).await;
        assert_eq!(exit, Exit::Usage);
        assert!(err.contains("urgency: say why it is urgent (¶12)") && err.contains("reason: give the reason"), "{err}");
        let (exit, out, err) = run(&world, "SIM", &["risk", "assess", "900008", "at-risk", "--urgency", "arrest-decline", "--reason-file", reason]).await;
        assert_eq!(exit, Exit::Ok, "{err}");
        assert!(out.contains("Support has not lasted."), "{out}");
        let (_, out, _) = run(&world, "SIM", &["risk", "list", "north-marl"]).await;
        let first = out.lines().nth(1).unwrap();
        assert!(first.starts_with("900008") && first.contains("at-risk") && first.contains("arrest-decline"), "{out}");
        let (_, out, _) = run(&world, "COUNTY_MANAGER", &["risk", "shared"]).await;
        assert!(out.contains("Nothing has been shared with you."), "{out}");
        let (exit, _, err) = run(&world, "SIM", &["risk", "share", "north-marl"]).await;
        assert_eq!(exit, Exit::Ok, "{err}");
        let (_, out, _) = run(&world, "COUNTY_MANAGER", &["risk", "shared"]).await;
        let first = out.lines().nth(1).unwrap();
        assert!(first.starts_with("900008") && first.contains("  g  "), "{out}");
        let (_, out, _) = run(&world, "COUNTY_MANAGER", &["risk", "show", "900008"]).await;
        assert!(!out.contains("Support has not lasted."), "{out}");
        let (exit, out, err) = run(&world, "LLP", &["risk", "propose", "900001", "h", "--note-file", reason]).await;
        assert_eq!(exit, Exit::Ok, "{err}");
        assert!(out.contains("proposed"), "{out}");
        let (exit, _, err) = run(&world, "SIM", &["risk", "tell", "900001", "--to", "the headteacher", "--wording-file", reason]).await;
        assert_eq!(exit, Exit::Ok, "{err}");
        let (_, out, _) = run(&world, "HEADTEACHER", &["risk", "wordings", "900001"]).await;
        assert!(out.contains("Support has not lasted.") && out.contains("Helen Ashgrove"), "{out}");
    }
}
