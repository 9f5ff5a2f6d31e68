//! `[mail]`: the server that takes letters.

use super::Secret;
use crate::problem::Problem;
use lettre::message::Mailbox;
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Mail {
    pub(crate) host: String,
    pub(crate) port: u16,
    pub(crate) security: MailSecurity,
    pub(crate) user: String,
    pub(crate) password: Secret,
    pub(crate) from: String,
}

/// What protects letters on their way to the mail server.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum MailSecurity {
    /// TLS after the greeting. A server that does not offer it gets nothing.
    #[default]
    Starttls,
    /// TLS from the first byte.
    Tls,
    None,
}

impl Mail {
    /// As it is set, or what is usual (RFC 8314; RFC 5321 without protection).
    pub(crate) fn port(&self) -> u16 {
        match (self.port, self.security) {
            (0, MailSecurity::Starttls) => 587,
            (0, MailSecurity::Tls) => 465,
            (0, MailSecurity::None) => 25,
            (port, _) => port,
        }
    }

    /// # Errors
    /// `from` is no sender.
    pub(crate) fn sender(&self) -> Result<Mailbox, Problem> {
        self.from.parse().map_err(|_| {
            let wrong = match self.from.as_str() {
                "" => "mail.host is set, but not mail.from",
                _ => "mail.from is not a sender",
            };
            Problem::new(
                "use this configuration",
                wrong,
                "write it like `Example Shop <no-reply@example.com>`",
            )
        })
    }

    /// # Errors
    /// Mail is set up in part.
    pub(super) fn check(&self) -> Result<(), Problem> {
        if self.host.is_empty() {
            return Ok(());
        }
        self.sender()?;
        if self.user.is_empty() != self.password.is_empty() {
            return Err(Problem::new(
                "use this configuration",
                "only one of mail.user and mail.password is set",
                "set both, or none where the mail server wants no sign-in",
            ));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mail(toml: &str) -> Mail {
        toml::from_str(toml).unwrap()
    }

    #[test]
    fn mail_is_set_up_whole_or_not_at_all() {
        assert!(mail("").check().is_ok());
        let told = |toml: &str| mail(toml).check().unwrap_err().to_string();
        assert!(told("host = 'smtp.example.com'").contains("not mail.from"));
        let from = "host = 'smtp.example.com'\nfrom = 'Shop <no-reply@example.com>'\n";
        assert!(mail(from).check().is_ok());
        assert!(told("host = 'smtp.example.com'\nfrom = 'nobody'").contains("not a sender"));
        assert!(told(&format!("{from}user = 'shop'")).contains("mail.password"));
        let smuggled = "host = 'smtp.example.com'\nfrom = \"Shop\\r\\nBcc: all@example.com <no-reply@example.com>\"";
        assert!(told(smuggled).contains("not a sender"));
    }

    #[test]
    fn a_port_that_is_not_set_is_the_usual_one() {
        let ports = ["", "security = 'tls'", "security = 'none'", "port = 2525"];
        assert_eq!(ports.map(|toml| mail(toml).port()), [587, 465, 25, 2525]);
    }

    #[test]
    fn the_password_is_not_shown() {
        let shown = format!("{:?}", mail("password = 's3cret-s3cret'"));
        assert!(
            shown.contains("[redacted]") && !shown.contains("s3cret"),
            "{shown}"
        );
    }
}
