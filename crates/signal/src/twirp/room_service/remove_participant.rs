//! Puts somebody out, and makes the tokens worthless that he may still hold. Needs `roomAdmin` of
//! the room.

use crate::twirp::TwirpError;
use crate::twirp::caller::{Caller, identity};
use base::clock::OsClock;
use livekit_protocol as wire;

pub(in crate::twirp) async fn run(
    caller: Caller,
    request: wire::RoomParticipantIdentity,
) -> Result<wire::RemoveParticipantResponse, TwirpError> {
    let room = caller.admin_of(&request.room)?;
    let identity = identity(&request.identity)?;
    // Tokens from before this second. Whoever lets him in again mints a new one.
    let revoke_before_unix_s = match u64::try_from(request.revoke_token_ts) {
        Ok(0) => OsClock.unix_ms() / 1_000,
        Ok(seconds) => seconds,
        Err(_) => {
            return Err(TwirpError::invalid(
                "revokeTokenTs",
                "the time must not lie before 1970",
            ));
        }
    };
    caller
        .services
        .rooms
        .remove_participant(&room, &identity, Some(revoke_before_unix_s))
        .await?;
    Ok(wire::RemoveParticipantResponse {})
}
