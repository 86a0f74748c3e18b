//! Mails: [`text`] writes them, this file hands them to an SMTP server, and [`outbox`] decides which
//! and when.

pub(crate) mod outbox;
mod text;

use std::time::Duration;

use lettre::message::header::ContentType;
use lettre::message::{Mailbox, header};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, Tls, TlsParameters};
use lettre::{Address, AsyncSmtpTransport, AsyncTransport as _, Message, Tokio1Executor};
use llpr_store::DueMail;
use url::Url;

use crate::config::{Mail, MailTls};

/// Why an attempt failed: a code that is kept and shown, never what the server said, which may hold
/// an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Failure {
    /// No connection, or it broke.
    Unreachable,
    /// The server took too long.
    Timeout,
    /// TLS did not come about.
    Tls,
    /// The server does not take our user name and password.
    SignIn,
    /// The server says to come again later.
    RefusedForNow,
    /// The server refuses for good.
    Refused,
    /// The address can't be written into a mail.
    Address,
}

impl Failure {
    pub(crate) const fn code(self) -> &'static str {
        match self {
            Self::Unreachable => "unreachable",
            Self::Timeout => "timeout",
            Self::Tls => "tls",
            Self::SignIn => "sign-in",
            Self::RefusedForNow => "refused-for-now",
            Self::Refused => "refused",
            Self::Address => "address",
        }
    }

    /// Whether another attempt is of no use. A password that is not taken is a fault of our settings
    /// and not of the mail.
    pub(crate) const fn is_for_good(self) -> bool {
        matches!(self, Self::Refused | Self::Address)
    }
}

/// Sends mails, where a mail server is set, and knows where the web client is.
#[derive(Debug)]
pub(crate) struct Mailer {
    smtp: Option<Smtp>,
    web: Url,
}

struct Smtp {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
    timeout: Duration,
}

impl std::fmt::Debug for Smtp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Smtp").finish_non_exhaustive()
    }
}

impl Mailer {
    /// From the settings; in words what is wrong with them.
    pub(crate) fn new(config: &Mail) -> Result<Self, String> {
        let web = Url::parse(&config.web_url)
            .ok()
            .filter(|url| matches!(url.scheme(), "http" | "https") && url.host().is_some())
            .ok_or("mail.web_url is not the address of a web client: write it like https://review.example.org")?;
        Ok(Self {
            smtp: if config.host.is_empty() {
                None
            } else {
                Some(Smtp::new(config)?)
            },
            web,
        })
    }

    /// Whether mails are sent at all.
    pub(crate) const fn sends(&self) -> bool {
        self.smtp.is_some()
    }

    /// How long one attempt may take.
    pub(crate) fn timeout(&self) -> Duration {
        self.smtp
            .as_ref()
            .map_or(Duration::ZERO, |smtp| smtp.timeout)
    }

    /// The address of a page that takes a link's secret. The secret is in the query, which our own
    /// logs leave out.
    pub(crate) fn link(&self, secret: &str) -> String {
        let mut url = self.page("link");
        url.query_pairs_mut().append_pair("secret", secret);
        url.into()
    }

    /// The sign-in page.
    pub(crate) fn sign_in(&self) -> String {
        self.page("sign-in").into()
    }

    fn page(&self, name: &str) -> Url {
        let mut url = self.web.clone();
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty().push(name);
        }
        url
    }

    /// Hands a mail to the mail server. `uri` is the page that it leads to.
    pub(crate) async fn send(&self, mail: &DueMail, uri: &str) -> Result<(), Failure> {
        let smtp = self.smtp.as_ref().ok_or(Failure::Unreachable)?;
        let message = smtp.message(mail, uri)?;
        match tokio::time::timeout(smtp.timeout, smtp.transport.send(message)).await {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(error)) => Err(failure(&error)),
            Err(_) => Err(Failure::Timeout),
        }
    }
}

impl Smtp {
    fn new(config: &Mail) -> Result<Self, String> {
        let from: Mailbox = config.from.parse().map_err(
            |_| "mail.from is not an address: write it like \"School review <review@example.org>\"",
        )?;
        let local = matches!(config.host.as_str(), "localhost" | "127.0.0.1" | "::1");
        if config.tls == MailTls::None && !config.user.is_empty() && !local {
            return Err(
                "mail.tls is none, and a password would cross the network readable: use starttls or tls".into(),
            );
        }
        let tls = match config.tls {
            MailTls::None => Tls::None,
            MailTls::Starttls => Tls::Required(parameters(config)?),
            MailTls::Tls => Tls::Wrapper(parameters(config)?),
        };
        let timeout = Duration::from_secs(config.timeout_seconds.max(1));
        let host = config.host.as_str();
        let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(host)
            .port(config.port)
            .timeout(Some(timeout))
            .tls(tls);
        if !config.user.is_empty() {
            let (user, password) = (config.user.clone(), config.password.clone());
            builder = builder.credentials(Credentials::new(user, password));
        }
        Ok(Self {
            transport: builder.build(),
            from,
            timeout,
        })
    }

    fn message(&self, mail: &DueMail, uri: &str) -> Result<Message, Failure> {
        let to: Address = mail.email.parse().map_err(|_| Failure::Address)?;
        let text::Text { subject, body } = text::write(mail, uri);
        // The same for each attempt, so that a second copy is known for one.
        let id = format!("<{}@{}>", mail.id, self.from.email.domain());
        Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, to))
            .message_id(Some(id))
            .subject(subject)
            .raw_header(header::HeaderValue::new(
                header::HeaderName::new_from_ascii_str("Auto-Submitted"),
                "auto-generated".to_owned(),
            ))
            .header(ContentType::TEXT_PLAIN)
            .body(body)
            .map_err(|_| Failure::Address)
    }
}

fn parameters(config: &Mail) -> Result<TlsParameters, String> {
    let mut builder = TlsParameters::builder(config.host.clone());
    if !config.certificate_authority.as_os_str().is_empty() {
        let path = config.certificate_authority.display();
        let pem = std::fs::read(&config.certificate_authority)
            .map_err(|error| format!("mail.certificate_authority {path} can't be read: {error}"))?;
        let certificate = Certificate::from_pem(&pem)
            .map_err(|_| format!("mail.certificate_authority {path} is no certificate in PEM"))?;
        builder = builder.add_root_certificate(certificate);
    }
    builder
        .build_rustls()
        .map_err(|error| format!("TLS to the mail server can't be set up: {error}"))
}

fn failure(error: &lettre::transport::smtp::Error) -> Failure {
    /// Replies about our user name and password.
    const SIGN_IN: [u16; 4] = [530, 534, 535, 538];
    let code = error.status().map(u16::from);
    if code.is_some_and(|code| SIGN_IN.contains(&code)) {
        Failure::SignIn
    } else if error.is_permanent() {
        Failure::Refused
    } else if error.is_transient() {
        Failure::RefusedForNow
    } else if error.is_timeout() {
        Failure::Timeout
    } else if error.is_tls() {
        Failure::Tls
    } else {
        Failure::Unreachable
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_leads_to_the_web_client_wherever_it_is() {
        let link = |web_url: &str| {
            let config = Mail {
                web_url: web_url.into(),
                ..Mail::default()
            };
            Mailer::new(&config).map(|mailer| mailer.link("a-b_c"))
        };
        assert_eq!(
            link("https://review.example.org").as_deref(),
            Ok("https://review.example.org/link?secret=a-b_c")
        );
        assert_eq!(
            link("https://example.org/review/").as_deref(),
            Ok("https://example.org/review/link?secret=a-b_c")
        );
        assert!(link("review.example.org").is_err());
        assert!(link("file:///etc/passwd").is_err());
    }

    #[test]
    fn settings_that_can_not_work_are_refused_at_the_start() {
        let told = |config: Mail| Mailer::new(&config).err().unwrap_or_default();
        let base = Mail {
            host: "mail.example.org".into(),
            from: "Review <review@example.org>".into(),
            ..Mail::default()
        };
        assert_eq!(told(base.clone()), "");
        assert!(
            told(Mail {
                from: "Review".into(),
                ..base.clone()
            })
            .contains("mail.from")
        );
        let readable = Mail {
            tls: MailTls::None,
            user: "llpr".into(),
            ..base
        };
        assert!(told(readable).contains("starttls"));
    }
}
