//! Invented places: streets, postcodes in an area nobody uses, councils.

use crate::schools::{District, School};

const STREETS: [&str; 24] = [
    "Alderbrook Lane",
    "Bakehouse Row",
    "Candlemas Road",
    "Dovecote Close",
    "Eyebright Avenue",
    "Fiddler's Green",
    "Gatepost Lane",
    "Hobnail Street",
    "Inglenook Way",
    "Jackdaw Drive",
    "Kingcup Road",
    "Larder Hill",
    "Millwright Street",
    "Nettlebed Row",
    "Orchard Rise",
    "Parsley Lane",
    "Quillpen Road",
    "Ropewalk Terrace",
    "Scholars' Way",
    "Tollbar Road",
    "Underhedge Lane",
    "Verger's Walk",
    "Wheelbarrow Lane",
    "Yarrow Avenue",
];

/// The street a school stands in.
pub(crate) fn street(school: &School) -> &'static str {
    let index = usize::try_from(school.urn * 7 % 24).unwrap_or_default();
    STREETS.get(index).copied().unwrap_or("School Lane")
}

/// A postcode in area ZZ, which Royal Mail has never assigned.
pub(crate) fn postcode(school: &School) -> String {
    const LETTERS: [char; 8] = ['A', 'B', 'D', 'E', 'F', 'H', 'J', 'L'];
    let n = school.urn - 900_000;
    let letter = |i: u32| LETTERS.get((i % 8) as usize).copied().unwrap_or('A');
    format!(
        "ZZ{} {}{}{}",
        school.district.number(),
        n % 9 + 1,
        letter(n / 8),
        letter(n)
    )
}

/// The market town that a district's post goes through.
pub(crate) fn town(district: District) -> &'static str {
    match district {
        District::NorthMarl => "Upper Marlbridge",
        District::WenbourneVale => "Wenbourne Magna",
        District::SaltmereCoast => "Saltmere Staithe",
        District::ThornholtForest => "Thornholt Regis",
        District::Traded => "Eastmere Cross",
    }
}

/// The district council (code, name): on purpose not the improvement district,
/// because an importer that takes one for the other should be found out.
pub(crate) fn council(district: District) -> (&'static str, &'static str) {
    match district {
        District::NorthMarl | District::WenbourneVale => ("E07990001", "Marl and Wenbourne"),
        District::SaltmereCoast => ("E07990002", "Saltmere"),
        District::ThornholtForest => ("E07990003", "Thornholt"),
        District::Traded => ("E07991001", "Eastmere"),
    }
}

/// The parliamentary constituency (code, name).
pub(crate) fn constituency(district: District) -> (&'static str, &'static str) {
    match district {
        District::NorthMarl => ("E14990001", "North Marlshire"),
        District::WenbourneVale => ("E14990002", "Wenbourne"),
        District::SaltmereCoast | District::ThornholtForest => ("E14990003", "South Marlshire"),
        District::Traded => ("E14991001", "Eastmere"),
    }
}
