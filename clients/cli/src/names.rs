//! Names as people type them: `900001` or `schools/900001`, `north` or `districts/north`.

/// The resource name of `id` in a collection, whether it is given bare or in full.
pub(crate) fn full(collection: &str, id: &str) -> String {
    let id = id.trim();
    match id.strip_prefix(collection) {
        Some(rest) if rest.starts_with('/') => id.to_owned(),
        _ => format!("{collection}/{id}"),
    }
}

/// What people type for a resource name: its last part.
pub(crate) fn bare(name: &str) -> &str {
    name.rsplit('/').next().unwrap_or(name)
}

/// A node: `county`, a school by its six digits, or a district by its slug; or in full.
pub(crate) fn node(text: &str) -> String {
    let text = text.trim();
    if text == "county" || text.contains('/') {
        text.to_owned()
    } else if text.bytes().all(|byte| byte.is_ascii_digit()) {
        full("schools", text)
    } else {
        full("districts", text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_may_be_bare_or_in_full() {
        assert_eq!(full("schools", "900001"), "schools/900001");
        assert_eq!(full("schools", "schools/900001"), "schools/900001");
        // A district may be called like a collection.
        assert_eq!(
            full("districts", "districtsouth"),
            "districts/districtsouth"
        );
        assert_eq!(bare("users/1/roleAssignments/2"), "2");
    }

    #[test]
    fn a_node_says_by_its_form_what_it_is() {
        assert_eq!(node("county"), "county");
        assert_eq!(node("900001"), "schools/900001");
        assert_eq!(node("north"), "districts/north");
        assert_eq!(node("districts/900001"), "districts/900001");
    }
}
