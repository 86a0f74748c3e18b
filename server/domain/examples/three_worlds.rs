//! How the suggestions behave where the truth is known: three invented worlds of schools, and the
//! power to find a school that really is far below.
//!
//! `cargo run --release -p llpr-domain --example three_worlds` prints the page that is kept as
//! `server/docs/three-worlds.md`.

#![expect(clippy::expect_used, reason = "its years and percentages are its own")]

use std::f64::consts::TAU;

use llpr_domain::figure::Release;
use llpr_domain::programme::Settings;
use llpr_domain::risk::trial::{current_year, over_time};
use llpr_domain::risk::{Count, Outcome, Rules, Thresholds, Worse, YearCount};
use llpr_domain::year::AcademicYear;
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};

const SEED: u64 = 2024;
const SCHOOLS: u32 = 40_000;
const YEARS: [u16; 3] = [2021, 2022, 2023];
/// England's share in reading, writing and mathematics.
const ENGLAND: f64 = 0.61;

/// What differs in a world.
struct World {
    name: &'static str,
    /// Standard deviation of schools' true shares, in points.
    schools_differ: f64,
    /// Correlation within a cohort.
    rho: f64,
}

const WORLDS: [World; 3] = [
    World {
        name: "No school differs, chance alone",
        schools_differ: 0.0,
        rho: 0.0,
    },
    World {
        name: "No school differs, cohorts vary",
        schools_differ: 0.0,
        rho: 0.0085,
    },
    World {
        name: "Schools differ (SD 10 points), cohorts vary",
        schools_differ: 10.0,
        rho: 0.0085,
    },
];

/// What was suggested in a world.
#[derive(Default)]
struct Tally {
    suggested: u32,
    /// Of those suggested: truly 5 or more points below England.
    truly_below: u32,
    /// Of those suggested: truly no lower than England.
    wrongly: u32,
    /// Of all: truly 15 or more points below England, and how many of them were not suggested.
    far_below: u32,
    missed: u32,
}

/// The default settings.
fn rules() -> Thresholds {
    Rules::from(&Settings::default()).attainment
}

fn main() {
    let rules = rules();
    let mut rng = StdRng::seed_from_u64(SEED);
    println!("# Three worlds\n");
    println!("<!-- Printed by `cargo run --release -p llpr-domain --example three_worlds`. -->\n");
    println!(
        "Invented schools whose truth is known, {SCHOOLS} in each world, three years of results \
         each, published as whole\npercentages, cohorts of 8 to 90 children as English primary \
         schools have them. A school is suggested under\ncriterion a (¶12) by its current year or \
         by three years together, with the default settings: {:.0} points are\ntolerated, chance {}, \
         cohorts from {}, {} children together.\n",
        rules.tolerated_points,
        rules.chance,
        rules.smallest_cohort.unwrap_or_default(),
        rules.smallest_pooled,
    );
    println!(
        "| World | Suggested | of these truly 5 or more points below | Wrongly: truly not below \
         England, of all schools | Truly 15 or more points below and missed |"
    );
    println!("|---|---|---|---|---|");
    for world in &WORLDS {
        let tally = live(world, &mut rng);
        let below = share(tally.truly_below, tally.suggested);
        println!(
            "| {} | {} | {} | {} | {} |",
            world.name,
            percent(share(tally.suggested, SCHOOLS)),
            if world.schools_differ > 0.0 {
                percent(below)
            } else {
                "none are".into()
            },
            percent(share(tally.wrongly, SCHOOLS)),
            if tally.far_below > 0 {
                percent(share(tally.missed, tally.far_below))
            } else {
                "none are".into()
            },
        );
    }
    println!("\n## The power to find a school that is truly 15 points below\n");
    println!(
        "| Children in each year | Found by the current year | by three years together | by either | Missed |"
    );
    println!("|---|---|---|---|---|");
    for cohort in [8, 11, 15, 30, 60, 90] {
        let (mut now, mut together, mut either) = (0, 0, 0);
        for _ in 0..SCHOOLS {
            let (current, pooled) =
                suggested(&results(ENGLAND - 0.15, 0.0085, || cohort, &mut rng));
            now += u32::from(current);
            together += u32::from(pooled);
            either += u32::from(current || pooled);
        }
        let found = share(either, SCHOOLS);
        println!(
            "| {cohort} | {} | {} | {} | {} |",
            percent(share(now, SCHOOLS)),
            percent(share(together, SCHOOLS)),
            percent(found),
            percent(1.0 - found),
        );
    }
    println!(
        "\nWhat is missed is missed because a small cohort says little: no rule finds it without \
         also pointing at many\nschools that are as good as others. That is why judgement and local \
         knowledge come first (¶10), and why the absence\nof a suggestion is never a finding that \
         all is well."
    );
}

fn live(world: &World, rng: &mut StdRng) -> Tally {
    let mut tally = Tally::default();
    for _ in 0..SCHOOLS {
        let truth = (ENGLAND + normal(rng) * world.schools_differ / 100.0).clamp(0.02, 0.98);
        let size = cohort(rng);
        let sizes =
            std::iter::repeat_with(|| (size * rng.random_range(0.85..1.15)).round().max(1.0))
                .take(YEARS.len())
                .map(|size| {
                    #[expect(
                        clippy::cast_possible_truncation,
                        clippy::cast_sign_loss,
                        reason = "a cohort"
                    )]
                    let size = size as u32;
                    size
                })
                .collect::<Vec<_>>();
        let mut sizes = sizes.into_iter();
        let years = results(truth, world.rho, || sizes.next().unwrap_or(1), rng);
        let (now, together) = suggested(&years);
        if now || together {
            tally.suggested += 1;
            tally.truly_below += u32::from(truth <= ENGLAND - 0.05);
            tally.wrongly += u32::from(truth >= ENGLAND);
        }
        if truth <= ENGLAND - 0.15 {
            tally.far_below += 1;
            tally.missed += u32::from(!now && !together);
        }
    }
    tally
}

/// Three years of a school: each child's chance depends on how its cohort goes (Pólya's urn gives
/// the beta-binomial), and the result is published as a whole percentage.
fn results(
    truth: f64,
    rho: f64,
    mut size: impl FnMut() -> u32,
    rng: &mut StdRng,
) -> Vec<YearCount> {
    let year = |start| {
        let of = size();
        let urn = if rho > 0.0 {
            1.0 / rho - 1.0
        } else {
            f64::INFINITY
        };
        let mut met = 0;
        for asked in 0..of {
            let chance = if urn.is_finite() {
                (truth * urn + f64::from(met)) / (urn + f64::from(asked))
            } else {
                truth
            };
            met += u32::from(rng.random_bool(chance.clamp(0.0, 1.0)));
        }
        let published = i64::from((200 * met + of) / (2 * of)) * 100;
        YearCount {
            year: AcademicYear::from_start(start).expect("a year"),
            release: Release::Final,
            count: Count::from_percentage(published, 100, of, Worse::Low).expect("a percentage"),
            benchmark: ENGLAND,
        }
    };
    YEARS.into_iter().map(year).collect()
}

fn suggested(years: &[YearCount]) -> (bool, bool) {
    let raised = |outcome| matches!(outcome, Outcome::Raised(_));
    let rules = rules();
    (
        raised(current_year(years, Worse::Low, &rules)),
        raised(over_time(years, Worse::Low, &rules)),
    )
}

/// Children in a year group: a few small village schools, most with one or two classes.
fn cohort(rng: &mut StdRng) -> f64 {
    match rng.random_range(0..10) {
        0..2 => rng.random_range(8.0..16.0),
        2..4 => rng.random_range(16.0..28.0),
        4..7 => rng.random_range(28.0..32.0),
        7..9 => rng.random_range(45.0..62.0),
        _ => rng.random_range(62.0..92.0),
    }
}

/// A standard normal number (Box and Muller).
fn normal(rng: &mut StdRng) -> f64 {
    let (a, b): (f64, f64) = (rng.random_range(f64::EPSILON..1.0), rng.random());
    (-2.0 * a.ln()).sqrt() * (TAU * b).cos()
}

fn share(part: u32, whole: u32) -> f64 {
    f64::from(part) / f64::from(whole.max(1))
}

fn percent(share: f64) -> String {
    format!("{:.1} %", share * 100.0)
}
