//! Data packets are opaque to the room; what it must know of them it learns through this seam.

use base::{Identity, ParticipantSid};
use bytes::Bytes;
use std::fmt;
use std::time::Duration;

/// Reads and stamps data packets. Implemented by the crate that knows the wire format.
pub trait DataWire: Send + Sync + fmt::Debug {
    /// # Errors
    /// The bytes are not a data packet.
    fn open(&self, packet: &Bytes) -> Result<Envelope, BadPacket>;

    /// The packet again, with its true sender written over whatever it said.
    ///
    /// # Errors
    /// The bytes are not a data packet.
    fn stamp(&self, packet: &Bytes, sender: &Sender) -> Result<Bytes, BadPacket>;

    /// A packet that asks a participant's program to run a method.
    fn rpc_request(&self, request: &RpcRequest) -> Bytes;

    /// A call that was sent to the server itself.
    ///
    /// # Errors
    /// The packet is no such call, or of a form that the server does not read.
    fn server_call(&self, packet: &Bytes) -> Result<ServerCall, BadPacket>;

    /// The server says that it got a call.
    fn rpc_ack(&self, id: &str, to: &Identity) -> Bytes;

    /// The server answers a call.
    fn rpc_response(&self, id: &str, result: Result<String, RpcError>, to: &Identity) -> Bytes;

    /// A packet in which the server tells of its features: a snapshot's piece, or an event.
    fn event(&self, json: &str) -> Bytes;

    /// The 16-bit handle of a data track frame.
    ///
    /// # Errors
    /// The bytes are not a data track frame.
    fn frame_handle(&self, frame: &Bytes) -> Result<u16, BadPacket>;

    /// The frame again with another handle.
    ///
    /// # Errors
    /// The bytes are not a data track frame.
    fn with_frame_handle(
        &self,
        frame: &Bytes,
        handle: u16,
        sender: &Sender,
    ) -> Result<Bytes, BadPacket>;
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a data packet")]
pub struct BadPacket;

/// What the room must know of a data packet to pass it on.
#[derive(Clone, Debug, PartialEq)]
pub struct Envelope {
    pub kind: PacketKind,
    /// Empty: everybody else.
    pub destinations: Vec<Identity>,
    /// The old way of naming destinations, inside user packets.
    pub destination_sids: Vec<ParticipantSid>,
    /// In whose name it claims to be sent, if it says so.
    pub sender: Option<Identity>,
    /// Counts reliable packets of one sender, from 1; 0: not counted.
    pub sequence: u32,
}

#[derive(Clone, Debug, PartialEq)]
pub enum PacketKind {
    User,
    SipDtmf,
    Transcription,
    Metrics,
    Chat,
    RpcRequest,
    RpcAck {
        request: String,
    },
    RpcResponse {
        request: String,
        result: Result<String, RpcError>,
    },
    /// Header, chunk or trailer of a text or byte stream.
    Stream,
    Encrypted,
    /// The old speaker update, which only servers send.
    Speaker,
    /// A newer kind than this version knows.
    Unknown,
}

/// Who sends a packet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sender {
    pub identity: Identity,
    pub sid: ParticipantSid,
}

/// A method to be run by a participant's program at the server's request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RpcRequest {
    pub id: String,
    pub method: String,
    pub payload: String,
    pub response_timeout: Duration,
    /// Whom the method is to run at.
    pub destination: Identity,
}

/// A method that a participant asks the server to run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerCall {
    pub id: String,
    pub method: String,
    pub payload: String,
}

/// The error that a method gave, or that kept it from running.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("rpc error {code}: {message}")]
pub struct RpcError {
    pub code: u32,
    pub message: String,
    pub data: String,
}
