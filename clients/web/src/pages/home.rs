//! The page after signing in: for each of the person's roles, what there is and what to do next.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::Query;
use axum::response::Response;
use http::StatusCode;
use llpr_client::v1::{DistrictReviewState, ImportState};
use llpr_client::{Role, v1};
use tonic::Code;

use crate::browser::SignedIn;
use crate::failure::Failure;
use crate::pages::board::{Board, Choices, Filter, KIND, PARTNER, PHASE};
use crate::pages::follow_up::tasks as follow_up;
use crate::pages::programme::draft_tasks;
use crate::pages::{FOOTER, Layout, districts, render};
use crate::words::{self, count, risk};

#[derive(Template)]
#[template(path = "home.html")]
struct Page {
    layout: Layout,
    name: String,
    tasks: Vec<Task>,
    districts: Vec<Board>,
    /// Where the filters of the districts' schools are sent.
    path: &'static str,
    filter: Filter,
    choices: Choices,
    schools: Vec<OwnSchool>,
    county: Vec<CountyDistrict>,
}

/// Something to do or to look at.
pub(crate) struct Task {
    pub(crate) href: String,
    pub(crate) title: String,
    pub(crate) hint: String,
    /// How it stands, and whether that needs somebody.
    pub(crate) status: String,
    pub(crate) open: bool,
}

/// A school where the person holds a role.
struct OwnSchool {
    urn: String,
    name: String,
    roles: String,
}

struct CountyDistrict {
    slug: String,
    name: String,
    kind: &'static str,
    schools: i32,
}

/// Shows it.
pub(crate) async fn show(
    signed_in: SignedIn,
    Query(filter): Query<Filter>,
) -> Result<Response, Failure> {
    let caller = &signed_in.caller;
    let mut tasks = Vec::new();
    let mut districts = Vec::new();
    if caller.can("FollowUpService/ListMyFollowUpActions") {
        tasks.extend(follow_up::own(&signed_in).await?);
    }
    for given in caller
        .roles
        .iter()
        .filter(|given| given.role() == Role::Sim)
    {
        let board = Board::read(&signed_in, &given.node, &given.node_display_name, &filter).await?;
        tasks.push(partner_task(&board));
        if let Some(counts) = board.analysis {
            tasks.extend(counts.tasks(&board.slug, &board.name));
        }
        tasks.extend(review_task(&signed_in, &board).await?);
        if let Some(contexts) = &board.contexts {
            tasks.push(contexts.task(&board.slug, &board.name));
        }
        tasks.extend(follow_up::of_district(&signed_in, &board.slug, &board.name).await?);
        districts.push(board);
    }
    let mut county = Vec::new();
    if [Role::CountyManager, Role::DataOfficer, Role::Administrator]
        .into_iter()
        .any(|role| caller.has(role))
    {
        county = county_districts(&signed_in).await?;
    }
    tasks.extend(draft_tasks(&signed_in).await?);
    if caller.can("DistrictReviewService/ListCountyDistricts") {
        tasks.extend(reviews_task(&signed_in).await?);
    }
    if caller.can("RiskService/ListSharedRisks") {
        tasks.extend(shared_task(&signed_in).await?);
    }
    if caller.has(Role::DataOfficer) {
        tasks.extend(data_tasks(&signed_in).await?);
    }
    if caller.has(Role::Administrator) {
        tasks.push(people_task(&signed_in).await?);
    }
    let schools = own_schools(caller.roles.iter());
    for given in caller
        .roles
        .iter()
        .filter(|given| given.role() == Role::Headteacher)
    {
        tasks.push(governors_task(&signed_in, given).await?);
        tasks.extend(told_task(&signed_in, given).await?);
        tasks.extend(follow_up::agreed(&signed_in, given).await?);
    }
    let page = Page {
        layout: Layout::new(&signed_in.browser),
        name: caller.user.display_name.clone(),
        tasks,
        path: "/",
        filter,
        choices: Choices::of(&districts),
        districts,
        schools,
        county,
    };
    Ok(render(StatusCode::OK, &page))
}

fn partner_task(board: &Board) -> Task {
    let missing = i64::try_from(board.without_partner).unwrap_or(i64::MAX);
    Task {
        href: format!("/districts/{}?partner=none", board.slug),
        title: format!("Every school in {} has a partner", board.name),
        hint: "Each school has a leadership and learning partner for the year (paragraph 6)."
            .into(),
        status: match missing {
            0 => "Done".into(),
            missing => format!("{} without", count(missing, "school")),
        },
        open: missing > 0,
    }
}

async fn county_districts(signed_in: &SignedIn) -> Result<Vec<CountyDistrict>, Failure> {
    let districts = districts(signed_in).await?;
    let districts = districts.into_iter().map(|district| CountyDistrict {
        slug: district
            .name
            .strip_prefix("districts/")
            .unwrap_or_default()
            .to_owned(),
        kind: words::district_kind(district.kind()),
        schools: district.school_count,
        name: district.display_name,
    });
    Ok(districts.collect())
}

/// What waits for a data officer.
async fn data_tasks(signed_in: &SignedIn) -> Result<[Task; 2], Failure> {
    let (staged, proposals) = tokio::join!(
        read!(
            signed_in,
            imports().list_imports(v1::ListImportsRequest {
                page_size: 1,
                state: ImportState::Staged.into(),
                ..Default::default()
            })
        ),
        read!(
            signed_in,
            schools().list_district_proposals(v1::ListDistrictProposalsRequest {
                page_size: 1,
                ..Default::default()
            })
        ),
    );
    let (staged, without) = (staged?.total_size, proposals?.total_size);
    Ok([
        Task {
            href: "/imports?state=staged".into(),
            title: "Apply or discard uploaded files".into(),
            hint: "Nothing of an uploaded file is visible until it is applied.".into(),
            status: match staged {
                0 => "None waiting".into(),
                staged => format!("{} waiting", count(staged.into(), "file")),
            },
            open: staged > 0,
        },
        Task {
            href: "/imports/new?dataset=districts".into(),
            title: "Put every school into a district".into(),
            hint: "Only schools in a district are seen by their school improvement manager.".into(),
            status: match without {
                0 => "Done".into(),
                without => format!("{} without", count(without.into(), "school")),
            },
            open: without > 0,
        },
    ])
}

async fn people_task(signed_in: &SignedIn) -> Result<Task, Failure> {
    let people = read!(
        signed_in,
        users().list_users(v1::ListUsersRequest {
            page_size: 1,
            ..Default::default()
        })
    )
    .await?;
    Ok(Task {
        href: "/people".into(),
        title: "Give people their roles".into(),
        hint: "Somebody without a role sees nothing. A role ends on its last day by itself.".into(),
        status: match people.total_size {
            1 => "1 person".into(),
            people => format!("{} people", words::thousands(people.into())),
        },
        open: false,
    })
}

async fn governors_task(signed_in: &SignedIn, given: &v1::RoleAssignment) -> Result<Task, Failure> {
    let governors = read!(
        signed_in,
        users().list_role_assignments(v1::ListRoleAssignmentsRequest {
            parent: "users/-".into(),
            page_size: 1,
            role: Role::Governor.into(),
            node: given.node.clone(),
            current_only: true,
            ..Default::default()
        })
    )
    .await?
    .total_size;
    Ok(Task {
        href: format!("/roles?node={}", given.node),
        title: format!("Who governs {}", given.node_display_name),
        hint: "Governors read the published report. Invite each by e-mail.".into(),
        status: match governors {
            0 => "Nobody yet".into(),
            governors => count(governors.into(), "governor"),
        },
        open: governors == 0,
    })
}

/// The review of a district; none before a programme is approved.
async fn review_task(signed_in: &SignedIn, board: &Board) -> Result<Option<Task>, Failure> {
    let request = v1::GetDistrictReviewRequest {
        name: format!("districts/{}/reviews/-", board.slug),
    };
    let review = match read!(signed_in, district_reviews().get_district_review(request)).await {
        Ok(answer) => answer.district_review.unwrap_or_default(),
        Err(error) if error.code() == Code::NotFound => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    let state = review.state();
    Ok(Some(Task {
        href: format!("/districts/{}/review", board.slug),
        title: format!("Review {}", board.name),
        hint: "Strengths and priorities from its figures, shared with the county manager (paragraph 11)."
            .into(),
        status: risk::review(state).into(),
        open: matches!(
            state,
            DistrictReviewState::NotBegun | DistrictReviewState::Draft
        ),
    }))
}

/// District reviews that were shared and not read; none before a programme is approved.
async fn reviews_task(signed_in: &SignedIn) -> Result<Option<Task>, Failure> {
    let request = v1::ListCountyDistrictsRequest {
        page_size: 1,
        ..Default::default()
    };
    let answer = match read!(signed_in, district_reviews().list_county_districts(request)).await {
        Ok(answer) => answer,
        Err(error) if error.code() == Code::NotFound => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    let unread = answer.shared_review_count - answer.acknowledged_review_count;
    Ok(Some(Task {
        href: "/county".into(),
        title: "Read the district reviews".into(),
        hint: "Strengths and priorities, and what districts have in common (paragraph 11).".into(),
        status: match (unread, answer.shared_review_count) {
            (_, 0) => "None shared yet".into(),
            (0, _) => "All read".into(),
            (unread, _) => format!("{unread} to read"),
        },
        open: unread > 0,
    }))
}

/// What was shared of the annual risk analysis; none before a programme is approved.
async fn shared_task(signed_in: &SignedIn) -> Result<Option<Task>, Failure> {
    let request = v1::ListSharedRisksRequest {
        page_size: 1,
        ..Default::default()
    };
    let shared = match read!(signed_in, risk().list_shared_risks(request)).await {
        Ok(answer) => answer.total_size,
        Err(error) if error.code() == Code::NotFound => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    Ok(Some(Task {
        href: "/risk".into(),
        title: "Look at what was shared of the risk analysis".into(),
        hint: "Letters and urgency, from school improvement managers (paragraph 12).".into(),
        status: match shared {
            0 => "Nothing shared yet".into(),
            shared => format!("{} shared", count(shared.into(), "school")),
        },
        open: false,
    }))
}

/// What the school was told; none where it was told nothing.
async fn told_task(
    signed_in: &SignedIn,
    given: &v1::RoleAssignment,
) -> Result<Option<Task>, Failure> {
    let request = v1::ListRiskWordingsRequest {
        parent: given.node.clone(),
    };
    let told = read!(signed_in, risk().list_risk_wordings(request)).await?;
    let latest = told.risk_wordings.first();
    Ok(latest.map(|latest| Task {
        href: format!("/{}/told", given.node),
        title: format!("What {} was told", given.node_display_name),
        hint: "By the school improvement manager or the school's partner, in their words.".into(),
        status: format!("Last on {}", words::date(&latest.told_date)),
        open: false,
    }))
}

/// The schools of the person's own roles, by name, with all roles at each.
fn own_schools<'a>(roles: impl Iterator<Item = &'a v1::RoleAssignment>) -> Vec<OwnSchool> {
    let mut schools: BTreeMap<(&str, &str), Vec<&str>> = BTreeMap::new();
    for given in roles {
        if let Some(urn) = given.node.strip_prefix("schools/") {
            let at = schools.entry((&given.node_display_name, urn)).or_default();
            at.push(words::role(given.role()));
        }
    }
    let schools = schools.into_iter().map(|((name, urn), roles)| OwnSchool {
        urn: urn.to_owned(),
        name: name.to_owned(),
        roles: roles.join(", "),
    });
    schools.collect()
}

#[cfg(test)]
impl crate::pages::Sample for Page {
    fn samples() -> Vec<Self> {
        let page = || Self {
            layout: Layout::sample(),
            name: "Ada <b>Byron</b>".into(),
            tasks: Vec::new(),
            path: "/",
            filter: Filter::default(),
            choices: Choices::of(&[Board::sample()]),
            districts: Vec::new(),
            schools: Vec::new(),
            county: Vec::new(),
        };
        let (empty, full) = (Board::sample_empty(), Board::sample_analysed());
        vec![
            page(),
            Self {
                tasks: vec![partner_task(&empty), partner_task(&full)],
                districts: vec![empty, full],
                ..page()
            },
            Self {
                schools: vec![OwnSchool {
                    urn: "900001".into(),
                    name: "St Mary's <Infant> School".into(),
                    roles: "Governor, Clerk to the governors".into(),
                }],
                ..page()
            },
            Self {
                county: vec![CountyDistrict {
                    slug: "north".into(),
                    name: "North".into(),
                    kind: "Improvement district",
                    schools: 12,
                }],
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
    fn several_roles_at_one_school_are_one_entry() {
        let role = |role: Role, node: &str| v1::RoleAssignment {
            role: role.into(),
            node: node.into(),
            node_display_name: node.to_uppercase(),
            ..Default::default()
        };
        let roles = [
            role(Role::Governor, "schools/900002"),
            role(Role::Headteacher, "schools/900001"),
            role(Role::Clerk, "schools/900002"),
            role(Role::Sim, "districts/north"),
        ];
        let schools = own_schools(roles.iter());
        let urns: Vec<_> = schools.iter().map(|school| school.urn.as_str()).collect();
        assert_eq!(urns, ["900001", "900002"]);
        assert_eq!(schools[1].roles, "Governor, Clerk to the governors");
    }
}
