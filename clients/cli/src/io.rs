//! The streams that a command reads and writes, so that tests can bring their own.

use std::io::{self, BufRead, BufReader, BufWriter, IsTerminal, Write};

/// Where a command reads and writes, and what of it is a terminal.
pub struct Io {
    /// The answer.
    pub out: Box<dyn Write + Send>,
    /// Progress, notes and errors.
    pub err: Box<dyn Write + Send>,
    /// What is piped in.
    pub input: Box<dyn BufRead + Send>,
    /// Whether a person reads `out`: then tables fit its width and have bold headings.
    pub out_is_terminal: bool,
    /// Whether a person reads `err`: then progress is a moving bar.
    pub err_is_terminal: bool,
    /// Whether a person can be asked.
    pub input_is_terminal: bool,
    /// Width of the terminal behind `out` in characters.
    pub width: Option<u16>,
}

impl Io {
    /// The standard streams of this process.
    pub fn system() -> Self {
        Self {
            out: Box::new(BufWriter::new(io::stdout())),
            err: Box::new(io::stderr()),
            input: Box::new(BufReader::new(io::stdin())),
            out_is_terminal: io::stdout().is_terminal(),
            err_is_terminal: io::stderr().is_terminal(),
            input_is_terminal: io::stdin().is_terminal(),
            width: comfy_table::Table::new().width(),
        }
    }

    /// Streams of a script: no terminal anywhere.
    pub fn piped(
        input: impl BufRead + Send + 'static,
        out: impl Write + Send + 'static,
        err: impl Write + Send + 'static,
    ) -> Self {
        Self {
            out: Box::new(out),
            err: Box::new(err),
            input: Box::new(input),
            out_is_terminal: false,
            err_is_terminal: false,
            input_is_terminal: false,
            width: None,
        }
    }
}
