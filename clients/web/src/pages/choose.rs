//! Buttons above a list that choose all of it, some or none, and keep the rest of the form. They
//! send the form, which comes back with its ticks; with scripts nothing is sent (`choose.js`).

/// What a button sends in the field `choose`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Choose {
    All,
    /// Those that speak for themselves, beside what was chosen.
    Clear,
    None,
}

impl Choose {
    pub(crate) fn read(word: &str) -> Option<Self> {
        match word {
            "all" => Some(Self::All),
            "clear" => Some(Self::Clear),
            "none" => Some(Self::None),
            _ => None,
        }
    }

    /// Whether an entry is chosen afterwards.
    pub(crate) fn has(self, was_chosen: bool, is_clear: bool) -> bool {
        match self {
            Self::All => true,
            Self::Clear => was_chosen || is_clear,
            Self::None => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_stay_unless_none_is_wanted() {
        assert_eq!(Choose::read(""), None);
        let told = |word: &str| {
            let choose = Choose::read(word).unwrap();
            [(true, false), (false, true), (false, false)]
                .map(|(was_chosen, is_clear)| choose.has(was_chosen, is_clear))
        };
        assert_eq!(told("all"), [true, true, true]);
        assert_eq!(told("clear"), [true, true, false]);
        assert_eq!(told("none"), [false, false, false]);
    }
}
