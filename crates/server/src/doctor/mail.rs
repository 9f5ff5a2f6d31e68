//! Whether letters would go out: connects to the mail server and signs in, and sends nothing.

use super::Finding::{self, Ok as Well, Problem as Bad, Warning as Risk};
use crate::config::{Config, MailSecurity};
use crate::mail::{MailServer, NotSent};
use std::net::IpAddr;

pub(super) async fn checked(config: &Config) -> Vec<Finding> {
    let server = match MailServer::of(config) {
        Ok(Some(server)) => server,
        Ok(None) => {
            return vec![Risk(
                "mail: off; people added to the staff are not told, and sign-in links reach webhooks only (mail.host)".into(),
            )];
        }
        Err(problem) => return vec![Bad(format!("mail: {problem}"))],
    };
    let mut findings = vec![tried(config, server.try_out().await)];
    findings.extend(unprotected(config));
    findings
}

fn tried(config: &Config, came_of_it: Result<(), NotSent>) -> Finding {
    let mail = &config.mail;
    let at = format!("{}:{}", mail.host, mail.port());
    let error = match came_of_it {
        Ok(()) if mail.user.is_empty() => return Well(format!("mail: {at} takes letters")),
        Ok(()) => return Well(format!("mail: {at} takes letters, and knows mail.user")),
        Err(error) => error,
    };
    let advice = match &error {
        NotSent::Credentials(_) => {
            "check mail.user and mail.password (STOA_MAIL_PASSWORD); some providers want a password made for programs"
        }
        NotSent::Unreachable(_) | NotSent::Timeout => {
            "check mail.host and mail.port, whether a firewall lets connections out, and that mail.security is what this port speaks"
        }
        NotSent::Refused(_) | NotSent::Later(_) | NotSent::Unwritable(_) => {
            "see the mail server's log for its reason"
        }
    };
    Bad(format!("mail: {at}: {error}; {advice}"))
}

fn unprotected(config: &Config) -> Option<Finding> {
    let mail = &config.mail;
    let is_here =
        mail.host == "localhost" || mail.host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback());
    if mail.security != MailSecurity::None || is_here {
        return None;
    }
    Some(Risk(
        "mail: without TLS everybody on the way can read sign-in links and mail.password; set mail.security".into(),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_mail_server_that_nobody_runs_is_a_problem_with_its_place() {
        let mut config = Config::dev();
        assert!(matches!(checked(&config).await.as_slice(), [Risk(text)] if text.contains("off")));
        // The discard port: whoever listens there speaks no SMTP.
        config.mail =
            toml::from_str("host = '127.0.0.1'\nport = 9\nfrom = 'a@example.com'").unwrap();
        let findings = checked(&config).await;
        let told = findings[0].to_string();
        assert!(matches!(findings[0], Bad(_)), "{told}");
        assert!(
            told.contains("127.0.0.1:9") && told.contains("mail.port"),
            "{told}"
        );
    }

    #[test]
    fn only_a_neighbour_on_this_machine_may_do_without_tls() {
        let mut config = Config::dev();
        for (host, is_risky) in [
            ("localhost", false),
            ("::1", false),
            ("smtp.example.com", true),
        ] {
            config.mail = toml::from_str(&format!("host = '{host}'\nsecurity = 'none'")).unwrap();
            assert_eq!(unprotected(&config).is_some(), is_risky, "{host}");
        }
    }
}
