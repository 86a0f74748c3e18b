//! Census and absence as the performance tables have them: UTF-8 with a byte order mark, CRLF, no
//! line end after the last row, England's rows at the end.

use crate::{
    roll::Roll,
    schools::{Kind, School},
    text::{div_round, tenths},
};

/// The publications: academic year, summer.
pub(crate) const EDITIONS: [(&str, u16); 4] = [
    ("2018/19", 2019),
    ("2022/23", 2023),
    ("2023/24", 2024),
    ("2024/25", 2025),
];

/// `england_census.csv` of a year. Percentages are plain to 2023/24; in 2024/25 they have a sign,
/// and one header is misspelt, over fractions.
pub(crate) fn census(schools: &[School], summer: u16) -> Vec<u8> {
    let header = "URN,LA,Estab,SCHOOLTYPE,NOR,NORG,NORB,PNORG,PNORB,TSENELSE,PSENELSE,TSENELK,\
        PSENELK,NUMEAL,NUMENGFL,NUMUNCFL,PNUMEAL,PNUMENGFL,PNUMUNCFL,NUMFSM,NUMFSMEVER,\
        NORFSMEVER,PNUMFSMEVER";
    let header = match summer {
        ..=2019 => header.replace("NORFSMEVER,", ""),
        2025.. => header.replace("PNUMUNCFL", "PNUMUNCLF"),
        _ => header.to_owned(),
    };
    let mut lines = vec![header];
    for roll in schools.iter().filter_map(|school| Roll::of(school, summer)) {
        let school = roll.school;
        let kind = if school.kind == Kind::Special {
            "State-funded special school"
        } else {
            "State-funded primary"
        };
        let place = [
            school.urn.to_string(),
            school.la.to_string(),
            format!("{:04}", school.estab),
            kind.to_owned(),
        ];
        let counts = Counts {
            pupils: roll.pupils,
            girls: roll.girls,
            plan: roll.plan,
            support: roll.support,
            other_language: roll.other_language,
            unclassified: roll.unclassified,
            meals: roll.meals,
            meals_ever: roll.meals_ever,
        };
        lines.push([place.to_vec(), counts.cells(summer)].concat().join(","));
    }
    for (phase, kind, counts) in ENGLAND {
        let place = ["NAT", "", phase, kind].map(str::to_owned);
        lines.push([place.to_vec(), counts.cells(summer)].concat().join(","));
    }
    tables(&lines)
}

/// `england_abs.csv` of 2018/19.
pub(crate) fn absence(schools: &[School]) -> Vec<u8> {
    let mut lines = vec!["LA,ESTAB,URN,PERCTOT,PPERSABS10".to_owned()];
    for roll in schools.iter().filter_map(|school| Roll::of(school, 2019)) {
        let school = roll.school;
        // The smallest schools are not shown.
        let (overall, persistent) = if roll.pupils < 40 {
            ("SUPP".to_owned(), "SUPP".to_owned())
        } else {
            let persistent = div_round(1000 * roll.persistent, roll.pupils);
            (tenths(roll.absence), tenths(persistent))
        };
        lines.push(format!(
            "{},{:04},{},{overall},{persistent}",
            school.la, school.estab, school.urn
        ));
    }
    lines.extend(["NAT,PRI,,4.1,8.4", "NAT,SEC,,5.6,13.9", "NAT,SPE,,10.3,29"].map(str::to_owned));
    tables(&lines)
}

fn tables(lines: &[String]) -> Vec<u8> {
    let mut bytes = b"\xef\xbb\xbf".to_vec();
    bytes.extend(lines.join("\r\n").into_bytes());
    bytes
}

/// What a row counts.
struct Counts {
    pupils: i64,
    girls: i64,
    plan: i64,
    support: i64,
    other_language: i64,
    unclassified: i64,
    meals: i64,
    meals_ever: i64,
}

/// England's rows, the same round numbers every year.
const ENGLAND: [(&str, &str, Counts); 3] = [
    (
        "PRI",
        "State-funded primary",
        Counts {
            pupils: 4_600_000,
            girls: 2_254_000,
            plan: 138_000,
            support: 644_000,
            other_language: 1_012_000,
            unclassified: 13_800,
            meals: 1_104_000,
            meals_ever: 1_150_000,
        },
    ),
    (
        "SEC",
        "State-funded secondary",
        Counts {
            pupils: 3_600_000,
            girls: 1_790_000,
            plan: 90_000,
            support: 440_000,
            other_language: 640_000,
            unclassified: 22_000,
            meals: 880_000,
            meals_ever: 900_000,
        },
    ),
    (
        "SPE",
        "State-funded special school",
        Counts {
            pupils: 150_000,
            girls: 42_000,
            plan: 148_500,
            support: 900,
            other_language: 22_000,
            unclassified: 500,
            meals: 72_000,
            meals_ever: 69_000,
        },
    ),
];

impl Counts {
    fn cells(&self, summer: u16) -> Vec<String> {
        let &Self {
            pupils,
            girls,
            plan,
            support,
            other_language,
            unclassified,
            meals,
            meals_ever,
        } = self;
        let number = |count: i64| count.to_string();
        let share = |part: i64| match summer {
            ..=2019 => tenths(div_round(1000 * part, pupils)),
            2025.. => format!("{}%", hundredths(part, pupils)),
            _ => hundredths(part, pupils),
        };
        let fraction = match summer {
            2025.. => {
                let thousandths = div_round(1000 * unclassified, pupils);
                match thousandths {
                    0 => "0".to_owned(),
                    thousandths => format!("0.{thousandths:03}"),
                }
            }
            _ => share(unclassified),
        };
        let english = pupils - other_language - unclassified;
        let mut cells = vec![
            number(pupils),
            number(girls),
            number(pupils - girls),
            share(girls),
            share(pupils - girls),
            number(plan),
            share(plan),
            number(support),
            share(support),
            number(other_language),
            number(english),
            number(unclassified),
            share(other_language),
            share(english),
            fraction,
            number(meals),
            number(meals_ever),
        ];
        if summer > 2019 {
            cells.push(number(pupils));
        }
        cells.push(share(meals_ever));
        cells
    }
}

/// A share in per cent with two decimals.
fn hundredths(part: i64, whole: i64) -> String {
    let scaled = div_round(10_000 * part, whole);
    format!("{}.{:02}", scaled / 100, scaled % 100)
}
