//! Resource names and what stands in them: whatever is taken for one is written the same again,
//! so that two spellings never name one thing.

use std::fmt::{Debug, Display};
use std::str::FromStr;

use llpr_domain::district::DistrictSlug;
use llpr_domain::urn::{AuthorityCode, Laestab, Urn};
use llpr_domain::year::AcademicYear;
use llpr_proto::names::{self, Node};

/// Reads text as each of them.
pub fn read(text: &str) {
    if let Some(node) = Node::of(text) {
        let written = node.to_string();
        let rest = text.strip_prefix(&written).expect("the name begins so");
        assert!(rest.is_empty() || rest.starts_with('/'), "{text:?}");
        assert_eq!(Node::of(&written), Some(node), "{text:?}");
    }
    for collection in ["imports", "users", "datasets", "serviceAccounts"] {
        if let Some(id) = names::id(text, collection) {
            assert_eq!(format!("{collection}/{id}"), text);
        }
    }
    same::<DistrictSlug>(text);
    same::<Urn>(text);
    stable::<AuthorityCode>(text);
    stable::<Laestab>(text);
    stable::<AcademicYear>(text);
    if let Ok(slug) = DistrictSlug::from_name(text) {
        same::<DistrictSlug>(&slug.to_string());
    }
}

/// What has one spelling.
fn same<T: FromStr + Display>(text: &str) {
    if let Ok(value) = text.parse::<T>() {
        assert_eq!(value.to_string(), text);
    }
}

/// What has several, of which one is written.
fn stable<T: FromStr<Err: Debug> + Display + PartialEq + Debug>(text: &str) {
    if let Ok(value) = text.parse::<T>() {
        let written = value.to_string();
        assert_eq!(
            written.parse::<T>().expect("it was written so"),
            value,
            "{text:?}"
        );
    }
}
