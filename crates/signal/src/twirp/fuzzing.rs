//! What the fuzz target and the replay of its corpus run.

use super::codec::Encoding;
use livekit_protocol as wire;
use prost::Message;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// Reads a body as the request that `choice` names: its lowest bit the encoding, the rest the
/// method, in the order of the paths in `router.rs`.
pub(crate) fn read_as_any(choice: u8, body: &[u8]) {
    const METHODS: [fn(Encoding, &[u8]); 17] = [
        read::<wire::CreateRoomRequest>,
        read::<wire::ListRoomsRequest>,
        read::<wire::DeleteRoomRequest>,
        read::<wire::UpdateRoomMetadataRequest>,
        read::<wire::ListParticipantsRequest>,
        read::<wire::RoomParticipantIdentity>,
        read::<wire::RoomParticipantIdentity>,
        read::<wire::UpdateParticipantRequest>,
        read::<wire::MuteRoomTrackRequest>,
        read::<wire::UpdateSubscriptionsRequest>,
        read::<wire::SendDataRequest>,
        read::<wire::PerformRpcRequest>,
        read::<wire::MoveParticipantRequest>,
        read::<wire::ForwardParticipantRequest>,
        read::<wire::CreateAgentDispatchRequest>,
        read::<wire::DeleteAgentDispatchRequest>,
        read::<wire::ListAgentDispatchRequest>,
    ];
    let encoding = match choice & 1 {
        0 => Encoding::Protobuf,
        _ => Encoding::Json,
    };
    METHODS[usize::from(choice >> 1) % METHODS.len()](encoding, body);
}

fn read<T>(encoding: Encoding, body: &[u8])
where
    T: Message + Default + DeserializeOwned + Serialize,
{
    let Ok(request) = encoding.read::<T>(body) else {
        return;
    };
    // Compared as bytes: a number that is none is not equal to itself.
    let written = request.encode_to_vec();
    let again = T::decode(&written[..]).map(|request| request.encode_to_vec());
    assert!(again.is_ok_and(|again| again.len() == written.len()));
    if let Ok(json) = serde_json::to_vec(&request) {
        assert!(Encoding::Json.read::<T>(&json).is_ok());
    }
}
