//! A whole year in one go: cut off, run again, two at once, and files at fault.

use std::path::{Path, PathBuf};

use llpr_cli::Exit;
use llpr_client::Role;
use llpr_proto::v1::*;
use llpr_tests::{Actor, World, command_line, county, on_both_engines};
use serde_json::Value;

use crate::command_line::run;
use crate::service_accounts::{importer, token};

const OFFICER: &str = "DATA_OFFICER";

/// The county's files with their manifest.
fn year(world: &World) -> PathBuf {
    let folder = world.path("marlshire");
    county().write(&folder).unwrap();
    folder.join("manifest.toml")
}

async fn batch(
    world: &World,
    manifest: &Path,
    flags: &[&str],
) -> (Exit, Vec<(String, String)>, String) {
    let mut words = vec![
        "import",
        "batch",
        manifest.to_str().unwrap(),
        "--output",
        "json",
    ];
    words.extend(flags);
    let (exit, out, err) = run(world, OFFICER, &words).await;
    let report: Value = serde_json::from_str(&out).unwrap_or_default();
    let files = report["files"].as_array().cloned().unwrap_or_default();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let outcomes = files
        .iter()
        .map(|file| (text(&file["path"]), text(&file["outcome"])));
    (exit, outcomes.collect(), err)
}

fn with<'a>(outcomes: &'a [(String, String)], outcome: &str) -> Vec<&'a str> {
    let fitting = outcomes.iter().filter(|(_, found)| found == outcome);
    fitting.map(|(path, _)| path.as_str()).collect()
}

async fn applied(officer: &Actor) -> usize {
    let request = ListImportsRequest {
        state: ImportState::Applied.into(),
        ..ListImportsRequest::default()
    };
    let answer = officer
        .session
        .imports()
        .list_imports(request)
        .await
        .unwrap()
        .into_inner();
    usize::try_from(answer.total_size).unwrap()
}

on_both_engines! {
    Empty async fn a_batch_that_was_killed_goes_on_where_it_stopped(world) {
        let officer = world.actor(OFFICER).await;
        let manifest = year(&world);
        let all = county().files.len();
        let (exit, out, _) = run(&world, OFFICER, &["import", "batch", manifest.to_str().unwrap(), "--check"]).await;
        assert_eq!((exit, out.trim()), (Exit::Ok, format!("The manifest is sound; it names {all} files.").as_str()));

        let mut client = tokio::process::Command::new(command_line().await)
            .args(["--server", &world.endpoint(), "--credentials", world.path(OFFICER).to_str().unwrap()])
            .args(["import", "batch", "--quiet"]).arg(&manifest)
            .stdout(std::process::Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        while applied(&officer).await < 3 {
            tokio::task::yield_now().await;
        }
        client.kill().await.unwrap();
        let before = applied(&officer).await;

        let (exit, outcomes, err) = batch(&world, &manifest, &[]).await;
        assert_eq!(exit, Exit::Ok, "{err}");
        let known = with(&outcomes, "already-applied").len();
        // The one that was under way may have been applied after the client was gone.
        assert!(known >= 3 && (before..=before + 1).contains(&known), "{before} {outcomes:?}");
        assert_eq!(with(&outcomes, "applied").len(), all - known, "{outcomes:?}");
        assert_eq!(applied(&officer).await, all, "none was applied twice");
        assert!(err.contains("order of the data sets"), "{err}");
        let loaded: Vec<&str> = outcomes.iter().map(|(path, _)| path.as_str()).collect();
        let position = |name: &str| loaded.iter().position(|path| path.starts_with(name)).unwrap();
        assert!(position("alllinks") < position("2018-2019_990_ks2"), "links come before figures");

        let (exit, outcomes, _) = batch(&world, &manifest, &[]).await;
        assert_eq!((exit, with(&outcomes, "already-applied").len()), (Exit::Ok, all));
        assert_eq!(applied(&officer).await, all, "a run that finds all there leaves no import");
    }

    County async fn a_file_loaded_over_one_of_the_batch_makes_it_load_again(world) {
        let manifest = year(&world);
        let (_, outcomes, _) = batch(&world, &manifest, &[]).await;
        assert_eq!(with(&outcomes, "already-applied").len(), outcomes.len());
        let folder = manifest.parent().unwrap();
        let results = county().files.iter().rfind(|file| file.dataset == "ks2").unwrap();
        let text = String::from_utf8(results.content.clone()).unwrap();
        let other = folder.join("other.csv");
        std::fs::write(&other, text.replace("\"Ashgrove", "\"Ashdown").replace(",62%,", ",61%,")).unwrap();
        let words = ["import", "apply", "ks2", other.to_str().unwrap(), "--year", results.year.unwrap(), "--release", results.release.unwrap()];
        let (exit, _, err) = run(&world, OFFICER, &words).await;
        assert_eq!(exit, Exit::Ok, "{err}");
        let (_, outcomes, _) = batch(&world, &manifest, &["--dry-run"]).await;
        assert_eq!(with(&outcomes, "can-be-applied"), [results.file_name.as_str()]);
        let (_, outcomes, _) = batch(&world, &manifest, &[]).await;
        assert_eq!(with(&outcomes, "applied"), [results.file_name.as_str()]);
    }

    Empty async fn a_dry_run_applies_none_and_a_rejected_file_holds_up_no_other_unless_asked(world) {
        let officer = world.actor(OFFICER).await;
        let manifest = year(&world);
        let (exit, outcomes, err) = batch(&world, &manifest, &["--dry-run"]).await;
        assert_eq!(exit, Exit::Ok, "{err}");
        assert_eq!(with(&outcomes, "can-be-applied").len(), county().files.len());
        assert_eq!(applied(&officer).await, 0);
        let staged = officer.session.imports().list_imports(ListImportsRequest { state: ImportState::Staged.into(), ..ListImportsRequest::default() }).await;
        assert_eq!(staged.unwrap().into_inner().total_size, 0, "nothing is left behind");

        let folder = manifest.parent().unwrap();
        std::fs::write(folder.join("districts.csv"), "<html>Not found</html>").unwrap();
        let (exit, outcomes, err) = batch(&world, &manifest, &["--on-rejected", "stop"]).await;
        assert_eq!(exit, Exit::Rejected);
        assert!(err.contains("1 of"), "{err}");
        assert_eq!(with(&outcomes, "rejected"), ["districts.csv"]);
        assert_eq!(with(&outcomes, "not-tried").len(), outcomes.len() - 2);
        let (exit, outcomes, _) = batch(&world, &manifest, &[]).await;
        assert_eq!(exit, Exit::Rejected);
        assert_eq!(with(&outcomes, "applied").len(), outcomes.len() - 2);
        assert!(with(&outcomes, "not-tried").is_empty());
    }

    Empty async fn two_batches_at_once_do_no_harm_and_a_script_may_be_one(world) {
        let manifest = year(&world);
        let admin = world.actor("ADMINISTRATOR").await;
        let account = importer(&world, &admin).await;
        let (_, secret) = token(&admin, &account).await;
        let file = world.path("import.token");
        std::fs::write(&file, secret).unwrap();
        let words = ["--token-file", file.to_str().unwrap()];
        // One at a prompt, one from a timer.
        let _ = run(&world, OFFICER, &["whoami"]).await;
        let (one, other) = tokio::join!(batch(&world, &manifest, &[]), batch(&world, &manifest, &words));
        assert_eq!((one.0, other.0), (Exit::Ok, Exit::Ok), "{} {}", one.2, other.2);
        let (exit, outcomes, _) = batch(&world, &manifest, &[]).await;
        assert_eq!((exit, with(&outcomes, "already-applied").len()), (Exit::Ok, outcomes.len()));
        assert_eq!(Role::try_from(account.role), Ok(Role::DataOfficer));
        let officer = world.actor(OFFICER).await;
        let imports = officer.session.imports().list_imports(ListImportsRequest::default()).await.unwrap().into_inner().imports;
        let scripts: Vec<_> = imports.iter().filter(|import| import.creator == account.name).collect();
        assert!(!scripts.is_empty() && scripts.iter().all(|import| import.creator_display_name == "Nightly import"));
    }

    County async fn a_manifest_at_fault_names_lines_and_columns_and_touches_nothing(world) {
        let path = world.path("manifest.toml");
        std::fs::write(&path, "[[file]]\ndataset = \"ks2\"\npath = \"none.csv\"\n\n[[file]]\ndatset = \"ks2\"\n").unwrap();
        let manifest = path.to_str().unwrap();
        for flags in [&["--check"][..], &[]] {
            let words: Vec<&str> = ["import", "batch", manifest].into_iter().chain(flags.iter().copied()).collect();
            let (exit, out, err) = run(&world, OFFICER, &words).await;
            assert_eq!((exit, out.as_str()), (Exit::Rejected, ""));
            assert!(err.contains("line 6, column 1: There is no key \"datset\""), "{err}");
            assert!(err.contains("line 5, column 1: This file lacks its path."), "{err}");
        }
        std::fs::write(&path, "[[file]]\ndataset = \"ks2\"\npath = \"none.csv\"\n").unwrap();
        let (exit, _, err) = run(&world, OFFICER, &["import", "batch", manifest]).await;
        assert_eq!(exit, Exit::Rejected);
        assert!(err.contains("does not say its year") && err.contains("can't be read"), "{err}");
        let (exit, out, _) = run(&world, OFFICER, &["import", "template", "batch"]).await;
        assert!(exit == Exit::Ok && out.contains("[[file]]"));
        // Somebody without the right is told so, and not that files are at fault.
        let sound = year(&world);
        let (exit, _, _) = run(&world, "HEADTEACHER", &["import", "batch", sound.to_str().unwrap()]).await;
        assert_eq!(exit, Exit::NotAllowed);
    }
}
