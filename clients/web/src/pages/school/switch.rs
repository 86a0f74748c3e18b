//! From one of one's own schools to another.

use axum::extract::Query;
use axum::response::Redirect;
use serde::Deserialize;

use super::school_name;
use crate::caller::Caller;
use crate::failure::Failure;
use crate::words::Choice;

/// The person's own schools, for a select.
pub(crate) struct Switcher {
    pub(super) schools: Vec<Choice>,
    pub(super) urn: String,
}

impl Switcher {
    /// None for whoever holds roles at one school only, or at districts.
    pub(super) fn of(caller: &Caller, urn: &str) -> Option<Self> {
        let own = caller.own_schools();
        (own.len() > 1).then(|| Self {
            schools: own
                .into_iter()
                .map(|(name, urn)| Choice::new(urn, name))
                .collect(),
            urn: urn.to_owned(),
        })
    }

    #[cfg(test)]
    pub(super) fn sample() -> Self {
        Self {
            schools: vec![
                Choice::new("900001", "St Mary's <Infant> School"),
                Choice::new("900002", "Oak School"),
            ],
            urn: "900002".into(),
        }
    }
}

#[derive(Deserialize)]
pub(crate) struct Wanted {
    urn: String,
}

/// Leads to the chosen school. Whether the person may see it is asked there.
pub(crate) async fn go(Query(wanted): Query<Wanted>) -> Result<Redirect, Failure> {
    school_name(&wanted.urn)?;
    Ok(Redirect::to(&format!("/schools/{}", wanted.urn)))
}
