//! A whole list of people: previewed, all or nothing, by the rules of giving roles.

use llpr_cli::Exit;
use llpr_client::request_id;
use llpr_proto::v1::*;
use llpr_tests::{Actor, on_both_engines};

use crate::command_line::run;

const LIST: &str = "Name,E-mail,Role,At,From,To\n\
    Ida Newcome,ida.newcome@marlshire.example,governor,900001,01/09/2026,31/08/2030\n\
    Ida Newcome,ida.newcome@marlshire.example,adviser,900005,,\n\
    Rob Only,rob.only@marlshire.example,,,,\n";

async fn import(actor: &Actor, text: &str, validate_only: bool) -> ImportPeopleResponse {
    let request = ImportPeopleRequest {
        content: text.into(),
        validate_only,
        request_id: request_id(),
    };
    actor
        .session
        .users()
        .import_people(request)
        .await
        .unwrap()
        .into_inner()
}

async fn count(actor: &Actor) -> i32 {
    let answer = actor
        .session
        .users()
        .list_users(ListUsersRequest::default())
        .await;
    answer.unwrap().into_inner().total_size
}

on_both_engines! {
    County async fn a_list_is_previewed_then_loaded_once(world) {
        let admin = world.actor("ADMINISTRATOR").await;
        let before = count(&admin).await;
        let preview = import(&admin, LIST, true).await;
        assert!(!preview.done && preview.issues.is_empty(), "{:?}", preview.issues);
        let accounts: Vec<bool> = preview.people.iter().map(|person| person.new_account).collect();
        assert_eq!(accounts, [true, false, true], "a person is counted once");
        assert_eq!(count(&admin).await, before, "a preview does nothing");
        let done = import(&admin, LIST, false).await;
        assert!(done.done);
        assert_eq!(done.people, preview.people);
        assert_eq!(count(&admin).await, before + 2);
        let entries = admin.session.audit().list_ledger_entries(ListLedgerEntriesRequest::default()).await.unwrap().into_inner().entries;
        let rows = entries.iter().filter(|entry| entry.method.ends_with("ImportPeople")).count();
        assert_eq!(rows, 4, "an account or a role has its own row");
        let again = import(&admin, LIST, false).await;
        assert!(again.done && again.people.iter().all(|person| !person.new_account && !person.new_role));
        // Nobody without a password signs in, and a copy of the command line does it too.
        let path = world.path("people.csv");
        std::fs::write(&path, LIST.replace("Rob Only,rob.only", "Ann Third,ann.third")).unwrap();
        let file = path.to_str().unwrap();
        let (exit, out, err) = run(&world, "ADMINISTRATOR", &["user", "import", file]).await;
        assert!(exit == Exit::Ok && out.contains("Ann Third") && err.contains("--apply"), "{out} {err}");
        let (exit, _, _) = run(&world, "ADMINISTRATOR", &["user", "import", file, "--apply"]).await;
        assert_eq!((exit, count(&admin).await), (Exit::Ok, before + 3));
        let (exit, _, _) = run(&world, "SIM", &["user", "import", file]).await;
        assert_eq!(exit, Exit::NotAllowed);
    }

    County async fn everything_that_stands_in_the_way_is_told_and_nothing_is_done(world) {
        let admin = world.actor("ADMINISTRATOR").await;
        let before = count(&admin).await;
        let partner = "Name,E-mail,Role,At\n\
            New Person,new.person@marlshire.example,governor,900001\n\
            New Person,new.person@marlshire.example,llp,900001\n\
            New Person,new.person@marlshire.example,governor,999999\n\
            New Person,new.person@marlshire.example,sim,Nowhere at all\n";
        let own = format!("{partner}Myself,{},data-officer,county\n", admin.email);
        let answer = import(&admin, &own, false).await;
        assert!(!answer.done);
        let told: Vec<(i64, &str)> = answer.issues.iter().map(|issue| (issue.line.unwrap(), issue.column.as_str())).collect();
        assert_eq!(told, [(3, "Role"), (4, "At"), (5, "At"), (6, "Role")], "{:#?}", answer.issues);
        assert!(answer.issues[0].message.contains("stands in the way"));
        assert_eq!(count(&admin).await, before);
        let wrong = import(&admin, "Name,E-mail,Role,At\n,x,boss,\n", false).await;
        assert_eq!((wrong.done, wrong.issues.len()), (false, 3));
        let officer = world.actor("DATA_OFFICER").await;
        let file = llpr_tests::register("people", "people.csv");
        assert!(officer.upload(file, LIST).await.is_err(), "people are no data file");
    }
}
