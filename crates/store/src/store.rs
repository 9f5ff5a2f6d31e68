//! One database file: one writer, a few readers.

use crate::{Reader, StoreError, Tx};
use sqlx::SqlitePool;
use sqlx::migrate::Migrator;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use std::path::Path;
use std::time::Duration;

static MIGRATIONS: Migrator = sqlx::migrate!("./migrations");

/// Enough for a command line and a metrics page beside the server's own reads; every connection
/// costs a thread.
const READERS: u32 = 2;

/// How long another process (`stoa webhooks pending` beside a running server) may hold the file
/// before a call fails rather than waits.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// A handle to the database; clones share it.
#[derive(Clone, Debug)]
pub struct Store {
    writer: SqlitePool,
    readers: SqlitePool,
}

impl Store {
    /// Opens `path`, creates it if it does not exist, and brings its schema to this version.
    ///
    /// # Errors
    /// [`StoreError::Open`] if the file cannot be made, read or written; [`StoreError::Migrate`] if
    /// it was written by a newer version.
    pub async fn open(path: &Path) -> Result<Self, StoreError> {
        let open = |source| StoreError::Open {
            path: path.to_owned(),
            source,
        };
        let options = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            // NORMAL would lose the last commits with the power; what we acknowledge, we keep.
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(BUSY_TIMEOUT);
        let writer = SqlitePoolOptions::new()
            .min_connections(1)
            .max_connections(1)
            .idle_timeout(None)
            .max_lifetime(None)
            .connect_with(options.clone())
            .await
            .map_err(open)?;
        MIGRATIONS
            .run(&writer)
            .await
            .map_err(|source| StoreError::Migrate {
                path: path.to_owned(),
                source,
            })?;
        let readers = SqlitePoolOptions::new()
            .max_connections(READERS)
            .connect_lazy_with(options.read_only(true));
        Ok(Self { writer, readers })
    }

    /// A write transaction. It waits for the one before it, and is undone when dropped without
    /// [`Tx::commit`].
    pub async fn begin(&self) -> Result<Tx, StoreError> {
        // IMMEDIATE takes the write lock at once: a transaction that reads first and writes later
        // can then not fail in the middle because another process wrote in between.
        let tx = self
            .writer
            .begin_with("BEGIN IMMEDIATE")
            .await
            .map_err(StoreError::query("begin a transaction"))?;
        Ok(Tx::new(tx))
    }

    /// A connection that sees the last committed state and waits for no writer.
    pub async fn reader(&self) -> Result<Reader, StoreError> {
        let connection = self
            .readers
            .acquire()
            .await
            .map_err(StoreError::query("take a reading connection"))?;
        Ok(Reader::new(connection))
    }

    /// Waits for running calls, then folds the write-ahead log back into the file.
    pub async fn close(&self) {
        self.readers.close().await;
        self.writer.close().await;
    }
}
