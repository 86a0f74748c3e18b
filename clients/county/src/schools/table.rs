//! The rows: plain facts in a table per district, then what makes the notable
//! schools notable.

use super::{
    District, INFANT, JUNIOR,
    Kind::{self, Aided, Community, Controlled, Converter, Foundation, Free, Special, Sponsored},
    PRIMARY, School, Status, Story, WITH_NURSERY,
};

/// One line per school, which is why the formatter stays out of the tables:
/// URN, establishment number, type, ages, pupils in a year group, name, place.
pub(super) type Row = (u32, u16, Kind, (u8, u8), i64, &'static str, &'static str);

/// Every school of the register file, in the order of URNs.
pub(crate) fn all() -> Vec<School> {
    let districts: [(District, &[Row]); 5] = [
        (District::NorthMarl, &NORTH_MARL),
        (District::WenbourneVale, &WENBOURNE_VALE),
        (District::SaltmereCoast, &SALTMERE_COAST),
        (District::ThornholtForest, &THORNHOLT_FOREST),
        (District::Traded, &TRADED),
    ];
    let rows = districts
        .into_iter()
        .flat_map(|(district, rows)| rows.iter().map(move |row| (district, row)));
    rows.map(|(district, row)| notable(School::new(district, *row)))
        .collect()
}

/// A school of the latest key stage 2 file that the register lacks as yet: its
/// figures are kept, as pending, until a later register brings it.
pub(crate) fn pending() -> School {
    let row = (
        900_190,
        2060,
        Converter,
        PRIMARY,
        28,
        "Whinmoss Academy",
        "Whinmoss",
    );
    School {
        opened: "2025-01-01",
        ..School::new(District::SaltmereCoast, row)
    }
}

/// Adds what sets a school apart.
fn notable(school: School) -> School {
    let tells = |story, school| School { story, ..school };
    let closed = |closed, academy, school| School {
        status: Status::Closed,
        closed,
        successor: Some(academy),
        ..school
    };
    let follows = |lineage, opened, school| School {
        opened,
        lineage,
        ..school
    };
    let opened = |opened, school| School { opened, ..school };
    match school.urn {
        // One headteacher for both.
        900_002 | 900_003 => School {
            federation: "The Brindlecombe Federation",
            ..school
        },
        900_004 => tells(Story::Noisy, school),
        900_008 | 900_039 => tells(Story::Declining, school),
        900_013 => tells(Story::Gap, school),
        900_015 => School {
            newcomers: true,
            ..school
        },
        900_017 => tells(Story::Special, school),
        900_018 | 900_048 => tells(Story::Strong, school),
        900_030 => tells(Story::Improving, school),
        900_061 => tells(Story::Low, school),
        // Academies with their schools' numbers.
        900_024 => closed("2021-03-31", 900_025, school),
        900_025 => follows(900_024, "2021-04-01", school),
        900_058 => closed("2019-08-31", 900_059, school),
        900_059 => follows(900_058, "2019-09-01", school),
        // A sponsor took over in the middle of a year, with a new number.
        900_042 => tells(Story::Low, closed("2022-12-31", 900_043, school)),
        900_043 => tells(Story::Improving, follows(900_042, "2023-01-01", school)),
        900_029 => School {
            status: Status::ProposedToClose,
            closed: "2027-08-31",
            ..school
        },
        900_071 => School {
            status: Status::ProposedToOpen,
            opened: "2027-09-01",
            ..school
        },
        // It opened with Reception alone.
        900_035 => School {
            opened: "2018-09-01",
            first_year6: 2025,
            ..school
        },
        900_050 => opened("2014-09-01", school),
        900_065 => opened("2016-09-01", school),
        900_070 => opened("2013-09-01", school),
        900_072 => School {
            moved: Some((District::WenbourneVale, "2024-09-01")),
            ..school
        },
        900_201 | 900_202 => opened("2017-09-01", school),
        _ => school,
    }
}

#[rustfmt::skip]
const NORTH_MARL: [Row; 17] = [
    (900_001, 2001, Community, PRIMARY, 30, "Ashmarl Primary School", "Ashmarl"),
    (900_002, 2002, Community, INFANT, 45, "Brindlecombe Infant School", "Brindlecombe"),
    (900_003, 2003, Community, JUNIOR, 48, "Brindlecombe Junior School", "Brindlecombe"),
    (900_004, 3001, Controlled, PRIMARY, 9, "Coldwether CofE Primary School", "Coldwether"),
    (900_005, 2004, Community, WITH_NURSERY, 45, "Dunnerby Primary School", "Dunnerby"),
    (900_006, 3002, Aided, PRIMARY, 30, "St Osyn\u{2019}s Catholic Primary School, Dunnerby", "Dunnerby"),
    (900_007, 2005, Community, PRIMARY, 60, "Elmscar Primary School", "Elmscar"),
    (900_008, 2006, Community, PRIMARY, 42, "Fallowdene Primary School", "Fallowdene"),
    (900_009, 3003, Controlled, PRIMARY, 7, "Gorsewick CofE Primary School", "Gorsewick"),
    (900_010, 2007, Community, PRIMARY, 28, "Hawkmarl Primary School", "Hawkmarl"),
    (900_011, 2008, Community, INFANT, 30, "Ivelstow Infant School", "Ivelstow"),
    (900_012, 2009, Community, JUNIOR, 31, "Ivelstow Junior School", "Ivelstow"),
    (900_013, 2010, Community, WITH_NURSERY, 58, "Kestrel Rise Primary School", "Upper Marlbridge"),
    (900_014, 3004, Aided, PRIMARY, 15, "Lathermere CofE Primary School", "Lathermere"),
    (900_015, 2011, Community, PRIMARY, 55, "Marlbridge Quay Community Primary School", "Upper Marlbridge"),
    (900_016, 3005, Controlled, PRIMARY, 5, "Nunholm CofE Primary School", "Nunholm"),
    (900_017, 7001, Special, PRIMARY, 8, "Brackenhey School", "Hawkmarl"),
];

#[rustfmt::skip]
const WENBOURNE_VALE: [Row; 18] = [
    (900_018, 2012, Community, PRIMARY, 30, "Aldwen Primary School", "Aldwen"),
    (900_019, 2013, Community, INFANT, 60, "Bellhythe Infant School", "Bellhythe"),
    (900_020, 2014, Community, JUNIOR, 62, "Bellhythe Junior School", "Bellhythe"),
    (900_021, 3006, Controlled, PRIMARY, 11, "Chalkenby CofE Primary School", "Chalkenby"),
    (900_022, 2015, Community, PRIMARY, 30, "Deerhythe Primary School", "Deerhythe"),
    (900_023, 2016, Community, WITH_NURSERY, 40, "Fernsbourne Primary School", "Fernsbourne"),
    (900_024, 2017, Community, PRIMARY, 30, "Cranmarsh Primary School", "Cranmarsh"),
    (900_025, 2017, Converter, PRIMARY, 30, "Cranmarsh Primary Academy", "Cranmarsh"),
    (900_026, 2018, Foundation, PRIMARY, 45, "Beaupr\u{e9} Primary School", "Wenbourne Magna"),
    (900_027, 2019, Community, PRIMARY, 58, "Wenbourne \u{2013} Mill Leat Primary School", "Wenbourne Magna"),
    (900_028, 3007, Aided, PRIMARY, 15, "Great Hapsley CofE Primary School", "Great Hapsley"),
    (900_029, 3008, Controlled, PRIMARY, 6, "Little Hapsley CofE Primary School", "Little Hapsley"),
    (900_030, 2020, Community, PRIMARY, 44, "Osierbed Primary School", "Osierbed"),
    (900_031, 2021, Community, INFANT, 30, "Pennifold Infant School", "Pennifold"),
    (900_032, 2022, Foundation, JUNIOR, 32, "Pennifold Junior School", "Pennifold"),
    (900_033, 2023, Community, PRIMARY, 20, "Quarrendale Primary School", "Quarrendale"),
    (900_034, 3009, Aided, PRIMARY, 29, "Our Lady of the Vale Catholic Primary School", "Wenbourne Magna"),
    (900_035, 2051, Free, PRIMARY, 24, "Larkfold Free School", "Larkfold"),
];

#[rustfmt::skip]
const SALTMERE_COAST: [Row; 17] = [
    (900_036, 2024, Community, PRIMARY, 59, "Anchorage Street Primary School", "Saltmere Staithe"),
    (900_037, 2025, Community, PRIMARY, 30, "Beaconmere Primary School", "Beaconmere"),
    (900_038, 2026, Community, INFANT, 58, "Cocklestrand Infant School", "Cocklestrand"),
    (900_039, 2027, Community, JUNIOR, 60, "Cocklestrand Junior School", "Cocklestrand"),
    (900_040, 3010, Controlled, PRIMARY, 12, "Dunlin Marsh CofE Primary School", "Dunlin Marsh"),
    (900_041, 2028, Community, PRIMARY, 30, "Eelbrook Primary School", "Eelbrook"),
    (900_042, 2029, Community, PRIMARY, 52, "Skelling Road Primary School", "Saltmere Staithe"),
    (900_043, 2052, Sponsored, PRIMARY, 50, "Amberstaithe Academy", "Saltmere Staithe"),
    (900_044, 2030, Community, WITH_NURSERY, 42, "Fulmar Point Primary School", "Fulmar Point"),
    (900_045, 2031, Community, PRIMARY, 27, "Gullscar Primary School", "Gullscar"),
    (900_046, 3011, Aided, PRIMARY, 29, "Hythemouth CofE Primary School", "Hythemouth"),
    (900_047, 2032, Community, PRIMARY, 57, "Islebank Court Primary School", "Saltmere Staithe"),
    (900_048, 3012, Aided, PRIMARY, 30, "St Cedwyn's Catholic Primary School", "Saltmere Staithe"),
    (900_049, 2033, Foundation, PRIMARY, 15, "Lugworth Primary School", "Lugworth"),
    (900_050, 2034, Converter, PRIMARY, 45, "Marramgate Primary School", "Marramgate"),
    (900_051, 3013, Controlled, PRIMARY, 8, "Netherstaithe CofE Primary School", "Netherstaithe"),
    (900_052, 2035, Community, PRIMARY, 30, "Oystercombe Primary School", "Oystercombe"),
];

#[rustfmt::skip]
const THORNHOLT_FOREST: [Row; 20] = [
    (900_053, 2036, Community, PRIMARY, 30, "Acornhanger Primary School", "Acornhanger"),
    (900_054, 2037, Community, INFANT, 44, "Birchenholt Infant School", "Birchenholt"),
    (900_055, 2038, Community, JUNIOR, 46, "Birchenholt Junior School", "Birchenholt"),
    (900_056, 3014, Controlled, PRIMARY, 10, "Charcoal Hatch CofE Primary School", "Charcoal Hatch"),
    (900_057, 2039, Community, PRIMARY, 28, "Deepholt Primary School", "Deepholt"),
    (900_058, 2040, Community, JUNIOR, 58, "Hollin Cross Junior School", "Hollin Cross"),
    (900_059, 2040, Converter, JUNIOR, 58, "Hollin Cross Junior School", "Hollin Cross"),
    (900_060, 2041, Community, INFANT, 56, "Hollin Cross Infant School", "Hollin Cross"),
    (900_061, 2042, Community, PRIMARY, 30, "Fawnsley Primary School", "Fawnsley"),
    (900_062, 3015, Controlled, PRIMARY, 6, "Gladestow CofE Primary School", "Gladestow"),
    (900_063, 2043, Community, WITH_NURSERY, 60, "Hornbeam Lane Primary School", "Thornholt Regis"),
    (900_064, 2044, Foundation, PRIMARY, 20, "Inkpot Hill Primary School", "Inkpot Hill"),
    (900_065, 2045, Sponsored, PRIMARY, 40, "Juniper Vale Primary School", "Thornholt Regis"),
    (900_066, 3016, Aided, PRIMARY, 30, "Kingsholt CofE Primary School", "Kingsholt"),
    (900_067, 2046, Community, PRIMARY, 41, "Lindenhatch Primary School", "Lindenhatch"),
    (900_068, 3017, Controlled, PRIMARY, 11, "Mosswater CofE Primary School", "Mosswater"),
    (900_069, 2047, Community, PRIMARY, 29, "Nutcombe Primary School", "Nutcombe"),
    (900_070, 2048, Free, PRIMARY, 30, "Oakapple Primary School", "Thornholt Regis"),
    (900_071, 2053, Free, PRIMARY, 60, "Sallow Fields Primary School", "Thornholt Regis"),
    (900_072, 2049, Community, PRIMARY, 26, "Yewbarrow Primary School", "Yewbarrow"),
];

/// Schools of Eastmere, authority 991, which buy the programme.
#[rustfmt::skip]
const TRADED: [Row; 2] = [
    (900_201, 2001, Converter, PRIMARY, 30, "Eastmere Cross Primary Academy", "Eastmere Cross"),
    (900_202, 2002, Converter, PRIMARY, 30, "Tidewell Primary Academy", "Tidewell"),
];
