//! How a rule of the programme says what is missing from a request.

use std::fmt;

/// Something that breaks a rule: where, by which paragraph, and what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The field, as the contract names it.
    pub field: String,
    /// The paragraph of the programme; empty where the county adds the rule.
    pub paragraph: &'static str,
    /// What to do, as the rest of a sentence that begins with the field.
    pub message: String,
}

impl Fault {
    /// A fault of a field.
    pub fn new(
        field: impl Into<String>,
        paragraph: &'static str,
        message: impl Into<String>,
    ) -> Self {
        Self {
            field: field.into(),
            paragraph,
            message: message.into(),
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        match self.paragraph {
            "" => Ok(()),
            paragraph => write!(f, " (¶{paragraph})"),
        }
    }
}
