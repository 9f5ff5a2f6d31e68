//! Shows a participant's tracks in another room too. Needs `roomAdmin` of the room and
//! `destinationRoom` for the other.

use crate::twirp::TwirpError;
use crate::twirp::caller::{Caller, identity};
use livekit_protocol as wire;

pub(in crate::twirp) async fn run(
    caller: Caller,
    request: wire::ForwardParticipantRequest,
) -> Result<wire::ForwardParticipantResponse, TwirpError> {
    let (room, destination) = caller.admin_of_both(&request.room, &request.destination_room)?;
    let identity = identity(&request.identity)?;
    caller
        .services
        .rooms
        .forward_participant(&room, &identity, &destination)
        .await?;
    Ok(wire::ForwardParticipantResponse {})
}
