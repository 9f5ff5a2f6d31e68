//! The rooms that are open now, all or those named. Needs `roomList`.

use crate::convert::bounds;
use crate::convert::room::room_to_wire;
use crate::token::Right;
use crate::twirp::TwirpError;
use crate::twirp::caller::Caller;
use base::RoomName;
use livekit_protocol as wire;

/// Each name is looked up in its room's own task.
const MAX_NAMES: usize = 1_000;

pub(in crate::twirp) async fn run(
    caller: Caller,
    request: wire::ListRoomsRequest,
) -> Result<wire::ListRoomsResponse, TwirpError> {
    caller.require(Right::RoomList)?;
    let mut names: Vec<RoomName> = bounds::list("names", request.names, MAX_NAMES)?
        .into_iter()
        .map(RoomName::from)
        .collect();
    names.sort();
    names.dedup();
    let rooms = caller.services.rooms.list(&names).await;
    Ok(wire::ListRoomsResponse {
        rooms: rooms.iter().map(room_to_wire).collect(),
    })
}
