//! The live room, from outside of it: how it stands, commands, and a WebSocket for those who have
//! no media connection.

mod command;
mod in_room;
mod look;
mod socket;

use crate::Api;
use crate::ports::RoomGrant;
use crate::problem::Problem;
use axum::http::{HeaderMap, StatusCode, header};
use base::Identity;
use room_core::features::{Nature, Refused};
use room_core::kinds::Role;
use room_core::{Claim, Newcomer};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn endpoints() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(look::handle))
        .routes(routes!(command::handle))
        .routes(routes!(in_room::handle))
        .routes(routes!(socket::handle))
}

/// Who holds a room's token, as the room knows him.
fn newcomer(grant: &RoomGrant) -> Newcomer {
    let role = Role::ALL
        .into_iter()
        .find(|role| role.as_str() == grant.role);
    Newcomer {
        identity: Identity::from(grant.identity.as_str()),
        name: grant.name.clone(),
        claim: Claim {
            role: role.unwrap_or_default(),
            role_decides: role.is_some(),
            person_id: grant.person.as_ref().map(ToString::to_string),
            is_guest: grant.person.is_none(),
        },
    }
}

/// The token that a request shows as a bearer.
pub(crate) fn bearer_grant(api: &Api, headers: &HeaderMap) -> Result<RoomGrant, Problem> {
    let bearer = headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok()?.split_once(' '))
        .map_or("", |(_, token)| token.trim());
    grant(api, bearer)
}

fn grant(api: &Api, token: &str) -> Result<RoomGrant, Problem> {
    let verified = api.ports().tokens.verify(token, api.now_ms() / 1_000);
    verified.ok_or_else(|| {
        Problem::new(
            StatusCode::UNAUTHORIZED,
            "wrong_token",
            "This token is not valid, or is not for a room.",
        )
    })
}

impl From<Refused> for Problem {
    fn from(refused: Refused) -> Self {
        let status = match refused.nature {
            Nature::Forbidden => StatusCode::FORBIDDEN,
            Nature::Absent => StatusCode::NOT_FOUND,
            Nature::Conflict => StatusCode::CONFLICT,
            Nature::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Nature::Malformed => StatusCode::UNPROCESSABLE_ENTITY,
            Nature::TooFast => StatusCode::TOO_MANY_REQUESTS,
            Nature::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        };
        let mut problem = Self::new(status, refused.code, refused.message.clone());
        if let Some(right) = refused.right {
            problem = problem.with("right", serde_json::to_value(right).unwrap_or_default());
        }
        if let Some(place) = refused.place {
            problem = problem.with("where", place);
        }
        if let Some(limit) = refused.limit {
            problem = problem.with("limit", limit);
        }
        if let Some(retry_after_ms) = refused.retry_after_ms {
            problem = problem
                .with("retry_after_ms", retry_after_ms)
                .retry_after_s(retry_after_ms.div_ceil(1_000));
        }
        problem
    }
}
