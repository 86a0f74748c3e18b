//! Figures of a district's schools together, and the funnel plot.

use std::collections::BTreeSet;

use llpr_proto::v1::*;
use llpr_tests::{Actor, county, figures as file_of, on_both_engines};

use super::{NORTH, fields, funnel, name, pooled};

const RESULTS: &str = "measures/ks2-rwm-expected";

fn find<'a>(
    all: &'a GetDistrictReviewFiguresResponse,
    measure: &str,
    group: PupilGroup,
) -> &'a PooledSeries {
    let found = all
        .series
        .iter()
        .find(|one| one.measure == measure && one.group() == group && one.period() == Period::Year);
    found.unwrap_or_else(|| panic!("no {measure} of {group:?}"))
}

fn of(measure: &str) -> GetDistrictFunnelRequest {
    GetDistrictFunnelRequest {
        name: name(NORTH),
        measure: measure.into(),
        ..GetDistrictFunnelRequest::default()
    }
}

/// The school that a name says.
async fn schools(actor: &Actor) -> Vec<SchoolSuggestions> {
    let request = ListSuggestionsRequest {
        parent: NORTH.into(),
        page_size: 200,
        ..ListSuggestionsRequest::default()
    };
    actor
        .session
        .risk()
        .list_suggestions(request)
        .await
        .unwrap()
        .into_inner()
        .schools
}

on_both_engines! {
    County async fn p11_pupils_are_added_up_beside_county_and_england(world) {
        let (sim, manager) = (world.actor("SIM").await, world.actor("COUNTY_MANAGER").await);
        let all = pooled(&sim, NORTH).await.unwrap();
        assert_eq!(all.programme_year, "programmeYears/2024-2025");
        assert!(all.school_count > 10);
        assert_eq!(pooled(&manager, NORTH).await.unwrap(), all, "the county manager sees the same figures");
        // The last year is what the district's figures say one by one.
        let series = find(&all, RESULTS, PupilGroup::All);
        let last = series.years.last().unwrap();
        let request = ListDistrictFiguresRequest {
            parent: NORTH.into(),
            measures: vec![RESULTS.into()],
            groups: vec![PupilGroup::All.into()],
            academic_year: last.academic_year.clone(),
            ..ListDistrictFiguresRequest::default()
        };
        let same = sim.session.performance().list_district_figures(request).await.unwrap().into_inner().figures.pop().unwrap();
        let district = last.district.clone().unwrap();
        assert_eq!((district.numerator, district.denominator, district.value), (same.numerator, same.denominator, same.value));
        assert_eq!(district.school_count, same.school_count);
        assert_eq!(district.suppressed_count + district.left_out_count, same.left_out_count);
        assert!(district.words.starts_with(&format!("{} schools with {} pupils", district.school_count, district.denominator.unwrap())), "{}", district.words);
        // The county has more of everything, and England is the benchmark.
        let county = last.county.clone().unwrap();
        assert!(county.denominator > district.denominator && county.school_count > district.school_count);
        let gap = district.value.unwrap() - last.england.unwrap();
        assert!((last.england_gap.unwrap() - gap).abs() < 0.005, "{last:?}");
        assert!(last.authority.is_some() && last.england_release() != Release::Unspecified);
        // Years run on, and what they show is said.
        let years: Vec<&str> = series.years.iter().map(|year| year.academic_year.as_str()).collect();
        assert!(years.len() > 1 && years.is_sorted(), "{years:?}");
        let trend = series.trend.clone().unwrap();
        assert_eq!((trend.from_academic_year.as_str(), trend.to_academic_year.as_str()), (years[0], *years.last().unwrap()));
        assert!(trend.words.contains("chance explains"), "{}", trend.words);
        // Groups, attendance and suspensions are there too; a rate of sessions has no trend by chance.
        find(&all, RESULTS, PupilGroup::Disadvantaged);
        find(&all, "measures/persistent-absence", PupilGroup::All);
        find(&all, "measures/suspended-pupils", PupilGroup::All);
        assert_eq!(find(&all, "measures/absence-overall", PupilGroup::All).trend, None);
    }

    County async fn p11_who_is_missing_or_suppressed_is_said(world) {
        let (sim, officer) = (world.actor("SIM").await, world.actor("DATA_OFFICER").await);
        let of_year = async || {
            let all = pooled(&sim, NORTH).await.unwrap();
            let series = find(&all, RESULTS, PupilGroup::All);
            let year = series.years.iter().find(|year| year.academic_year == "2024/25").unwrap();
            year.district.clone().unwrap()
        };
        let before = of_year().await;
        let file = county().files.iter().find(|file| file.dataset == "ks2" && file.year == Some("2024/25")).unwrap();
        let text = String::from_utf8(file.content.clone()).unwrap();
        let without: Vec<&str> = text.lines().filter(|line| !line.contains(",900008,")).collect();
        assert_eq!(without.len() + 1, text.lines().count());
        let upload = llpr_client::Upload { accept_missing: true, ..file_of("ks2", &file.file_name, "2024/25", Release::Final) };
        officer.load(upload, without.join("\r\n")).await;
        let after = of_year().await;
        assert_eq!((after.school_count, after.missing_count), (before.school_count - 1, before.missing_count + 1));
        assert!(after.words.contains(&format!("{} missing", after.missing_count)), "{}", after.words);
        assert!(after.suppressed_count > 0 && after.words.contains(&format!("{} suppressed", after.suppressed_count)), "{}", after.words);
    }

    County async fn p11_a_funnel_shows_schools_by_name_with_the_limits_of_their_size(world) {
        let (sim, manager) = (world.actor("SIM").await, world.actor("COUNTY_MANAGER").await);
        let plot = funnel(&sim, of(RESULTS)).await.unwrap();
        assert_eq!((plot.academic_year.as_str(), plot.more_is_worse), (plot.academic_years[0].as_str(), false));
        assert_eq!(funnel(&sim, of("")).await.unwrap(), plot, "results of all pupils come first");
        let names: Vec<&str> = plot.points.iter().map(|point| point.school_display_name.as_str()).collect();
        assert!(names.len() > 5, "{names:?}");
        let listed: Vec<String> = schools(&sim).await.into_iter().map(|school| school.school_display_name).collect();
        let places: Vec<_> = names.iter().map(|name| listed.iter().position(|one| one == name)).collect();
        assert!(places.is_sorted(), "by name, and never by result: {names:?}");
        // An infant school has no such results, and is counted among the others.
        assert!(plot.points.iter().all(|point| point.school != "schools/900002") && plot.left_out_count > 0);
        let england = plot.england.unwrap();
        for point in &plot.points {
            let limits = point.limits.unwrap();
            assert!((point.value - 100.0 * f64::from(point.met) / f64::from(point.cohort)).abs() < 0.001);
            assert!(limits.lower998 <= limits.lower95 && limits.lower95 <= england && england <= limits.upper95 && limits.upper95 <= limits.upper998, "{limits:?}");
            assert!(limits.lower95 <= limits.chance_lower95 && limits.chance_upper95 <= limits.upper95, "the thin line lies within: {limits:?}");
            let zone = match point.value {
                value if value < limits.lower998 => FunnelZone::FarBelow,
                value if value < limits.lower95 => FunnelZone::Below,
                value if value > limits.upper998 => FunnelZone::FarAbove,
                value if value > limits.upper95 => FunnelZone::Above,
                _ => FunnelZone::Within,
            };
            assert_eq!((point.zone(), point.is_strength), (zone, matches!(zone, FunnelZone::Above | FunnelZone::FarAbove)));
        }
        let cohorts: Vec<i32> = plot.lines.iter().map(|line| line.cohort).collect();
        assert!(cohorts.is_sorted() && *cohorts.last().unwrap() == plot.points.iter().map(|point| point.cohort).max().unwrap());
        // The schools that are suggested by these results are marked, for the SIM alone.
        let suggested: BTreeSet<String> = schools(&sim).await.into_iter().filter(|school| {
            let mut evidence = school.suggestions.iter().flat_map(|one| &one.evidence);
            evidence.any(|one| one.measure == RESULTS && one.group() == PupilGroup::All)
        }).map(|school| school.school).collect();
        let marked: BTreeSet<String> = plot.points.iter().filter(|point| !point.suggested_criteria.is_empty()).map(|point| point.school.clone()).collect();
        assert!(!marked.is_empty() && marked.is_subset(&suggested), "{marked:?} of {suggested:?}");
        let seen = funnel(&manager, of(RESULTS)).await.unwrap();
        assert!(seen.points.iter().all(|point| point.suggested_criteria.is_empty()));
        assert_eq!(seen.points.len(), plot.points.len());
        // More absence is worse, so strengths lie below.
        let absence = funnel(&sim, of("measures/persistent-absence")).await.unwrap();
        assert!(absence.more_is_worse && !absence.points.is_empty());
        assert!(absence.points.iter().all(|point| !point.is_strength || point.value < absence.england.unwrap()));
    }

    County async fn p11_a_funnel_of_what_nobody_asks_about_is_refused(world) {
        let sim = world.actor("SIM").await;
        let earlier = funnel(&sim, of(RESULTS)).await.unwrap().academic_years.pop().unwrap();
        let request = GetDistrictFunnelRequest { academic_year: earlier.clone(), ..of(RESULTS) };
        assert_eq!(funnel(&sim, request).await.unwrap().academic_year, earlier);
        let error = funnel(&sim, of("measures/pupils-on-roll")).await.expect_err("a number");
        assert_eq!(fields(&error), ["measure"]);
        let request = GetDistrictFunnelRequest { group: PupilGroup::Girls.into(), ..of("measures/persistent-absence") };
        assert_eq!(fields(&funnel(&sim, request).await.expect_err("of all only")), ["group"]);
        let request = GetDistrictFunnelRequest { academic_year: "2001/02".into(), ..of(RESULTS) };
        let error = funnel(&sim, request).await.expect_err("long ago");
        assert_eq!(fields(&error), ["academic_year"]);
        assert!(error.violations()[0].description.contains(&earlier), "{error:?}");
        // A group of the programme year can be asked for.
        let request = GetDistrictFunnelRequest { group: PupilGroup::Disadvantaged.into(), ..of(RESULTS) };
        assert_eq!(funnel(&sim, request).await.unwrap().group(), PupilGroup::Disadvantaged);
    }
}
