//! The register: one row per establishment in the layout of GIAS's full
//! extract, without a head teacher's name or a telephone number.

use crate::{
    names,
    rng::Rng,
    schools::{Kind, School, Status},
    text::{cp1252, day_first, div_round, quoted, slug, tenths},
};

const LAYOUT: &str = include_str!("layouts/gias-full-extract.txt");

/// A coded value: GIAS has a column for the code and one for the name.
type Coded = (&'static str, &'static str);

const NOT_APPLICABLE: Coded = ("00", "Not applicable");

/// The file: code page 1252, CRLF, and no line end after the last row.
pub(crate) fn file(schools: &[School]) -> Vec<u8> {
    let header: Vec<String> = LAYOUT.lines().map(quoted).collect();
    let mut rows = vec![header.join(",")];
    rows.extend(schools.iter().map(row));
    cp1252(&rows.join("\r\n"))
}

fn row(school: &School) -> String {
    let pupils = Pupils::of(school);
    let fields: Vec<String> = LAYOUT
        .lines()
        .map(|column| match column {
            "URN" => school.urn.to_string(),
            _ => quoted(&field(school, pupils.as_ref(), column)),
        })
        .collect();
    fields.join(",")
}

/// The roll on census day.
struct Pupils {
    boys: i64,
    girls: i64,
    free_meals: i64,
}

impl Pupils {
    /// Blank for a school that isn't open, as in the real register, and for
    /// one small school that missed the census.
    fn of(school: &School) -> Option<Self> {
        if !school.is_open() || school.urn == 900_016 {
            return None;
        }
        let mut rng = Rng::of(school.urn, 1);
        let roll = school.cohort * school.year_groups() * rng.between(90, 103) / 100;
        let boys = roll * rng.between(46, 54) / 100;
        let free_meals = roll * rng.between(6, 38) / 100;
        Some(Self {
            boys,
            girls: roll - boys,
            free_meals,
        })
    }

    fn roll(&self) -> i64 {
        self.boys + self.girls
    }
}

fn field(school: &School, pupils: Option<&Pupils>, column: &str) -> String {
    if let Some(stem) = column.strip_suffix(" (code)")
        && let Some((code, _)) = coded(school, stem)
    {
        return code.to_owned();
    }
    if let Some(stem) = column.strip_suffix(" (name)")
        && let Some((_, name)) = coded(school, stem)
    {
        return name.to_owned();
    }
    let count = |of: fn(&Pupils) -> i64| pupils.map(|p| of(p).to_string()).unwrap_or_default();
    match column {
        "LA (code)" => school.la.to_string(),
        "EstablishmentNumber" => school.estab.to_string(),
        "EstablishmentName" => school.name.to_owned(),
        "OpenDate" => day_first(school.opened),
        "CloseDate" => day_first(school.closed),
        "StatutoryLowAge" => school.ages.0.to_string(),
        "StatutoryHighAge" => school.ages.1.to_string(),
        "SchoolCapacity" => (school.cohort * school.year_groups()).to_string(),
        "CensusDate" if pupils.is_some() => "15-01-2026".to_owned(),
        "NumberOfPupils" => count(Pupils::roll),
        "NumberOfBoys" => count(|p| p.boys),
        "NumberOfGirls" => count(|p| p.girls),
        "FSM" => count(|p| p.free_meals),
        "PercentageFSM" => pupils
            .map(|p| tenths(div_round(1000 * p.free_meals, p.roll())))
            .unwrap_or_default(),
        "UKPRN" => (10_990_000 + school.urn - 900_000).to_string(),
        "LastChangedDate" => "20-07-2026".to_owned(),
        "Street" => names::street(school).to_owned(),
        "Locality" if school.place != names::town(school.district) => school.place.to_owned(),
        "Town" => names::town(school.district).to_owned(),
        "Postcode" => names::postcode(school),
        "SchoolWebsite" if school.is_open() => format!("www.{}.example", slug(school.name)),
        "HeadPreferredJobTitle" if school.is_open() => "Headteacher".to_owned(),
        _ => String::new(),
    }
}

/// The columns that come in pairs, or as a name alone; `None` stays blank.
fn coded(school: &School, stem: &str) -> Option<Coded> {
    let coded = match stem {
        "TypeOfEstablishment" => type_of(school.kind),
        "EstablishmentTypeGroup" => group_of(school.kind),
        "EstablishmentStatus" => status(school.status),
        "ReasonEstablishmentOpened" => reason_opened(school),
        "ReasonEstablishmentClosed" => reason_closed(school),
        "PhaseOfEducation" if school.kind == Kind::Special => ("0", "Not applicable"),
        "PhaseOfEducation" => ("2", "Primary"),
        "Boarders" => ("1", "No boarders"),
        "NurseryProvision" if school.ages.0 < 4 => ("1", "Has Nursery Classes"),
        "NurseryProvision" => ("2", "No Nursery Classes"),
        "OfficialSixthForm" => ("2", "Does not have a sixth form"),
        "Gender" => ("3", "Mixed"),
        "ReligiousCharacter" => school.religion(),
        "ReligiousEthos" => ("00", "Does not apply"),
        "Diocese" => diocese(school),
        "SpecialClasses" => ("2", "No Special Classes"),
        "TrustSchoolFlag" if school.is_academy() => ("3", "Supported by a multi-academy trust"),
        "Trusts" => trust(school),
        "SchoolSponsorFlag" if school.kind == Kind::Sponsored => ("", "Linked to a sponsor"),
        "SchoolSponsors" if school.kind == Kind::Sponsored => ("", "The Marl Learning Trust"),
        "FederationFlag" if !school.federation.is_empty() => ("", "Supported by a federation"),
        "FederationFlag" if !school.is_academy() => ("", "Not under a federation"),
        "Federations" if !school.federation.is_empty() => ("9801", school.federation),
        "GOR" => ("J", "South East"),
        "DistrictAdministrative" => names::council(school.district),
        "ParliamentaryConstituency" => names::constituency(school.district),
        "UrbanRural" if school.cohort < 25 => ("E1", "(England/Wales) Rural village"),
        "UrbanRural" => ("C1", "(England/Wales) Urban city and town"),
        "GSSLACode" if school.la == 991 => ("", "E10000991"),
        "GSSLACode" => ("", "E10000990"),
        "LA" if school.la == 991 => ("991", "Eastmere"),
        "LA" => ("990", "Marlshire"),
        "County" => ("", "Marlshire"),
        "MSOA" | "LSOA" => ("999999999", ""),
        "TrustSchoolFlag" | "QABName" | "EstablishmentAccredited" => ("0", "Not applicable"),
        "AdmissionsPolicy" => NOT_APPLICABLE,
        "SchoolSponsorFlag"
        | "FederationFlag"
        | "FurtherEducationType"
        | "BSOInspectorateName"
        | "TeenMoth"
        | "CCF"
        | "SENPRU"
        | "EBD"
        | "EdByOther"
        | "Section41Approved" => ("", "Not applicable"),
        _ => return None,
    };
    Some(coded)
}

fn type_of(kind: Kind) -> Coded {
    match kind {
        Kind::Community => ("01", "Community school"),
        Kind::Aided => ("02", "Voluntary aided school"),
        Kind::Controlled => ("03", "Voluntary controlled school"),
        Kind::Foundation => ("05", "Foundation school"),
        Kind::Special => ("07", "Community special school"),
        Kind::Sponsored => ("28", "Academy sponsor led"),
        Kind::Converter => ("34", "Academy converter"),
        Kind::Free => ("35", "Free schools"),
    }
}

fn group_of(kind: Kind) -> Coded {
    match kind {
        Kind::Community | Kind::Aided | Kind::Controlled | Kind::Foundation => {
            ("4", "Local authority maintained schools")
        }
        Kind::Special => ("5", "Special schools"),
        Kind::Sponsored | Kind::Converter => ("10", "Academies"),
        Kind::Free => ("11", "Free Schools"),
    }
}

fn status(status: Status) -> Coded {
    match status {
        Status::Open => ("1", "Open"),
        Status::Closed => ("2", "Closed"),
        Status::ProposedToClose => ("3", "Open, but proposed to close"),
        Status::ProposedToOpen => ("4", "Proposed to open"),
    }
}

fn reason_opened(school: &School) -> Coded {
    match school.kind {
        Kind::Converter => ("10", "Academy Converter"),
        Kind::Sponsored | Kind::Free => ("03", "New Provision"),
        Kind::Community | Kind::Aided | Kind::Controlled | Kind::Foundation | Kind::Special => {
            NOT_APPLICABLE
        }
    }
}

fn reason_closed(school: &School) -> Coded {
    match (school.status, school.urn) {
        // Its academy is sponsor-led, with a number of its own.
        (Status::Closed, 900_042) => ("06", "For Academy"),
        (Status::Closed, _) => ("10", "Academy Converter"),
        (Status::ProposedToClose, _) => ("02", "Closure"),
        (Status::Open | Status::ProposedToOpen, _) => NOT_APPLICABLE,
    }
}

fn diocese(school: &School) -> Coded {
    match school.religion().0 {
        "02" => ("CE99", "Diocese of Marlbridge"),
        "03" => ("RC99", "Diocese of Wenbourne"),
        _ => ("0000", "Not applicable"),
    }
}

fn trust(school: &School) -> Coded {
    match school.kind {
        Kind::Free => ("9902", "LARKFOLD EDUCATION TRUST"),
        Kind::Converter | Kind::Sponsored => ("9901", "THE MARL LEARNING TRUST"),
        Kind::Community | Kind::Aided | Kind::Controlled | Kind::Foundation | Kind::Special => {
            ("", "")
        }
    }
}
