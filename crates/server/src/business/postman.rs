//! From the letters that wait in the database to the mail server.

use crate::mail::{MailServer, NotSent, written};
use crate::stopping::{Phase, Stopping};
use base::clock::OsClock;
use std::sync::Arc;
use std::time::Duration;
use store::jobs::ClaimedJob;
use store::{Store, StoreError};
use tenancy::mail::{JOB, Letter};
use tokio::sync::Notify;
use tokio::task::JoinSet;

/// Longer than a letter may take: a claim runs out only when its process died.
const CLAIM_MS: u64 = 60_000;
/// Letters at a time; mail servers dislike many connections from one place.
const AT_A_TIME: usize = 4;
/// Another server on the same database may have written what nobody rings for here, and letters
/// that were put back become due.
const LOOK_EVERY: Duration = Duration::from_secs(5);
/// The first repetition; each further one waits twice as long.
const RETRY_MS: u64 = 5_000;
/// The longest wait: about what servers that turn strangers away at first (grey-listing) want.
const MAX_RETRY_MS: u64 = 10 * 60_000;

pub(super) struct Postman {
    store: Store,
    server: Arc<MailServer>,
    letters: JoinSet<Result<(), StoreError>>,
}

impl Postman {
    pub(super) fn new(store: Store, server: MailServer) -> Self {
        Self {
            store,
            server: Arc::new(server),
            letters: JoinSet::new(),
        }
    }

    /// Runs until the server has ended and the letters that were under way have arrived or been
    /// put back.
    pub(super) async fn run(mut self, news: Arc<Notify>, mut stopping: Stopping) {
        loop {
            if let Err(error) = self.step().await {
                tracing::warn!(%error, "letters wait for the database");
            }
            tokio::select! {
                () = stopping.reached(Phase::Ended) => break,
                () = news.notified() => {}
                () = tokio::time::sleep(LOOK_EVERY) => {}
                Some(done) = self.letters.join_next() => told(done),
            }
        }
        while let Some(done) = self.letters.join_next().await {
            told(done);
        }
    }

    /// Sets out with what is due.
    async fn step(&mut self) -> Result<(), StoreError> {
        let free = AT_A_TIME.saturating_sub(self.letters.len());
        if free == 0 {
            return Ok(());
        }
        let now_ms = OsClock.unix_ms();
        let mut tx = self.store.begin().await?;
        let claimed = tx
            .jobs()
            .claim(now_ms, now_ms + CLAIM_MS, JOB, free as u32)
            .await?;
        tx.commit().await?;
        for job in claimed {
            let (store, server) = (self.store.clone(), self.server.clone());
            self.letters
                .spawn(async move { deliver(&store, &server, &job).await });
        }
        Ok(())
    }
}

/// One that panicked has said so; its claim runs out.
fn told(done: Result<Result<(), StoreError>, tokio::task::JoinError>) {
    if let Ok(Err(error)) = done {
        tracing::warn!(%error, "what became of a letter cannot be stored");
    }
}

async fn deliver(store: &Store, server: &MailServer, job: &ClaimedJob) -> Result<(), StoreError> {
    let Ok(letter) = serde_json::from_str::<Letter>(job.payload.expose()) else {
        return give_up(
            store,
            job,
            "",
            &NotSent::Unwritable("it is not one of ours"),
        )
        .await;
    };
    let person = letter.person.as_str();
    let attempt = job.attempts + 1;
    let sent = match written(&server.from, &letter, job.id, job.created_ms) {
        Ok(message) => server.send(message).await,
        Err(error) => Err(error),
    };
    let Err(error) = sent else {
        metrics::counter!("stoa_mail_sent_total").increment(1);
        tracing::info!(job = job.id.0, %person, attempt, "a letter was sent");
        let mut tx = store.begin().await?;
        tx.jobs().finish(job.id).await?;
        return tx.commit().await;
    };
    metrics::counter!("stoa_mail_failed_total").increment(1);
    let due_ms = OsClock.unix_ms() + wait_ms(job.attempts);
    if error.is_final() || due_ms >= letter.expires_ms {
        return give_up(store, job, person, &error).await;
    }
    tracing::warn!(job = job.id.0, %person, attempt, %error, "a letter waits for another attempt");
    let mut tx = store.begin().await?;
    tx.jobs().retry(job.id, due_ms, &error.to_string()).await?;
    tx.commit().await
}

async fn give_up(
    store: &Store,
    job: &ClaimedJob,
    person: &str,
    error: &NotSent,
) -> Result<(), StoreError> {
    let attempts = job.attempts + 1;
    tracing::error!(job = job.id.0, %person, attempts, %error, "a letter was given up");
    let mut tx = store.begin().await?;
    tx.jobs()
        .give_up(job.id, OsClock.unix_ms(), &error.to_string())
        .await?;
    tx.commit().await
}

fn wait_ms(attempts: u32) -> u64 {
    // Beyond ten doublings it is the longest wait anyway.
    (RETRY_MS << attempts.min(10)).min(MAX_RETRY_MS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_letter_is_tried_soon_and_then_ever_more_rarely() {
        let waits: Vec<u64> = [0, 1, 2, 7, 40].map(wait_ms).to_vec();
        assert_eq!(waits, [5_000, 10_000, 20_000, 600_000, 600_000]);
        let within_a_link: u64 = (0..7).map(wait_ms).sum();
        assert!(within_a_link < tenancy::sessions::MAGIC_LINK_MS);
    }
}
