//! The identifiers that the Department for Education gives schools and authorities.

use std::fmt;
use std::str::FromStr;

/// A text or number that is no unique reference number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a URN is a number of six digits, from 100000 to 999999, for example 900001")]
pub struct InvalidUrn;

/// A text or number that is no local authority code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a local authority code is a number from 1 to 999, for example 990")]
pub struct InvalidAuthorityCode;

/// A text or number that is no LAESTAB number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "a LAESTAB number is three digits for the local authority and four for the school, \
     for example 990/2000"
)]
pub struct InvalidLaestab;

/// A unique reference number: one establishment in the national register (GIAS).
///
/// Six digits, 100000 to 999999. It changes when a school becomes an academy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Urn(u32);

impl Urn {
    /// A URN from a number between 100000 and 999999.
    pub const fn new(number: u32) -> Result<Self, InvalidUrn> {
        match number {
            100_000..=999_999 => Ok(Self(number)),
            _ => Err(InvalidUrn),
        }
    }

    /// The number.
    pub const fn get(self) -> u32 {
        self.0
    }
}

impl FromStr for Urn {
    type Err = InvalidUrn;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        digits(text, 6..=6).ok_or(InvalidUrn).and_then(Self::new)
    }
}

impl fmt::Display for Urn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The Department's three-digit code of a local authority (850 is Hampshire), 1 to 999.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AuthorityCode(u16);

impl AuthorityCode {
    /// A code from a number between 1 and 999.
    pub const fn new(number: u16) -> Result<Self, InvalidAuthorityCode> {
        match number {
            1..=999 => Ok(Self(number)),
            _ => Err(InvalidAuthorityCode),
        }
    }

    /// The number.
    pub const fn get(self) -> u16 {
        self.0
    }
}

impl FromStr for AuthorityCode {
    type Err = InvalidAuthorityCode;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        digits(text, 1..=3)
            .and_then(|number| u16::try_from(number).ok())
            .ok_or(InvalidAuthorityCode)
            .and_then(Self::new)
    }
}

impl fmt::Display for AuthorityCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:03}", self.0)
    }
}

/// Authority and establishment number of a school, written `850/2000`.
///
/// Not unique over time: an academy often keeps its predecessor's number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Laestab {
    authority: AuthorityCode,
    establishment: u16,
}

impl Laestab {
    /// From the authority and an establishment number between 0 and 9999.
    pub const fn new(authority: AuthorityCode, establishment: u16) -> Result<Self, InvalidLaestab> {
        if establishment > 9999 {
            return Err(InvalidLaestab);
        }
        Ok(Self {
            authority,
            establishment,
        })
    }

    /// The authority's part.
    pub const fn authority(self) -> AuthorityCode {
        self.authority
    }

    /// The establishment number, 0 to 9999.
    pub const fn establishment(self) -> u16 {
        self.establishment
    }

    /// Both as one number: authority × 10000 + establishment number.
    pub fn get(self) -> u32 {
        u32::from(self.authority.get()) * 10_000 + u32::from(self.establishment)
    }
}

impl FromStr for Laestab {
    type Err = InvalidLaestab;

    /// Reads `8502000` and `850/2000`.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (authority, establishment) = match text.split_once('/') {
            Some(parts) => parts,
            None if text.len() == 7 && text.is_ascii() => text.split_at(3),
            None => return Err(InvalidLaestab),
        };
        let authority = authority.parse().map_err(|_| InvalidLaestab)?;
        let establishment = digits(establishment, 4..=4)
            .and_then(|number| u16::try_from(number).ok())
            .ok_or(InvalidLaestab)?;
        Self::new(authority, establishment)
    }
}

impl fmt::Display for Laestab {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{:04}", self.authority, self.establishment)
    }
}

/// A number of ASCII digits only (no sign, no space), of an allowed length.
fn digits(text: &str, length: std::ops::RangeInclusive<usize>) -> Option<u32> {
    if !length.contains(&text.len()) || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    text.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_urn_has_six_digits() {
        assert_eq!(
            "900001".parse::<Urn>().map(|urn| urn.to_string()),
            Ok("900001".into())
        );
        for wrong in [
            "", "99999", "1000000", "+90001", "90000a", " 900001", "099999",
        ] {
            assert_eq!(wrong.parse::<Urn>(), Err(InvalidUrn), "{wrong:?}");
        }
    }

    #[test]
    fn an_authority_has_up_to_three_digits() {
        assert_eq!("990".parse::<AuthorityCode>().unwrap().get(), 990);
        assert_eq!(AuthorityCode::new(7).unwrap().to_string(), "007");
        for wrong in ["", "0", "000", "1000", "9a", "-1"] {
            assert!(wrong.parse::<AuthorityCode>().is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn a_laestab_reads_both_spellings() {
        let plain: Laestab = "9902000".parse().unwrap();
        assert_eq!("990/2000".parse(), Ok(plain));
        assert_eq!(plain.get(), 9_902_000);
        assert_eq!(plain.to_string(), "990/2000");
        assert_eq!(plain.establishment(), 2000);
        for wrong in [
            "990",
            "990/20",
            "990/20000",
            "99-2000",
            "é902000",
            "000/2000",
        ] {
            assert!(wrong.parse::<Laestab>().is_err(), "{wrong:?}");
        }
        assert!(Laestab::new(AuthorityCode::new(990).unwrap(), 10_000).is_err());
    }
}
