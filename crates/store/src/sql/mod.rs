//! One statement for both databases.
//!
//! A column is text, a 64-bit integer or bytes (times are milliseconds, truth is 0 or 1, documents
//! are JSON text); `$1` is a parameter in both dialects. With that, one text of SQL serves SQLite
//! and Postgres alike, and the difference ends here.

mod row;
mod value;

pub(crate) use row::Row;
pub(crate) use value::Value;

use crate::StoreError;
use sqlx::postgres::PgArguments;
use sqlx::query::Query;
use sqlx::sqlite::SqliteArguments;
use sqlx::{PgConnection, Postgres, Sqlite, SqliteConnection};

/// A borrowed connection to either database.
#[derive(Debug)]
pub(crate) enum Connection<'c> {
    Sqlite(&'c mut SqliteConnection),
    Postgres(&'c mut PgConnection),
}

/// A statement with its parameters.
#[derive(Debug)]
pub(crate) struct Statement {
    /// What the caller wants to do, for the error: "add a person".
    tried: &'static str,
    text: &'static str,
    values: Vec<Value>,
}

pub(crate) fn sql(tried: &'static str, text: &'static str) -> Statement {
    Statement {
        tried,
        text,
        values: Vec::new(),
    }
}

impl Statement {
    /// The next parameter: first `$1`, then `$2`, ….
    pub(crate) fn bind(mut self, value: impl Into<Value>) -> Self {
        self.values.push(value.into());
        self
    }

    /// Runs it and returns how many rows it has changed.
    pub(crate) async fn execute(self, on: &mut Connection<'_>) -> Result<u64, StoreError> {
        let error = StoreError::query(self.tried);
        match on {
            Connection::Sqlite(on) => self
                .for_sqlite()
                .execute(&mut **on)
                .await
                .map_err(error)
                .map(|done| done.rows_affected()),
            Connection::Postgres(on) => self
                .for_postgres()
                .execute(&mut **on)
                .await
                .map_err(error)
                .map(|done| done.rows_affected()),
        }
    }

    pub(crate) async fn fetch_all(self, on: &mut Connection<'_>) -> Result<Vec<Row>, StoreError> {
        let tried = self.tried;
        let error = StoreError::query(tried);
        match on {
            Connection::Sqlite(on) => self
                .for_sqlite()
                .fetch_all(&mut **on)
                .await
                .map_err(error)
                .map(|rows| {
                    rows.into_iter()
                        .map(|row| Row::of_sqlite(tried, row))
                        .collect()
                }),
            Connection::Postgres(on) => self
                .for_postgres()
                .fetch_all(&mut **on)
                .await
                .map_err(error)
                .map(|rows| {
                    rows.into_iter()
                        .map(|row| Row::of_postgres(tried, row))
                        .collect()
                }),
        }
    }

    pub(crate) async fn fetch_optional(
        self,
        on: &mut Connection<'_>,
    ) -> Result<Option<Row>, StoreError> {
        let tried = self.tried;
        let error = StoreError::query(tried);
        match on {
            Connection::Sqlite(on) => self
                .for_sqlite()
                .fetch_optional(&mut **on)
                .await
                .map_err(error)
                .map(|row| row.map(|row| Row::of_sqlite(tried, row))),
            Connection::Postgres(on) => self
                .for_postgres()
                .fetch_optional(&mut **on)
                .await
                .map_err(error)
                .map(|row| row.map(|row| Row::of_postgres(tried, row))),
        }
    }

    /// # Errors
    /// Also when there is no row.
    pub(crate) async fn fetch_one(self, on: &mut Connection<'_>) -> Result<Row, StoreError> {
        let tried = self.tried;
        self.fetch_optional(on)
            .await?
            .ok_or_else(|| StoreError::query(tried)(sqlx::Error::RowNotFound))
    }

    fn for_sqlite(self) -> Query<'static, Sqlite, SqliteArguments> {
        let query = sqlx::query(self.text);
        self.values
            .into_iter()
            .fold(query, |query, value| match value {
                Value::Integer(value) => query.bind(value),
                Value::Text(value) => query.bind(value),
                Value::Bytes(value) => query.bind(value),
            })
    }

    fn for_postgres(self) -> Query<'static, Postgres, PgArguments> {
        let query = sqlx::query(self.text);
        self.values
            .into_iter()
            .fold(query, |query, value| match value {
                Value::Integer(value) => query.bind(value),
                Value::Text(value) => query.bind(value),
                Value::Bytes(value) => query.bind(value),
            })
    }
}
