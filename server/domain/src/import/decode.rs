//! From bytes to text: how a file begins, and which encoding its records have.

use super::records::{Lines, Splitter, line_ends};

/// How the text of a file is encoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Encoding {
    /// UTF-8 without a mark (plain ASCII too).
    Utf8,
    /// UTF-8 with a byte order mark.
    Utf8Bom,
    /// Windows-1252, as older downloads have it.
    Windows1252,
    /// None: a workbook.
    Workbook,
}

impl Encoding {
    /// The stored form.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Utf8 => "utf-8",
            Self::Utf8Bom => "utf-8-bom",
            Self::Windows1252 => "windows-1252",
            Self::Workbook => "xlsx",
        }
    }
}

/// What a file that is no CSV file seems to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    ErrorPage,
    Spreadsheet,
    Utf16,
}

/// What is known of the beginning.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Opened {
    Waiting,
    Refused(Refusal),
    /// The first bytes of a zip archive, as a workbook is one.
    Archive(Vec<u8>),
    /// The bytes to read on with.
    Ready(Vec<u8>),
}

/// The first bytes, held back until they tell what the file is.
pub(super) struct Opening {
    held: Vec<u8>,
    bom: bool,
    lines: Lines,
}

const BOM: &[u8] = b"\xEF\xBB\xBF";
/// Longest beginning that must be seen whole.
const NEEDED: usize = 4;

impl Opening {
    pub(super) const fn new() -> Self {
        Self {
            held: Vec::new(),
            bom: false,
            lines: Lines::new(),
        }
    }

    pub(super) fn push(&mut self, bytes: &[u8]) -> Opened {
        self.held.extend_from_slice(bytes);
        self.strip();
        if self.held.len() < NEEDED {
            return Opened::Waiting;
        }
        self.decide()
    }

    /// Decides with what there is; `Waiting` means that the file is empty.
    pub(super) fn finish(&mut self) -> Opened {
        if self.held.is_empty() {
            return Opened::Waiting;
        }
        self.decide()
    }

    pub(super) const fn lines(&self) -> Lines {
        self.lines
    }

    pub(super) const fn encoding(&self) -> Encoding {
        if self.bom {
            Encoding::Utf8Bom
        } else {
            Encoding::Utf8
        }
    }

    /// Takes marks and space off the front; they say nothing.
    fn strip(&mut self) {
        let mut start = 0;
        loop {
            let rest = self.held.get(start..).unwrap_or_default();
            if rest.starts_with(BOM) {
                self.bom = true;
                start += BOM.len();
            } else if rest.first().is_some_and(u8::is_ascii_whitespace) {
                self.lines.pass(rest.get(..1).unwrap_or_default());
                start += 1;
            } else {
                break;
            }
        }
        self.held.drain(..start);
    }

    fn decide(&mut self) -> Opened {
        let refusal = match self.held.as_slice() {
            [b'{' | b'<', ..] => Some(Refusal::ErrorPage),
            [b'P', b'K', 3, ..] => return Opened::Archive(std::mem::take(&mut self.held)),
            // An empty or split zip archive, or an old .xls file.
            [b'P', b'K', 5 | 7, ..] | [0xD0, 0xCF, 0x11, 0xE0, ..] => Some(Refusal::Spreadsheet),
            // With its mark, or without: then every second byte of plain letters is nothing.
            [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] | [0, _, ..] | [_, 0, ..] => Some(Refusal::Utf16),
            _ => None,
        };
        match refusal {
            Some(refusal) => Opened::Refused(refusal),
            None => Opened::Ready(std::mem::take(&mut self.held)),
        }
    }
}

/// The text of one record, reused from record to record.
#[derive(Default)]
pub(super) struct Text {
    letters: String,
    ends: Vec<usize>,
}

impl Text {
    /// How many fields the record has.
    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    /// A field, trimmed; `None` past the end of the record.
    pub(super) fn get(&self, index: usize) -> Option<&str> {
        let end = self.ends.get(index).copied()?;
        let start = match index.checked_sub(1) {
            Some(before) => self.ends.get(before).copied()?,
            None => 0,
        };
        self.letters.get(start..end).map(str::trim)
    }

    /// Takes the fields of a record that is text already.
    pub(super) fn set<'a>(&mut self, fields: impl Iterator<Item = &'a str>) {
        self.clear();
        fields.for_each(|field| self.push(field));
    }

    fn clear(&mut self) {
        self.letters.clear();
        self.ends.clear();
    }

    fn push(&mut self, field: &str) {
        self.letters.push_str(field);
        self.ends.push(self.letters.len());
    }
}

/// Something about the encoding, at a line and a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct At {
    pub(super) line: u64,
    pub(super) field: usize,
}

/// What a record's bytes told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Decoded {
    /// Text in the encoding so far.
    Plain,
    /// The first bytes that are no UTF-8: from here on Windows-1252.
    Fallback(At),
    /// No UTF-8, though the file was UTF-8 before.
    Mixed(At),
    /// Bytes that no encoding of a CSV file has.
    Invalid(At),
}

/// Turns records into text.
pub(super) struct Decoder {
    encoding: Encoding,
    /// Whether letters beyond ASCII were met in UTF-8.
    multibyte: bool,
}

impl Decoder {
    pub(super) const fn new(encoding: Encoding) -> Self {
        Self {
            encoding,
            multibyte: false,
        }
    }

    pub(super) const fn encoding(&self) -> Encoding {
        self.encoding
    }

    /// Decodes the current record into `text`.
    pub(super) fn decode(&mut self, record: &Splitter, text: &mut Text) -> Decoded {
        text.clear();
        let mut decoded = Decoded::Plain;
        let mut line = record.record_line();
        for (field, bytes) in record.fields().enumerate() {
            let at = |offset: usize| At {
                line: line + line_ends(bytes.get(..offset).unwrap_or_default()),
                field,
            };
            if let Some(offset) = bytes.iter().position(|byte| *byte == 0) {
                return Decoded::Invalid(at(offset));
            }
            if self.encoding != Encoding::Windows1252 {
                match std::str::from_utf8(bytes) {
                    Ok(letters) => {
                        self.multibyte |= !letters.is_ascii();
                        text.push(letters);
                        line += line_ends(bytes);
                        continue;
                    }
                    Err(error) if self.multibyte || self.encoding == Encoding::Utf8Bom => {
                        return Decoded::Mixed(at(error.valid_up_to()));
                    }
                    Err(error) => {
                        self.encoding = Encoding::Windows1252;
                        decoded = Decoded::Fallback(at(error.valid_up_to()));
                    }
                }
            }
            // The five bytes that Windows-1252 leaves undefined.
            let undefined = |byte: &u8| matches!(byte, 0x81 | 0x8D | 0x8F | 0x90 | 0x9D);
            if let Some(offset) = bytes.iter().position(undefined) {
                return Decoded::Invalid(at(offset));
            }
            let (letters, _) = encoding_rs::WINDOWS_1252.decode_without_bom_handling(bytes);
            text.push(&letters);
            line += line_ends(bytes);
        }
        decoded
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn opened(bytes: &[u8]) -> Opened {
        let mut opening = Opening::new();
        match opening.push(bytes) {
            Opened::Waiting => opening.finish(),
            known => known,
        }
    }

    #[test]
    fn a_file_that_is_no_csv_is_known_by_its_beginning() {
        assert_eq!(opened(b"{\"code\":1}"), Opened::Refused(Refusal::ErrorPage));
        assert_eq!(
            opened(b"\xEF\xBB\xBF \r\n<!DOCTYPE"),
            Opened::Refused(Refusal::ErrorPage)
        );
        assert_eq!(opened(b"<"), Opened::Refused(Refusal::ErrorPage));
        assert_eq!(
            opened(b"PK\x03\x04x"),
            Opened::Archive(b"PK\x03\x04x".to_vec())
        );
        assert_eq!(opened(b"\xFF\xFEU\0"), Opened::Refused(Refusal::Utf16));
        assert_eq!(opened(b"U\0R\0"), Opened::Refused(Refusal::Utf16));
        assert_eq!(opened(b"PKA,B"), Opened::Ready(b"PKA,B".to_vec()));
        assert_eq!(opened(b" \n"), Opened::Waiting);
    }

    #[test]
    fn marks_and_space_come_off() {
        let mut opening = Opening::new();
        for byte in b"\xEF\xBB\xBF\r\n URN" {
            if opening.push(&[*byte]) != Opened::Waiting {
                unreachable!("three letters are too few");
            }
        }
        assert_eq!(opening.finish(), Opened::Ready(b"URN".to_vec()));
        assert_eq!(opening.encoding(), Encoding::Utf8Bom);
        assert_eq!(opening.lines().line(), 2);
    }
}
