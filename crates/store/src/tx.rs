//! A transaction, and the repositories that can be reached through it.

use crate::StoreError;
use crate::api_keys::ApiKeys;
use crate::audit::AuditLog;
use crate::files::Files;
use crate::history::History;
use crate::hooks::Hooks;
use crate::idempotency::IdempotencyKeys;
use crate::jobs::Jobs;
use crate::links::Links;
use crate::outbox::Outbox;
use crate::people::People;
use crate::room_journal::{RoomJournal, RoomJournalReader};
use crate::rooms::Rooms;
use crate::sessions::Sessions;
use crate::sql::Connection;
use crate::tenants::Tenants;
use crate::webhooks::{WebhookList, WebhookOutbox};
use sqlx::pool::PoolConnection;
use sqlx::{Postgres, Sqlite, Transaction};

macro_rules! repositories {
    ($of:ident: $($name:ident => $repository:ident,)*) => {
        impl $of {$(
            pub fn $name(&mut self) -> $repository<'_> {
                $repository::new(self.connection())
            }
        )*}
    };
}

repositories! { Tx:
    api_keys => ApiKeys,
    audit => AuditLog,
    files => Files,
    history => History,
    hooks => Hooks,
    idempotency_keys => IdempotencyKeys,
    jobs => Jobs,
    links => Links,
    outbox => Outbox,
    people => People,
    room_journal => RoomJournal,
    rooms => Rooms,
    sessions => Sessions,
    tenants => Tenants,
    webhooks => WebhookOutbox,
}

repositories! { Reader:
    api_keys => ApiKeys,
    audit => AuditLog,
    files => Files,
    history => History,
    hooks => Hooks,
    idempotency_keys => IdempotencyKeys,
    links => Links,
    people => People,
    room_journal => RoomJournalReader,
    rooms => Rooms,
    sessions => Sessions,
    tenants => Tenants,
    webhooks => WebhookList,
}

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

    /// Returns when everything done through this transaction is on the disk.
    pub async fn commit(self) -> Result<(), StoreError> {
        let error = StoreError::query("commit a transaction");
        match self.inner {
            TxInner::Sqlite(tx) => tx.commit().await.map_err(error),
            TxInner::Postgres(tx) => tx.commit().await.map_err(error),
        }
    }

    fn connection(&mut self) -> Connection<'_> {
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

    fn connection(&mut self) -> Connection<'_> {
        match &mut self.0 {
            ReaderInner::Sqlite(connection) => Connection::Sqlite(connection),
            ReaderInner::Postgres(connection) => Connection::Postgres(connection),
        }
    }
}
