//! Answers already given, by the key that the asker chose.

use crate::StoreError;
use crate::sql::{Connection, sql};
use base::Redacted;

/// An answer, kept in the same transaction as what it answers.
#[derive(Clone, Debug)]
pub struct KeptAnswer {
    /// Of the request, so that a key used for something else is noticed.
    pub fingerprint: String,
    pub status: u16,
    /// JSON object of header names and values.
    pub headers: String,
    pub body: Redacted<Vec<u8>>,
}

#[derive(Debug)]
pub struct IdempotencyKeys<'c>(Connection<'c>);

impl<'c> IdempotencyKeys<'c> {
    pub(crate) fn new(connection: Connection<'c>) -> Self {
        Self(connection)
    }

    /// Keeps an answer. False if there is one under this key: then the same request has been done
    /// by somebody else meanwhile, and this transaction has to be dropped.
    pub async fn keep(
        &mut self,
        now_ms: u64,
        scope: &str,
        key: &str,
        answer: &KeptAnswer,
    ) -> Result<bool, StoreError> {
        let kept = sql(
            "keep an answer",
            "INSERT INTO idempotency_keys (scope, key, fingerprint, status, headers, body, created_ms)
             VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING",
        )
        .bind(scope)
        .bind(key)
        .bind(&answer.fingerprint)
        .bind(u32::from(answer.status))
        .bind(&answer.headers)
        .bind(answer.body.expose())
        .bind(now_ms)
        .execute(&mut self.0)
        .await?;
        Ok(kept == 1)
    }

    pub async fn find(&mut self, scope: &str, key: &str) -> Result<Option<KeptAnswer>, StoreError> {
        let row = sql(
            "look up an answer",
            "SELECT fingerprint, status, headers, body FROM idempotency_keys
             WHERE scope = $1 AND key = $2",
        )
        .bind(scope)
        .bind(key)
        .fetch_optional(&mut self.0)
        .await?;
        row.map(|row| {
            Ok(KeptAnswer {
                fingerprint: row.get("fingerprint")?,
                status: u16::try_from(row.get::<u32>("status")?).unwrap_or(500),
                headers: row.get("headers")?,
                body: Redacted::new(row.get("body")?),
            })
        })
        .transpose()
    }

    /// Forgets answers older than `before_ms`.
    pub async fn forget(&mut self, before_ms: u64) -> Result<u64, StoreError> {
        sql(
            "forget old answers",
            "DELETE FROM idempotency_keys WHERE created_ms < $1",
        )
        .bind(before_ms)
        .execute(&mut self.0)
        .await
    }
}
