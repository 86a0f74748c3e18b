//! Time, as a parameter.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{DateTime, NaiveDate, Utc};
use llpr_domain::london;

/// What time it is. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Clock {
    /// Microseconds by which it is ahead of the system's clock: how tests let time pass.
    ahead: Arc<AtomicI64>,
}

impl Clock {
    /// The system's clock.
    pub fn system() -> Self {
        Self::default()
    }

    /// Lets time pass, for all clones.
    pub fn advance(&self, by: std::time::Duration) {
        let micros = i64::try_from(by.as_micros()).unwrap_or(i64::MAX);
        self.ahead.fetch_add(micros, Ordering::SeqCst);
    }

    /// Now.
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place that asks the system"
    )]
    pub fn now(&self) -> DateTime<Utc> {
        Utc::now() + chrono::Duration::microseconds(self.ahead.load(Ordering::SeqCst))
    }

    /// Now, in microseconds since 1970.
    pub fn micros(&self) -> i64 {
        self.now().timestamp_micros()
    }

    /// Today in Europe/London.
    pub fn today(&self) -> NaiveDate {
        london::date_at(self.now())
    }
}
