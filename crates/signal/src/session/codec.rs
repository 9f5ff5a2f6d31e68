//! Signalling messages as WebSocket frames: protobuf in binary ones, protojson in text ones, as
//! old clients speak.

use crate::websocket::Message;
use livekit_protocol as wire;
use prost::Message as _;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Codec {
    Binary,
    Json,
}

/// The frame does not hold a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Undecodable;

impl Codec {
    /// `None` for frames that carry no request.
    pub(super) fn decode(
        frame: Message,
    ) -> Result<Option<(Self, wire::SignalRequest)>, Undecodable> {
        match frame {
            Message::Binary(bytes) => wire::SignalRequest::decode(bytes)
                .map(|request| Some((Self::Binary, request)))
                .map_err(|_| Undecodable),
            Message::Text(text) => serde_json::from_str(&text)
                .map(|request| Some((Self::Json, request)))
                .map_err(|_| Undecodable),
            Message::Ping(_) | Message::Pong(_) | Message::Close(_) => Ok(None),
        }
    }

    pub(super) fn encode(self, response: &wire::SignalResponse) -> Message {
        match self {
            Self::Binary => Message::Binary(response.encode_to_vec().into()),
            // Our own messages always have a JSON form; should one not, the client is not left
            // without it.
            Self::Json => serde_json::to_string(response)
                .map_or_else(|_| Self::Binary.encode(response), Message::Text),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wire::signal_request::Message as Request;
    use wire::signal_response::Message as Response;

    #[test]
    fn both_languages_are_understood() {
        let mute = wire::SignalRequest {
            message: Some(Request::Mute(wire::MuteTrackRequest {
                sid: "TR_1".into(),
                muted: true,
            })),
        };
        let binary = Message::Binary(mute.encode_to_vec().into());
        assert_eq!(
            Codec::decode(binary),
            Ok(Some((Codec::Binary, mute.clone())))
        );
        let json = Message::Text(r#"{"mute":{"sid":"TR_1","muted":true}}"#.into());
        assert_eq!(Codec::decode(json), Ok(Some((Codec::Json, mute))));
    }

    #[test]
    fn answers_come_in_the_clients_language() {
        let pong = wire::SignalResponse {
            message: Some(Response::PongResp(wire::Pong {
                last_ping_timestamp: 1,
                timestamp: 2,
            })),
        };
        let Message::Text(text) = Codec::Json.encode(&pong) else {
            panic!("not text");
        };
        assert_eq!(
            text.as_str(),
            r#"{"pongResp":{"lastPingTimestamp":"1","timestamp":"2"}}"#
        );
    }

    #[test]
    fn rubbish_is_undecodable() {
        for frame in [
            Message::Binary(vec![0xff, 0xff].into()),
            Message::Text("{".into()),
        ] {
            assert_eq!(Codec::decode(frame), Err(Undecodable));
        }
    }
}
