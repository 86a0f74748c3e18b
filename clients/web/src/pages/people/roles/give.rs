//! Giving a role.

use askama::Template;
use axum::extract::Query;
use axum::response::{IntoResponse, Redirect, Response};
use http::StatusCode;
use llpr_client::{Role, v1};
use serde::Deserialize;

use super::{ROLE, role_choice, role_of};
use crate::browser::SignedIn;
use crate::caller::Caller;
use crate::csrf::CsrfForm;
use crate::failure::Failure;
use crate::pages::form::{self, Hidden};
use crate::pages::{FOOTER, Layout, Problem, district_choices, render};
use crate::words::{self, Choice, date};

pub(in crate::pages::people) const EMAIL: &str = "email";
pub(in crate::pages::people) const SCHOOL: &str = "school";
pub(in crate::pages::people) const DISTRICT: &str = "district";
pub(in crate::pages::people) const FROM: &str = "from";
pub(in crate::pages::people) const UNTIL: &str = "until";

/// The form, and what the address prefills.
#[derive(Default, Deserialize)]
pub(crate) struct Fields {
    #[serde(default)]
    pub(in crate::pages::people) email: String,
    #[serde(default)]
    pub(in crate::pages::people) role: String,
    /// A URN.
    #[serde(default)]
    pub(in crate::pages::people) school: String,
    /// A slug.
    #[serde(default)]
    pub(in crate::pages::people) district: String,
    #[serde(default)]
    pub(in crate::pages::people) from: String,
    #[serde(default)]
    pub(in crate::pages::people) until: String,
    /// Prefills school or district.
    #[serde(default)]
    pub(in crate::pages::people) node: String,
    #[serde(default)]
    pub(in crate::pages::people) request_id: String,
}

impl Fields {
    /// Fills in the place that the address names, or the caller's only school.
    pub(in crate::pages::people) fn prefill(&mut self, caller: &Caller) {
        if let Some(urn) = self.node.strip_prefix("schools/") {
            self.school = urn.to_owned();
        } else if let Some(slug) = self.node.strip_prefix("districts/") {
            self.district = slug.to_owned();
        } else if let [(_, urn)] = caller.own_schools().as_slice()
            && self.school.is_empty()
        {
            (*urn).clone_into(&mut self.school);
        }
    }

    pub(in crate::pages::people) fn trim(&mut self) {
        for field in [
            &mut self.email,
            &mut self.school,
            &mut self.from,
            &mut self.until,
        ] {
            *field = field.trim().to_owned();
        }
    }
}

#[derive(Template)]
#[template(path = "role_new.html")]
struct Page {
    layout: Layout,
    hidden: Hidden,
    roles: Vec<Choice>,
    /// None where no role that the person gives is held at a district.
    districts: Vec<Choice>,
    fields: Fields,
    problems: Vec<Problem>,
}

/// Shows the form.
pub(crate) async fn show(
    signed_in: SignedIn,
    Query(mut fields): Query<Fields>,
) -> Result<Response, Failure> {
    fields.prefill(&signed_in.caller);
    let page = page(&signed_in, fields, Vec::new()).await?;
    Ok(render(StatusCode::OK, &page))
}

async fn page(
    signed_in: &SignedIn,
    fields: Fields,
    problems: Vec<Problem>,
) -> Result<Page, Failure> {
    let roles = offered(&signed_in.caller);
    if roles.is_empty() {
        return Err(Failure::NoSuchPage);
    }
    let districts = districts(signed_in, &roles).await?;
    Ok(Page {
        layout: Layout::new(&signed_in.browser).below("/roles", "Roles"),
        hidden: Hidden::new(&signed_in.browser),
        roles: choices(&roles),
        districts,
        fields,
        problems,
    })
}

/// The roles as a form offers them.
pub(in crate::pages::people) fn choices(roles: &[Role]) -> Vec<Choice> {
    std::iter::once(Choice::new("", "Choose a role"))
        .chain(roles.iter().copied().map(role_choice))
        .collect()
}

/// The districts to choose from, where one of the roles is held at a district.
pub(in crate::pages::people) async fn districts(
    signed_in: &SignedIn,
    roles: &[Role],
) -> Result<Vec<Choice>, Failure> {
    if !roles.contains(&Role::Sim) {
        return Ok(Vec::new());
    }
    let districts = crate::pages::districts(signed_in).await?;
    Ok(std::iter::once(Choice::new("", "Choose a district"))
        .chain(district_choices(districts))
        .collect())
}

/// The roles that the form offers. The server decides; this only leaves out what it would refuse.
pub(in crate::pages::people) fn offered(caller: &Caller) -> Vec<Role> {
    let mut roles: Vec<Role> = Vec::new();
    if caller.has(Role::Administrator) {
        roles.extend(words::all::<Role>());
    }
    if caller.has(Role::Sim) {
        roles.extend([Role::Llp, Role::Adviser, Role::Headteacher]);
    }
    if caller.has(Role::Headteacher) {
        roles.extend([Role::SchoolLeader, Role::Governor, Role::Clerk]);
    }
    roles.sort_by_key(|role| i32::from(*role));
    roles.dedup();
    roles
}

/// Gives the role and leads to the list of roles at that place.
pub(crate) async fn submit(
    signed_in: SignedIn,
    form: CsrfForm<Fields>,
) -> Result<Response, Failure> {
    let mut fields = form.into_inner();
    fields.trim();
    let role = role_of(&fields.role);
    let (node, mut problems) = node(role, &fields);
    if fields.email.is_empty() {
        problems.insert(0, Problem::new(EMAIL, "Enter the person's e-mail address"));
    }
    if !problems.is_empty() {
        return Ok(form::again(&page(&signed_in, fields, problems).await?));
    }
    let request = v1::CreateRoleAssignmentRequest {
        parent: format!("users/{}", fields.email),
        role_assignment: Some(v1::RoleAssignment {
            role: role.unwrap_or_default().into(),
            node: node.clone(),
            from_date: fields.from.clone(),
            until_date: fields.until.clone(),
            ..Default::default()
        }),
        request_id: std::mem::take(&mut fields.request_id),
    };
    match read!(signed_in, users().create_role_assignment(request)).await {
        Ok(answer) => {
            let given = answer.role_assignment.unwrap_or_default();
            signed_in.browser.say_done(format!(
                "{}: {}, {}, from {}.",
                given.user_display_name,
                words::role(given.role()),
                given.node_display_name,
                date(&given.from_date)
            ));
            Ok(Redirect::to(&format!("/roles?node={}", given.node)).into_response())
        }
        Err(error) => {
            let place = if node.starts_with("districts/") {
                DISTRICT
            } else {
                SCHOOL
            };
            let inputs = [
                ("parent", EMAIL),
                ("role", ROLE),
                ("node", place),
                ("from_date", FROM),
                ("until_date", UNTIL),
            ];
            let problems = form::problems(error, &inputs)?;
            Ok(form::again(&page(&signed_in, fields, problems).await?))
        }
    }
}

/// Where a role is held, which follows from the role.
pub(in crate::pages::people) fn node(
    role: Option<Role>,
    fields: &Fields,
) -> (String, Vec<Problem>) {
    let missing = |field, text| (String::new(), vec![Problem::new(field, text)]);
    match role {
        None | Some(Role::Unspecified) => missing(ROLE, "Choose a role"),
        Some(Role::Sim) if fields.district.is_empty() => missing(
            DISTRICT,
            "Choose the district of the school improvement manager",
        ),
        Some(Role::Sim) => (format!("districts/{}", fields.district), Vec::new()),
        Some(Role::CountyManager | Role::DataOfficer | Role::Administrator) => {
            ("county".into(), Vec::new())
        }
        Some(
            Role::Llp
            | Role::Headteacher
            | Role::SchoolLeader
            | Role::Governor
            | Role::Clerk
            | Role::Adviser,
        ) => {
            let urn = &fields.school;
            if urn.len() == 6 && urn.bytes().all(|byte| byte.is_ascii_digit()) {
                (format!("schools/{urn}"), Vec::new())
            } else {
                missing(SCHOOL, "Enter the school's URN, which has six digits")
            }
        }
    }
}

#[cfg(test)]
use super::role_word;

#[cfg(test)]
impl crate::pages::Sample for Page {
    fn samples() -> Vec<Self> {
        let page = |districts, problems| Self {
            layout: Layout::sample(),
            hidden: Hidden::sample(),
            roles: words::all().map(role_choice).collect(),
            districts,
            fields: Fields {
                email: "ada\"@example.org".into(),
                role: role_word(Role::Llp),
                school: "900001".into(),
                ..Fields::default()
            },
            problems,
        };
        vec![
            page(Vec::new(), Vec::new()),
            page(
                vec![Choice::new("north", "North <b>Byron</b>")],
                vec![
                    Problem::new(EMAIL, "Enter it"),
                    Problem::new(ROLE, "Choose it"),
                    Problem::new(SCHOOL, "Enter it"),
                    Problem::new(DISTRICT, "Choose it"),
                    Problem::new(FROM, "Must be a date"),
                    Problem::new(UNTIL, "Must be a date"),
                ],
            ),
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
    fn the_role_says_where_it_is_held() {
        let fields = Fields {
            school: "900001".into(),
            district: "north".into(),
            ..Fields::default()
        };
        for (role, place) in [
            (Role::Sim, "districts/north"),
            (Role::Governor, "schools/900001"),
            (Role::DataOfficer, "county"),
        ] {
            assert_eq!(node(Some(role), &fields), (place.into(), Vec::new()));
        }
        let none = Fields::default();
        for role in [None, Some(Role::Sim), Some(Role::Llp)] {
            assert_eq!(node(role, &none).1.len(), 1, "{role:?}");
        }
        assert_eq!(
            role_of(&role_word(Role::SchoolLeader)),
            Some(Role::SchoolLeader)
        );
    }
}
