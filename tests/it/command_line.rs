//! The command line, run in this process as somebody would at a prompt.

use std::io::{Cursor, Write};
use std::sync::{Arc, Mutex};

use llpr_cli::{Exit, Io};
use llpr_tests::{PASSWORD, World, first};

#[derive(Clone, Default)]
struct Buffer(Arc<Mutex<Vec<u8>>>);

impl Write for Buffer {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl Buffer {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

/// Runs a command with a file for the session and a standard input; what it says, and how it ends.
pub(crate) async fn call(
    world: &World,
    credentials: &str,
    args: &[&str],
    input: String,
) -> (Exit, String, String) {
    let credentials = world.path(credentials);
    let endpoint = world.endpoint();
    let globals = [
        "llpr",
        "--server",
        &endpoint,
        "--credentials",
        credentials.to_str().unwrap(),
    ];
    let (out, err) = (Buffer::default(), Buffer::default());
    let io = Io::piped(Cursor::new(input), out.clone(), err.clone());
    let exit = llpr_cli::run(globals.iter().chain(args), io).await;
    (exit, out.text(), err.text())
}

/// Runs a command as the first person of a role.
pub(crate) async fn run(world: &World, role: &str, args: &[&str]) -> (Exit, String, String) {
    if !world.path(role).exists() {
        let login = ["login", "--email", &first(role).email, "--password-stdin"];
        let (exit, _, err) = call(world, role, &login, format!("{PASSWORD}\n")).await;
        assert_eq!(exit, Exit::Ok, "{err}");
    }
    call(world, role, args, String::new()).await
}
