//! How the data are: what is loaded, whose figures are missing and why, what waits.

use llpr_cli::Exit;
use llpr_proto::v1::*;
use llpr_tests::{Actor, county, figures, on_both_engines, register};

use crate::command_line::run;

async fn health(actor: &Actor, parent: &str, year: &str) -> GetDataHealthResponse {
    let request = GetDataHealthRequest {
        parent: parent.into(),
        academic_year: year.into(),
    };
    actor
        .session
        .performance()
        .get_data_health(request)
        .await
        .unwrap()
        .into_inner()
}

fn of<'a>(health: &'a GetDataHealthResponse, dataset: &str) -> &'a DatasetHealth {
    let name = format!("datasets/{dataset}");
    health
        .datasets
        .iter()
        .find(|found| found.dataset == name)
        .unwrap()
}

on_both_engines! {
    County async fn a_sim_sees_which_schools_lack_figures_and_why(world) {
        let officer = world.actor("DATA_OFFICER").await;
        let sim = world.actor("SIM").await;
        let whole = health(&officer, "county", "2023/24").await;
        assert_eq!(whole.academic_years.first().map(String::as_str), Some("2024/25"));
        let ks2 = of(&whole, "ks2");
        let [source] = ks2.sources.as_slice() else { panic!("{:?}", ks2.sources) };
        assert_eq!((source.release(), source.file_name.as_str()), (Release::Final, "2023-2024_990_ks2final.csv"));
        assert!(!source.creator_display_name.is_empty() && source.apply_time.is_some());
        assert_eq!(usize::try_from(ks2.expected_count - ks2.present_count).unwrap(), ks2.missing.len());
        let reasons: Vec<MissingReason> = ks2.missing.iter().map(MissingSchool::reason).collect();
        assert!(ks2.present_count > 40, "{}", ks2.present_count);
        // Schools of another authority, whose file nobody loaded; and a small school.
        assert!(reasons.contains(&MissingReason::NoFile), "{:#?}", ks2.missing);
        assert!(reasons.contains(&MissingReason::Suppressed), "{:#?}", ks2.missing);
        assert!(ks2.missing.iter().all(|school| !school.message.is_empty() && !school.display_name.contains("Infant")));
        // The districts' counts are the county's.
        let sum: (i32, i32) = ks2.districts.iter().fold((0, 0), |sum, one| (sum.0 + one.expected_count, sum.1 + one.present_count));
        assert_eq!(sum, (ks2.expected_count, ks2.present_count));
        let own = health(&sim, "districts/north-marl", "2023/24").await;
        let part = of(&own, "ks2");
        assert_eq!(part.districts.len(), 1);
        assert_eq!(part.districts[0], *ks2.districts.iter().find(|one| one.district == "districts/north-marl").unwrap());
        assert!(part.missing.iter().all(|school| school.district_display_name == "North Marl"));
        // Registers belong to no year.
        let districts = of(&own, "districts");
        assert_eq!((districts.has_figures, districts.expected_count, districts.sources.len()), (false, 0, 1));
        let none = health(&sim, "districts/north-marl", "2010/11").await;
        assert!(of(&none, "ks2").sources.is_empty());
        assert!(of(&none, "ks2").missing.iter().all(|school| school.reason() == MissingReason::NoFile));

        let (exit, out, _) = run(&world, "SIM", &["data", "health", "--district", "north-marl", "--year", "2023/24"]).await;
        assert_eq!(exit, Exit::Ok);
        assert!(out.contains("Figures of 2023/24") && out.contains("not loaded"), "{out}");
        let (exit, out, _) = run(&world, "DATA_OFFICER", &["data", "health", "--missing", "--output", "csv", "--year", "2023/24"]).await;
        assert_eq!((exit, out.lines().count()), (Exit::Ok, 1 + whole.datasets.iter().map(|set| set.missing.len()).sum::<usize>()));
        let (exit, _, _) = run(&world, "SIM", &["data", "health", "--district", "saltmere-coast"]).await;
        assert_eq!(exit, Exit::NotAllowed);
        let (exit, _, _) = run(&world, "DATA_OFFICER", &["data", "health", "--district", "nowhere"]).await;
        assert_eq!(exit, Exit::NotFound);
    }

    Empty async fn nothing_loaded_is_said_and_not_an_error(world) {
        let officer = world.actor("DATA_OFFICER").await;
        let empty = health(&officer, "county", "").await;
        assert!(empty.academic_year.is_empty() && empty.academic_years.is_empty());
        assert!(!empty.datasets.is_empty() && empty.datasets.iter().all(|set| set.sources.is_empty() && set.missing.is_empty()));
        let (exit, out, _) = run(&world, "DATA_OFFICER", &["data", "health"]).await;
        assert!(exit == Exit::Ok && out.contains("No figures have been loaded yet"), "{out}");
    }

    Empty async fn a_school_and_a_link_that_come_late_take_up_their_figures(world) {
        let officer = world.actor("DATA_OFFICER").await;
        let file = |dataset: &str| county().files.iter().find(|file| file.dataset == dataset).unwrap();
        let results = county().files.iter().find(|file| file.year == Some("2018/19") && file.dataset == "ks2").unwrap();
        let load = async |dataset: &str| {
            let file = file(dataset);
            officer.load(register(dataset, &file.file_name), file.content.clone()).await
        };
        let import = officer.load(figures("ks2", &results.file_name, "2018/19", Release::Final), results.content.clone()).await;
        assert!(import.pending_school_count > 40);
        let before = health(&officer, "county", "").await;
        let ks2 = of(&before, "ks2");
        assert_eq!((i64::try_from(ks2.pending_schools.len()), ks2.expected_count), (Ok(import.pending_school_count), 0));

        load("gias-establishments").await;
        load("districts").await;
        let later = health(&officer, "county", "").await;
        let with_register = of(&later, "ks2");
        assert!(with_register.pending_schools.len() < 3, "{:?}", with_register.pending_schools);
        assert!(with_register.present_count > 30);
        let unlinked = with_register.present_count;
        load("gias-links").await;
        let linked = health(&officer, "county", "").await;
        assert!(of(&linked, "ks2").present_count >= unlinked, "a successor takes up what its predecessor had");
    }

    County async fn an_embargo_is_told_with_its_last_day(world) {
        let officer = world.actor("DATA_OFFICER").await;
        let last = world.clock.today() + chrono::Days::new(10);
        let text = format!("URN,Year,Measure,Group,Numerator,Denominator,Embargo until\n900001,2024/25,ks2-rwm-expected,all,20,30,{last}\n");
        officer.load(figures("county-figures", "september.csv", "", Release::Unvalidated), text).await;
        let whole = health(&officer, "county", "2024/25").await;
        let figures = of(&whole, "county-figures");
        assert_eq!((figures.embargoed_count, figures.embargo_date.as_str()), (1, last.to_string().as_str()));
        assert_eq!(figures.expected_count, 0, "nobody must have figures of the county's own");
    }
}
