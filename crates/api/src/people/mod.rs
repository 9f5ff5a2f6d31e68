//! The staff of a tenant.

mod create;
mod delete;
mod list;
mod read;
mod update;

use crate::{Api, time};
use serde::{Deserialize, Serialize};
use tenancy::TenantRole;
use tenancy::people::Member;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn endpoints() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(list::handle, create::handle))
        .routes(routes!(read::handle, update::handle, delete::handle))
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Person {
    #[schema(example = "per_x7mK2pQv9cRtY4nB8wLd")]
    id: String,
    email: String,
    name: String,
    locale: String,
    role: Role,
    /// When he joined this tenant.
    #[schema(format = DateTime)]
    created_at: String,
}

#[derive(Clone, Copy, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Role {
    Owner,
    Admin,
    Staff,
}

impl From<TenantRole> for Role {
    fn from(role: TenantRole) -> Self {
        match role {
            TenantRole::Owner => Self::Owner,
            TenantRole::Admin => Self::Admin,
            TenantRole::Staff => Self::Staff,
        }
    }
}

impl From<Role> for TenantRole {
    fn from(role: Role) -> Self {
        match role {
            Role::Owner => Self::Owner,
            Role::Admin => Self::Admin,
            Role::Staff => Self::Staff,
        }
    }
}

impl From<Member> for Person {
    fn from(member: Member) -> Self {
        Self {
            id: member.id.to_string(),
            email: member.email.expose().clone(),
            name: member.name.expose().clone(),
            locale: member.locale,
            role: member.role.into(),
            created_at: time::written(member.joined_ms),
        }
    }
}
