//! `access.md`: a readable table of methods and roles.

use std::fmt::Write as _;

use super::contract::Contract;
use super::markdown::{GENERATED, anchor, code};
use super::roles;
use crate::access::{self, Scope};

const INTRODUCTION: &str = "
# Who may call what

One table per service. A cell says what a role must reach to call the method; an empty cell
refuses it. The server enforces exactly this, from the same source.

| Word | Who may call |
|---|---|
| public | anybody, signed in or not |
| self | anybody signed in, over their own person or session or the programme's public text |
| county | who holds the role at the county |
| district | who holds the role at the named district or at the county |
| school | who holds the role at the named school, at its district of today or at the county |
| node | who holds the role at the named county, district or school, or at a node that contains it |
| listed | who holds the role anywhere; the answer holds what those roles reach and nothing else |

A SIM's role is held at a district; those of LLP, headteacher, school leader, governor, clerk and
adviser at a school; those of county manager, data officer and administrator at the county.
";

/// The document.
pub(super) fn write(contract: &Contract) -> String {
    let mut text = format!("{GENERATED}{INTRODUCTION}");
    for file in contract.files() {
        for service in file.services() {
            let _ = write!(text, "\n## {}\n\n| Method | Over |", service.name());
            for role in roles::ALL {
                let _ = write!(text, " {} |", roles::word(role));
            }
            text.push_str("\n|---|---|");
            text.push_str(&"---|".repeat(roles::ALL.len()));
            text.push('\n');
            for method in service.methods() {
                let path = format!("/{}/{}", service.full_name(), method.name());
                if let Some(rule) = access::method(&path) {
                    let _ = writeln!(text, "{}", row(method.name(), rule));
                }
            }
        }
    }
    text
}

fn row(name: &str, rule: &access::Method) -> String {
    let over = if rule.resource_field.is_empty() {
        String::new()
    } else {
        code(rule.resource_field)
    };
    let mut row = format!("| [{name}](reference.md#{}) | {over} |", anchor(name));
    let word = roles::scope_word(rule.scope);
    for role in roles::ALL {
        let open = match rule.scope {
            Scope::Public | Scope::SelfOnly => true,
            Scope::County | Scope::District | Scope::School | Scope::Node | Scope::Listed => {
                rule.roles().any(|named| named == role)
            }
        };
        let _ = write!(row, " {} |", if open { word } else { "" });
    }
    row
}
