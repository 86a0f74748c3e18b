//! A whole country: what loading it takes, and what a school's page, a district's figures,
//! suggestions and a district's review take after it, beside the same SQL by hand.

mod by_hand;
mod files;

use std::error::Error;
use std::io;
use std::time::{Duration, Instant};

use llpr_proto::v1::{
    GetDistrictReviewFiguresRequest, ListDistrictFiguresRequest, ListSchoolFiguresRequest,
    ListSuggestionsRequest,
};
use llpr_tests::{Actor, Engine};
use tonic::Request;

use crate::calls::engine_name;
use crate::county::Bench;
use crate::report::Report;
use crate::shells;
use by_hand::ByHand;
use files::Country;

/// How often the county's 73 schools are copied: one county, a tenth of a country, a country of 25,000
/// schools.
const COPIES: [usize; 3] = [1, 35, 343];
/// Pages that are asked for, of each kind.
const PAGES: usize = 300;

/// What one size of country took.
struct Size {
    schools: usize,
    figures: usize,
    load: (Duration, Duration),
    registers: Duration,
    server_memory: u64,
    client_memory: u64,
    school: Spread,
    district: Spread,
    suggestions: (Duration, Duration),
    review: (Duration, Duration),
}

/// Times of the server and by hand, in pairs.
type Spread = Vec<(Duration, Duration)>;

/// Measures an engine once: a national load is no matter of chance.
pub(crate) async fn measure(engine: Engine) -> Result<(), Box<dyn Error>> {
    let mut sizes = Vec::new();
    for copies in COPIES {
        let folder = tempfile::tempdir()?;
        let country = Country::write(folder.path(), copies)?;
        sizes.push(size(engine, &country, copies).await?);
    }
    told(engine, &sizes).print();
    Ok(())
}

async fn size(engine: Engine, country: &Country, copies: usize) -> io::Result<Size> {
    let bench = Bench::start(engine).await?;
    let (mut figures, mut registers, mut client_memory) = (Duration::ZERO, Duration::ZERO, 0);
    for file in &country.files {
        let took = bench
            .load(file.dataset, &file.path, file.year, file.release)
            .await?;
        client_memory = took.memory.max(client_memory);
        if file.has_figures {
            figures += took.time;
        } else {
            registers += took.time;
        }
        println!(
            "  {}, {} schools, {} {}: {:.2} s, server at most {} MB",
            engine_name(engine),
            country.schools,
            file.dataset,
            file.year.unwrap_or_default(),
            took.time.as_secs_f64(),
            bench.server.memory() / 1_000_000
        );
    }
    let by_shell = shells::figures(&bench, &country.parsed)?;
    let server_memory = bench.server.memory();
    let districts: &[&str] = if copies == 1 {
        &["north"]
    } else {
        &["north", "everywhere"]
    };
    bench.give_districts(districts).await;
    let manager = bench.manager().await;
    let by_hand = ByHand::connect(&bench).await;
    let largest = districts.last().copied().unwrap_or("north");
    let mut school = Spread::new();
    let mut district = Spread::new();
    let schools = by_hand.schools("north").await;
    for round in 0..PAGES {
        let urn = schools[round * 7 % schools.len()];
        school.push((school_page(&manager, urn).await, by_hand.school(urn).await));
        if round % 10 == 0 {
            let page = district_page(&manager, "north").await;
            district.push((page, by_hand.district("north").await));
        }
    }
    let mut pair = (Vec::new(), Vec::new());
    for _ in 0..3 {
        let told = suggestions(&manager, largest).await;
        pair.0.push((told, by_hand.suggestions(largest).await));
        let told = review(&manager, largest).await;
        pair.1.push((told, by_hand.review(largest).await));
    }
    drop(by_hand);
    bench.end().await;
    Ok(Size {
        schools: country.schools,
        figures: country.figures,
        load: (figures, by_shell),
        registers,
        server_memory,
        client_memory,
        school,
        district,
        suggestions: middle(pair.0),
        review: middle(pair.1),
    })
}

fn middle(mut pairs: Spread) -> (Duration, Duration) {
    pairs.sort();
    pairs[pairs.len() / 2]
}

async fn school_page(manager: &Actor, urn: u32) -> Duration {
    let begun = Instant::now();
    let request = ListSchoolFiguresRequest {
        parent: format!("schools/{urn}"),
        page_size: 1_000,
        ..ListSchoolFiguresRequest::default()
    };
    let mut performance = manager.session.performance();
    performance
        .list_school_figures(request)
        .await
        .expect("a school's figures");
    begun.elapsed()
}

async fn district_page(manager: &Actor, slug: &str) -> Duration {
    let begun = Instant::now();
    let request = ListDistrictFiguresRequest {
        parent: format!("districts/{slug}"),
        page_size: 1_000,
        ..ListDistrictFiguresRequest::default()
    };
    let mut performance = manager.session.performance();
    performance
        .list_district_figures(request)
        .await
        .expect("a district's figures");
    begun.elapsed()
}

/// A request that may take longer than any of a county.
fn patient<T>(request: T) -> Request<T> {
    let mut request = Request::new(request);
    request.set_timeout(Duration::from_mins(10));
    request
}

/// All pages of a district's suggestions.
async fn suggestions(manager: &Actor, slug: &str) -> Duration {
    let begun = Instant::now();
    let mut page_token = String::new();
    loop {
        let request = ListSuggestionsRequest {
            parent: format!("districts/{slug}"),
            page_size: 200,
            page_token,
            ..ListSuggestionsRequest::default()
        };
        let answer = manager
            .session
            .risk()
            .list_suggestions(patient(request))
            .await;
        page_token = answer.expect("suggestions").into_inner().next_page_token;
        if page_token.is_empty() {
            return begun.elapsed();
        }
    }
}

async fn review(manager: &Actor, slug: &str) -> Duration {
    let begun = Instant::now();
    let request = GetDistrictReviewFiguresRequest {
        name: format!("districts/{slug}/reviews/-"),
    };
    let mut reviews = manager.session.district_reviews();
    reviews
        .get_district_review_figures(patient(request))
        .await
        .expect("a review's figures");
    begun.elapsed()
}

/// The time that so many of a hundred stay within, of the server and by hand.
fn percentile(spread: &Spread, hundredths: usize) -> (Duration, Duration) {
    let of = |side: fn(&(Duration, Duration)) -> Duration| {
        let mut times: Vec<Duration> = spread.iter().map(side).collect();
        times.sort_unstable();
        times[(times.len() - 1) * hundredths / 100]
    };
    (of(|pair| pair.0), of(|pair| pair.1))
}

fn told(engine: Engine, sizes: &[Size]) -> Report {
    let name = engine_name(engine);
    let mut report = Report::default();
    let shell = shells::name(engine);
    for size in sizes {
        let of = format!("{name}, {} schools", size.schools);
        let figures = size.figures;
        report.time(
            format!("{of}: {figures} figures"),
            shell,
            &[size.load],
            "0.4",
        );
        report.wait(format!("{of}: registers and lists"), &[size.registers], "");
        report.memory(
            format!("{of}: server, at most"),
            &[size.server_memory],
            "under 256 MB",
        );
        report.memory(format!("{of}: client, at most"), &[size.client_memory], "");
        for (what, spread) in [
            ("a school's figures", &size.school),
            ("a district's", &size.district),
        ] {
            for hundredths in [50, 99] {
                report.times(
                    format!("{of}: {what}, p{hundredths}"),
                    "times SQL by hand,",
                    &[percentile(spread, hundredths)],
                    "at most 2",
                );
            }
        }
        let districts = [
            ("suggestions of all", size.suggestions),
            ("review of all", size.review),
        ];
        for (what, pair) in districts {
            report.times(format!("{of}: {what}"), "times SQL by hand,", &[pair], "");
        }
    }
    if let [.., tenth, whole] = sizes {
        let growths = [
            ("suggestions", whole.suggestions.0, tenth.suggestions.0),
            ("review", whole.review.0, tenth.review.0),
        ];
        for (what, after, before) in growths {
            report.times(
                format!("{name}: {what}, ten times the schools"),
                "times a tenth's,",
                &[(after, before)],
                "at most 11",
            );
        }
    }
    report
}
