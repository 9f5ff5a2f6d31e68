//! Opens a room before anybody joins, or changes the settings of an open one. Needs `roomCreate`.
//!
//! Agents that are named are called in by the room's start; into a room that is open, those are
//! called who were not called before, so that to ask twice is to ask once.

use crate::agents::dispatch::DispatchRequest;
use crate::convert::room::{config_from_wire, room_to_wire};
use crate::token::Right;
use crate::twirp::caller::{Caller, room_name};
use crate::twirp::{Code, TwirpError};
use livekit_protocol as wire;
use room_core::model::{AgentDispatch, RoomInfo};

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
    let agents = config.agents.clone();
    let rooms = &caller.services.rooms;
    let was_open = !rooms.list(std::slice::from_ref(&name)).await.is_empty();
    let room = rooms.create(&name, config).await?;
    if was_open {
        call_in(&caller, &room, agents).await?;
    }
    Ok(room_to_wire(&room))
}

async fn call_in(
    caller: &Caller,
    room: &RoomInfo,
    agents: Vec<AgentDispatch>,
) -> Result<(), TwirpError> {
    let service = &caller.services.agents;
    for agent in agents {
        let called = service.dispatches(room.name.clone()).await?;
        if called
            .iter()
            .any(|dispatch| dispatch.request.agent_name == agent.agent_name)
        {
            continue;
        }
        let wanted = DispatchRequest {
            agent_name: agent.agent_name,
            metadata: agent.metadata,
            deployment: agent.deployment,
            attributes: agent.attributes,
            ..DispatchRequest::default()
        };
        service.create_dispatch(room.clone(), wanted).await??;
    }
    Ok(())
}
