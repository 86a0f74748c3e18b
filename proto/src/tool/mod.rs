//! What `llpr-proto` prints: the contract in words, generated from the descriptor image.
//!
//! [`contract`] gives descriptors their comments, [`reference`], [`errors`] and [`matrix`] each
//! write one document, and [`documents`] is all of them.

mod constraints;
mod contract;
mod errors;
mod markdown;
mod matrix;
mod reference;
mod roles;

use std::path::{Path, PathBuf};
use std::{fs, io};

pub use contract::Contract;

/// A generated file.
#[derive(Debug)]
pub struct Document {
    /// File name, such as `reference.md`.
    pub name: &'static str,
    /// The whole text.
    pub text: String,
}

/// Why the contract can't be put into words.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The descriptor image is broken: a fault of the build.
    #[error("the descriptor image can't be read")]
    Image(#[source] prost_reflect::DescriptorError),
    /// A comment is not of the form that the documents need.
    #[error("{element}: {complaint}")]
    Comment {
        /// Full name of the element with the comment.
        element: String,
        /// What is wrong and what to write instead.
        complaint: String,
    },
    /// A file can't be read or written.
    #[error("{path} can't be read or written")]
    File {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
}

/// Every generated document.
pub fn documents() -> Result<Vec<Document>, Error> {
    let contract = Contract::read()?;
    Ok(vec![
        Document {
            name: "reference.md",
            text: reference::write(&contract)?,
        },
        Document {
            name: "errors.md",
            text: errors::write(&contract)?,
        },
        Document {
            name: "access.md",
            text: matrix::write(&contract),
        },
    ])
}

/// Only the table of methods and roles, as in `access.md`.
pub fn matrix() -> Result<String, Error> {
    Ok(matrix::write(&Contract::read()?))
}

/// Writes the documents into a folder, which is made if it is missing.
pub fn write(folder: &Path, documents: &[Document]) -> Result<(), Error> {
    fs::create_dir_all(folder).map_err(|source| Error::File {
        path: folder.to_owned(),
        source,
    })?;
    for document in documents {
        let path = folder.join(document.name);
        fs::write(&path, &document.text).map_err(|source| Error::File { path, source })?;
    }
    Ok(())
}

/// The files of a folder that differ from the documents or are missing.
pub fn differing(folder: &Path, documents: &[Document]) -> Result<Vec<PathBuf>, Error> {
    let mut differing = Vec::new();
    for document in documents {
        let path = folder.join(document.name);
        match fs::read_to_string(&path) {
            Ok(text) if text == document.text => {}
            Ok(_) => differing.push(path),
            Err(error) if error.kind() == io::ErrorKind::NotFound => differing.push(path),
            Err(source) => return Err(Error::File { path, source }),
        }
    }
    Ok(differing)
}
