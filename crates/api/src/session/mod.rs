//! Signing in and out.

mod choose_tenant;
mod cookies;
mod delete;
mod magic;
mod methods;
mod oidc_callback;
mod oidc_refused;
mod oidc_start;
mod password;
mod read;
mod request_magic_link;

use crate::Api;
use crate::problem::Problem;
use crate::tenant::Brand;
use serde::Serialize;
use tenancy::sessions;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) use cookies::{begun, ended};
pub(crate) use oidc_refused::lead_to_sign_in_page;

pub(crate) fn endpoints() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(password::handle, read::handle, delete::handle))
        .routes(routes!(choose_tenant::handle))
        .routes(routes!(methods::handle))
        .routes(routes!(oidc_start::handle))
        .routes(routes!(oidc_callback::handle))
        .routes(routes!(request_magic_link::handle))
        .routes(routes!(magic::handle))
}

/// Who is signed in, and where he works.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Me {
    person: MyPerson,
    /// The tenant worked in; null for an operator who belongs to none.
    #[schema(required)]
    tenant: Option<MyTenant>,
    /// `owner`, `admin` or `staff`.
    #[schema(required)]
    tenant_role: Option<&'static str>,
    /// `operator`, or null.
    #[schema(required)]
    platform_role: Option<&'static str>,
    /// All tenants that one may work in.
    tenants: Vec<TenantName>,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MyPerson {
    id: String,
    name: String,
    email: String,
    locale: String,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MyTenant {
    id: String,
    name: String,
    slug: String,
    brand: Brand,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TenantName {
    id: String,
    name: String,
    slug: String,
}

impl From<sessions::Me> for Me {
    fn from(me: sessions::Me) -> Self {
        let (tenant, role) = me.tenant.unzip();
        Self {
            person: MyPerson {
                id: me.id.to_string(),
                name: me.name.expose().clone(),
                email: me.email.expose().clone(),
                locale: me.locale,
            },
            tenant: tenant.map(|tenant| MyTenant {
                id: tenant.id.to_string(),
                name: tenant.name,
                slug: tenant.slug,
                brand: tenant.brand.into(),
            }),
            tenant_role: role.map(tenancy::TenantRole::code),
            platform_role: me.is_operator.then_some(tenancy::people::OPERATOR),
            tenants: me
                .tenants
                .into_iter()
                .map(|tenant| TenantName {
                    id: tenant.id.to_string(),
                    name: tenant.name,
                    slug: tenant.slug,
                })
                .collect(),
        }
    }
}

/// What the session with that token's hash is.
async fn me(api: &Api, token_hash: &[u8; 32]) -> Result<Me, Problem> {
    let mut reader = api.store().reader().await?;
    Ok(sessions::me(&mut reader, token_hash, api.now_ms())
        .await?
        .into())
}
