//! Walks the ledger and compares it with its signed heads.

use llpr_proto::v1::{VerifyLedgerRequest, VerifyLedgerResponse};
use llpr_store::LedgerState;
use llpr_store::access::County;

use crate::context::Cx;
use crate::enter::Authorised;
use crate::problem::Problem;

pub(in crate::services) async fn handle(
    cx: Cx,
    call: Authorised<VerifyLedgerRequest, County>,
) -> Result<VerifyLedgerResponse, Problem> {
    let (VerifyLedgerRequest {}, access) = call.into_parts();
    let state = cx
        .store
        .verify_ledger(&access, cx.ledger_keys.verifier())
        .await?;
    let broken = |fault_seq, fault: String| {
        tracing::error!(ledger.seq = fault_seq, "The ledger is not whole.");
        VerifyLedgerResponse {
            whole: false,
            fault,
            fault_seq,
            ..VerifyLedgerResponse::default()
        }
    };
    Ok(match state {
        LedgerState::Whole {
            length,
            head,
            signed,
        } => VerifyLedgerResponse {
            whole: true,
            entry_count: length,
            head_count: signed,
            hash: head,
            ..VerifyLedgerResponse::default()
        },
        LedgerState::Broken { seq } => broken(
            seq,
            format!("Entry {seq} is missing or was changed: the chain breaks there."),
        ),
        LedgerState::HeadMismatch { seq } => broken(
            seq,
            format!(
                "The head signed at entry {seq} does not fit the ledger: the ledger was rewritten or cut since, or the head \
                 is not ours."
            ),
        ),
    })
}
