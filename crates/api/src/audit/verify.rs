use crate::Api;
use crate::answer::Answer;
use crate::gate::Caller;
use crate::problem::Problem;
use axum::extract::State;
use serde::Serialize;
use tenancy::audit::{self, Verdict};
use utoipa::ToSchema;

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AuditVerdict {
    /// Whether no entry was changed, removed or put in between.
    ok: bool,
    /// How many entries hold.
    entries: u64,
    /// The first at which the chain breaks.
    #[schema(required)]
    broken_at: Option<u64>,
    /// Hash of the newest entry, in hexadecimal: kept elsewhere, it also betrays a log that was
    /// written anew.
    #[schema(required)]
    head: Option<String>,
}

/// Check the audit log's chain of hashes
#[utoipa::path(
    get, path = "/v1/audit/verify", operation_id = "verify_audit", tag = "audit",
    responses((status = 200, description = "Whether it is whole", body = AuditVerdict))
)]
pub(crate) async fn handle(State(api): State<Api>, caller: Caller) -> Result<Answer, Problem> {
    let mut reader = api.store().reader().await?;
    let own = caller.actor.tenant()?;
    let verdict = match audit::verify(&mut reader, own).await? {
        Verdict::Whole { entries, head } => AuditVerdict {
            ok: true,
            entries,
            broken_at: None,
            head: Some(head.iter().map(|byte| format!("{byte:02x}")).collect()),
        },
        Verdict::Broken { seq } => AuditVerdict {
            ok: false,
            entries: seq.saturating_sub(1),
            broken_at: Some(seq),
            head: None,
        },
    };
    Ok(Answer::ok(&verdict))
}
