//! Third-party clients, generated from the descriptor image by the ordinary tools of their language.

use std::process::Command;

use llpr_tests::{PASSWORD, World, first, on_both_engines};

fn setting(name: &str) -> String {
    std::env::var(name)
        .unwrap_or_else(|_| panic!("{name} is not set: start the tests with tests/run"))
}

async fn schools(world: &World, mut command: Command) -> Vec<serde_json::Value> {
    let server = world.server().address().to_string();
    command
        .args(["--server", &server, "--email", &first("SIM").email])
        .env("LLPR_PASSWORD", PASSWORD);
    let output = tokio::task::spawn_blocking(move || command.output())
        .await
        .unwrap()
        .expect("the client runs");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&output.stdout)))
}

on_both_engines! {
    County async fn a_python_client_lists_schools(world) {
        let mut command = Command::new(setting("LLPR_TEST_PYTHON"));
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../clients/examples/python/list_schools.py");
        command.args([script, "--image", &setting("LLPR_TEST_IMAGE")]);
        let listed = schools(&world, command).await;
        assert!(listed.len() > 10, "{listed:?}");
    }

    County async fn a_typescript_client_lists_schools(world) {
        let mut command = Command::new("node");
        command.arg(format!("{}/dist/list-schools.js", setting("LLPR_TEST_TS")));
        let listed = schools(&world, command).await;
        assert!(listed.len() > 10, "{listed:?}");
    }
}
