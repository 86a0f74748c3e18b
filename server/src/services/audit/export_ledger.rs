//! Sends the ledger as it is kept, and stays for what comes if it is asked to.

use std::time::Duration;

use futures::{Stream, stream};
use llpr_proto::v1::{ExportLedgerRequest, ExportLedgerResponse};
use llpr_store::Access;
use llpr_store::access::County;

use crate::context::Cx;
use crate::convert;
use crate::enter::Authorised;
use crate::problem::Problem;

/// Entries in a message.
const ENTRIES: i64 = 500;
/// How often a follower looks for further entries.
const LOOK_EVERY: Duration = Duration::from_secs(1);

pub(in crate::services) async fn handle(
    cx: Cx,
    call: Authorised<ExportLedgerRequest, County>,
) -> Result<impl Stream<Item = Result<ExportLedgerResponse, Problem>>, Problem> {
    let (ExportLedgerRequest { after_seq, follow }, access) = call.into_parts();
    let export = Export {
        keys: Some(convert::ledger_keys(&cx)?),
        cx,
        access,
        entries: after_seq,
        heads: after_seq,
    };
    Ok(stream::try_unfold(export, move |mut export| async move {
        loop {
            if let Some(message) = export.next().await? {
                return Ok(Some((message, export)));
            }
            if !follow {
                return Ok(None);
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }))
}

struct Export {
    cx: Cx,
    access: Access<County>,
    /// Sent with the first message.
    keys: Option<Vec<llpr_proto::v1::LedgerKey>>,
    /// Position of the last entry that was sent.
    entries: i64,
    /// Position of the last head that was sent: a head is signed later than its entry is written.
    heads: i64,
}

impl Export {
    /// What comes after what was sent; none where there is nothing yet.
    async fn next(&mut self) -> Result<Option<ExportLedgerResponse>, Problem> {
        let store = &self.cx.store;
        let entries = store
            .stored_entries(&self.access, self.entries, ENTRIES)
            .await?;
        if let Some(last) = entries.last() {
            self.entries = last.seq;
        }
        let heads = store
            .heads_between(&self.access, self.heads, self.entries)
            .await?;
        if let Some(last) = heads.last() {
            self.heads = last.seq;
        }
        let keys = self.keys.take();
        if entries.is_empty() && heads.is_empty() && keys.is_none() {
            return Ok(None);
        }
        Ok(Some(ExportLedgerResponse {
            entries: entries.into_iter().map(convert::stored_entry).collect(),
            heads: heads.into_iter().map(convert::ledger_head).collect(),
            keys: keys.unwrap_or_default(),
        }))
    }
}
