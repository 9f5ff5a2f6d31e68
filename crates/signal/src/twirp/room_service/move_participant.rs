//! Takes a participant, connections and all, to another room. Needs `roomAdmin` of the room and
//! `destinationRoom` for the other.

use crate::twirp::caller::{Caller, identity};
use crate::twirp::{Code, TwirpError};
use livekit_protocol as wire;

pub(in crate::twirp) async fn run(
    caller: Caller,
    request: wire::MoveParticipantRequest,
) -> Result<wire::MoveParticipantResponse, TwirpError> {
    let (room, destination) = caller.admin_of_both(&request.room, &request.destination_room)?;
    identity(&request.identity)?;
    if room == destination {
        return Err(room_core::Refusal::SameRoom.into());
    }
    Err(TwirpError::new(
        Code::Unimplemented,
        "participants cannot be moved yet: give them a token for the other room",
    ))
}
