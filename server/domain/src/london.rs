//! Dates in Europe/London. The programme's days begin and end there, whatever the server's clock
//! zone; moments are kept in UTC.

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use chrono_tz::Europe::London;

/// The date in Europe/London at a moment.
pub fn date_at(moment: DateTime<Utc>) -> NaiveDate {
    moment.with_timezone(&London).date_naive()
}

/// The date and time of day in Europe/London at a moment.
pub fn at(moment: DateTime<Utc>) -> NaiveDateTime {
    moment.with_timezone(&London).naive_local()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn in_summer_the_day_begins_an_hour_before_utc() -> Result<(), chrono::ParseError> {
        let moment: DateTime<Utc> = "2025-06-30T23:30:00Z".parse()?;
        assert_eq!(date_at(moment).to_string(), "2025-07-01");
        let moment: DateTime<Utc> = "2025-12-31T23:30:00Z".parse()?;
        assert_eq!(date_at(moment).to_string(), "2025-12-31");
        Ok(())
    }
}
