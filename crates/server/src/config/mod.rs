//! Every key that the server can be configured with, and its default.
//!
//! The types here are the only list of keys: what a file or the environment may say, what
//! `config.example.toml` has to show, and what is offered for a misspelt key all come from
//! [`Config::default`] as it serialises.

mod keys;
mod listen;
mod load;
mod mail;
mod nearest;
mod secret;

pub(crate) use keys::Keys;
pub(crate) use listen::Listen;
pub(crate) use load::load;
pub(crate) use mail::{Mail, MailSecurity};
pub(crate) use secret::Secret;

use crate::problem::Problem;
use serde::{Deserialize, Serialize};
use std::net::{IpAddr, Ipv4Addr};
use std::path::PathBuf;

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Config {
    /// True for `--dev`: tells the page where to find tokens, never read from a file.
    #[serde(skip)]
    pub(crate) dev: bool,
    pub(crate) region: String,
    pub(crate) public_url: String,
    pub(crate) keys: Keys,
    pub(crate) http: Http,
    pub(crate) https: Https,
    pub(crate) media: Media,
    pub(crate) turn: Turn,
    pub(crate) rooms: Rooms,
    pub(crate) limits: Limits,
    pub(crate) store: Store,
    pub(crate) auth: Auth,
    pub(crate) mail: Mail,
    pub(crate) files: Files,
    pub(crate) webhooks: Webhooks,
    pub(crate) drain: Drain,
    pub(crate) log: Log,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Http {
    pub(crate) listen: Listen,
    pub(crate) metrics_token: String,
    pub(crate) trust_forwarded_for: bool,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Https {
    pub(crate) listen: Listen,
    pub(crate) certificate: PathBuf,
    pub(crate) key: PathBuf,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Media {
    pub(crate) addresses: Vec<IpAddr>,
    pub(crate) announce: Vec<IpAddr>,
    pub(crate) udp_port: u16,
    pub(crate) tcp_port: u16,
    pub(crate) shards: usize,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Turn {
    pub(crate) udp_port: u16,
    pub(crate) tcp_port: u16,
    pub(crate) tls_port: u16,
    pub(crate) domain: String,
    pub(crate) credential_ttl_s: u64,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Rooms {
    pub(crate) empty_timeout_s: u64,
    pub(crate) departure_timeout_s: u64,
    pub(crate) resume_window_s: u64,
    pub(crate) remote_unmute: bool,
    pub(crate) simulations: bool,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Limits {
    pub(crate) http_connections: usize,
    pub(crate) visitor_requests_per_minute: u32,
    pub(crate) signal_message_bytes: usize,
    pub(crate) signal_messages_per_second: u32,
    pub(crate) signal_messages_burst: u32,
    pub(crate) commands_per_second: u32,
    pub(crate) commands_burst: u32,
    pub(crate) participants: u32,
    pub(crate) tracks_per_participant: usize,
    pub(crate) name_bytes: usize,
    pub(crate) metadata_bytes: usize,
    pub(crate) attributes_bytes: usize,
    pub(crate) ice_tcp_connections: usize,
    pub(crate) ice_tcp_connections_per_ip: usize,
    pub(crate) turn_allocations: usize,
    pub(crate) turn_allocations_per_user: usize,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Store {
    pub(crate) path: PathBuf,
    pub(crate) url: String,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Auth {
    pub(crate) oidc_name: String,
    pub(crate) oidc_issuer: String,
    pub(crate) oidc_client_id: String,
    pub(crate) oidc_client_secret: Secret,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Files {
    pub(crate) path: PathBuf,
    pub(crate) file_bytes: u64,
    pub(crate) tenant_bytes: u64,
    pub(crate) scan_command: Vec<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Webhooks {
    pub(crate) urls: Vec<String>,
    pub(crate) api_key: String,
    pub(crate) private_receivers: bool,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Drain {
    pub(crate) calls_s: u64,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Log {
    pub(crate) level: Level,
    pub(crate) filter: String,
    pub(crate) json: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Level {
    Error,
    Warn,
    Info,
    Debug,
    Trace,
}

impl Default for Http {
    fn default() -> Self {
        Self {
            listen: Listen::on(Ipv4Addr::UNSPECIFIED, 7880),
            metrics_token: String::new(),
            trust_forwarded_for: false,
        }
    }
}

impl Default for Media {
    fn default() -> Self {
        Self {
            addresses: Vec::new(),
            announce: Vec::new(),
            udp_port: 7882,
            tcp_port: 7881,
            shards: 0,
        }
    }
}

impl Default for Turn {
    fn default() -> Self {
        Self {
            udp_port: 0,
            tcp_port: 0,
            tls_port: 0,
            domain: String::new(),
            credential_ttl_s: 6 * 3_600,
        }
    }
}

impl Default for Rooms {
    fn default() -> Self {
        Self {
            empty_timeout_s: 300,
            departure_timeout_s: 20,
            resume_window_s: 20,
            remote_unmute: false,
            simulations: true,
        }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            http_connections: 15_000,
            visitor_requests_per_minute: 600,
            signal_message_bytes: 2 * 1024 * 1024,
            signal_messages_per_second: 200,
            signal_messages_burst: 2_000,
            commands_per_second: 100,
            commands_burst: 400,
            participants: 3_000,
            tracks_per_participant: 64,
            name_bytes: 256,
            metadata_bytes: 64_000,
            attributes_bytes: 64_000,
            ice_tcp_connections: 4_096,
            ice_tcp_connections_per_ip: 256,
            turn_allocations: 10_000,
            turn_allocations_per_user: 24,
        }
    }
}

impl Default for Store {
    fn default() -> Self {
        Self {
            path: PathBuf::from("stoa.sqlite"),
            url: String::new(),
        }
    }
}

impl Default for Files {
    fn default() -> Self {
        let limits = api::FileLimits::default();
        Self {
            path: PathBuf::from("stoa-files"),
            file_bytes: limits.file_bytes,
            tenant_bytes: limits.tenant_bytes,
            scan_command: Vec::new(),
        }
    }
}

impl Default for Drain {
    fn default() -> Self {
        Self { calls_s: 900 }
    }
}

impl Default for Log {
    fn default() -> Self {
        Self {
            level: Level::Info,
            filter: String::new(),
            json: false,
        }
    }
}

impl Config {
    /// Where people reach this server, without a slash at the end.
    pub(crate) fn public_url(&self) -> String {
        if !self.public_url.is_empty() {
            return self.public_url.trim_end_matches('/').to_owned();
        }
        let port = self.http.listen.address().map_or(7880, |at| at.port());
        format!("http://localhost:{port}")
    }

    /// What developers of this ecosystem expect of a server on their own machine.
    pub(crate) fn dev() -> Self {
        let loopback = Ipv4Addr::LOCALHOST;
        Self {
            dev: true,
            keys: Keys::dev(),
            http: Http {
                listen: Listen::on(loopback, 7880),
                ..Http::default()
            },
            media: Media {
                addresses: vec![loopback.into()],
                ..Media::default()
            },
            webhooks: Webhooks {
                private_receivers: true,
                ..Webhooks::default()
            },
            ..Self::default()
        }
    }

    /// Refuses what cannot be run, before anything is opened.
    pub(crate) fn check(&self) -> Result<(), Problem> {
        let refuse =
            |wrong: &str, advice: &str| Err(Problem::new("use this configuration", wrong, advice));
        if self.keys.is_empty() {
            return refuse(
                "it has no API key",
                "add one under [keys], as in `mykey = \"a secret of at least 32 characters\"`",
            );
        }
        let https = &self.https;
        let needs_certificate = https.listen != Listen::Off || self.turn.tls_port != 0;
        let names_both =
            !https.certificate.as_os_str().is_empty() && !https.key.as_os_str().is_empty();
        if needs_certificate && !names_both {
            return refuse(
                "https.listen or turn.tls_port is set, but not both of https.certificate and https.key",
                "name the PEM files of the certificate chain and of its private key",
            );
        }
        if self.http.listen == Listen::Off && self.https.listen == Listen::Off {
            return refuse(
                "http.listen and https.listen are both off",
                "give at least one of them an address",
            );
        }
        if self.media.udp_port == 0 && self.media.tcp_port == 0 {
            return refuse(
                "media.udp_port and media.tcp_port are both 0",
                "give media at least one port; 7882 for UDP is usual",
            );
        }
        if !self.webhooks.urls.is_empty() && self.keys.secret(&self.webhooks.api_key).is_none() {
            return refuse(
                "webhooks.urls is set, but webhooks.api_key is not one of [keys]",
                "name the key whose secret signs them",
            );
        }
        let is_web = ["http://", "https://"]
            .iter()
            .any(|scheme| self.public_url.starts_with(scheme));
        if !self.public_url.is_empty() && !is_web {
            return refuse(
                "public_url is not an http or https URL",
                "write it like https://meet.example.org",
            );
        }
        let auth = &self.auth;
        if !auth.oidc_issuer.is_empty() && auth.oidc_client_id.is_empty() {
            return refuse(
                "auth.oidc_issuer is set, but not auth.oidc_client_id",
                "register this server at the provider and write down the client id it gives",
            );
        }
        self.mail.check()?;
        if self.turn.tls_port != 0 && self.turn.domain.is_empty() {
            return refuse(
                "turn.tls_port is set, but not turn.domain",
                "give the name that the certificate is for",
            );
        }
        if !self.media.announce.is_empty()
            && self.media.announce.len() != self.media.addresses.len()
        {
            return refuse(
                "media.announce has not as many addresses as media.addresses",
                "write one public address for each local one, in the same order",
            );
        }
        Ok(())
    }
}
