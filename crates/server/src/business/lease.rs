//! Which servers are alive: each says so in the database they share, and the sessions of one that no
//! longer does are closed by the others, or by its successor.

use crate::stopping::{Phase, Stopping};
use base::clock::OsClock;
use std::time::Duration;
use store::{Store, StoreError};

/// How often a server says that it is alive.
const EVERY: Duration = Duration::from_secs(10);
/// Who has said nothing for so long is dead. Twice may be missed, for a slow database.
const LEASE_MS: u64 = 30_000;

/// A server's word that it is alive.
#[derive(Clone, Debug)]
pub(super) struct Lease {
    store: Store,
    server: String,
}

impl Lease {
    pub(super) fn new(store: Store, server: String) -> Self {
        Self { store, server }
    }

    pub(super) fn server(&self) -> &str {
        &self.server
    }

    /// Runs until the server has ended.
    pub(super) async fn keep(self, mut stopping: Stopping) {
        loop {
            match self.renew(OsClock.unix_ms()).await {
                Ok(0) => {}
                Ok(sessions) => tracing::info!(sessions, "sessions of a dead server were closed"),
                Err(error) => tracing::warn!(%error, "this server cannot say that it is alive"),
            }
            tokio::select! {
                () = stopping.reached(Phase::Ended) => return,
                () = tokio::time::sleep(EVERY) => {}
            }
        }
    }

    /// Renews it, and closes what dead servers have left open; says how many sessions those were.
    async fn renew(&self, now_ms: u64) -> Result<u64, StoreError> {
        let mut tx = self.store.begin().await?;
        let before_ms = tx.history().alive(&self.server, now_ms).await?;
        let dead_since_ms = match self.store.is_shared() {
            // A file has one server at a time: all others are dead.
            false => Some(now_ms.saturating_add(1)),
            // Where this server could not write for a while, the others could not either. They are
            // given the time to do it.
            true => before_ms
                .filter(|before_ms| before_ms + LEASE_MS > now_ms)
                .map(|_| now_ms.saturating_sub(LEASE_MS)),
        };
        let closed = match dead_since_ms {
            Some(at_ms) => tx.history().close_left_open(&self.server, at_ms).await?,
            None => 0,
        };
        tx.commit().await?;
        Ok(closed)
    }
}
