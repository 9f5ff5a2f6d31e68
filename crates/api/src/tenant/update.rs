use super::{Brand, Tenant};
use crate::answer::Answer;
use crate::extract::{Json, Precondition, Write};
use crate::problem::Problem;
use serde::Deserialize;
use tenancy::tenants::{self, TenantChange};
use utoipa::ToSchema;

/// What is left out stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct UpdateTenant {
    #[schema(min_length = 1, max_length = 100)]
    name: Option<String>,
    #[schema(
        min_length = 2,
        max_length = 40,
        pattern = "^[a-z0-9][a-z0-9-]*[a-z0-9]$"
    )]
    slug: Option<String>,
    brand: Option<Brand>,
    #[schema(max_length = 64, example = "Asia/Shanghai")]
    timezone: Option<String>,
    #[schema(max_length = 35, example = "zh-CN")]
    locale: Option<String>,
    #[schema(minimum = 1, maximum = 3650)]
    retention_days: Option<u32>,
}

impl From<UpdateTenant> for TenantChange {
    fn from(body: UpdateTenant) -> Self {
        Self {
            name: body.name,
            slug: body.slug,
            brand: body.brand.map(Into::into),
            logo: None,
            timezone: body.timezone,
            locale: body.locale,
            retention_days: body.retention_days,
        }
    }
}

/// Change the tenant I work in
#[utoipa::path(
    patch, path = "/v1/tenant", operation_id = "update_tenant", tag = "tenant",
    request_body = UpdateTenant,
    responses((status = 200, description = "As it is now; with ETag", body = Tenant))
)]
pub(crate) async fn handle(
    write: Write,
    precondition: Precondition,
    Json(body): Json<UpdateTenant>,
) -> Result<Answer, Problem> {
    let own = write.actor().tenant()?.clone();
    let mut tx = write.begin().await?;
    let version = tenants::version(&mut tx, &own).await?;
    precondition.holds(version)?;
    let tenant = tenants::update(&mut tx, &write.context, &own, body.into()).await?;
    let version = tenant.version;
    let answer = Answer::ok(&Tenant::from(tenant)).etag(version);
    write.commit(tx, answer).await
}
