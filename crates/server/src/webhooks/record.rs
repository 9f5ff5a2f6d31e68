//! From events to rows of the outbox.

use super::Events;
use base::clock::OsClock;
use base::rng::Rng;
use room_core::RoomEvent;
use signal::agents::JobEvent;
use signal::webhook::{Event, from_job, from_room};
use std::sync::Arc;
use std::time::Duration;
use store::webhooks::NewDelivery;
use store::{Store, StoreError};
use tokio::sync::{Notify, watch};

/// Events written in one transaction: a commit waits for the disk, so a burst shares it.
const BATCH: usize = 256;

/// At about a kilobyte each, what a receiver that is down for days may cost of the disk.
const PENDING_MAX: u64 = 200_000;

const STORE_PAUSE: Duration = Duration::from_secs(1);

/// While the server stops, a disk that fails is not waited for longer than this many pauses.
const STOPPING_ATTEMPTS: u32 = 3;

pub(super) struct Recorder {
    store: Store,
    urls: Vec<String>,
    news: Arc<Notify>,
    rng: Rng,
}

impl Recorder {
    pub(super) fn new(store: Store, urls: Vec<String>, news: Arc<Notify>) -> Self {
        Self {
            store,
            urls,
            news,
            rng: Rng::from_os(),
        }
    }

    pub(super) async fn run(mut self, mut events: Events, mut stopping: watch::Receiver<bool>) {
        let mut rooms: Vec<RoomEvent> = Vec::with_capacity(BATCH);
        let mut jobs: Vec<JobEvent> = Vec::with_capacity(BATCH);
        loop {
            let ended = tokio::select! {
                count = events.rooms.recv_many(&mut rooms, BATCH) => count == 0,
                count = events.jobs.recv_many(&mut jobs, BATCH) => count == 0,
                _ = stopping.changed() => false,
            };
            if ended {
                return;
            }
            let stop = *stopping.borrow();
            self.write_down(&mut rooms, &mut jobs, stop).await;
            if stop {
                // What was told before the end is already in the queues.
                while let Ok(event) = events.rooms.try_recv() {
                    rooms.push(event);
                }
                while let Ok(event) = events.jobs.try_recv() {
                    jobs.push(event);
                }
                self.write_down(&mut rooms, &mut jobs, stop).await;
                return;
            }
        }
    }

    async fn write_down(
        &mut self,
        rooms: &mut Vec<RoomEvent>,
        jobs: &mut Vec<JobEvent>,
        stop: bool,
    ) {
        let mut told = Vec::with_capacity(rooms.len() + jobs.len());
        for event in rooms.drain(..) {
            told.extend(from_room(&mut self.rng, &event).transpose());
        }
        let now_ms = OsClock.unix_ms();
        for event in jobs.drain(..) {
            told.push(from_job(&mut self.rng, now_ms, &event));
        }
        let told: Vec<Event> = told
            .into_iter()
            .filter_map(|event| {
                event
                    .inspect_err(|error| tracing::error!(%error, "an event cannot be written"))
                    .ok()
            })
            .collect();
        if told.is_empty() || self.urls.is_empty() {
            return;
        }
        let mut failures = 0;
        while let Err(error) = self.enqueue(&told).await {
            failures += 1;
            if failures == 1 {
                tracing::error!(%error, events = told.len(), "webhooks cannot be stored");
            }
            if !error.is_transient() || (stop && failures >= STOPPING_ATTEMPTS) {
                lost(told.len());
                return;
            }
            tokio::time::sleep(STORE_PAUSE).await;
        }
        self.news.notify_one();
    }

    async fn enqueue(&self, told: &[Event]) -> Result<(), StoreError> {
        let now_ms = OsClock.unix_ms();
        let mut tx = self.store.begin().await?;
        let mut outbox = tx.webhooks();
        let pending = outbox.pending_count().await?;
        metrics::gauge!("stoa_webhooks_pending").set(pending as f64);
        if pending >= PENDING_MAX {
            lost(told.len());
            return Ok(());
        }
        for event in told {
            for url in &self.urls {
                let delivery = NewDelivery {
                    event_id: event.id.clone(),
                    event: event.name.to_owned(),
                    endpoint: url.clone(),
                    lane: event.room.clone(),
                    body: event.body.clone(),
                };
                outbox.enqueue(now_ms, &delivery).await?;
            }
        }
        tx.commit().await
    }
}

fn lost(events: usize) {
    metrics::counter!("stoa_webhooks_lost_total").increment(events as u64);
    tracing::error!(events, "webhooks are lost");
}
