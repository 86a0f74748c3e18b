//! A page of a list, found by the last key of the page before and never by counting rows.

/// Which page of a list is wanted.
#[derive(Clone, Debug)]
pub struct Page<K> {
    /// Key of the last item of the page before; `None` for the first page.
    pub after: Option<K>,
    /// How many items at most.
    pub size: u64,
}

/// A page of a list.
#[derive(Clone, Debug)]
pub struct Slice<T, K> {
    /// The items.
    pub items: Vec<T>,
    /// Key after which the next page begins; `None` on the last.
    pub next: Option<K>,
    /// How many items the list has, within the caller's reach.
    pub total: u64,
}

impl<T, K> Slice<T, K> {
    /// Cuts a page out of one row more than it holds.
    pub(crate) fn cut(mut items: Vec<T>, size: u64, total: u64, key: impl Fn(&T) -> K) -> Self {
        let size = usize::try_from(size).unwrap_or(usize::MAX);
        let more = items.len() > size;
        items.truncate(size);
        let next = if more { items.last().map(key) } else { None };
        Self { items, next, total }
    }
}
