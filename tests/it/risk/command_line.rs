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
}
