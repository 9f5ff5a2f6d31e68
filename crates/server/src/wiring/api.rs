//! The HTTP API, wired to the database and to the keys of this server.

use super::tokens::Tokens;
use crate::config::Config;
use api::{Api, Clock, Limits, OidcProvider, Ports, Settings};
use base::Redacted;
use base::rng::Rng;
use signal::token::ApiKeys;
use std::sync::Arc;
use store::Store;

pub(crate) fn api(config: &Config, store: Store, keys: Arc<ApiKeys>, rng: Rng) -> Api {
    let auth = &config.auth;
    let oidc = (!auth.oidc_issuer.is_empty()).then(|| OidcProvider {
        name: match auth.oidc_name.as_str() {
            "" => "OpenID Connect".to_owned(),
            name => name.to_owned(),
        },
        issuer: auth.oidc_issuer.clone(),
        client_id: auth.oidc_client_id.clone(),
        client_secret: Redacted::new(auth.oidc_client_secret.clone()),
    });
    let settings = Settings {
        public_url: config.public_url(),
        trust_forwarded_for: config.http.trust_forwarded_for,
        limits: Limits::default(),
        oidc,
    };
    let ports = Ports {
        tokens: Arc::new(Tokens::new(keys)),
    };
    Api::new(store, Clock::os(), rng, settings, ports)
}
