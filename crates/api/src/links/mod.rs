//! Links into rooms.

mod create;
mod list;
mod revoke;
mod update;

use crate::vocabulary::RoomRole;
use crate::{Api, time};
use serde::Serialize;
use store::links::LinkRow;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn endpoints() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(list::handle, create::handle))
        .routes(routes!(update::handle, revoke::handle))
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Link {
    #[schema(example = "lnk_x7mK2pQv9cRtY4nB8wLd")]
    id: String,
    #[schema(example = "k7m-3qd-x9p-w4t")]
    code: String,
    url: String,
    /// What somebody is who comes by it.
    role: RoomRole,
    label: String,
    /// For one person: his name is filled in.
    person_name: Option<String>,
    passcode_set: bool,
    #[schema(format = DateTime)]
    expires_at: Option<String>,
    max_uses: Option<u32>,
    /// People who have come by it; coming again is no further use.
    uses: u32,
    /// Since when it opens nothing any more.
    #[schema(format = DateTime)]
    revoked_at: Option<String>,
    #[schema(format = DateTime)]
    created_at: String,
}

impl Link {
    fn of(api: &Api, link: LinkRow) -> Self {
        let role = room_core::kinds::Role::ALL
            .into_iter()
            .find(|role| role.as_str() == link.role);
        Self {
            id: link.id.to_string(),
            url: api.join_url(link.code.expose()),
            code: link.code.expose().clone(),
            role: role.unwrap_or_default().into(),
            label: link.label,
            person_name: link.person_name,
            passcode_set: link.passcode_hash.is_some(),
            expires_at: link.expires_ms.map(time::written),
            max_uses: link.max_uses,
            uses: link.uses,
            revoked_at: link.revoked_ms.map(time::written),
            created_at: time::written(link.created_ms),
        }
    }
}
