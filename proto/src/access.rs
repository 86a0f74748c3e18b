//! Who may call what: the access option of each method as a static table.

pub use crate::options::v1::Role;

/// What a caller's role must reach; the contract's `llpr.options.v1.Scope`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Anybody.
    Public,
    /// Anybody signed in.
    SelfOnly,
    /// A role at the county.
    County,
    /// A role at the named district or the county.
    District,
    /// A role at the named school, its district of today or the county.
    School,
    /// A role at the named node or one that contains it.
    Node,
    /// A role anywhere; the answer holds what those roles reach.
    Listed,
}

/// One type per [`Scope`], so that a handler's signature says what it may touch.
pub mod scope {
    /// Type of [`super::Scope::Public`].
    pub enum Public {}
    /// Type of [`super::Scope::SelfOnly`].
    pub enum SelfOnly {}
    /// Type of [`super::Scope::County`].
    pub enum County {}
    /// Type of [`super::Scope::District`].
    pub enum District {}
    /// Type of [`super::Scope::School`].
    pub enum School {}
    /// Type of [`super::Scope::Node`].
    pub enum Node {}
    /// Type of [`super::Scope::Listed`].
    pub enum Listed {}
}

/// The access rule of a method.
#[derive(Debug)]
pub struct Method {
    /// gRPC path, `/llpr.v1.SchoolService/GetSchool`.
    pub path: &'static str,
    /// What the role must reach.
    pub scope: Scope,
    /// Request field with the resource name, empty where the scope needs none.
    pub resource_field: &'static str,
    /// Numbers of the roles that may call, in the order in which they are tried.
    pub roles: &'static [i32],
    /// Whether the client streams.
    pub client_streaming: bool,
    /// Whether the server streams.
    pub server_streaming: bool,
}

impl Method {
    /// The method's full name, `llpr.v1.SchoolService/GetSchool`.
    pub fn full_name(&self) -> &'static str {
        &self.path[1..]
    }

    /// The roles that may call.
    pub fn roles(&self) -> impl Iterator<Item = Role> + '_ {
        self.roles
            .iter()
            .filter_map(|&role| Role::try_from(role).ok())
    }
}

/// A request whose method has an access rule: every request of the contract.
pub trait Guarded: prost_protovalidate::Validate {
    /// What the rule reaches; one of the types of [`scope`].
    type Scope;
    /// The rule.
    const METHOD: &'static Method;
    /// The resource name from which the node is read; empty where the scope needs none.
    fn resource(&self) -> &str;
}

include!(concat!(env!("OUT_DIR"), "/access.rs"));

/// The rule of a gRPC path.
pub fn method(path: &str) -> Option<&'static Method> {
    METHODS
        .binary_search_by(|method| method.path.cmp(path))
        .ok()
        .map(|index| &METHODS[index])
}
