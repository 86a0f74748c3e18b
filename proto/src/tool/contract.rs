//! The descriptor image with its comments at hand.

use std::collections::{BTreeMap, HashMap};

use prost_reflect::{DescriptorPool, FileDescriptor, MethodDescriptor};

use super::Error;

/// The contract's descriptors and their comments.
pub struct Contract {
    pool: DescriptorPool,
    comments: HashMap<String, BTreeMap<Vec<i32>, String>>,
}

impl Contract {
    /// Reads the descriptor image of this crate.
    pub fn read() -> Result<Self, Error> {
        let pool = DescriptorPool::decode(crate::DESCRIPTOR_IMAGE).map_err(Error::Image)?;
        let mut comments = HashMap::new();
        for file in pool.files().filter(is_ours) {
            let info = file.file_descriptor_proto().source_code_info.as_ref();
            let located = info
                .map_or(&[][..], |info| &info.location)
                .iter()
                .filter_map(|location| {
                    let text = location.leading_comments.as_deref()?;
                    Some((location.path.clone(), unindent(text)))
                })
                .collect();
            comments.insert(file.name().to_owned(), located);
        }
        Ok(Self { pool, comments })
    }

    /// Our own files by name, the options after the services.
    pub fn files(&self) -> Vec<FileDescriptor> {
        let mut files: Vec<_> = self.pool.files().filter(is_ours).collect();
        files.sort_by_key(|file| {
            let options = file.package_name().starts_with("llpr.options.");
            (options, file.name().to_owned())
        });
        files
    }

    /// The comment of an element, given by its file and its path within it; empty if none.
    pub fn comment(&self, file: &FileDescriptor, path: &[i32]) -> &str {
        self.comments
            .get(file.name())
            .and_then(|located| located.get(path))
            .map_or("", String::as_str)
    }

    /// The comment of a method, and the error reasons that it ends with.
    pub fn method_comment(&self, method: &MethodDescriptor) -> (String, Vec<String>) {
        split_reasons(self.comment(&method.parent_service().parent_file(), method.path()))
    }
}

fn is_ours(file: &FileDescriptor) -> bool {
    file.package_name().starts_with("llpr.")
}

/// Takes the space after `//` off each line.
fn unindent(text: &str) -> String {
    let lines: Vec<_> = text
        .lines()
        .map(|line| line.strip_prefix(' ').unwrap_or(line).trim_end())
        .collect();
    lines.join("\n").trim().to_owned()
}

/// `Read only. Reasons: A, B.` as `Read only.` and `[A, B]`.
fn split_reasons(comment: &str) -> (String, Vec<String>) {
    let Some((prose, reasons)) = comment.split_once("Reasons:") else {
        return (comment.to_owned(), Vec::new());
    };
    let (list, rest) = reasons.split_once('.').unwrap_or((reasons, ""));
    let names = list
        .split(',')
        .map(|name| name.split_whitespace().collect())
        .filter(|name: &String| !name.is_empty())
        .collect();
    (format!("{}{rest}", prose.trim_end()), names)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons_are_told_from_the_prose() {
        let (prose, reasons) = split_reasons("Lists schools. Read only.\nReasons: A_B,\nC.");
        assert_eq!(prose, "Lists schools. Read only.");
        assert_eq!(reasons, ["A_B", "C"]);
        assert_eq!(
            split_reasons("Read only."),
            ("Read only.".into(), Vec::new())
        );
    }

    #[test]
    fn comments_lose_their_indentation_and_keep_their_paragraphs() {
        assert_eq!(unindent(" One.\n\n  - two\n"), "One.\n\n - two");
    }
}
