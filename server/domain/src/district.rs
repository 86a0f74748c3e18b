//! Districts: how the county divides its schools between improvement managers.

use std::fmt;
use std::str::FromStr;

use crate::names::named;

named! {
    /// What a district is for.
    pub enum DistrictKind {
        /// A geographic district with its own improvement manager.
        Improvement => "improvement", "Improvement district";
        /// Schools served under a bought-in (traded) service instead of a district.
        Traded => "traded", "Traded service";
    }
}

/// A text that can't be a district's short name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "a district's short name has 1 to 63 lower-case letters, digits and single hyphens and \
     starts with a letter, for example test-valley"
)]
pub struct InvalidDistrictSlug;

/// A district's short name for addresses and commands, such as `basingstoke-and-deane`.
///
/// Lower-case ASCII letters, digits and single hyphens, 1 to 63 characters, first a letter.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DistrictSlug(String);

impl DistrictSlug {
    /// Derives the short name from a district's name.
    pub fn from_name(name: &str) -> Result<Self, InvalidDistrictSlug> {
        let mut slug = String::with_capacity(name.len());
        for letter in name.trim().chars().flat_map(char::to_lowercase) {
            match plain(letter) {
                Some(plain) => slug.push(plain),
                // An apostrophe joins: King's becomes kings.
                None if matches!(letter, '\'' | '’') => {}
                None if letter == '&' => slug.push_str("-and-"),
                None => slug.push('-'),
            }
        }
        let parts: Vec<&str> = slug.split('-').filter(|part| !part.is_empty()).collect();
        parts.join("-").parse()
    }
}

/// The ASCII letter or digit under a lower-case letter of English and Welsh place names.
fn plain(letter: char) -> Option<char> {
    match letter {
        'a'..='z' | '0'..='9' => Some(letter),
        'à' | 'á' | 'â' | 'ä' => Some('a'),
        'è' | 'é' | 'ê' | 'ë' => Some('e'),
        'ì' | 'í' | 'î' | 'ï' => Some('i'),
        'ò' | 'ó' | 'ô' | 'ö' => Some('o'),
        'ù' | 'ú' | 'û' | 'ü' => Some('u'),
        'ŵ' => Some('w'),
        'ŷ' => Some('y'),
        _ => None,
    }
}

impl FromStr for DistrictSlug {
    type Err = InvalidDistrictSlug;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
        let sound = text.len() <= 63
            && text.starts_with(|first: char| first.is_ascii_lowercase())
            && text
                .split('-')
                .all(|part| !part.is_empty() && part.bytes().all(allowed));
        if sound {
            Ok(Self(text.to_owned()))
        } else {
            Err(InvalidDistrictSlug)
        }
    }
}

impl AsRef<str> for DistrictSlug {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for DistrictSlug {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slug_comes_from_the_name() {
        for (name, slug) in [
            ("Basingstoke and Deane", "basingstoke-and-deane"),
            ("King's Lynn & West Norfolk", "kings-lynn-and-west-norfolk"),
            ("  Stoke–on–Trent  ", "stoke-on-trent"),
            ("Ynys Môn", "ynys-mon"),
        ] {
            assert_eq!(DistrictSlug::from_name(name).unwrap().as_ref(), slug);
        }
        assert!(DistrictSlug::from_name("--").is_err());
        assert!(DistrictSlug::from_name("1st district").is_err());
        assert!(DistrictSlug::from_name(&"a".repeat(64)).is_err());
    }

    #[test]
    fn a_slug_is_strict_when_read() {
        for wrong in ["", "A", "a--b", "-a", "a-", "1a", "a b", "é"] {
            assert!(wrong.parse::<DistrictSlug>().is_err(), "{wrong:?}");
        }
        assert_eq!("hart".parse::<DistrictSlug>().unwrap().to_string(), "hart");
    }

    #[test]
    fn kinds_have_stored_words() {
        for kind in DistrictKind::ALL {
            assert_eq!(DistrictKind::parse(kind.as_str()), Some(*kind));
        }
        assert_eq!(DistrictKind::parse("Traded"), None);
    }
}
