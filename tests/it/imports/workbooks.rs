//! The county's own templates as workbooks, from the command line's empty one to the figures.

use llpr_cli::Exit;
use llpr_proto::v1::*;
use llpr_tests::{figures, on_both_engines};

use crate::command_line::run;

on_both_engines! {
    County async fn an_empty_workbook_is_written_and_a_wrong_cell_is_named(world) {
        let path = world.path("phonics.xlsx");
        let file = path.to_str().unwrap();
        let (exit, _, err) = run(&world, "DATA_OFFICER", &["import", "template", "phonics", "--xlsx", file]).await;
        assert_eq!(exit, Exit::Ok, "{err}");
        let (exit, out, _) = run(&world, "DATA_OFFICER", &["import", "apply", "phonics", file, "--release", "final"]).await;
        assert!(exit == Exit::Rejected && out.contains("no rows"), "{out}");
        let mut workbook = rust_xlsxwriter::Workbook::new();
        let sheet = workbook.add_worksheet().set_name("phonics").unwrap();
        for (column, (heading, cell)) in (0..).zip([("URN", "900001"), ("Year", "2023/24"), ("Group", "all"), ("Eligible", "many"), ("Met", "20")]) {
            sheet.write(0, column, heading).unwrap();
            sheet.write(1, column, cell).unwrap();
        }
        let officer = world.actor("DATA_OFFICER").await;
        let upload = || figures("phonics", "phonics.xlsx", "", Release::Final);
        let import = officer.upload(upload(), workbook.save_to_buffer().unwrap()).await.unwrap();
        let issues = officer.issues(&import.name).await;
        let issue = issues.iter().find(|issue| issue.class() == IssueClass::Fatal).unwrap();
        assert_eq!((issue.cell.as_str(), issue.line, issue.column.as_str()), ("D2", Some(2), "Eligible"));
        assert_eq!(import.encoding, "XLSX");
    }
}
