//! Remote procedure calls that the server itself makes, and those that are made to it.

use base::Identity;
use bytes::Bytes;
use flate2::read::DeflateDecoder;
use livekit_protocol as wire;
use prost::Message;
use room_core::{BadPacket, PacketKind, RpcError, RpcRequest, SERVER, ServerCall};
use std::io::Read;
use wire::rpc_response::Value;

/// The first version, which every client answers: the second sends payloads as data streams, to
/// participants who are known to read them, and the server is not one.
const VERSION: u32 = 1;
/// A payload is at most 15 kB on the wire; a text of repetitions may grow on inflation.
const MAX_INFLATED_BYTES: u64 = 1024 * 1024;

/// The caller's identity is the call's id: clients answer to the identity that called, and refuse
/// a call from nobody.
pub(super) fn request(request: &RpcRequest) -> Bytes {
    let timeout_ms = request.response_timeout.as_millis();
    let packet = wire::DataPacket {
        participant_identity: request.id.clone(),
        destination_identities: vec![request.destination.as_str().to_owned()],
        value: Some(wire::data_packet::Value::RpcRequest(wire::RpcRequest {
            id: request.id.clone(),
            method: request.method.clone(),
            payload: request.payload.clone(),
            response_timeout_ms: u32::try_from(timeout_ms).unwrap_or(u32::MAX),
            version: VERSION,
            compressed_payload: Vec::new(),
        })),
        ..wire::DataPacket::default()
    };
    packet.encode_to_vec().into()
}

pub(super) fn ack(bytes: &Bytes) -> Result<PacketKind, BadPacket> {
    let ack = wire::RpcAck::decode(bytes.clone()).map_err(|_| BadPacket)?;
    Ok(PacketKind::RpcAck {
        request: ack.request_id,
    })
}

pub(super) fn response(bytes: &Bytes) -> Result<PacketKind, BadPacket> {
    let response = wire::RpcResponse::decode(bytes.clone()).map_err(|_| BadPacket)?;
    let result = match response.value {
        Some(Value::Payload(payload)) => Ok(payload),
        Some(Value::CompressedPayload(payload)) => Ok(inflate(&payload)?),
        Some(Value::Error(error)) => Err(RpcError {
            code: error.code,
            message: error.message,
            data: error.data,
        }),
        None => Ok(String::new()),
    };
    Ok(PacketKind::RpcResponse {
        request: response.request_id,
        result,
    })
}

/// Calls of the first version: clients send the second one only to participants who say that they
/// read it.
pub(super) fn server_call(packet: &Bytes) -> Result<ServerCall, BadPacket> {
    let packet = wire::DataPacket::decode(packet.clone()).map_err(|_| BadPacket)?;
    let Some(wire::data_packet::Value::RpcRequest(call)) = packet.value else {
        return Err(BadPacket);
    };
    let payload = match call.compressed_payload.as_slice() {
        [] => call.payload,
        compressed => inflate(compressed)?,
    };
    Ok(ServerCall {
        id: call.id,
        method: call.method,
        payload,
    })
}

pub(super) fn server_ack(id: &str, to: &Identity) -> Bytes {
    from_server(
        to,
        wire::data_packet::Value::RpcAck(wire::RpcAck {
            request_id: id.to_owned(),
        }),
    )
}

pub(super) fn server_response(id: &str, result: Result<String, RpcError>, to: &Identity) -> Bytes {
    let value = match result {
        Ok(payload) => Value::Payload(payload),
        Err(error) => Value::Error(wire::RpcError {
            code: error.code,
            message: error.message,
            data: error.data,
        }),
    };
    from_server(
        to,
        wire::data_packet::Value::RpcResponse(wire::RpcResponse {
            request_id: id.to_owned(),
            value: Some(value),
        }),
    )
}

fn from_server(to: &Identity, value: wire::data_packet::Value) -> Bytes {
    let packet = wire::DataPacket {
        participant_identity: SERVER.to_owned(),
        destination_identities: vec![to.as_str().to_owned()],
        value: Some(value),
        ..wire::DataPacket::default()
    };
    packet.encode_to_vec().into()
}

fn inflate(bytes: &[u8]) -> Result<String, BadPacket> {
    let mut text = String::new();
    let read = DeflateDecoder::new(bytes)
        .take(MAX_INFLATED_BYTES + 1)
        .read_to_string(&mut text)
        .map_err(|_| BadPacket)?;
    if read as u64 > MAX_INFLATED_BYTES {
        return Err(BadPacket);
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::Compression;
    use flate2::write::DeflateEncoder;
    use std::io::Write;
    use std::time::Duration;

    #[test]
    fn a_call_carries_what_the_method_needs() {
        let bytes = request(&RpcRequest {
            id: "call-1".into(),
            method: "greet".into(),
            payload: "hello".into(),
            response_timeout: Duration::from_secs(10),
            destination: "ann".into(),
        });
        let packet = wire::DataPacket::decode(bytes).unwrap();
        assert_eq!(packet.participant_identity, "call-1");
        assert_eq!(packet.destination_identities, ["ann"]);
        let Some(wire::data_packet::Value::RpcRequest(call)) = packet.value else {
            panic!("not a call");
        };
        assert_eq!(call.response_timeout_ms, 10_000);
        assert_eq!((call.method.as_str(), call.version), ("greet", 1));
    }

    #[test]
    fn answers_of_all_three_forms_are_read() {
        let read = |value| {
            let response = wire::RpcResponse {
                request_id: "1".into(),
                value: Some(value),
            };
            match super::response(&response.encode_to_vec().into()) {
                Ok(PacketKind::RpcResponse { result, .. }) => Ok(result),
                Ok(other) => panic!("{other:?}"),
                Err(bad) => Err(bad),
            }
        };
        assert_eq!(read(Value::Payload("yes".into())), Ok(Ok("yes".to_owned())));
        assert_eq!(
            read(Value::CompressedPayload(deflate(b"yes"))),
            Ok(Ok("yes".to_owned()))
        );
        let error = wire::RpcError {
            code: 1400,
            message: "no".into(),
            data: String::new(),
        };
        assert_eq!(read(Value::Error(error)).unwrap().unwrap_err().code, 1400);
        assert_eq!(
            read(Value::CompressedPayload(vec![1, 2, 3])),
            Err(BadPacket)
        );
    }

    #[test]
    fn a_call_to_the_server_is_read_plain_and_compressed() {
        let packet = |payload: &str, compressed_payload| {
            let call = wire::RpcRequest {
                id: "7".into(),
                method: "hands.raise".into(),
                payload: payload.into(),
                version: 1,
                compressed_payload,
                ..wire::RpcRequest::default()
            };
            let packet = wire::DataPacket {
                value: Some(wire::data_packet::Value::RpcRequest(call)),
                ..wire::DataPacket::default()
            };
            Bytes::from(packet.encode_to_vec())
        };
        let expected = ServerCall {
            id: "7".into(),
            method: "hands.raise".into(),
            payload: "{}".into(),
        };
        assert_eq!(server_call(&packet("{}", Vec::new())), Ok(expected.clone()));
        assert_eq!(server_call(&packet("", deflate(b"{}"))), Ok(expected));
        assert_eq!(server_call(&server_ack("7", &"ann".into())), Err(BadPacket));
    }

    #[test]
    fn a_caller_is_told_by_the_server_that_his_call_came_and_how_it_went() {
        let ack = wire::DataPacket::decode(server_ack("7", &"ann".into())).unwrap();
        assert_eq!(ack.participant_identity, "stoa");
        assert_eq!(ack.destination_identities, ["ann"]);
        let refused = RpcError {
            code: 1600,
            message: "no".into(),
            data: "{}".into(),
        };
        let bytes = server_response("7", Err(refused.clone()), &"ann".into());
        let packet = wire::DataPacket::decode(bytes).unwrap();
        let Some(wire::data_packet::Value::RpcResponse(answer)) = packet.value else {
            panic!("not an answer");
        };
        let read = response(&answer.encode_to_vec().into());
        let expected = PacketKind::RpcResponse {
            request: "7".into(),
            result: Err(refused),
        };
        assert_eq!(read, Ok(expected));
    }

    #[test]
    fn a_small_packet_does_not_become_a_large_text() {
        let bomb = deflate(&vec![b'a'; 2 * MAX_INFLATED_BYTES as usize]);
        assert!(bomb.len() < 16 * 1024);
        assert_eq!(inflate(&bomb), Err(BadPacket));
    }

    fn deflate(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = DeflateEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }
}
