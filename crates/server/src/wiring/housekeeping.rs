//! Forgetting what is of no use any more.

use base::clock::OsClock;
use std::time::Duration;
use store::{Store, StoreError};

/// Rows of an hour are few; nobody waits for their going.
const EVERY: Duration = Duration::from_secs(3_600);
/// How long an operator can see which jobs were given up.
const GIVEN_UP_KEPT_MS: u64 = 30 * 24 * 3_600_000;

/// Runs until the server ends.
pub(crate) async fn keep_house(store: Store) {
    loop {
        if let Err(error) = forget(&store).await {
            tracing::warn!(%error, "old rows could not be forgotten");
        }
        tokio::time::sleep(EVERY).await;
    }
}

async fn forget(store: &Store) -> Result<(), StoreError> {
    let now_ms = OsClock.unix_ms();
    let mut tx = store.begin().await?;
    tx.sessions().forget_expired(now_ms).await?;
    tx.idempotency_keys()
        .forget(now_ms.saturating_sub(api::IDEMPOTENCY_KEPT_MS))
        .await?;
    tx.jobs()
        .forget_given_up(now_ms.saturating_sub(GIVEN_UP_KEPT_MS))
        .await?;
    tx.commit().await?;
    tenancy::rooms::move_on(store, now_ms).await?;
    Ok(())
}
