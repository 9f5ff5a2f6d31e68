//! Runs a method in a participant's program and waits for its answer. Needs `roomAdmin` of the
//! room.

use crate::twirp::TwirpError;
use crate::twirp::caller::{Caller, identity};
use livekit_protocol as wire;
use room_core::RpcCall;
use std::time::Duration;

/// What client SDKs use when nothing is said.
const DEFAULT_TIMEOUT: Duration = Duration::from_secs(15);

/// A request must not be kept open for ever.
const MAX_TIMEOUT: Duration = Duration::from_secs(120);

pub(in crate::twirp) async fn run(
    caller: Caller,
    request: wire::PerformRpcRequest,
) -> Result<wire::PerformRpcResponse, TwirpError> {
    let room = caller.admin_of(&request.room)?;
    let destination = identity(&request.destination_identity)?;
    if request.method.is_empty() {
        return Err(TwirpError::invalid("method", "the method is not named"));
    }
    let response_timeout = match request.response_timeout_ms {
        0 => DEFAULT_TIMEOUT,
        ms => Duration::from_millis(u64::from(ms)).min(MAX_TIMEOUT),
    };
    let call = RpcCall {
        destination,
        method: request.method,
        payload: request.payload,
        response_timeout,
    };
    let payload = caller.services.rooms.perform_rpc(&room, call).await??;
    Ok(wire::PerformRpcResponse { payload })
}
