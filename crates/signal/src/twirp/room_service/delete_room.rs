//! Ends a room; everybody in it is told to leave. Needs `roomCreate`, as whoever may open rooms may
//! close them.

use crate::token::Right;
use crate::twirp::TwirpError;
use crate::twirp::caller::{Caller, room_name};
use livekit_protocol as wire;

pub(in crate::twirp) async fn run(
    caller: Caller,
    request: wire::DeleteRoomRequest,
) -> Result<wire::DeleteRoomResponse, TwirpError> {
    caller.require(Right::RoomCreate)?;
    let room = room_name(&request.room)?;
    caller.services.rooms.delete(&room).await?;
    Ok(wire::DeleteRoomResponse {})
}
