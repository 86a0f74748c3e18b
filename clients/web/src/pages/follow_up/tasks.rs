//! What follows from the risk analysis and waits for somebody, as the home page says it.

use llpr_client::v1;
use llpr_client::v1::FollowUpActionState;

use super::contacts;
use crate::browser::SignedIn;
use crate::failure::Failure;
use crate::pages::home::Task;
use crate::words::{count, date};

/// The actions that the person owns; none where none is open.
pub(crate) async fn own(signed_in: &SignedIn) -> Result<Option<Task>, Failure> {
    let request = |overdue_only| v1::ListMyFollowUpActionsRequest {
        state: FollowUpActionState::Open.into(),
        overdue_only,
        page_size: 1,
        page_token: String::new(),
    };
    let (open, overdue) = tokio::join!(
        read!(
            signed_in,
            follow_up().list_my_follow_up_actions(request(false))
        ),
        read!(
            signed_in,
            follow_up().list_my_follow_up_actions(request(true))
        ),
    );
    let (open, overdue) = (open?, overdue?.total_size);
    Ok(open.follow_up_actions.first().map(|next| Task {
        href: if overdue > 0 {
            "/actions?show=overdue".into()
        } else {
            "/actions".into()
        },
        title: "Do what you are to do at schools".into(),
        hint: format!(
            "{} that you own, by due date (paragraph 13).",
            count(open.total_size.into(), "open action")
        ),
        status: match overdue {
            0 => format!("Next by {}", date(&next.due_date)),
            overdue => format!("{overdue} overdue"),
        },
        open: overdue > 0,
    }))
}

/// What a school improvement manager looks after in a district: actions that are past their day,
/// and contacts about academies at risk. Only what waits.
pub(crate) async fn of_district(
    signed_in: &SignedIn,
    slug: &str,
    name: &str,
) -> Result<Vec<Task>, Failure> {
    let parent = format!("districts/{slug}");
    let (overdue, due) = tokio::join!(
        overdue(signed_in, &parent),
        contacts::due(signed_in, &parent),
    );
    let academies = due?.unwrap_or_default();
    let academies = academies.iter().filter(|school| school.is_due()).count();
    let overdue = overdue?;
    let actions = (overdue > 0).then(|| Task {
        href: format!("/districts/{slug}/actions?show=overdue"),
        title: format!("Look after actions of {name} that are past their day"),
        hint: "Each action has an owner and a day, until it is done or dropped (paragraph 13)."
            .into(),
        status: format!("{overdue} overdue"),
        open: true,
    });
    let contacts = (academies > 0).then(|| Task {
        href: format!("/districts/{slug}/contacts"),
        title: format!("Contact those who answer for academies of {name} at risk"),
        hint: "The academy, its trust, its sponsor and the Regional Director (paragraph 13e)."
            .into(),
        status: match academies {
            1 => "1 academy".into(),
            many => format!("{many} academies"),
        },
        open: true,
    });
    Ok(actions.into_iter().chain(contacts).collect())
}

/// How many actions of a place are past their day, as far as the person sees them.
async fn overdue(signed_in: &SignedIn, parent: &str) -> Result<i32, Failure> {
    let request = v1::ListFollowUpActionsRequest {
        parent: parent.to_owned(),
        state: FollowUpActionState::Open.into(),
        overdue_only: true,
        page_size: 1,
        ..Default::default()
    };
    let answer = read!(signed_in, follow_up().list_follow_up_actions(request)).await?;
    Ok(answer.total_size)
}

/// What was agreed with a school and shared with its headteacher; none where nothing was.
pub(crate) async fn agreed(
    signed_in: &SignedIn,
    given: &v1::RoleAssignment,
) -> Result<Option<Task>, Failure> {
    let request = v1::ListAgreedActionsRequest {
        parent: given.node.clone(),
        page_size: 1,
        ..Default::default()
    };
    let agreed = read!(signed_in, follow_up().list_agreed_actions(request)).await?;
    Ok((agreed.total_size > 0).then(|| Task {
        href: format!("/{}/agreed", given.node),
        title: format!("What was agreed with {}", given.node_display_name),
        hint: "What is to be done, who does it and by when.".into(),
        status: count(agreed.total_size.into(), "action"),
        open: false,
    }))
}
