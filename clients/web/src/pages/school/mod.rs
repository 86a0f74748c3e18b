//! A school: what the register says, its partners, its links and its main figure over time; and
//! the pages below it, one file each.

mod chart;
pub(crate) mod context;
pub(crate) mod figures;
pub(crate) mod follow_up;
pub(crate) mod inspections;
pub(crate) mod past_visits;
pub(crate) mod risk;
mod standing;
pub(crate) mod support;
pub(crate) mod switch;
mod trend;
mod views;

use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use http::StatusCode;
use llpr_client::v1;
use llpr_client::v1::{PupilGroup, SchoolStatus};

use crate::browser::SignedIn;
use crate::failure::Failure;
use crate::pages::tabs::Tabs;
use crate::pages::{FOOTER, Layout, render};
use crate::words::{self, circumstances, date};
use standing::Standing;
use switch::Switcher;
use trend::Trend;
use views::View;

/// The measure that paragraph 11 calls the key one: reading, writing and mathematics combined.
const KEY_MEASURE: &str = "measures/ks2-rwm-expected";

#[derive(Template)]
#[template(path = "school.html")]
struct Page {
    layout: Layout,
    switcher: Option<Switcher>,
    school: Heading,
    tabs: Tabs,
    facts: Vec<Fact>,
    standing: Standing,
    groups: Vec<Group>,
    partners: Vec<Partner>,
    links: Vec<Link>,
    /// None where the person's role here does not open figures.
    trend: Option<Trend>,
    may_give: bool,
}

/// What stands above each page of a school.
struct Heading {
    urn: i32,
    name: String,
    status: Option<&'static str>,
}

struct Fact {
    key: &'static str,
    value: String,
}

struct Partner {
    name: String,
    from: String,
    until: String,
}

/// A trust, federation or sponsor.
struct Group {
    kind: &'static str,
    name: String,
    since: String,
    closed: bool,
}

struct Link {
    kind: &'static str,
    /// Empty where the register lacks the school.
    name: String,
    urn: String,
    description: String,
    since: String,
}

/// The resource name of a school in the address.
fn school_name(urn: &str) -> Result<String, Failure> {
    let fits = urn.len() == 6 && urn.bytes().all(|byte| byte.is_ascii_digit());
    fits.then(|| format!("schools/{urn}"))
        .ok_or(Failure::NoSuchPage)
}

async fn school(signed_in: &SignedIn, name: &str) -> Result<v1::School, Failure> {
    let request = v1::GetSchoolRequest {
        name: name.to_owned(),
    };
    let answer = read!(signed_in, schools().get_school(request)).await;
    answer
        .map_err(Failure::hidden)?
        .school
        .ok_or(Failure::NoSuchPage)
}

/// Shows it. One that does not exist and one of somebody else's are the same page.
pub(crate) async fn show(
    signed_in: SignedIn,
    Path(urn): Path<String>,
) -> Result<Response, Failure> {
    let name = school_name(&urn)?;
    let (school, inspections, links, partners, trend) = tokio::join!(
        school(&signed_in, &name),
        inspections::read(&signed_in, &name),
        read!(
            signed_in,
            schools().list_school_links(v1::ListSchoolLinksRequest {
                parent: name.clone()
            })
        ),
        read!(
            signed_in,
            schools().list_school_partners(v1::ListSchoolPartnersRequest {
                parent: name.clone()
            })
        ),
        Trend::read(&signed_in, &name, KEY_MEASURE, PupilGroup::All),
    );
    let school = school?;
    let page = Page {
        layout: Layout::new(&signed_in.browser).below("/schools", "Schools"),
        switcher: Switcher::of(&signed_in.caller, &urn),
        school: Heading::of(&school),
        tabs: View::Overview.tabs(&signed_in.caller, &school),
        standing: Standing::of(&inspections?),
        groups: school.groups.iter().cloned().map(Group::from).collect(),
        links: links?.links.into_iter().map(Link::from).collect(),
        partners: partners?.partners.into_iter().map(Partner::from).collect(),
        trend: trend?,
        may_give: signed_in
            .caller
            .can_at("UserService/CreateRoleAssignment", &school),
        facts: facts(school),
    };
    Ok(render(StatusCode::OK, &page))
}

impl Heading {
    fn of(school: &v1::School) -> Self {
        Self {
            urn: school.urn,
            name: school.display_name.clone(),
            status: (school.status() != SchoolStatus::Open).then(|| words::status(school.status())),
        }
    }
}

/// What the register says, without what it leaves open or does not apply.
fn facts(school: v1::School) -> Vec<Fact> {
    let ages = match (school.low_age, school.high_age) {
        (Some(low), Some(high)) => format!("{low} to {high}"),
        _ => String::new(),
    };
    let number = |number: Option<i32>| number.map(|n| words::thousands(n.into()));
    let all = [
        ("URN", school.urn.to_string()),
        ("Authority and establishment", school.laestab.clone()),
        ("District", school.district_display_name.clone()),
        ("Local authority", school.authority_display_name.clone()),
        ("Type", school.r#type.clone()),
        (
            "Phase",
            words::phase(school.phase(), school.age_band()).to_owned(),
        ),
        ("Ages", ages),
        ("Review", words::funding(school.funding_basis()).to_owned()),
        ("Pupils on roll", number(school.pupils).unwrap_or_default()),
        ("Places", number(school.capacity).unwrap_or_default()),
        // Those of today are listed by themselves.
        ("Trust", unless(&school.groups, school.trust)),
        ("Federation", unless(&school.groups, school.federation)),
        ("Religious character", school.religious_character),
        ("Diocese", school.diocese),
        ("Nursery", school.nursery_provision),
        ("Resourced provision", school.resourced_provision),
        ("Town", school.town),
        ("Postcode", school.postcode),
        // As text: the register's addresses are unchecked.
        ("Website", school.website),
        ("Opened", date(&school.open_date)),
        ("Closed", date(&school.close_date)),
    ];
    let given = all
        .into_iter()
        .filter(|(_, value)| !matches!(value.as_str(), "" | "Not applicable" | "Does not apply"));
    given.map(|(key, value)| Fact { key, value }).collect()
}

fn unless(groups: &[v1::SchoolGroup], words: String) -> String {
    if groups.is_empty() {
        words
    } else {
        String::new()
    }
}

impl From<v1::SchoolGroup> for Group {
    fn from(group: v1::SchoolGroup) -> Self {
        Self {
            kind: circumstances::group(group.kind()),
            name: group.display_name,
            since: date(&group.since_date),
            closed: group.closed,
        }
    }
}

impl From<v1::SchoolPartner> for Partner {
    fn from(partner: v1::SchoolPartner) -> Self {
        Self {
            name: partner.display_name,
            from: date(&partner.from_date),
            until: date(&partner.until_date),
        }
    }
}

impl From<v1::SchoolLink> for Link {
    fn from(link: v1::SchoolLink) -> Self {
        let urn = link
            .linked_school
            .strip_prefix("schools/")
            .unwrap_or_default();
        Self {
            kind: words::link(link.kind()),
            urn: urn.to_owned(),
            name: link.linked_school_display_name,
            description: link.description,
            since: date(&link.established_date),
        }
    }
}

#[cfg(test)]
impl Heading {
    fn sample() -> Self {
        Self::of(&v1::School {
            urn: 900_001,
            display_name: "St Mary's <Infant> School".into(),
            status: SchoolStatus::Closed.into(),
            ..Default::default()
        })
    }
}

#[cfg(test)]
impl crate::pages::Sample for Page {
    fn samples() -> Vec<Self> {
        let page = || Self {
            layout: Layout::sample(),
            switcher: None,
            school: Heading {
                status: None,
                ..Heading::sample()
            },
            facts: facts(v1::School {
                urn: 900_001,
                pupils: Some(1200),
                low_age: Some(4),
                high_age: Some(7),
                trust: "Trust <b>Byron</b>".into(),
                open_date: "2001-09-01".into(),
                ..Default::default()
            }),
            tabs: View::Overview.sample(),
            standing: Standing::sample_empty(),
            groups: Vec::new(),
            partners: Vec::new(),
            links: Vec::new(),
            trend: None,
            may_give: false,
        };
        let partner = |until: &str| v1::SchoolPartner {
            display_name: "Ada <b>Byron</b>".into(),
            from_date: "2024-09-01".into(),
            until_date: until.into(),
            ..Default::default()
        };
        let group = |since: &str, closed| v1::SchoolGroup {
            display_name: "Trust <b>Byron</b>".into(),
            since_date: since.into(),
            closed,
            ..Default::default()
        };
        let link = |name: &str, date: &str| v1::SchoolLink {
            linked_school: "schools/900002".into(),
            linked_school_display_name: name.into(),
            description: "Predecessor - merged".into(),
            established_date: date.into(),
            ..Default::default()
        };
        vec![
            page(),
            Self {
                trend: Some(Trend::sample_empty()),
                may_give: true,
                ..page()
            },
            Self {
                switcher: Some(Switcher::sample()),
                school: Heading::sample(),
                standing: Standing::sample(),
                groups: vec![group("2020-09-01", false).into(), group("", true).into()],
                partners: vec![partner("").into(), partner("2025-09-01").into()],
                links: vec![
                    link("Oak <Infant> School", "2020-01-01").into(),
                    link("", "").into(),
                ],
                trend: Some(Trend::sample()),
                ..page()
            },
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_sample_renders() {
        crate::tests::html::check_samples::<Page>();
    }

    #[test]
    fn only_six_digits_are_a_school() {
        assert_eq!(school_name("900001").unwrap(), "schools/900001");
        for wrong in ["", "90000", "9000011", "abcdef", "../../", "90000\u{661}"] {
            assert!(school_name(wrong).is_err(), "{wrong}");
        }
    }
}
