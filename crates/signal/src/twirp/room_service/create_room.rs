//! Opens a room before anybody joins, or changes the settings of an open one. Needs `roomCreate`.

use crate::convert::room::{config_from_wire, room_to_wire};
use crate::token::Right;
use crate::twirp::caller::{Caller, room_name};
use crate::twirp::{Code, TwirpError};
use livekit_protocol as wire;

pub(in crate::twirp) async fn run(
    caller: Caller,
    request: wire::CreateRoomRequest,
) -> Result<wire::Room, TwirpError> {
    caller.require(Right::RoomCreate)?;
    let name = room_name(&request.name)?;
    if request.egress.is_some() {
        return Err(TwirpError::new(
            Code::Unimplemented,
            "this server does not record rooms by itself: leave `egress` out",
        ));
    }
    let config = config_from_wire(&wire::RoomConfiguration {
        empty_timeout: request.empty_timeout,
        departure_timeout: request.departure_timeout,
        max_participants: request.max_participants,
        metadata: request.metadata,
        agents: request.agents,
        ..wire::RoomConfiguration::default()
    });
    let room = caller.services.rooms.create(&name, config).await?;
    Ok(room_to_wire(&room))
}
