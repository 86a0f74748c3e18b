//! Who is signed in, as the server has it at this moment: roles end at once, so nothing of this
//! is kept between requests.

use llpr_client::{Role, v1};
use llpr_proto::access;

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

    /// Whether a role of theirs at this school, at its district or at the county opens this method
    /// there. For links that would lead nowhere otherwise: the server decides.
    pub(crate) fn can_at(&self, method: &str, school: &v1::School) -> bool {
        self.opens(method, |node| {
            node == school.name || !node.is_empty() && node == school.district
        })
    }

    /// Whether a role of theirs at this district or at the county opens this method there.
    pub(crate) fn can_in(&self, method: &str, district: &str) -> bool {
        self.opens(method, |node| node == district)
    }

    /// Whether they hold a role that opens this method, at the county or at such a node.
    fn opens(&self, method: &str, reaches: impl Fn(&str) -> bool) -> bool {
        let Some(method) = access::method(&format!("/llpr.v1.{method}")) else {
            return false;
        };
        self.roles.iter().any(|given| {
            (given.node == "county" || reaches(&given.node))
                && method.roles().any(|role| role == given.role())
        })
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

#[cfg(test)]
impl Caller {
    /// Somebody with one role.
    pub(crate) fn holding(role: Role, node: &str) -> Self {
        Self {
            roles: vec![v1::RoleAssignment {
                role: role.into(),
                node: node.to_owned(),
                ..Default::default()
            }],
            ..Self::default()
        }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_role_at_one_school_opens_nothing_at_another() {
        let given = |role: Role, node: &str| v1::RoleAssignment {
            role: role.into(),
            node: node.into(),
            ..Default::default()
        };
        let school = |urn: &str| v1::School {
            name: format!("schools/{urn}"),
            district: "districts/north".into(),
            ..Default::default()
        };
        let caller = Caller {
            roles: vec![
                given(Role::Headteacher, "schools/900001"),
                given(Role::Governor, "schools/900002"),
            ],
            ..Caller::default()
        };
        let support = "SchoolService/ListSchoolSupport";
        assert!(caller.can_at(support, &school("900001")));
        assert!(!caller.can_at(support, &school("900002")));
        assert!(caller.can_at("SchoolService/GetSchool", &school("900002")));
        assert!(!caller.can_at("SchoolService/NoSuchMethod", &school("900001")));
        let manager = Caller {
            roles: vec![given(Role::Sim, "districts/north")],
            ..Caller::default()
        };
        assert!(manager.can_at(support, &school("900002")));
        let elsewhere = v1::School {
            district: String::new(),
            ..school("900002")
        };
        assert!(!manager.can_at(support, &elsewhere));
        let assessments = "RiskService/ListRiskAssessments";
        assert!(manager.can_in(assessments, "districts/north"));
        assert!(!manager.can_in(assessments, "districts/south"));
        assert!(!caller.can_in(assessments, "districts/north"));
    }
}
