//! Services of the ecosystem that this server does not offer.

use super::error::{Code, TwirpError};

/// Says so, and what to do instead, rather than letting a caller believe that something began.
pub(super) fn answer(service: &str) -> TwirpError {
    let advice = match service {
        "livekit.Egress" => {
            "this server does not record or stream out on request: let a recorder join the room \
             with a token of its own (`recorder`, `hidden`)"
        }
        "livekit.Ingress" => {
            "this server has no ingress: let the source join the room with a LiveKit SDK"
        }
        "livekit.SIP" => {
            "this server has no telephony: let a SIP gateway join the room as a participant"
        }
        _ => {
            return TwirpError::new(
                Code::BadRoute,
                "there is no such service; this server has livekit.RoomService and \
                 livekit.AgentDispatchService",
            );
        }
    };
    TwirpError::new(Code::Unimplemented, advice)
}
