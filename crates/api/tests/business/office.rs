//! An office with merchants in it: the server without its sockets.

use crate::silence::Silence;
use api::{Api, Clock, FileLimits, Limits, Ports, RoomGrant, RoomTokens, Settings};
use axum::Router;
use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, Method, Request, StatusCode};
use base::PersonId;
use base::rng::Rng;
use room::Rooms;
use serde_json::Value;
use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use store::Store;
use store::blobs::Blobs;
use tempfile::TempDir;
use tenancy::people::NewPerson;
use tenancy::tenants::NewTenant;
use tenancy::{Actor, Context, Right, TenantRole, api_keys, people, secret, sessions, tenants};
use tokio::sync::Notify;
use tower::ServiceExt as _;

/// A Saturday in November.
pub(crate) const NOON_MS: u64 = 1_795_262_400_000;

pub(crate) struct Office {
    router: Router,
    pub(crate) store: Store,
    now_ms: Arc<AtomicU64>,
    _folder: TempDir,
}

/// One of the tenants of the platform.
pub(crate) struct Merchant {
    pub(crate) tenant: base::TenantId,
    pub(crate) owner: PersonId,
    email: String,
}

/// Who asks.
#[derive(Clone, Debug)]
pub(crate) enum Caller {
    Nobody,
    /// A session's token.
    Person(String),
    /// An API key, or a room's token.
    Bearer(String),
}

#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Reply {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The body, where it went well.
    pub(crate) fn well(&self) -> Value {
        assert!(self.status.is_success(), "{}: {}", self.status, self.text());
        self.json()
    }

    /// The problem's code, where it did not.
    pub(crate) fn refusal(&self) -> String {
        assert!(!self.status.is_success(), "{}", self.text());
        self.json()["code"].as_str().unwrap_or_default().to_owned()
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap())
    }
}

impl Office {
    pub(crate) async fn open() -> Self {
        Self::with_limits(Limits::default()).await
    }

    pub(crate) async fn with_limits(limits: Limits) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("stoa.sqlite"))
            .await
            .unwrap();
        let now_ms = Arc::new(AtomicU64::new(NOON_MS));
        let clock = now_ms.clone();
        let rooms = Rooms::new(
            Arc::new(Silence),
            Arc::new(Silence),
            room_core::Settings::default(),
            Rng::from_seed(1),
        );
        let settings = Settings {
            public_url: "https://meet.example.com".to_owned(),
            trust_forwarded_for: false,
            limits,
            files: FileLimits {
                file_bytes: 10_000,
                tenant_bytes: 25_000,
            },
            oidc: None,
        };
        let ports = Ports {
            tokens: Arc::new(Tokens::default()),
            live: Arc::new(rooms),
            scanner: None,
            blobs: Blobs::open(&folder.path().join("files")).await.unwrap(),
            news: Arc::new(Notify::new()),
            mail: Some(Arc::new(Notify::new())),
        };
        let clock = Clock::new(move || clock.load(Ordering::Relaxed));
        let api = Api::new(store.clone(), clock, Rng::from_seed(2), settings, ports);
        Self {
            router: api::routes(api),
            store,
            now_ms,
            _folder: folder,
        }
    }

    pub(crate) fn now_ms(&self) -> u64 {
        self.now_ms.load(Ordering::Relaxed)
    }

    pub(crate) fn passes(&self, ms: u64) {
        self.now_ms.fetch_add(ms, Ordering::Relaxed);
    }

    fn context(&self, actor: Actor) -> Context {
        Context {
            actor,
            now_ms: self.now_ms(),
            rng: Rng::from_os(),
        }
    }

    /// A tenant with its owner; `word` is in every name of it.
    pub(crate) async fn merchant(&self, word: &str) -> Merchant {
        let email = format!("{word}@example.com");
        let mut context = self.context(Actor::System { tenant: None });
        let mut tx = self.store.begin().await.unwrap();
        let new = NewTenant {
            name: format!("{word} Trading"),
            slug: word.to_owned(),
            timezone: Some("Asia/Shanghai".to_owned()),
            locale: None,
            owner: Some(person(&email, word, TenantRole::Owner)),
        };
        let tenant = tenants::create(&mut tx, &mut context, new).await.unwrap();
        let row = tx.people().find_by_email(&email).await.unwrap().unwrap();
        tx.commit().await.unwrap();
        Merchant {
            tenant: tenant.id,
            owner: row.id,
            email,
        }
    }

    /// Somebody more of the merchant's; his session.
    pub(crate) async fn colleague(&self, of: &Merchant, name: &str, role: TenantRole) -> Caller {
        let email = format!("{name}@example.com");
        let mut context = self.context(Actor::System {
            tenant: Some(of.tenant.clone()),
        });
        let mut tx = self.store.begin().await.unwrap();
        people::create(&mut tx, &mut context, person(&email, name, role))
            .await
            .unwrap();
        tx.commit().await.unwrap();
        self.signs_in(&email).await
    }

    /// A fresh session of the owner.
    pub(crate) async fn owner(&self, of: &Merchant) -> Caller {
        self.signs_in(&of.email).await
    }

    async fn signs_in(&self, email: &str) -> Caller {
        let mut context = self.context(Actor::Nobody);
        let mut tx = self.store.begin().await.unwrap();
        let row = tx.people().find_by_email(email).await.unwrap().unwrap();
        let token = sessions::begin(&mut tx, &mut context, &row, "password")
            .await
            .unwrap();
        tx.commit().await.unwrap();
        Caller::Person(token.expose().clone())
    }

    /// An API key with these scopes.
    pub(crate) async fn key(&self, of: &Merchant, scopes: &[Right]) -> Caller {
        let mut context = self.context(Actor::System {
            tenant: Some(of.tenant.clone()),
        });
        let new = api_keys::NewApiKey {
            label: "a server".to_owned(),
            scopes: scopes.to_vec(),
            expires_ms: None,
        };
        let mut tx = self.store.begin().await.unwrap();
        let (_, secret) = api_keys::create(&mut tx, &mut context, new).await.unwrap();
        tx.commit().await.unwrap();
        Caller::Bearer(secret.expose().clone())
    }

    pub(crate) async fn send(&self, request: Request<Body>) -> Reply {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        Reply {
            status: parts.status,
            headers: parts.headers,
            body: axum::body::to_bytes(body, 10 << 20).await.unwrap(),
        }
    }

    /// Sends JSON, or nothing for null.
    pub(crate) async fn asks(&self, by: &Caller, method: &str, path: &str, json: Value) -> Reply {
        self.asks_with(by, method, path, json, &[]).await
    }

    pub(crate) async fn asks_with(
        &self,
        by: &Caller,
        method: &str,
        path: &str,
        json: Value,
        headers: &[(&str, &str)],
    ) -> Reply {
        let mut request = by.request(method, path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let body = match json {
            Value::Null => Body::empty(),
            json => {
                request = request.header("content-type", "application/json");
                Body::from(json.to_string())
            }
        };
        self.send(request.body(body).unwrap()).await
    }

    pub(crate) async fn reads(&self, by: &Caller, path: &str) -> Reply {
        self.asks(by, "GET", path, Value::Null).await
    }

    pub(crate) async fn writes(&self, by: &Caller, path: &str, json: Value) -> Reply {
        self.asks(by, "POST", path, json).await
    }

    pub(crate) async fn uploads(&self, by: &Caller, path: &str, bytes: &[u8]) -> Reply {
        let request = by.request("POST", path);
        let body = Body::from(bytes.to_vec());
        self.send(request.body(body).unwrap()).await
    }
}

impl Caller {
    pub(crate) fn request(&self, method: &str, path: &str) -> axum::http::request::Builder {
        let request = Request::builder()
            .method(Method::from_bytes(method.as_bytes()).unwrap())
            .uri(path);
        match self {
            Self::Nobody => request,
            Self::Person(session) => request
                .header("cookie", format!("stoa_session={session}"))
                .header("x-stoa-csrf", secret::derived(session, "csrf")),
            Self::Bearer(token) => request.header("authorization", format!("Bearer {token}")),
        }
    }
}

fn person(email: &str, name: &str, role: TenantRole) -> NewPerson {
    NewPerson {
        email: email.to_owned(),
        name: name.to_owned(),
        role,
        locale: None,
        password_hash: None,
    }
}

/// Room tokens that are remembered instead of signed.
#[derive(Debug, Default)]
struct Tokens(Mutex<HashMap<String, (RoomGrant, u64)>>);

impl RoomTokens for Tokens {
    fn mint(&self, grant: &RoomGrant, _now_s: u64, expires_s: u64) -> String {
        let token = secret::random().expose().clone();
        let mut tokens = self.0.lock().unwrap();
        tokens.insert(token.clone(), (grant.clone(), expires_s));
        token
    }

    fn verify(&self, token: &str, now_s: u64) -> Option<RoomGrant> {
        let tokens = self.0.lock().unwrap();
        let (grant, expires_s) = tokens.get(token)?;
        (now_s < *expires_s).then(|| grant.clone())
    }
}
