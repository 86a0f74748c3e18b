//! `reference.md`: every service, method, message and field of the contract.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use prost_reflect::{
    EnumDescriptor, FieldDescriptor, FileDescriptor, MessageDescriptor, MethodDescriptor,
    ServiceDescriptor,
};

use super::contract::Contract;
use super::markdown::{GENERATED, anchor, cell, code};
use super::{Error, constraints, roles};
use crate::access;

/// The document.
pub(super) fn write(contract: &Contract) -> Result<String, Error> {
    let mut text = format!(
        "{GENERATED}\n# Reference\n\nFields are `optional` where their absence means something \
         of its own. Who may call what at a glance: [access.md](access.md). Reasons of refusal: \
         [errors.md](errors.md). How to call: [the guide](../README.md).\n\n"
    );
    let files = contract.files();
    for file in &files {
        for service in file.services() {
            let methods: Vec<_> = service
                .methods()
                .map(|method| format!("[{0}](#{1})", method.name(), anchor(method.name())))
                .collect();
            let _ = writeln!(
                text,
                "- [{0}](#{1}): {2}",
                service.name(),
                anchor(service.name()),
                methods.join(", ")
            );
        }
    }
    let embedded = requests_and_responses(&files);
    for file in &files {
        for service in file.services() {
            write_service(&mut text, contract, file, &service)?;
        }
        for message in file.messages() {
            if !embedded.contains(message.full_name()) {
                write_message(&mut text, contract, &message);
            }
        }
        for values in file.enums() {
            write_enum(&mut text, contract, &values);
        }
    }
    Ok(text)
}

/// Names of the messages that stand with their method and need no section of their own.
fn requests_and_responses(files: &[FileDescriptor]) -> BTreeSet<String> {
    files
        .iter()
        .flat_map(|file| file.services().collect::<Vec<_>>())
        .flat_map(|service| service.methods().collect::<Vec<_>>())
        .flat_map(|method| [method.input(), method.output()])
        .map(|message| message.full_name().to_owned())
        .collect()
}

fn write_service(
    text: &mut String,
    contract: &Contract,
    file: &FileDescriptor,
    service: &ServiceDescriptor,
) -> Result<(), Error> {
    let _ = write!(
        text,
        "\n## {}\n\n{}\n",
        service.name(),
        contract.comment(file, service.path())
    );
    for method in service.methods() {
        write_method(text, contract, &method)?;
    }
    Ok(())
}

fn write_method(
    text: &mut String,
    contract: &Contract,
    method: &MethodDescriptor,
) -> Result<(), Error> {
    let path = format!("/{}/{}", method.parent_service().full_name(), method.name());
    let rule = access::method(&path).ok_or_else(|| Error::Comment {
        element: method.full_name().to_owned(),
        complaint: "has no access rule".to_owned(),
    })?;
    let (prose, reasons) = contract.method_comment(method);
    let _ = write!(
        text,
        "\n### {}\n\n`{path}`\n\n{prose}\n\n**Who may call:** {}\n",
        method.name(),
        roles::sentence(rule)
    );
    if !reasons.is_empty() {
        let links: Vec<_> = reasons
            .iter()
            .map(|reason| format!("[{reason}](errors.md#{})", anchor(reason)))
            .collect();
        let _ = write!(text, "\n**Reasons:** {}\n", links.join(", "));
    }
    let sides = [
        ("Request", method.input(), method.is_client_streaming()),
        ("Response", method.output(), method.is_server_streaming()),
    ];
    for (side, message, streams) in sides {
        let streams = if streams { ", a stream" } else { "" };
        let _ = write!(text, "\n**{side}** {}{streams}", code(message.name()));
        if message.fields().len() == 0 {
            text.push_str(": no fields.\n");
        } else {
            text.push_str(":\n\n");
            write_fields(text, contract, &message);
        }
    }
    Ok(())
}

fn write_message(text: &mut String, contract: &Contract, message: &MessageDescriptor) {
    let _ = write!(
        text,
        "\n## {}\n\n{}\n\n",
        message.name(),
        contract.comment(&message.parent_file(), message.path())
    );
    write_fields(text, contract, message);
    for nested in message.child_messages().filter(|it| !it.is_map_entry()) {
        write_message(text, contract, &nested);
    }
    for nested in message.child_enums() {
        write_enum(text, contract, &nested);
    }
}

fn write_fields(text: &mut String, contract: &Contract, message: &MessageDescriptor) {
    text.push_str("| Field | Type | Meaning | Constraints |\n|---|---|---|---|\n");
    for field in message.fields() {
        let _ = writeln!(
            text,
            "| {} | {} | {} | {} |",
            code(field.name()),
            type_cell(&field),
            cell(contract.comment(&message.parent_file(), field.path())),
            constraints::of_field(&field)
        );
    }
    for oneof in message.oneofs().filter(|oneof| !oneof.is_synthetic()) {
        let fields: Vec<_> = oneof.fields().map(|field| code(field.name())).collect();
        let how_many = if constraints::is_required(&oneof) {
            "Exactly one"
        } else {
            "At most one"
        };
        let _ = write!(
            text,
            "\n{how_many} of {} is set ({}): {}\n",
            fields.join(", "),
            code(oneof.name()),
            contract.comment(&message.parent_file(), oneof.path())
        );
    }
}

fn write_enum(text: &mut String, contract: &Contract, values: &EnumDescriptor) {
    let _ = write!(
        text,
        "\n## {}\n\n{}\n\n",
        values.name(),
        contract.comment(&values.parent_file(), values.path())
    );
    text.push_str("| Value | Number | Meaning |\n|---|---|---|\n");
    for value in values.values() {
        let _ = writeln!(
            text,
            "| {} | {} | {} |",
            code(value.name()),
            value.number(),
            cell(contract.comment(&values.parent_file(), value.path()))
        );
    }
}

fn type_cell(field: &FieldDescriptor) -> String {
    let (name, ours) = constraints::type_of(field);
    let name = match ours {
        Some(short) if short == name => format!("[{short}](#{})", anchor(&short)),
        Some(_) | None => code(&name),
    };
    if field.is_list() {
        format!("repeated {name}")
    } else if field
        .containing_oneof()
        .is_some_and(|oneof| oneof.is_synthetic())
    {
        format!("optional {name}")
    } else {
        name
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_headings_share_an_anchor() {
        let text = write(&Contract::read().unwrap()).unwrap();
        let mut seen = BTreeSet::new();
        for line in text.lines() {
            if let Some((_, heading)) = line.split_once("# ").filter(|_| line.starts_with('#')) {
                assert!(seen.insert(anchor(heading)), "{heading} stands twice");
            }
        }
    }

    #[test]
    fn every_link_within_the_document_leads_somewhere() {
        let text = write(&Contract::read().unwrap()).unwrap();
        let headings: BTreeSet<_> = text
            .lines()
            .filter(|line| line.starts_with('#'))
            .filter_map(|line| line.split_once("# "))
            .map(|(_, heading)| anchor(heading))
            .collect();
        for link in text.split("](#").skip(1) {
            let target = link.split(')').next().unwrap_or_default();
            assert!(headings.contains(target), "#{target}");
        }
    }
}
