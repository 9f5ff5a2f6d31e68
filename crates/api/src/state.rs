//! What endpoints are given of the world.

use crate::gate::rate::{Limits, Rates};
use crate::lobby::Lobby;
use crate::oidc::Provider;
use crate::ports::{LiveRooms, RoomTokens, Scanner};
use base::Redacted;
use base::clock::OsClock;
use base::rng::Rng;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use store::Store;
use store::blobs::Blobs;
use tokio::sync::Notify;

/// Cheap to clone; all clones are one.
#[derive(Clone, Debug)]
pub struct Api(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    store: Store,
    clock: Clock,
    rng: Mutex<Rng>,
    settings: Settings,
    ports: Ports,
    rates: Rates,
    lobby: Lobby,
    oidc: Option<Provider>,
}

/// What the operator decides.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Where people reach this server, without a slash at the end: `https://meet.example.org`.
    /// Links and redirects begin with it; with `https` cookies are for `https` only.
    pub public_url: String,
    /// Whether a proxy in front says in `X-Forwarded-For` who asks.
    pub trust_forwarded_for: bool,
    pub limits: Limits,
    pub files: FileLimits,
    /// None where nobody signs in elsewhere.
    pub oidc: Option<OidcProvider>,
}

/// How much people may upload.
#[derive(Clone, Copy, Debug)]
pub struct FileLimits {
    /// One file.
    pub file_bytes: u64,
    /// All files of a tenant.
    pub tenant_bytes: u64,
}

impl Default for FileLimits {
    fn default() -> Self {
        Self {
            // A film of a minute from a phone.
            file_bytes: 100 << 20,
            // A hundred of the largest.
            tenant_bytes: 10 << 30,
        }
    }
}

/// An OpenID Connect provider, and what it knows us as.
#[derive(Clone, Debug)]
pub struct OidcProvider {
    /// For the button: "Sign in with …".
    pub name: String,
    /// Its address; `/.well-known/openid-configuration` is below it.
    pub issuer: String,
    pub client_id: String,
    pub client_secret: Redacted<String>,
}

/// What other parts of the server do for the API.
#[derive(Clone, Debug)]
pub struct Ports {
    pub tokens: Arc<dyn RoomTokens>,
    pub live: Arc<dyn LiveRooms>,
    /// None: files are released as they come.
    pub scanner: Option<Arc<dyn Scanner>>,
    /// Contents of files.
    pub blobs: Blobs,
    /// Rung when something was written that others react to.
    pub news: Arc<Notify>,
    /// Rung when a letter waits. None where this server sends no mail.
    pub mail: Option<Arc<Notify>>,
}

/// Milliseconds since 1970; an argument, so that tests can let a week pass.
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> u64 + Send + Sync>);

impl Clock {
    pub fn new(now_ms: impl Fn() -> u64 + Send + Sync + 'static) -> Self {
        Self(Arc::new(now_ms))
    }

    pub fn os() -> Self {
        Self::new(|| OsClock.unix_ms())
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Clock")
    }
}

impl Api {
    pub fn new(store: Store, clock: Clock, rng: Rng, settings: Settings, ports: Ports) -> Self {
        let rates = Rates::new(settings.limits);
        let oidc = settings.oidc.clone().map(|known| {
            let callback = format!("{}{}", settings.public_url, crate::oidc::CALLBACK);
            Provider::new(known, callback)
        });
        Self(Arc::new(Shared {
            store,
            clock,
            rng: Mutex::new(rng),
            settings,
            ports,
            rates,
            lobby: Lobby::default(),
            oidc,
        }))
    }

    pub fn store(&self) -> &Store {
        &self.0.store
    }

    pub fn now_ms(&self) -> u64 {
        (self.0.clock.0)()
    }

    pub(crate) fn settings(&self) -> &Settings {
        &self.0.settings
    }

    pub(crate) fn ports(&self) -> &Ports {
        &self.0.ports
    }

    pub(crate) fn rates(&self) -> &Rates {
        &self.0.rates
    }

    pub(crate) fn lobby(&self) -> &Lobby {
        &self.0.lobby
    }

    pub(crate) fn oidc(&self) -> Option<&Provider> {
        self.0.oidc.as_ref()
    }

    /// What a link leads to.
    pub(crate) fn join_url(&self, code: &str) -> String {
        format!("{}/j/{code}", self.settings().public_url)
    }

    /// Where LiveKit SDKs connect to.
    pub(crate) fn socket_url(&self) -> String {
        // http → ws, https → wss.
        self.settings().public_url.replacen("http", "ws", 1)
    }

    /// Randomness of its own for one request.
    pub(crate) fn rng(&self) -> Rng {
        let mut rng = self.0.rng.lock().unwrap_or_else(PoisonError::into_inner);
        Rng::from_seed(rng.next_u64())
    }
}
