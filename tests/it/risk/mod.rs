//! The annual risk analysis (¶10 to ¶13).

mod assessments;
mod command_line;
mod real_files;
mod statements;
mod suggestions;

use futures::TryStreamExt as _;
use llpr_client::{Error, items, request_id};
use llpr_proto::v1::*;
use llpr_tests::Actor;

/// The programme year of the county.
const YEAR: &str = "2024-2025";

/// What data suggests of the schools of a place, all pages together.
async fn list(actor: &Actor, parent: &str, page_size: i32) -> Vec<SchoolSuggestions> {
    let schools = items(|page_token| {
        let mut client = actor.session.risk();
        let request = ListSuggestionsRequest {
            parent: parent.to_owned(),
            page_size,
            page_token,
            ..ListSuggestionsRequest::default()
        };
        async move { client.list_suggestions(request).await }
    });
    schools.try_collect().await.expect("suggestions")
}

/// The suggestion of a school and letter, where there is one.
async fn find(actor: &Actor, urn: u32, letter: &str) -> Option<Suggestion> {
    let mut schools = list(actor, &format!("schools/{urn}"), 1).await;
    let all = schools.pop().expect("a school").suggestions;
    all.into_iter().find(|one| one.criterion == letter)
}

fn name(urn: u32, letter: &str) -> String {
    format!("schools/{urn}/suggestions/{YEAR}-{letter}")
}

async fn confirm(actor: &Actor, seen: &Suggestion, note: &str) -> Result<Suggestion, Error> {
    let request = ConfirmSuggestionRequest {
        name: seen.name.clone(),
        etag: seen.etag.clone(),
        note: note.to_owned(),
        request_id: request_id(),
    };
    let answer = actor.session.risk().confirm_suggestion(request).await?;
    Ok(answer.into_inner().suggestion.expect("a suggestion"))
}

async fn dismiss(
    actor: &Actor,
    seen: &Suggestion,
    reason: DismissReason,
    note: &str,
) -> Result<Suggestion, Error> {
    let request = DismissSuggestionRequest {
        name: seen.name.clone(),
        etag: seen.etag.clone(),
        reason: reason.into(),
        note: note.to_owned(),
        request_id: request_id(),
    };
    let answer = actor.session.risk().dismiss_suggestion(request).await?;
    Ok(answer.into_inner().suggestion.expect("a suggestion"))
}
