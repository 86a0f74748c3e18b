//! What a command works with: streams, global options, server and session.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use llpr_client::{Client, Session};

use crate::Globals;
use crate::credentials::{self, Credentials, FileTokens};
use crate::exit::Failure;
use crate::io::Io;
use crate::output::{Format, plain};

/// Where a server listens unless somebody says otherwise.
const DEFAULT_SERVER: &str = "http://127.0.0.1:50051";

pub(crate) struct Context {
    pub(crate) io: Io,
    pub(crate) format: Format,
    pub(crate) quiet: bool,
    server: Option<String>,
    credentials: Option<PathBuf>,
    token_file: Option<PathBuf>,
}

impl Context {
    pub(crate) fn new(io: Io, globals: Globals) -> Self {
        let Globals {
            server,
            output,
            credentials,
            token_file,
            quiet,
        } = globals;
        Self {
            io,
            format: output,
            quiet,
            // A variable that is set to nothing is as good as none.
            server: server
                .map(|server| server.trim_end_matches('/').to_owned())
                .filter(|server| !server.is_empty()),
            credentials: credentials.filter(|path| !path.as_os_str().is_empty()),
            token_file: token_file.filter(|path| !path.as_os_str().is_empty()),
        }
    }

    /// The file that keeps the session.
    pub(crate) fn credentials_path(&self) -> Result<PathBuf, Failure> {
        match &self.credentials {
            Some(path) => Ok(path.clone()),
            None => Ok(credentials::default_path()?),
        }
    }

    /// The address of the server: the one asked for, else the one signed in to, else the default.
    pub(crate) fn server(&self) -> Result<String, Failure> {
        if let Some(server) = &self.server {
            return Ok(server.clone());
        }
        let kept = Credentials::read(&self.credentials_path()?)?;
        Ok(kept.map_or_else(|| DEFAULT_SERVER.to_owned(), |kept| kept.server))
    }

    /// The session at that server: the service account's whose secret was named, or the one that is
    /// kept. It may turn out that nobody is signed in.
    pub(crate) fn session(&self) -> Result<Session, Failure> {
        let server = self.server()?;
        let client = Client::connect(&server)?;
        if let Some(path) = &self.token_file {
            let secret = std::fs::read_to_string(path).map_err(|source| Failure::File {
                path: path.display().to_string(),
                source,
            })?;
            return Ok(Session::of_service_account(client, &secret));
        }
        // Tokens never go to a server other than the one that gave them.
        let store = FileTokens::new(self.credentials_path()?, server);
        Ok(Session::new(client, Arc::new(store)))
    }

    /// Writes a line for people, where the answer is a table. Programs don't get it.
    pub(crate) fn say(&mut self, line: &str) -> Result<(), Failure> {
        if self.format == Format::Table {
            writeln!(self.io.out, "{}", plain(line))?;
        }
        Ok(())
    }

    /// Tells of progress or outcome on the error stream, unless asked to be quiet.
    pub(crate) fn note(&mut self, line: &str) -> Result<(), Failure> {
        if !self.quiet {
            writeln!(self.io.err, "{}", plain(line))?;
        }
        Ok(())
    }

    /// Prose from a file, or from the standard input where the file is `-`; empty where none is
    /// named.
    pub(crate) fn prose(&mut self, path: Option<&Path>) -> Result<String, Failure> {
        let Some(path) = path else {
            return Ok(String::new());
        };
        let mut text = String::new();
        if path.as_os_str() == "-" {
            std::io::Read::read_to_string(&mut self.io.input, &mut text)?;
        } else {
            text = std::fs::read_to_string(path).map_err(|source| Failure::File {
                path: path.display().to_string(),
                source,
            })?;
        }
        Ok(text.trim().to_owned())
    }

    /// A secret: the first line of the standard input, or what a person types unseen.
    pub(crate) fn secret(&mut self, from_input: bool, prompt: &str) -> Result<String, Failure> {
        let secret = if from_input {
            let mut line = String::new();
            std::io::BufRead::read_line(&mut self.io.input, &mut line)?;
            line.trim_end_matches(['\n', '\r']).to_owned()
        } else if self.io.input_is_terminal {
            self.io.out.flush()?;
            rpassword::prompt_password(format!("{prompt}: "))?
        } else {
            return Err(Failure::Usage(
                "There is no terminal to ask for the password. Pipe it in with --password-stdin."
                    .into(),
            ));
        };
        if secret.is_empty() {
            return Err(Failure::Usage("The password is empty.".into()));
        }
        Ok(secret)
    }

    /// The secret of a link that a person pastes unseen, or that is the first line of the standard
    /// input: the whole address, or what stands behind `secret=`.
    pub(crate) fn link_secret(&mut self) -> Result<String, Failure> {
        let link = self.secret(!self.io.input_is_terminal, "The link")?;
        let secret = link
            .rsplit_once("secret=")
            .map_or(link.as_str(), |(_, secret)| secret);
        Ok(secret.trim().to_owned())
    }

    /// A new secret; a person types it twice.
    pub(crate) fn new_secret(&mut self, from_input: bool, prompt: &str) -> Result<String, Failure> {
        let secret = self.secret(from_input, prompt)?;
        if !from_input && self.secret(false, "The same again")? != secret {
            return Err(Failure::Usage("The two passwords differ.".into()));
        }
        Ok(secret)
    }

    /// A line that a person types.
    pub(crate) fn ask(&mut self, prompt: &str, flag: &str) -> Result<String, Failure> {
        if !self.io.input_is_terminal {
            return Err(Failure::Usage(format!(
                "There is no terminal to ask for it: give {flag}."
            )));
        }
        write!(self.io.err, "{prompt}: ")?;
        self.io.err.flush()?;
        let mut line = String::new();
        std::io::BufRead::read_line(&mut self.io.input, &mut line)?;
        match line.trim() {
            "" => Err(Failure::Usage(format!("{flag} is empty."))),
            line => Ok(line.to_owned()),
        }
    }
}
