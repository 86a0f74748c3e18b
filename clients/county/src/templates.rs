//! The county's own templates filled in: phonics, reduced hours, and figures of England to compare
//! with.

use crate::{
    ks2::Character,
    rng::Rng,
    roll::Roll,
    schools::{School, Story},
    text::{div_round, plain},
};

const SUMMERS: [u16; 3] = [2023, 2024, 2025];

/// Year 1 and, in the same summer, those who met the standard by the end of year 2.
pub(crate) fn phonics(schools: &[School]) -> Vec<u8> {
    let mut lines = vec!["URN,School,Year,Group,Year group,Eligible,Met,Embargo until".to_owned()];
    for summer in SUMMERS {
        let year = year(summer);
        for school in schools {
            let teaches_year1 = school.ages.0 <= 5 && school.stood_on(&format!("{summer}-05-15"));
            if !teaches_year1 {
                continue;
            }
            let mut rng = Rng::of(school.lineage, 20_000 + summer);
            let character = Character::of(school);
            let rate = rate(school, character, summer);
            let mut line = |group: &str, year_group: u8, eligible: i64, rate: i64| {
                let met = div_round(eligible * rate.clamp(0, 990), 1000);
                let name = plain(school.name);
                lines.push(format!(
                    "{},{name},{year},{group},{year_group},{eligible},{met},",
                    school.urn
                ));
            };
            let all = (school.cohort + rng.between(-3, 3)).max(3);
            let disadvantaged = div_round(all * character.disadvantaged, 1000);
            line("all", 1, all, rate);
            if disadvantaged > 0 {
                line("disadvantaged", 1, disadvantaged, rate - gap(school));
            }
            line("all", 2, all, rate + (990 - rate) / 2);
        }
    }
    file(&lines)
}

/// Per mille who meet the standard.
fn rate(school: &School, character: Character, summer: u16) -> i64 {
    let since = i64::from(summer.saturating_sub(2022));
    let story = match school.story {
        Story::Ordinary | Story::Noisy | Story::Gap => 0,
        Story::Strong => 110,
        Story::Low => -170,
        Story::Declining => -55 * since,
        Story::Improving => -150 + 50 * since,
        Story::Special => -500,
    };
    800 + character.base / 6 + story
}

fn gap(school: &School) -> i64 {
    if school.story == Story::Gap { 330 } else { 130 }
}

/// Terms of the latest year; most schools have nobody on reduced hours.
pub(crate) fn reduced_hours(schools: &[School]) -> Vec<u8> {
    let mut lines = vec!["URN,School,Year,Term,Pupils,Hours lost,Pupils for long".to_owned()];
    for roll in schools
        .iter()
        .filter(|school| school.la == 990)
        .filter_map(|school| Roll::of(school, 2025))
    {
        let mut rng = Rng::of(roll.school.lineage, 30_000);
        for term in ["autumn", "spring", "summer"] {
            let pupils = match roll.suspensions {
                0..=3 => i64::from(rng.happens(150)),
                4..=9 => rng.between(0, 2),
                _ => rng.between(2, 5),
            };
            let hours = pupils * rng.between(18, 90);
            let name = plain(roll.school.name);
            let urn = roll.school.urn;
            lines.push(format!(
                "{urn},{name},2024/25,{term},{pupils},{hours},{}",
                pupils / 2
            ));
        }
    }
    file(&lines)
}

/// England's figures that the schools' files do not carry.
pub(crate) fn benchmarks() -> Vec<u8> {
    let mut lines =
        vec!["Place,Year,Measure,Group,Period,Numerator,Denominator,Release".to_owned()];
    for (summer, phonics, disadvantaged, absence, persistent, suspended) in [
        (2023, 79, 67, 60, 163, 12),
        (2024, 80, 68, 55, 147, 13),
        (2025, 80, 67, 52, 133, 13),
    ] {
        let year = year(summer);
        let mut line = |place: &str, measure: &str, group: &str, part: i64, whole: i64| {
            lines.push(format!(
                "{place},{year},{measure},{group},year,{part},{whole},final"
            ));
        };
        line("England", "phonics-met", "all", phonics, 100);
        line(
            "England",
            "phonics-met",
            "disadvantaged",
            disadvantaged,
            100,
        );
        line("England primary", "absence-overall", "all", absence, 1000);
        line(
            "England primary",
            "persistent-absence",
            "all",
            persistent,
            1000,
        );
        line(
            "England primary",
            "suspended-pupils",
            "all",
            suspended,
            1000,
        );
    }
    file(&lines)
}

fn year(summer: u16) -> String {
    format!("{}/{}", summer - 1, summer % 100)
}

fn file(lines: &[String]) -> Vec<u8> {
    let mut text = lines.join("\n");
    text.push('\n');
    text.into_bytes()
}
