//! What is still to be done, now or later, and tried again when it fails.

use crate::StoreError;
use crate::sql::{Connection, sql};
use base::Redacted;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct JobId(pub i64);

/// A job that the caller now has to do.
#[derive(Clone, Debug)]
pub struct ClaimedJob {
    pub id: JobId,
    /// JSON; may name people.
    pub payload: Redacted<String>,
    pub created_ms: u64,
    /// Attempts that have failed so far.
    pub attempts: u32,
}

#[derive(Debug)]
pub struct Jobs<'c>(Connection<'c>);

impl<'c> Jobs<'c> {
    pub(crate) fn new(connection: Connection<'c>) -> Self {
        Self(connection)
    }

    /// Not before `due_ms` will it be claimed.
    pub async fn enqueue(
        &mut self,
        now_ms: u64,
        kind: &str,
        payload: &Redacted<String>,
        due_ms: u64,
    ) -> Result<JobId, StoreError> {
        let row = sql(
            "enqueue a job",
            "INSERT INTO jobs (kind, payload, created_ms, due_ms) VALUES ($1, $2, $3, $4)
             RETURNING id",
        )
        .bind(kind)
        .bind(payload.expose())
        .bind(now_ms)
        .bind(due_ms)
        .fetch_one(&mut self.0)
        .await?;
        Ok(JobId(row.get("id")?))
    }

    /// Takes up to `limit` jobs of `kind` that are due, oldest first. They are the caller's until
    /// `claimed_to_ms`, when others may take them.
    pub async fn claim(
        &mut self,
        now_ms: u64,
        claimed_to_ms: u64,
        kind: &str,
        limit: u32,
    ) -> Result<Vec<ClaimedJob>, StoreError> {
        // The condition stands twice: on Postgres another server may have claimed a row between
        // the inner statement and the outer one, and only the outer is looked at again.
        let rows = sql(
            "claim jobs",
            "UPDATE jobs SET claimed_to_ms = $2
             WHERE claimed_to_ms <= $1 AND id IN (
                 SELECT id FROM jobs
                 WHERE kind = $3 AND given_up_ms IS NULL AND due_ms <= $1 AND claimed_to_ms <= $1
                 ORDER BY due_ms, id LIMIT $4)
             RETURNING id, payload, created_ms, attempts",
        )
        .bind(now_ms)
        .bind(claimed_to_ms)
        .bind(kind)
        .bind(limit)
        .fetch_all(&mut self.0)
        .await?;
        let mut claimed = rows
            .iter()
            .map(|row| {
                Ok(ClaimedJob {
                    id: JobId(row.get("id")?),
                    payload: Redacted::new(row.get("payload")?),
                    created_ms: row.get("created_ms")?,
                    attempts: row.get("attempts")?,
                })
            })
            .collect::<Result<Vec<_>, StoreError>>()?;
        claimed.sort_by_key(|job| job.id);
        Ok(claimed)
    }

    /// It is done.
    pub async fn finish(&mut self, id: JobId) -> Result<(), StoreError> {
        sql("finish a job", "DELETE FROM jobs WHERE id = $1")
            .bind(id.0)
            .execute(&mut self.0)
            .await?;
        Ok(())
    }

    /// The attempt failed; it may be claimed again from `due_ms` on.
    pub async fn retry(&mut self, id: JobId, due_ms: u64, error: &str) -> Result<(), StoreError> {
        sql(
            "put a job back",
            "UPDATE jobs SET attempts = attempts + 1, due_ms = $2, claimed_to_ms = 0,
                 last_error = $3 WHERE id = $1",
        )
        .bind(id.0)
        .bind(due_ms)
        .bind(error)
        .execute(&mut self.0)
        .await?;
        Ok(())
    }

    /// It will not be tried again.
    pub async fn give_up(&mut self, id: JobId, now_ms: u64, error: &str) -> Result<(), StoreError> {
        sql(
            "give up a job",
            "UPDATE jobs SET attempts = attempts + 1, given_up_ms = $2, claimed_to_ms = 0,
                 last_error = $3 WHERE id = $1",
        )
        .bind(id.0)
        .bind(now_ms)
        .bind(error)
        .execute(&mut self.0)
        .await?;
        Ok(())
    }

    /// Forgets jobs given up before `before_ms`.
    pub async fn forget_given_up(&mut self, before_ms: u64) -> Result<u64, StoreError> {
        sql(
            "forget jobs that were given up",
            "DELETE FROM jobs WHERE given_up_ms < $1",
        )
        .bind(before_ms)
        .execute(&mut self.0)
        .await
    }
}
