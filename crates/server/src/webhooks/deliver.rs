//! From the outbox to the receivers.

use super::request::Sender;
use base::clock::OsClock;
use base::rng::Rng;
use signal::webhook::delivery::{Answer, Attempt, Delivery, EndpointIndex, Input, Output, Policy};
use std::sync::Arc;
use std::time::Duration;
use store::webhooks::Claimed;
use store::{Store, StoreError};
use tokio::sync::{Notify, watch};
use tokio::task::JoinSet;

/// Much longer than a request takes: a claim runs out only when its process died.
const CLAIM_MS: u64 = 60_000;

pub(super) struct Deliverer {
    store: Store,
    urls: Vec<String>,
    sender: Arc<Sender>,
    delivery: Delivery<Claimed>,
    requests: JoinSet<(EndpointIndex, Attempt<Claimed>, Answer)>,
}

impl Deliverer {
    pub(super) fn new(store: Store, urls: Vec<String>, sender: Sender, rng: Rng) -> Self {
        Self {
            delivery: Delivery::new(Policy::default(), rng, urls.len()),
            store,
            urls,
            sender: Arc::new(sender),
            requests: JoinSet::new(),
        }
    }

    pub(super) async fn run(mut self, news: Arc<Notify>, mut stopping: watch::Receiver<bool>) {
        loop {
            self.carry_out().await;
            let stop = *stopping.borrow();
            if stop && self.requests.is_empty() {
                return;
            }
            let deadline = self.delivery.next_deadline_ms();
            let input = tokio::select! {
                () = news.notified() => Input::Enqueued,
                Some(answered) = self.requests.join_next() => match answered {
                    Ok((endpoint, attempt, answer)) => Input::Answered { endpoint, attempt, answer },
                    // The request panicked: its claim runs out and it is tried again.
                    Err(_) => continue,
                },
                () = sleep_until(deadline) => Input::Timeout,
                _ = stopping.changed() => Input::Enqueued,
            };
            self.delivery.handle(OsClock.unix_ms(), input);
        }
    }

    async fn carry_out(&mut self) {
        while let Some(output) = self.delivery.poll() {
            match output {
                Output::Claim { endpoint, limit } => {
                    let input = self.claim(endpoint, limit).await;
                    self.delivery.handle(OsClock.unix_ms(), input);
                }
                Output::Send { endpoint, attempt } => {
                    let sender = self.sender.clone();
                    self.requests.spawn(async move {
                        let answer = sender.send(&attempt.delivery).await;
                        (endpoint, attempt, answer)
                    });
                }
                Output::Delivered(claimed) => {
                    metrics::counter!("stoa_webhooks_delivered_total").increment(1);
                    let stored = self.mark_delivered(&claimed).await;
                    note(&claimed, stored);
                }
                Output::Retry {
                    delivery,
                    due_ms,
                    error,
                } => {
                    metrics::counter!("stoa_webhooks_failed_total").increment(1);
                    let stored = self.mark_failed(&delivery, due_ms, &error).await;
                    note(&delivery, stored);
                }
                Output::GiveUp { delivery, error } => {
                    metrics::counter!("stoa_webhooks_given_up_total").increment(1);
                    tracing::warn!(
                        event = %delivery.event_id,
                        kind = %delivery.event,
                        attempts = delivery.attempts + 1,
                        "a webhook is given up"
                    );
                    let stored = self.mark_given_up(&delivery, &error).await;
                    note(&delivery, stored);
                }
            }
        }
    }

    async fn claim(&self, endpoint: EndpointIndex, limit: usize) -> Input<Claimed> {
        match self.try_claim(endpoint, limit).await {
            Ok((claimed, next_due_ms)) => Input::Claimed {
                endpoint,
                attempts: claimed
                    .into_iter()
                    .map(|claimed| Attempt {
                        enqueued_ms: claimed.enqueued_ms,
                        failed: claimed.attempts,
                        delivery: claimed,
                    })
                    .collect(),
                next_due_ms,
            },
            Err(error) => {
                tracing::warn!(%error, "webhooks cannot be read");
                Input::ClaimFailed { endpoint }
            }
        }
    }

    async fn try_claim(
        &self,
        endpoint: EndpointIndex,
        limit: usize,
    ) -> Result<(Vec<Claimed>, Option<u64>), StoreError> {
        let now_ms = OsClock.unix_ms();
        let limit = u32::try_from(limit).unwrap_or(u32::MAX);
        let url = self.urls.get(endpoint.0).map_or("", String::as_str);
        let mut tx = self.store.begin().await?;
        let mut outbox = tx.webhooks();
        let claimed = outbox.claim(now_ms, now_ms + CLAIM_MS, url, limit).await?;
        let next_due_ms = outbox.next_due_ms(url).await?;
        tx.commit().await?;
        Ok((claimed, next_due_ms))
    }

    async fn mark_delivered(&self, claimed: &Claimed) -> Result<(), StoreError> {
        let mut tx = self.store.begin().await?;
        tx.webhooks().mark_delivered(claimed.id).await?;
        tx.commit().await
    }

    async fn mark_failed(
        &self,
        claimed: &Claimed,
        due_ms: u64,
        error: &str,
    ) -> Result<(), StoreError> {
        let mut tx = self.store.begin().await?;
        tx.webhooks().mark_failed(claimed.id, due_ms, error).await?;
        tx.commit().await
    }

    async fn mark_given_up(&self, claimed: &Claimed, error: &str) -> Result<(), StoreError> {
        let mut tx = self.store.begin().await?;
        tx.webhooks()
            .mark_given_up(claimed.id, OsClock.unix_ms(), error)
            .await?;
        tx.commit().await
    }
}

/// What could not be marked is delivered once more when its claim runs out; receivers tell a
/// repetition by the event's id.
fn note(claimed: &Claimed, stored: Result<(), StoreError>) {
    if let Err(error) = stored {
        tracing::warn!(event = %claimed.event_id, %error, "a webhook's outcome cannot be stored");
    }
}

async fn sleep_until(deadline_ms: Option<u64>) {
    match deadline_ms {
        Some(at) => {
            let rest = at.saturating_sub(OsClock.unix_ms());
            tokio::time::sleep(Duration::from_millis(rest)).await;
        }
        None => std::future::pending().await,
    }
}
