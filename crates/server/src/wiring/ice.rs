//! The embedded relay as clients are told of it, with credentials made for each.

use crate::config::{Config, Turn};
use crate::problem::Problem;
use base::clock::OsClock;
use base::{ParticipantSid, Redacted};
use net::turn::MediaAddress;
use net::{TcpOptions, TurnLimits, TurnOptions, UdpOptions};
use signal::{IceServer, IceServers};
use std::net::{IpAddr, SocketAddr};

/// What clients see in the challenge where no domain is configured.
const REALM: &str = "stoa";

/// URLs of the embedded TURN server and the secret behind its credentials.
#[derive(Clone, Debug)]
pub(crate) struct Relay {
    urls: Vec<String>,
    secret: Redacted<String>,
    ttl_s: u64,
}

impl Relay {
    /// `hosts` are the addresses that clients are told.
    pub(crate) fn new(turn: &Turn, hosts: &[IpAddr]) -> Result<Self, Problem> {
        Ok(Self {
            urls: urls(turn, hosts),
            secret: secret()?,
            ttl_s: turn.credential_ttl_s,
        })
    }
}

impl IceServers for Relay {
    fn ice_servers(&self, participant: &ParticipantSid) -> Vec<IceServer> {
        if self.urls.is_empty() {
            return Vec::new();
        }
        let expires_unix_s = OsClock.unix_ms() / 1_000 + self.ttl_s;
        let credentials = net::turn::mint(&self.secret, participant.as_str(), expires_unix_s);
        vec![IceServer {
            urls: self.urls.clone(),
            username: credentials.username,
            credential: credentials.password,
        }]
    }
}

pub(super) fn turn_options(
    config: &Config,
    relay: &Relay,
    media: Vec<MediaAddress>,
) -> TurnOptions {
    let limits = &config.limits;
    TurnOptions {
        realm: match config.turn.domain.as_str() {
            "" => REALM.to_owned(),
            domain => domain.to_owned(),
        },
        secret: relay.secret.clone(),
        media,
        limits: TurnLimits {
            max_allocations: limits.turn_allocations,
            max_allocations_per_user: limits.turn_allocations_per_user,
            ..TurnLimits::default()
        },
        tcp: TcpOptions::default(),
        udp: UdpOptions::default(),
    }
}

/// One for each way, the fastest first. The domain stands for all addresses where there is one;
/// TLS needs it, since certificates are for names.
fn urls(turn: &Turn, hosts: &[IpAddr]) -> Vec<String> {
    let hosts: Vec<String> = if turn.domain.is_empty() {
        hosts
            .iter()
            .map(|ip| {
                SocketAddr::new(*ip, 0)
                    .to_string()
                    .trim_end_matches(":0")
                    .to_owned()
            })
            .collect()
    } else {
        vec![turn.domain.clone()]
    };
    let mut urls = Vec::new();
    for (port, transport) in [(turn.udp_port, "udp"), (turn.tcp_port, "tcp")] {
        if port != 0 {
            urls.extend(
                hosts
                    .iter()
                    .map(|host| format!("turn:{host}:{port}?transport={transport}")),
            );
        }
    }
    if turn.tls_port != 0 {
        urls.push(format!(
            "turns:{}:{}?transport=tcp",
            turn.domain, turn.tls_port
        ));
    }
    urls
}

/// New with each start: allocations end with the process anyway.
fn secret() -> Result<Redacted<String>, Problem> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(|error| {
        Problem::new(
            "make a secret for TURN",
            error,
            "a machine without randomness cannot run Stoa",
        )
    })?;
    Ok(Redacted::new(
        bytes.iter().map(|byte| format!("{byte:02x}")).collect(),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::Ipv6Addr;

    #[test]
    fn every_configured_way_has_a_url() {
        let hosts = [IpAddr::from([192, 0, 2, 1]), Ipv6Addr::LOCALHOST.into()];
        let mut turn = Turn {
            udp_port: 3478,
            ..Turn::default()
        };
        assert_eq!(
            urls(&turn, &hosts),
            [
                "turn:192.0.2.1:3478?transport=udp",
                "turn:[::1]:3478?transport=udp"
            ]
        );
        turn.tls_port = 443;
        turn.domain = "turn.example.org".into();
        assert_eq!(
            urls(&turn, &hosts),
            [
                "turn:turn.example.org:3478?transport=udp",
                "turns:turn.example.org:443?transport=tcp"
            ]
        );
    }

    #[test]
    fn without_ports_clients_are_told_of_no_relay() {
        let relay = Relay::new(&Turn::default(), &[IpAddr::from([192, 0, 2, 1])]).unwrap();
        assert!(relay.ice_servers(&ParticipantSid::from("PA_x")).is_empty());
    }

    #[test]
    fn credentials_name_the_participant_and_expire() {
        let turn = Turn {
            udp_port: 3478,
            ..Turn::default()
        };
        let relay = Relay::new(&turn, &[IpAddr::from([192, 0, 2, 1])]).unwrap();
        let told = relay.ice_servers(&ParticipantSid::from("PA_x"));
        let (expiry, name) = told[0].username.split_once(':').unwrap();
        assert_eq!(name, "PA_x");
        assert!(expiry.parse::<u64>().unwrap() > OsClock.unix_ms() / 1_000);
        let other = Relay::new(&turn, &[]).unwrap();
        assert_ne!(relay.secret, other.secret);
    }
}
