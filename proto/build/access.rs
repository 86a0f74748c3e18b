//! Reads the access option of every method, refuses what does not fit, and writes the static
//! table that the server uses. A method without a rule fails the build.

use std::fmt::Write as _;

use prost_reflect::{
    DescriptorPool, DynamicMessage, FieldDescriptor, Kind, MessageDescriptor, MethodDescriptor,
    Value,
};

/// The access rule of one method.
pub(crate) struct Rule {
    /// `/llpr.v1.SchoolService/GetSchool`.
    pub(crate) path: String,
    /// Rust name of the request type, as in `crate::v1`.
    pub(crate) request: String,
    /// `School` for `SCOPE_SCHOOL`, and so on.
    pub(crate) scope: String,
    /// Dotted path of the resource field, empty where the scope needs none.
    pub(crate) resource_field: String,
    /// Role numbers in the order of the rule.
    pub(crate) roles: Vec<i32>,
    /// Whether the client streams its requests.
    pub(crate) client_streaming: bool,
    /// Whether the server streams its answers.
    pub(crate) server_streaming: bool,
}

/// The rules of all methods, by path.
pub(crate) struct Table(pub(crate) Vec<Rule>);

impl Table {
    /// Reads the rules of every service of package `llpr.v1`; all complaints at once.
    pub(crate) fn read(pool: &DescriptorPool) -> Result<Self, String> {
        let mut rules = Vec::new();
        let mut complaints = Vec::new();
        let mut requests = std::collections::BTreeMap::new();
        for service in pool.services() {
            if service.package_name() != "llpr.v1" {
                continue;
            }
            for method in service.methods() {
                match rule(pool, &method) {
                    Ok(rule) => {
                        if let Some(other) =
                            requests.insert(rule.request.clone(), rule.path.clone())
                        {
                            complaints.push(format!(
                                "{} and {other} share the request {}: give each method its own",
                                rule.path, rule.request
                            ));
                        }
                        rules.push(rule);
                    }
                    Err(complaint) => {
                        complaints.push(format!("{}: {complaint}", method.full_name()));
                    }
                }
            }
        }
        if complaints.is_empty() {
            rules.sort_by(|a, b| a.path.cmp(&b.path));
            Ok(Self(rules))
        } else {
            Err(complaints.join("\n"))
        }
    }

    /// The table, and for each request its rule and, where the validator generator found no
    /// constraint and none is checked by hand, an empty `Validate`.
    pub(crate) fn to_rust(&self, validators: &str, by_hand: &[&str]) -> String {
        let mut code = String::from(
            "/// The access rule of every method, by path.\npub static METHODS: &[Method] = &[\n",
        );
        for rule in &self.0 {
            let _ = writeln!(
                code,
                "    Method {{ path: {:?}, scope: Scope::{}, resource_field: {:?}, roles: &{:?}, client_streaming: {}, server_streaming: {} }},",
                rule.path,
                rule.scope,
                rule.resource_field,
                rule.roles,
                rule.client_streaming,
                rule.server_streaming
            );
        }
        code.push_str("];\n");
        for (index, rule) in self.0.iter().enumerate() {
            let _ = writeln!(
                code,
                "impl Guarded for crate::v1::{} {{\n    type Scope = scope::{};\n    const METHOD: &'static Method = &METHODS[{index}];\n    fn resource(&self) -> &{}str {{ {} }}\n}}",
                rule.request,
                rule.scope,
                if rule.resource_field.is_empty() {
                    "'static "
                } else {
                    ""
                },
                accessor(&rule.resource_field),
            );
            let generated = validators.contains(&format!(" for llpr::v1::{} {{", rule.request));
            if !generated && !by_hand.contains(&rule.request.as_str()) {
                let _ = writeln!(
                    code,
                    "impl prost_protovalidate::Validate for crate::v1::{} {{\n    fn validate(&self) -> Result<(), prost_protovalidate::ValidationError> {{ Ok(()) }}\n}}",
                    rule.request
                );
            }
        }
        code
    }
}

/// `self.a.as_ref().map_or("", |m| m.b.as_str())` for `a.b`.
fn accessor(path: &str) -> String {
    match path.split_once('.') {
        _ if path.is_empty() => "\"\"".to_owned(),
        None => format!("self.{path}.as_str()"),
        Some((message, field)) => {
            format!("self.{message}.as_ref().map_or(\"\", |m| m.{field}.as_str())")
        }
    }
}

fn rule(pool: &DescriptorPool, method: &MethodDescriptor) -> Result<Rule, String> {
    let extension = pool
        .get_extension_by_name("llpr.options.v1.access")
        .ok_or("llpr/options/v1/access.proto is not imported")?;
    let options = method.options();
    if !options.has_extension(&extension) {
        return Err("has no access rule: say who may call it with (llpr.options.v1.access)".into());
    }
    let option = options.get_extension(&extension);
    let option = option
        .as_message()
        .ok_or("the access option is not a message")?;
    let scope = scope_name(option)?;
    let resource_field = option
        .get_field_by_name("resource_field")
        .and_then(|value| value.as_str().map(str::to_owned))
        .unwrap_or_default();
    let roles = roles(option)?;
    let input = method.input();
    if input.package_name() != "llpr.v1" || input.parent_message().is_some() {
        return Err(format!(
            "takes {}, which is not a message of its own in llpr.v1",
            input.full_name()
        ));
    }

    let names_resource = matches!(scope.as_str(), "District" | "School" | "Node");
    if names_resource {
        check_resource_field(&input, &resource_field)?;
        if method.is_client_streaming() {
            return Err("a client stream can't name its resource: use SCOPE_COUNTY".into());
        }
    } else if !resource_field.is_empty() {
        return Err(format!(
            "has resource_field `{resource_field}`, which its scope does not use"
        ));
    }
    match (scope.as_str(), roles.is_empty()) {
        ("Public" | "SelfOnly", false) => {
            return Err("has roles, which its scope does not use".into());
        }
        ("Public" | "SelfOnly", true) | (_, false) => {}
        (_, true) => return Err("names no role, so nobody could call it".into()),
    }
    Ok(Rule {
        path: format!("/{}/{}", method.parent_service().full_name(), method.name()),
        request: input.name().to_owned(),
        scope,
        resource_field,
        roles,
        client_streaming: method.is_client_streaming(),
        server_streaming: method.is_server_streaming(),
    })
}

fn scope_name(option: &DynamicMessage) -> Result<String, String> {
    let number = option
        .get_field_by_name("scope")
        .and_then(|value| value.as_enum_number())
        .unwrap_or(0);
    let name = match number {
        1 => "Public",
        2 => "SelfOnly",
        3 => "County",
        4 => "District",
        5 => "School",
        6 => "Node",
        7 => "Listed",
        _ => return Err("has an access rule without a scope".into()),
    };
    Ok(name.to_owned())
}

fn roles(option: &DynamicMessage) -> Result<Vec<i32>, String> {
    let value = option.get_field_by_name("roles");
    let list = value.as_deref().and_then(Value::as_list).unwrap_or(&[]);
    let mut roles = Vec::new();
    for role in list.iter().filter_map(Value::as_enum_number) {
        if role == 0 {
            return Err("names ROLE_UNSPECIFIED".into());
        }
        if roles.contains(&role) {
            return Err(format!("names role {role} twice"));
        }
        roles.push(role);
    }
    Ok(roles)
}

/// The field must be there, be a single string, and be at most one message deep.
fn check_resource_field(input: &MessageDescriptor, path: &str) -> Result<(), String> {
    if path.is_empty() {
        return Err("needs a resource_field for its scope".into());
    }
    let (message, name) = match path.split_once('.') {
        None => (input.clone(), path),
        Some((outer, inner)) => {
            let field = input
                .get_field_by_name(outer)
                .ok_or_else(|| format!("{} has no field `{outer}`", input.name()))?;
            match field.kind() {
                Kind::Message(message) if !field.is_list() && !field.is_map() => {
                    check_always_there(&field)?;
                    (message, inner)
                }
                _ => return Err(format!("`{outer}` is not a single message")),
            }
        }
    };
    let field = message
        .get_field_by_name(name)
        .ok_or_else(|| format!("{} has no field `{name}`", message.name()))?;
    if field.is_list() || !matches!(field.kind(), Kind::String) {
        return Err(format!(
            "`{path}` is not a single string, so it can't name a resource"
        ));
    }
    check_always_there(&field)
}

/// A resource that may be absent can't be checked before the request is read.
fn check_always_there(field: &FieldDescriptor) -> Result<(), String> {
    match field.containing_oneof() {
        None => Ok(()),
        Some(_) => Err(format!(
            "`{}` is optional or in a oneof, so it can't name a resource",
            field.name()
        )),
    }
}
