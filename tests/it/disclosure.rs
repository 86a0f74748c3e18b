//! What governors see of figures, and what a district's figures are made of.

use std::collections::{BTreeMap, BTreeSet};

use llpr_cli::Exit;
use llpr_proto::v1::*;
use llpr_tests::{Actor, behind, on_both_engines};

use crate::command_line::run;

/// The county's minimum.
const MINIMUM: i32 = 6;

/// All figures that a filter gives, a page at a time.
async fn figures(actor: &Actor, request: ListSchoolFiguresRequest) -> Vec<Figure> {
    let (mut all, mut page_token) = (Vec::new(), String::new());
    loop {
        let request = ListSchoolFiguresRequest {
            parent: "schools/900013".into(),
            page_token,
            ..request.clone()
        };
        let answer = actor
            .session
            .performance()
            .list_school_figures(request)
            .await;
        let answer = answer.expect("figures").into_inner();
        all.extend(answer.figures);
        page_token = answer.next_page_token;
        if page_token.is_empty() {
            return all;
        }
    }
}

fn of_page(page_size: i32) -> ListSchoolFiguresRequest {
    ListSchoolFiguresRequest {
        page_size,
        ..ListSchoolFiguresRequest::default()
    }
}

/// The groups that tell pupils apart in the same way.
fn kind(group: PupilGroup) -> u8 {
    use PupilGroup as G;
    match group {
        G::All => 0,
        G::Girls | G::Boys => 1,
        G::Disadvantaged | G::NotDisadvantaged => 2,
        G::LowPriorAttainment | G::MiddlePriorAttainment | G::HighPriorAttainment => 3,
        G::EnglishAdditionalLanguage => 4,
        _ => 5,
    }
}

fn key(figure: &Figure) -> (String, String, String, i32, i32) {
    let Figure {
        school,
        academic_year,
        measure,
        group,
        period,
        ..
    } = figure;
    (
        school.clone(),
        academic_year.clone(),
        measure.clone(),
        *group,
        *period,
    )
}

/// A kind of groups among the same pupils: those that a data set of a school and year counts.
type Breakdown = (String, String, String, u8);

fn breakdown(figure: &Figure, kind: u8) -> Breakdown {
    (
        figure.school.clone(),
        figure.academic_year.clone(),
        figure.dataset.clone(),
        kind,
    )
}

/// The breakdowns in which a group is too small.
fn small(figures: &[Figure]) -> BTreeSet<Breakdown> {
    let all: BTreeMap<_, _> = figures
        .iter()
        .filter(|figure| figure.group() == PupilGroup::All)
        .map(|figure| {
            (
                (&figure.school, &figure.academic_year, &figure.measure),
                figure.cohort,
            )
        })
        .collect();
    let small = figures.iter().filter(|figure| {
        let whole = all.get(&(&figure.school, &figure.academic_year, &figure.measure));
        let rest = whole
            .copied()
            .flatten()
            .zip(figure.cohort)
            .map(|(all, own)| all - own);
        let few = |count: i32| count > 0 && count < MINIMUM;
        figure.marker() == Marker::Suppressed
            || figure.cohort.is_some_and(few)
            || (figure.group() != PupilGroup::All && rest.is_some_and(few))
    });
    small
        .map(|figure| breakdown(figure, kind(figure.group())))
        .collect()
}

on_both_engines! {
    County async fn a_governor_sees_figures_without_what_tells_of_single_children(world) {
        let (governor, head) = (
            world.person("martin.sandholme@marlshire.example").await,
            world.person("fiona.marchbank@marlshire.example").await,
        );
        let (seen, whole) = (figures(&governor, of_page(1000)).await, figures(&head, of_page(1000)).await);
        assert_eq!(seen.iter().map(key).collect::<Vec<_>>(), whole.iter().map(key).collect::<Vec<_>>());
        assert!(whole.iter().all(|figure| figure.marker() != Marker::Hidden));
        let small = small(&whole);
        assert!(!small.is_empty());
        let mut shown = 0;
        for (figure, whole) in seen.iter().zip(&whole) {
            let kind = breakdown(figure, kind(figure.group()));
            let all = breakdown(figure, 0);
            if figure.marker() == Marker::Hidden {
                let told = (figure.value, figure.cohort, figure.numerator, figure.denominator);
                assert_eq!(told, (None, None, None, None), "{figure:?}");
                assert!(!figure.marker_meaning.is_empty());
            } else {
                assert!(!small.contains(&kind) && !small.contains(&all), "{figure:?}");
                assert_eq!(figure, whole);
                shown += 1;
            }
        }
        assert!(shown > 20 && shown < seen.len(), "{shown} of {}", seen.len());
        // Neither pages nor filters change what is hidden.
        assert_eq!(figures(&governor, of_page(7)).await, seen);
        for group in [PupilGroup::Boys, PupilGroup::Disadvantaged, PupilGroup::All] {
            let request = ListSchoolFiguresRequest { groups: vec![group.into()], ..of_page(3) };
            let expected: Vec<_> = seen.iter().filter(|figure| figure.group() == group).cloned().collect();
            assert_eq!(figures(&governor, request).await, expected);
        }
    }

    County async fn an_export_holds_what_the_list_holds(world) {
        let (exit, csv, err) = run(&world, "GOVERNOR", &["school", "figures", "900001", "--output", "csv"]).await;
        assert_eq!(exit, Exit::Ok, "{err}");
        let mut lines = csv.lines();
        let header: Vec<&str> = lines.next().unwrap().split(',').collect();
        let at = |name: &str| header.iter().position(|column| *column == name).unwrap_or_else(|| panic!("{name} in {header:?}"));
        let (mut hidden, mut shown) = (0, 0);
        for line in lines {
            let cells: Vec<&str> = line.split(',').collect();
            for always in ["year", "release", "import", "data_set", "loaded"] {
                assert!(!cells[at(always)].is_empty(), "{line}");
            }
            if cells[at("marker")] == "hidden" {
                assert!(["value", "cohort", "numerator", "denominator"].iter().all(|name| cells[at(name)].is_empty()), "{line}");
                hidden += 1;
            } else {
                shown += 1;
            }
        }
        assert!(hidden > 0 && shown > 0, "{hidden} {shown}");
        let (exit, _, _) = run(&world, "GOVERNOR", &["district", "figures", "north-marl", "--output", "csv"]).await;
        assert_eq!(exit, Exit::NotAllowed);
    }
}

const RWM: &str = "measures/ks2-rwm-expected";

async fn together(actor: &Actor, district: &str, page_size: i32) -> ListDistrictFiguresResponse {
    let request = ListDistrictFiguresRequest {
        parent: format!("districts/{district}"),
        page_size,
        ..ListDistrictFiguresRequest::default()
    };
    let answer = actor
        .session
        .performance()
        .list_district_figures(request)
        .await;
    answer.expect("figures").into_inner()
}

on_both_engines! {
    County async fn a_districts_figures_are_those_of_its_schools_together(world) {
        let sim = world.actor("SIM").await;
        let answer = together(&sim, "north-marl", 1000).await;
        let figure = answer.figures.iter().find(|figure| {
            figure.academic_year == "2024/25" && figure.measure == RWM && figure.group() == PupilGroup::All
        });
        let figure = figure.expect("a figure");
        let schools = sim.session.schools().list_schools(ListSchoolsRequest { page_size: 500, ..Default::default() }).await;
        let (mut reached, mut pupils, mut count) = (0, 0, 0);
        for school in schools.unwrap().into_inner().schools {
            let request = ListSchoolFiguresRequest {
                parent: school.name.clone(),
                measures: vec![RWM.into()],
                groups: vec![PupilGroup::All.into()],
                academic_year: "2024/25".into(),
                ..Default::default()
            };
            let own = sim.session.performance().list_school_figures(request).await.unwrap().into_inner().figures;
            let own = own.into_iter().find(|own| own.school == school.name);
            if let Some((value, cohort)) = own.and_then(|own| own.value.zip(own.cohort)) {
                #[expect(clippy::cast_possible_truncation, reason = "a whole percentage")]
                let percent = value as i64;
                reached += (percent * i64::from(cohort) + 50) / 100;
                pupils += i64::from(cohort);
                count += 1;
            }
        }
        assert!(count > 8);
        assert_eq!((figure.numerator, figure.denominator, figure.school_count), (Some(reached), Some(pupils), count));
        assert!(figure.numerator_estimated);
        #[expect(clippy::cast_precision_loss, reason = "small numbers")]
        let share = (reached * 10_000) as f64 / pupils as f64 / 100.0;
        assert!((figure.value.unwrap() - share).abs() < 0.006, "{figure:?} {share}");
        let kinds: Vec<_> = figure.comparators.iter().map(Comparator::kind).collect();
        assert_eq!(kinds, [ComparatorKind::Authority, ComparatorKind::EnglandAllSchools, ComparatorKind::EnglandStateFunded]);
        assert_eq!((figure.release(), figure.datasets.as_slice()), (Release::Revised, ["datasets/ks2".to_owned()].as_slice()));
        assert!(figure.apply_time.is_some());
    }

    County async fn each_school_counts_once_where_it_was_in_that_year(world) {
        let officer = world.actor("DATA_OFFICER").await;
        let mut counted = BTreeMap::<String, i64>::new();
        for district in ["north-marl", "wenbourne-vale", "saltmere-coast", "thornholt-forest", "traded-schools"] {
            for figure in together(&officer, district, 1000).await.figures {
                if figure.measure == RWM && figure.group() == PupilGroup::All {
                    *counted.entry(figure.academic_year).or_default() += i64::from(figure.school_count + figure.left_out_count);
                }
            }
        }
        let database = world.database().await;
        for (year, count) in &counted {
            let start = &year[..4];
            let schools = behind::number(&database, &format!(
                "SELECT COUNT(*) FROM figures f JOIN current_imports c ON c.import_seq = f.import_seq AND c.year = f.year
                    AND c.authority = f.authority
                 WHERE f.place_kind = 1 AND f.measure = 101 AND f.pupil_group = 1 AND f.year = {start}
                    AND EXISTS (SELECT 1 FROM school_districts m WHERE m.urn = f.place_code
                        AND m.from_date <= '{end}-08-31' AND (m.until_date IS NULL OR m.until_date > '{end}-08-31'))",
                end = start.parse::<i32>().unwrap() + 1,
            )).await;
            assert_eq!((year, *count), (year, schools));
        }
        assert_eq!(counted.len(), 4);
    }

    County async fn pages_of_a_district_fit_together_and_cost_the_same(world) {
        let sim = world.actor("SIM").await;
        let whole = together(&sim, "north-marl", 1000).await;
        assert_eq!(usize::try_from(whole.total_size), Ok(whole.figures.len()));
        let (mut pages, mut request) = (Vec::new(), ListDistrictFiguresRequest {
            parent: "districts/north-marl".into(),
            page_size: 97,
            ..Default::default()
        });
        loop {
            let answer = sim.session.performance().list_district_figures(request.clone()).await.unwrap().into_inner();
            pages.extend(answer.figures);
            request.page_token = answer.next_page_token;
            if request.page_token.is_empty() {
                break;
            }
        }
        assert_eq!(pages, whole.figures);
        let cost = async |page_size| crate::statements::statements(&world, async || {
            together(&sim, "north-marl", page_size).await;
        }).await;
        assert_eq!((cost(2).await, cost(500).await), (4, 4));
    }

    County async fn a_district_is_for_those_who_answer_for_it(world) {
        let sim = world.actor("SIM").await;
        let request = |district: &str| ListDistrictFiguresRequest { parent: format!("districts/{district}"), ..Default::default() };
        for district in ["saltmere-coast", "nowhere"] {
            let status = sim.session.performance().list_district_figures(request(district)).await.expect_err("another's");
            assert_eq!(status.code(), tonic::Code::PermissionDenied);
        }
        let officer = world.actor("DATA_OFFICER").await;
        let status = officer.session.performance().list_district_figures(request("nowhere")).await.expect_err("none");
        assert_eq!(status.code(), tonic::Code::NotFound);
        let (exit, csv, err) = run(&world, "SIM", &["district", "figures", "north-marl", "--year", "2023/24", "--output", "csv"]).await;
        assert_eq!(exit, Exit::Ok, "{err}");
        assert!(csv.starts_with("district,year,period,measure,group,value,"), "{csv}");
        assert!(csv.lines().skip(1).all(|line| line.starts_with("north-marl,2023/24,")));
        assert!(csv.lines().count() > 50);
    }
}
