//! The real files of Hampshire, where they are at hand: what share of schools is suggested. They are
//! not part of the repository, and nothing is told of any one school.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use llpr_client::request_id;
use llpr_proto::options::v1::Role;
use llpr_proto::v1::*;
use llpr_tests::{Actor, PASSWORD, World, figures, on_both_engines, real_file, register};

use super::list;

/// England's state-funded schools in the two years before, as the same file tells them.
const BENCHMARKS: &str = "Place,Year,Measure,Group,Period,Numerator,Denominator,Release\n\
    England,2017/18,ks2-rwm-expected,all,,64,100,final\nEngland,2016/17,ks2-rwm-expected,all,,61,100,final\n";

/// The two years before, which the file of 2018/19 has in columns of its own, as county figures.
fn years_before(ks2: &[u8]) -> String {
    let bare = ks2.strip_prefix(b"\xef\xbb\xbf").unwrap_or(ks2);
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(bare);
    let header = reader.headers().unwrap().clone();
    let place = |name: &str| header.iter().position(|found| found == name).unwrap();
    let (urn, kind) = (place("URN"), place("RECTYPE"));
    let years = [("_18", "2017/18"), ("_17", "2016/17")].map(|(suffix, year)| {
        (
            year,
            place(&format!("TELIG{suffix}")),
            place(&format!("PTRWM_EXP{suffix}")),
        )
    });
    let mut file = String::from(
        "URN,School,Year,Measure,Group,Period,Numerator,Denominator,Release,Embargo until\n",
    );
    for row in reader
        .records()
        .map(Result::unwrap)
        .filter(|row| row.get(kind) == Some("1"))
    {
        for (year, of, percent) in years {
            let number = |column: usize| {
                row.get(column)?
                    .trim()
                    .trim_end_matches('%')
                    .parse::<u32>()
                    .ok()
            };
            if let (Some(of), Some(percent)) = (number(of), number(percent)) {
                let met = (of * percent + 50) / 100;
                writeln!(
                    file,
                    "{},,{year},ks2-rwm-expected,all,,{met},{of},final,",
                    &row[urn]
                )
                .unwrap();
            }
        }
    }
    file
}

/// Hampshire's school improvement manager, once the county's files are loaded; `None` where they are
/// not at hand.
async fn manager(world: &World) -> Option<Actor> {
    let gias = real_file("gias-establishments/gias_search_results_20220420_hampshire.csv")?;
    let ks2 = real_file("ks2/2018-2019_850_ks2final.csv")?;
    let absence = real_file("absence/2018-2019_england_abs.csv")?;
    let census = real_file("census/2018-2019_england_census_trimmed.csv")?;
    let officer = world.actor("DATA_OFFICER").await;
    officer
        .load(register("gias-establishments", "hampshire.csv"), gias)
        .await;
    let request = ListSchoolsRequest {
        page_size: 500,
        ..ListSchoolsRequest::default()
    };
    let schools = officer
        .session
        .schools()
        .list_schools(request)
        .await
        .unwrap()
        .into_inner()
        .schools;
    let mut districts = String::from("URN,School,District,From,Until,Kind\n");
    for school in &schools {
        writeln!(
            districts,
            "{},,Hampshire,2016-09-01,,improvement",
            school.urn
        )
        .unwrap();
    }
    officer
        .load(register("districts", "districts.csv"), districts)
        .await;
    let before = years_before(&ks2).into_bytes();
    for (dataset, name, year, content) in [
        ("benchmarks", "benchmarks.csv", "", BENCHMARKS.into()),
        ("county-figures", "before.csv", "", before),
        ("ks2", "2018-2019_850_ks2final.csv", "2018/19", ks2),
        ("absence", "2018-2019_england_abs.csv", "2018/19", absence),
        ("census", "2018-2019_england_census.csv", "2018/19", census),
    ] {
        let upload = figures(dataset, name, year, Release::Final);
        officer.load(upload, content).await;
    }
    appoint(&world.actor("ADMINISTRATOR").await).await;
    Some(world.person(SIM).await)
}

const SIM: &str = "sim@hampshire.example";

/// Makes a school improvement manager of the whole county.
async fn appoint(admin: &Actor) {
    let user = User {
        email: SIM.into(),
        display_name: "Invented Sim".into(),
        ..User::default()
    };
    let request = CreateUserRequest {
        user: Some(user),
        password: PASSWORD.into(),
        request_id: request_id(),
    };
    let mut users = admin.session.users();
    users.create_user(request).await.unwrap();
    let assignment = RoleAssignment {
        role: Role::Sim.into(),
        node: "districts/hampshire".into(),
        ..RoleAssignment::default()
    };
    let request = CreateRoleAssignmentRequest {
        parent: format!("users/{SIM}"),
        role_assignment: Some(assignment),
        ..CreateRoleAssignmentRequest::default()
    };
    users.create_role_assignment(request).await.unwrap();
}

on_both_engines! {
    Empty async fn p12_about_one_school_in_eleven_of_hampshires_is_suggested(world) {
        let Some(sim) = manager(&world).await else { return };
        let told = list(&sim, "districts/hampshire", 200).await;
        assert_eq!(told.len(), 427);
        let mut raised: BTreeMap<(String, bool), usize> = BTreeMap::new();
        for suggestion in told.iter().flat_map(|school| &school.suggestions) {
            let far = suggestion.severity() == SuggestionSeverity::WellBelow;
            *raised.entry((suggestion.criterion.clone(), far)).or_default() += 1;
        }
        let asked = |measure: &str, kind| told.iter().filter(|school| {
            let answered = school.answers.iter().any(|answer| answer.measure == measure && answer.group() == PupilGroup::All && answer.kind() == kind && answer.words != "No results.");
            let found = school.suggestions.iter().flat_map(|one| &one.evidence);
            answered || found.clone().any(|one| one.measure == measure && one.group() == PupilGroup::All && one.kind() == kind)
        }).count();
        let results = asked("measures/ks2-rwm-expected", EvidenceKind::OverTime);
        let absent = asked("measures/persistent-absence", EvidenceKind::CurrentYear);
        println!("Hampshire 2018/19: {results} schools with results, {absent} with absence, of {}", told.len());
        for ((criterion, far), count) in &raised {
            println!("  {criterion}, {}: {count}", if *far { "well below" } else { "below or not measured" });
        }
        let of = |far| raised.get(&("a".to_owned(), far)).copied().unwrap_or_default();
        // An independent computation over all 315 schools of the file gives 9 % and 5 %.
        let share = |count: usize| 100 * count / results;
        assert!((6..=12).contains(&share(of(false) + of(true))), "{raised:?} of {results}");
        assert!((2..=8).contains(&share(of(true))), "{raised:?} of {results}");
    }

    Empty async fn p11_hampshire_together_is_what_the_department_publishes(world) {
        let Some(sim) = manager(&world).await else { return };
        let name = "districts/hampshire/reviews/-".to_owned();
        let request = GetDistrictReviewFiguresRequest { name: name.clone() };
        let figures = sim.session.district_reviews().get_district_review_figures(request).await.unwrap().into_inner();
        let results = figures.series.iter().find(|one| one.measure == "measures/ks2-rwm-expected" && one.group() == PupilGroup::All);
        let year = results.unwrap().years.iter().find(|year| year.academic_year == "2018/19").unwrap();
        let (district, county) = (year.district.as_ref().unwrap(), year.authority.unwrap());
        println!("Hampshire 2018/19: {} schools together {:.2} %, published {county} %, England {:?}", district.school_count, district.value.unwrap(), year.england);
        // The register has no school that closed since; the file rounds each school's percentage.
        assert!((district.value.unwrap() - county).abs() < 1.5 && district.school_count > 280, "{district:?}");
        let request = GetDistrictFunnelRequest { name, measure: "measures/ks2-rwm-expected".into(), ..GetDistrictFunnelRequest::default() };
        let plot = sim.session.district_reviews().get_district_funnel(request).await.unwrap().into_inner();
        let zones = |zone| plot.points.iter().filter(|point| point.zone() == zone).count();
        let out = [FunnelZone::FarBelow, FunnelZone::Below, FunnelZone::Above, FunnelZone::FarAbove].map(zones);
        println!("  funnel of {}: {} schools, tau squared {:.5}, beyond the limits {out:?}", plot.academic_year, plot.points.len(), plot.tau_squared);
        // Worked out from the same file by a few lines of Python over 299 schools that share nothing
        // with ours: 0.01231, and 1, 10, 15 and 3 schools beyond the limits.
        assert!((plot.tau_squared - 0.0123).abs() < 0.001, "{}", plot.tau_squared);
        assert!(out.iter().zip([1_usize, 10, 15, 3]).all(|(ours, theirs)| ours.abs_diff(theirs) <= 2), "{out:?}");
    }
}
