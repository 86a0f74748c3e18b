//! Staged, applied, discarded, taken back.

use llpr_client::{Error, request_id};
use llpr_proto::v1::*;
use llpr_tests::{Actor, county, figures, on_both_engines, register};

fn latest_ks2() -> (&'static str, Vec<u8>) {
    let file = county()
        .files
        .iter()
        .rfind(|file| file.dataset == "ks2")
        .unwrap();
    (&file.file_name, file.content.clone())
}

async fn rwm(actor: &Actor, urn: u32) -> Option<f64> {
    let request = ListSchoolFiguresRequest {
        parent: format!("schools/{urn}"),
        measures: vec!["measures/ks2-rwm-expected".into()],
        groups: vec![PupilGroup::All.into()],
        academic_year: "2024/25".into(),
        ..ListSchoolFiguresRequest::default()
    };
    let figures = actor
        .session
        .performance()
        .list_school_figures(request)
        .await
        .unwrap()
        .into_inner()
        .figures;
    figures.first().and_then(|figure| figure.value)
}

/// The latest file with another value for the first school.
fn changed_ks2(urn: &str, value: &str) -> Vec<u8> {
    let (_, content) = latest_ks2();
    let text = String::from_utf8(content).unwrap();
    let header: Vec<&str> = text
        .trim_start_matches('\u{feff}')
        .lines()
        .next()
        .unwrap()
        .split(',')
        .collect();
    let (urn_at, value_at) = (
        header.iter().position(|c| *c == "URN").unwrap(),
        header.iter().position(|c| *c == "PTRWM_EXP").unwrap(),
    );
    let lines = text.split("\r\n").map(|line| {
        let mut cells: Vec<String> = line.split(',').map(str::to_owned).collect();
        if cells.get(urn_at).is_some_and(|cell| cell == urn) && !line.contains('"') {
            value.clone_into(&mut cells[value_at]);
        }
        cells.join(",")
    });
    lines.collect::<Vec<_>>().join("\r\n").into_bytes()
}

on_both_engines! {
    County async fn the_same_file_again_changes_nothing(world) {
        let officer = world.actor("DATA_OFFICER").await;
        for file in &county().files {
            let release = file.release.map_or(Release::Unspecified, |r| Release::from_str_name(&format!("RELEASE_{}", r.to_uppercase())).unwrap());
            let upload = figures(file.dataset, &file.file_name, file.year.unwrap_or_default(), release);
            let import = officer.load(upload, file.content.clone()).await;
            assert_eq!((import.added_count, import.changed_count, import.missing_count), (0, 0, 0), "{}", file.file_name);
            assert!(import.unchanged_count > 0);
        }
        let import = officer.session.performance().list_school_figures(ListSchoolFiguresRequest {
            parent: "schools/900001".into(), ..ListSchoolFiguresRequest::default()
        }).await.unwrap().into_inner().figures.remove(0).import;
        let first = officer.session.imports().get_import(GetImportRequest { name: import }).await.unwrap().into_inner().import.unwrap();
        assert!(first.added_count > 0, "the figures are still those of the first import");
    }

    County async fn a_staged_file_is_seen_by_nobody_until_it_is_applied_and_can_be_taken_back(world) {
        let officer = world.actor("DATA_OFFICER").await;
        let before = rwm(&officer, 900_001).await.expect("a figure");
        let (name, _) = latest_ks2();
        let content = changed_ks2("900001", "1%");
        let upload = figures("ks2", name, "2024/25", Release::Final);
        let staged = officer.upload(upload, content).await.unwrap();
        assert_eq!(staged.state(), ImportState::Staged, "{:?}", officer.issues(&staged.name).await);
        assert_eq!((staged.added_count, staged.changed_count), (0, 1));
        assert_eq!(rwm(&officer, 900_001).await, Some(before));
        let diff = officer.session.imports().get_import_diff(GetImportDiffRequest { name: staged.name.clone(), ..GetImportDiffRequest::default() }).await;
        let changes = diff.unwrap().into_inner().changes;
        assert_eq!(changes.len(), 1);
        assert_eq!((changes[0].subject.as_str(), changes[0].field.as_str()), ("schools/900001", "ks2-rwm-expected all"));
        assert!(changes[0].after.starts_with("1 % of"), "{}", changes[0].after);
        let apply = ApplyImportRequest { name: staged.name.clone(), etag: staged.etag.clone(), request_id: request_id(), validate_only: false };
        let checked = officer.session.imports().apply_import(ApplyImportRequest { validate_only: true, ..apply.clone() }).await;
        assert_eq!(checked.unwrap().into_inner().import.unwrap().state(), ImportState::Staged);
        officer.session.imports().apply_import(apply.clone()).await.expect("applied");
        let again = officer.session.imports().apply_import(apply).await.expect("the same outcome").into_inner().import.unwrap();
        assert_eq!(again.state(), ImportState::Applied);
        assert_eq!(rwm(&officer, 900_001).await, Some(1.0));
        let revert = RevertImportRequest { name: staged.name, request_id: request_id(), ..RevertImportRequest::default() };
        officer.session.imports().revert_import(revert).await.expect("taken back");
        assert_eq!(rwm(&officer, 900_001).await, Some(before));
    }

    County async fn a_register_import_is_taken_back_whole(world) {
        let officer = world.actor("DATA_OFFICER").await;
        let get = async || {
            let request = GetSchoolRequest { name: "schools/900001".into() };
            officer.session.schools().get_school(request).await.unwrap().into_inner().school.unwrap()
        };
        let before = get().await;
        let row = "URN,LA (code),EstablishmentName,TypeOfEstablishment (name),EstablishmentStatus (name),PhaseOfEducation (name)\r\n\
            900001,990,Renamed School,Community school,Open,Primary\r\n";
        let import = officer.load(llpr_client::Upload { accept_missing: true, ..register("gias-establishments", "few.csv") }, row).await;
        assert_eq!((import.added_count, import.changed_count), (0, 1));
        let after = get().await;
        assert_eq!(after.display_name, "Renamed School");
        assert_eq!((&after.postcode, after.pupils), (&before.postcode, before.pupils), "columns that the file lacks stay");
        let revert = RevertImportRequest { name: import.name, ..RevertImportRequest::default() };
        officer.session.imports().revert_import(revert).await.expect("taken back");
        assert_eq!(get().await, before);
    }

    County async fn a_file_that_lacks_most_schools_is_refused_unless_that_is_meant(world) {
        let officer = world.actor("DATA_OFFICER").await;
        let row = "URN,LA (code),EstablishmentName,TypeOfEstablishment (name),EstablishmentStatus (name),PhaseOfEducation (name)\r\n\
            900001,990,Renamed School,Community school,Open,Primary\r\n";
        let import = officer.upload(register("gias-establishments", "few.csv"), row).await.unwrap();
        assert_eq!(import.state(), ImportState::Rejected);
        let issues = officer.issues(&import.name).await;
        assert_eq!(issues[0].code, "FEWER_SCHOOLS");
        let status = officer.session.imports().apply_import(ApplyImportRequest { name: import.name.clone(), ..ApplyImportRequest::default() }).await;
        assert_eq!(Error::from(status.expect_err("rejected")).reason(), Some(ErrorReason::ImportRejected));
        let discard = DiscardImportRequest { name: import.name, ..DiscardImportRequest::default() };
        officer.session.imports().discard_import(discard).await.expect("discarded");
    }

    County async fn two_staged_files_do_not_overwrite_each_other_unseen(world) {
        let officer = world.actor("DATA_OFFICER").await;
        let (name, _) = latest_ks2();
        let upload = || figures("ks2", name, "2024/25", Release::Final);
        let one = officer.upload(upload(), changed_ks2("900001", "1%")).await.unwrap();
        officer.load(upload(), changed_ks2("900001", "2%")).await;
        let apply = ApplyImportRequest { name: one.name, ..ApplyImportRequest::default() };
        let status = officer.session.imports().apply_import(apply).await.expect_err("outdated");
        assert_eq!(Error::from(status).reason(), Some(ErrorReason::ImportOutdated));
    }

    County async fn a_client_that_goes_away_leaves_nothing(world) {
        use import_service_client::ImportServiceClient;
        use upload_import_request::Content;
        let officer = world.actor("DATA_OFFICER").await;
        let (name, content) = latest_ks2();
        let imports = async || officer.session.imports().list_imports(ListImportsRequest::default()).await.unwrap().into_inner().total_size;
        let before = imports().await;
        let header = UploadImportHeader {
            dataset: "datasets/ks2".into(), academic_year: "2024/25".into(), release: Release::Final.into(), file_name: name.into(),
            size_bytes: i64::try_from(content.len()).unwrap(), sha256: "0".repeat(64), ..UploadImportHeader::default()
        };
        let (send, receive) = tokio::sync::mpsc::channel(4);
        let stream = tokio_stream::wrappers::ReceiverStream::new(receive);
        let mut client = ImportServiceClient::new(officer.session.channel());
        let call = tokio::spawn(async move { client.upload_import(stream).await });
        send.send(UploadImportRequest { content: Some(Content::Header(header)) }).await.unwrap();
        send.send(UploadImportRequest { content: Some(Content::Chunk(content[..content.len() / 2].to_vec())) }).await.unwrap();
        while imports().await == before {
            tokio::task::yield_now().await;
        }
        call.abort();
        drop(send);
        while imports().await != before {
            tokio::task::yield_now().await;
        }
        // The same file then goes through.
        let import = officer.load(figures("ks2", name, "2024/25", Release::Revised), content).await;
        assert_eq!(import.changed_count, 0);
    }
}
