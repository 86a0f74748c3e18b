//! Between the contract's types and ours. Whole structs are taken apart, so that a new field
//! breaks the build until it is handled.

mod assessments;
mod audit;
mod circumstances;
mod contexts;
mod district_review;
mod follow_up;
mod health;
mod imports;
mod invitations;
mod people;
mod performance;
mod preview;
mod programme;
mod register;
mod risk;

pub(crate) use assessments::{
    read_criterion_state, read_direction, read_risk_state, read_urgency, risk_assessment,
    risk_criterion, risk_wording,
};
pub(crate) use audit::{
    account_name, ledger_entry, ledger_head, ledger_keys, refusals, stored_entry,
};
pub(crate) use circumstances::{
    inspections, past_document, past_report, past_visit, school_group, support,
};
pub(crate) use contexts::{programme_context, read_context};
pub(crate) use district_review::{
    county_districts, district_funnel, district_review, funnel_topic, read_points, review_figures,
    review_version,
};
pub(crate) use follow_up::{
    agreed_action, contact, follow_up_action, read_action_kind, read_action_state, read_means,
    read_party, read_purpose, school_contacts_due,
};
pub(crate) use health::data_health;
pub(crate) use imports::{changes, dataset, file_issue, import, import_state, issue, issue_class};
pub(crate) use invitations::{invitation, mail};
pub(crate) use people::{assignment, service_account, service_account_token, user};
pub(crate) use performance::{district_figure, figure, group, measure, release, release_message};
pub(crate) use preview::programme_draft_preview;
pub(crate) use programme::{
    programme_changes, programme_draft, programme_draft_head, programme_preview, programme_version,
    programme_version_head, programme_violation, programme_year,
};
pub(crate) use register::{district, link, partner, phase, proposal, school, status};
pub(crate) use risk::{dismiss_reason, school_suggestions, suggestion};

use chrono::NaiveDate;
use prost_types::Timestamp;

use crate::problem::Problem;

/// Microseconds since 1970 as a timestamp.
pub(crate) fn timestamp(micros: i64) -> Timestamp {
    let nanos = micros.rem_euclid(1_000_000) * 1_000;
    Timestamp {
        seconds: micros.div_euclid(1_000_000),
        nanos: i32::try_from(nanos).unwrap_or(0),
    }
}

/// A timestamp in microseconds since 1970.
pub(crate) fn micros(time: &Timestamp) -> i64 {
    time.seconds
        .saturating_mul(1_000_000)
        .saturating_add(i64::from(time.nanos) / 1_000)
}

/// A date, empty for none.
pub(crate) fn date(date: Option<NaiveDate>) -> String {
    date.map_or(String::new(), |date| date.to_string())
}

/// A date of a request, `None` if empty.
pub(crate) fn read_date(field: &str, text: &str) -> Result<Option<NaiveDate>, Problem> {
    if text.is_empty() {
        return Ok(None);
    }
    let date = text.parse().map_err(|_| {
        Problem::field(
            field,
            "is not a date of the calendar; write it as 2024-09-30",
        )
    })?;
    Ok(Some(date))
}

/// The version that an etag names, `None` if empty. Versions are our own, so nothing else fits.
pub(crate) fn version(etag: &str) -> Option<i64> {
    if etag.is_empty() {
        None
    } else {
        Some(etag.parse().unwrap_or(0))
    }
}

/// A count as the contract has it.
pub(crate) fn whole(number: impl TryInto<i32>) -> i32 {
    number.try_into().unwrap_or(i32::MAX)
}
