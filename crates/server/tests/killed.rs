//! A server that is killed (SIGKILL) while it works loses nothing that it has acknowledged.
//!
//! Clients create rooms without end. The server is killed at a random moment and started again;
//! whoever got no answer sends the same request once more, under the same `Idempotency-Key`. In the
//! end every room that was acknowledged is there, none is there twice, the audit log holds and has
//! an entry for each, and the tenant's webhook has been told of each.

#![expect(clippy::unwrap_used, reason = "a test that cannot run has failed")]

mod stoa;

#[path = "../../store/tests/postgres/mod.rs"]
mod postgres;

use axum::Router;
use axum::extract::State;
use axum::routing::post;
use base::rng::Rng;
use reqwest::Method;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use stoa::Server;
use stoa::tenant::Tenant;
use tokio::task::JoinSet;

/// Clients at a time: enough that a commit of one is always under way.
const CLIENTS: usize = 4;
/// Answers before the end of every other life.
const MIN_ACKNOWLEDGED: usize = 4;
/// The longest life, from being ready or from those answers. The shortest is none.
const LIFE_MS: u64 = 250;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_acknowledged_is_lost_on_sqlite_however_often_it_is_killed() {
    survives(100, "").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_acknowledged_is_lost_on_postgres_either() {
    let url = postgres::cluster().database();
    survives(25, &format!("[store]\nurl = \"{url}\"\n")).await;
}

async fn survives(kills: u32, extra: &str) {
    let sink = Sink::open().await;
    let mut server = Server::start(&format!("[webhooks]\nprivate_receivers = true\n{extra}"));
    let shop = Shop::of(&server, &sink).await;
    let work = Arc::new(Work::default());
    let mut rng = Rng::from_seed(7);
    for life in 0..kills {
        let mut clients = JoinSet::new();
        for _ in 0..CLIENTS {
            clients.spawn(work_until_nobody_answers(shop.clone(), work.clone()));
        }
        // Every other life is long enough for work, on however slow a machine.
        if life % 2 == 0 {
            work.acknowledges(MIN_ACKNOWLEDGED).await;
        }
        tokio::time::sleep(Duration::from_millis(rng.next_u64() % LIFE_MS)).await;
        server.kill();
        while clients.join_next().await.is_some() {}
        server.start_again();
    }
    shop.finish(&work).await;

    let rooms = shop.rooms().await;
    let mut titles = BTreeSet::new();
    for (id, title) in &rooms {
        assert!(
            titles.insert(title),
            "{title} is there twice, again as {id}"
        );
    }
    let acknowledged = work.acknowledged.lock().unwrap().clone();
    assert!(
        acknowledged.len() > kills as usize,
        "{}",
        acknowledged.len()
    );
    for (id, title) in &acknowledged {
        assert_eq!(rooms.get(id), Some(title), "lost");
    }
    assert_eq!(
        rooms.len(),
        acknowledged.len(),
        "every request was answered in the end"
    );

    let verified = server.run(&["audit", "verify"]);
    assert!(verified.success, "{verified:?}");
    assert_eq!(shop.audited().await, rooms.keys().cloned().collect());

    server.eventually("the webhook has been told of every room", |_| {
        sink.told.lock().unwrap().len() >= rooms.len()
    });
    let told = sink.told.lock().unwrap().clone();
    assert_eq!(told, rooms.into_keys().collect());
}

/// What the clients have asked for.
#[derive(Debug, Default)]
struct Work {
    next: Mutex<u64>,
    /// Asked for and not answered.
    uncertain: Mutex<Vec<u64>>,
    /// By id, the title.
    acknowledged: Mutex<BTreeMap<String, String>>,
}

impl Work {
    /// Returns when `count` more have been acknowledged.
    async fn acknowledges(&self, count: usize) {
        let now = || self.acknowledged.lock().unwrap().len();
        let wanted = now() + count;
        while now() < wanted {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    /// What has got no answer comes first.
    fn take(&self) -> u64 {
        if let Some(again) = self.uncertain.lock().unwrap().pop() {
            return again;
        }
        let mut next = self.next.lock().unwrap();
        *next += 1;
        *next
    }
}

async fn work_until_nobody_answers(shop: Shop, work: Arc<Work>) {
    loop {
        let number = work.take();
        if !shop.creates(number, &work).await {
            work.uncertain.lock().unwrap().push(number);
            if shop.0.is_gone().await {
                return;
            }
        }
    }
}

/// The tenant as this test needs it.
#[derive(Clone, Debug)]
struct Shop(Tenant);

impl Shop {
    /// With a webhook that leads to `sink`.
    async fn of(server: &Server, sink: &Sink) -> Self {
        let tenant = Tenant::of(server).await;
        let hook = json!({ "url": sink.url, "label": "sink", "events": ["room.created"] });
        tenant.gets(Method::POST, "/v1/webhooks", &hook).await;
        Self(tenant)
    }

    /// Creates room `number`; whether that was acknowledged.
    async fn creates(&self, number: u64, work: &Work) -> bool {
        let title = format!("Room {number}");
        let body = json!({ "kind": "meeting", "title": title });
        let key = format!("room-{number}");
        match self.0.asks(Method::POST, "/v1/rooms", &key, &body).await {
            Some(room) => {
                let id = room["id"].as_str().unwrap().to_owned();
                work.acknowledged.lock().unwrap().insert(id, title);
                true
            }
            None => false,
        }
    }

    /// Sends what is still uncertain until it is answered: nobody kills the server now.
    async fn finish(&self, work: &Work) {
        let mut patience = 600;
        loop {
            let Some(number) = work.uncertain.lock().unwrap().pop() else {
                return;
            };
            if !self.creates(number, work).await {
                work.uncertain.lock().unwrap().push(number);
                patience -= 1;
                assert!(patience > 0, "room {number} is never answered");
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        }
    }

    async fn rooms(&self) -> BTreeMap<String, String> {
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let items = self.0.all("/v1/rooms?when=all&limit=100").await;
        items
            .iter()
            .map(|room| (text(&room["id"]), text(&room["title"])))
            .collect()
    }

    /// The rooms of whose creation the audit log tells.
    async fn audited(&self) -> BTreeSet<String> {
        let acts = self.0.all("/v1/audit?action=room.created&limit=100").await;
        let rooms: Vec<_> = acts
            .iter()
            .map(|act| act["target"]["id"].as_str().unwrap().to_owned())
            .collect();
        let count = rooms.len();
        let rooms: BTreeSet<_> = rooms.into_iter().collect();
        assert_eq!(rooms.len(), count, "one entry for each");
        rooms
    }
}

/// Where the tenant's webhook leads to.
#[derive(Clone, Debug)]
struct Sink {
    url: String,
    /// Ids of rooms.
    told: Arc<Mutex<BTreeSet<String>>>,
}

impl Sink {
    async fn open() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let sink = Self {
            url: format!("http://{}/", listener.local_addr().unwrap()),
            told: Arc::default(),
        };
        let app = Router::new()
            .route("/", post(hear))
            .with_state(sink.clone());
        tokio::spawn(async move { axum::serve(listener, app).await });
        sink
    }
}

async fn hear(State(sink): State<Sink>, body: String) {
    let event: Value = serde_json::from_str(&body).unwrap();
    let room = event["data"]["room_id"].as_str().unwrap();
    sink.told.lock().unwrap().insert(room.to_owned());
}
