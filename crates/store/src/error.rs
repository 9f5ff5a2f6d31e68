//! What went wrong with the disk or the database, and what was being tried.

use std::path::PathBuf;

#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    #[error("the database {path} cannot be opened")]
    Open {
        path: PathBuf,
        #[source]
        source: sqlx::Error,
    },
    /// Usually a database written by a newer version of the program.
    #[error("the database {path} cannot be brought to this version's schema")]
    Migrate {
        path: PathBuf,
        #[source]
        source: sqlx::migrate::MigrateError,
    },
    #[error("the database failed to {tried}")]
    Query {
        tried: &'static str,
        #[source]
        source: sqlx::Error,
    },
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
            Self::Open { .. } | Self::Migrate { .. } => false,
            Self::Query { source, .. } => matches!(
                source,
                sqlx::Error::PoolTimedOut | sqlx::Error::Io(_) | sqlx::Error::Database(_)
            ),
        }
    }
}
