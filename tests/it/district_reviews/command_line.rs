//! The district review and the county's view from the command line.

use llpr_cli::Exit;
use llpr_tests::on_both_engines;

use crate::command_line::run;

on_both_engines! {
    County async fn a_sim_reviews_her_district(world) {
        let (exit, out, err) = run(&world, "SIM", &["district", "review", "show", "north-marl"]).await;
        assert_eq!(exit, Exit::Ok, "{err}");
        assert!(out.contains("not-begun"), "{out}");
        let (exit, out, err) = run(&world, "SIM", &["district", "review", "figures", "north-marl", "--measure", "ks2-rwm-expected", "--group", "all"]).await;
        assert_eq!(exit, Exit::Ok, "{err}");
        assert!(out.contains("2024/25") && out.contains("chance explains"), "{out}");
        let (_, csv, _) = run(&world, "SIM", &["district", "review", "figures", "north-marl", "-o", "csv"]).await;
        assert!(csv.starts_with("measure,group,period,year,value,"), "{csv}");
        let (exit, out, err) = run(&world, "SIM", &["district", "review", "funnel", "north-marl"]).await;
        assert_eq!(exit, Exit::Ok, "{err}");
        assert!(out.contains("900008") && out.contains("England"), "{out}");
        let (_, json, _) = run(&world, "SIM", &["district", "review", "funnel", "north-marl", "-o", "json"]).await;
        let json: serde_json::Value = serde_json::from_str(&json).unwrap();
        assert!(json["lines"].as_array().is_some_and(|lines| !lines.is_empty()) && json["points"][0]["limits"]["lower998"].is_number(), "{json}");

        // A file to begin with, filled in, and written.
        let (exit, template, err) = run(&world, "SIM", &["district", "review", "template", "north-marl"]).await;
        assert_eq!(exit, Exit::Ok, "{err}");
        assert!(template.contains("etag = \"0\"") && template.contains("criteria/c"), "{template}");
        let path = world.path("review.toml");
        let file = path.to_str().unwrap();
        let (exit, _, err) = run(&world, "SIM", &["district", "review", "share", "north-marl"]).await;
        assert_eq!(exit, Exit::Conflict, "{err}");
        std::fs::write(&path, "etag = \"0\"\n\n[[priorities]]\ntext = \"Attendance.\"\n").unwrap();
        let (exit, _, err) = run(&world, "SIM", &["district", "review", "write", "north-marl", "--file", file]).await;
        assert_eq!(exit, Exit::Usage, "{err}");
        assert!(err.contains("priorities[0].tag"), "{err}");
        std::fs::write(&path, "etag = \"0\"\n\n[[strengths]]\ntext = \"Early reading.\"\n\n[[priorities]]\ntag = \"criteria/c\"\ntext = \"Attendance.\"\n").unwrap();
        let (exit, out, err) = run(&world, "SIM", &["district", "review", "write", "north-marl", "--file", file]).await;
        assert_eq!(exit, Exit::Ok, "{err}");
        assert!(out.contains("Early reading.") && out.contains("draft"), "{out}");
        // Written again on what was seen before: both are shown, and nothing is lost.
        std::fs::write(&path, "etag = \"0\"\n\n[[strengths]]\ntext = \"My own words.\"\n").unwrap();
        let (exit, _, err) = run(&world, "SIM", &["district", "review", "write", "north-marl", "--file", file]).await;
        assert_eq!(exit, Exit::Conflict);
        assert!(err.contains("Early reading.") && err.contains("My own words."), "{err}");
        // The template holds what stands.
        let (_, template, _) = run(&world, "SIM", &["district", "review", "template", "north-marl"]).await;
        assert!(template.contains("etag = \"1\"") && template.contains("Early reading."), "{template}");
        std::fs::write(&path, template).unwrap();
        let (exit, _, err) = run(&world, "SIM", &["district", "review", "write", "north-marl", "--file", file]).await;
        assert_eq!(exit, Exit::Ok, "{err}");

        let (exit, _, _) = run(&world, "COUNTY_MANAGER", &["district", "review", "acknowledge", "north-marl"]).await;
        assert_eq!(exit, Exit::Conflict);
        let (exit, _, err) = run(&world, "SIM", &["district", "review", "share", "north-marl"]).await;
        assert_eq!(exit, Exit::Ok, "{err}");
        let (exit, out, err) = run(&world, "COUNTY_MANAGER", &["county"]).await;
        assert_eq!(exit, Exit::Ok, "{err}");
        let line = out.lines().find(|line| line.starts_with("North Marl")).unwrap();
        assert!(line.contains("shared"), "{out}");
        let (exit, out, err) = run(&world, "COUNTY_MANAGER", &["district", "review", "acknowledge", "north-marl"]).await;
        assert_eq!(exit, Exit::Ok, "{err}");
        assert!(out.contains("acknowledged"), "{out}");
        let (_, out, _) = run(&world, "SIM", &["district", "review", "history", "north-marl"]).await;
        assert_eq!(out.lines().count(), 3, "{out}");
        let (exit, out, _) = run(&world, "COUNTY_MANAGER", &["county", "-o", "csv"]).await;
        assert_eq!(exit, Exit::Ok);
        assert!(out.starts_with("district,name,review,schools,unreviewed,no_concern,at_risk,"), "{out}");
        let (exit, _, _) = run(&world, "SIM", &["county"]).await;
        assert_eq!(exit, Exit::NotAllowed);
    }

    County async fn a_district_is_exported_with_its_reasons(world) {
        run(&world, "SIM", &["risk", "confirm", "900008", "g"]).await;
        let note = world.path("note.txt");
        std::fs::write(&note, "=HYPERLINK(\"x\")").unwrap();
        let note = note.to_str().unwrap();
        let (exit, _, err) = run(&world, "SIM", &["risk", "dismiss", "900013", "j", "--reason", "other", "--note-file", note]).await;
        assert_eq!(exit, Exit::Ok, "{err}");
        let (exit, _, err) = run(&world, "SIM", &["risk", "assess", "900008", "at-risk", "--urgency", "arrest-decline", "--reason-file", note]).await;
        assert_eq!(exit, Exit::Ok, "{err}");
        let (exit, out, err) = run(&world, "SIM", &["risk", "export", "north-marl"]).await;
        assert_eq!(exit, Exit::Ok, "{err}");
        let mut reader = csv::Reader::from_reader(out.as_bytes());
        let headings: Vec<String> = reader.headers().unwrap().iter().map(str::to_owned).collect();
        let rows: Vec<Vec<String>> = reader.records().map(|row| row.unwrap().iter().map(str::to_owned).collect()).collect();
        let cell = |row: &Vec<String>, heading: &str| row[headings.iter().position(|one| one == heading).unwrap()].clone();
        let of = |urn: &str, letter: &str| rows.iter().find(|row| cell(row, "urn") == urn && cell(row, "criterion") == letter).unwrap_or_else(|| panic!("{urn} {letter}: {out}"));
        let confirmed = of("900008", "g");
        assert_eq!((cell(confirmed, "state"), cell(confirmed, "urgency"), cell(confirmed, "decision")), ("at-risk".into(), "arrest-decline".into(), "confirmed".into()));
        // No spreadsheet takes words for a formula.
        assert_eq!(cell(confirmed, "urgency_reason"), "'=HYPERLINK(\"x\")");
        assert!(cell(confirmed, "evidence").contains("little sustained improvement"));
        let dismissed = of("900013", "j");
        assert_eq!((cell(dismissed, "decision"), cell(dismissed, "reason"), cell(dismissed, "note")), ("dismissed".into(), "other".into(), "'=HYPERLINK(\"x\")".into()));
        // A school without anything is there too, and zeros stay.
        assert!(rows.iter().any(|row| cell(row, "criterion").is_empty() && cell(row, "state") == "unreviewed"), "{out}");
        for role in ["LLP", "COUNTY_MANAGER", "HEADTEACHER", "GOVERNOR"] {
            let (exit, out, _) = run(&world, role, &["risk", "export", "north-marl"]).await;
            assert_eq!((exit, out.as_str()), (Exit::NotAllowed, ""), "{role}");
        }
        let file = world.path("out.csv");
        let (exit, out, err) = run(&world, "SIM", &["risk", "export", "north-marl", "--file", file.to_str().unwrap()]).await;
        assert_eq!((exit, out.as_str()), (Exit::Ok, ""), "{err}");
        assert!(std::fs::read_to_string(file).unwrap().starts_with("urn,school,state,"));
    }
}
