//! Whose row it is: schools, authorities and England as the Department's files write them.

use super::issue::IssueCode;
use super::left_out::Why;
use super::rows::Batch;
use super::wide::{Cells, Key, Site, Skip};
use crate::figure::{AuthorityScope, EnglandScope, Place};
use crate::urn::AuthorityCode;

impl Site {
    /// A place under its own name, or under one of ours if the file gives none.
    pub(super) fn new(
        place: Place,
        authority: Option<AuthorityCode>,
        name: &str,
        said_by: Key,
    ) -> Self {
        let name = match place {
            _ if !name.is_empty() => name.to_owned(),
            Place::School(urn) => format!("School {urn}"),
            Place::Authority(code, AuthorityScope::All) => format!("Local authority {code}"),
            Place::Authority(code, scope) => {
                format!("Local authority {code}, {}", scope.label().to_lowercase())
            }
            Place::England(scope) => scope.label().to_owned(),
        };
        Self {
            place,
            authority,
            name,
            said_by,
        }
    }
}

/// The school of a row's URN.
pub(super) fn school(cells: Cells<'_>, out: &mut Batch) -> Result<Place, Skip> {
    cells.get(Key::Urn).parse().map(Place::School).map_err(|_| {
        let message = "A school's row needs a URN of six digits, from 100000 to 999999. Download \
                       the file again; if it was edited, a column may have moved.";
        cells.tell(Key::Urn, IssueCode::InvalidUrn, message, out)
    })
}

/// The local authority of a row.
pub(super) fn authority(cells: Cells<'_>, out: &mut Batch) -> Result<AuthorityCode, Skip> {
    cells.get(Key::Authority).parse().map_err(|_| {
        let message = "A local authority number has three digits, such as 990. Download the file \
                       again; if it was edited, a column may have moved.";
        cells.tell(Key::Authority, IssueCode::InvalidValue, message, out)
    })
}

/// The state-funded schools of England that a performance table writes as `PRI`, `SEC` or `SPE`.
pub(super) fn england(cells: Cells<'_>, key: Key, out: &mut Batch) -> Result<Site, Skip> {
    let scope = match cells.get(key) {
        "PRI" => EnglandScope::Primary,
        "SEC" => EnglandScope::Secondary,
        "SPE" => EnglandScope::Special,
        _ => {
            let message = "A national row is for PRI (primary), SEC (secondary) or SPE (special) \
                           schools. Download the file again; if it was edited, a column may have \
                           moved.";
            return Err(cells.tell(key, IssueCode::InvalidValue, message, out));
        }
    };
    Ok(Site::new(Place::England(scope), None, "", key))
}

/// The schools of a phase, as the statistics write it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Phase {
    All,
    Primary,
    Secondary,
    Special,
}

impl Phase {
    /// Reads the words of any year's file; other kinds of school are left out.
    pub(super) fn read(text: &str) -> Result<Self, Why> {
        let text = text.to_lowercase();
        match text.strip_prefix("state-funded ").unwrap_or(&text) {
            "total" | "all schools" | "" => Ok(Self::All),
            "primary" => Ok(Self::Primary),
            "secondary" => Ok(Self::Secondary),
            "special" | "special school" => Ok(Self::Special),
            _ => Err(Why::OtherPhase),
        }
    }

    pub(super) const fn of_authority(self, code: AuthorityCode) -> Place {
        let scope = match self {
            Self::All => AuthorityScope::All,
            Self::Primary => AuthorityScope::Primary,
            Self::Secondary => AuthorityScope::Secondary,
            Self::Special => AuthorityScope::Special,
        };
        Place::Authority(code, scope)
    }

    pub(super) const fn of_england(self) -> Place {
        Place::England(match self {
            Self::All => EnglandScope::StateFunded,
            Self::Primary => EnglandScope::Primary,
            Self::Secondary => EnglandScope::Secondary,
            Self::Special => EnglandScope::Special,
        })
    }
}

/// The place of a row of the statistics, by its geographic level, whatever the case.
pub(super) fn by_level(cells: Cells<'_>, out: &mut Batch) -> Result<Site, Skip> {
    let level = cells.get(Key::Level).to_lowercase();
    let name = cells.get(Key::Name);
    // A combined label of two authorities, as in `314 / 318`.
    let codes: Vec<&str> = cells
        .get(Key::Authority)
        .split('/')
        .map(str::trim)
        .collect();
    match level.as_str() {
        "school" => {
            let place = school(cells, out)?;
            let authority = codes.first().and_then(|code| code.parse().ok());
            Ok(Site::new(place, authority, name, Key::Urn))
        }
        "local authority" if codes.len() > 1 => Err(Skip::LeftOut(Why::CombinedAuthority)),
        "local authority" => {
            let phase = Phase::read(cells.get(Key::Phase)).map_err(Skip::LeftOut)?;
            let code = authority(cells, out)?;
            let place = phase.of_authority(code);
            let name = match place {
                Place::Authority(_, AuthorityScope::All) => name.to_owned(),
                _ if name.is_empty() => String::new(),
                _ => format!("{name}, {}", cells.get(Key::Phase).to_lowercase()),
            };
            Ok(Site::new(place, Some(code), &name, Key::Authority))
        }
        "national" => {
            let phase = Phase::read(cells.get(Key::Phase)).map_err(Skip::LeftOut)?;
            Ok(Site::new(phase.of_england(), None, "", Key::Level))
        }
        "regional" => Err(Skip::LeftOut(Why::Region)),
        _ => {
            let message = "The level is School, Local authority, Regional or National. Download \
                           the file again; if it was edited, a column may have moved.";
            Err(cells.tell(Key::Level, IssueCode::InvalidValue, message, out))
        }
    }
}
