//! A transaction, and the repositories that can be reached through it.

use crate::StoreError;
use crate::webhooks::{WebhookList, WebhookOutbox};
use sqlx::pool::PoolConnection;
use sqlx::{Sqlite, Transaction};

/// A write transaction; undone when dropped.
#[derive(Debug)]
pub struct Tx(Transaction<'static, Sqlite>);

impl Tx {
    pub(crate) fn new(inner: Transaction<'static, Sqlite>) -> Self {
        Self(inner)
    }

    pub fn webhooks(&mut self) -> WebhookOutbox<'_> {
        WebhookOutbox::new(&mut self.0)
    }

    /// Returns when everything done through this transaction is on the disk.
    pub async fn commit(self) -> Result<(), StoreError> {
        self.0
            .commit()
            .await
            .map_err(StoreError::query("commit a transaction"))
    }
}

/// A connection for reading only.
#[derive(Debug)]
pub struct Reader(PoolConnection<Sqlite>);

impl Reader {
    pub(crate) fn new(inner: PoolConnection<Sqlite>) -> Self {
        Self(inner)
    }

    pub fn webhooks(&mut self) -> WebhookList<'_> {
        WebhookList::new(&mut self.0)
    }
}
