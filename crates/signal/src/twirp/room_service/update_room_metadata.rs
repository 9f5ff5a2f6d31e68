//! Replaces the room's metadata and tells everybody in it. Needs `roomAdmin` of the room.

use crate::convert::room::room_to_wire;
use crate::twirp::TwirpError;
use crate::twirp::caller::Caller;
use livekit_protocol as wire;

pub(in crate::twirp) async fn run(
    caller: Caller,
    request: wire::UpdateRoomMetadataRequest,
) -> Result<wire::Room, TwirpError> {
    let room = caller.admin_of(&request.room)?;
    let updated = caller
        .services
        .rooms
        .update_metadata(&room, request.metadata)
        .await?;
    Ok(room_to_wire(&updated))
}
