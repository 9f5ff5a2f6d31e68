//! The HTTP API, wired to the database and to the keys of this server.

use super::tokens::Tokens;
use crate::business::CommandScanner;
use crate::config::Config;
use api::{Api, Clock, FileLimits, Limits, OidcProvider, Ports, Quota, Scanner, Settings};
use base::Redacted;
use base::rng::Rng;
use room::Rooms;
use signal::token::ApiKeys;
use std::sync::Arc;
use store::Store;
use store::blobs::Blobs;
use tokio::sync::Notify;

/// What the API is made from.
pub(crate) struct Parts {
    pub(crate) store: Store,
    pub(crate) blobs: Blobs,
    pub(crate) keys: Arc<ApiKeys>,
    pub(crate) rooms: Rooms,
    /// Rung when something was written that others react to.
    pub(crate) news: Arc<Notify>,
    /// Rung when a letter waits; None where no mail is sent.
    pub(crate) mail: Option<Arc<Notify>>,
}

pub(crate) fn api(config: &Config, parts: Parts, rng: Rng) -> Api {
    let auth = &config.auth;
    let oidc = (!auth.oidc_issuer.is_empty()).then(|| OidcProvider {
        name: match auth.oidc_name.as_str() {
            "" => "OpenID Connect".to_owned(),
            name => name.to_owned(),
        },
        issuer: auth.oidc_issuer.clone(),
        client_id: auth.oidc_client_id.clone(),
        client_secret: Redacted::new(auth.oidc_client_secret.expose().to_owned()),
    });
    let settings = Settings {
        public_url: config.public_url(),
        trust_forwarded_for: config.http.trust_forwarded_for,
        limits: Limits {
            visitor: Quota {
                requests: config.limits.visitor_requests_per_minute,
                window_s: 60,
            },
            ..Limits::default()
        },
        files: FileLimits {
            file_bytes: config.files.file_bytes,
            tenant_bytes: config.files.tenant_bytes,
        },
        oidc,
    };
    let ports = Ports {
        tokens: Arc::new(Tokens::new(parts.keys)),
        live: Arc::new(parts.rooms),
        scanner: CommandScanner::new(&config.files.scan_command)
            .map(|scanner| Arc::new(scanner) as Arc<dyn Scanner>),
        blobs: parts.blobs,
        news: parts.news,
        mail: parts.mail,
    };
    Api::new(parts.store, Clock::os(), rng, settings, ports)
}
