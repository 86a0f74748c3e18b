//! The real files of Hampshire, where they are at hand: what share of schools is suggested. They are
//! not part of the repository, and nothing is told of any one school.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use llpr_client::request_id;
use llpr_proto::options::v1::Role;
use llpr_proto::v1::*;
use llpr_tests::{PASSWORD, figures, on_both_engines, real_file, register};

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

on_both_engines! {
    Empty async fn p12_about_one_school_in_eleven_of_hampshires_is_suggested(world) {
        let Some(gias) = real_file("gias-establishments/gias_search_results_20220420_hampshire.csv") else { return };
        let Some(ks2) = real_file("ks2/2018-2019_850_ks2final.csv") else { return };
        let Some(absence) = real_file("absence/2018-2019_england_abs.csv") else { return };
        let Some(census) = real_file("census/2018-2019_england_census_trimmed.csv") else { return };
        let (officer, admin) = (world.actor("DATA_OFFICER").await, world.actor("ADMINISTRATOR").await);
        officer.load(register("gias-establishments", "hampshire.csv"), gias).await;
        let request = ListSchoolsRequest { page_size: 500, ..ListSchoolsRequest::default() };
        let schools = officer.session.schools().list_schools(request).await.unwrap().into_inner().schools;
        let mut districts = String::from("URN,School,District,From,Until,Kind\n");
        for school in &schools {
            writeln!(districts, "{},,Hampshire,2016-09-01,,improvement", school.urn).unwrap();
        }
        officer.load(register("districts", "districts.csv"), districts).await;
        officer.load(figures("benchmarks", "benchmarks.csv", "", Release::Final), BENCHMARKS).await;
        officer.load(figures("county-figures", "before.csv", "", Release::Final), years_before(&ks2)).await;
        officer.load(figures("ks2", "2018-2019_850_ks2final.csv", "2018/19", Release::Final), ks2).await;
        officer.load(figures("absence", "2018-2019_england_abs.csv", "2018/19", Release::Final), absence).await;
        officer.load(figures("census", "2018-2019_england_census.csv", "2018/19", Release::Final), census).await;
        let user = User { email: "sim@hampshire.example".into(), display_name: "Invented Sim".into(), ..User::default() };
        let request = CreateUserRequest { user: Some(user), password: PASSWORD.into(), request_id: request_id() };
        admin.session.users().create_user(request).await.unwrap();
        let assignment = RoleAssignment { role: Role::Sim.into(), node: "districts/hampshire".into(), ..RoleAssignment::default() };
        let request = CreateRoleAssignmentRequest { parent: "users/sim@hampshire.example".into(), role_assignment: Some(assignment), ..CreateRoleAssignmentRequest::default() };
        admin.session.users().create_role_assignment(request).await.unwrap();
        let sim = world.person("sim@hampshire.example").await;
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
}
