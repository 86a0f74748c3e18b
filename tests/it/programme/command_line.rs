//! The programme year from the command line, as an administrator and the county manager use it.

use llpr_cli::Exit;
use llpr_tests::on_both_engines;

use crate::command_line::run;

on_both_engines! {
    County async fn a_governor_reads_what_each_number_means(world) {
        let (exit, out, err) = run(&world, "GOVERNOR", &["programme", "show"]).await;
        assert_eq!(exit, Exit::Ok, "{err}");
        let line = out.lines().find(|line| line.starts_with("Plan agreed before the visit")).unwrap();
        assert!(line.contains("7 days") && line.contains(" 25 ") && line.contains("Later is allowed"), "{line}");
        assert!(out.contains("How good is the teaching"), "{out}");
        let (exit, out, _) = run(&world, "GOVERNOR", &["programme", "show", "2024/25", "--part", "criteria", "-o", "csv"]).await;
        assert_eq!((exit, out.lines().count()), (Exit::Ok, 12));
        let (exit, _, err) = run(&world, "GOVERNOR", &["programme", "show", "2024/26"]).await;
        assert_eq!(exit, Exit::Usage);
        assert!(err.contains("write it like 2024/25"), "{err}");
        let (exit, _, _) = run(&world, "GOVERNOR", &["programme", "diff", "2024/25"]).await;
        assert_eq!(exit, Exit::NotAllowed);
    }

    County async fn an_edit_with_faults_keeps_the_text_and_nothing_else(world) {
        let edit = ["programme", "edit", "2024/25", "--editor", "sed -i s/^draft_days.=.14/draft_days=1/"];
        let (exit, out, err) = run(&world, "ADMINISTRATOR", &edit).await;
        assert_eq!(exit, Exit::Rejected, "{err}");
        assert!(out.contains("settings.draft_days  must be a whole number from 3 to 60"), "{out}");
        let kept = err.lines().find_map(|line| line.strip_prefix("Your text is in ")).unwrap().trim_end_matches('.');
        assert!(std::fs::read_to_string(kept).unwrap().contains("draft_days=1 "));
        std::fs::remove_file(kept).unwrap();
        let (exit, _, err) = run(&world, "COUNTY_MANAGER", &["programme", "diff", "2024/25"]).await;
        assert_eq!(exit, Exit::NotFound, "{err}");
        assert!(err.contains("has no draft"), "{err}");
    }

    County async fn a_draft_goes_from_editor_to_approval(world) {
        let edit = ["programme", "edit", "2024/25", "--editor", "sed -i s/^draft_days.=.14/draft_days=10/"];
        let (exit, _, err) = run(&world, "ADMINISTRATOR", &edit).await;
        assert_eq!(exit, Exit::Ok, "{err}");
        let (_, _, err) = run(&world, "COUNTY_MANAGER", &["programme", "list"]).await;
        assert!(err.contains("A draft for 2024/25 by Ruth Calderwick"), "{err}");
        let (exit, out, err) = run(&world, "COUNTY_MANAGER", &["programme", "diff", "2024/25"]).await;
        assert_eq!(exit, Exit::Ok, "{err}");
        assert!(out.contains("Draft report after the visit  31  14 days  10 days"), "{out}");
        let etag = err.split("--etag ").nth(1).unwrap().trim().trim_end_matches("`.");
        // Without a terminal nobody approves by accident.
        let (exit, _, _) = run(&world, "COUNTY_MANAGER", &["programme", "approve", "2024/25"]).await;
        assert_eq!(exit, Exit::Usage);
        let (exit, _, err) = run(&world, "COUNTY_MANAGER", &["programme", "approve", "2024/25", "--etag", "1"]).await;
        assert_eq!(exit, Exit::Conflict, "{err}");
        let (exit, _, err) = run(&world, "COUNTY_MANAGER", &["programme", "approve", "2024/25", "--etag", etag]).await;
        assert_eq!(exit, Exit::Ok, "{err}");
        assert_eq!(err, "2024/25 version 2 is in force.\n");
        let (_, out, _) = run(&world, "HEADTEACHER", &["programme", "versions", "2024/25", "-o", "csv"]).await;
        assert!(out.lines().nth(1).unwrap().starts_with("2,Ruth Calderwick,"), "{out}");
        let (_, out, _) = run(&world, "HEADTEACHER", &["programme", "diff", "2024/25", "--version", "2"]).await;
        assert!(out.contains("14 days  10 days"), "{out}");
        let (_, out, _) = run(&world, "HEADTEACHER", &["programme", "export", "2024/25", "--version", "1"]).await;
        assert_eq!(out, llpr_domain::programme::SHIPPED);
    }
}
