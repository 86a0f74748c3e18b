//! Who works with the schools: at least one person for each role.
//!
//! The first person of each role is a plain example of it, and all of those
//! meet at Ashmarl Primary School (900001) in North Marl, so that a test may
//! say "the headteacher" and "another school" without looking anything up.

use crate::{
    Assignment, Person,
    schools::{District, School, Status},
    text::slug,
};

/// Partners, in the order in which schools are shared out among them.
const PARTNERS: [&str; 5] = [
    "Margaret Lyle",
    "Owen Tarrant",
    "Sunita Varley",
    "Grace Hollis",
    "Peter Wickenden",
];

/// Since when most people have been in their roles.
const SINCE: &str = "2023-09-01";

pub(crate) fn administrator() -> Person {
    person("Ruth Calderwick").with("ADMINISTRATOR", "county")
}

pub(crate) fn data_officer() -> Person {
    person("Imran Sayle").with("DATA_OFFICER", "county")
}

/// Everybody, in an order that never changes.
pub(crate) fn all(schools: &[School]) -> Vec<Person> {
    let mut people = improvement_managers();
    // Before the partners, one of whom is a governor too and no plain example.
    people.extend(school_people());
    people.extend(partners(schools));
    people.push(person("Judith Amberley").with("COUNTY_MANAGER", "county"));
    people.push(person("Callum Brack").with("ADVISER", "schools/900001"));
    people.push(
        person("Naomi Tarn")
            .with("ADVISER", "schools/900008")
            .with("ADVISER", "schools/900013"),
    );
    people.push(data_officer());
    people.push(administrator());
    people
}

fn improvement_managers() -> Vec<Person> {
    let of = |name, district: District| person(name).with("SIM", district_node(district));
    vec![
        of("Helen Ashgrove", District::NorthMarl),
        of("David Penhale", District::WenbourneVale).with("SIM", district_node(District::Traded)),
        of("Priya Venner", District::SaltmereCoast),
        of("Tom Oakhanger", District::ThornholtForest),
    ]
}

/// Partners work across districts. Every ninth school has nobody as yet.
fn partners(schools: &[School]) -> Vec<Person> {
    let shared_out = |school: &&School| {
        school.district != District::Traded
            && matches!(school.status, Status::Open | Status::ProposedToClose)
    };
    let mut partners: Vec<Person> = PARTNERS.into_iter().map(person).collect();
    for school in schools
        .iter()
        .filter(shared_out)
        .filter(|school| school.urn % 9 != 0)
    {
        let node = school_node(school.urn);
        let place = |urn: u32| usize::try_from(urn % 5).unwrap_or_default();
        match school.urn {
            // The partner of a school in decline changed: one left, one came.
            900_008 => {
                assign(
                    &mut partners,
                    4,
                    Assignment {
                        until: Some("2025-08-31"),
                        ..since(SINCE, "LLP", &node)
                    },
                );
                assign(&mut partners, 1, since("2025-09-01", "LLP", &node));
            }
            urn => assign(&mut partners, place(urn - 1), since(SINCE, "LLP", &node)),
        }
    }
    // A partner may govern a school, though not one of her own.
    assign(&mut partners, 3, since(SINCE, "GOVERNOR", "schools/900045"));
    partners
}

fn assign(partners: &mut [Person], index: usize, assignment: Assignment) {
    if let Some(partner) = partners.get_mut(index) {
        partner.assignments.push(assignment);
    }
}

fn school_people() -> Vec<Person> {
    let head = |name, urn| person(name).with("HEADTEACHER", school_node(urn));
    let governor = |name, urn| person(name).with("GOVERNOR", school_node(urn));
    vec![
        head("Alison Thwaite", 900_001),
        // One headteacher for the federation's infant and junior schools.
        head("Robert Nairnshaw", 900_002).with("HEADTEACHER", school_node(900_003)),
        head("Bronwen Eddery", 900_004),
        head("Samuel Okoredale", 900_008),
        head("Fiona Marchbank", 900_013),
        head("Dilys Carrow", 900_018),
        head("Anthony Fenwright", 900_030),
        head("Leila Hartstone", 900_043),
        person("Claire Dunmore").with("SCHOOL_LEADER", school_node(900_001)),
        person("Hugh Pellworth").with("SCHOOL_LEADER", school_node(900_013)),
        governor("Edith Rowanby", 900_001),
        governor("Martin Sandholme", 900_013),
        Person {
            assignments: vec![Assignment {
                until: Some("2025-07-31"),
                ..since("2021-09-01", "GOVERNOR", &school_node(900_008))
            }],
            ..person("Geoffrey Tindell")
        },
        person("Wendy Larkham").with("CLERK", school_node(900_001)),
    ]
}

fn person(name: &str) -> Person {
    Person {
        name: name.to_owned(),
        email: format!("{}@marlshire.example", slug(name).replace('-', ".")),
        assignments: Vec::new(),
    }
}

impl Person {
    fn with(mut self, role: &'static str, node: impl AsRef<str>) -> Self {
        self.assignments.push(since(SINCE, role, node.as_ref()));
        self
    }
}

fn since(from: &'static str, role: &'static str, node: &str) -> Assignment {
    Assignment {
        role,
        node: node.to_owned(),
        from,
        until: None,
    }
}

fn district_node(district: District) -> String {
    format!("districts/{}", slug(district.name()))
}

fn school_node(urn: u32) -> String {
    format!("schools/{urn}")
}
