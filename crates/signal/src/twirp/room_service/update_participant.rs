//! Changes a participant's name, metadata, attributes or permission. Needs `roomAdmin` of the room.

use crate::convert::participant::{participant_to_wire, permission_from_wire};
use crate::twirp::TwirpError;
use crate::twirp::caller::{Caller, identity};
use livekit_protocol as wire;
use room_core::ParticipantChange;

pub(in crate::twirp) async fn run(
    caller: Caller,
    request: wire::UpdateParticipantRequest,
) -> Result<wire::ParticipantInfo, TwirpError> {
    let room = caller.admin_of(&request.room)?;
    let identity = identity(&request.identity)?;
    // On the wire, what is empty is not to be changed.
    let change = ParticipantChange {
        name: Some(request.name).filter(|name| !name.is_empty()),
        metadata: Some(request.metadata).filter(|metadata| !metadata.is_empty()),
        attributes: request.attributes.into_iter().collect(),
        permission: request.permission.map(permission_from_wire).transpose()?,
    };
    let updated = caller
        .services
        .rooms
        .update_participant(&room, &identity, change)
        .await?;
    Ok(participant_to_wire(&updated))
}
