//! Follow-up from the command line.

use llpr_cli::Exit;
use llpr_tests::on_both_engines;

use super::day;
use crate::command_line::run;

on_both_engines! {
    County async fn a_sim_follows_up_from_the_command_line(world) {
        let sim = async |args: &[&str]| run(&world, "SIM", args).await;
        let words = |name: &str, text: &str| {
            let path = world.path(name);
            std::fs::write(&path, text).unwrap();
            path.to_str().unwrap().to_owned()
        };
        let note = words("note.txt", "We spoke about reading.\n");
        let (exit, out, err) = sim(&["follow-up", "contact", "900001", "--means", "telephone", "--purpose", "agree-actions", "--with", "the headteacher", "--note-file", &note]).await;
        assert_eq!(exit, Exit::Ok, "{err}");
        assert!(out.contains("We spoke about reading.") && out.contains("Helen Ashgrove"), "{out}");
        let (_, out, _) = sim(&["follow-up", "contacts", "north-marl"]).await;
        assert!(out.lines().nth(1).unwrap().contains("900001  Ashmarl Primary School  school"), "{out}");
        let (_, listed, _) = sim(&["follow-up", "contacts", "900001", "-o", "json"]).await;
        let listed: serde_json::Value = serde_json::from_str(&listed).unwrap();
        let kept = listed[0]["name"].as_str().unwrap();
        let (exit, _, err) = sim(&["follow-up", "withdraw", kept, "--reason", "another school's"]).await;
        assert_eq!(exit, Exit::Ok, "{err}");
        let (_, out, _) = sim(&["follow-up", "contacts", "900001"]).await;
        assert!(out.contains("WITHDRAWN: another school's") && !out.contains("about reading"), "{out}");
        let (exit, _, err) = sim(&["follow-up", "contact", "900001", "--party", "trust", "--means", "letter", "--purpose", "academy-concern"]).await;
        assert_eq!(exit, Exit::Usage, "{err}");
        assert!(err.contains("(¶13e)"), "{err}");

        let due = day(&world, 7);
        let (exit, _, err) = sim(&["follow-up", "add", "900001", "visit", "Look at reading", "--due", &day(&world, -1)]).await;
        assert_eq!(exit, Exit::Usage, "{err}");
        assert!(err.contains("follow_up_action.due_date") && err.contains("(¶13)"), "{err}");
        let (exit, out, err) = sim(&["follow-up", "add", "900001", "visit", "Look at reading", "--due", &due, "--owner", "partner", "-o", "json"]).await;
        assert_eq!(exit, Exit::Ok, "{err}");
        let made: serde_json::Value = serde_json::from_str(&out).unwrap();
        assert_eq!((made["ownerDisplayName"].as_str(), made["kind"].as_str()), (Some("Margaret Lyle"), Some("FOLLOW_UP_ACTION_KIND_VISIT")));
        let name = made["name"].as_str().unwrap();
        let (_, out, _) = sim(&["follow-up", "actions", "north-marl"]).await;
        assert!(out.lines().nth(1).unwrap().contains("Look at reading") && out.contains("open"), "{out}");
        let (_, out, _) = run(&world, "LLP", &["follow-up", "mine", "--state", "open"]).await;
        assert!(out.contains("Look at reading"), "{out}");
        let (_, out, _) = run(&world, "LLP", &["follow-up", "mine", "--overdue"]).await;
        assert!(out.contains("You own no such action."), "{out}");
        let (exit, _, err) = sim(&["follow-up", "change", name]).await;
        assert_eq!(exit, Exit::Usage, "{err}");
        let (exit, out, err) = sim(&["follow-up", "change", name, "--due", &day(&world, 9)]).await;
        assert_eq!(exit, Exit::Ok, "{err}");
        assert!(out.contains(&due) && out.contains(&day(&world, 9)), "{out}");

        // Somebody was faster: what stands and what was not kept are both told.
        let (exit, out, err) = sim(&["follow-up", "change", name, "--what", "Look at writing", "--etag", "1"]).await;
        assert_eq!(exit, Exit::Conflict, "{err}");
        assert!(out.is_empty() && err.contains("What stands now:") && err.contains("Look at reading"), "{err}");
        assert!(err.contains("Yours, which was not kept:") && err.contains("Look at writing"), "{err}");

        let (_, out, _) = run(&world, "HEADTEACHER", &["follow-up", "agreed", "900001"]).await;
        assert!(out.contains("Nothing was shared yet."), "{out}");
        let wording = words("wording.txt", "We look at reading together.\n");
        let (exit, _, err) = sim(&["follow-up", "share", name, "--with", "the headteacher", "--wording-file", &wording]).await;
        assert_eq!(exit, Exit::Ok, "{err}");
        let (_, out, _) = run(&world, "HEADTEACHER", &["follow-up", "agreed", "900001"]).await;
        assert!(out.contains("We look at reading together.") && out.contains("Margaret Lyle"), "{out}");
        let (exit, _, err) = sim(&["follow-up", "done", name]).await;
        assert_eq!(exit, Exit::Usage, "{err}");
        let outcome = words("outcome.txt", "Seen in three lessons.\n");
        let (exit, out, err) = run(&world, "LLP", &["follow-up", "done", name, "--outcome-file", &outcome]).await;
        assert_eq!(exit, Exit::Ok, "{err}");
        assert!(out.contains("Seen in three lessons."), "{out}");
        let (exit, _, err) = sim(&["follow-up", "drop", name, "--reason-file", &outcome]).await;
        assert_eq!(exit, Exit::Conflict, "{err}");
        let (exit, _, _) = run(&world, "HEADTEACHER", &["follow-up", "show", name]).await;
        assert_eq!(exit, Exit::NotAllowed);
        let (exit, _, _) = sim(&["follow-up", "show", "schools/900001/followUpActions/0198a000-0000-7000-8000-000000000000"]).await;
        assert_eq!(exit, Exit::NotFound);
        let (_, out, _) = sim(&["follow-up", "due", "north-marl"]).await;
        assert!(out.contains("No academy is at risk."), "{out}");
    }
}
