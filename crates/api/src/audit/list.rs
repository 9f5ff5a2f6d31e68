use super::{AuditQuery, AuditedAct};
use crate::Api;
use crate::answer::Answer;
use crate::extract::Query;
use crate::gate::Caller;
use crate::page::{List, PageQuery};
use crate::problem::Problem;
use axum::extract::State;
use tenancy::audit;

/// Who did what, newest first
#[utoipa::path(
    get, path = "/v1/audit", operation_id = "list_audit", tag = "audit",
    params(AuditQuery, PageQuery),
    responses((status = 200, description = "A page", body = List<AuditedAct>))
)]
pub(crate) async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Query(query): Query<AuditQuery>,
    Query(page): Query<PageQuery>,
) -> Result<Answer, Problem> {
    let (filter, request) = (query.parsed()?, page.parsed()?);
    let mut reader = api.store().reader().await?;
    let page = audit::search(&mut reader, &caller.actor, &filter, &request).await?;
    let names = audit::names(&mut reader, &page.items).await?;
    let acts = page.map(|entry| AuditedAct::of(entry, &names));
    Ok(Answer::ok(&List::from(acts)))
}
