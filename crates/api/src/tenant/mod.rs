//! The tenant that one works in.

mod logo;
mod read;
mod update;

use crate::{Api, time};
use base::FileId;
use serde::{Deserialize, Serialize};
use tenancy::tenants;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) use update::UpdateTenant;

pub(crate) fn endpoints() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(read::handle, update::handle))
        .routes(routes!(logo::put, logo::delete))
        .routes(routes!(logo::download))
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Tenant {
    id: String,
    name: String,
    slug: String,
    brand: Brand,
    /// IANA.
    timezone: String,
    locale: String,
    /// How long history and files are kept.
    retention_days: u32,
    #[schema(format = DateTime)]
    created_at: String,
}

/// How pages of a tenant look.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Brand {
    /// To be seen at `/v1/logos/{id}`, changed at `/v1/tenant/logo`; left out here, it stays.
    #[schema(value_type = Option<String>, max_length = 64)]
    logo_file_id: Option<FileId>,
    /// `#rrggbb`
    #[schema(pattern = "^#[0-9a-fA-F]{6}$")]
    primary_color: Option<String>,
    /// A CSS font family.
    #[schema(min_length = 1, max_length = 100)]
    font: Option<String>,
}

impl From<tenants::Brand> for Brand {
    fn from(brand: tenants::Brand) -> Self {
        Self {
            logo_file_id: brand.logo_file_id,
            primary_color: brand.primary_color,
            font: brand.font,
        }
    }
}

impl From<Brand> for tenants::Brand {
    fn from(brand: Brand) -> Self {
        Self {
            logo_file_id: brand.logo_file_id,
            primary_color: brand.primary_color,
            font: brand.font,
        }
    }
}

impl From<tenants::Tenant> for Tenant {
    fn from(tenant: tenants::Tenant) -> Self {
        Self {
            id: tenant.id.to_string(),
            name: tenant.name,
            slug: tenant.slug,
            brand: tenant.brand.into(),
            timezone: tenant.timezone,
            locale: tenant.locale,
            retention_days: tenant.retention_days,
            created_at: time::written(tenant.created_ms),
        }
    }
}
