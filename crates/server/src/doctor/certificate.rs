//! Is the certificate readable, does it fit its key, and for how long is it good?

use super::Finding::{self, Ok as Well, Problem as Bad, Warning as Risk};
use super::der;
use crate::config::{Config, Listen};
use crate::http::tls;
use base::clock::OsClock;
use rustls_pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::client::verify_server_name;
use tokio_rustls::rustls::server::ParsedCertificate;

/// Renewal commonly happens thirty days before the end; later than this it has failed.
const SOON_DAYS: u64 = 14;
const DAY_S: u64 = 86_400;

pub(super) fn checked(config: &Config) -> Vec<Finding> {
    if config.https.listen == Listen::Off && config.turn.tls_port == 0 {
        return vec![Risk(
            "https: off; browsers give camera and microphone only to pages from https or localhost, so a proxy has to add it".into(),
        )];
    }
    let (certificate, key) = (&config.https.certificate, &config.https.key);
    if let Err(problem) = tls::server_config(certificate, key, &[]) {
        return vec![Bad(format!("https: {problem}"))];
    }
    let Some(first) = tls::chain(certificate)
        .ok()
        .and_then(|chain| chain.into_iter().next())
    else {
        return Vec::new();
    };
    let mut findings = vec![valid_now(&first, OsClock.unix_ms() / 1_000)];
    if config.turn.tls_port != 0 {
        findings.push(named(&first, &config.turn.domain));
    }
    findings
}

/// Clients of TURN over TLS compare the certificate with the name that they were told.
fn named(certificate: &CertificateDer<'_>, domain: &str) -> Finding {
    let Ok(name) = ServerName::try_from(domain) else {
        return Bad(format!("turn.domain: \"{domain}\" is no host name"));
    };
    let fits = ParsedCertificate::try_from(certificate)
        .is_ok_and(|parsed| verify_server_name(&parsed, &name).is_ok());
    if fits {
        Well(format!("turn.domain: the certificate names {domain}"))
    } else {
        Bad(format!(
            "turn.domain: the certificate does not name {domain}; get one that does, or correct the key"
        ))
    }
}

fn valid_now(certificate: &[u8], now_s: u64) -> Finding {
    let Some(validity) = der::validity(certificate) else {
        return Risk("https: the certificate's dates cannot be read".into());
    };
    if now_s < validity.from_s {
        return Bad("https: the certificate is not valid yet; check the machine's clock".into());
    }
    let Some(left_s) = validity.to_s.checked_sub(now_s) else {
        return Bad("https: the certificate has expired; renew it and restart Stoa".into());
    };
    let days = left_s / DAY_S;
    if days < SOON_DAYS {
        Risk(format!(
            "https: the certificate expires in {days} days; see why it was not renewed"
        ))
    } else {
        Well(format!(
            "https: the certificate fits its key and is good for {days} days"
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn certificate(from: (i32, u8, u8), to: (i32, u8, u8)) -> Vec<u8> {
        let mut params = rcgen::CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
        params.not_before = rcgen::date_time_ymd(from.0, from.1, from.2);
        params.not_after = rcgen::date_time_ymd(to.0, to.1, to.2);
        let key = rcgen::KeyPair::generate().unwrap();
        params.self_signed(&key).unwrap().der().to_vec()
    }

    #[test]
    fn a_certificate_has_to_name_the_domain() {
        let certificate = CertificateDer::from(certificate((2026, 3, 1), (2030, 1, 1)));
        assert!(matches!(named(&certificate, "localhost"), Well(_)));
        assert!(matches!(named(&certificate, "turn.example.org"), Bad(_)));
        assert!(matches!(named(&certificate, "no host"), Bad(_)));
    }

    #[test]
    fn a_certificate_is_judged_by_its_dates() {
        // 2049 and 2050 are written in two different forms (RFC 5280 section 4.1.2.5).
        for to_year in [2049, 2050] {
            let certificate = certificate((2026, 3, 1), (to_year, 2, 28));
            let march_2026_s = 1_772_323_200;
            assert!(
                matches!(valid_now(&certificate, march_2026_s), Well(_)),
                "{to_year}"
            );
            assert!(
                matches!(valid_now(&certificate, march_2026_s - 1), Bad(_)),
                "{to_year}"
            );
        }
        let certificate = certificate((2026, 3, 1), (2026, 3, 11));
        assert!(matches!(valid_now(&certificate, 1_772_323_200), Risk(_)));
        assert!(matches!(
            valid_now(&certificate, 1_772_323_200 + 11 * DAY_S),
            Bad(_)
        ));
        assert!(matches!(valid_now(&[0x30, 0x84, 0xff], 0), Risk(_)));
    }
}
