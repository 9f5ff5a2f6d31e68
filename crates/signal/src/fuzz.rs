//! What the fuzz targets and the replay of their corpora run: every parser that a stranger's bytes
//! reach, with what must hold whatever they are.

use crate::agents;
use crate::connect::{self, Endpoint};
use crate::convert::request;
use crate::data::LivekitDataWire;
use crate::token::{ApiKeys, Claims, VideoGrant};
use crate::twirp;
use crate::websocket::{Decoder, Message as WebSocketMessage};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE;
use bytes::Bytes;
use livekit_protocol as wire;
use prost::Message;
use room_core::{DataWire, Sender};
use stage::Stage;

mod stage;

/// The second in which the tokens of the corpus are valid.
pub const NOW_UNIX_S: u64 = 1_800_000_000;

/// Enough to begin something, change it and take it back.
const MAX_COMMANDS: usize = 64;

/// The keys that signed them.
pub fn keys() -> ApiKeys {
    ApiKeys::new([("devkey".to_owned(), "secret".to_owned())])
}

/// What is accepted as a token is accepted again when written anew.
pub fn token(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    if let Ok(claims) = keys().verify(text, NOW_UNIX_S) {
        let again = keys().sign(&claims);
        assert_eq!(
            again.and_then(|token| keys().verify(&token, NOW_UNIX_S)),
            Ok(claims)
        );
    }
}

/// The bytes as a `WrappedJoinRequest`.
pub fn join_request(bytes: &[u8]) {
    let query = format!("join_request={}", URL_SAFE.encode(bytes));
    let _ = connect::read(Endpoint::V1, &query, &claims());
}

/// The bytes as the query of either path.
pub fn connect_query(bytes: &[u8]) {
    if let Ok(query) = std::str::from_utf8(bytes) {
        let _ = connect::query_token(query);
        for endpoint in [Endpoint::V0, Endpoint::V1] {
            let _ = connect::read(endpoint, query, &claims());
        }
    }
}

/// The bytes as a signalling message in both languages.
pub fn signal_request(bytes: &[u8]) {
    if let Ok(decoded) = wire::SignalRequest::decode(bytes) {
        let _ = request::from_wire(decoded);
    }
    if let Ok(decoded) = serde_json::from_slice::<wire::SignalRequest>(bytes) {
        let _ = request::from_wire(decoded);
    }
}

/// The bytes as a message of an agent worker in both languages.
pub fn worker_message(bytes: &[u8]) {
    agents::wire::read_as_any(bytes);
}

/// The first byte says how many of the following come at once: the messages are the same however
/// they come, and none is larger than it may be.
pub fn websocket(bytes: &[u8]) {
    const MOST_BYTES: usize = 1_000;
    let Some((at_once, bytes)) = bytes.split_first() else {
        return;
    };
    let read = |at_once: usize| {
        let mut decoder = Decoder::new(MOST_BYTES);
        let mut messages = Vec::new();
        for chunk in bytes.chunks(at_once) {
            decoder.push(chunk);
            loop {
                match decoder.next() {
                    Ok(Some(message)) => messages.push(message),
                    Ok(None) => break,
                    Err(malformed) => return (messages, Some(malformed)),
                }
            }
        }
        (messages, None)
    };
    let (messages, malformed) = read(usize::from(*at_once).max(1));
    let whole = read(bytes.len().max(1));
    assert_eq!((&messages, malformed), (&whole.0, whole.1));
    for message in messages {
        if let WebSocketMessage::Binary(payload) = message {
            assert!(payload.len() <= MOST_BYTES);
        }
    }
}

/// A packet that is let through says of itself after stamping what it said before, except for its
/// sender, who is the true one.
pub fn data_packet(bytes: &[u8]) {
    let packet = Bytes::copy_from_slice(bytes);
    let sender = Sender {
        identity: "ann".into(),
        sid: "PA_ann".into(),
    };
    let _ = LivekitDataWire.server_call(&packet);
    let Ok(before) = LivekitDataWire.open(&packet) else {
        return;
    };
    let Ok(stamped) = LivekitDataWire.stamp(&packet, &sender) else {
        return;
    };
    let Ok(after) = LivekitDataWire.open(&stamped) else {
        panic!("the stamped packet cannot be opened");
    };
    assert_eq!(after.sender, Some(sender.identity));
    assert_eq!(after.kind, before.kind);
    assert_eq!(after.sequence, before.sequence);
    assert_eq!(after.destinations, before.destinations);
    assert_eq!(after.destination_sids, before.destination_sids);
    if let Ok(decoded) = wire::DataPacket::decode(&stamped[..]) {
        assert_eq!(decoded.participant_identity, "ann");
        assert_eq!(decoded.participant_sid, "PA_ann");
    }
}

/// A frame that is let through keeps all but its handle.
pub fn data_frame(bytes: &[u8]) {
    let frame = Bytes::copy_from_slice(bytes);
    let sender = Sender {
        identity: "ann".into(),
        sid: "PA_ann".into(),
    };
    if let Ok(out) = LivekitDataWire.with_frame_handle(&frame, 7, &sender) {
        assert_eq!(LivekitDataWire.frame_handle(&out), Ok(7));
        assert_eq!(out.len(), frame.len());
    }
}

/// The first byte chooses a method of the server API and an encoding, the rest is the body. What is
/// read as a request is the same request after it was written and read again.
pub fn twirp_body(bytes: &[u8]) {
    if let Some((choice, body)) = bytes.split_first() {
        twirp::read_as_any(*choice, body);
    }
}

/// Lines of `<caller> <method> <JSON>`, given to a room one after the other by its host, a member
/// (`m`) and a server (`s`). Whoever heard all events then knows what a new snapshot says.
pub fn room_commands(bytes: &[u8]) {
    let mut stage = Stage::open();
    for line in bytes.split(|byte| *byte == b'\n').take(MAX_COMMANDS) {
        let Ok(line) = std::str::from_utf8(line) else {
            continue;
        };
        let mut words = line.splitn(3, ' ');
        let mut word = || words.next().unwrap_or_default();
        stage.command(word(), word(), word());
    }
    stage.compare();
}

fn claims() -> Claims {
    Claims {
        sub: "ann".into(),
        video: VideoGrant {
            room_join: true,
            room: "stage".into(),
            can_update_own_metadata: Some(true),
            ..VideoGrant::default()
        },
        ..Claims::default()
    }
}
