//! Repeating calls that may be repeated.

use std::time::Duration;

use llpr_proto::v1::ErrorReason;
use tonic::{Code, Response, Status};

use crate::error::Error;

/// How often and how patiently to repeat a call.
#[derive(Clone, Copy, Debug)]
pub struct Retry {
    /// Attempts in all, the first among them.
    pub attempts: u32,
    /// Pause before the second attempt; it doubles from there.
    pub pause: Duration,
    /// Longest pause. A server that asks for a longer one gets no further attempt.
    pub longest: Duration,
}

impl Default for Retry {
    /// Four attempts within a few seconds: somebody is waiting.
    fn default() -> Self {
        Self {
            attempts: 4,
            pause: Duration::from_millis(200),
            longest: Duration::from_secs(5),
        }
    }
}

impl Retry {
    /// How long to wait after the given failed attempt (from 1), or `None` to give up.
    ///
    /// `jitter` in 0..1 spreads clients that failed together: the pause is between half and all
    /// of what is due, and what the server asks for is never cut short.
    pub fn pause_after(&self, attempt: u32, error: &Error, jitter: f64) -> Option<Duration> {
        if attempt >= self.attempts {
            return None;
        }
        let asked = error.retry_delay();
        match error.code() {
            Code::Unavailable => {}
            Code::ResourceExhausted if asked.is_some() => {}
            Code::Unknown if error.reason() == Some(ErrorReason::OutcomeUnknown) => {}
            _ => return None,
        }
        let due = self
            .pause
            .saturating_mul(1 << (attempt - 1).min(16))
            .min(self.longest);
        let spread = due.mul_f64(0.5 + jitter.clamp(0.0, 1.0) / 2.0);
        match asked {
            Some(asked) if asked > self.longest => None,
            Some(asked) => Some(asked + spread.min(asked)),
            None => Some(spread),
        }
    }
}

/// Makes a call, and makes it again while the server is away or busy.
///
/// Only for calls that may be repeated: reads, and writes that carry a request id. Repeats after
/// `UNAVAILABLE`, `RESOURCE_EXHAUSTED` with `RetryInfo`, and `OUTCOME_UNKNOWN`.
///
/// # Errors
/// The error of the last attempt.
pub async fn retry<T, F, A>(policy: Retry, mut call: F) -> Result<T, Error>
where
    F: FnMut() -> A,
    A: Future<Output = Result<Response<T>, Status>>,
{
    repeat(policy, || {
        let attempt = call();
        async { attempt.await.map(Response::into_inner).map_err(Error::from) }
    })
    .await
}

pub(crate) async fn repeat<T, F, A>(policy: Retry, mut call: F) -> Result<T, Error>
where
    F: FnMut() -> A,
    A: Future<Output = Result<T, Error>>,
{
    let mut attempt = 1;
    loop {
        let error = match call().await {
            Ok(answer) => return Ok(answer),
            Err(error) => error,
        };
        let Some(pause) = policy.pause_after(attempt, &error, rand::random()) else {
            return Err(error);
        };
        tracing::debug!(attempt, error.code = ?error.code(), "repeating a call");
        tokio::time::sleep(pause).await;
        attempt += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicU32, Ordering};
    use tonic_types::{ErrorDetails, StatusExt};

    const QUICK: Retry = Retry {
        attempts: 3,
        pause: Duration::from_millis(1),
        longest: Duration::from_millis(4),
    };

    fn busy(seconds: u64) -> Status {
        Status::with_error_details(
            Code::ResourceExhausted,
            "busy",
            ErrorDetails::with_retry_info(Some(Duration::from_secs(seconds))),
        )
    }

    async fn calls_until_given_up(failure: fn() -> Status) -> u32 {
        let calls = AtomicU32::new(0);
        let outcome: Result<(), _> = retry(QUICK, || {
            calls.fetch_add(1, Ordering::SeqCst);
            async { Err(failure()) }
        })
        .await;
        assert!(outcome.is_err());
        calls.into_inner()
    }

    #[tokio::test]
    async fn only_what_may_pass_is_repeated_and_not_for_ever() {
        assert_eq!(calls_until_given_up(|| Status::unavailable("")).await, 3);
        assert_eq!(calls_until_given_up(|| Status::not_found("")).await, 1);
        // Exhausted without a hint when to come back: a quota, not a queue.
        assert_eq!(
            calls_until_given_up(|| Status::resource_exhausted("")).await,
            1
        );
        // Longer than we are willing to wait.
        assert_eq!(calls_until_given_up(|| busy(60)).await, 1);
    }

    #[tokio::test]
    async fn the_answer_of_a_later_attempt_is_the_answer() {
        let mut left = 2;
        let answer = retry(QUICK, || {
            left -= 1;
            let fails = left > 0;
            async move {
                if fails {
                    Err(Status::unavailable(""))
                } else {
                    Ok(Response::new(7))
                }
            }
        })
        .await;
        assert_eq!(answer.unwrap(), 7);
    }

    #[test]
    fn pauses_grow_keep_their_bound_and_honour_the_server() {
        let policy = Retry::default();
        let away = Error::from(Status::unavailable(""));
        let pause = |attempt, jitter| policy.pause_after(attempt, &away, jitter).unwrap();
        assert_eq!(pause(1, 0.0), Duration::from_millis(100));
        assert_eq!(pause(1, 1.0), Duration::from_millis(200));
        assert_eq!(pause(3, 1.0), Duration::from_millis(800));
        let asked = policy.pause_after(1, &Error::from(busy(2)), 0.0).unwrap();
        assert!(asked >= Duration::from_secs(2), "{asked:?}");
    }
}
