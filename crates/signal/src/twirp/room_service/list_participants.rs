//! Everybody in a room, also the hidden. Needs `roomAdmin` of the room. Of a room that is not open
//! the answer is empty, as callers of this ecosystem expect.

use crate::convert::participant::participants_to_wire;
use crate::twirp::TwirpError;
use crate::twirp::caller::Caller;
use livekit_protocol as wire;
use room_core::Refusal;

pub(in crate::twirp) async fn run(
    caller: Caller,
    request: wire::ListParticipantsRequest,
) -> Result<wire::ListParticipantsResponse, TwirpError> {
    let room = caller.admin_of(&request.room)?;
    let present = match caller.services.rooms.participants(&room).await {
        Ok(present) => present,
        Err(Refusal::NoSuchRoom) => Vec::new(),
        Err(refusal) => return Err(refusal.into()),
    };
    Ok(wire::ListParticipantsResponse {
        participants: participants_to_wire(&present),
    })
}
