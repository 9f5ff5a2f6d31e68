//! One database: a SQLite file, or a Postgres by URL.

use crate::{Reader, StoreError, Tx};
use sqlx::migrate::Migrator;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{PgPool, SqlitePool};
use std::path::Path;
use std::str::FromStr;
use std::time::Duration;

static SQLITE_MIGRATIONS: Migrator = sqlx::migrate!("./migrations/sqlite");
static POSTGRES_MIGRATIONS: Migrator = sqlx::migrate!("./migrations/postgres");

/// Reading SQLite connections: each costs a thread, and two cores answer no more than a few
/// requests at once.
const READERS: u32 = 4;

/// How long another process (`stoa webhooks pending` beside a running server) may hold the file
/// before a call fails rather than waits.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// Postgres connections of one server, for writing and as many for reading: about what a database
/// of its default hundred can give to each of a few servers.
const POSTGRES_CONNECTIONS: u32 = 8;
/// Longer than any statement of ours; who waited so long is told to come again.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(5);

/// A handle to the database; clones share it.
#[derive(Clone, Debug)]
pub struct Store(Pools);

#[derive(Clone, Debug)]
enum Pools {
    Sqlite {
        writer: SqlitePool,
        readers: SqlitePool,
    },
    Postgres {
        writers: PgPool,
        readers: PgPool,
    },
}

impl Store {
    /// `postgres://…` is a Postgres; anything else, with or without `sqlite:` before it, is the path
    /// of a SQLite file. The schema is brought to this version.
    ///
    /// # Errors
    /// As [`Store::open`].
    pub async fn connect(url: &str) -> Result<Self, StoreError> {
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            return Self::postgres(url).await;
        }
        let path = url.strip_prefix("sqlite:").unwrap_or(url);
        Self::open(Path::new(path.strip_prefix("//").unwrap_or(path))).await
    }

    /// Whether several servers may work on it at the same time.
    pub fn is_shared(&self) -> bool {
        matches!(self.0, Pools::Postgres { .. })
    }

    /// Opens the SQLite file `path`, creates it if it does not exist, and brings its schema to this
    /// version.
    ///
    /// # Errors
    /// [`StoreError::Open`] if the file cannot be made, read or written; [`StoreError::Migrate`] if
    /// it was written by a newer version.
    pub async fn open(path: &Path) -> Result<Self, StoreError> {
        let database = path.display().to_string();
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
            .map_err(|source| StoreError::Open {
                database: database.clone(),
                source,
            })?;
        SQLITE_MIGRATIONS
            .run(&writer)
            .await
            .map_err(|source| StoreError::Migrate { database, source })?;
        let readers = SqlitePoolOptions::new()
            .max_connections(READERS)
            .connect_lazy_with(options.read_only(true));
        Ok(Self(Pools::Sqlite { writer, readers }))
    }

    async fn postgres(url: &str) -> Result<Self, StoreError> {
        let open = |database: String| move |source| StoreError::Open { database, source };
        let options = PgConnectOptions::from_str(url).map_err(open("of store.url".into()))?;
        let database = format!(
            "{} on {}",
            options.get_database().unwrap_or("(default)"),
            options.get_host()
        );
        let pool = PgPoolOptions::new()
            .max_connections(POSTGRES_CONNECTIONS)
            .acquire_timeout(ACQUIRE_TIMEOUT);
        let writers = pool
            .clone()
            .connect_with(options.clone())
            .await
            .map_err(open(database.clone()))?;
        // Takes an advisory lock, so that servers that start together do not migrate together.
        POSTGRES_MIGRATIONS
            .run(&writers)
            .await
            .map_err(|source| StoreError::Migrate { database, source })?;
        // As on SQLite, what is meant for reading cannot write.
        let options = options.options([("default_transaction_read_only", "on")]);
        let readers = pool.connect_lazy_with(options);
        Ok(Self(Pools::Postgres { writers, readers }))
    }

    /// A write transaction, undone when dropped without [`Tx::commit`]. On SQLite it waits for the
    /// one before it.
    pub async fn begin(&self) -> Result<Tx, StoreError> {
        let error = StoreError::query("begin a transaction");
        match &self.0 {
            // IMMEDIATE takes the write lock at once: a transaction that reads first and writes
            // later can then not fail in the middle because another process wrote in between.
            Pools::Sqlite { writer, .. } => writer
                .begin_with("BEGIN IMMEDIATE")
                .await
                .map(Tx::of_sqlite)
                .map_err(error),
            Pools::Postgres { writers, .. } => {
                writers.begin().await.map(Tx::of_postgres).map_err(error)
            }
        }
    }

    /// A connection that sees the last committed state and waits for no writer.
    pub async fn reader(&self) -> Result<Reader, StoreError> {
        let error = StoreError::query("take a reading connection");
        match &self.0 {
            Pools::Sqlite { readers, .. } => readers
                .acquire()
                .await
                .map(Reader::of_sqlite)
                .map_err(error),
            Pools::Postgres { readers, .. } => readers
                .acquire()
                .await
                .map(Reader::of_postgres)
                .map_err(error),
        }
    }

    /// Writes a copy of a SQLite database to `path`, which must not exist, while the server goes on:
    /// the state of one moment, compacted.
    ///
    /// # Errors
    /// The file exists or cannot be written; or the database is a Postgres.
    pub async fn backup(&self, path: &Path) -> Result<(), StoreError> {
        match &self.0 {
            Pools::Sqlite { readers, .. } => {
                sqlx::query("VACUUM INTO $1")
                    .bind(path.to_string_lossy().into_owned())
                    .execute(readers)
                    .await
                    .map_err(StoreError::query("back up"))?;
                Ok(())
            }
            Pools::Postgres { .. } => Err(StoreError::NotOurBackup),
        }
    }

    /// Waits for running calls; a SQLite log is folded back into its file.
    pub async fn close(&self) {
        match &self.0 {
            Pools::Sqlite { writer, readers } => {
                readers.close().await;
                writer.close().await;
            }
            Pools::Postgres { writers, readers } => {
                readers.close().await;
                writers.close().await;
            }
        }
    }
}
