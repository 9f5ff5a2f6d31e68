//! What a statement answers.

use crate::StoreError;
use base::{ApiKeyId, EventId, FileId, LinkId, PersonId, RoomId, TenantId, WebhookId};
use sqlx::Row as _;
use sqlx::postgres::PgRow;
use sqlx::sqlite::SqliteRow;

pub(crate) struct Row {
    tried: &'static str,
    inner: Inner,
}

enum Inner {
    Sqlite(SqliteRow),
    Postgres(PgRow),
}

impl Row {
    pub(super) fn of_sqlite(tried: &'static str, row: SqliteRow) -> Self {
        Self {
            tried,
            inner: Inner::Sqlite(row),
        }
    }

    pub(super) fn of_postgres(tried: &'static str, row: PgRow) -> Self {
        Self {
            tried,
            inner: Inner::Postgres(row),
        }
    }

    /// The column of that name.
    ///
    /// # Errors
    /// There is none, or it holds something else: a fault of ours, or a database changed by hand.
    pub(crate) fn get<T: Column>(&self, column: &str) -> Result<T, StoreError> {
        T::read(self, column).map_err(StoreError::query(self.tried))
    }
}

/// A type that a column can be read as.
pub(crate) trait Column: Sized {
    fn read(row: &Row, column: &str) -> Result<Self, sqlx::Error>;
}

macro_rules! native {
    ($($type:ty),*) => {$(
        impl Column for $type {
            fn read(row: &Row, column: &str) -> Result<Self, sqlx::Error> {
                match &row.inner {
                    Inner::Sqlite(row) => row.try_get(column),
                    Inner::Postgres(row) => row.try_get(column),
                }
            }
        }
    )*};
}

native!(
    i64,
    Option<i64>,
    String,
    Option<String>,
    Vec<u8>,
    Option<Vec<u8>>
);

macro_rules! converted {
    ($($type:ty, $from:ty, |$value:ident| $into:expr;)*) => {$(
        impl Column for $type {
            fn read(row: &Row, column: &str) -> Result<Self, sqlx::Error> {
                let $value = <$from>::read(row, column)?;
                Ok($into)
            }
        }
    )*};
}

converted! {
    u64, i64, |value| unsigned(value);
    Option<u64>, Option<i64>, |value| value.map(unsigned);
    u32, i64, |value| small(value);
    Option<u32>, Option<i64>, |value| value.map(small);
    bool, i64, |value| value != 0;
}

macro_rules! ids {
    ($($id:ty),*) => {$(
        impl Column for $id {
            fn read(row: &Row, column: &str) -> Result<Self, sqlx::Error> {
                let text = String::read(row, column)?;
                <$id>::parse(&text).ok_or_else(|| misplaced(column))
            }
        }

        impl Column for Option<$id> {
            fn read(row: &Row, column: &str) -> Result<Self, sqlx::Error> {
                Option::<String>::read(row, column)?
                    .map(|text| <$id>::parse(&text).ok_or_else(|| misplaced(column)))
                    .transpose()
            }
        }
    )*};
}

ids!(
    TenantId, PersonId, ApiKeyId, RoomId, LinkId, FileId, WebhookId, EventId
);

fn misplaced(column: &str) -> sqlx::Error {
    sqlx::Error::ColumnDecode {
        index: column.to_owned(),
        source: "not an id of this kind".into(),
    }
}

fn unsigned(value: i64) -> u64 {
    u64::try_from(value).unwrap_or(0)
}

fn small(value: i64) -> u32 {
    u32::try_from(value).unwrap_or(if value < 0 { 0 } else { u32::MAX })
}
