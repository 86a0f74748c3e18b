//! Who may own an action of a school, as far as the person can know.

use llpr_client::{Role, v1};

use crate::browser::SignedIn;
use crate::failure::Failure;
use crate::words::Choice;

/// The person, today's partners of the school, for whoever gives roles its advisers too, and who
/// owns the action now. The server decides who may.
pub(super) async fn read(
    signed_in: &SignedIn,
    school: &v1::School,
    now: Option<&v1::FollowUpAction>,
) -> Result<Vec<Choice>, Failure> {
    let caller = &signed_in.caller;
    let advisers = async {
        if !caller.can("UserService/ListRoleAssignments") {
            return Ok(Vec::new());
        }
        let request = v1::ListRoleAssignmentsRequest {
            parent: "users/-".into(),
            page_size: 200,
            role: Role::Adviser.into(),
            node: school.name.clone(),
            current_only: true,
            ..Default::default()
        };
        let answer = read!(signed_in, users().list_role_assignments(request)).await?;
        Ok::<_, Failure>(answer.role_assignments)
    };
    let (partners, advisers) = tokio::join!(
        read!(
            signed_in,
            schools().list_school_partners(v1::ListSchoolPartnersRequest {
                parent: school.name.clone()
            })
        ),
        advisers,
    );
    let own = caller.can_at("FollowUpService/ListMyFollowUpActions", school);
    Ok(choices(
        own.then_some(&caller.user),
        school,
        &partners?.partners,
        &advisers?,
        now,
    ))
}

fn choices(
    own: Option<&v1::User>,
    school: &v1::School,
    partners: &[v1::SchoolPartner],
    advisers: &[v1::RoleAssignment],
    now: Option<&v1::FollowUpAction>,
) -> Vec<Choice> {
    let own = own.map(|user| (user.name.as_str(), format!("{} (you)", user.display_name)));
    // The school names those of today; the list has earlier and later ones too.
    let today = partners
        .iter()
        .filter(|partner| school.partner_display_names.contains(&partner.display_name))
        .map(|partner| {
            let text = format!("{}, the school's partner", partner.display_name);
            (partner.user.as_str(), text)
        });
    let advisers = advisers.iter().map(|given| {
        let text = format!("{}, adviser", given.user_display_name);
        (given.user.as_str(), text)
    });
    let now = now.map(|action| (action.owner.as_str(), action.owner_display_name.clone()));
    let mut choices = vec![Choice::new("", "Choose a person")];
    for (user, text) in own.into_iter().chain(today).chain(advisers).chain(now) {
        if !choices.iter().any(|known| known.value == user) {
            choices.push(Choice::new(user, text));
        }
    }
    choices
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn p13_whoever_works_with_the_school_can_be_chosen_once() {
        let school = v1::School {
            partner_display_names: vec!["Ada".into()],
            ..Default::default()
        };
        let partner = |user: &str, name: &str| v1::SchoolPartner {
            user: user.into(),
            display_name: name.into(),
            ..Default::default()
        };
        let partners = [partner("users/1", "Ada"), partner("users/2", "Left")];
        let adviser = v1::RoleAssignment {
            user: "users/3".into(),
            user_display_name: "Grace".into(),
            ..Default::default()
        };
        let me = v1::User {
            name: "users/1".into(),
            display_name: "Ada".into(),
            ..Default::default()
        };
        let action = v1::FollowUpAction {
            owner: "users/4".into(),
            owner_display_name: "Joan".into(),
            ..Default::default()
        };
        let found = choices(Some(&me), &school, &partners, &[adviser], Some(&action));
        let texts: Vec<&str> = found.iter().map(|choice| choice.text.as_str()).collect();
        assert_eq!(
            texts,
            ["Choose a person", "Ada (you)", "Grace, adviser", "Joan"]
        );
        assert_eq!(found[2].value, "users/3");
    }
}
