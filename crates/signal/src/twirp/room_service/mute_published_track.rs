//! Mutes somebody's track; unmutes it only where the server is configured to allow that. Needs
//! `roomAdmin` of the room.

use crate::convert::bounds;
use crate::convert::track::track_info_to_wire;
use crate::twirp::TwirpError;
use crate::twirp::caller::{Caller, identity};
use livekit_protocol as wire;

pub(in crate::twirp) async fn run(
    caller: Caller,
    request: wire::MuteRoomTrackRequest,
) -> Result<wire::MuteRoomTrackResponse, TwirpError> {
    let room = caller.admin_of(&request.room)?;
    let identity = identity(&request.identity)?;
    let track = bounds::track_sid(request.track_sid)?;
    let muted = caller
        .services
        .rooms
        .mute_track(&room, &identity, &track, request.muted)
        .await?;
    Ok(wire::MuteRoomTrackResponse {
        track: Some(track_info_to_wire(&muted)),
    })
}
