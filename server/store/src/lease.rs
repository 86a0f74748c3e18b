//! Leases: of several servers one does a job at a time.
//!
//! A lease saves work and keeps mails from being sent twice at once; nothing is wrong with the data
//! where two servers hold it for a moment, because each step of a job claims its own row.

use crate::access::{Access, System};
use crate::engine::Store;
use crate::error::StoreError;
use crate::sql;

impl Store {
    /// Takes a lease, or keeps the one that `holder` has, for `life` microseconds. Whether it did:
    /// not while another holds it.
    ///
    /// # Errors
    /// Where the database can't be written.
    pub async fn take_lease(
        &self,
        access: &Access<System>,
        (name, holder): (&'static str, String),
        now: i64,
        life: i64,
    ) -> Result<bool, StoreError> {
        self.transaction(access, now, async move |tx| {
            const TAKE: &str = "INSERT INTO leases (name, holder, expires_at) VALUES ($1, $2, $3)
                ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, expires_at = excluded.expires_at
                    WHERE leases.holder = excluded.holder OR leases.expires_at <= $4";
            let values = vec![name.into(), holder.into(), (now + life).into(), now.into()];
            let taken = sql::execute(&tx.connection, TAKE, values).await?;
            Ok(taken.rows_affected() > 0)
        })
        .await
    }

    /// Gives a lease back.
    ///
    /// # Errors
    /// Where the database can't be written.
    pub async fn give_back_lease(
        &self,
        access: &Access<System>,
        (name, holder): (&'static str, String),
        now: i64,
    ) -> Result<(), StoreError> {
        self.transaction(access, now, async move |tx| {
            const GIVE: &str = "DELETE FROM leases WHERE name = $1 AND holder = $2";
            sql::execute(&tx.connection, GIVE, vec![name.into(), holder.into()]).await?;
            Ok(())
        })
        .await
    }
}
