//! Access rules in words.

use crate::access::{Method, Role, Scope};

/// Every role, in the order of the contract.
pub(super) const ALL: [Role; 10] = [
    Role::Sim,
    Role::Llp,
    Role::Headteacher,
    Role::SchoolLeader,
    Role::Governor,
    Role::Clerk,
    Role::CountyManager,
    Role::Adviser,
    Role::DataOfficer,
    Role::Administrator,
];

/// A role as people say it.
pub(super) fn word(role: Role) -> &'static str {
    match role {
        Role::Unspecified => "nobody",
        Role::Sim => "SIM",
        Role::Llp => "LLP",
        Role::Headteacher => "headteacher",
        Role::SchoolLeader => "school leader",
        Role::Governor => "governor",
        Role::Clerk => "clerk",
        Role::CountyManager => "county manager",
        Role::Adviser => "adviser",
        Role::DataOfficer => "data officer",
        Role::Administrator => "administrator",
    }
}

/// The rule of a method as a sentence.
pub(super) fn sentence(method: &Method) -> String {
    let field = method.resource_field;
    let where_held = match method.scope {
        Scope::Public => return "Anybody, signed in or not.".to_owned(),
        Scope::SelfOnly => {
            return "Anybody signed in, over their own person or session or the programme's \
                    public text."
                .to_owned();
        }
        Scope::County => "held at the county".to_owned(),
        Scope::District => {
            format!("held at the district that `{field}` names, or at the county")
        }
        Scope::School => format!(
            "held at the school that `{field}` names, at its district of today, or at the county"
        ),
        Scope::Node => format!(
            "held at the county, district or school that `{field}` names, or at a node that \
             contains it"
        ),
        Scope::Listed => {
            "held anywhere; the answer holds what those roles reach and nothing else".to_owned()
        }
    };
    let roles: Vec<_> = method.roles().map(word).collect();
    format!("{}, {where_held}.", capitalised(&or_list(&roles)))
}

/// The scope as one word, for a table.
pub(super) fn scope_word(scope: Scope) -> &'static str {
    match scope {
        Scope::Public => "public",
        Scope::SelfOnly => "self",
        Scope::County => "county",
        Scope::District => "district",
        Scope::School => "school",
        Scope::Node => "node",
        Scope::Listed => "listed",
    }
}

fn or_list(words: &[&str]) -> String {
    match words {
        [] => "nobody".to_owned(),
        [one] => (*one).to_owned(),
        [first @ .., last] => format!("{} or {last}", first.join(", ")),
    }
}

fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().collect::<String>() + letters.as_str()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::METHODS;

    #[test]
    fn every_role_of_the_contract_has_a_column() {
        let named = METHODS.iter().flat_map(Method::roles);
        for role in named {
            assert!(ALL.contains(&role), "{role:?}");
        }
        assert!(
            Role::try_from(11).is_err(),
            "a new role needs its place in ALL"
        );
    }

    #[test]
    fn a_rule_reads_as_a_sentence() {
        let method = crate::access::method("/llpr.v1.ImportService/GetImport");
        assert_eq!(
            method.map(sentence).as_deref(),
            Some("Data officer, county manager or administrator, held at the county.")
        );
    }
}
