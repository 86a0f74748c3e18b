//! The school census: pupils on roll, and shares of groups, from the performance tables.

use super::format::Format;
use super::issue::IssueCode;
use super::layout::Header;
use super::opening::Candidate;
use super::places::{authority, england, school};
use super::reader::Request;
use super::rows::{Batch, FigureRow};
use super::wide::{Cells, Key, Site, Skip, Source, Spec, Table};
use crate::figure::{Marker, PupilGroup as G, Value};
use crate::measure::Measure as M;
use crate::urn::Laestab;

/// The file as it fits a header.
pub(super) fn open(request: &Request, header: &Header) -> Candidate {
    table(request).open(header, Census)
}

/// How percentages are written, by the file's year: plain to 2018/19 and in 2021/22, with a sign
/// in 2020/21 and from 2024/25. In a year whose file is not known a sign may be there; fractions
/// are found by their counts.
fn percentages(request: &Request) -> Format {
    match request.year.map(crate::year::AcademicYear::start) {
        Some(2020 | 2024..) => Format::SignedShare,
        Some(_) | None => Format::Share,
    }
}

/// A group: the columns of its count and of its share, and what the share is of.
const GROUPS: [(G, &str, &str, &str); 8] = [
    (G::Girls, "NORG", "PNORG", "NOR"),
    (G::Boys, "NORB", "PNORB", "NOR"),
    (G::EhcPlan, "TSENELSE", "PSENELSE", "NOR"),
    (G::SenSupport, "TSENELK", "PSENELK", "NOR"),
    (G::EnglishAdditionalLanguage, "NUMEAL", "PNUMEAL", "NOR"),
    (G::EnglishFirstLanguage, "NUMENGFL", "PNUMENGFL", "NOR"),
    (G::LanguageUnclassified, "NUMUNCFL", "PNUMUNCFL", "NOR"),
    (
        G::FreeSchoolMealsEver,
        "NUMFSMEVER",
        "PNUMFSMEVER",
        "NORFSMEVER",
    ),
];

fn table(request: &Request) -> Table {
    let format = percentages(request);
    let count = |group, name| Spec::new(M::PupilsOnRoll, group, Format::Whole, &[name]);
    let mut figures = vec![
        Spec::new(
            M::PupilsOnRoll,
            G::All,
            Format::Whole,
            &["NOR", "TOTPUPSENDN"],
        )
        .required(),
        count(G::FreeSchoolMeals, "NUMFSM").required(),
        Spec::new(M::ShareOfRoll, G::FreeSchoolMeals, format, &["PNUMFSM"])
            .from("NUMFSM", "TOTPUPFSMDN"),
    ];
    for (group, number, share, whole) in GROUPS {
        figures.push(count(group, number));
        figures.push(Spec::new(M::ShareOfRoll, group, format, &[share]).from(number, whole));
    }
    // Since 2024/25 this header is misspelt, and its cells are fractions.
    figures.push(
        Spec::new(
            M::ShareOfRoll,
            G::LanguageUnclassified,
            Format::Fraction,
            &["PNUMUNCLF"],
        )
        .from("NUMUNCFL", "NOR"),
    );
    Table {
        layout: "census-performance-tables",
        keys: &[
            (&["LA", "LEA", "LAESTAB"], true, Key::Authority),
            (&["ESTAB"], false, Key::Establishment),
            (&["URN"], true, Key::Urn),
        ],
        figures,
        counts: Format::Count,
        markers: &[
            ("SUPP", Marker::Suppressed),
            ("NA", Marker::NotApplicable),
            ("NP", Marker::NotPublished),
            ("NE", Marker::NoEligiblePupils),
            ("NEW", Marker::NewSchool),
        ],
        known: &[KNOWN],
        year: request.year,
    }
}

/// Columns that are known and left out: the school's type, the older kinds of special needs
/// (school action, school action plus, statements), full-time equivalents, and the counts that
/// follow from others.
const KNOWN: &[&str] = &[
    "SCHOOLTYPE",
    "NUMFTE",
    "NUMFT*",
    "TSEN*",
    "PSEN*",
    "TOTSEN*",
    "PTOTSEN*",
    "TOTPUP*",
    "NUMNOFSM*",
    "PNUMNOFSM*",
    "PNUMFSM*",
    "NUMFSM*",
    "NORFSM*",
];

struct Census;

impl Source for Census {
    fn site(&self, cells: Cells<'_>, out: &mut Batch) -> Result<Site, Skip> {
        if cells.get(Key::Urn) == "NAT" {
            // Until 2015/16 the type stands under LA, later under ESTAB.
            let key = match cells.get(Key::Establishment) {
                "" => Key::Authority,
                _ => Key::Establishment,
            };
            return england(cells, key, out);
        }
        // In 2010/11 authority and establishment are one number.
        let joined = cells.get(Key::Authority).parse::<Laestab>();
        let authority = match joined {
            Ok(laestab) => Ok(laestab.authority()),
            Err(_) => authority(cells, out),
        };
        let place = school(cells, out)?;
        Ok(Site::new(place, Some(authority?), "", Key::Urn))
    }

    fn correct(
        &self,
        cells: Cells<'_>,
        figures: &mut [FigureRow],
        out: &mut Batch,
    ) -> Result<(), Skip> {
        let count = |group| {
            let of_group =
                |figure: &&FigureRow| figure.measure == M::PupilsOnRoll && figure.group == group;
            figures.iter().find(of_group).map(|figure| figure.value)
        };
        let none = |group| count(group) == Some(Value::Number(0));
        // Independent schools don't give languages; some years' files have three zeros there.
        let no_languages = LANGUAGES.into_iter().all(none) && !none(G::All);
        let markers: Vec<(G, Marker)> = figures
            .iter()
            .filter_map(|figure| Some((figure.group, count(figure.group)?.marker()?)))
            .collect();
        for figure in figures {
            let marker = markers.iter().find(|(group, _)| *group == figure.group);
            let missing = match (figure.measure, marker) {
                _ if no_languages && LANGUAGES.contains(&figure.group) => Marker::NotAvailable,
                // Where the count is a marker, a share of 0.00% means nothing.
                (M::ShareOfRoll, Some((_, marker))) => *marker,
                (M::ShareOfRoll, None) if figure.denominator == Some(0) => Marker::NoEligiblePupils,
                _ => {
                    agrees(cells, figure, out)?;
                    continue;
                }
            };
            figure.value = Value::Marker(missing);
            figure.numerator = None;
            figure.denominator = None;
        }
        Ok(())
    }
}

const LANGUAGES: [G; 3] = [
    G::EnglishAdditionalLanguage,
    G::EnglishFirstLanguage,
    G::LanguageUnclassified,
];

/// Refuses a fraction where a percentage should be: its counts show which one is meant.
fn agrees(cells: Cells<'_>, figure: &FigureRow, out: &mut Batch) -> Result<(), Skip> {
    let (Some(value), Some(part), Some(whole @ 1..)) =
        (figure.value.number(), figure.numerator, figure.denominator)
    else {
        return Ok(());
    };
    let counted = part.saturating_mul(10_000) / whole;
    if (value.saturating_mul(100) - counted).abs() >= (value - counted).abs() {
        return Ok(());
    }
    let message = format!(
        "The share of {} on this line looks like a fraction: {part} of {whole} are {}.{:02} per \
         cent. Check the file against the Department's, and the year of the import.",
        figure.group.label().to_lowercase(),
        counted / 100,
        counted % 100
    );
    Err(cells.tell(Key::Urn, IssueCode::InvalidNumber, &message, out))
}
