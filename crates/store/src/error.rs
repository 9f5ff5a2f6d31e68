//! What went wrong with the disk or the database, and what was being tried.

#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    #[error("the database {database} cannot be opened")]
    Open {
        /// A path, or host and name; never a password.
        database: String,
        #[source]
        source: sqlx::Error,
    },
    /// Usually a database written by a newer version of the program.
    #[error("the database {database} cannot be brought to this version's schema")]
    Migrate {
        database: String,
        #[source]
        source: sqlx::migrate::MigrateError,
    },
    #[error("the database failed to {tried}")]
    Query {
        tried: &'static str,
        #[source]
        source: sqlx::Error,
    },
    /// Changed by hand, or by a fault of ours.
    #[error("the database holds a {what} that cannot be read")]
    Corrupt { what: &'static str },
    /// Postgres has tools of its own for this, which also know its log.
    #[error("only a SQLite database is backed up by this program; use pg_dump or pg_basebackup")]
    NotOurBackup,
}

impl StoreError {
    /// Adapts a driver error, for `map_err`.
    pub(crate) fn query(tried: &'static str) -> impl FnOnce(sqlx::Error) -> Self {
        move |source| Self::Query { tried, source }
    }

    /// Whether the same call may succeed later: the database was busy or the machine was out of
    /// something, rather than the call being wrong.
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Open { .. }
            | Self::Migrate { .. }
            | Self::Corrupt { .. }
            | Self::NotOurBackup => false,
            Self::Query { source, .. } => matches!(
                source,
                sqlx::Error::PoolTimedOut | sqlx::Error::Io(_) | sqlx::Error::Database(_)
            ),
        }
    }

    /// Whether a row of this key is there already.
    pub fn is_conflict(&self) -> bool {
        match self {
            Self::Query { source, .. } => source
                .as_database_error()
                .is_some_and(|error| error.is_unique_violation()),
            Self::Open { .. }
            | Self::Migrate { .. }
            | Self::Corrupt { .. }
            | Self::NotOurBackup => false,
        }
    }
}
