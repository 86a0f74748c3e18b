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

/// Runs a command as the first person of a role; what it says, and how it ends.
pub(crate) async fn run(world: &World, role: &str, args: &[&str]) -> (Exit, String, String) {
    let credentials = world.path(role);
    let credentials = credentials.to_str().unwrap();
    let endpoint = world.endpoint();
    let globals = ["llpr", "--server", &endpoint, "--credentials", credentials];
    let call = async |args: &[&str], input: String| {
        let (out, err) = (Buffer::default(), Buffer::default());
        let io = Io::piped(Cursor::new(input), out.clone(), err.clone());
        let exit = llpr_cli::run(globals.iter().chain(args), io).await;
        (exit, out.text(), err.text())
    };
    if !std::path::Path::new(credentials).exists() {
        let email = first(role).email.as_str();
        let (exit, _, err) = call(
            &["login", "--email", email, "--password-stdin"],
            format!("{PASSWORD}\n"),
        )
        .await;
        assert_eq!(exit, Exit::Ok, "{err}");
    }
    call(args, String::new()).await
}
