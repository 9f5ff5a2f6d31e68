//! One participant. Needs `roomAdmin` of the room.

use crate::convert::participant::participant_to_wire;
use crate::twirp::TwirpError;
use crate::twirp::caller::{Caller, identity};
use livekit_protocol as wire;

pub(in crate::twirp) async fn run(
    caller: Caller,
    request: wire::RoomParticipantIdentity,
) -> Result<wire::ParticipantInfo, TwirpError> {
    let room = caller.admin_of(&request.room)?;
    let identity = identity(&request.identity)?;
    let participant = caller.services.rooms.participant(&room, &identity).await?;
    Ok(participant_to_wire(&participant))
}
