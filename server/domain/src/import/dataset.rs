//! The files that can be imported.

use super::districts;

/// A kind of file that can be imported.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Dataset {
    /// The county's own list: which school belongs to which district, and when.
    Districts,
    /// Get Information About Schools: the national register's establishments.
    GiasEstablishments,
    /// The Department's key stage 2 performance tables, one file per academic year.
    Ks2,
}

/// A name that is no dataset's.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no dataset \"{0}\"; known are districts, gias-establishments and ks2")]
pub struct UnknownDataset(pub String);

impl Dataset {
    /// Every dataset, in the order in which a new county needs them.
    pub const ALL: &'static [Self] = &[Self::GiasEstablishments, Self::Districts, Self::Ks2];

    /// The name in commands, addresses and the store.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Districts => "districts",
            Self::GiasEstablishments => "gias-establishments",
            Self::Ks2 => "ks2",
        }
    }

    /// Reads the name; the error lists the known ones.
    pub fn parse(text: &str) -> Result<Self, UnknownDataset> {
        Self::ALL
            .iter()
            .copied()
            .find(|dataset| dataset.as_str() == text)
            .ok_or_else(|| UnknownDataset(text.chars().take(80).collect()))
    }

    /// A short title, fit for the middle of a sentence after "the".
    pub const fn title(self) -> &'static str {
        match self {
            Self::Districts => "districts list",
            Self::GiasEstablishments => "GIAS establishments file",
            Self::Ks2 => "key stage 2 file",
        }
    }

    /// What the file is and where it comes from.
    pub const fn description(self) -> &'static str {
        match self {
            Self::Districts => {
                "The county's own list of which school belongs to which district, with dates. \
                 Start from the template."
            }
            Self::GiasEstablishments => {
                "The national register of schools from get-information-schools.service.gov.uk: \
                 the full extract, or the download of a search with the columns you need."
            }
            Self::Ks2 => {
                "Key stage 2 results of one academic year, from the Department's school \
                 performance tables (find-school-performance-data.service.gov.uk)."
            }
        }
    }

    /// Whether the academic year must be given, because the file doesn't say it.
    pub const fn needs_year(self) -> bool {
        match self {
            Self::Districts | Self::GiasEstablishments => false,
            Self::Ks2 => true,
        }
    }

    /// The empty file to fill in, for the county's own datasets.
    pub fn template(self) -> Option<String> {
        match self {
            Self::Districts => Some(districts::TEMPLATE.to_owned()),
            Self::GiasEstablishments | Self::Ks2 => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_dataset_is_told_the_known_ones() {
        for dataset in Dataset::ALL {
            assert_eq!(Dataset::parse(dataset.as_str()), Ok(*dataset));
        }
        assert_eq!(
            Dataset::parse("ks4").unwrap_err().to_string(),
            "there is no dataset \"ks4\"; known are districts, gias-establishments and ks2"
        );
    }
}
