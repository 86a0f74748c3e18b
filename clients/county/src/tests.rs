//! What the rest of the product may rely on, read back from the bytes.

use std::{
    collections::{BTreeMap, BTreeSet, hash_map::DefaultHasher},
    hash::{Hash, Hasher},
    sync::LazyLock,
};

use crate::{County, CountyFile, Person, first_people, generate};

static MARLSHIRE: LazyLock<County> = LazyLock::new(generate);

type Row = BTreeMap<String, String>;

/// Rows of a file by column name; a field that a ragged row lacks is absent.
fn table(file: &CountyFile) -> Vec<Row> {
    let text: String = if file.dataset == "gias-establishments" {
        file.content.iter().map(|&byte| char::from(byte)).collect()
    } else {
        let text = String::from_utf8(file.content.clone()).unwrap();
        text.trim_start_matches('\u{feff}').to_owned()
    };
    let mut lines = text.lines().map(fields);
    let header: Vec<String> = lines
        .next()
        .unwrap()
        .iter()
        .map(|name| name.to_uppercase())
        .collect();
    lines
        .map(|row| header.iter().cloned().zip(row).collect())
        .collect()
}

fn fields(line: &str) -> Vec<String> {
    let mut fields = vec![String::new()];
    let mut inside = false;
    for c in line.chars() {
        match c {
            '"' => inside = !inside,
            ',' if !inside => fields.push(String::new()),
            c => fields.last_mut().unwrap().push(c),
        }
    }
    fields
}

fn register() -> Vec<Row> {
    table(&MARLSHIRE.files[0])
}

fn results(year: &str) -> Vec<Row> {
    table(
        MARLSHIRE
            .files
            .iter()
            .find(|file| file.dataset == "ks2" && file.year == Some(year))
            .unwrap(),
    )
}

fn of_urn<'a>(rows: &'a [Row], urn: &str) -> &'a Row {
    rows.iter().find(|row| row["URN"] == urn).unwrap()
}

fn number(row: &Row, column: &str) -> Option<i64> {
    row.get(column)?.trim_end_matches('%').parse().ok()
}

const YEARS: [&str; 4] = ["2018/19", "2022/23", "2023/24", "2024/25"];

#[test]
fn the_same_county_every_time() {
    let hash = |county: &County| {
        let mut hasher = DefaultHasher::new();
        for file in &county.files {
            file.content.hash(&mut hasher);
        }
        hasher.finish()
    };
    let again = generate();
    assert_eq!(hash(&again), hash(&MARLSHIRE));
    assert_eq!(again.people, MARLSHIRE.people);
}

#[test]
fn files_stand_in_the_order_of_import() {
    let names: Vec<_> = MARLSHIRE
        .files
        .iter()
        .map(|file| (file.dataset, file.release, file.file_name.as_str()))
        .collect();
    assert_eq!(
        names,
        [
            ("gias-establishments", None, "edubasealldata20260901.csv"),
            ("districts", None, "districts.csv"),
            ("ks2", Some("final"), "2018-2019_990_ks2final.csv"),
            ("ks2", Some("final"), "2022-2023_990_ks2final.csv"),
            ("ks2", Some("final"), "2023-2024_990_ks2final.csv"),
            ("ks2", Some("revised"), "2024-2025_990_ks2revised.csv"),
            ("absence", Some("final"), "2018-2019_england_abs.csv"),
            ("absence", Some("final"), "1a_absence_3term_school.csv"),
            ("suspensions-exclusions", Some("final"), "exc_school.csv"),
            ("census", Some("final"), "2018-2019_england_census.csv"),
            ("census", Some("final"), "2022-2023_england_census.csv"),
            ("census", Some("final"), "2023-2024_england_census.csv"),
            ("census", Some("final"), "2024-2025_england_census.csv"),
            ("phonics", Some("final"), "phonics.csv"),
            ("reduced-hours", Some("final"), "reduced-hours.csv"),
            ("benchmarks", Some("final"), "england.csv"),
            ("gias-links", None, "alllinksdata20260901.csv"),
            ("gias-groups", None, "allgroupsdata20260901.csv"),
            (
                "gias-group-links",
                None,
                "grouplinks_edubaseallacademiesandfree20260901.csv"
            ),
            (
                "ofsted",
                None,
                "Management_information_-_state-funded_schools_as_at_31_August_2026.csv"
            ),
            ("support-history", None, "support.csv"),
        ]
    );
    assert_eq!(
        MARLSHIRE.files[2..6]
            .iter()
            .map(|file| file.year.unwrap())
            .collect::<Vec<_>>(),
        YEARS
    );
}

#[test]
fn the_register_is_written_as_the_department_writes_it() {
    let bytes = &MARLSHIRE.files[0].content;
    for byte in [0x92, 0x96, 0xe9] {
        assert!(bytes.contains(&byte), "{byte:x}");
    }
    assert!(
        !bytes.contains(&b'?'),
        "a character without a place in code page 1252"
    );
    assert_ne!(bytes.last(), Some(&b'\n'));
    let lines = bytes.split(|&byte| byte == b'\n').count();
    assert_eq!(
        lines,
        bytes.windows(2).filter(|pair| pair == b"\r\n").count() + 1
    );
    for row in register() {
        assert_eq!(row.len(), 135);
        assert!(row["URN"].parse::<u32>().unwrap() >= 900_001);
        assert!(row["POSTCODE"].starts_with("ZZ"));
        assert!(row["SCHOOLWEBSITE"].is_empty() || row["SCHOOLWEBSITE"].ends_with(".example"));
        for column in [
            "TELEPHONENUM",
            "HEADTITLE (NAME)",
            "HEADFIRSTNAME",
            "HEADLASTNAME",
        ] {
            assert_eq!(row[column], "");
        }
    }
}

#[test]
fn the_register_holds_what_a_county_has() {
    let rows = register();
    let urns: BTreeSet<_> = rows.iter().map(|row| row["URN"].clone()).collect();
    assert_eq!(urns.len(), rows.len());
    let count = |column: &str, value: &str| {
        rows.iter()
            .filter(|row| row["LA (CODE)"] == "990" && row[column] == value)
            .count()
    };
    assert_eq!(rows.len(), 74);
    assert_eq!(count("PHASEOFEDUCATION (NAME)", "Primary"), 71);
    assert_eq!(count("ESTABLISHMENTSTATUS (NAME)", "Closed"), 3);
    assert_eq!(
        count("ESTABLISHMENTSTATUS (NAME)", "Open, but proposed to close"),
        1
    );
    assert_eq!(count("ESTABLISHMENTSTATUS (NAME)", "Proposed to open"), 1);
    assert_eq!(
        count("TYPEOFESTABLISHMENT (NAME)", "Community special school"),
        1
    );
    assert_eq!(
        rows.iter().filter(|row| row["LA (CODE)"] == "991").count(),
        2
    );
    let laestabs: BTreeSet<_> = rows
        .iter()
        .map(|row| (&row["LA (CODE)"], &row["ESTABLISHMENTNUMBER"]))
        .collect();
    assert_eq!(
        rows.len() - laestabs.len(),
        2,
        "two academies kept their school's number"
    );
}

#[test]
fn districts_cover_every_school_of_the_register() {
    let rows = table(&MARLSHIRE.files[1]);
    let covered: BTreeSet<_> = rows.iter().map(|row| row["URN"].clone()).collect();
    assert_eq!(
        covered,
        register().iter().map(|row| row["URN"].clone()).collect()
    );
    let districts: BTreeSet<_> = rows
        .iter()
        .map(|row| (row["KIND"].as_str(), row["DISTRICT"].as_str()))
        .collect();
    assert_eq!(
        districts.into_iter().collect::<Vec<_>>(),
        [
            ("improvement", "North Marl"),
            ("improvement", "Saltmere Coast"),
            ("improvement", "Thornholt Forest"),
            ("improvement", "Wenbourne Vale"),
            ("traded", "Traded schools"),
        ]
    );
    let moved: Vec<_> = rows
        .iter()
        .filter(|row| row["URN"] == "900072")
        .map(|row| (row["FROM"].as_str(), row["UNTIL"].as_str()))
        .collect();
    assert_eq!(moved, [("2018-09-01", "2024-08-31"), ("2024-09-01", "")]);
}

#[test]
fn results_have_the_shape_of_their_year() {
    for (file, (columns, full)) in
        MARLSHIRE.files[2..6]
            .iter()
            .zip([(318, 318), (306, 280), (306, 280), (306, 280)])
    {
        assert!(file.content.starts_with(b"\xef\xbb\xbfRECTYPE,"));
        assert_ne!(file.content.last(), Some(&b'\n'));
        let text = String::from_utf8(file.content.clone()).unwrap();
        let widths: Vec<usize> = text.split("\r\n").map(|line| fields(line).len()).collect();
        assert_eq!(widths[0], columns);
        let short = widths[1..].iter().filter(|width| **width != full).count();
        assert!(
            short <= 2
                && widths[1..]
                    .iter()
                    .all(|width| [full, 24, 25].contains(width)),
            "{widths:?}"
        );
        let types: Vec<String> = table(file)
            .iter()
            .map(|row| row["RECTYPE"].clone())
            .collect();
        assert_eq!(types[types.len() - 4..], ["2", "3", "4", "5"]);
    }
}

#[test]
fn groups_add_up_and_percentages_fit_their_counts() {
    let round = |part: i64, whole: i64| (200 * part + whole) / (2 * whole);
    for (year, row) in YEARS
        .iter()
        .flat_map(|year| results(year).into_iter().map(move |row| (year, row)))
    {
        let (Some(all), Some(boys)) = (number(&row, "TELIG"), number(&row, "BELIG")) else {
            continue;
        };
        let get = |column: &str| {
            number(&row, column).unwrap_or_else(|| panic!("{year} {column}: {row:?}"))
        };
        assert_eq!(boys + get("GELIG"), all);
        assert_eq!(get("TFSM6CLA1A") + get("TNOTFSM6CLA1A"), all);
        assert_eq!(get("TEALGRP1") + get("TEALGRP2") + get("TEALGRP3"), all);
        for (share, count) in [
            ("PBELIG", "BELIG"),
            ("PTFSM6CLA1A", "TFSM6CLA1A"),
            ("PTMOBN", "TMOBN"),
            ("PTEALGRP2", "TEALGRP2"),
        ] {
            assert_eq!(get(share), round(get(count), all), "{share}");
        }
        // Below a hundred pupils a percentage says how many they are.
        let pupils = |column: &str, of: i64| {
            let share = number(&row, column)?;
            Some(
                (0..=of)
                    .find(|n| round(*n, of) == share)
                    .unwrap_or_else(|| panic!("{column} {share} of {of}")),
            )
        };
        if all < 100 {
            let reached = pupils("PTRWM_EXP", all).unwrap();
            let parts = [
                ("B", "BELIG", "G", "GELIG"),
                ("FSM6CLA1A", "TFSM6CLA1A", "NOTFSM6CLA1A", "TNOTFSM6CLA1A"),
            ];
            for (a, a_size, b, b_size) in parts {
                let part =
                    |group: &str, size: &str| pupils(&format!("PTRWM_EXP_{group}"), get(size));
                if let (Some(a), Some(b)) = (part(a, a_size), part(b, b_size)) {
                    assert_eq!(a + b, reached, "{year} {}", row["SCHNAME"]);
                }
            }
            assert!(pupils("PTRWM_HIGH", all).unwrap() <= reached);
        }
    }
}

#[test]
fn small_groups_are_marked() {
    for row in YEARS
        .iter()
        .flat_map(|year| results(year))
        .filter(|row| ["1", "2"].contains(&row["RECTYPE"].as_str()))
    {
        let Some(all) = number(&row, "TELIG") else {
            continue;
        };
        if all < 6 {
            assert_eq!(
                (row["BELIG"].as_str(), row["PTRWM_EXP"].as_str()),
                ("SUPP", "SUPP")
            );
            continue;
        }
        let small = |column: &str| (1..6).contains(&number(&row, column).unwrap());
        if small("TFSM6CLA1A") || small("TNOTFSM6CLA1A") {
            assert_eq!(row["PTRWM_EXP_FSM6CLA1A"], "SUPP");
            assert_eq!(
                row["PTRWM_EXP_NOTFSM6CLA1A"], "SUPP",
                "the complementary group"
            );
        }
        assert_eq!(row["PTRWM_EXP_G"] == "SUPP", small("GELIG"));
    }
    let bytes = String::from_utf8(MARLSHIRE.files[2].content.clone()).unwrap();
    for marker in [",SUPP,", ",LOWCOV,", ",NA,", ",NEW\r\n"] {
        assert!(bytes.contains(marker), "{marker}");
    }
}

#[test]
fn the_year_before_repeats_that_years_own_file() {
    let (before, after) = (results("2023/24"), results("2024/25"));
    let same = after
        .iter()
        .filter(|row| number(row, "TELIG_24").is_some() && !row["URN"].is_empty())
        .inspect(|row| {
            let earlier = of_urn(&before, &row["URN"]);
            assert_eq!(row["TELIG_24"], earlier["TELIG"]);
            assert_eq!(row["PTRWM_EXP_24"], earlier["PTRWM_EXP"]);
        });
    assert!(same.count() > 55);
}

#[test]
fn progress_ends_with_key_stage_1() {
    for (year, there) in YEARS.into_iter().zip([true, true, false, false]) {
        let rows = results(year);
        let row = of_urn(&rows, "900001");
        assert_eq!(
            !row["READPROG"].is_empty() && !row["TKS1AVERAGE"].is_empty(),
            there,
            "{year}"
        );
    }
}

#[test]
fn the_figures_tell_their_stories() {
    let expected = |urn: &str| {
        YEARS.map(|year| {
            let rows = results(year);
            rows.iter()
                .find(|row| row["URN"] == urn)
                .and_then(|row| number(row, "PTRWM_EXP"))
        })
    };
    let change = |urn: &str| {
        let years = expected(urn);
        years[3].unwrap() - years[0].unwrap()
    };
    for declining in ["900008", "900039"] {
        assert!(
            change(declining) < -20,
            "{declining} {:?}",
            expected(declining)
        );
    }
    assert!(change("900030") > 20, "{:?}", expected("900030"));
    let latest = results("2024/25");
    let gap = of_urn(&latest, "900013");
    assert!(
        number(gap, "PTRWM_EXP_NOTFSM6CLA1A").unwrap()
            - number(gap, "PTRWM_EXP_FSM6CLA1A").unwrap()
            > 35
    );
    // England, within its four years.
    let england = YEARS.map(|year| {
        results(year)
            .iter()
            .find(|row| row["RECTYPE"] == "4")
            .and_then(|row| number(row, "PTRWM_EXP"))
    });
    assert_eq!(england, [Some(65), Some(60), Some(61), Some(62)]);
}

#[test]
fn who_has_results_and_who_has_not() {
    let urns = |year| -> BTreeSet<String> {
        results(year)
            .iter()
            .map(|row| row["URN"].trim().to_owned())
            .filter(|urn| !urn.is_empty())
            .collect()
    };
    let register = register();
    let known: BTreeSet<String> = register.iter().map(|row| row["URN"].clone()).collect();
    assert_eq!(
        urns("2024/25").difference(&known).collect::<Vec<_>>(),
        ["900190"],
        "one school is pending"
    );
    for year in ["2018/19", "2022/23", "2023/24"] {
        assert!(urns(year).is_subset(&known));
    }
    for infant in register.iter().filter(|row| row["STATUTORYHIGHAGE"] == "7") {
        assert!(
            YEARS
                .iter()
                .all(|year| !urns(year).contains(&infant["URN"]))
        );
    }
    // Results before an academy opened hang on its predecessor's URN.
    for (predecessor, academy) in [
        ("900024", "900025"),
        ("900058", "900059"),
        ("900042", "900043"),
    ] {
        assert!(urns("2018/19").contains(predecessor) && !urns("2024/25").contains(predecessor));
        assert!(urns("2024/25").contains(academy));
    }
    let first = results("2018/19");
    assert_eq!(of_urn(&first, "900058")["URN_AC"], "900059");
    assert_eq!(of_urn(&first, "900059")["TOTPUPS"], "NEW");
}

#[test]
fn people_work_at_places_that_exist() {
    let mut nodes: BTreeSet<String> = register()
        .iter()
        .map(|row| format!("schools/{}", row["URN"]))
        .collect();
    nodes.insert("county".to_owned());
    for row in table(&MARLSHIRE.files[1]) {
        nodes.insert(format!(
            "districts/{}",
            row["DISTRICT"].to_lowercase().replace(' ', "-")
        ));
    }
    let mut emails = BTreeSet::new();
    for person in &MARLSHIRE.people {
        assert!(
            emails.insert(&person.email) && person.email.ends_with("@marlshire.example"),
            "{}",
            person.email
        );
        assert!(!person.assignments.is_empty(), "{}", person.name);
        for assignment in &person.assignments {
            assert!(nodes.contains(&assignment.node), "{assignment:?}");
            assert!(
                assignment.until.is_none_or(|until| until > assignment.from),
                "{assignment:?}"
            );
        }
        let at = |role: &str| -> BTreeSet<&str> {
            person
                .assignments
                .iter()
                .filter(|a| a.role == role)
                .map(|a| a.node.as_str())
                .collect()
        };
        for other in ["HEADTEACHER", "SCHOOL_LEADER", "GOVERNOR"] {
            assert!(at("LLP").is_disjoint(&at(other)), "{}", person.name);
        }
    }
}

#[test]
fn the_first_person_of_a_role_is_plain() {
    let holders = |role: &str| -> Vec<&Person> {
        MARLSHIRE
            .people
            .iter()
            .filter(|person| person.assignments.iter().any(|a| a.role == role))
            .collect()
    };
    let expected = [
        ("SIM", 4, "districts/north-marl"),
        ("LLP", 5, "schools/900001"),
        ("HEADTEACHER", 8, "schools/900001"),
        ("SCHOOL_LEADER", 2, "schools/900001"),
        ("CLERK", 1, "schools/900001"),
        ("COUNTY_MANAGER", 1, "county"),
        ("ADVISER", 2, "schools/900001"),
        ("DATA_OFFICER", 1, "county"),
        ("ADMINISTRATOR", 1, "county"),
        ("GOVERNOR", 4, "schools/900001"),
    ];
    for (role, count, node) in expected {
        let holders = holders(role);
        assert_eq!(holders.len(), count, "{role}");
        let first = holders[0];
        assert_eq!(first.assignments[0].node, node, "{role}");
        assert!(
            first
                .assignments
                .iter()
                .all(|a| a.role == role && a.until.is_none()),
            "{role}"
        );
        assert!(role == "LLP" || first.assignments.len() == 1, "{role}");
    }
}

#[test]
fn an_empty_installation_begins_with_two_people() {
    let roles: Vec<_> = first_people()
        .iter()
        .flat_map(|person| person.assignments.clone())
        .map(|a| a.role)
        .collect();
    assert_eq!(roles, ["ADMINISTRATOR", "DATA_OFFICER"]);
}

#[test]
fn the_committed_manifest_is_that_of_the_county() {
    let made = generate().manifest();
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("manifest.toml");
    if std::env::var_os("LLPR_UPDATE_GOLDENS").is_some() {
        std::fs::write(&path, &made).unwrap();
    }
    assert_eq!(std::fs::read_to_string(path).unwrap(), made);
}
