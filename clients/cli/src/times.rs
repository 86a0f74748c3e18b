//! Days as people type them, and the moments that the contract has.

use prost_types::Timestamp;

use crate::exit::Failure;

/// The beginning of a day in UTC.
pub(crate) fn day(flag: &str, text: &str) -> Result<Timestamp, Failure> {
    let day: chrono::NaiveDate = text.trim().parse().map_err(|_| {
        Failure::Usage(format!(
            "{flag} {text}: write the day as YYYY-MM-DD, such as 2027-08-31."
        ))
    })?;
    Ok(Timestamp {
        seconds: day.and_time(chrono::NaiveTime::MIN).and_utc().timestamp(),
        nanos: 0,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_begins_at_midnight() {
        assert_eq!(day("--until", "1970-01-02").unwrap().seconds, 86_400);
        let told = day("--until", "31/08/2027").unwrap_err().to_string();
        assert!(
            told.starts_with("--until 31/08/2027: write the day"),
            "{told}"
        );
    }
}
