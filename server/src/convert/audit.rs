//! The ledger.

use llpr_proto::{names, v1};
use llpr_store::{Actor, ListedEntry, Refusals, SignedHead, StoredEntry, UserKind};

use super::timestamp;
use crate::context::Cx;
use crate::problem::Problem;

/// The resource name and name of who acted. Whoever is gone keeps the id of a person.
fn actor(id: String, actor: Option<Actor>) -> (String, String) {
    match actor {
        Some(actor) => (account_name(actor.kind, id), actor.display_name),
        None if id.is_empty() => (String::new(), String::new()),
        None => (names::user(id), String::new()),
    }
}

/// `users/{id}` or `serviceAccounts/{id}`.
pub(crate) fn account_name(kind: UserKind, id: String) -> String {
    match kind {
        UserKind::Person => names::user(id),
        UserKind::ServiceAccount => names::service_account(id),
    }
}

pub(crate) fn ledger_entry(listed: ListedEntry) -> v1::LedgerEntry {
    let ListedEntry {
        entry,
        hash,
        actor: who,
    } = listed;
    let llpr_store::LedgerEntry {
        seq,
        at,
        user,
        role,
        method,
        target,
        fields,
    } = entry;
    let (actor, actor_display_name) = actor(user, who);
    v1::LedgerEntry {
        seq,
        time: Some(timestamp(at)),
        actor,
        actor_display_name,
        role,
        method,
        target,
        fields,
        hash,
    }
}

pub(crate) fn stored_entry(stored: StoredEntry) -> v1::StoredLedgerEntry {
    let StoredEntry {
        seq,
        previous_hash,
        hash,
        entry,
    } = stored;
    v1::StoredLedgerEntry {
        seq,
        previous_hash,
        hash,
        entry,
    }
}

pub(crate) fn ledger_head(head: SignedHead) -> v1::LedgerHead {
    let SignedHead {
        seq,
        hash,
        signed_at,
        kid,
        signature,
    } = head;
    v1::LedgerHead {
        seq,
        hash,
        sign_time: Some(timestamp(signed_at)),
        kid,
        signature,
    }
}

pub(crate) fn ledger_keys(cx: &Cx) -> Result<Vec<v1::LedgerKey>, Problem> {
    let keys = cx.ledger_keys.public();
    let keys = keys.map_err(|error| Problem::internal(&error))?;
    Ok(keys
        .into_iter()
        .map(|(kid, public_key)| v1::LedgerKey { kid, public_key })
        .collect())
}

pub(crate) fn refusals(refusals: Refusals) -> v1::Refusals {
    let Refusals {
        user,
        actor: who,
        day,
        count,
        last_method,
        last_at,
    } = refusals;
    let (actor, actor_display_name) = actor(user, who);
    v1::Refusals {
        actor,
        actor_display_name,
        date: day,
        count: i32::try_from(count).unwrap_or(i32::MAX),
        last_method,
        last_time: Some(timestamp(last_at)),
    }
}
