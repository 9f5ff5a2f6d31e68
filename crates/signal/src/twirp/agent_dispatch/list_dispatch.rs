//! The dispatches of a room, or one of them, with their jobs. Needs `roomAdmin` of the room.

use crate::agents::wire::dispatch_to_wire;
use crate::twirp::TwirpError;
use crate::twirp::caller::Caller;
use livekit_protocol as wire;

pub(in crate::twirp) async fn run(
    caller: Caller,
    request: wire::ListAgentDispatchRequest,
) -> Result<wire::ListAgentDispatchResponse, TwirpError> {
    let room = caller.admin_of(&request.room)?;
    let dispatches = caller.services.agents.dispatches(room).await?;
    let wanted = &request.dispatch_id;
    Ok(wire::ListAgentDispatchResponse {
        agent_dispatches: dispatches
            .iter()
            .filter(|dispatch| wanted.is_empty() || dispatch.id.as_str() == wanted)
            .map(dispatch_to_wire)
            .collect(),
    })
}
