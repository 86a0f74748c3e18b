//! Figures: for whom, from which release, and either a number or the reason for its absence.

use crate::access::Role;
use crate::names::named;
use crate::school::Phase;
use crate::urn::{AuthorityCode, Urn};

named! {
    /// How final a publication is; a later one supersedes an earlier one of the same year.
    pub enum Release {
        /// Before the checking exercise.
        Unvalidated => "unvalidated", "Unvalidated";
        /// First publication.
        Provisional => "provisional", "Provisional";
        /// After schools' corrections.
        Revised => "revised", "Revised";
        /// Not changed any more.
        Final => "final", "Final";
    }
}

impl Release {
    /// The stored number; later releases have larger ones.
    pub const fn code(self) -> i16 {
        match self {
            Self::Unvalidated => 1,
            Self::Provisional => 2,
            Self::Revised => 3,
            Self::Final => 4,
        }
    }

    /// Reads the stored number.
    pub fn from_code(code: i16) -> Option<Self> {
        Self::ALL
            .iter()
            .copied()
            .find(|release| release.code() == code)
    }
}

/// Whether a role sees figures under embargo: the authority's own people and the headteacher.
pub const fn sees_embargoed(role: Role) -> bool {
    match role {
        Role::Sim
        | Role::Llp
        | Role::Headteacher
        | Role::CountyManager
        | Role::Adviser
        | Role::DataOfficer => true,
        Role::SchoolLeader | Role::Governor | Role::Clerk | Role::Administrator => false,
    }
}

named! {
    /// The pupils whom a figure describes.
    pub enum PupilGroup {
        /// All eligible pupils.
        All => "all", "All pupils";
        /// Girls.
        Girls => "girls", "Girls";
        /// Boys.
        Boys => "boys", "Boys";
        /// Disadvantaged (column `FSM6CLA1A`): eligible for free school meals in the last six
        /// years, looked after for at least a day, or adopted from care.
        Disadvantaged => "disadvantaged", "Disadvantaged pupils";
        /// All others (column `NotFSM6CLA1A`).
        NotDisadvantaged => "not-disadvantaged", "Pupils who are not disadvantaged";
        /// Eligible for free school meals now (column `NUMFSM`).
        FreeSchoolMeals => "free-school-meals", "Pupils eligible for free school meals";
        /// Eligible for free school meals at any time in the last six years (`NUMFSMEVER`).
        FreeSchoolMealsEver =>
            "free-school-meals-ever", "Pupils eligible for free school meals in the last six years";
        /// English as an additional language (column `EALGRP2`): first language known or believed
        /// to be other than English.
        EnglishAdditionalLanguage =>
            "english-additional-language", "Pupils with English as an additional language";
        /// First language known or believed to be English (column `NUMENGFL`).
        EnglishFirstLanguage =>
            "english-first-language", "Pupils whose first language is English";
        /// First language not classified (column `NUMUNCFL`).
        LanguageUnclassified =>
            "language-unclassified", "Pupils whose first language is not known";
        /// Non-mobile (column `MOBN`): at the same school throughout years 5 and 6.
        NonMobile => "non-mobile", "Pupils who did not change school";
        /// Low prior attainment (column `KS1GROUP_L`): average key stage 1 points below 12.
        LowPriorAttainment => "low-prior-attainment", "Pupils with low prior attainment";
        /// Middle prior attainment (column `KS1GROUP_M`): 12 to below 18 key stage 1 points.
        MiddlePriorAttainment => "middle-prior-attainment", "Pupils with middle prior attainment";
        /// High prior attainment (column `KS1GROUP_H`): 18 key stage 1 points or more.
        HighPriorAttainment => "high-prior-attainment", "Pupils with high prior attainment";
        /// Special educational needs support without a plan (column `TSENELK`); before 2014/15
        /// school action and school action plus are no part of it.
        SenSupport => "sen-support", "Pupils with SEN support";
        /// An education, health and care plan (column `TSENELSE`), earlier a statement.
        EhcPlan => "ehc-plan", "Pupils with an education, health and care plan";
        /// SEN support or a plan.
        Sen => "sen", "Pupils with special educational needs";
        /// Neither SEN support nor a plan.
        NoSen => "no-sen", "Pupils without special educational needs";
        /// A social worker at any time in the last six years.
        SocialWorker => "social-worker", "Pupils who have or had a social worker";
        /// A child in need, with a child protection plan or not, and not looked after.
        ChildInNeed => "child-in-need", "Children in need";
        /// On a child protection plan.
        ChildProtectionPlan => "child-protection-plan", "Children on a child protection plan";
        /// Looked after by a local authority.
        LookedAfter => "looked-after", "Looked-after children";
        /// Looked after earlier, then adopted or under a guardianship or arrangements order.
        PreviouslyLookedAfter => "previously-looked-after", "Previously looked-after children";
    }
}

impl PupilGroup {
    /// The stored number; the gaps leave room for groups yet to come.
    pub const fn code(self) -> i16 {
        match self {
            Self::All => 1,
            Self::Girls => 10,
            Self::Boys => 11,
            Self::Disadvantaged => 20,
            Self::NotDisadvantaged => 21,
            Self::FreeSchoolMeals => 22,
            Self::FreeSchoolMealsEver => 23,
            Self::EnglishAdditionalLanguage => 30,
            Self::EnglishFirstLanguage => 31,
            Self::LanguageUnclassified => 32,
            Self::NonMobile => 40,
            Self::LowPriorAttainment => 50,
            Self::MiddlePriorAttainment => 51,
            Self::HighPriorAttainment => 52,
            Self::SenSupport => 60,
            Self::EhcPlan => 61,
            Self::Sen => 62,
            Self::NoSen => 63,
            Self::SocialWorker => 70,
            Self::ChildInNeed => 71,
            Self::ChildProtectionPlan => 72,
            Self::LookedAfter => 73,
            Self::PreviouslyLookedAfter => 74,
        }
    }

    /// Reads the stored number.
    pub fn from_code(code: i16) -> Option<Self> {
        Self::ALL.iter().copied().find(|group| group.code() == code)
    }
}

named! {
    /// Why a figure has no number. Never sorted, averaged or counted as one.
    pub enum Marker {
        /// `SUPP` or `c`: hidden because too few pupils.
        Suppressed => "suppressed", "Suppressed";
        /// `NA` or `z`: not applicable; the Department uses `NA` for not available too.
        NotApplicable => "not-applicable", "Not applicable";
        /// `x` or `:`: not available.
        NotAvailable => "not-available", "Not available";
        /// `NP`: not published.
        NotPublished => "not-published", "Not published";
        /// `LOWCOV`: too few pupils with earlier results to compare with.
        LowCoverage => "low-coverage", "Low coverage";
        /// `NEW`: a new school without results yet.
        NewSchool => "new-school", "New school";
        /// `NE`, or a school without pupils of the age.
        NoEligiblePupils => "no-eligible-pupils", "No eligible pupils";
        /// `low`: more than nothing, and less than half of the last digit shown.
        RoundsToZero => "rounds-to-zero", "Rounds to zero";
        /// `u`: too few to be relied on.
        Unreliable => "unreliable", "Unreliable";
    }
}

impl Marker {
    /// The stored number.
    pub const fn code(self) -> i16 {
        match self {
            Self::Suppressed => 1,
            Self::NotApplicable => 2,
            Self::NotAvailable => 3,
            Self::NotPublished => 4,
            Self::LowCoverage => 5,
            Self::NewSchool => 6,
            Self::NoEligiblePupils => 7,
            Self::RoundsToZero => 8,
            Self::Unreliable => 9,
        }
    }

    /// Reads the stored number.
    pub fn from_code(code: i16) -> Option<Self> {
        Self::ALL
            .iter()
            .copied()
            .find(|marker| marker.code() == code)
    }

    /// A sentence for a headteacher.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Suppressed => {
                "Not shown, because so few pupils are counted that a child could be recognised."
            }
            Self::NotApplicable => {
                "Not applicable to this school or group, or not available for this year."
            }
            Self::NotAvailable => "Not available for this year.",
            Self::NotPublished => "Not published by the Department for Education.",
            Self::LowCoverage => {
                "Not shown, because too few pupils have earlier results to compare with."
            }
            Self::NewSchool => "A new school that has no results for this year yet.",
            Self::NoEligiblePupils => "No pupils of this age or group in this year.",
            Self::RoundsToZero => "More than none, and so little that it rounds to zero.",
            Self::Unreliable => "Not shown, because it rests on too little to be relied on.",
        }
    }
}

/// What a figure says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Value {
    /// A number in hundredths of the measure's unit: 63 % is 6300, a score of 104 is 10400.
    Number(i64),
    /// No number, and why.
    Marker(Marker),
}

impl Value {
    /// The number in hundredths of the unit, if there is one.
    pub const fn number(self) -> Option<i64> {
        match self {
            Self::Number(hundredths) => Some(hundredths),
            Self::Marker(_) => None,
        }
    }

    /// The marker, if there is no number.
    pub const fn marker(self) -> Option<Marker> {
        match self {
            Self::Number(_) => None,
            Self::Marker(marker) => Some(marker),
        }
    }
}

named! {
    /// The part of the academic year that a figure covers.
    pub enum Period {
        /// The whole year, or the day of a yearly count.
        Year => "year", "Whole year";
        /// From September to the day on which the figures were taken.
        YearToDate => "year-to-date", "Year to date";
        /// Autumn term.
        Autumn => "autumn", "Autumn term";
        /// Spring term.
        Spring => "spring", "Spring term";
        /// Summer term.
        Summer => "summer", "Summer term";
        /// Autumn and spring term together.
        AutumnSpring => "autumn-spring", "Autumn and spring terms";
    }
}

impl Period {
    /// The stored number.
    pub const fn code(self) -> i16 {
        match self {
            Self::Year => 0,
            Self::YearToDate => 1,
            Self::Autumn => 2,
            Self::Spring => 3,
            Self::Summer => 4,
            Self::AutumnSpring => 5,
        }
    }

    /// Reads the stored number.
    pub fn from_code(code: i16) -> Option<Self> {
        Self::ALL
            .iter()
            .copied()
            .find(|period| period.code() == code)
    }
}

named! {
    /// Which schools a national figure covers.
    pub enum EnglandScope {
        /// All schools, independent ones too (key stage 2 `RECTYPE` 4).
        AllSchools => "all-schools", "England, all schools";
        /// State-funded schools only (`RECTYPE` 5): the programme's benchmark.
        StateFunded => "state-funded", "England, state-funded schools";
        /// State-funded primary schools.
        Primary => "primary", "England, state-funded primary schools";
        /// State-funded secondary schools.
        Secondary => "secondary", "England, state-funded secondary schools";
        /// Special schools.
        Special => "special", "England, special schools";
    }
}

named! {
    /// Which of an authority's schools a figure covers.
    pub enum AuthorityScope {
        /// All of its state-funded schools.
        All => "all", "All schools";
        /// Primary schools.
        Primary => "primary", "Primary schools";
        /// Secondary schools.
        Secondary => "secondary", "Secondary schools";
        /// Special schools.
        Special => "special", "Special schools";
    }
}

/// What a figure is about: a school, or something to compare a school with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Place {
    /// A school.
    School(Urn),
    /// A local authority's schools together, or those of one phase.
    Authority(AuthorityCode, AuthorityScope),
    /// England.
    England(EnglandScope),
}

/// What a school of a phase is compared with: the places of its own phase, and those of all.
/// Where the register gives no phase (special schools among others), the special schools' too.
pub const fn compares(phase: Phase, place: Place) -> bool {
    let (primary, secondary, special) = match phase {
        Phase::Nursery | Phase::Primary | Phase::MiddleDeemedPrimary => (true, false, false),
        Phase::MiddleDeemedSecondary | Phase::Secondary | Phase::SixteenPlus => {
            (false, true, false)
        }
        Phase::AllThrough => (true, true, false),
        Phase::NotApplicable => (false, false, true),
    };
    match place {
        Place::School(_) => false,
        Place::Authority(_, AuthorityScope::All)
        | Place::England(EnglandScope::AllSchools | EnglandScope::StateFunded) => true,
        Place::Authority(_, AuthorityScope::Primary) | Place::England(EnglandScope::Primary) => {
            primary
        }
        Place::Authority(_, AuthorityScope::Secondary)
        | Place::England(EnglandScope::Secondary) => secondary,
        Place::Authority(_, AuthorityScope::Special) | Place::England(EnglandScope::Special) => {
            special
        }
    }
}

impl Place {
    /// The stored kind: 1 school; 2, 8, 9, 10 an authority's schools, all or primary, secondary,
    /// special; 3 to 7 England, in the order of [`EnglandScope`].
    pub const fn kind(self) -> i16 {
        match self {
            Self::School(_) => 1,
            Self::Authority(_, AuthorityScope::All) => 2,
            Self::England(EnglandScope::AllSchools) => 3,
            Self::England(EnglandScope::StateFunded) => 4,
            Self::England(EnglandScope::Primary) => 5,
            Self::England(EnglandScope::Secondary) => 6,
            Self::England(EnglandScope::Special) => 7,
            Self::Authority(_, AuthorityScope::Primary) => 8,
            Self::Authority(_, AuthorityScope::Secondary) => 9,
            Self::Authority(_, AuthorityScope::Special) => 10,
        }
    }

    /// The stored number within the kind: URN, authority code, or 0 for England.
    pub fn code(self) -> i32 {
        match self {
            // At most 999999, so the conversion can't fail.
            Self::School(urn) => i32::try_from(urn.get()).unwrap_or(i32::MAX),
            Self::Authority(authority, _) => i32::from(authority.get()),
            Self::England(_) => 0,
        }
    }

    /// Reads the stored pair; `None` if no place has it.
    pub fn from_parts(kind: i16, code: i32) -> Option<Self> {
        let authority = |scope| {
            let code = AuthorityCode::new(u16::try_from(code).ok()?).ok()?;
            Some(Self::Authority(code, scope))
        };
        match kind {
            1 => Urn::new(u32::try_from(code).ok()?).ok().map(Self::School),
            2 => authority(AuthorityScope::All),
            8 => authority(AuthorityScope::Primary),
            9 => authority(AuthorityScope::Secondary),
            10 => authority(AuthorityScope::Special),
            _ if code == 0 => EnglandScope::ALL
                .iter()
                .map(|scope| Self::England(*scope))
                .find(|place| place.kind() == kind),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn codes_are_stable_and_unique() {
        let groups: Vec<i16> = PupilGroup::ALL.iter().map(|group| group.code()).collect();
        assert_eq!(
            groups,
            [
                1, 10, 11, 20, 21, 22, 23, 30, 31, 32, 40, 50, 51, 52, 60, 61, 62, 63, 70, 71, 72,
                73, 74
            ]
        );
        let markers: Vec<i16> = Marker::ALL.iter().map(|marker| marker.code()).collect();
        assert_eq!(markers, [1, 2, 3, 4, 5, 6, 7, 8, 9]);
        let periods: Vec<i16> = Period::ALL.iter().map(|period| period.code()).collect();
        assert_eq!(periods, [0, 1, 2, 3, 4, 5]);
        for period in Period::ALL {
            assert_eq!(Period::from_code(period.code()), Some(*period));
        }
        for release in Release::ALL {
            assert_eq!(Release::from_code(release.code()), Some(*release));
        }
        for group in PupilGroup::ALL {
            assert_eq!(PupilGroup::from_code(group.code()), Some(*group));
            assert_eq!(PupilGroup::parse(group.as_str()), Some(*group));
        }
        for marker in Marker::ALL {
            assert_eq!(Marker::from_code(marker.code()), Some(*marker));
        }
        let words: HashSet<&str> = Marker::ALL.iter().map(|marker| marker.words()).collect();
        assert_eq!(words.len(), Marker::ALL.len());
        assert_eq!(PupilGroup::from_code(0), None);
    }

    #[test]
    fn releases_are_in_order() {
        assert!(Release::Unvalidated < Release::Provisional);
        assert!(Release::Provisional < Release::Revised);
        assert!(Release::Revised < Release::Final);
    }

    #[test]
    fn places_go_to_the_store_and_back() {
        let authority = AuthorityCode::new(990).unwrap();
        let places = [
            Place::School(Urn::new(900_001).unwrap()),
            Place::Authority(authority, AuthorityScope::All),
            Place::England(EnglandScope::AllSchools),
            Place::England(EnglandScope::StateFunded),
            Place::England(EnglandScope::Primary),
            Place::England(EnglandScope::Secondary),
            Place::England(EnglandScope::Special),
            Place::Authority(authority, AuthorityScope::Primary),
            Place::Authority(authority, AuthorityScope::Secondary),
            Place::Authority(authority, AuthorityScope::Special),
        ];
        for (place, kind) in places.into_iter().zip(1..) {
            assert_eq!(place.kind(), kind);
            assert_eq!(Place::from_parts(kind, place.code()), Some(place));
        }
        for (kind, code) in [
            (0, 0),
            (1, 5),
            (1, -900_001),
            (2, 0),
            (3, 1),
            (11, 0),
            (8, 0),
        ] {
            assert_eq!(Place::from_parts(kind, code), None);
        }
    }
}
