//! The ledger's export as a file: one JSON object a line, each an entry, a signed head or a public
//! key in proto JSON. `llpr audit verify FILE` checks such a file.

use llpr_proto::v1::{ExportLedgerResponse, LedgerHead, LedgerKey, StoredLedgerEntry};
use serde_json::{Value, json};

/// The lines of a part of an export, each with its line feed. A signed head stands behind the entry
/// that was the last when it was signed, and keys before all.
pub fn export_lines(part: &ExportLedgerResponse) -> String {
    // Whole destructuring: a new field must find its way into the file.
    let ExportLedgerResponse {
        entries,
        heads,
        keys,
    } = part;
    let mut lines = String::new();
    let mut write = |line: Value| {
        lines.push_str(&line.to_string());
        lines.push('\n');
    };
    keys.iter().map(key).for_each(&mut write);
    let mut heads = heads.iter().peekable();
    for stored in entries {
        write(entry(stored));
        while let Some(signed) = heads.next_if(|head| head.seq <= stored.seq) {
            write(head(signed));
        }
    }
    heads.map(head).for_each(write);
    lines
}

fn entry(entry: &StoredLedgerEntry) -> Value {
    let StoredLedgerEntry {
        seq,
        previous_hash,
        hash,
        entry,
    } = entry;
    // Proto JSON writes 64-bit numbers as text.
    json!({"entry": {
        "seq": seq.to_string(),
        "previousHash": previous_hash,
        "hash": hash,
        "entry": entry,
    }})
}

fn head(head: &LedgerHead) -> Value {
    let LedgerHead {
        seq,
        hash,
        sign_time,
        kid,
        signature,
    } = head;
    json!({"head": {
        "seq": seq.to_string(),
        "hash": hash,
        "signTime": sign_time.map(|time| time.to_string()),
        "kid": kid,
        "signature": signature,
    }})
}

fn key(key: &LedgerKey) -> Value {
    let LedgerKey { kid, public_key } = key;
    json!({"key": {"kid": kid, "publicKey": public_key}})
}

#[cfg(test)]
mod tests {
    use super::*;
    use prost_types::Timestamp;

    #[test]
    fn each_head_stands_behind_the_entry_it_was_signed_after() {
        let stored = |seq: i64| StoredLedgerEntry {
            seq,
            previous_hash: "a".into(),
            hash: "b".into(),
            entry: "{\"k\":1}".into(),
        };
        let signed = |seq: i64| LedgerHead {
            seq,
            hash: "b".into(),
            sign_time: Some(Timestamp {
                seconds: 0,
                nanos: 5_000,
            }),
            kid: "k".into(),
            signature: "s".into(),
        };
        let part = ExportLedgerResponse {
            entries: vec![stored(1), stored(2)],
            heads: vec![signed(1), signed(2)],
            keys: vec![LedgerKey {
                kid: "k".into(),
                public_key: "p\n".into(),
            }],
        };
        let head = |seq| {
            format!(
                "{{\"head\":{{\"seq\":\"{seq}\",\"hash\":\"b\",\
                 \"signTime\":\"1970-01-01T00:00:00.000005Z\",\"kid\":\"k\",\"signature\":\"s\"}}}}\n"
            )
        };
        let entry = |seq| {
            format!(
                "{{\"entry\":{{\"seq\":\"{seq}\",\"previousHash\":\"a\",\"hash\":\"b\",\
                 \"entry\":\"{{\\\"k\\\":1}}\"}}}}\n"
            )
        };
        let expected = [
            "{\"key\":{\"kid\":\"k\",\"publicKey\":\"p\\n\"}}\n".to_owned(),
            entry(1),
            head(1),
            entry(2),
            head(2),
        ];
        assert_eq!(export_lines(&part), expected.concat());
    }
}
