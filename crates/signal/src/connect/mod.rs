//! The connection request: from a URL to what a room is asked for.

mod base64url;
mod join_request;
mod query;
mod refusal;

pub(crate) use refusal::Refused;

use crate::convert::{OutOfBounds, bounds, client, enums::Numbered, grants, request, room};
use crate::convert::{subscription, track};
use crate::token::{Claims, Right, TokenError};
use base::media::PcMode;
use base::{Identity, ParticipantSid, RoomName};
use livekit_protocol as wire;
use query::Params;
use room_core::model::{ClientInfo, ReconnectReason};
use room_core::{Join, Resume};
use std::collections::BTreeMap;

/// The two paths that clients connect to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Endpoint {
    /// `/rtc`: two peer connections; one if a `join_request` is given.
    V0,
    /// `/rtc/v1`: one peer connection; the `join_request` is required.
    V1,
}

/// What a client comes for.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Connect {
    pub(crate) room: RoomName,
    pub(crate) purpose: Purpose,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Purpose {
    Join(Box<Join>),
    Resume(Box<Resume>),
}

/// The token in the query, for clients that cannot set headers.
pub(crate) fn query_token(query: &str) -> Option<String> {
    Params::parse(query).ok()?.access_token
}

/// Reads a connection request.
///
/// # Errors
/// Parameters that cannot be read, or rights that the token does not grant.
pub(crate) fn read(
    endpoint: Endpoint,
    query: &str,
    claims: &Claims,
) -> Result<Connect, ConnectError> {
    let params = Params::parse(query)?;
    let (room, identity) = claims.joins()?;
    let connect = Connect {
        room: RoomName::from(room),
        purpose: match (&params.join_request, endpoint) {
            (Some(text), Endpoint::V0 | Endpoint::V1) => {
                let request = join_request::decode(text)?;
                from_join_request(request, identity, claims)?
            }
            (None, Endpoint::V0) => from_params(params, identity, claims)?,
            (None, Endpoint::V1) => return Err(ConnectError::Malformed("join_request is missing")),
        },
    };
    Ok(connect)
}

/// Why a connection request cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ConnectError {
    #[error(transparent)]
    Token(#[from] TokenError),
    #[error("malformed request: {0}")]
    Malformed(&'static str),
    #[error("malformed request: {0}")]
    OutOfBounds(#[from] OutOfBounds),
}

fn from_params(params: Params, identity: &str, claims: &Claims) -> Result<Purpose, ConnectError> {
    let client = client::client_from_wire(params.client_info())?;
    if params.reconnect {
        return Ok(Purpose::Resume(Box::new(Resume {
            identity: Identity::from(identity),
            participant: params.sid.map(ParticipantSid::from),
            reason: ReconnectReason::from_wire(params.reconnect_reason).unwrap_or_default(),
            client,
            sync_state: None,
            offer: None,
        })));
    }
    let mut join = from_claims(claims, identity, PcMode::Dual, client);
    join.settings = params.settings();
    if let Some(attributes) = &params.attributes {
        let attributes = query::attributes(attributes)?;
        set_attributes(&mut join, attributes, claims)?;
    }
    Ok(Purpose::Join(Box::new(join)))
}

fn from_join_request(
    request: wire::JoinRequest,
    identity: &str,
    claims: &Claims,
) -> Result<Purpose, ConnectError> {
    let client = client::client_from_wire(request.client_info.unwrap_or_default())?;
    let offer = request
        .publisher_offer
        .map(request::description)
        .transpose()?;
    if request.reconnect {
        let sid = bounds::text("participant sid", request.participant_sid, bounds::ID_BYTES)?;
        return Ok(Purpose::Resume(Box::new(Resume {
            identity: Identity::from(identity),
            participant: (!sid.is_empty()).then(|| ParticipantSid::from(sid)),
            reason: ReconnectReason::from_wire(request.reconnect_reason).unwrap_or_default(),
            client,
            sync_state: request
                .sync_state
                .map(subscription::sync_state_from_wire)
                .transpose()?,
            offer,
        })));
    }
    let mut join = from_claims(claims, identity, PcMode::Single, client);
    join.settings = client::settings_from_wire(request.connection_settings.unwrap_or_default());
    join.offer = offer;
    join.add_tracks = bounds::list("tracks", request.add_track_requests, bounds::TRACKS)?
        .into_iter()
        .map(track::add_track_from_wire)
        .collect::<Result<_, _>>()?;
    if !request.metadata.is_empty() {
        claims.require(Right::UpdateOwnMetadata)?;
        join.metadata = bounds::text("metadata", request.metadata, bounds::METADATA_BYTES)?;
    }
    let attributes = request::attributes(request.participant_attributes)?;
    set_attributes(&mut join, attributes, claims)?;
    Ok(Purpose::Join(Box::new(join)))
}

fn from_claims(claims: &Claims, identity: &str, mode: PcMode, client: ClientInfo) -> Join {
    Join {
        name: claims.name.clone(),
        metadata: claims.metadata.clone(),
        attributes: claims.attributes.clone(),
        permission: grants::permission(&claims.video),
        kind: grants::kind(claims),
        kind_details: grants::kind_details(&claims.kind_details),
        client,
        claim: grants::claim(claims),
        room_config: claims.room_config.as_ref().map(room::config_from_wire),
        token_not_before_unix_s: (claims.nbf > 0).then_some(claims.nbf),
        ..Join::new(Identity::from(identity), mode)
    }
}

/// What the client says is laid over what its token says, if the token lets it.
fn set_attributes(
    join: &mut Join,
    attributes: BTreeMap<String, String>,
    claims: &Claims,
) -> Result<(), TokenError> {
    if !attributes.is_empty() {
        claims.require(Right::UpdateOwnMetadata)?;
        join.attributes.extend(attributes);
    }
    Ok(())
}

#[cfg(test)]
mod tests;
