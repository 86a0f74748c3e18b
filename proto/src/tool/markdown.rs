//! Small helpers for Markdown.

/// A comment within a table cell: one line, no bare pipe.
pub(super) fn cell(text: &str) -> String {
    text.split("\n\n")
        .map(|paragraph| paragraph.split_whitespace().collect::<Vec<_>>().join(" "))
        .collect::<Vec<_>>()
        .join("<br>")
        .replace('|', "\\|")
}

/// Text in code style, safe within a table.
pub(super) fn code(text: &str) -> String {
    format!("`{}`", text.replace('|', "\\|"))
}

/// A heading's anchor.
pub(super) fn anchor(heading: &str) -> String {
    heading.to_lowercase().replace(' ', "-")
}

/// The line that every generated file begins with.
pub(super) const GENERATED: &str = "<!-- Generated from the .proto files; do not edit. \
     Update: cargo run -p llpr-proto --features tool -- docs -->\n";
