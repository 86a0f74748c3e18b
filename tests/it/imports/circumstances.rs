//! Links, groups, inspections and support: from the file to the school, and back.

use llpr_client::{Error, request_id};
use llpr_proto::v1::*;
use llpr_tests::{Actor, county, on_both_engines, register};
use tonic::Code;

fn parent(urn: u32) -> String {
    format!("schools/{urn}")
}

async fn school(actor: &Actor, urn: u32) -> School {
    let request = GetSchoolRequest { name: parent(urn) };
    let answer = actor.session.schools().get_school(request).await;
    answer.expect("a school").into_inner().school.unwrap()
}

async fn links(actor: &Actor, urn: u32) -> Vec<SchoolLink> {
    let request = ListSchoolLinksRequest {
        parent: parent(urn),
    };
    let answer = actor.session.schools().list_school_links(request).await;
    answer.expect("links").into_inner().links
}

async fn ofsted(actor: &Actor, urn: u32) -> ListSchoolInspectionsResponse {
    let request = ListSchoolInspectionsRequest {
        parent: parent(urn),
    };
    let answer = actor
        .session
        .schools()
        .list_school_inspections(request)
        .await;
    answer.expect("inspections").into_inner()
}

async fn support(actor: &Actor, urn: u32) -> Vec<SchoolSupport> {
    let request = ListSchoolSupportRequest {
        parent: parent(urn),
    };
    let answer = actor.session.schools().list_school_support(request).await;
    answer.expect("support").into_inner().support
}

async fn revert(actor: &Actor, import: &Import) -> Result<Import, Error> {
    let request = RevertImportRequest {
        name: import.name.clone(),
        request_id: request_id(),
        ..RevertImportRequest::default()
    };
    let answer = actor.session.imports().revert_import(request).await?;
    Ok(answer.into_inner().import.unwrap())
}

async fn diff(actor: &Actor, import: &Import) -> Vec<String> {
    let request = GetImportDiffRequest {
        name: import.name.clone(),
        ..GetImportDiffRequest::default()
    };
    let answer = actor.session.imports().get_import_diff(request).await;
    let changes = answer.expect("a difference").into_inner().changes;
    changes
        .iter()
        .map(|change| {
            let ImportChange {
                subject,
                field,
                before,
                after,
                ..
            } = change;
            format!("{subject} {field} [{before}] [{after}]")
        })
        .collect()
}

const LINKS: &str = "URN,LinkURN,LinkName,LinkType,LinkEstablishedDate\n";
const MEMBERS: &str = "URN,Linked UID,Group Name,Group Type (code),Group Type,Joined date\n";
const SUPPORT: &str = "URN,Kind,From,To,Outcome\n";
const OFSTED: &str = "URN,Inspection number of latest graded inspection,Inspection start date,\
    Does the latest graded inspection relate to the URN of the current school?,\
    URN at time of latest graded inspection,School name at time of latest graded inspection,\
    Overall effectiveness,Category of concern,Quality of education,Safeguarding is effective?,\
    Latest ungraded inspection number since last graded inspection,\
    Date of latest ungraded inspection,Ungraded inspection overall outcome\n";

on_both_engines! {
    County async fn a_link_is_told_from_both_ends_and_names_what_the_register_lacks(world) {
        let officer = world.actor("DATA_OFFICER").await;
        let told = async |urn| links(&officer, urn).await.into_iter().map(|link| (link.linked_school, link.kind, link.established_date)).collect::<Vec<_>>();
        let day = "2021-04-01".to_owned();
        assert_eq!(told(900_024).await, [("schools/900025".to_owned(), SchoolLinkKind::Successor.into(), day.clone())]);
        assert_eq!(told(900_025).await, [("schools/900024".to_owned(), SchoolLinkKind::Predecessor.into(), day)]);
        let file = format!("{LINKS}900001,900901,Old Ashmarl School,Parent,\n900901,900001,Ashmarl,Child,\n");
        let import = officer.load(register("gias-links", "links.csv"), file.clone()).await;
        assert_eq!((import.added_count, import.pending_school_count), (2, 1));
        let found = links(&officer, 900_001).await;
        assert_eq!(found[0].linked_school_display_name, "Old Ashmarl School");
        assert_eq!((found[0].kind(), found[0].description.as_str()), (SchoolLinkKind::Other, "Parent"));
        // The same file again changes nothing; a day that is learnt later is a change.
        let again = officer.load(register("gias-links", "links.csv"), file).await;
        assert_eq!((again.added_count, again.changed_count, again.unchanged_count), (0, 0, 2));
        let dated = officer.load(register("gias-links", "links.csv"), format!("{LINKS}900001,900901,,Parent,01-09-2016\n")).await;
        assert_eq!(diff(&officer, &dated).await, ["schools/900001 links [Old Ashmarl School 900901 parent] [Old Ashmarl School 900901 parent on 2016-09-01]"
            .replace("Old Ashmarl School 900901 parent", "900901 parent")]);
        revert(&officer, &dated).await.expect("taken back");
        revert(&officer, &import).await.expect("taken back");
        assert!(links(&officer, 900_001).await.is_empty());
    }

    County async fn links_that_are_known_before_the_school_stay_with_it(world) {
        let officer = world.actor("DATA_OFFICER").await;
        let file = format!("{LINKS}900901,900001,Ashmarl,Successor,01-09-2010\n");
        officer.load(register("gias-links", "links.csv"), file).await;
        let row = "URN,LA (code),EstablishmentName,TypeOfEstablishment (name),EstablishmentStatus (name),PhaseOfEducation (name)\n\
            900901,990,Old Ashmarl School,Community school,Closed,Primary\n";
        let upload = llpr_client::Upload { accept_missing: true, ..register("gias-establishments", "more.csv") };
        let import = officer.load(upload.clone(), row).await;
        assert_eq!(import.added_count, 1);
        assert_eq!(links(&officer, 900_901).await[0].linked_school, "schools/900001");
        revert(&officer, &import).await.expect("taken back");
        let missing = officer.session.schools().get_school(GetSchoolRequest { name: parent(900_901) }).await;
        assert_eq!(missing.expect_err("gone").code(), Code::NotFound);
        officer.load(upload, row).await;
        assert_eq!(links(&officer, 900_901).await.len(), 1, "the links were never the register's to take away");
    }

    County async fn a_school_shows_its_trust_and_since_when(world) {
        let officer = world.actor("DATA_OFFICER").await;
        let told = |school: &School| school.groups.iter().map(|group| (group.display_name.clone(), group.kind(), group.since_date.clone())).collect::<Vec<_>>();
        let before = told(&school(&officer, 900_025).await);
        assert_eq!(before, [("THE MARL LEARNING TRUST".to_owned(), GroupKind::MultiAcademyTrust, "2021-04-01".to_owned())]);
        let sponsored = school(&officer, 900_043).await;
        assert_eq!(sponsored.groups.iter().map(SchoolGroup::kind).collect::<Vec<_>>(), [GroupKind::MultiAcademyTrust, GroupKind::Sponsor]);
        assert_eq!(sponsored.groups[0].companies_house_number, "09900001");
        // It joins another trust: the first one ends, the list of schools shows it too.
        let file = format!("{MEMBERS}900025,9910,Saltmere Trust,06,Multi-academy trust,01-09-2025\n");
        let import = officer.load(register("gias-group-links", "members.csv"), file).await;
        assert_eq!((import.added_count, import.changed_count), (0, 1));
        let moved = told(&school(&officer, 900_025).await);
        assert_eq!(moved, [("Saltmere Trust".to_owned(), GroupKind::MultiAcademyTrust, "2025-09-01".to_owned())]);
        revert(&officer, &import).await.expect("taken back");
        assert_eq!(told(&school(&officer, 900_025).await), before);
    }

    County async fn p12j_each_inspection_stays_in_its_era(world) {
        let officer = world.actor("DATA_OFFICER").await;
        let card = ofsted(&officer, 900_006).await;
        let eras: Vec<_> = card.inspections.iter().map(|one| (one.era(), one.graded)).collect();
        assert_eq!(eras[0], (InspectionEra::ReportCard, true));
        assert!(eras[1..].iter().all(|(era, _)| *era != InspectionEra::ReportCard), "{eras:?}");
        assert!(card.inspections[0].overall_grade.is_empty(), "no overall grade is worked out");
        assert_eq!(card.inspections[0].safeguarding, "Standards met");
        assert!(card.source_file_name.starts_with("Management_information") && card.source_load_time.is_some());
        assert_eq!(card.standing.unwrap().reading(), InspectionReading::GoodOrBetter);
        let weak = ofsted(&officer, 900_013).await;
        assert_eq!((weak.inspections[0].era(), weak.inspections[0].category_of_concern.as_str()), (InspectionEra::KeyJudgements, "Serious weaknesses"));
        assert_eq!((weak.inspections[0].overall_grade.as_str(), weak.standing.unwrap().reading()), ("", InspectionReading::BelowGood));
    }

    County async fn p12j_a_predecessors_inspection_is_marked(world) {
        let governor = world.actor("GOVERNOR").await;
        let officer = world.actor("DATA_OFFICER").await;
        let academy = ofsted(&officer, 900_025).await;
        let before = &academy.inspections[academy.inspections.len() - 1];
        assert!(before.of_predecessor);
        assert_eq!((before.predecessor.as_str(), before.predecessor_display_name.as_str()), ("schools/900024", "Cranmarsh Primary School"));
        // Governors see what is published, of their school.
        ofsted(&governor, 900_001).await;
        let other = governor.session.schools().list_school_inspections(ListSchoolInspectionsRequest { parent: parent(900_002) }).await;
        assert_eq!(other.expect_err("another's").code(), Code::PermissionDenied);
    }

    County async fn an_older_file_adds_history_and_takes_nothing_away(world) {
        let officer = world.actor("DATA_OFFICER").await;
        let before = ofsted(&officer, 900_001).await.inspections;
        let row = |grade: &str| format!("{OFSTED}900001,10010001,10/06/2014,Yes,900001,Ashmarl,{grade},,3,Yes,NULL,NULL,NULL\n");
        let import = officer.load(register("ofsted", "2014.csv"), row("3")).await;
        assert_eq!((import.added_count, import.changed_count), (0, 1));
        let after = ofsted(&officer, 900_001).await.inspections;
        assert_eq!(after.len(), before.len() + 1);
        assert_eq!(after.last().unwrap().overall_grade, "Requires improvement");
        assert_eq!(&after[..before.len()], before);
        assert_eq!(officer.load(register("ofsted", "2014.csv"), row("3")).await.unchanged_count, 1);
        let corrected = officer.load(register("ofsted", "2014.csv"), row("2")).await;
        let told = diff(&officer, &corrected).await;
        assert!(told.len() == 1 && told[0].contains("[10010001 requires-improvement") && told[0].contains("[10010001 good"), "{told:?}");
        // Only the latest word can be taken back first.
        let refused = revert(&officer, &import).await.expect_err("a later import stands on it");
        assert_eq!(refused.reason(), Some(ErrorReason::ImportRevertConflict));
        revert(&officer, &corrected).await.expect("taken back");
        revert(&officer, &import).await.expect("taken back");
        assert_eq!(ofsted(&officer, 900_001).await.inspections, before);
    }

    County async fn a_file_with_an_unknown_category_is_refused_whole(world) {
        let officer = world.actor("DATA_OFFICER").await;
        let before = ofsted(&officer, 900_001).await;
        let file = format!("{OFSTED}900001,10010001,10/06/2014,Yes,900001,Ashmarl,2,XYZ,3,Yes,NULL,NULL,NULL\n");
        let import = officer.upload(register("ofsted", "odd.csv"), file).await.unwrap();
        assert_eq!(import.state(), ImportState::Rejected);
        let issues = officer.issues(&import.name).await;
        assert_eq!((issues[0].code.as_str(), issues[0].column.as_str(), issues[0].value.as_str()), ("UNKNOWN_MARKER", "Category of concern", "XYZ"));
        assert_eq!(ofsted(&officer, 900_001).await, before);
    }

    County async fn p7_support_is_not_for_everybody(world) {
        let officer = world.actor("DATA_OFFICER").await;
        let file = format!("{SUPPORT}900001,significant,2022-09-01,2024-08-31,successful\n900001,targeted,2025-01-06,,\n");
        let import = officer.load(register("support-history", "support.csv"), file).await;
        assert_eq!(import.added_count, 1);
        for role in ["HEADTEACHER", "SIM", "COUNTY_MANAGER", "DATA_OFFICER"] {
            let found = support(&world.actor(role).await, 900_001).await;
            assert_eq!(found.iter().map(|one| (one.kind(), one.outcome())).collect::<Vec<_>>(), [
                (SupportKind::Targeted, SupportOutcome::Open),
                (SupportKind::Significant, SupportOutcome::Successful),
            ], "{role}");
        }
        for role in ["GOVERNOR", "CLERK", "SCHOOL_LEADER", "ADMINISTRATOR"] {
            let actor = world.actor(role).await;
            let answer = actor.session.schools().list_school_support(ListSchoolSupportRequest { parent: parent(900_001) }).await;
            assert_eq!(answer.expect_err("not theirs").code(), Code::PermissionDenied, "{role}");
        }
        // What the county says now replaces what it said; taking it back brings that back.
        let fewer = officer.load(register("support-history", "support.csv"), format!("{SUPPORT}900001,targeted,2025-01-06,2025-07-31,little\n")).await;
        assert_eq!(support(&officer, 900_001).await.len(), 1);
        revert(&officer, &fewer).await.expect("taken back");
        assert_eq!(support(&officer, 900_001).await.len(), 2);
    }

    County async fn what_is_stated_of_unknown_schools_waits_for_them(world) {
        let officer = world.actor("DATA_OFFICER").await;
        let file = format!("{OFSTED}900902,10010009,10/06/2019,Yes,900902,New,2,,2,Yes,NULL,NULL,NULL\n");
        let import = officer.load(register("ofsted", "new.csv"), file).await;
        assert_eq!((import.pending_school_count, import.added_count), (1, 1));
        let issues = officer.issues(&import.name).await;
        assert!(issues[0].message.contains("Its inspections are kept"), "{}", issues[0].message);
        let row = "URN,LA (code),EstablishmentName,TypeOfEstablishment (name),EstablishmentStatus (name),PhaseOfEducation (name)\n\
            900902,990,New School,Community school,Open,Primary\n";
        officer.load(llpr_client::Upload { accept_missing: true, ..register("gias-establishments", "more.csv") }, row).await;
        assert_eq!(ofsted(&officer, 900_902).await.inspections.len(), 1);
    }

    County async fn nothing_is_left_of_what_was_staged(world) {
        use sea_orm::{ConnectionTrait as _, Statement};
        let officer = world.actor("DATA_OFFICER").await;
        let file = county().files.iter().find(|file| file.dataset == "ofsted").unwrap();
        officer.upload(register("ofsted", &file.file_name), file.content.clone()).await.unwrap();
        let database = world.database().await;
        let count = Statement::from_string(database.get_database_backend(), "SELECT COUNT(*) FROM import_statements");
        let row = database.query_one_raw(count).await.unwrap().unwrap();
        assert_eq!(row.try_get_by_index::<i64>(0).unwrap(), 0);
    }
}
