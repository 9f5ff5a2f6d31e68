//! Takes a dispatch back; its agents are told to leave. Needs `roomAdmin` of the room.

use crate::agents::dispatch::DispatchId;
use crate::agents::wire::dispatch_to_wire;
use crate::twirp::caller::Caller;
use crate::twirp::{Code, TwirpError};
use livekit_protocol as wire;

pub(in crate::twirp) async fn run(
    caller: Caller,
    request: wire::DeleteAgentDispatchRequest,
) -> Result<wire::AgentDispatch, TwirpError> {
    let room = caller.admin_of(&request.room)?;
    let id = DispatchId::from(request.dispatch_id.as_str());
    let deleted = caller.services.agents.delete_dispatch(room, id).await?;
    match deleted {
        Some(dispatch) => Ok(dispatch_to_wire(&dispatch)),
        None => Err(TwirpError::new(
            Code::NotFound,
            "the room has no such dispatch",
        )),
    }
}
