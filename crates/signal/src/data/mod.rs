//! Data packets and data track frames: the little that a server must read, and stamp, of what
//! participants say to each other. Payloads are never copied apart nor understood.

mod fields;
mod frame;
mod packet;
mod rpc;

use base::{Identity, ParticipantSid};
use bytes::Bytes;
use livekit_protocol as wire;
use prost::Message;
use room_core::{BadPacket, DataWire, Envelope, RpcError, RpcRequest, SERVER, Sender, ServerCall};

/// The topic of the packets that tell what a room's features do.
const EVENT_TOPIC: &str = "stoa";

/// The wire format of LiveKit data packets and data track frames.
#[derive(Clone, Copy, Debug, Default)]
pub struct LivekitDataWire;

impl DataWire for LivekitDataWire {
    fn open(&self, packet: &Bytes) -> Result<Envelope, BadPacket> {
        packet::open(packet)
    }

    fn stamp(&self, packet: &Bytes, sender: &Sender) -> Result<Bytes, BadPacket> {
        packet::stamp(packet, sender)
    }

    fn rpc_request(&self, request: &RpcRequest) -> Bytes {
        rpc::request(request)
    }

    fn server_call(&self, packet: &Bytes) -> Result<ServerCall, BadPacket> {
        rpc::server_call(packet)
    }

    fn rpc_ack(&self, id: &str, to: &Identity) -> Bytes {
        rpc::server_ack(id, to)
    }

    fn rpc_response(&self, id: &str, result: Result<String, RpcError>, to: &Identity) -> Bytes {
        rpc::server_response(id, result, to)
    }

    fn event(&self, json: &str) -> Bytes {
        ServerPacket {
            payload: json.as_bytes().to_vec(),
            topic: Some(EVENT_TOPIC.to_owned()),
            ..ServerPacket::default()
        }
        .encode_from(SERVER)
    }

    fn frame_handle(&self, frame: &Bytes) -> Result<u16, BadPacket> {
        frame::handle(frame)
    }

    /// The sender is not written into the frame: subscribers know him by the handle.
    fn with_frame_handle(
        &self,
        frame: &Bytes,
        handle: u16,
        _sender: &Sender,
    ) -> Result<Bytes, BadPacket> {
        frame::with_handle(frame, handle)
    }
}

/// A packet from the server itself (room service `SendData`).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ServerPacket {
    pub payload: Vec<u8>,
    pub topic: Option<String>,
    pub destination_identities: Vec<String>,
    pub destination_sids: Vec<ParticipantSid>,
    /// Lets clients drop a repetition.
    pub nonce: Vec<u8>,
    pub lossy: bool,
}

impl ServerPacket {
    pub fn encode(self) -> Bytes {
        self.encode_from("")
    }

    #[expect(deprecated, reason = "older clients read the old fields")]
    fn encode_from(self, sender: &str) -> Bytes {
        let kind = if self.lossy {
            wire::data_packet::Kind::Lossy
        } else {
            wire::data_packet::Kind::Reliable
        };
        let packet = wire::DataPacket {
            kind: kind as i32,
            participant_identity: sender.to_owned(),
            destination_identities: self.destination_identities.clone(),
            value: Some(wire::data_packet::Value::User(wire::UserPacket {
                payload: self.payload,
                topic: self.topic,
                destination_sids: self
                    .destination_sids
                    .iter()
                    .map(|sid| sid.as_str().to_owned())
                    .collect(),
                destination_identities: self.destination_identities,
                nonce: self.nonce,
                ..wire::UserPacket::default()
            })),
            ..wire::DataPacket::default()
        };
        packet.encode_to_vec().into()
    }
}
