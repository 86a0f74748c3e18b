//! What the server does by itself: sweeping, looking for new keys, signing the ledger's head,
//! sending mails, noting what data suggests.

use std::time::Duration;

use llpr_store::{Store, StoreError};
use tokio_util::sync::CancellationToken;

use crate::auth::ledger::SigningError;
use crate::clock::Clock;
use crate::context::Cx;
use crate::mail::outbox;

/// An upload that has made no progress for this long belongs to a server that is gone.
const STALE_UPLOAD: Duration = Duration::from_mins(15);
/// How often what is past its time is swept.
const SWEEP_EVERY: Duration = Duration::from_mins(10);
/// How often the keys' folder is looked at: a retired key verifies no longer than this.
const KEYS_EVERY: Duration = Duration::from_secs(1);
/// How often the outbox is looked at, beside when something was put into it here.
const OUTBOX_EVERY: Duration = Duration::from_secs(2);

/// How often it is looked whether suggestions may be others.
const NOTES_EVERY: Duration = Duration::from_secs(30);
/// How long one server may take for the notes about some schools before another may begin.
const NOTES_LEASE: Duration = Duration::from_mins(2);

/// Starts all of them; they end with the server.
pub(super) fn start(cx: &Cx, stop: &CancellationToken) {
    tokio::spawn(keep_swept(cx.clone(), stop.clone()));
    tokio::spawn(keep_keys(cx.clone(), stop.clone()));
    tokio::spawn(keep_signed(cx.clone(), stop.clone()));
    tokio::spawn(keep_posted(cx.clone(), stop.clone()));
    tokio::spawn(keep_noted(cx.clone(), stop.clone()));
}

/// Waits for the next turn; whether there is one.
async fn next_turn(period: Duration, stop: &CancellationToken) -> bool {
    tokio::select! {
        () = tokio::time::sleep(period) => true,
        () = stop.cancelled() => false,
    }
}

async fn keep_swept(cx: Cx, stop: CancellationToken) {
    while next_turn(SWEEP_EVERY, &stop).await {
        if let Err(error) = sweep(&cx.store, &cx.clock, false).await {
            tracing::warn!(error = %error, "The sweep failed; it runs again later.");
        }
    }
}

async fn keep_keys(cx: Cx, stop: CancellationToken) {
    while next_turn(KEYS_EVERY, &stop).await {
        match cx.tokens.refresh_keys() {
            Ok(true) => tracing::info!("The signing keys have changed."),
            Ok(false) => {}
            Err(error) => tracing::warn!(error = %error, "The keys' folder can't be read."),
        }
    }
}

async fn keep_signed(cx: Cx, stop: CancellationToken) {
    let period = Duration::from_secs(cx.config.ledger.sign_every_seconds.max(1));
    while next_turn(period, &stop).await {
        if let Err(error) = sign_head(&cx).await {
            tracing::error!(error = %error, "The head of the ledger was not signed.");
        }
    }
}

async fn keep_posted(cx: Cx, stop: CancellationToken) {
    loop {
        tokio::select! {
            () = tokio::time::sleep(OUTBOX_EVERY) => {}
            () = cx.post.notified() => {}
            () = stop.cancelled() => return,
        }
        if let Err(error) = outbox::run(&cx, &stop).await {
            tracing::warn!(error = %error, "The outbox could not be worked on; it is tried again.");
        }
    }
}

async fn keep_noted(cx: Cx, stop: CancellationToken) {
    while next_turn(NOTES_EVERY, &stop).await {
        if let Err(error) = note_suggestions(&cx, &stop).await {
            tracing::warn!(error = %error, "What data suggests was not noted; it is tried again.");
        }
    }
}

/// Notes what data suggests, if that may have changed and no other server does it. The lease is kept
/// from one page of schools to the next.
pub(super) async fn note_suggestions(cx: &Cx, stop: &CancellationToken) -> Result<(), StoreError> {
    let system = cx.store.system("suggestion notes", cx.clock.today());
    let Some(up_to) = cx.store.suggestions_to_note(&system).await? else {
        return Ok(());
    };
    let holder = || ("suggestions", cx.instance.clone());
    let life = i64::try_from(NOTES_LEASE.as_micros()).unwrap_or(i64::MAX);
    let (mut after, mut made) = (None, 0);
    loop {
        let now = cx.clock.micros();
        if stop.is_cancelled() || !cx.store.take_lease(&system, holder(), now, life).await? {
            return Ok(());
        }
        let (notes, next) = cx.store.note_suggestions(&system, now, after).await?;
        made += notes;
        after = next;
        if after.is_none() {
            break;
        }
    }
    let now = cx.clock.micros();
    cx.store.suggestions_noted(&system, now, up_to).await?;
    cx.store.give_back_lease(&system, holder(), now).await?;
    tracing::info!(notes = made, "What data suggests was noted.");
    Ok(())
}

/// Removes what is past its time. On SQLite this server is the only one, so every upload that
/// still arrives was cut off by the last stop.
pub(super) async fn sweep(
    store: &Store,
    clock: &Clock,
    all_uploads: bool,
) -> Result<(), StoreError> {
    let now = clock.micros();
    let stale = i64::try_from(STALE_UPLOAD.as_micros()).unwrap_or(i64::MAX);
    let untouched_since = if all_uploads { i64::MAX } else { now - stale };
    let system = store.system("sweep", clock.today());
    let removed = store.sweep(&system, now, untouched_since).await?;
    store.sweep_outbox(&system, now).await?;
    if removed > 0 {
        tracing::info!(
            imports = removed,
            "Uploads that had broken off were removed."
        );
    }
    Ok(())
}

/// Signs the ledger's head if it has moved, and answers its position.
pub(super) async fn sign_head(cx: &Cx) -> Result<Option<i64>, SigningError> {
    let now = cx.clock.micros();
    let system = cx.store.system("ledger head", cx.clock.today());
    let sign = |seq, hash: &str| cx.ledger_keys.sign(seq, hash, now);
    let head = cx.store.sign_head(&system, now, sign).await?;
    Ok(head.map(|head| head.seq))
}
