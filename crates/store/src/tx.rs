//! A transaction, and the repositories that can be reached through it.

use crate::StoreError;
use crate::api_keys::ApiKeys;
use crate::audit::AuditLog;
use crate::idempotency::IdempotencyKeys;
use crate::jobs::Jobs;
use crate::outbox::Outbox;
use crate::people::People;
use crate::room_journal::{RoomJournal, RoomJournalReader};
use crate::sessions::Sessions;
use crate::sql::Connection;
use crate::tenants::Tenants;
use crate::webhooks::{WebhookList, WebhookOutbox};
use sqlx::pool::PoolConnection;
use sqlx::{Postgres, Sqlite, Transaction};

/// A write transaction; undone when dropped.
#[derive(Debug)]
pub struct Tx {
    inner: TxInner,
}

#[derive(Debug)]
enum TxInner {
    Sqlite(Transaction<'static, Sqlite>),
    Postgres(Transaction<'static, Postgres>),
}

impl Tx {
    pub(crate) fn of_sqlite(inner: Transaction<'static, Sqlite>) -> Self {
        Self {
            inner: TxInner::Sqlite(inner),
        }
    }

    pub(crate) fn of_postgres(inner: Transaction<'static, Postgres>) -> Self {
        Self {
            inner: TxInner::Postgres(inner),
        }
    }

    pub fn webhooks(&mut self) -> WebhookOutbox<'_> {
        WebhookOutbox::new(self.connection())
    }

    pub fn idempotency_keys(&mut self) -> IdempotencyKeys<'_> {
        IdempotencyKeys::new(self.connection())
    }

    pub fn outbox(&mut self) -> Outbox<'_> {
        Outbox::new(self.connection())
    }

    pub fn people(&mut self) -> People<'_> {
        People::new(self.connection())
    }

    pub fn tenants(&mut self) -> Tenants<'_> {
        Tenants::new(self.connection())
    }

    pub fn sessions(&mut self) -> Sessions<'_> {
        Sessions::new(self.connection())
    }

    pub fn api_keys(&mut self) -> ApiKeys<'_> {
        ApiKeys::new(self.connection())
    }

    pub fn audit(&mut self) -> AuditLog<'_> {
        AuditLog::new(self.connection())
    }

    pub fn jobs(&mut self) -> Jobs<'_> {
        Jobs::new(self.connection())
    }

    pub fn room_journal(&mut self) -> RoomJournal<'_> {
        RoomJournal::new(self.connection())
    }

    /// Returns when everything done through this transaction is on the disk.
    pub async fn commit(self) -> Result<(), StoreError> {
        let error = StoreError::query("commit a transaction");
        match self.inner {
            TxInner::Sqlite(tx) => tx.commit().await.map_err(error),
            TxInner::Postgres(tx) => tx.commit().await.map_err(error),
        }
    }

    pub(crate) fn connection(&mut self) -> Connection<'_> {
        match &mut self.inner {
            TxInner::Sqlite(tx) => Connection::Sqlite(tx),
            TxInner::Postgres(tx) => Connection::Postgres(tx),
        }
    }
}

/// A connection for reading only.
#[derive(Debug)]
pub struct Reader(ReaderInner);

#[derive(Debug)]
enum ReaderInner {
    Sqlite(PoolConnection<Sqlite>),
    Postgres(PoolConnection<Postgres>),
}

impl Reader {
    pub(crate) fn of_sqlite(inner: PoolConnection<Sqlite>) -> Self {
        Self(ReaderInner::Sqlite(inner))
    }

    pub(crate) fn of_postgres(inner: PoolConnection<Postgres>) -> Self {
        Self(ReaderInner::Postgres(inner))
    }

    pub fn webhooks(&mut self) -> WebhookList<'_> {
        WebhookList::new(self.connection())
    }

    pub fn people(&mut self) -> People<'_> {
        People::new(self.connection())
    }

    pub fn tenants(&mut self) -> Tenants<'_> {
        Tenants::new(self.connection())
    }

    pub fn sessions(&mut self) -> Sessions<'_> {
        Sessions::new(self.connection())
    }

    pub fn api_keys(&mut self) -> ApiKeys<'_> {
        ApiKeys::new(self.connection())
    }

    pub fn audit(&mut self) -> AuditLog<'_> {
        AuditLog::new(self.connection())
    }

    pub fn idempotency_keys(&mut self) -> IdempotencyKeys<'_> {
        IdempotencyKeys::new(self.connection())
    }

    pub fn room_journal(&mut self) -> RoomJournalReader<'_> {
        RoomJournalReader::new(self.connection())
    }

    pub(crate) fn connection(&mut self) -> Connection<'_> {
        match &mut self.0 {
            ReaderInner::Sqlite(connection) => Connection::Sqlite(connection),
            ReaderInner::Postgres(connection) => Connection::Postgres(connection),
        }
    }
}
