//! Each data set of figures: from the file to the school's list, with what stands beside it.

use llpr_client::{Error, Upload};
use llpr_proto::v1::*;
use llpr_tests::{Actor, figures, on_both_engines, register};

const ABSENCE: &str = "LA,ESTAB,URN,PERCTOT,PPERSABS10\r\n990,2001,900001,4.3,8.5\r\n\
    990,2002,900002,3.9,SUPP\r\nNAT,PRI,,4,8.2\r\nNAT,SEC,,5.5,13.7";

const SUSPENSIONS: &str = "time_period,time_identifier,geographic_level,old_la_code,school_urn,school_name,\
    education_phase,headcount,suspension,susp_rate,one_plus_susp,one_plus_susp_rate,perm_excl,perm_excl_rate\n\
    202324,Autumn term,School,990,900001,Ashmarl,State-funded primary,210,2,0.95238,2,0.95238,0,0\n\
    202324,Spring term,School,990,900001,Ashmarl,State-funded primary,210,3,1.42857,1,0.47619,0,0\n\
    202223,Academic year,School,990,900001,Ashmarl,State-funded primary,200,4,2,3,1.5,z,z\n\
    202223,Academic year,National,,,,State-funded primary,1000,30,3,20,2,1,0.1\n\
    202223,Academic year,Regional,,,,State-funded primary,500,20,4,10,2,1,0.2\n";

const COUNTY: &str = "URN,School,Year,Measure,Group,Period,Numerator,Denominator,Release,Embargo until\n\
    900001,Ashmarl,2023/24,ks2-rwm-expected,sen-support,,3,7,unvalidated,31/12/2098\n\
    900001,Ashmarl,2023/24,absence-overall,,year-to-date,1200,30000,,\n\
    900001,Ashmarl,2022/23,ks2-rwm-expected,sen-support,,4,8,final,11/12/2023\n";

const CENSUS: &str = "URN,LA,Estab,SCHOOLTYPE,NOR,NORG,NORB,TSENELSE,PSENELSE,TSENELK,PSENELK,NUMEAL,NUMENGFL,\
    NUMUNCFL,PNUMUNCLF,NUMFSM,NUMFSMEVER,NORFSMEVER,PNUMFSMEVER\r\n\
    900001,990,2001,State-funded primary,200,90,110,4,2.00%,24,12.00%,20,179,1,0.005,30,NA,190,0.00%\r\n\
    NAT,,PRI,State-funded primary,4554974,2238181,2316793,157716,3.5%,671977,15%,1065551,3474334,15089,0.3%,1,1,1,26.3%";

const ATTENDANCE: &str = "time_period,time_identifier,geographic_level,old_la_code,la_name,education_phase,enrolments,\
    overall_absence,possible_sessions,overall_absence_perc,pa_perc\n\
    202324,Academic year,Local authority,990,Marlshire,Primary,850.58,15000,310000,4.83870967741935,11.2\n\
    202324,Academic year,Regional,,,Primary,1,1,1,1,1\n\
    202324,Academic year,National,,,Primary,3556801.68,68548268,1299079364,5.27668054005052,13.77\n";

const PHONICS: &str = "URN,School,Year,Group,Year group,Eligible,Met,Embargo until\n\
    900001,Ashmarl,2023/24,all,1,30,25,\n900001,Ashmarl,2023/24,disadvantaged,1,0,0,\n";

const BENCHMARKS: &str = "Place,Year,Measure,Group,Period,Numerator,Denominator,Release\n\
    England,2023/24,phonics-met,all,,80,100,final\n990,2023/24,phonics-met,all,,1600,2000,final\n";

const REDUCED_HOURS: &str = "URN,School,Year,Term,Pupils,Hours lost,Pupils for long\n\
    900001,Ashmarl,2023/24,autumn,2,61.5,1\n900001,Ashmarl,2023/24,spring,0,0,0\n";

fn upload(dataset: &str, year: &str) -> Upload {
    figures(dataset, "figures.csv", year, Release::Provisional)
}

/// The figures of a school, by measure, all pages together.
async fn list(actor: &Actor, urn: u32, measures: &[&str]) -> Vec<Figure> {
    let answer = ask(actor, urn, measures).await.expect("figures");
    assert_eq!(usize::try_from(answer.total_size), Ok(answer.figures.len()));
    answer.figures
}

async fn ask(
    actor: &Actor,
    urn: u32,
    measures: &[&str],
) -> Result<ListSchoolFiguresResponse, Error> {
    let request = ListSchoolFiguresRequest {
        parent: format!("schools/{urn}"),
        measures: measures
            .iter()
            .map(|name| format!("measures/{name}"))
            .collect(),
        page_size: 1000,
        ..ListSchoolFiguresRequest::default()
    };
    let answer = actor
        .session
        .performance()
        .list_school_figures(request)
        .await;
    answer.map(tonic::Response::into_inner).map_err(Error::from)
}

/// Year, period, value and counts of a figure, in a line.
fn line(figure: &Figure) -> String {
    let count = |count: Option<i64>| count.map_or("-".to_owned(), |count| count.to_string());
    let value = figure
        .value
        .map_or(figure.marker().as_str_name().to_owned(), |value| {
            value.to_string()
        });
    format!(
        "{} {} {} {value} {}/{}",
        figure.academic_year,
        figure
            .period()
            .as_str_name()
            .trim_start_matches("PERIOD_")
            .to_lowercase(),
        figure
            .group()
            .as_str_name()
            .trim_start_matches("PUPIL_GROUP_")
            .to_lowercase(),
        count(figure.numerator),
        count(figure.denominator)
    )
}

fn lines(figures: &[Figure]) -> Vec<String> {
    figures.iter().map(line).collect()
}

/// Kind, value and counts of what stands beside a figure.
fn beside(figure: &Figure) -> Vec<(ComparatorKind, Option<f64>)> {
    figure
        .comparators
        .iter()
        .map(|other| (other.kind(), other.value))
        .collect()
}

async fn take_back(actor: &Actor, import: Import) {
    let revert = RevertImportRequest {
        name: import.name,
        ..RevertImportRequest::default()
    };
    actor
        .session
        .imports()
        .revert_import(revert)
        .await
        .expect("taken back");
}

on_both_engines! {
    County async fn every_data_set_of_figures_loads_changes_nothing_the_second_time_and_is_taken_back(world) {
        let officer = world.actor("DATA_OFFICER").await;
        for (dataset, year, content, added, comparators) in [
            ("absence", "2018/19", ABSENCE, 8, 2),
            ("suspensions-exclusions", "", SUSPENSIONS, 12, 1),
            ("census", "2024/25", CENSUS, 28, 1),
            ("attendance", "", ATTENDANCE, 4, 2),
            ("county-figures", "", COUNTY, 3, 0),
            ("phonics", "", PHONICS, 2, 0),
            ("reduced-hours", "", REDUCED_HOURS, 6, 0),
            ("benchmarks", "", BENCHMARKS, 2, 2),
        ] {
            let spare = Upload { accept_missing: true, ..upload(dataset, year) };
            let first = officer.load(spare.clone(), content).await;
            // What the county's own files brought is replaced as a whole.
            assert_eq!(first.fatal_count, 0, "{dataset}");
            assert_eq!(first.added_count + first.changed_count + first.unchanged_count, added, "{dataset}");
            assert_eq!(first.comparator_count, comparators, "{dataset}");
            let again = officer.load(spare.clone(), content).await;
            let counts = (again.added_count, again.changed_count, again.missing_count, again.unchanged_count);
            assert_eq!(counts, (0, 0, 0, added), "{dataset}");
            take_back(&officer, first).await;
        }
    }

    Empty async fn absence_stands_beside_england_and_suppressed_is_no_number(world) {
        let officer = officer_of_two_schools(&world).await;
        let import = officer.load(upload("absence", "2018/19"), ABSENCE).await;
        assert_eq!((import.added_count, import.school_count), (8, 2));
        let found = list(&officer, 900_001, &["absence-overall", "persistent-absence"]).await;
        assert_eq!(lines(&found), ["2018/19 year all 4.3 -/-", "2018/19 year all 8.5 -/-"]);
        assert_eq!(beside(&found[1]), [(ComparatorKind::EnglandPrimary, Some(8.2))]);
        assert_eq!((found[0].dataset.as_str(), found[0].release()), ("datasets/absence", Release::Provisional));
        let found = list(&officer, 900_002, &["persistent-absence"]).await;
        assert_eq!(lines(&found), ["2018/19 year all MARKER_SUPPRESSED -/-"]);
        assert!(found[0].marker_meaning.starts_with("Not shown"));
        take_back(&officer, import).await;
        assert_eq!(list(&officer, 900_001, &[]).await, []);
    }

    Empty async fn suspensions_of_terms_are_never_added_up_and_years_become_current_one_by_one(world) {
        let officer = officer_of_two_schools(&world).await;
        let import = officer.load(upload("suspensions-exclusions", ""), SUSPENSIONS).await;
        assert_eq!(import.academic_year, "");
        let notes = officer.issues(&import.name).await;
        assert!(notes.iter().any(|note| note.code == "ROWS_LEFT_OUT" && note.message.contains("region")), "{notes:?}");
        let rates = || list(&officer, 900_001, &["suspension-rate"]);
        let both = ["2023/24 autumn all 0.95 2/210", "2023/24 spring all 1.43 3/210", "2022/23 year all 2 4/200"];
        let found = rates().await;
        assert_eq!(lines(&found), both);
        assert_eq!(beside(&found[2]), [(ComparatorKind::EnglandPrimary, Some(3.0))]);
        assert_eq!(found[2].comparators[0].numerator, Some(30));
        let exclusions = list(&officer, 900_001, &["permanent-exclusion-rate"]).await;
        assert_eq!(line(&exclusions[2]), "2022/23 year all MARKER_NOT_APPLICABLE -/200");
        // The same file later, for one year only: the other year stays that of the first import.
        let later = SUSPENSIONS.replace("200,4,2,", "200,5,2.5,");
        let second = officer.load(upload("suspensions-exclusions", "2022/23"), later).await;
        assert_eq!((second.added_count, second.changed_count, second.missing_count), (0, 1, 0));
        let found = rates().await;
        assert_eq!(lines(&found), ["2023/24 autumn all 0.95 2/210", "2023/24 spring all 1.43 3/210", "2022/23 year all 2.5 5/200"]);
        assert_ne!(found[0].import, found[2].import);
        let revert = RevertImportRequest { name: import.name, ..RevertImportRequest::default() };
        let status = officer.session.imports().revert_import(revert).await.expect_err("one year is another's");
        assert_eq!(Error::from(status).reason(), Some(ErrorReason::ImportRevertConflict));
        take_back(&officer, second).await;
        assert_eq!(lines(&rates().await), both);
    }

    Empty async fn two_different_rows_of_a_school_are_a_conflict_and_not_a_sum(world) {
        let officer = officer_of_two_schools(&world).await;
        let twice = format!("{SUSPENSIONS}202223,Academic year,School,990,900001,Ashmarl,State-funded secondary,100,1,1,1,1,0,0\n");
        let import = officer.upload(upload("suspensions-exclusions", ""), twice).await.unwrap();
        assert_eq!(import.state(), ImportState::Rejected);
        let issues = officer.issues(&import.name).await;
        let conflict = issues.iter().find(|issue| issue.code == "CONTRADICTING_DUPLICATE").expect("a conflict");
        assert!(conflict.message.contains("not added up"), "{}", conflict.message);
    }

    Empty async fn the_census_knows_its_formats_and_what_a_zero_share_means(world) {
        let officer = officer_of_two_schools(&world).await;
        officer.load(upload("census", "2024/25"), CENSUS).await;
        let shares = list(&officer, 900_001, &["share-of-roll"]).await;
        assert_eq!(lines(&shares), [
            "2024/25 year free_school_meals_ever MARKER_NOT_APPLICABLE -/-",
            "2024/25 year language_unclassified 0.5 1/200",
            "2024/25 year sen_support 12 24/200",
            "2024/25 year ehc_plan 2 4/200",
        ]);
        assert_eq!(beside(&shares[2]), [(ComparatorKind::EnglandPrimary, Some(15.0))]);
        let wrong = CENSUS.replace("12.00%", "0.12");
        let import = officer.upload(upload("census", "2024/25"), wrong).await.unwrap();
        assert_eq!(officer.issues(&import.name).await[0].code, "INVALID_NUMBER");
    }

    Empty async fn phonics_and_reduced_hours_stand_beside_benchmarks(world) {
        let officer = officer_of_two_schools(&world).await;
        officer.load(upload("phonics", ""), PHONICS).await;
        officer.load(upload("benchmarks", ""), BENCHMARKS).await;
        officer.load(upload("reduced-hours", ""), REDUCED_HOURS).await;
        let found = list(&officer, 900_001, &["phonics-met"]).await;
        assert_eq!(lines(&found), [
            "2023/24 year all 83.33 25/30",
            "2023/24 year disadvantaged MARKER_NO_ELIGIBLE_PUPILS 0/0",
        ]);
        assert_eq!(beside(&found[0]), [
            (ComparatorKind::Authority, Some(80.0)),
            (ComparatorKind::EnglandStateFunded, Some(80.0)),
        ]);
        assert_eq!(found[0].comparators[0].denominator, Some(2000));
        let hours = list(&officer, 900_001, &["reduced-hours-pupils", "reduced-hours-long", "reduced-hours-lost"]).await;
        assert_eq!(lines(&hours), [
            "2023/24 autumn all 2 -/-", "2023/24 spring all 0 -/-",
            "2023/24 autumn all 1 -/-", "2023/24 spring all 0 -/-",
            "2023/24 autumn all 61.5 -/-", "2023/24 spring all 0 -/-",
        ]);
        assert_eq!(hours[2].cohort, Some(2));
    }

    Empty async fn attendance_of_the_authority_stands_beside_the_countys_own_figure(world) {
        let officer = officer_of_two_schools(&world).await;
        officer.load(upload("county-figures", ""), COUNTY).await;
        officer.load(upload("attendance", ""), ATTENDANCE).await;
        let found = list(&officer, 900_001, &["absence-overall"]).await;
        assert_eq!(lines(&found), ["2023/24 year_to_date all 4 1200/30000"]);
        assert_eq!(beside(&found[0]), [
            (ComparatorKind::EnglandPrimary, Some(5.28)),
            (ComparatorKind::AuthorityPrimary, Some(4.84)),
        ]);
    }

    County async fn an_embargoed_figure_is_there_for_the_authority_and_the_headteacher_only(world) {
        let officer = world.actor("DATA_OFFICER").await;
        let administrator = world.actor("ADMINISTRATOR").await;
        officer.load(Upload { accept_missing: true, ..upload("county-figures", "") }, COUNTY).await;
        let embargoed = async |actor: &Actor| {
            let found = list(actor, 900_001, &["ks2-rwm-expected"]).await;
            lines(&found).iter().filter(|line| line.contains("sen_support")).cloned().collect::<Vec<_>>()
        };
        let both = ["2023/24 year sen_support 42.86 3/7", "2022/23 year sen_support 50 4/8"];
        for role in ["HEADTEACHER", "LLP", "ADVISER", "SIM", "COUNTY_MANAGER", "DATA_OFFICER"] {
            let actor = world.actor(role).await;
            assert_eq!(embargoed(&actor).await, both, "{role}");
        }
        // A governor and a school leader once the day has passed.
        let governor = world.actor("GOVERNOR").await;
        assert_eq!(embargoed(&governor).await, both[1..]);
        let leader = world.actor("SCHOOL_LEADER").await;
        assert_eq!(embargoed(&leader).await, both[1..]);
        drop(administrator);
        let mut figures = list(&officer, 900_001, &["ks2-rwm-expected"]).await;
        figures.retain(|figure| figure.group() == PupilGroup::SenSupport);
        assert_eq!(figures[0].embargo_date, "2098-12-31");
        assert_eq!((figures[0].release(), figures[1].release()), (Release::Unvalidated, Release::Final));
    }

    County async fn of_two_data_sets_the_more_final_figure_counts(world) {
        let officer = world.actor("DATA_OFFICER").await;
        let before = list(&officer, 900_001, &["ks2-rwm-expected"]).await;
        let published = before.iter().find(|figure| figure.academic_year == "2024/25" && figure.group() == PupilGroup::All).expect("published");
        for (release, dataset) in [("unvalidated", published.dataset.as_str()), ("final", "datasets/county-figures")] {
            let content = format!("URN,Year,Measure,Group,Numerator,Denominator,Release\n900001,2024/25,ks2-rwm-expected,all,1,100,{release}\n");
            officer.load(Upload { accept_missing: true, ..upload("county-figures", "") }, content).await;
            let after = list(&officer, 900_001, &["ks2-rwm-expected"]).await;
            assert_eq!(after.len(), before.len(), "a figure is there once");
            let found = after.iter().find(|figure| figure.academic_year == "2024/25" && figure.group() == PupilGroup::All).unwrap();
            let expected = if published.release() == Release::Final { "datasets/county-figures" } else { dataset };
            assert_eq!(found.dataset, if release == "final" { expected } else { dataset }, "{release}");
        }
    }

    Empty async fn a_file_with_single_pupils_is_refused_by_every_data_set_before_a_row_is_read(world) {
        let officer = world.actor("DATA_OFFICER").await;
        let datasets = officer.session.imports().list_datasets(ListDatasetsRequest {}).await.unwrap().into_inner().datasets;
        assert!(datasets.len() >= 11);
        for dataset in datasets.into_iter().filter(|dataset| dataset.is_data) {
            let id = dataset.name.trim_start_matches("datasets/").to_owned();
            let content = "UPN,Forename,Legal surname,Date of birth,URN,Met\nX123456789012,Ada,Lark,01/02/2018,900001,1\n";
            let year = if dataset.year_required { "2023/24" } else { "" };
            let wanted = if dataset.has_figures { upload(&id, year) } else { register(&id, "pupils.csv") };
            let import = officer.upload(wanted, content).await.unwrap();
            assert_eq!(import.state(), ImportState::Rejected, "{id}");
            assert_eq!(import.row_count, 0, "{id}: no row is read");
            let issues = officer.issues(&import.name).await;
            let columns: Vec<&str> = issues.iter().map(|issue| issue.column.as_str()).collect();
            assert_eq!(columns, ["UPN", "Forename", "Legal surname", "Date of birth"], "{id}");
            assert!(issues.iter().all(|issue| issue.code == "PUPIL_DATA" && issue.value.is_empty()), "{issues:?}");
        }
    }

    Empty async fn a_closed_predecessors_figures_are_found_from_today_and_a_shared_number_merges_nobody(world) {
        let officer = world.actor("DATA_OFFICER").await;
        // Three schools with one authority and establishment number; two of them are linked.
        let links = "URN,LA (code),EstablishmentNumber,EstablishmentName,TypeOfEstablishment (name),EstablishmentStatus (name),\
            PhaseOfEducation (name),Linked establishments\n\
            900101,990,2101,Elm Primary School,Community school,Closed,Primary,900102 Successor\n\
            900102,990,2101,Elm Academy,Academy converter,Open,Primary,Does not have links\n\
            900103,990,2101,Fir Primary School,Community school,Closed,Primary,Does not have links\n";
        officer.load(register("gias-establishments", "search.csv"), links).await;
        let absence = |urn: u32, value: &str| format!("LA,ESTAB,URN,PERCTOT,PPERSABS10\n990,2101,{urn},{value},9\n990,2101,900103,9.9,9\nNAT,PRI,,4,8\n");
        officer.load(upload("absence", "2017/18"), absence(900_101, "5.1")).await;
        officer.load(upload("absence", "2018/19"), absence(900_102, "4.1")).await;
        let found = list(&officer, 900_102, &["absence-overall"]).await;
        let told: Vec<_> = found.iter().map(|figure| (figure.school.as_str(), figure.predecessor_display_name.as_str(), line(figure))).collect();
        assert_eq!(told, [
            ("schools/900102", "", "2018/19 year all 4.1 -/-".to_owned()),
            ("schools/900101", "Elm Primary School", "2017/18 year all 5.1 -/-".to_owned()),
        ]);
        assert_eq!(beside(&found[1]), [(ComparatorKind::EnglandPrimary, Some(4.0))]);
        let earlier = list(&officer, 900_101, &["absence-overall"]).await;
        assert_eq!(earlier.len(), 1, "nothing of the successor's");
    }
}

/// A data officer whose register has two primary schools.
async fn officer_of_two_schools(world: &llpr_tests::World) -> Actor {
    let officer = world.actor("DATA_OFFICER").await;
    let schools = "URN,LA (code),EstablishmentName,TypeOfEstablishment (name),EstablishmentStatus (name),PhaseOfEducation (name)\n\
        900001,990,Ashmarl Primary School,Community school,Open,Primary\n\
        900002,990,Elm Primary School,Community school,Open,Primary\n";
    officer
        .load(register("gias-establishments", "schools.csv"), schools)
        .await;
    officer
}
