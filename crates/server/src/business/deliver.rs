//! From the outbox to the receivers of tenants' webhooks (Standard Webhooks).

use super::resolve::{PublicOnly, may_connect};
use crate::problem::Problem;
use base::clock::OsClock;
use base::rng::Rng;
use std::error::Error;
use std::sync::Arc;
use std::time::Duration;
use store::hooks::{DeliveryRow, HookRow};
use store::{Store, StoreError};
use tenancy::webhooks::{Answer, fan_out, outcome, sign};
use tokio::sync::Notify;
use tokio::task::JoinSet;

/// A receiver should take the event down and answer; what it does about it is its own time.
const TIMEOUT: Duration = Duration::from_secs(15);
/// Twice as long as a request may take: a claim runs out only when its process died.
const CLAIM_MS: u64 = 30_000;
/// Requests at a time. They wait for others, not for us.
const AT_A_TIME: usize = 32;
/// Events made into deliveries in one transaction.
const EVENTS: u32 = 100;
/// Another server on the same database may have written what nobody rings for here.
const LOOK_EVERY: Duration = Duration::from_secs(5);
/// How long a log shows what has become of a delivery.
const KEPT_MS: u64 = 30 * 24 * 3_600_000;

/// The status by which a receiver says that it wants no more.
const GONE: u16 = 410;

pub(crate) struct Deliverer {
    store: Store,
    client: reqwest::Client,
    /// Whether receivers may stand in our own network.
    allow_private: bool,
    rng: Rng,
    requests: JoinSet<(DeliveryRow, Answer)>,
}

impl Deliverer {
    /// # Errors
    /// The HTTP client cannot be set up.
    pub(crate) fn new(store: Store, allow_private: bool) -> Result<Self, Problem> {
        let mut client = reqwest::Client::builder()
            .timeout(TIMEOUT)
            // A redirect could lead to where we may not connect.
            .redirect(reqwest::redirect::Policy::none())
            .user_agent(concat!("stoa/", env!("CARGO_PKG_VERSION")));
        if !allow_private {
            client = client.dns_resolver(Arc::new(PublicOnly));
        }
        let client = client.build().map_err(|error| {
            Problem::new(
                "set up the webhook client",
                error,
                "check the machine's root certificates",
            )
        })?;
        Ok(Self {
            store,
            client,
            allow_private,
            rng: Rng::from_os(),
            requests: JoinSet::new(),
        })
    }

    /// Runs until it is dropped. What is under way then is delivered again by the next process;
    /// receivers tell a repetition by `webhook-id`.
    pub(crate) async fn run(mut self, news: Arc<Notify>) {
        loop {
            let wait = match self.step().await {
                Ok(wait) => wait,
                Err(error) => {
                    tracing::warn!(%error, "webhooks wait for the database");
                    LOOK_EVERY
                }
            };
            tokio::select! {
                () = news.notified() => {}
                () = tokio::time::sleep(wait) => {}
                Some(answered) = self.requests.join_next() => {
                    // One that panicked has said so; its claim runs out.
                    if let Ok((delivery, answer)) = answered
                        && let Err(error) = self.settle(&delivery, &answer).await
                    {
                        tracing::warn!(%error, "a delivery's outcome cannot be stored");
                    }
                }
            }
        }
    }

    /// Makes deliveries of events and begins what is due; says how long there is nothing to do.
    async fn step(&mut self) -> Result<Duration, StoreError> {
        let now_ms = OsClock.unix_ms();
        loop {
            let mut tx = self.store.begin().await?;
            let events = fan_out(&mut tx, &mut self.rng, now_ms, EVENTS).await?;
            tx.commit().await?;
            if events.len() < EVENTS as usize {
                break;
            }
        }
        let free = AT_A_TIME.saturating_sub(self.requests.len());
        let mut tx = self.store.begin().await?;
        let mut hooks = tx.hooks();
        let claimed = hooks.claim(now_ms, now_ms + CLAIM_MS, free as u32).await?;
        let next_ms = hooks.next_due_ms().await?;
        hooks.forget(now_ms.saturating_sub(KEPT_MS)).await?;
        tx.commit().await?;
        for (delivery, hook) in claimed {
            let (client, allow_private) = (self.client.clone(), self.allow_private);
            self.requests.spawn(async move {
                let answer = attempt(&client, allow_private, &delivery, &hook).await;
                (delivery, answer)
            });
        }
        let wait = next_ms.map_or(LOOK_EVERY, |at| {
            Duration::from_millis(at.saturating_sub(now_ms))
        });
        Ok(wait.clamp(Duration::from_millis(10), LOOK_EVERY))
    }

    async fn settle(&mut self, delivery: &DeliveryRow, answer: &Answer) -> Result<(), StoreError> {
        let now_ms = OsClock.unix_ms();
        let outcome = outcome(delivery.attempts, answer, now_ms, &mut self.rng);
        let counter = match outcome.state {
            "delivered" => "stoa_hooks_delivered_total",
            _ => "stoa_hooks_failed_total",
        };
        metrics::counter!(counter).increment(1);
        let mut tx = self.store.begin().await?;
        tx.hooks().settle(&delivery.id, &outcome).await?;
        if *answer == Answer::Status(GONE) {
            tx.hooks().disable(&delivery.hook).await?;
        }
        tx.commit().await
    }
}

async fn attempt(
    client: &reqwest::Client,
    allow_private: bool,
    delivery: &DeliveryRow,
    hook: &HookRow,
) -> Answer {
    let unreachable = |why: &str| Answer::Unreachable(why.to_owned());
    let Ok(url) = reqwest::Url::parse(hook.url.expose()) else {
        return unreachable("the address cannot be read");
    };
    if !allow_private && !may_connect(&url) {
        return unreachable("the address is not a public one");
    }
    let body = delivery.body.expose();
    let now_s = OsClock.unix_ms() / 1_000;
    let signed = sign(&hook.secret, delivery.event_id.as_str(), now_s, body);
    let Some(signed) = signed else {
        return unreachable("it cannot be signed");
    };
    let sent = client
        .post(url)
        .header("content-type", "application/json")
        .header("webhook-id", signed.id)
        .header("webhook-timestamp", signed.timestamp)
        .header("webhook-signature", signed.signature)
        .body(body.clone())
        .send()
        .await;
    match sent {
        Ok(response) => Answer::Status(response.status().as_u16()),
        Err(error) if error.is_timeout() => {
            Answer::Unreachable(format!("no answer within {} s", TIMEOUT.as_secs()))
        }
        Err(error) => Answer::Unreachable(innermost(&error)),
    }
}

/// The innermost cause, which is the one that tells: "connection refused". Without the address,
/// which may hold a secret.
fn innermost(error: &reqwest::Error) -> String {
    let mut cause: &dyn Error = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    cause.to_string()
}
