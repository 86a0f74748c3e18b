//! The file of a report of the past: which kinds are taken, and how a kind is known from the bytes.

/// How many bytes from a file's beginning are enough to know its kind.
pub const HEAD: usize = 64 * 1024;

/// Begins each member of a ZIP archive.
const MEMBER: &[u8] = b"PK\x03\x04";
/// Begins what programs before 2007 wrote, and documents that are locked with a password.
const COMPOUND: &[u8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";

/// A kind of file that a report may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReportKind {
    /// PDF.
    Pdf,
    /// A document of Word since 2007.
    Docx,
    /// An `OpenDocument` text.
    Odt,
}

/// Why a file is no report's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotAReport {
    /// Word's old kind, or locked.
    #[error(
        "This is a Word document of the old kind (.doc), or one that is locked with a password."
    )]
    OldOrLocked,
    /// A ZIP archive of another kind.
    #[error("This is a workbook, a presentation or another archive, and no DOCX or ODT document.")]
    OtherArchive,
    /// Anything else.
    #[error("This begins neither like a PDF nor like a DOCX or ODT document.")]
    Other,
}

impl ReportKind {
    /// All kinds.
    pub const ALL: [Self; 3] = [Self::Pdf, Self::Docx, Self::Odt];

    /// The media type by which the web knows it.
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Pdf => "application/pdf",
            Self::Docx => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            Self::Odt => "application/vnd.oasis.opendocument.text",
        }
    }

    /// The kind of a media type.
    pub fn of_media_type(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.media_type() == text)
    }

    /// Knows a file by its first [`HEAD`] bytes, or all where there are fewer. Its name says
    /// nothing.
    ///
    /// # Errors
    /// [`NotAReport`] says what it is instead.
    pub fn recognise(head: &[u8]) -> Result<Self, NotAReport> {
        if head.starts_with(b"%PDF-") {
            Ok(Self::Pdf)
        } else if head.starts_with(COMPOUND) {
            Err(NotAReport::OldOrLocked)
        } else if !head.starts_with(MEMBER) {
            Err(NotAReport::Other)
        } else if is_open_document_text(head) {
            Ok(Self::Odt)
        } else if members(head).any(|name| name.starts_with(b"word/")) {
            Ok(Self::Docx)
        } else {
            Err(NotAReport::OtherArchive)
        }
    }
}

/// An `OpenDocument` file says what it is in its first member, as it stands there.
fn is_open_document_text(head: &[u8]) -> bool {
    let said = members(head).next() == Some(b"mimetype");
    let kind = ReportKind::Odt.media_type().as_bytes();
    let rest = head.get(NAME + b"mimetype".len()..).unwrap_or_default();
    // A template's or a master document's media type only begins like a text's.
    said && rest
        .strip_prefix(kind)
        .is_some_and(|rest| rest.starts_with(b"PK"))
}

/// Where a member's name stands, from its beginning; its length stands four bytes before.
const NAME: usize = 30;

/// The names of the members of an archive, as far as its beginning shows.
fn members(head: &[u8]) -> impl Iterator<Item = &[u8]> {
    let begins = head.windows(MEMBER.len()).enumerate();
    let begins = begins.filter(|(_, four)| *four == MEMBER);
    begins.filter_map(|(at, _)| {
        let member = head.get(at..)?;
        let length = member.get(NAME - 4..NAME - 2)?;
        let length = u16::from_le_bytes(length.try_into().ok()?);
        member.get(NAME..NAME + usize::from(length))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn member(name: &str, content: &[u8]) -> Vec<u8> {
        let length = u16::try_from(name.len()).unwrap();
        let mut bytes = MEMBER.to_vec();
        bytes.extend([0; 22]);
        bytes.extend(length.to_le_bytes());
        bytes.extend([0; 2]);
        bytes.extend(name.as_bytes());
        bytes.extend(content);
        bytes
    }

    fn archive(members: &[(&str, &[u8])]) -> Vec<u8> {
        let members = members.iter().map(|(name, content)| member(name, content));
        members.collect::<Vec<_>>().concat()
    }

    #[test]
    fn a_report_is_known_by_its_bytes() {
        let odt = ReportKind::Odt.media_type().as_bytes();
        let docx = archive(&[("[Content_Types].xml", b"xx"), ("word/document.xml", b"xx")]);
        let odt = archive(&[("mimetype", odt), ("content.xml", b"xx")]);
        assert_eq!(ReportKind::recognise(b"%PDF-1.7\n"), Ok(ReportKind::Pdf));
        assert_eq!(ReportKind::recognise(&docx), Ok(ReportKind::Docx));
        assert_eq!(ReportKind::recognise(&odt), Ok(ReportKind::Odt));
        for kind in ReportKind::ALL {
            assert_eq!(ReportKind::of_media_type(kind.media_type()), Some(kind));
        }
    }

    #[test]
    fn what_is_no_report_says_what_it_is() {
        let sheet = archive(&[("[Content_Types].xml", b"xx"), ("xl/workbook.xml", b"xx")]);
        let template = b"application/vnd.oasis.opendocument.text-template";
        let template = archive(&[("mimetype", template), ("content.xml", b"xx")]);
        let told = |head: &[u8]| ReportKind::recognise(head).err();
        for head in ["", "<!DOCTYPE html>", "PK", " %PDF-1.7"] {
            assert_eq!(told(head.as_bytes()), Some(NotAReport::Other), "{head}");
        }
        assert_eq!(told(MEMBER), Some(NotAReport::OtherArchive));
        assert_eq!(told(&sheet), Some(NotAReport::OtherArchive));
        assert_eq!(told(&template), Some(NotAReport::OtherArchive));
        assert_eq!(told(COMPOUND), Some(NotAReport::OldOrLocked));
    }
}
