//! The table of schools: who they are, and what their figures will tell.
//!
//! URNs from 900001 are none of the real register's, and local authorities 990
//! and 991 are no real authorities. Schools stand in the order of their URNs.

mod table;

pub(crate) use table::{all, pending};

/// An improvement district, as the county's SIMs divide the work.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum District {
    NorthMarl,
    WenbourneVale,
    SaltmereCoast,
    ThornholtForest,
    /// Schools of another authority that buy the programme (¶14).
    Traded,
}

impl District {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::NorthMarl => "North Marl",
            Self::WenbourneVale => "Wenbourne Vale",
            Self::SaltmereCoast => "Saltmere Coast",
            Self::ThornholtForest => "Thornholt Forest",
            Self::Traded => "Traded schools",
        }
    }

    pub(crate) fn kind(self) -> &'static str {
        if self == Self::Traded {
            "traded"
        } else {
            "improvement"
        }
    }

    pub(crate) fn number(self) -> u8 {
        match self {
            Self::NorthMarl => 1,
            Self::WenbourneVale => 2,
            Self::SaltmereCoast => 3,
            Self::ThornholtForest => 4,
            Self::Traded => 5,
        }
    }
}

/// The type of establishment.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Kind {
    Community,
    Controlled,
    Aided,
    Foundation,
    Special,
    Converter,
    Sponsored,
    Free,
}

/// What a school's figures tell over the years.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Story {
    Ordinary,
    Strong,
    Low,
    Declining,
    Improving,
    /// Well above for most, far below for disadvantaged pupils.
    Gap,
    /// A small school whose figures jump from year to year.
    Noisy,
    Special,
}

/// Where a school is in its life on the register's date.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Status {
    Open,
    Closed,
    ProposedToClose,
    ProposedToOpen,
}

/// One establishment.
#[derive(Clone, Debug)]
pub(crate) struct School {
    pub(crate) urn: u32,
    pub(crate) la: u16,
    pub(crate) estab: u16,
    pub(crate) name: &'static str,
    pub(crate) place: &'static str,
    pub(crate) kind: Kind,
    /// Statutory low and high age.
    pub(crate) ages: (u8, u8),
    /// Pupils in a year group, about.
    pub(crate) cohort: i64,
    pub(crate) district: District,
    pub(crate) story: Story,
    pub(crate) status: Status,
    /// ISO date, blank if lost in time.
    pub(crate) opened: &'static str,
    /// ISO date, blank if there is none.
    pub(crate) closed: &'static str,
    /// The academy that followed.
    pub(crate) successor: Option<u32>,
    /// Whose intake and character it has: its own, or its predecessor's.
    pub(crate) lineage: u32,
    /// The first summer with a year 6 (a school that grows from Reception).
    pub(crate) first_year6: u16,
    /// The district before, and the first day in the present one.
    pub(crate) moved: Option<(District, &'static str)>,
    pub(crate) federation: &'static str,
    /// Most of its pupils came from abroad, without a key stage 1 result.
    pub(crate) newcomers: bool,
}

pub(crate) const PRIMARY: (u8, u8) = (4, 11);
pub(crate) const INFANT: (u8, u8) = (4, 7);
pub(crate) const JUNIOR: (u8, u8) = (7, 11);
pub(crate) const WITH_NURSERY: (u8, u8) = (3, 11);

impl School {
    fn new(district: District, row: table::Row) -> Self {
        let (urn, estab, kind, ages, cohort, name, place) = row;
        Self {
            urn,
            la: if district == District::Traded {
                991
            } else {
                990
            },
            estab,
            name,
            place,
            kind,
            ages,
            cohort,
            district,
            story: Story::Ordinary,
            status: Status::Open,
            opened: "",
            closed: "",
            successor: None,
            lineage: urn,
            first_year6: 0,
            moved: None,
            federation: "",
            newcomers: false,
        }
    }

    pub(crate) fn is_academy(&self) -> bool {
        matches!(self.kind, Kind::Converter | Kind::Sponsored | Kind::Free)
    }

    pub(crate) fn is_open(&self) -> bool {
        matches!(self.status, Status::Open | Status::ProposedToClose)
    }

    /// Whether it was open on the ISO date.
    pub(crate) fn stood_on(&self, date: &str) -> bool {
        self.opened <= date && (self.closed.is_empty() || date <= self.closed)
    }

    /// Whether it teaches year 6 at all: an infant school has no key stage 2.
    pub(crate) fn has_year6(&self) -> bool {
        self.ages.1 >= 11
    }

    pub(crate) fn year_groups(&self) -> i64 {
        match self.ages {
            (_, 7) => 3,
            (7, _) => 4,
            _ => 7,
        }
    }

    /// (Code, name) of the religious character, from the school's own name.
    pub(crate) fn religion(&self) -> (&'static str, &'static str) {
        if self.name.contains("Catholic") {
            ("03", "Roman Catholic")
        } else if self.name.contains("CofE") {
            ("02", "Church of England")
        } else {
            ("00", "Does not apply")
        }
    }
}
