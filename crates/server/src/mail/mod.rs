//! The mail server of the configuration, and what it says (SMTP).

mod message;

pub(crate) use message::written;

use crate::config::{Config, MailSecurity};
use crate::problem::Problem;
use lettre::message::Mailbox;
use lettre::transport::smtp::Error as SmtpError;
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Tls, TlsParameters};
use lettre::transport::smtp::response::Severity;
use lettre::{AsyncSmtpTransport, AsyncTransport as _, Message, Tokio1Executor};
use std::error::Error;
use std::time::Duration;

/// For each answer: a mail server may look names up and search for spam before it gives one.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(20);
/// For a whole letter, however slowly the server answers.
const TIMEOUT: Duration = Duration::from_secs(45);

/// "Authentication required", "failed", "mechanism too weak" and the like (RFC 4954, section 6):
/// of the operator's making, and mended by him while letters wait.
const AUTHENTICATION: std::ops::RangeInclusive<u16> = 530..=538;

/// Takes letters to the mail server.
#[derive(Debug)]
pub(crate) struct MailServer {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    pub(crate) from: Mailbox,
}

/// Why a letter did not go. The words are ours: what a server answers may repeat an address.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum NotSent {
    #[error("it cannot be written: {0}")]
    Unwritable(&'static str),
    #[error("the mail server refused the user or the password ({0})")]
    Credentials(u16),
    #[error("the mail server answered {0}")]
    Refused(u16),
    #[error("the mail server was busy and answered {0}")]
    Later(u16),
    #[error("no answer from the mail server in time")]
    Timeout,
    #[error("the mail server cannot be used: {0}")]
    Unreachable(String),
}

impl NotSent {
    /// Whether trying again is of no use.
    pub(crate) fn is_final(&self) -> bool {
        match self {
            Self::Unwritable(_) | Self::Refused(_) => true,
            Self::Credentials(_) | Self::Later(_) | Self::Timeout | Self::Unreachable(_) => false,
        }
    }
}

impl MailServer {
    /// None where no mail is sent.
    ///
    /// # Errors
    /// The configuration names no usable sender, or TLS cannot be set up.
    pub(crate) fn of(config: &Config) -> Result<Option<Self>, Problem> {
        let mail = &config.mail;
        if mail.host.is_empty() {
            return Ok(None);
        }
        let tls = || {
            TlsParameters::new(mail.host.clone()).map_err(|error| {
                Problem::new(
                    "set up TLS for mail.host",
                    innermost(&error),
                    "check the machine's root certificates (`apt install ca-certificates`)",
                )
            })
        };
        let tls = match mail.security {
            MailSecurity::Starttls => Tls::Required(tls()?),
            MailSecurity::Tls => Tls::Wrapper(tls()?),
            MailSecurity::None => Tls::None,
        };
        let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&mail.host)
            .port(mail.port())
            .tls(tls)
            .timeout(Some(ANSWER_TIMEOUT));
        if !mail.user.is_empty() {
            let password = mail.password.expose().to_owned();
            builder = builder.credentials(Credentials::new(mail.user.clone(), password));
        }
        Ok(Some(Self {
            transport: builder.build(),
            from: mail.sender()?,
        }))
    }

    pub(crate) async fn send(&self, message: Message) -> Result<(), NotSent> {
        let sent = tokio::time::timeout(TIMEOUT, self.transport.send(message));
        match sent.await {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(error)) => Err(NotSent::from(&error)),
            Err(_) => Err(NotSent::Timeout),
        }
    }

    /// Connects and signs in as for a letter, and sends none.
    pub(crate) async fn try_out(&self) -> Result<(), NotSent> {
        let tried = tokio::time::timeout(TIMEOUT, self.transport.test_connection());
        match tried.await {
            Ok(Ok(true)) => Ok(()),
            Ok(Ok(false)) => Err(NotSent::Unreachable("it hung up".to_owned())),
            Ok(Err(error)) => Err(NotSent::from(&error)),
            Err(_) => Err(NotSent::Timeout),
        }
    }
}

impl From<&SmtpError> for NotSent {
    fn from(error: &SmtpError) -> Self {
        if let Some(code) = error.status() {
            let is_permanent = code.severity == Severity::PermanentNegativeCompletion;
            let code = u16::from(code);
            return match is_permanent {
                true if AUTHENTICATION.contains(&code) => Self::Credentials(code),
                true => Self::Refused(code),
                false => Self::Later(code),
            };
        }
        if error.is_timeout() {
            return Self::Timeout;
        }
        if error.is_response() {
            return Self::Unreachable("it does not speak SMTP".to_owned());
        }
        Self::Unreachable(innermost(error))
    }
}

/// The innermost cause, which is the one that tells: "connection refused".
fn innermost(error: &SmtpError) -> String {
    let mut cause: &dyn Error = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    cause.to_string()
}
