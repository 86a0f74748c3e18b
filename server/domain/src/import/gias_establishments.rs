//! The national register of schools: one row per establishment, open and closed.

use super::fields::{DATE_FORMS, date, whole};
use super::gias_columns::{self, Field};
use super::issue::{Issue, IssueCode};
use super::layout::{Found, Header, Record};
use super::opening::{Candidate, RowReader};
use super::rows::{Batch, Met, Row, Seen, counted};
use crate::school::{LinkKind, Phase, SchoolLink, SchoolRecord, SchoolStatus};
use crate::urn::{AuthorityCode, Laestab, Urn};

/// What a search's download says of a school without links.
const NO_LINKS: &str = "Does not have links";

/// The establishments file, as it fits a header.
pub(super) fn open(header: &Header) -> Candidate {
    Candidate::new(
        layout(header),
        gias_columns::layout().find(header),
        |found| Rows::new(found, header),
    )
}

fn layout(header: &Header) -> &'static str {
    if header.has("Linked establishments") {
        "gias-search-results"
    } else if header.has("EstablishmentStatus (code)") && header.len() > 100 {
        "gias-full-extract"
    } else {
        "gias-selected-columns"
    }
}

/// Reads the rows of an establishments file.
pub(super) struct Rows {
    found: Found<Field>,
    seen: Seen,
    /// Where the links start, if they are the file's last column and may spill over.
    links: Option<usize>,
    /// Establishments outside all authorities: how many, and the first one's line.
    outside: Option<(u64, u64)>,
}

/// Marks that an issue was told and the row can't be used.
struct Told;

impl RowReader for Rows {
    fn record(&mut self, record: Record<'_>, out: &mut Batch) {
        let code = record.cell(self.found.position(Field::LaCode));
        if !code.is_empty() && code.bytes().all(|byte| byte == b'0') {
            let (count, first) = self.outside.unwrap_or((0, record.line));
            self.outside = Some((count + 1, first));
            return;
        }
        let Ok(school) = self.school(record, out) else {
            return;
        };
        let Ok(links) = self.all_links(record, school.urn, out) else {
            return;
        };
        let urn = school.urn;
        let position = self.found.position(Field::Urn);
        let key = u64::from(urn.get());
        match self.seen.meet(key, record.line, &(&school, &links)) {
            Met::Never => out.rows.push(Row::School {
                line: record.line,
                record: Box::new(school),
                links,
            }),
            Met::Same { line } => out.issues.push(record.issue(
                IssueCode::IdenticalDuplicate,
                position,
                format!("The same as line {line}; counted once."),
            )),
            Met::Different { line } => out.issues.push(record.issue(
                IssueCode::ContradictingDuplicate,
                position,
                format!(
                    "School {urn} is also on line {line}, with other content. Download the file \
                     again, or keep one of the two lines."
                ),
            )),
        }
    }

    fn finish(&self, out: &mut Batch) {
        if let Some((count, first)) = self.outside {
            let rows = counted(count, "establishment belongs", "establishments belong");
            let message = format!(
                "{rows} to no local authority (code 000): left out, first on line {first}. \
                 Nothing to do."
            );
            out.issues
                .push(Issue::new(IssueCode::NoAuthority, message).at_line(first));
        }
    }

    /// Whether more fields than the header has are further links.
    fn spills(&self) -> bool {
        self.links.is_some()
    }

    /// Fills what the file has no column for from what stands: a download of a few columns does
    /// not erase the others.
    fn keep_unsupplied(&self, record: &mut SchoolRecord, standing: &SchoolRecord) {
        macro_rules! keep {
            ($($field:ident: $column:ident),+ $(,)?) => {
                $(if self.found.position(Field::$column).is_none() {
                    record.$field.clone_from(&standing.$field);
                })+
            };
        }
        keep! {
            laestab: EstablishmentNumber,
            authority_name: LaName,
            open_date: OpenDate,
            close_date: CloseDate,
            low_age: LowAge,
            high_age: HighAge,
            pupils: Pupils,
            capacity: Capacity,
            religious_character: ReligiousCharacter,
            diocese: Diocese,
            trust: Trust,
            federation: Federation,
            nursery_provision: Nursery,
            resourced_provision: ResourcedProvision,
            town: Town,
            postcode: Postcode,
            website: Website,
            administrative_district: District,
            urban_rural: UrbanRural,
        }
    }
}

impl Rows {
    pub(super) fn new(found: Found<Field>, header: &Header) -> Self {
        let links = found.position(Field::Links);
        Self {
            links: links.filter(|position| position + 1 == header.len()),
            found,
            seen: Seen::default(),
            outside: None,
        }
    }

    /// The school of a row. Every trouble of the row is told, not only the first.
    fn school(&self, record: Record<'_>, out: &mut Batch) -> Result<SchoolRecord, Told> {
        let urn = self.urn(record, out);
        let authority = self.authority(record, out);
        let laestab = self.establishment(record, authority.as_ref().ok().copied(), out);
        let name = self.needed(record, Field::Name, out);
        let type_name = self.needed(record, Field::Type, out);
        let phase = self.phase(record, out);
        let status = self.status(record, out);
        let open_date = self.read(record, Field::OpenDate, date, out);
        let close_date = self.read(record, Field::CloseDate, date, out);
        let low_age = self.read(record, Field::LowAge, age, out);
        let high_age = self.read(record, Field::HighAge, age, out);
        let pupils = self.read(record, Field::Pupils, whole, out);
        let capacity = self.read(record, Field::Capacity, whole, out);
        Ok(SchoolRecord {
            urn: urn?,
            laestab: laestab?,
            authority: authority?,
            authority_name: self.words(record, Field::LaName).unwrap_or_default(),
            name: name?,
            type_name: type_name?,
            phase: phase?,
            status: status?,
            open_date: open_date?,
            close_date: close_date?,
            low_age: low_age?,
            high_age: high_age?,
            pupils: pupils?,
            capacity: capacity?,
            religious_character: self.words(record, Field::ReligiousCharacter),
            diocese: self.words(record, Field::Diocese),
            trust: self.words(record, Field::Trust),
            federation: self.words(record, Field::Federation),
            nursery_provision: self.words(record, Field::Nursery),
            resourced_provision: self.words(record, Field::ResourcedProvision),
            town: self.words(record, Field::Town),
            postcode: self.words(record, Field::Postcode),
            website: self.words(record, Field::Website),
            administrative_district: self.words(record, Field::District),
            urban_rural: self.words(record, Field::UrbanRural),
        })
    }

    /// A text that may be absent.
    fn words(&self, record: Record<'_>, field: Field) -> Option<String> {
        let text = record.cell(self.found.position(field));
        (!text.is_empty()).then(|| text.to_owned())
    }

    fn tell(
        &self,
        record: Record<'_>,
        field: Field,
        code: IssueCode,
        message: impl Into<String>,
        out: &mut Batch,
    ) -> Told {
        let position = self.found.position(field);
        out.issues.push(record.issue(code, position, message));
        Told
    }

    fn urn(&self, record: Record<'_>, out: &mut Batch) -> Result<Urn, Told> {
        let text = record.cell(self.found.position(Field::Urn));
        text.parse().map_err(|_| {
            let message = "A URN has six digits, from 100000 to 999999. Download the file again; \
                           if it was edited, a column may have moved.";
            self.tell(record, Field::Urn, IssueCode::InvalidUrn, message, out)
        })
    }

    fn authority(&self, record: Record<'_>, out: &mut Batch) -> Result<AuthorityCode, Told> {
        let text = record.cell(self.found.position(Field::LaCode));
        text.parse().map_err(|_| {
            let message = "A local authority code has three digits, such as 990. Download the \
                           file again; if it was edited, a column may have moved.";
            self.tell(record, Field::LaCode, IssueCode::InvalidValue, message, out)
        })
    }

    fn establishment(
        &self,
        record: Record<'_>,
        authority: Option<AuthorityCode>,
        out: &mut Batch,
    ) -> Result<Option<Laestab>, Told> {
        let text = record.cell(self.found.position(Field::EstablishmentNumber));
        let (Some(authority), false) = (authority, text.is_empty()) else {
            return Ok(None);
        };
        whole(text)
            .and_then(|number| u16::try_from(number).ok())
            .and_then(|number| Laestab::new(authority, number).ok())
            .map(Some)
            .ok_or_else(|| {
                let message = "An establishment number has up to four digits. Download the file \
                               again; if it was edited, a column may have moved.";
                let field = Field::EstablishmentNumber;
                self.tell(record, field, IssueCode::InvalidNumber, message, out)
            })
    }

    fn needed(&self, record: Record<'_>, field: Field, out: &mut Batch) -> Result<String, Told> {
        self.words(record, field).ok_or_else(|| {
            let message = "The cell is empty, and every school needs it. Download the file again.";
            self.tell(record, field, IssueCode::InvalidValue, message, out)
        })
    }

    fn phase(&self, record: Record<'_>, out: &mut Batch) -> Result<Phase, Told> {
        let text = record.cell(self.found.position(Field::Phase));
        if text.is_empty() {
            return Ok(Phase::NotApplicable);
        }
        Phase::from_gias(text).ok_or_else(|| {
            let message = "This is none of the register's phases (Nursery, Primary, Middle deemed \
                           primary, Middle deemed secondary, Secondary, All-through, 16 plus, Not \
                           applicable). Check the cell against the register.";
            self.tell(record, Field::Phase, IssueCode::InvalidValue, message, out)
        })
    }

    fn status(&self, record: Record<'_>, out: &mut Batch) -> Result<SchoolStatus, Told> {
        let text = record.cell(self.found.position(Field::Status));
        SchoolStatus::from_gias(text).ok_or_else(|| {
            let message = "The status is Open, Closed, Open, but proposed to close, or Proposed to \
                           open. Check the cell against the register.";
            self.tell(record, Field::Status, IssueCode::InvalidValue, message, out)
        })
    }

    /// A number or date that may be absent.
    fn read<T>(
        &self,
        record: Record<'_>,
        field: Field,
        parse: impl Fn(&str) -> Option<T>,
        out: &mut Batch,
    ) -> Result<Option<T>, Told> {
        let text = record.cell(self.found.position(field));
        if text.is_empty() {
            return Ok(None);
        }
        if let Some(value) = parse(text) {
            return Ok(Some(value));
        }
        let (code, message) = match field {
            Field::OpenDate | Field::CloseDate => (
                IssueCode::InvalidDate,
                format!(
                    "This is not a date. The register writes {DATE_FORMS}; download the file again."
                ),
            ),
            _ => (
                IssueCode::InvalidNumber,
                "This is not a whole number in range. Download the file again; if it was edited, \
                 a column may have moved."
                    .to_owned(),
            ),
        };
        Err(self.tell(record, field, code, message, out))
    }

    /// The links of a row: its own column and, past the header, those that spilled over.
    fn all_links(
        &self,
        record: Record<'_>,
        urn: Urn,
        out: &mut Batch,
    ) -> Result<Vec<SchoolLink>, Told> {
        let column = self.found.position(Field::Links);
        let spilled = self.links.map_or(0..0, |last| last + 1..record.text.len());
        let mut links = Vec::new();
        for position in column.into_iter().chain(spilled) {
            let text = record.cell(Some(position));
            if text.is_empty() || text.eq_ignore_ascii_case(NO_LINKS) {
                continue;
            }
            let (number, kind) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
            let Ok(link_urn) = number.parse() else {
                let message = "A link is a URN and its kind, such as \"900002 Successor\". \
                               Download the file again; if it was edited, a column may have moved.";
                out.issues.push(
                    record
                        .issue(IssueCode::InvalidUrn, column, message)
                        .with_value(text),
                );
                return Err(Told);
            };
            links.push(SchoolLink {
                urn,
                link_urn,
                kind: LinkKind::from_gias(kind),
                established: None,
                link_name: None,
            });
        }
        Ok(links)
    }
}

/// An age in years.
fn age(text: &str) -> Option<u8> {
    u8::try_from(whole(text)?).ok().filter(|age| *age <= 120)
}
