use super::ApiKey;
use crate::Api;
use crate::answer::Answer;
use crate::extract::Query;
use crate::gate::Caller;
use crate::page::{List, PageQuery};
use crate::problem::Problem;
use axum::extract::State;
use tenancy::api_keys;

/// The tenant's API keys, newest first
#[utoipa::path(
    get, path = "/v1/api-keys", operation_id = "list_api_keys", tag = "api_keys",
    params(PageQuery),
    responses((status = 200, description = "A page; without secrets", body = List<ApiKey>))
)]
pub(crate) async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Query(query): Query<PageQuery>,
) -> Result<Answer, Problem> {
    let mut reader = api.store().reader().await?;
    let page = api_keys::list(&mut reader, &caller.actor, &query.parsed()?).await?;
    Ok(Answer::ok(&List::from(page.map(ApiKey::from))))
}
