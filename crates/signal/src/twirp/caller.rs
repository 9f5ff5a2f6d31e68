//! Who calls, and what the methods work on.

use super::error::{Code, TwirpError};
use crate::agents::Agents;
use crate::token::{ApiKeys, Claims, Right, TokenError};
use axum::http::{HeaderMap, header};
use base::clock::OsClock;
use base::{Identity, RoomName};
use room::Rooms;
use std::sync::Arc;

/// What the server API works on.
#[derive(Clone, Debug)]
pub struct Services {
    pub rooms: Rooms,
    pub agents: Agents,
    pub keys: Arc<ApiKeys>,
}

/// A caller whose token is genuine. What it allows is for each method to check.
#[derive(Debug)]
pub(super) struct Caller {
    pub(super) services: Services,
    claims: Claims,
}

impl Caller {
    pub(super) fn authenticate(
        services: Services,
        headers: &HeaderMap,
    ) -> Result<Self, TokenError> {
        let token = headers
            .get(header::AUTHORIZATION)
            .and_then(|value| value.to_str().ok())
            .and_then(|value| {
                value
                    .strip_prefix("Bearer ")
                    .or(value.strip_prefix("bearer "))
            })
            .ok_or(TokenError::Missing)?;
        let claims = services
            .keys
            .verify(token.trim(), OsClock.unix_ms() / 1_000)?;
        Ok(Self { services, claims })
    }

    pub(super) fn require(&self, right: Right) -> Result<(), TwirpError> {
        Ok(self.claims.require(right)?)
    }

    /// The room that the request names, which the caller must administer.
    pub(super) fn admin_of(&self, room: &str) -> Result<RoomName, TwirpError> {
        let name = room_name(room)?;
        self.claims.require_admin_of(room)?;
        Ok(name)
    }

    /// Two rooms: one whose participants may be sent to the other.
    pub(super) fn admin_of_both(
        &self,
        room: &str,
        destination: &str,
    ) -> Result<(RoomName, RoomName), TwirpError> {
        let from = self.admin_of(room)?;
        if destination.is_empty() {
            return Err(TwirpError::invalid(
                "destinationRoom",
                "the destination room is not named",
            ));
        }
        if self.claims.video.destination_room != destination {
            return Err(TwirpError::new(
                Code::PermissionDenied,
                "access token does not grant `video.destinationRoom` for this room",
            ));
        }
        Ok((from, RoomName::from(destination)))
    }
}

pub(super) fn room_name(room: &str) -> Result<RoomName, TwirpError> {
    if room.is_empty() {
        return Err(TwirpError::invalid("room", "the room is not named"));
    }
    Ok(RoomName::from(room))
}

pub(super) fn identity(identity: &str) -> Result<Identity, TwirpError> {
    if identity.is_empty() {
        return Err(TwirpError::invalid(
            "identity",
            "the participant's identity is not given",
        ));
    }
    Ok(Identity::from(identity))
}
