//! The runner of the outbox. Of several servers one runs at a time, by a lease; and each attempt is
//! claimed in the mail's row before it is made, so that no mail is sent twice at once even where two
//! run. What a killed server left is tried again when its time comes.

use std::time::Duration;

use llpr_store::{Access, DueMail, LinkPurpose, MailState, StoreError, access::System};
use tokio_util::sync::CancellationToken;

use super::Failure;
use crate::auth::link_secret;
use crate::context::Cx;

const LEASE: &str = "outbox";
/// How many rows are looked at in one go.
const BATCH: i64 = 20;
/// How much longer than one attempt the lease lives.
const SPARE: Duration = Duration::from_secs(20);
/// The longest time between two attempts.
const LONGEST_PAUSE: Duration = Duration::from_hours(1);

/// When a link that is made now stops working, in microseconds since 1970.
pub(crate) fn link_end(cx: &Cx, purpose: LinkPurpose) -> i64 {
    let auth = &cx.config.auth;
    let minutes = match purpose {
        LinkPurpose::Invitation => auth.invitation_days * 24 * 60,
        LinkPurpose::Password => auth.password_link_minutes,
        LinkPurpose::SignIn => auth.sign_in_link_minutes,
    };
    cx.clock.micros() + i64::from(minutes) * 60 * 1_000_000
}

/// Answers what was asked for and sends what is due.
pub(crate) async fn run(cx: &Cx, stop: &CancellationToken) -> Result<(), StoreError> {
    let system = cx.store.system("outbox", cx.clock.today());
    // Two cheap reads, so that an idle server writes nothing.
    let idle = cx.store.link_requests(&system, 1).await?.is_empty()
        && due(cx, &system, 1).await?.is_empty();
    if idle || !lease(cx, &system).await? {
        return Ok(());
    }
    let done = work(cx, &system, stop).await;
    let now = cx.clock.micros();
    cx.store
        .give_back_lease(&system, (LEASE, cx.instance.clone()), now)
        .await?;
    done
}

async fn work(
    cx: &Cx,
    system: &Access<System>,
    stop: &CancellationToken,
) -> Result<(), StoreError> {
    for request in cx.store.link_requests(system, BATCH).await? {
        let end = link_end(cx, request.purpose()?);
        let now = cx.clock.micros();
        cx.store
            .answer_link_request(system, now, request, end)
            .await?;
    }
    for mail in due(cx, system, BATCH).await? {
        if stop.is_cancelled() || !lease(cx, system).await? {
            break;
        }
        deliver(cx, system, mail).await?;
    }
    Ok(())
}

async fn due(cx: &Cx, system: &Access<System>, limit: i64) -> Result<Vec<DueMail>, StoreError> {
    if cx.mailer.sends() {
        cx.store.due_mails(system, cx.clock.micros(), limit).await
    } else {
        Ok(Vec::new())
    }
}

async fn lease(cx: &Cx, system: &Access<System>) -> Result<bool, StoreError> {
    let life = micros(cx.mailer.timeout() + SPARE);
    let holder = (LEASE, cx.instance.clone());
    cx.store
        .take_lease(system, holder, cx.clock.micros(), life)
        .await
}

async fn deliver(cx: &Cx, system: &Access<System>, mail: DueMail) -> Result<(), StoreError> {
    let end = async |state, failure| {
        let now = cx.clock.micros();
        cx.store
            .end_mail(system, now, (mail.id.clone(), state), failure)
            .await
    };
    if !mail.stands {
        return end(MailState::Dropped, "").await;
    }
    let now = cx.clock.micros();
    let attempt = mail.attempts + 1;
    let next = now + micros(pause(cx, attempt));
    let claim = (mail.id.clone(), mail.attempts);
    if !cx.store.claim_mail(system, now, claim, next).await? {
        return Ok(());
    }
    let uri = match &mail.link {
        None => Some(cx.mailer.sign_in()),
        Some((id, _, _)) => {
            link_secret::secret(&cx.secret, id).map(|secret| cx.mailer.link(&secret))
        }
    };
    let sent = match uri {
        Some(uri) => cx.mailer.send(&mail, &uri).await,
        None => Err(Failure::Address),
    };
    let most = i32::try_from(cx.config.mail.attempts).unwrap_or(i32::MAX);
    match sent {
        Ok(()) => end(MailState::Sent, "").await,
        Err(failure) if failure.is_for_good() || attempt >= most => {
            tracing::warn!(
                mail.name = format!("mails/{}", mail.id),
                mail.failure = failure.code(),
                mail.attempts = attempt,
                "A mail could not be sent and is given up; an administrator sees it among the mails."
            );
            end(MailState::Failed, failure.code()).await
        }
        Err(failure) => {
            tracing::info!(
                mail.name = format!("mails/{}", mail.id),
                mail.failure = failure.code(),
                mail.attempts = attempt,
                "A mail could not be sent; it is tried again."
            );
            let now = cx.clock.micros();
            cx.store
                .note_failure(system, now, mail.id.clone(), failure.code())
                .await
        }
    }
}

/// How long to wait after an attempt: twice as long after each.
fn pause(cx: &Cx, attempt: i32) -> Duration {
    let doublings = u32::try_from(attempt - 1).unwrap_or(0).min(16);
    Duration::from_secs(cx.config.mail.retry_seconds.max(1))
        .saturating_mul(1 << doublings)
        .min(LONGEST_PAUSE)
}

fn micros(time: Duration) -> i64 {
    i64::try_from(time.as_micros()).unwrap_or(i64::MAX)
}
