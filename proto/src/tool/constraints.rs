//! `buf.validate` constraints in words.

use prost_reflect::{DynamicMessage, FieldDescriptor, Kind, OneofDescriptor, Value};

/// What a field's value must fulfil, in words; empty if anything goes.
pub(super) fn of_field(field: &FieldDescriptor) -> String {
    let pool = field.parent_message().parent_pool().clone();
    let Some(extension) = pool.get_extension_by_name("buf.validate.field") else {
        return String::new();
    };
    let options = field.options();
    if !options.has_extension(&extension) {
        return String::new();
    }
    let option = options.get_extension(&extension);
    option
        .as_message()
        .map(|rules| field_rules(rules).join("; "))
        .unwrap_or_default()
}

/// Whether one of the fields of a oneof must be set.
pub(super) fn is_required(oneof: &OneofDescriptor) -> bool {
    let pool = oneof.parent_message().parent_pool().clone();
    let Some(extension) = pool.get_extension_by_name("buf.validate.oneof") else {
        return false;
    };
    let options = oneof.options();
    let option = options.get_extension(&extension);
    option
        .as_message()
        .and_then(|rules| rules.get_field_by_name("required"))
        .and_then(|value| value.as_bool())
        .unwrap_or(false)
}

/// The words of a `buf.validate.FieldRules`.
fn field_rules(rules: &DynamicMessage) -> Vec<String> {
    let mut general = Vec::new();
    let mut specific = Vec::new();
    for (rule, value) in rules.fields() {
        match (rule.name(), value) {
            ("required", Value::Bool(true)) => general.push("required".to_owned()),
            ("ignore", Value::EnumNumber(1)) => general.push("may be left out".to_owned()),
            (kind, Value::Message(typed)) => {
                for (rule, value) in typed.fields() {
                    specific.push(typed_rule(kind, &rule, value));
                }
            }
            (name, value) => general.push(format!("{name}: {}", literal(value))),
        }
    }
    general.extend(specific);
    general
}

/// The words of one rule for one type, such as `max_len` of `string`.
fn typed_rule(kind: &str, rule: &FieldDescriptor, value: &Value) -> String {
    let text = literal(value);
    let unit = match (kind, text.as_str()) {
        ("string", "1") => " character",
        ("string", _) => " characters",
        ("bytes", "1") => " byte",
        ("bytes", _) => " bytes",
        ("repeated", "1") => " item",
        ("repeated", _) => " items",
        ("map", "1") => " entry",
        ("map", _) => " entries",
        _ => "",
    };
    match rule.name() {
        "min_len" | "min_items" | "min_pairs" | "gte" => format!("at least {text}{unit}"),
        "max_len" | "max_items" | "max_pairs" | "lte" => format!("at most {text}{unit}"),
        "len" => format!("exactly {text}{unit}"),
        "gt" => format!("more than {text}"),
        "lt" => format!("less than {text}"),
        "const" => format!("exactly {text}"),
        "pattern" => format!("matches {text}"),
        "prefix" => format!("begins with {text}"),
        "suffix" => format!("ends with {text}"),
        "contains" => format!("contains {text}"),
        "email" => "an e-mail address".to_owned(),
        "uuid" => "a UUID".to_owned(),
        "uri" => "a URI".to_owned(),
        "hostname" => "a host name".to_owned(),
        "unique" => "no item twice".to_owned(),
        "defined_only" => "a value that is listed".to_owned(),
        "in" if kind == "field_mask" => format!("paths of {text}"),
        "in" => format!("one of {text}"),
        "not_in" if kind == "enum" && text == "`0`" => "not unspecified".to_owned(),
        "not_in" => format!("none of {text}"),
        "items" | "keys" | "values" => {
            let nested = value.as_message().map(field_rules).unwrap_or_default();
            format!("each of its {}: {}", rule.name(), nested.join("; "))
        }
        name => format!("{name}: {text}"),
    }
}

/// A rule's value as code, numbers bare.
fn literal(value: &Value) -> String {
    match value {
        Value::Bool(value) => value.to_string(),
        Value::I32(value) | Value::EnumNumber(value) => value.to_string(),
        Value::I64(value) => value.to_string(),
        Value::U32(value) => value.to_string(),
        Value::U64(value) => value.to_string(),
        Value::F32(value) => value.to_string(),
        Value::F64(value) => value.to_string(),
        Value::String(value) if value.is_empty() => "empty".to_owned(),
        Value::String(value) => super::markdown::code(value),
        Value::List(values) => values
            .iter()
            .map(|value| match value {
                Value::I32(number) => super::markdown::code(&number.to_string()),
                other => literal(other),
            })
            .collect::<Vec<_>>()
            .join(", "),
        Value::Message(message) => message
            .fields()
            .map(|(field, value)| format!("{} {}", field.name(), literal(value)))
            .collect::<Vec<_>>()
            .join(", "),
        Value::Bytes(_) | Value::Map(_) => format!("{value:?}"),
    }
}

/// A field's type as the `.proto` file writes it, and the name of our own type within it.
pub(super) fn type_of(field: &FieldDescriptor) -> (String, Option<String>) {
    if let (true, Kind::Message(entry)) = (field.is_map(), field.kind()) {
        let (key, _) = simple(&entry.map_entry_key_field());
        let (value, ours) = simple(&entry.map_entry_value_field());
        return (format!("map<{key}, {value}>"), ours);
    }
    simple(field)
}

fn simple(field: &FieldDescriptor) -> (String, Option<String>) {
    let kind = field.kind();
    let full = match &kind {
        Kind::Message(message) => message.full_name().to_owned(),
        Kind::Enum(values) => values.full_name().to_owned(),
        scalar => return (format!("{scalar:?}"), None),
    };
    if full.starts_with("llpr.") {
        let short = full.rsplit('.').next().unwrap_or(&full).to_owned();
        (short.clone(), Some(short))
    } else {
        (full, None)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use prost_reflect::DescriptorPool;

    fn words(message: &str, field: &str) -> String {
        let pool = DescriptorPool::decode(crate::DESCRIPTOR_IMAGE).unwrap();
        let message = pool.get_message_by_name(message).unwrap();
        of_field(&message.get_field_by_name(field).unwrap())
    }

    #[test]
    fn constraints_read_as_words() {
        assert_eq!(
            words("llpr.v1.SignInRequest", "email"),
            "at least 3 characters; at most 254 characters"
        );
        assert_eq!(
            words("llpr.v1.GetSchoolRequest", "name"),
            "matches `^schools/[1-9]\\d{5}$`"
        );
        assert_eq!(
            words("llpr.v1.ListSchoolsRequest", "phases"),
            "at most 10 items; each of its items: a value that is listed; not unspecified"
        );
        assert_eq!(
            words("llpr.v1.ListSchoolsRequest", "order_by"),
            "one of empty, `name`, `name desc`, `urn`, `urn desc`"
        );
        assert_eq!(
            words("llpr.v1.CreateUserRequest", "request_id"),
            "may be left out; a UUID"
        );
        assert_eq!(
            words("llpr.v1.UpdateUserRequest", "update_mask"),
            "paths of `email`, `display_name`, `disabled`"
        );
        assert_eq!(words("llpr.v1.School", "urn"), "");
    }
}
