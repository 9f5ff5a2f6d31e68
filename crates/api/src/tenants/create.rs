use crate::answer::Answer;
use crate::extract::{Json, Write};
use crate::problem::Problem;
use crate::tenant::Tenant;
use serde::Deserialize;
use tenancy::TenantRole;
use tenancy::people::NewPerson;
use tenancy::tenants::{self, NewTenant};
use utoipa::ToSchema;

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CreateTenant {
    #[schema(min_length = 1, max_length = 100)]
    name: String,
    #[schema(
        min_length = 2,
        max_length = 40,
        pattern = "^[a-z0-9][a-z0-9-]*[a-z0-9]$"
    )]
    slug: String,
    /// IANA; UTC if left out.
    #[schema(max_length = 64)]
    timezone: Option<String>,
    #[schema(max_length = 35)]
    locale: Option<String>,
    /// The first of its people, who signs in by a link.
    owner: Option<FirstOwner>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct FirstOwner {
    #[schema(max_length = 320)]
    email: String,
    #[schema(min_length = 1, max_length = 100)]
    name: String,
}

/// Make a tenant
#[utoipa::path(
    post, path = "/v1/tenants", operation_id = "create_tenant", tag = "tenants",
    request_body = CreateTenant,
    responses((status = 201, description = "The tenant", body = Tenant))
)]
pub(crate) async fn handle(
    mut write: Write,
    Json(body): Json<CreateTenant>,
) -> Result<Answer, Problem> {
    let new = NewTenant {
        name: body.name,
        slug: body.slug,
        timezone: body.timezone,
        locale: body.locale,
        owner: body.owner.map(|owner| NewPerson {
            email: owner.email,
            name: owner.name,
            role: TenantRole::Owner,
            locale: None,
            password_hash: None,
        }),
    };
    let mut tx = write.begin().await?;
    let tenant = tenants::create(&mut tx, &mut write.context, new).await?;
    let version = tenant.version;
    let answer = Answer::created(&Tenant::from(tenant)).etag(version);
    write.commit(tx, answer).await
}
