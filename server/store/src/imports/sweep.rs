//! Removing what an import brought and nobody sees, a little at a time, so that other writers
//! never wait for it.

use sea_orm::{
    ColumnTrait as _, EntityTrait as _, FromQueryResult, QueryFilter as _, QuerySelect as _,
};

use super::ImportState;
use crate::access::{Access, System};
use crate::engine::Store;
use crate::entity::import;
use crate::error::StoreError;
use crate::sql;

/// Rows that are removed by one transaction, or a few more: a place's figures go together.
const SOME: i64 = 5_000;

#[derive(FromQueryResult)]
struct Edge {
    place_kind: i16,
    place_code: i32,
}

#[derive(FromQueryResult)]
struct Left {
    seq: i64,
}

impl Store {
    /// Removes the figures and changes of an import that shows them to nobody any more. It may
    /// stop half-way; the sweep goes on where it stopped.
    pub(super) async fn clear<S>(
        &self,
        access: &Access<S>,
        now: i64,
        seq: i64,
    ) -> Result<(), StoreError> {
        while self.clear_figures(access, now, seq).await? {}
        while self.clear_changes(access, now, seq).await? {}
        Ok(())
    }

    /// As [`Store::clear`], after a write that is done: what came of it does not depend on this.
    pub(super) async fn clear_after<S>(&self, access: &Access<S>, now: i64, seq: i64) {
        if let Err(error) = self.clear(access, now, seq).await {
            tracing::warn!(error = %error, "What an import brought was not removed; the sweep will.");
        }
    }

    /// Whether there may be more.
    async fn clear_figures<S>(
        &self,
        access: &Access<S>,
        now: i64,
        seq: i64,
    ) -> Result<bool, StoreError> {
        self.transaction(access, now, async move |tx| {
            const EDGE: &str = "SELECT place_kind, place_code FROM figures WHERE import_seq = $1
                ORDER BY place_kind, place_code LIMIT 1 OFFSET $2";
            const SOME_OF: &str = "DELETE FROM figures WHERE import_seq = $1
                AND (place_kind, place_code) <= ($2, $3)";
            const ALL: &str = "DELETE FROM figures WHERE import_seq = $1";
            let edge: Option<Edge> =
                sql::one(&tx.connection, EDGE, vec![seq.into(), SOME.into()]).await?;
            let more = edge.is_some();
            match edge {
                Some(edge) => {
                    let values = vec![seq.into(), edge.place_kind.into(), edge.place_code.into()];
                    sql::execute(&tx.connection, SOME_OF, values).await?
                }
                None => sql::execute(&tx.connection, ALL, vec![seq.into()]).await?,
            };
            Ok(more)
        })
        .await
    }

    /// Whether there may be more.
    async fn clear_changes<S>(
        &self,
        access: &Access<S>,
        now: i64,
        seq: i64,
    ) -> Result<bool, StoreError> {
        self.transaction(access, now, async move |tx| {
            const SOME_OF: &str =
                "DELETE FROM import_changes WHERE import_seq = $1 AND position <= $2 +
                (SELECT MIN(position) FROM import_changes WHERE import_seq = $1)";
            let done = sql::execute(&tx.connection, SOME_OF, vec![seq.into(), SOME.into()]).await?;
            Ok(done.rows_affected() > 0)
        })
        .await
    }

    /// Removes an upload that broke off, as if it had never been. One that came to its end after
    /// all, because a commit took effect that seemed to fail, stays.
    pub(super) async fn remove_upload<S>(
        &self,
        access: &Access<S>,
        now: i64,
        seq: i64,
    ) -> Result<(), StoreError> {
        const UPLOADING: &str =
            "SELECT COUNT(*) FROM imports WHERE seq = $1 AND state = 'uploading'";
        if sql::number(self.reads(), UPLOADING, vec![seq.into()]).await? == 0 {
            return Ok(());
        }
        self.clear(access, now, seq).await?;
        self.transaction(access, now, async move |tx| {
            for statement in [
                "DELETE FROM import_issues WHERE import_seq = $1",
                "DELETE FROM import_places WHERE import_seq = $1",
                "DELETE FROM import_statements WHERE import_seq = $1",
                "DELETE FROM imports WHERE seq = $1 AND state = 'uploading'",
            ] {
                sql::execute(&tx.connection, statement, vec![seq.into()]).await?;
            }
            Ok(())
        })
        .await
    }

    /// Removes uploads that have made no progress since a moment, and what is past its time: reports
    /// that no past visit names, remembered request ids, sessions that ended a month ago, old counts of failures. Returns
    /// how many uploads were removed.
    ///
    /// # Errors
    /// Where the database can't be written.
    pub async fn sweep(
        &self,
        access: &Access<System>,
        now: i64,
        untouched_since: i64,
    ) -> Result<u64, StoreError> {
        const MONTH: i64 = 30 * 24 * 3600 * 1_000_000;
        // What the removal of an import's rows left, because it was cut off: an import that holds
        // figures in the end has places.
        const LEFT: &str = "SELECT i.seq AS seq FROM imports i
            WHERE (i.state IN ('rejected', 'discarded')
                    AND EXISTS (SELECT 1 FROM import_changes c WHERE c.import_seq = i.seq))
                OR (i.state IN ('rejected', 'discarded', 'applied')
                    AND NOT EXISTS (SELECT 1 FROM import_places p WHERE p.import_seq = i.seq)
                    AND EXISTS (SELECT 1 FROM figures f WHERE f.import_seq = i.seq))
            LIMIT 1000";
        let stale = import::Entity::find()
            .filter(import::Column::State.eq(ImportState::Uploading.as_str()))
            .filter(import::Column::TouchedAt.lt(untouched_since))
            .limit(1_000)
            .all(self.reads())
            .await?;
        let count = stale.len() as u64;
        for upload in stale {
            self.remove_upload(access, now, upload.seq).await?;
        }
        let left: Vec<Left> = sql::all(self.reads(), LEFT, vec![]).await?;
        for import in left {
            self.clear(access, now, import.seq).await?;
        }
        self.sweep_past_reports(access, now, untouched_since)
            .await?;
        self.transaction(access, now, async move |tx| {
            const REQUESTS: &str = "DELETE FROM idempotency WHERE expires_at <= $1";
            const SESSIONS: &str = "DELETE FROM sessions WHERE expires_at <= $1 OR ended_at <= $1";
            const FAILURES: &str = "DELETE FROM sign_in_failures WHERE window_start <= $1";
            sql::execute(&tx.connection, REQUESTS, vec![now.into()]).await?;
            sql::execute(&tx.connection, SESSIONS, vec![(now - MONTH).into()]).await?;
            sql::execute(&tx.connection, FAILURES, vec![(now - MONTH).into()]).await?;
            Ok(())
        })
        .await?;
        Ok(count)
    }
}
