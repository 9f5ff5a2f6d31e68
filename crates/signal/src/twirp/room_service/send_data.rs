//! Sends a data message to some or all of a room, in the server's name. Needs `roomAdmin` of the
//! room.

use crate::ServerPacket;
use crate::convert::bounds;
use crate::twirp::TwirpError;
use crate::twirp::caller::Caller;
use base::media::DataChannelKind;
use base::{Identity, ParticipantSid};
use livekit_protocol as wire;
use room_core::DataTarget;

/// As many as a room may have participants.
const MAX_DESTINATIONS: usize = 3_000;

/// None, or a UUID.
const NONCE_BYTES: [usize; 2] = [0, 16];

#[expect(deprecated, reason = "callers may still name destinations by sid")]
pub(in crate::twirp) async fn run(
    caller: Caller,
    request: wire::SendDataRequest,
) -> Result<wire::SendDataResponse, TwirpError> {
    let room = caller.admin_of(&request.room)?;
    if !NONCE_BYTES.contains(&request.nonce.len()) {
        return Err(TwirpError::invalid("nonce", "a nonce has 16 bytes"));
    }
    let identities = bounds::list(
        "destination identities",
        request.destination_identities,
        MAX_DESTINATIONS,
    )?;
    let sids = bounds::list(
        "destination sids",
        request.destination_sids,
        MAX_DESTINATIONS,
    )?;
    let sids: Vec<_> = sids.into_iter().map(ParticipantSid::from).collect();
    let lossy = request.kind == wire::data_packet::Kind::Lossy as i32;
    let channel = if lossy {
        DataChannelKind::Lossy
    } else {
        DataChannelKind::Reliable
    };
    let packet = ServerPacket {
        payload: request.data,
        topic: request.topic,
        destination_identities: identities.clone(),
        destination_sids: sids.clone(),
        nonce: request.nonce,
        lossy,
    };
    let target = DataTarget {
        identities: identities.into_iter().map(Identity::from).collect(),
        sids,
    };
    let rooms = &caller.services.rooms;
    rooms
        .send_data(&room, channel, packet.encode(), target)
        .await?;
    Ok(wire::SendDataResponse {})
}
