use crate::Api;
use crate::answer::Answer;
use crate::extract::Query;
use crate::gate::Caller;
use crate::page::{List, PageQuery};
use crate::problem::Problem;
use crate::tenant::Tenant;
use axum::extract::State;
use tenancy::tenants;

/// All tenants, oldest first
#[utoipa::path(
    get, path = "/v1/tenants", operation_id = "list_tenants", tag = "tenants",
    params(PageQuery),
    responses((status = 200, description = "A page", body = List<Tenant>))
)]
pub(crate) async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Query(query): Query<PageQuery>,
) -> Result<Answer, Problem> {
    let mut reader = api.store().reader().await?;
    let page = tenants::list(&mut reader, &caller.actor, &query.parsed()?).await?;
    Ok(Answer::ok(&List::from(page.map(Tenant::from))))
}
