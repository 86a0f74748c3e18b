//! What mails say: who sent it and a link, and nothing about anybody or any school. The person's name
//! is left out too: whoever invites could write a sentence into it.

use chrono::DateTime;
use llpr_domain::london;
use llpr_store::{DueMail, MailKind};

const SERVICE: &str = "Leadership and Learning Progress Review";

/// A mail's words.
pub(super) struct Text {
    pub(super) subject: String,
    pub(super) body: String,
}

/// The words of a mail that leads to a page.
pub(super) fn write(mail: &DueMail, uri: &str) -> Text {
    let sender = plain(mail.sender_display_name.as_deref().unwrap_or_default());
    let sender = if sender.is_empty() {
        "Somebody".to_owned()
    } else {
        sender
    };
    let (subject, why, what, otherwise) = match mail.kind {
        MailKind::Invitation => (
            format!("Your invitation to the {SERVICE}"),
            format!("{sender} has invited you to the {SERVICE}."),
            "Choose your password on this page:",
            "If you did not expect this, you need not do anything.",
        ),
        MailKind::Role => (
            format!("A new role in the {SERVICE}"),
            format!("{sender} has given you a role in the {SERVICE}."),
            "Sign in as always to see it:",
            "If you did not expect this, ask the sender.",
        ),
        MailKind::Password => (
            format!("Your password for the {SERVICE}"),
            format!("Somebody, probably you, asked for a new password for the {SERVICE}."),
            "Choose it on this page:",
            "If it was not you, you need not do anything: your password stays as it is.",
        ),
        MailKind::SignIn => (
            format!("Your link to sign in to the {SERVICE}"),
            format!("Somebody, probably you, asked to sign in to the {SERVICE} by e-mail."),
            "Sign in on this page:",
            "If it was not you, you need not do anything: nobody signs in without this mail.",
        ),
    };
    let until = mail.link.as_ref().and_then(|(_, _, end)| {
        let end = DateTime::from_timestamp_micros(*end)?;
        Some(format!(
            "The link works once, until {}.\r\n",
            london::at(end).format("%-d %B %Y, %H:%M")
        ))
    });
    Text {
        subject,
        body: format!(
            "{why}\r\n\r\n{what}\r\n\r\n{uri}\r\n\r\n{}{otherwise}\r\n",
            until.unwrap_or_default()
        ),
    }
}

/// A name on one line.
fn plain(name: &str) -> String {
    let words: Vec<&str> = name
        .split(|c: char| c.is_whitespace() || c.is_control())
        .filter(|word| !word.is_empty())
        .collect();
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use llpr_store::LinkPurpose;

    fn mail(kind: MailKind) -> DueMail {
        DueMail {
            id: "1".into(),
            kind,
            attempts: 0,
            email: "una.fenn@marlshire.example".into(),
            display_name: "Call 0900 123 at once".into(),
            sender_display_name: Some("Helen\r\nBcc: x@example.org".into()),
            link: Some(("1".into(), LinkPurpose::Invitation, 1_751_324_400_000_000)),
            stands: true,
        }
    }

    #[test]
    fn a_mail_says_who_sent_it_and_a_link_and_no_more() {
        let Text { subject, body } = write(&mail(MailKind::Invitation), "https://x/link?secret=s");
        assert_eq!(
            subject,
            "Your invitation to the Leadership and Learning Progress Review"
        );
        assert_eq!(
            body,
            "Helen Bcc: x@example.org has invited you to the Leadership and Learning Progress Review.\r\n\r\n\
             Choose your password on this page:\r\n\r\nhttps://x/link?secret=s\r\n\r\n\
             The link works once, until 1 July 2025, 00:00.\r\n\
             If you did not expect this, you need not do anything.\r\n"
        );
        for kind in [MailKind::Role, MailKind::Password, MailKind::SignIn] {
            let Text { subject, body } = write(&mail(kind), "https://x/");
            assert!(
                !body.contains("0900") && !subject.contains("0900"),
                "{body}"
            );
            assert!(!body.contains("fenn"), "{body}");
        }
    }
}
