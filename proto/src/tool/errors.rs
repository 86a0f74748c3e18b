//! `errors.md`: every reason with which a call can be refused.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::Error;
use super::contract::Contract;
use super::markdown::{GENERATED, anchor};

const PREFIX: &str = "ERROR_REASON_";

/// Reasons that come from the way a call is made and not from what it does.
const ANY_METHOD: [&str; 11] = [
    "SIGN_IN_REQUIRED",
    "TOKEN_INVALID",
    "SESSION_ENDED",
    "SERVER_BUSY",
    "ACCESS_DENIED",
    "INVALID_REQUEST",
    "REQUEST_ID_REUSED",
    "UNAVAILABLE",
    "OUTCOME_UNKNOWN",
    "INTERNAL",
    "METHOD_UNKNOWN",
];

/// The codes of gRPC, but for OK.
const CODES: [&str; 16] = [
    "CANCELLED",
    "UNKNOWN",
    "INVALID_ARGUMENT",
    "DEADLINE_EXCEEDED",
    "NOT_FOUND",
    "ALREADY_EXISTS",
    "PERMISSION_DENIED",
    "RESOURCE_EXHAUSTED",
    "FAILED_PRECONDITION",
    "ABORTED",
    "OUT_OF_RANGE",
    "UNIMPLEMENTED",
    "INTERNAL",
    "UNAVAILABLE",
    "DATA_LOSS",
    "UNAUTHENTICATED",
];

/// A reason as its comment gives it.
struct Reason {
    name: String,
    code: String,
    detail: Option<String>,
    meaning: String,
    methods: Vec<String>,
}

/// The document.
pub(super) fn write(contract: &Contract) -> Result<String, Error> {
    let reasons = read(contract)?;
    let mut text = format!(
        "{GENERATED}\n# Error reasons\n\nA refused call carries `google.rpc.ErrorInfo` with one \
         of these as its `reason`, and `{}` as its `domain`. Decide by the reason, never by the \
         message: the message is for people and may change.\n\n| Reason | gRPC code | Also \
         carries |\n|---|---|---|\n",
        crate::ERROR_DOMAIN
    );
    for reason in &reasons {
        let _ = writeln!(
            text,
            "| [{0}](#{1}) | {2} | {3} |",
            reason.name,
            anchor(&reason.name),
            reason.code,
            reason.detail.as_deref().unwrap_or("")
        );
    }
    for reason in &reasons {
        let _ = write!(
            text,
            "\n## {}\n\n{}{}. {}\n\n",
            reason.name,
            reason.code,
            reason
                .detail
                .as_ref()
                .map(|detail| format!(" with {detail}"))
                .unwrap_or_default(),
            reason.meaning
        );
        if ANY_METHOD.contains(&reason.name.as_str()) {
            text.push_str("Any method may answer with it.\n");
        } else if reason.methods.is_empty() {
            text.push_str("No method names it.\n");
        } else {
            let links: Vec<_> = reason
                .methods
                .iter()
                .map(|method| format!("[{method}](reference.md#{})", anchor(method)))
                .collect();
            let _ = writeln!(text, "From {}.", links.join(", "));
        }
    }
    Ok(text)
}

fn read(contract: &Contract) -> Result<Vec<Reason>, Error> {
    let mut named = methods_by_reason(contract);
    let mut reasons = Vec::new();
    for file in contract.files() {
        for values in file.enums().filter(|it| it.name() == "ErrorReason") {
            for value in values.values().filter(|value| value.number() != 0) {
                let comment = contract.comment(&file, value.path());
                let name = value.name().strip_prefix(PREFIX).unwrap_or(value.name());
                let (code, detail, meaning) = split(comment).ok_or_else(|| Error::Comment {
                    element: value.full_name().to_owned(),
                    complaint: "begin the comment with the gRPC code: `NOT_FOUND with \
                                    ResourceInfo. …`"
                        .to_owned(),
                })?;
                reasons.push(Reason {
                    methods: named.remove(name).unwrap_or_default(),
                    name: name.to_owned(),
                    code,
                    detail,
                    meaning,
                });
            }
        }
    }
    match named.into_iter().next() {
        None => Ok(reasons),
        Some((reason, methods)) => Err(Error::Comment {
            element: methods.join(", "),
            complaint: format!("names the reason {reason}, which ErrorReason lacks"),
        }),
    }
}

fn methods_by_reason(contract: &Contract) -> BTreeMap<String, Vec<String>> {
    let mut named: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for file in contract.files() {
        for method in file
            .services()
            .flat_map(|service| service.methods().collect::<Vec<_>>())
        {
            for reason in contract.method_comment(&method).1 {
                named
                    .entry(reason)
                    .or_default()
                    .push(method.name().to_owned());
            }
        }
    }
    named
}

/// `NOT_FOUND with ResourceInfo. Nothing …` in its three parts.
fn split(comment: &str) -> Option<(String, Option<String>, String)> {
    let line = comment.split_whitespace().collect::<Vec<_>>().join(" ");
    let (head, meaning) = line.split_once(". ")?;
    let (code, detail) = match head.split_once(" with ") {
        Some((code, detail)) => (code, Some(detail.to_owned())),
        None => (head, None),
    };
    CODES
        .contains(&code)
        .then(|| (code.to_owned(), detail, meaning.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comment_begins_with_its_code() {
        assert_eq!(
            split("NOT_FOUND with\nResourceInfo. Nothing there. Look again."),
            Some((
                "NOT_FOUND".into(),
                Some("ResourceInfo".into()),
                "Nothing there. Look again.".into()
            ))
        );
        assert_eq!(split("Nothing there. Look again."), None);
    }
}
