//! The reports of last year's visits: up, down, and everything that is refused on the way.

use std::time::Duration;

use llpr_cli::Exit;
use llpr_client::{Error, export_report};
use llpr_proto::v1::upload_past_visit_report_request::Content;
use llpr_proto::v1::*;
use llpr_tests::{Actor, World, behind, on_both_engines, register};
use sea_orm::DatabaseConnection;
use sha2::{Digest as _, Sha256};

use crate::command_line::run;

const SCHOOL: &str = "schools/900001";
const UPLOAD: &str = "llpr.v1.ImportService/UploadPastVisitReport";
const EXPORT: &str = "llpr.v1.SchoolService/ExportPastVisitReport";
/// Contents that no report names.
const UNDER_WAY: &str =
    "SELECT COUNT(*) FROM past_report_contents WHERE id NOT IN (SELECT content FROM past_reports)";
const MIB: usize = 1024 * 1024;

/// Bytes that begin like a PDF and repeat nowhere.
fn pdf(size: usize) -> Vec<u8> {
    let mut bytes = b"%PDF-1.7\n".to_vec();
    for number in 0_u32.. {
        if bytes.len() >= size {
            break;
        }
        bytes.extend(number.wrapping_mul(2_654_435_761).to_le_bytes());
    }
    bytes.truncate(size);
    bytes
}

fn sha256(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

/// Loads the list of visits with reports of these bytes at the first school.
async fn name(officer: &Actor, reports: &[&[u8]]) -> Import {
    let mut list = String::from("URN,School,Visit,Report,Priority,Actions,Report file,SHA-256\n");
    for (day, report) in (10..).zip(reports) {
        let line = format!(
            "900001,,{day}/11/2024,,,,report-{day}.pdf,{}\n",
            sha256(report)
        );
        list.push_str(&line);
    }
    officer
        .load(register("last-year", "visits.csv"), list)
        .await
}

fn header(school: &str, bytes: &[u8]) -> UploadPastVisitReportHeader {
    UploadPastVisitReportHeader {
        parent: school.into(),
        size_bytes: i64::try_from(bytes.len()).unwrap(),
        sha256: sha256(bytes),
    }
}

fn message(content: Content) -> UploadPastVisitReportRequest {
    UploadPastVisitReportRequest {
        content: Some(content),
    }
}

async fn send(
    actor: &Actor,
    header: UploadPastVisitReportHeader,
    bytes: &[u8],
) -> Result<PastVisitReport, Error> {
    let chunks = bytes.chunks(300 * 1024).map(<[u8]>::to_vec);
    let mut messages = vec![message(Content::Header(header))];
    messages.extend(chunks.map(|chunk| message(Content::Chunk(chunk))));
    let mut imports = actor.session.imports();
    let answer = imports
        .upload_past_visit_report(tokio_stream::iter(messages))
        .await?;
    Ok(answer.into_inner().report.expect("a report"))
}

async fn upload(actor: &Actor, school: &str, bytes: &[u8]) -> Result<PastVisitReport, Error> {
    send(actor, header(school, bytes), bytes).await
}

async fn download(actor: &Actor, name: &str) -> Result<Vec<u8>, Error> {
    let mut bytes = Vec::new();
    let file = export_report(&actor.session, name, &mut bytes).await?;
    assert_eq!(file.size_bytes, i64::try_from(bytes.len()).unwrap());
    assert!(file.file_name.starts_with("report-"), "{file:?}");
    Ok(bytes)
}

async fn visits(actor: &Actor) -> Vec<PastVisit> {
    let request = ListSchoolPastVisitsRequest {
        parent: SCHOOL.into(),
    };
    let mut schools = actor.session.schools();
    let answer = schools.list_school_past_visits(request).await;
    answer.expect("visits").into_inner().visits
}

async fn ledgered(database: &DatabaseConnection, method: &str, target: &str) -> usize {
    let entries = behind::ledger(database, 0).await;
    let of = |entry: &&llpr_store::LedgerEntry| entry.method == method && entry.target == target;
    entries.iter().filter(of).count()
}

/// Waits until nothing of an upload is left.
async fn nothing_under_way(database: &DatabaseConnection) {
    while behind::number(database, UNDER_WAY).await > 0 {
        tokio::task::yield_now().await;
    }
}

async fn sweep(world: &World) {
    let store = world.server().store();
    let system = store.system("a test", world.clock.today());
    let now = world.clock.micros();
    store.sweep(&system, now, i64::MAX).await.expect("a sweep");
}

on_both_engines! {
    County async fn p30_a_report_comes_back_byte_for_byte_to_who_may_read_it(world) {
        let officer = world.actor("DATA_OFFICER").await;
        let head = world.actor("HEADTEACHER").await;
        let database = world.database().await;
        let bytes = pdf(3 * MIB + 17);
        name(&officer, &[&bytes]).await;
        let listed = visits(&head).await;
        assert_eq!((listed[0].report.as_str(), listed[0].report_size_bytes), ("", 0));

        let report = upload(&officer, SCHOOL, &bytes).await.expect("taken");
        assert_eq!(report.name, format!("{SCHOOL}/pastVisitReports/{}", sha256(&bytes)));
        assert_eq!((report.media_type.as_str(), report.size_bytes), ("application/pdf", 3 * 1024 * 1024 + 17));
        let listed = visits(&head).await;
        assert_eq!((&listed[0].report, listed[0].report_size_bytes), (&report.name, report.size_bytes));
        assert_eq!(listed[0].report_media_type, "application/pdf");

        for role in ["SIM", "LLP", "HEADTEACHER", "ADVISER", "GOVERNOR"] {
            let reader = world.actor(role).await;
            assert!(download(&reader, &report.name).await.expect(role) == bytes, "{role} reads other bytes");
        }
        assert_eq!(ledgered(&database, EXPORT, &report.name).await, 5, "every reading is in the ledger");
        for role in ["SCHOOL_LEADER", "CLERK", "COUNTY_MANAGER", "DATA_OFFICER", "ADMINISTRATOR"] {
            let error = download(&world.actor(role).await, &report.name).await.expect_err(role);
            assert_eq!(error.reason(), Some(ErrorReason::AccessDenied), "{role}");
        }
        for role in ["SIM", "HEADTEACHER", "ADMINISTRATOR", "COUNTY_MANAGER"] {
            let error = upload(&world.actor(role).await, SCHOOL, &bytes).await.expect_err(role);
            assert_eq!(error.reason(), Some(ErrorReason::AccessDenied), "{role}");
        }

        // Once more changes nothing, even where the bytes don't come.
        assert_eq!(upload(&officer, SCHOOL, &bytes).await.expect("there"), report);
        assert_eq!(send(&officer, header(SCHOOL, &bytes), b"").await.expect("there"), report);
        assert_eq!(ledgered(&database, UPLOAD, &report.name).await, 1);
        nothing_under_way(&database).await;
    }

    County async fn p30_two_uploads_of_one_report_at_once_leave_one(world) {
        let officer = world.actor("DATA_OFFICER").await;
        let database = world.database().await;
        let bytes = pdf(MIB);
        name(&officer, &[&bytes]).await;
        let (one, two) = tokio::join!(upload(&officer, SCHOOL, &bytes), upload(&officer, SCHOOL, &bytes));
        let report = one.expect("taken");
        assert_eq!(two.expect("taken"), report);
        nothing_under_way(&database).await;
        assert_eq!(ledgered(&database, UPLOAD, &report.name).await, 1);
        let head = world.actor("HEADTEACHER").await;
        assert!(download(&head, &report.name).await.expect("read") == bytes);
    }

    County async fn p30_what_is_no_report_of_the_school_is_refused(world) {
        let officer = world.actor("DATA_OFFICER").await;
        let database = world.database().await;
        let (report, large, web) = (pdf(MIB), pdf(2 * MIB), b"<!DOCTYPE html><html>404</html>".to_vec());
        name(&officer, &[&report, &large, &web]).await;
        world.restart_with(|config| config.import.report_max_bytes = 3 * 512 * 1024).await;
        let officer = world.actor("DATA_OFFICER").await;
        let refused = async |header: UploadPastVisitReportHeader, bytes: &[u8]| {
            let error = send(&officer, header, bytes).await.expect_err("refused");
            assert!(!error.message().is_empty());
            error.reason().expect("a reason")
        };
        let whole = header(SCHOOL, &report);
        assert_eq!(refused(header("schools/900037", &report), &report).await, ErrorReason::ReportNotNamed);
        assert_eq!(refused(header(SCHOOL, &pdf(10)), &pdf(10)).await, ErrorReason::ReportNotNamed);
        assert_eq!(refused(header(SCHOOL, &large), &large).await, ErrorReason::UploadTooLarge);
        assert_eq!(refused(header(SCHOOL, &web), &web).await, ErrorReason::ReportTypeRefused);
        // Less, more and something else than was announced.
        assert_eq!(refused(whole.clone(), &report[..MIB / 2]).await, ErrorReason::UploadMalformed);
        assert_eq!(refused(whole.clone(), &large).await, ErrorReason::UploadMalformed);
        let mut other = report.clone();
        other[MIB - 1] ^= 1;
        assert_eq!(refused(whole.clone(), &other).await, ErrorReason::UploadMalformed);
        assert_eq!(refused(UploadPastVisitReportHeader::default(), b"").await, ErrorReason::InvalidRequest);
        nothing_under_way(&database).await;
        assert_eq!(behind::number(&database, "SELECT COUNT(*) FROM past_reports").await, 0);
        assert_eq!(behind::number(&database, "SELECT COUNT(*) FROM past_report_pieces").await, 0);
        send(&officer, whole, &report).await.expect("the right one is taken");
    }

    County async fn p30_a_client_that_goes_away_leaves_nothing(world) {
        let officer = world.actor("DATA_OFFICER").await;
        let database = world.database().await;
        let bytes = pdf(2 * MIB);
        name(&officer, &[&bytes]).await;
        let (sender, messages) = tokio::sync::mpsc::channel(4);
        let session = officer.session.clone();
        let call = tokio::spawn(async move {
            let messages = tokio_stream::wrappers::ReceiverStream::new(messages);
            session.imports().upload_past_visit_report(messages).await
        });
        sender.send(message(Content::Header(header(SCHOOL, &bytes)))).await.unwrap();
        sender.send(message(Content::Chunk(bytes[..MIB].to_vec()))).await.unwrap();
        while behind::number(&database, "SELECT COUNT(*) FROM past_report_pieces").await == 0 {
            tokio::task::yield_now().await;
        }
        let head = world.actor("HEADTEACHER").await;
        assert_eq!(visits(&head).await[0].report, "", "nobody sees a part of it");
        call.abort();
        drop(sender);
        nothing_under_way(&database).await;
        assert_eq!(behind::number(&database, "SELECT COUNT(*) FROM past_report_pieces").await, 0);
        upload(&officer, SCHOOL, &bytes).await.expect("it goes through then");
    }

    County async fn p30_what_no_visit_names_is_read_by_nobody_and_removed_after_a_month(world) {
        let officer = world.actor("DATA_OFFICER").await;
        let head = world.actor("HEADTEACHER").await;
        let database = world.database().await;
        let bytes = pdf(MIB);
        let list = name(&officer, &[&bytes]).await;
        let report = upload(&officer, SCHOOL, &bytes).await.expect("taken");
        let revert = RevertImportRequest { name: list.name, ..RevertImportRequest::default() };
        officer.session.imports().revert_import(revert).await.expect("taken back");
        let error = download(&head, &report.name).await.expect_err("named by none");
        assert_eq!(error.reason(), Some(ErrorReason::ResourceNotFound));
        sweep(&world).await;
        // Named again within the month, it is there again.
        let list = name(&officer, &[&bytes]).await;
        assert_eq!(visits(&head).await[0].report, report.name);
        sweep(&world).await;
        let revert = RevertImportRequest { name: list.name, ..RevertImportRequest::default() };
        officer.session.imports().revert_import(revert).await.expect("taken back");
        sweep(&world).await;
        world.clock.advance(Duration::from_hours(31 * 24));
        sweep(&world).await;
        for table in ["past_reports", "past_report_pieces", "past_report_contents"] {
            assert_eq!(behind::number(&database, &format!("SELECT COUNT(*) FROM {table}")).await, 0, "{table}");
        }
        assert_eq!(ledgered(&database, "a test", &report.name).await, 1, "the removal is in the ledger");
    }

    County async fn p30_a_folder_of_reports_is_loaded_and_saved_again_from_the_command_line(world) {
        let officer = world.actor("DATA_OFFICER").await;
        let (one, two, stray) = (pdf(5_000), pdf(6_000), pdf(7_000));
        let list = format!("URN,School,Visit,Report,Priority,Actions,Report file,SHA-256\n\
            900001,,12/11/2024,,,,one.pdf,{}\n900001,,12/11/2023,,,,two.pdf,{}\n\
            900002,,13/11/2024,,,,three.pdf,{}\n900003,,13/11/2024,,,,bare.pdf,\n",
            sha256(&one), sha256(&two), sha256(b"not a report"));
        officer.load(register("last-year", "visits.csv"), list).await;
        let folder = world.path("reports");
        std::fs::create_dir_all(folder.join("north")).unwrap();
        for (path, bytes) in [("any name.pdf", &one[..]), ("north/two.pdf", &two), ("stray.pdf", &stray), ("BARE.pdf", b"%PDF-1.4")] {
            std::fs::write(folder.join(path), bytes).unwrap();
        }
        let folder = folder.to_str().unwrap();
        let (exit, out, err) = run(&world, "DATA_OFFICER", &["import", "reports", folder, "--dry-run"]).await;
        assert_eq!(exit, Exit::Ok, "{err}");
        assert!(out.contains("2 would be loaded") && out.contains("1 no visit names it"), "{out}");
        assert!(out.contains(&sha256(b"%PDF-1.4")), "the hash to put into the list is told: {out}");
        let head = world.actor("HEADTEACHER").await;
        assert_eq!(visits(&head).await[0].report, "");

        let (exit, out, err) = run(&world, "DATA_OFFICER", &["import", "reports", folder]).await;
        assert_eq!(exit, Exit::Ok, "{err}");
        assert!(out.contains("2 loaded") && out.contains("Not there yet: 2 reports."), "{out}");
        // Again: it goes on where it stopped, and a file at fault does not hold up the others.
        std::fs::write(world.path("reports").join("three.pdf"), b"not a report").unwrap();
        let (exit, out, err) = run(&world, "DATA_OFFICER", &["import", "reports", folder]).await;
        assert_eq!(exit, Exit::Rejected, "{err}");
        assert!(out.contains("2 already there") && out.contains("1 rejected"), "{out}");
        let (exit, out, _) = run(&world, "DATA_OFFICER", &["import", "reports", folder, "--output", "json"]).await;
        assert_eq!(exit, Exit::Rejected);
        let told: serde_json::Value = serde_json::from_str(&out).unwrap();
        assert_eq!((told["files"].as_array().unwrap().len(), told["missing"].as_array().unwrap().len()), (5, 2));

        let (exit, out, _) = run(&world, "HEADTEACHER", &["school", "past-visits", "900001"]).await;
        assert!(exit == Exit::Ok && out.contains("4.88 KiB"), "{out}");
        let saved = world.path("saved.pdf");
        let args = ["school", "past-report", "900001", "--file", saved.to_str().unwrap()];
        let (exit, _, err) = run(&world, "HEADTEACHER", &args).await;
        assert_eq!(exit, Exit::Ok, "{err}");
        assert!(std::fs::read(&saved).unwrap() == one, "the latest");
        let (exit, _, _) = run(&world, "HEADTEACHER", &args).await;
        assert_eq!(exit, Exit::Rejected, "nothing is written over");
        let (exit, _, _) = run(&world, "HEADTEACHER", &["school", "past-report", "900001", "2022-01-01"]).await;
        assert_eq!(exit, Exit::NotFound);
        let (exit, _, _) = run(&world, "CLERK", &["school", "past-report", "900001"]).await;
        assert_eq!(exit, Exit::NotAllowed);
    }
}
