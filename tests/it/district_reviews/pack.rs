//! The pack that a SIM prints, as an ordinary PDF reader reads it.

use std::path::Path;
use std::process::Command;

use llpr_cli::Exit;
use llpr_tests::on_both_engines;

use crate::command_line::run;

/// What one of poppler's programs says of a file.
fn poppler(program: &str, arguments: &[&str], file: &Path) -> String {
    let told = Command::new(program)
        .args(arguments)
        .arg(file)
        .arg("-")
        .output();
    let told = told.expect("poppler-utils is installed by tests/run");
    String::from_utf8_lossy(&told.stdout).into_owned()
}

on_both_engines! {
    County async fn a_sim_prints_her_district_and_nobody_else_does(world) {
        let path = world.path("north.pdf");
        let file = path.to_str().unwrap();
        for role in ["HEADTEACHER", "COUNTY_MANAGER", "LLP", "GOVERNOR", "DATA_OFFICER"] {
            let (exit, _, err) = run(&world, role, &["district", "pack", "north-marl", "--file", file]).await;
            assert_eq!(exit, Exit::NotAllowed, "{role}: {err}");
            assert!(!path.exists(), "{role}");
        }
        let (exit, _, _) = run(&world, "SIM", &["district", "pack", "saltmere-coast", "--file", file]).await;
        assert_eq!(exit, Exit::NotAllowed);

        run(&world, "SIM", &["risk", "dismiss", "900008", "g", "--reason", "in-hand"]).await;
        let (exit, _, err) = run(&world, "SIM", &["district", "pack", "north-marl", "--file", file]).await;
        assert_eq!(exit, Exit::Ok, "{err}");
        assert!(err.contains("Not for schools"), "{err}");
        let text = poppler("pdftotext", &["-layout"], &path);
        let pages: Vec<_> = text.split('\u{c}').filter(|page| !page.trim().is_empty()).collect();
        let (_, listed, _) = run(&world, "SIM", &["risk", "list", "north-marl", "-o", "csv"]).await;
        let schools: Vec<_> = listed.lines().skip(1).map(|line| line.split(',').next().unwrap()).collect();
        for school in &schools {
            assert!(pages.iter().any(|page| page.contains(&format!("URN {school}"))), "{school}");
        }
        assert!(!schools.is_empty() && pages.len() > schools.len(), "{} pages", pages.len());
        for page in &pages {
            assert!(page.contains("Printed for Helen Ashgrove on "), "{page}");
        }
        let dismissed = pages.iter().find(|page| page.contains("URN 900008")).unwrap();
        assert!(dismissed.contains("Dismissed: The school has it in hand."), "{dismissed}");
        // A school of another district is on none of them.
        assert!(!text.contains("URN 900037"), "{text}");
        let info = Command::new("pdfinfo").arg(&path).output().unwrap();
        let info = String::from_utf8_lossy(&info.stdout).into_owned();
        assert!(info.lines().any(|line| line.starts_with("Tagged:") && line.ends_with("yes")), "{info}");

        let before = std::fs::read(&path).unwrap();
        let (exit, _, err) = run(&world, "SIM", &["district", "pack", "north-marl", "--file", file]).await;
        assert_eq!(exit, Exit::Rejected, "{err}");
        assert_eq!(std::fs::read(&path).unwrap(), before, "nothing is written over");
    }
}
