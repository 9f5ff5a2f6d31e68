//! Webhooks at work: events are written down ([`record`]), then delivered ([`deliver`]).
//!
//! Between the two lies the outbox on disk, so that what happened is told also after a crash. What
//! to send and when is decided in `signal::webhook`; here are the tasks, the database and the HTTP
//! client.

mod deliver;
mod record;
mod request;

use crate::problem::Problem;
use base::clock::OsClock;
use base::rng::Rng;
use record::Recorder;
use request::Sender;
use room_core::RoomEvent;
use signal::agents::JobEvent;
use signal::token::ApiKeys;
use std::sync::Arc;
use std::time::Duration;
use store::{Store, StoreError};
use tokio::sync::{Notify, mpsc, watch};
use tokio::task::JoinHandle;

/// How long an operator can see what was given up.
const GIVEN_UP_KEPT_MS: u64 = 30 * 24 * 3_600_000;

/// Whom to tell, and in whose name.
#[derive(Clone, Debug)]
pub(crate) struct Endpoints {
    pub(crate) urls: Vec<String>,
    /// Signs the deliveries; one of the server's keys.
    pub(crate) api_key: String,
}

/// What there is to tell.
#[derive(Debug)]
pub(crate) struct Events {
    pub(crate) rooms: mpsc::Receiver<RoomEvent>,
    pub(crate) jobs: mpsc::Receiver<JobEvent>,
}

/// The running tasks.
#[derive(Debug)]
pub(crate) struct Webhooks {
    stop: watch::Sender<bool>,
    recorder: JoinHandle<()>,
    deliverer: JoinHandle<()>,
}

impl Webhooks {
    /// Takes up what an earlier process left in the outbox, and follows `events` from now on.
    pub(crate) async fn start(
        store: Store,
        keys: Arc<ApiKeys>,
        endpoints: Endpoints,
        events: Events,
    ) -> Result<Self, Problem> {
        let prepared = prepare(&store, &endpoints.urls).await;
        prepared.map_err(|error| {
            Problem::new("read the webhook outbox", error, "check the database file")
        })?;
        let (stop, stopping) = watch::channel(false);
        let news = Arc::new(Notify::new());
        let sender = Sender::new(keys, endpoints.clone())?;
        let recorder = Recorder::new(store.clone(), endpoints.urls.clone(), news.clone());
        let recorder = tokio::spawn(recorder.run(events, stopping.clone()));
        let deliverer = deliver::Deliverer::new(store, endpoints.urls, sender, Rng::from_os());
        let deliverer = tokio::spawn(deliverer.run(news, stopping));
        Ok(Self {
            stop,
            recorder,
            deliverer,
        })
    }

    /// Writes down what has happened up to now, and ends. What is not delivered by `patience` is
    /// delivered by the next process.
    pub(crate) async fn finish(self, patience: Duration) {
        self.stop.send_replace(true);
        // A task that panicked has said so already.
        self.recorder.await.ok();
        tokio::time::timeout(patience, self.deliverer).await.ok();
    }
}

/// This process is alone with its database: nobody else holds claims.
async fn prepare(store: &Store, urls: &[String]) -> Result<(), StoreError> {
    let now_ms = OsClock.unix_ms();
    let mut tx = store.begin().await?;
    let mut outbox = tx.webhooks();
    outbox.release_claims().await?;
    let strangers = outbox.give_up_strangers(now_ms, urls).await?;
    outbox
        .forget_given_up(now_ms.saturating_sub(GIVEN_UP_KEPT_MS))
        .await?;
    tx.commit().await?;
    if strangers > 0 {
        tracing::warn!(
            deliveries = strangers,
            "webhooks for endpoints that are no longer configured are given up"
        );
    }
    Ok(())
}
