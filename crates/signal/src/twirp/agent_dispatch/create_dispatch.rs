//! Calls an agent into a room; opens the room if need be. Needs `roomAdmin` of the room.

use crate::agents::dispatch::{DispatchRequest, RestartPolicy};
use crate::agents::wire::dispatch_to_wire;
use crate::convert::bounds;
use crate::twirp::TwirpError;
use crate::twirp::caller::Caller;
use livekit_protocol as wire;
use room_core::model::RoomConfig;

pub(in crate::twirp) async fn run(
    caller: Caller,
    request: wire::CreateAgentDispatchRequest,
) -> Result<wire::AgentDispatch, TwirpError> {
    let name = caller.admin_of(&request.room)?;
    let restart = match wire::JobRestartPolicy::try_from(request.restart_policy) {
        Ok(wire::JobRestartPolicy::JrpNever) => RestartPolicy::Never,
        Ok(wire::JobRestartPolicy::JrpOnFailure) | Err(_) => RestartPolicy::OnFailure,
    };
    let wanted = DispatchRequest {
        agent_name: bounds::text("agent name", request.agent_name, bounds::NAME_BYTES)?,
        metadata: bounds::text("metadata", request.metadata, bounds::METADATA_BYTES)?,
        deployment: bounds::text("deployment", request.deployment, bounds::NAME_BYTES)?,
        attributes: request.attributes.into_iter().collect(),
        restart,
    };
    let rooms = &caller.services.rooms;
    let room = rooms.create(&name, RoomConfig::default()).await?;
    let dispatch = caller
        .services
        .agents
        .create_dispatch(room, wanted)
        .await??;
    Ok(dispatch_to_wire(&dispatch))
}
