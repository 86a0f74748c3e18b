//! Documents that the server sends: into a file that is not there yet, or on to another program.

use std::fs::File;
use std::io::{IsTerminal as _, Write as _};
use std::path::{Path, PathBuf};

use crate::context::Context;
use crate::exit::Failure;

/// Whether a document goes to the standard output, asked for as `--file -`.
///
/// # Errors
/// Where that is a terminal, for which a document is nothing.
pub(crate) fn to_output(file: Option<&Path>) -> Result<bool, Failure> {
    let asked = file.is_some_and(|file| file.as_os_str() == "-");
    if asked && std::io::stdout().is_terminal() {
        return Err(Failure::Usage(
            "A document is nothing for a terminal: give --file a name, or send the output on."
                .into(),
        ));
    }
    Ok(asked)
}

/// Writes a document to a file, by the name that the server gives it where none is chosen.
///
/// # Errors
/// Where there is such a file already, or it can't be written.
pub(crate) fn save(
    context: &mut Context,
    file: Option<PathBuf>,
    name: &str,
    bytes: &[u8],
    remark: &str,
) -> Result<(), Failure> {
    // Whatever a server says, nothing is written outside this folder unasked.
    let name = Path::new(name).file_name().unwrap_or("document".as_ref());
    let path = file.unwrap_or_else(|| PathBuf::from(name));
    let written = File::create_new(&path).and_then(|mut file| {
        file.write_all(bytes)?;
        file.sync_all()
    });
    let shown = path.display().to_string();
    written.map_err(|source| Failure::File {
        path: shown.clone(),
        source,
    })?;
    let size = bytes.len().div_ceil(1024);
    context.note(&format!("{shown}: {size} KiB. {remark}"))
}
