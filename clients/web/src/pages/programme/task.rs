//! The drafts that wait, as tasks of the home page.

use super::facts::Draft;
use super::{May, drafts};
use crate::browser::SignedIn;
use crate::failure::Failure;
use crate::pages::home::Task;

/// A task for each draft: to approve it or, for whoever wrote in it, to see that it waits.
pub(crate) async fn draft_tasks(signed_in: &SignedIn) -> Result<Vec<Task>, Failure> {
    let may = May::of(signed_in);
    let person = &signed_in.caller.user.name;
    let drafts = drafts(signed_in, may).await?;
    Ok(drafts
        .iter()
        .map(|draft| task(&Draft::of(draft, person), may))
        .collect())
}

fn task(draft: &Draft, may: May) -> Task {
    let waits = may.approve && !draft.own;
    Task {
        href: format!("/programme/{}/draft", draft.slug),
        title: format!("Draft of the programme for {}", draft.year),
        hint: format!(
            "By {}, written {}. It changes nothing until it is approved.",
            draft.drafters, draft.written
        ),
        status: if waits {
            "Waits for your approval"
        } else {
            "Waits for approval"
        }
        .into(),
        open: waits,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_draft_waits_for_whoever_may_approve_it_and_did_not_write_in_it() {
        let manager = May {
            approve: true,
            ..May::default()
        };
        assert!(task(&Draft::sample("users/2"), manager).open);
        assert!(!task(&Draft::sample("users/1"), manager).open);
        assert!(!task(&Draft::sample("users/2"), May::default()).open);
    }
}
