use super::Tenant;
use crate::Api;
use crate::answer::Answer;
use crate::gate::Caller;
use crate::problem::Problem;
use axum::extract::State;
use tenancy::tenants;

/// The tenant I work in
#[utoipa::path(
    get, path = "/v1/tenant", operation_id = "read_tenant", tag = "tenant",
    responses((status = 200, description = "The tenant; with ETag", body = Tenant))
)]
pub(crate) async fn handle(State(api): State<Api>, caller: Caller) -> Result<Answer, Problem> {
    let mut reader = api.store().reader().await?;
    let own = caller.actor.tenant()?;
    let tenant = tenants::read(&mut reader, &caller.actor, own).await?;
    let version = tenant.version;
    Ok(Answer::ok(&Tenant::from(tenant)).etag(version))
}
