//! Every way in which a file or its header can be wrong, with the exact words.

use std::fmt::Write as _;

use llpr_client::{Error, Upload};
use llpr_proto::v1::*;
use llpr_tests::{Actor, county, figures, on_both_engines, register};

const GIAS: &str = "URN,LA (code),EstablishmentName,TypeOfEstablishment (name),EstablishmentStatus (name),PhaseOfEducation (name)\r\n";

fn ks2(lines: &[&str]) -> Vec<u8> {
    let mut text = String::from(
        "RECTYPE,LEA,ESTAB,URN,SCHNAME,TOTPUPS,TPUPYEAR,TELIG,PTRWM_EXP,PTRWM_EXP_18,TELIG_18\r\n",
    );
    for line in lines {
        text.push_str(line);
        text.push_str("\r\n");
    }
    text.into_bytes()
}

/// Each wrong file: what it is, how it is announced, what is in it.
fn files() -> Vec<(&'static str, Upload, Vec<u8>)> {
    let gias = || register("gias-establishments", "extract.csv");
    let results = |year: &str| figures("ks2", "results.csv", year, Release::Final);
    let register_file = county().files[0].content.clone();
    vec![
        ("unknown data set", register("ks3", "x.csv"), b"x".to_vec()),
        (
            "no year",
            figures("ks2", "x.csv", "", Release::Final),
            ks2(&[]),
        ),
        (
            "not a year",
            figures("ks2", "x.csv", "2014/2016", Release::Final),
            ks2(&[]),
        ),
        (
            "a year to come",
            figures("ks2", "x.csv", "2090/91", Release::Final),
            ks2(&[]),
        ),
        (
            "a year before our time",
            figures("ks2", "x.csv", "1914/15", Release::Final),
            ks2(&[]),
        ),
        (
            "no release",
            figures("ks2", "x.csv", "2018/19", Release::Unspecified),
            ks2(&[]),
        ),
        (
            "a year where there is none",
            figures("districts", "x.csv", "2018/19", Release::Unspecified),
            b"x".to_vec(),
        ),
        ("an empty file", gias(), Vec::new()),
        (
            "an error page",
            gias(),
            b"{\"code\":\"error.notFound.extract.callback\"}".to_vec(),
        ),
        (
            "a web page",
            gias(),
            b"<!DOCTYPE html><html>404</html>".to_vec(),
        ),
        ("a spreadsheet", gias(), b"PK\x03\x04rest".to_vec()),
        ("another file", results("2018/19"), register_file),
        (
            "a missing column",
            gias(),
            b"URN,EstablishmentName\r\n900001,X\r\n".to_vec(),
        ),
        (
            "an open quote",
            gias(),
            format!("{GIAS}900001,990,\"Open,Community school,Open,Primary\r\n").into_bytes(),
        ),
        (
            "an unknown marker",
            results("2018/19"),
            ks2(&["1,990,2001,900001,Example,100,30,30,HUSH,,"]),
        ),
        (
            "a percentage beyond 100",
            results("2018/19"),
            ks2(&["1,990,2001,900001,Example,100,30,30,163%,,"]),
        ),
        (
            "not a URN",
            results("2018/19"),
            ks2(&["1,990,2001,12,Example,100,30,30,63%,,"]),
        ),
        (
            "a contradicting duplicate",
            results("2018/19"),
            ks2(&[
                "1,990,2001,900001,Example,100,30,30,63%,,",
                "1,990,2001,900001,Example,100,30,30,64%,,",
            ]),
        ),
        (
            "a year that contradicts the columns",
            results("2016/17"),
            ks2(&["1,990,2001,900001,Example,100,30,30,63%,,"]),
        ),
        (
            "bytes of no encoding",
            gias(),
            [
                GIAS.as_bytes(),
                b"900001,990,Bad \x81 byte,Community school,Open,Primary\r\n",
            ]
            .concat(),
        ),
        ("only a header", gias(), GIAS.as_bytes().to_vec()),
    ]
}

async fn told(officer: &Actor, upload: Upload, content: Vec<u8>) -> String {
    match officer.upload(upload, content).await {
        Err(error) => {
            let reason = error.reason().map_or("none", |reason| reason.as_str_name());
            let mut text = format!("  refused {reason}: {}\n", error.message());
            for violation in error.violations() {
                writeln!(text, "    {}: {}", violation.field, violation.description).unwrap();
            }
            text
        }
        Ok(import) => {
            let mut text = format!("  {}\n", import.state().as_str_name());
            for issue in officer.issues(&import.name).await {
                let line = issue
                    .line
                    .map_or(String::new(), |line| format!(" line {line}"));
                let column = if issue.column.is_empty() {
                    String::new()
                } else {
                    format!(" column {}", issue.column)
                };
                let value = if issue.value.is_empty() {
                    String::new()
                } else {
                    format!(" value {:?}", issue.value)
                };
                writeln!(
                    text,
                    "    {}{line}{column}{value}: {}",
                    issue.code, issue.message
                )
                .unwrap();
            }
            text
        }
    }
}

on_both_engines! {
    County async fn every_wrong_file_is_told_what_is_wrong(world) {
        let officer = world.actor("DATA_OFFICER").await;
        let this_year = llpr_domain::year::AcademicYear::of_date(world.clock.today()).unwrap().to_string();
        let mut text = String::new();
        for (what, upload, content) in files() {
            let answer = told(&officer, upload, content).await;
            assert!(!answer.contains("IMPORT_STATE_STAGED"), "{what} was taken: {answer}");
            writeln!(text, "{what}\n{}", answer.replace(&this_year, "THIS YEAR")).unwrap();
        }
        crate::golden("bad-input.txt", &text);
        let school = officer.session.schools().get_school(GetSchoolRequest { name: "schools/900001".into() }).await;
        assert_ne!(school.unwrap().into_inner().school.unwrap().display_name, "Open", "the data is as it was");
    }

    County async fn windows_1252_is_read_and_noted(world) {
        let officer = world.actor("DATA_OFFICER").await;
        let content = [GIAS.as_bytes(), b"900001,990,St Mary\x92s Caf\xe9,Community school,Open,Primary\r\n"].concat();
        let import = officer.load(Upload { accept_missing: true, ..register("gias-establishments", "x.csv") }, content).await;
        assert_eq!(import.encoding, "Windows-1252");
        assert_eq!(officer.issues(&import.name).await[0].code, "ENCODING_FALLBACK");
        let school = officer.session.schools().get_school(GetSchoolRequest { name: "schools/900001".into() }).await;
        assert_eq!(school.unwrap().into_inner().school.unwrap().display_name, "St Mary\u{2019}s Caf\u{e9}");
    }

    County async fn a_wrong_size_or_hash_keeps_nothing(world) {
        use upload_import_request::Content;
        let officer = world.actor("DATA_OFFICER").await;
        let content = GIAS.as_bytes().to_vec();
        let size = i64::try_from(content.len()).unwrap();
        let header = |size_bytes: i64| UploadImportHeader {
            dataset: "datasets/gias-establishments".into(), file_name: "x.csv".into(), size_bytes, sha256: "0".repeat(64),
            ..UploadImportHeader::default()
        };
        let imports = async || {
            let list = officer.session.imports().list_imports(ListImportsRequest::default()).await;
            list.unwrap().into_inner().total_size
        };
        let before = imports().await;
        let messages = |header: UploadImportHeader| {
            [Content::Header(header), Content::Chunk(content.clone())].map(|content| UploadImportRequest { content: Some(content) })
        };
        for wrong in [size - 1, size + 1] {
            let stream = tokio_stream::iter(messages(header(wrong)));
            let status = officer.session.imports().upload_import(stream).await.expect_err("another size");
            assert_eq!(Error::from(status).reason(), Some(ErrorReason::UploadMalformed));
        }
        while imports().await != before {
            tokio::task::yield_now().await;
        }
        let stream = tokio_stream::iter(messages(header(size)));
        let import = officer.session.imports().upload_import(stream).await.unwrap().into_inner().import.unwrap();
        assert_eq!(import.state(), ImportState::Rejected);
        assert!(officer.issues(&import.name).await.iter().any(|issue| issue.code == "HASH_MISMATCH"));
    }

    Empty async fn a_file_over_the_limit_is_refused_at_its_header(world) {
        world.restart_with(|config| config.import.max_bytes = 10).await;
        let officer = world.actor("DATA_OFFICER").await;
        let error = officer.upload(register("gias-establishments", "x.csv"), GIAS).await.expect_err("too large");
        assert_eq!(error.reason(), Some(ErrorReason::UploadTooLarge));
    }
}
