//! The programme that a new county starts with.

use llpr_domain::programme::{SHIPPED, parse};
use llpr_store::{Intent, Store, StoreError};

use crate::clock::Clock;

/// Keeps the shipped programme year where the database has none at all. A county's own years are
/// never touched, nor is a later year added without its approval.
pub(crate) async fn load(store: &Store, clock: &Clock) -> Result<(), StoreError> {
    let programme = parse(SHIPPED)
        .map_err(|_| StoreError::Corrupt("the shipped programme has faults".to_owned()))?;
    let system = store.system("first start", clock.today());
    let intent = Intent::at(clock.micros());
    if store
        .load_programme(&system, intent, &programme, SHIPPED)
        .await?
    {
        tracing::info!(programme.year = %programme.year, "The shipped programme year was loaded.");
    }
    Ok(())
}
