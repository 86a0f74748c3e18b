//! Links between pages about the same thing, at the head of each.

/// The pages, and which of them this one is.
pub(crate) struct Tabs {
    /// What they are about, for whoever doesn't see them side by side.
    pub(crate) label: &'static str,
    pub(crate) entries: Vec<Tab>,
}

pub(crate) struct Tab {
    pub(crate) href: String,
    pub(crate) text: &'static str,
    pub(crate) here: bool,
}
