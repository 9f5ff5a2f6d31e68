use crate::answer::Answer;
use crate::extract::{Json, Path, Precondition, Write};
use crate::problem::Problem;
use crate::tenant::{Tenant, UpdateTenant};
use base::TenantId;
use tenancy::tenants;

/// Change a tenant
#[utoipa::path(
    patch, path = "/v1/tenants/{id}", operation_id = "update_any_tenant", tag = "tenants",
    params(("id" = String, Path, description = "ten_…")),
    request_body = UpdateTenant,
    responses((status = 200, description = "As it is now; with ETag", body = Tenant))
)]
pub(crate) async fn handle(
    write: Write,
    Path(id): Path<TenantId>,
    precondition: Precondition,
    Json(body): Json<UpdateTenant>,
) -> Result<Answer, Problem> {
    let mut tx = write.begin().await?;
    let version = tenants::version(&mut tx, &id).await?;
    precondition.holds(version)?;
    let tenant = tenants::update(&mut tx, &write.context, &id, body.into()).await?;
    let version = tenant.version;
    let answer = Answer::ok(&Tenant::from(tenant)).etag(version);
    write.commit(tx, answer).await
}
