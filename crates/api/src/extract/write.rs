//! A write: one transaction with the change, its audit entry, and the kept answer.

use crate::Api;
use crate::answer::Answer;
use crate::gate::Caller;
use crate::gate::idempotency::{self, Claim};
use crate::problem::Problem;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use store::Tx;
use tenancy::{Actor, Context};

/// What a handler that changes something works with.
///
/// ```ignore
/// let mut tx = write.begin().await?;
/// let person = people::create(&mut tx, &mut write.context, new).await?;
/// write.commit(tx, Answer::created(&person)).await
/// ```
#[derive(Debug)]
pub(crate) struct Write {
    pub(crate) api: Api,
    /// For actions: who, when, randomness.
    pub(crate) context: Context,
    claim: Option<Claim>,
}

impl FromRequestParts<Api> for Write {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, api: &Api) -> Result<Self, Problem> {
        let caller = Caller::of(&parts.extensions)?;
        Ok(Self {
            api: api.clone(),
            context: Context {
                actor: caller.actor,
                now_ms: api.now_ms(),
                rng: api.rng(),
            },
            claim: parts.extensions.get::<Claim>().cloned(),
        })
    }
}

impl Write {
    pub(crate) fn actor(&self) -> &Actor {
        &self.context.actor
    }

    pub(crate) async fn begin(&self) -> Result<Tx, Problem> {
        Ok(self.api.store().begin().await?)
    }

    /// Keeps the answer under the request's `Idempotency-Key`, if it has one, and commits. If the
    /// same request was answered meanwhile, nothing is changed and that answer is given.
    pub(crate) async fn commit(&self, mut tx: Tx, answer: Answer) -> Result<Answer, Problem> {
        if let Some(claim) = &self.claim {
            let kept = idempotency::keep(&mut tx, self.context.now_ms, claim, &answer).await?;
            if !kept {
                drop(tx);
                return idempotency::repeated(&self.api, claim)
                    .await?
                    .ok_or_else(idempotency::in_progress);
            }
        }
        tx.commit().await?;
        self.api.ports().news.notify_one();
        Ok(answer)
    }
}
