//! What follows from the risk analysis (¶13): contacts and actions.

mod actions;
mod command_line;
mod contacts;
mod visible;

use futures::TryStreamExt as _;
use llpr_client::{Error, items, request_id};
use llpr_proto::v1::*;
use llpr_tests::{Actor, World};

const NORTH: &str = "districts/north-marl";

/// Today where the world's clock stands, in Europe/London, and so many days on.
fn day(world: &World, days: i64) -> String {
    let today = world.clock.today() + chrono::Duration::days(days);
    today.to_string()
}

async fn me(actor: &Actor) -> String {
    let answer = actor.session.auth().get_caller(GetCallerRequest {}).await;
    let user = answer.expect("the caller").into_inner().user;
    user.expect("a user").name
}

async fn record(actor: &Actor, urn: u32, contact: Contact) -> Result<Contact, Error> {
    let request = CreateContactRequest {
        parent: format!("schools/{urn}"),
        contact: Some(contact),
        request_id: request_id(),
    };
    let answer = actor.session.follow_up().create_contact(request).await?;
    Ok(answer.into_inner().contact.expect("a contact"))
}

fn call_about(note: &str) -> Contact {
    Contact {
        party: ContactParty::School.into(),
        means: ContactMeans::Telephone.into(),
        purpose: ContactPurpose::DiscussIssues.into(),
        spoken_to: "the headteacher".into(),
        note: note.into(),
        ..Contact::default()
    }
}

async fn contacts(actor: &Actor, parent: &str, page_size: i32) -> Result<Vec<Contact>, Error> {
    let contacts = items(|page_token| {
        let mut client = actor.session.follow_up();
        let request = ListContactsRequest {
            parent: parent.to_owned(),
            page_size,
            page_token,
            ..ListContactsRequest::default()
        };
        async move { client.list_contacts(request).await }
    });
    contacts.try_collect().await
}

async fn make(actor: &Actor, urn: u32, action: FollowUpAction) -> Result<FollowUpAction, Error> {
    let request = CreateFollowUpActionRequest {
        parent: format!("schools/{urn}"),
        follow_up_action: Some(action),
        request_id: request_id(),
    };
    let answer = actor
        .session
        .follow_up()
        .create_follow_up_action(request)
        .await?;
    Ok(answer.into_inner().follow_up_action.expect("an action"))
}

/// A visit that an owner is to make by a day.
fn visit(title: &str, owner: &str, due: &str) -> FollowUpAction {
    FollowUpAction {
        kind: FollowUpActionKind::Visit.into(),
        title: title.into(),
        note: "Working of ours.".into(),
        owner: owner.into(),
        due_date: due.into(),
        ..FollowUpAction::default()
    }
}

async fn get(actor: &Actor, name: &str) -> Result<FollowUpAction, Error> {
    let request = GetFollowUpActionRequest { name: name.into() };
    let answer = actor
        .session
        .follow_up()
        .get_follow_up_action(request)
        .await?;
    Ok(answer.into_inner().follow_up_action.expect("an action"))
}

async fn actions(
    actor: &Actor,
    parent: &str,
    overdue_only: bool,
    page_size: i32,
) -> Result<Vec<FollowUpAction>, Error> {
    let actions = items(|page_token| {
        let mut client = actor.session.follow_up();
        let request = ListFollowUpActionsRequest {
            parent: parent.to_owned(),
            overdue_only,
            page_size,
            page_token,
            ..ListFollowUpActionsRequest::default()
        };
        async move { client.list_follow_up_actions(request).await }
    });
    actions.try_collect().await
}

async fn mine(actor: &Actor, overdue_only: bool) -> Vec<FollowUpAction> {
    let request = ListMyFollowUpActionsRequest {
        overdue_only,
        ..ListMyFollowUpActionsRequest::default()
    };
    let answer = actor
        .session
        .follow_up()
        .list_my_follow_up_actions(request)
        .await;
    answer.expect("own actions").into_inner().follow_up_actions
}

async fn agreed(actor: &Actor, urn: u32) -> Result<Vec<AgreedAction>, Error> {
    let request = ListAgreedActionsRequest {
        parent: format!("schools/{urn}"),
        ..ListAgreedActionsRequest::default()
    };
    let answer = actor
        .session
        .follow_up()
        .list_agreed_actions(request)
        .await?;
    Ok(answer.into_inner().agreed_actions)
}

async fn update(
    actor: &Actor,
    action: FollowUpAction,
    paths: &[&str],
) -> Result<FollowUpAction, Error> {
    let request = UpdateFollowUpActionRequest {
        follow_up_action: Some(action),
        update_mask: Some(prost_types::FieldMask {
            paths: paths.iter().map(|path| (*path).to_owned()).collect(),
        }),
        request_id: request_id(),
    };
    let answer = actor
        .session
        .follow_up()
        .update_follow_up_action(request)
        .await?;
    Ok(answer.into_inner().follow_up_action.expect("an action"))
}

async fn complete(
    actor: &Actor,
    seen: &FollowUpAction,
    outcome: &str,
    done_date: &str,
) -> Result<FollowUpAction, Error> {
    let request = CompleteFollowUpActionRequest {
        name: seen.name.clone(),
        etag: seen.etag.clone(),
        outcome: outcome.into(),
        done_date: done_date.into(),
        request_id: request_id(),
    };
    let answer = actor
        .session
        .follow_up()
        .complete_follow_up_action(request)
        .await?;
    Ok(answer.into_inner().follow_up_action.expect("an action"))
}

async fn drop(actor: &Actor, seen: &FollowUpAction, reason: &str) -> Result<FollowUpAction, Error> {
    let request = DropFollowUpActionRequest {
        name: seen.name.clone(),
        etag: seen.etag.clone(),
        reason: reason.into(),
        request_id: request_id(),
    };
    let answer = actor
        .session
        .follow_up()
        .drop_follow_up_action(request)
        .await?;
    Ok(answer.into_inner().follow_up_action.expect("an action"))
}

async fn share(
    actor: &Actor,
    seen: &FollowUpAction,
    wording: &str,
) -> Result<FollowUpAction, Error> {
    let request = ShareFollowUpActionRequest {
        name: seen.name.clone(),
        etag: seen.etag.clone(),
        wording: wording.into(),
        agreed_with: "the headteacher".into(),
        agreed_date: String::new(),
        request_id: request_id(),
    };
    let answer = actor
        .session
        .follow_up()
        .share_follow_up_action(request)
        .await?;
    Ok(answer.into_inner().follow_up_action.expect("an action"))
}

/// Assesses a school as at risk, by a judgement of the SIM's.
async fn put_at_risk(sim: &Actor, urn: u32) {
    let add = AddRiskCriterionRequest {
        parent: format!("schools/{urn}"),
        programme_year: "programmeYears/2024-2025".into(),
        criterion: "k".into(),
        note: "Seen on the day.".into(),
        request_id: request_id(),
    };
    sim.session
        .risk()
        .add_risk_criterion(add)
        .await
        .expect("in evidence");
    let name = format!("schools/{urn}/riskAssessments/2024-2025");
    let seen = GetRiskAssessmentRequest { name };
    let seen = sim
        .session
        .risk()
        .get_risk_assessment(seen)
        .await
        .expect("an assessment");
    let seen = seen.into_inner().risk_assessment.expect("an assessment");
    let assess = AssessSchoolRequest {
        name: seen.name,
        etag: seen.etag,
        state: RiskState::AtRisk.into(),
        urgency: RiskUrgency::Pupils.into(),
        reason: "Seen on the day.".into(),
        request_id: request_id(),
        ..AssessSchoolRequest::default()
    };
    sim.session
        .risk()
        .assess_school(assess)
        .await
        .expect("assessed");
}

/// Shares the assessment of a school of North Marl.
async fn share_assessment(sim: &Actor, urn: u32) {
    let request = ShareRiskAssessmentsRequest {
        parent: NORTH.into(),
        programme_year: "programmeYears/2024-2025".into(),
        schools: vec![format!("schools/{urn}")],
        request_id: request_id(),
    };
    sim.session
        .risk()
        .share_risk_assessments(request)
        .await
        .expect("shared");
}

fn fields(error: &Error) -> Vec<&str> {
    let all = error.violations().iter();
    all.map(|violation| violation.field.as_str()).collect()
}

/// The fields of the ledger's entries of a method, and whether any entry at all holds some words.
async fn ledger(world: &World, method: &str, words: &str) -> (Vec<String>, bool) {
    let admin = world.actor("ADMINISTRATOR").await;
    let entries = items(|page_token| {
        let mut client = admin.session.audit();
        let request = ListLedgerEntriesRequest {
            page_token,
            ..ListLedgerEntriesRequest::default()
        };
        async move { client.list_ledger_entries(request).await }
    });
    let entries: Vec<LedgerEntry> = entries.try_collect().await.expect("entries");
    let leaks = entries
        .iter()
        .any(|entry| format!("{entry:?}").contains(words));
    let told = entries
        .iter()
        .filter(|entry| entry.method.ends_with(method));
    (told.map(|entry| entry.fields.join(",")).collect(), leaks)
}
