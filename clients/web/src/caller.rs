//! Who is signed in, as the server has it at this moment: roles end at once, so nothing of this
//! is kept between requests.

use llpr_client::{Role, v1};

/// The caller's person, roles and methods.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Caller {
    pub(crate) user: v1::User,
    pub(crate) roles: Vec<v1::RoleAssignment>,
    methods: Vec<String>,
}

impl Caller {
    /// Whether some role of theirs opens this method, such as `SchoolService/GetSchool`. At which
    /// place is the server's to say.
    pub(crate) fn can(&self, method: &str) -> bool {
        self.methods
            .iter()
            .any(|known| known.strip_prefix("llpr.v1.") == Some(method))
    }

    pub(crate) fn has(&self, role: Role) -> bool {
        self.roles.iter().any(|given| given.role() == role)
    }

    /// The schools where they hold a role themselves, each once, as name and URN.
    pub(crate) fn own_schools(&self) -> Vec<(String, &str)> {
        let mut schools: Vec<(String, &str)> = Vec::new();
        for given in &self.roles {
            if let Some(urn) = given.node.strip_prefix("schools/")
                && !schools.iter().any(|(_, known)| *known == urn)
            {
                schools.push((given.node_display_name.clone(), urn));
            }
        }
        schools.sort();
        schools
    }

    /// Whether all they have to do with is one school.
    pub(crate) fn has_one_school(&self) -> bool {
        self.own_schools().len() == 1
            && self
                .roles
                .iter()
                .all(|given| given.node.starts_with("schools/"))
    }
}

impl From<v1::GetCallerResponse> for Caller {
    fn from(answer: v1::GetCallerResponse) -> Self {
        let v1::GetCallerResponse {
            user,
            role_assignments,
            methods,
        } = answer;
        Self {
            user: user.unwrap_or_default(),
            roles: role_assignments,
            methods,
        }
    }
}
