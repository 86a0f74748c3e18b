//! Last year's visits: who reads them, and what a difference shows.

use llpr_cli::Exit;
use llpr_proto::v1::*;
use llpr_tests::{Actor, on_both_engines, register};

use crate::command_line::run;

const VISITS: &str = "URN,School,Visit,Report,Priority,Actions,Report file,SHA-256\n\
    900001,Ashmarl,12/11/2024,29/11/2024,no,Map the reading curriculum; Train new staff,900001-report.pdf,\n\
    900001,Ashmarl,10/11/2023,,yes,,,\n";

async fn visits(actor: &Actor) -> Option<Vec<PastVisit>> {
    let request = ListSchoolPastVisitsRequest {
        parent: "schools/900001".into(),
    };
    let answer = actor
        .session
        .schools()
        .list_school_past_visits(request)
        .await;
    answer.ok().map(|answer| answer.into_inner().visits)
}

on_both_engines! {
    County async fn p30_last_years_visits_are_there_for_who_may_read_reports(world) {
        let officer = world.actor("DATA_OFFICER").await;
        let head = world.actor("HEADTEACHER").await;
        assert_eq!(visits(&head).await, Some(vec![]));
        let import = officer.load(register("last-year", "visits.csv"), VISITS).await;
        assert_eq!((import.added_count, import.school_count), (1, 1));
        let diff = officer.session.imports().get_import_diff(GetImportDiffRequest { name: import.name.clone(), ..GetImportDiffRequest::default() }).await;
        let shown = format!("{:?}", diff.unwrap().into_inner().changes);
        assert!(!shown.contains("curriculum"), "the words of a report are not in a difference: {shown}");
        let found = visits(&head).await.unwrap();
        assert_eq!(found.len(), 2);
        assert_eq!((found[0].visit_date.as_str(), found[0].priority), ("2024-11-12", Some(false)));
        assert_eq!(found[0].actions, ["Map the reading curriculum", "Train new staff"]);
        assert_eq!((found[0].document_name.as_str(), found[1].priority), ("900001-report.pdf", Some(true)));
        for role in ["DATA_OFFICER", "COUNTY_MANAGER", "ADMINISTRATOR", "CLERK"] {
            assert_eq!(visits(&world.actor(role).await).await, None, "{role}");
        }
        let (exit, out, _) = run(&world, "LLP", &["school", "past-visits", "900001"]).await;
        assert!(exit == Exit::Ok && out.contains("Train new staff"), "{out}");
        officer.session.imports().revert_import(RevertImportRequest { name: import.name, ..RevertImportRequest::default() }).await.expect("taken back");
        assert_eq!(visits(&head).await, Some(vec![]));
    }
}
