use super::Webhook;
use crate::Api;
use crate::answer::Answer;
use crate::extract::Query;
use crate::gate::Caller;
use crate::page::{List, PageQuery};
use crate::problem::Problem;
use axum::extract::State;

/// The tenant's webhooks, oldest first
#[utoipa::path(
    get, path = "/v1/webhooks", operation_id = "list_webhooks", tag = "webhooks",
    params(PageQuery),
    responses((status = 200, description = "A page; without secrets", body = List<Webhook>))
)]
pub(crate) async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Query(page): Query<PageQuery>,
) -> Result<Answer, Problem> {
    let page = page.parsed()?;
    let tenant = caller.actor.tenant()?;
    let mut reader = api.store().reader().await?;
    let hooks = reader.hooks().list(tenant, &page).await?;
    Ok(Answer::ok(&List::from(
        hooks.map(|hook| Webhook::of(&hook)),
    )))
}
