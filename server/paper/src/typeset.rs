//! Typesetting: a template and its data become a PDF.

use std::sync::LazyLock;

use chrono::{DateTime, Datelike as _, Timelike as _, Utc};
use serde::Serialize;
use typst::diag::{FileError, FileResult, SourceDiagnostic};
use typst::foundations::{Bytes, Datetime, Duration, Smart};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Library, LibraryExt as _, World};
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards, Timestamp};

/// Why a document could not be printed.
#[derive(Debug, thiserror::Error)]
pub enum PaperError {
    /// Its data can't be written down.
    #[error("the data of the document can't be written down")]
    Data(#[from] serde_json::Error),
    /// The template does not fit its data, or the document breaks the standard.
    #[error("the document could not be set: {0}")]
    Template(String),
}

/// What is printed on every page: who asked for it, and when.
#[derive(Clone, Debug, Serialize)]
pub struct Printing {
    /// Name of the reader.
    pub reader: String,
    /// The moment, which is also the document's date.
    #[serde(skip)]
    pub at: DateTime<Utc>,
    /// The day in words, `1 September 2024`.
    pub day: String,
}

/// The parts that templates share.
const HOUSE: &str = include_str!("../templates/house.typ");

/// The fonts that come with typst: none of the machine's is used.
struct Fonts {
    book: LazyHash<FontBook>,
    fonts: Vec<Font>,
}

static FONTS: LazyLock<Fonts> = LazyLock::new(|| {
    let fonts: Vec<Font> = typst_assets::fonts()
        .flat_map(|data| Font::iter(Bytes::new(data)))
        .collect();
    Fonts {
        book: LazyHash::new(FontBook::from_fonts(&fonts)),
        fonts,
    }
});

static LIBRARY: LazyLock<LazyHash<Library>> = LazyLock::new(|| LazyHash::new(Library::default()));

/// All that a template can see.
struct Sheet {
    main: Source,
    house: Source,
    data: (FileId, Bytes),
}

/// Sets a template with its data, as PDF/UA-1.
pub(crate) fn pdf(
    template: &str,
    data: &impl Serialize,
    printing: &Printing,
) -> Result<Vec<u8>, PaperError> {
    let data = Bytes::new(serde_json::to_vec(data)?);
    let sheet = Sheet {
        main: Source::new(file("main.typ")?, template.to_owned()),
        house: Source::new(file("house.typ")?, HOUSE.to_owned()),
        data: (file("data.json")?, data),
    };
    let document: PagedDocument = typst::compile(&sheet)
        .output
        .map_err(|faults| told(&faults))?;
    let standards = PdfStandards::new(&[PdfStandard::Ua_1])
        .map_err(|fault| PaperError::Template(fault.message().to_string()))?;
    let options = PdfOptions {
        creator: Smart::Custom(Some("llpr".into())),
        timestamp: moment(printing.at),
        standards,
        ..PdfOptions::default()
    };
    let printed = typst_pdf::pdf(&document, &options).map_err(|faults| told(&faults));
    // Typst remembers what it has set, for editors that set it again; a server does not.
    typst::comemo::evict(0);
    printed
}

fn file(name: &str) -> Result<FileId, PaperError> {
    let path = VirtualPath::new(name).map_err(|fault| PaperError::Template(fault.to_string()))?;
    Ok(RootedPath::new(VirtualRoot::Project, path).intern())
}

fn told(faults: &[SourceDiagnostic]) -> PaperError {
    let faults: Vec<_> = faults
        .iter()
        .map(|fault| {
            let hints = fault.hints.iter().map(|hint| hint.v.as_str());
            std::iter::once(fault.message.as_str())
                .chain(hints)
                .collect::<Vec<_>>()
                .join(". ")
        })
        .collect();
    PaperError::Template(faults.join("; "))
}

fn moment(at: DateTime<Utc>) -> Option<Timestamp> {
    let part = |number: u32| u8::try_from(number).ok();
    let moment = Datetime::from_ymd_hms(
        at.year(),
        part(at.month())?,
        part(at.day())?,
        part(at.hour())?,
        part(at.minute())?,
        part(at.second())?,
    )?;
    Some(Timestamp::new_utc(moment))
}

impl World for Sheet {
    fn library(&self) -> &LazyHash<Library> {
        &LIBRARY
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &FONTS.book
    }

    fn main(&self) -> FileId {
        self.main.id()
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        [&self.main, &self.house]
            .into_iter()
            .find(|source| source.id() == id)
            .cloned()
            .ok_or(FileError::AccessDenied)
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        if id == self.data.0 {
            Ok(self.data.1.clone())
        } else {
            self.source(id)
                .map(|source| Bytes::from_string(source.text().to_owned()))
        }
    }

    fn font(&self, index: usize) -> Option<Font> {
        FONTS.fonts.get(index).cloned()
    }

    /// A document says its date in its data.
    fn today(&self, _: Option<Duration>) -> Option<Datetime> {
        None
    }
}
