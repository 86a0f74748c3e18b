//! The files of Explore Education Statistics: absence, and suspensions and exclusions, a row for
//! each school and year, newest year first.

use crate::{
    roll::Roll,
    schools::{Kind, School},
    text::{div_round, plain},
};

/// Half days of a school year.
const SESSIONS: i64 = 366;
/// The summers in the files, newest first.
const SUMMERS: [u16; 3] = [2025, 2024, 2023];

const PLACE: &str = "time_period,time_identifier,geographic_level,country_code,country_name,\
    region_code,region_name,old_la_code,new_la_code,la_name,school_urn,school_laestab,school_name,\
    education_phase";

/// `1a_absence_3term_school.csv`.
pub(crate) fn absence(schools: &[School]) -> Vec<u8> {
    const FIGURES: &str = "enrolments,sess_possible,sess_overall,sess_overall_percent,\
        sess_authorised,sess_authorised_percent,sess_unauthorised,sess_unauthorised_percent,\
        enrolments_pa_10_exact,enrolments_pa_10_exact_percent,enrolments_pa_50_exact,\
        enrolments_pa_50_exact_percent";
    file(schools, FIGURES, |roll| {
        let possible = roll.pupils * SESSIONS;
        let overall = div_round(possible * roll.absence, 1000);
        let unauthorised = div_round(overall * 28, 100);
        let authorised = overall - unauthorised;
        let with_share = |part, whole| [number(part), share(part, whole)];
        [
            vec![number(roll.pupils), number(possible)],
            with_share(overall, possible).into(),
            with_share(authorised, possible).into(),
            with_share(unauthorised, possible).into(),
            with_share(roll.persistent, roll.pupils).into(),
            with_share(roll.severe, roll.pupils).into(),
        ]
        .concat()
    })
}

/// `exc_school.csv`.
pub(crate) fn suspensions(schools: &[School]) -> Vec<u8> {
    const FIGURES: &str = "headcount,suspension,susp_rate,one_plus_susp,one_plus_susp_rate,\
        perm_excl,perm_excl_rate";
    file(schools, FIGURES, |roll| {
        let mut cells = vec![number(roll.pupils)];
        for count in [roll.suspensions, roll.suspended, roll.excluded] {
            cells.extend([number(count), share(count, roll.pupils)]);
        }
        cells
    })
}

fn file(schools: &[School], figures: &str, cells: impl Fn(&Roll<'_>) -> Vec<String>) -> Vec<u8> {
    let mut lines = vec![format!("{PLACE},{figures}")];
    for summer in SUMMERS {
        let rolls = schools.iter().filter_map(|school| Roll::of(school, summer));
        lines.extend(rolls.map(|roll| {
            let cells = [place(roll.school, summer), cells(&roll)].concat();
            cells.join(",")
        }));
    }
    let mut text = lines.join("\n");
    text.push('\n');
    text.into_bytes()
}

fn place(school: &School, summer: u16) -> Vec<String> {
    let authority = if school.la == 990 {
        ("E10000990", "Marlshire")
    } else {
        ("E10000991", "Eastmere")
    };
    let phase = if school.kind == Kind::Special {
        "Special"
    } else {
        "State-funded primary"
    };
    [
        &format!("{}{}", summer - 1, summer % 100),
        "Academic year",
        "School",
        "E92000001",
        "England",
        "E12000099",
        "Invented region",
        &school.la.to_string(),
        authority.0,
        authority.1,
        &school.urn.to_string(),
        &format!("{}{:04}", school.la, school.estab),
        school.name,
        phase,
    ]
    .map(plain)
    .to_vec()
}

fn number(count: i64) -> String {
    count.to_string()
}

/// A share in per cent with five decimals, as the service writes them.
fn share(part: i64, whole: i64) -> String {
    let scaled = div_round(part * 10_000_000, whole.max(1));
    format!("{}.{:05}", scaled / 100_000, scaled % 100_000)
}
