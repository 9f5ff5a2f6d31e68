//! Data packets of bots: who sends, the number, and some bytes. The room passes on what it can read
//! as such; what it says itself in other words (RPC, events of its features) nobody here reads.

use base::{Identity, ParticipantSid};
use bytes::Bytes;
use room_core::{
    BadPacket, DataWire, Envelope, PacketKind, RpcError, RpcRequest, Sender, ServerCall,
};

/// A mark, a number from 1 (0: lossy), the sender's sid once the room has written it, and the rest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Parcel {
    pub(crate) sequence: u32,
    pub(crate) sender: ParticipantSid,
    pub(crate) body: Bytes,
}

const MARK: u8 = 0xd1;
const HEADER_BYTES: usize = 6;

impl Parcel {
    pub(crate) fn write(&self) -> Bytes {
        let sender = self.sender.as_str().as_bytes();
        let length = u8::try_from(sender.len()).unwrap_or(0);
        let mut bytes = vec![MARK];
        bytes.extend(self.sequence.to_be_bytes());
        bytes.push(length);
        bytes.extend(&sender[..length.into()]);
        bytes.extend(&self.body);
        bytes.into()
    }

    pub(crate) fn read(bytes: &Bytes) -> Option<Self> {
        let [MARK, a, b, c, d, length, rest @ ..] = &bytes[..] else {
            return None;
        };
        let length = usize::from(*length);
        let sender = str::from_utf8(rest.get(..length)?).ok()?;
        Some(Self {
            sequence: u32::from_be_bytes([*a, *b, *c, *d]),
            sender: ParticipantSid::new(sender),
            body: bytes.slice(HEADER_BYTES + length..),
        })
    }
}

#[derive(Debug)]
pub(crate) struct Wire;

impl DataWire for Wire {
    fn open(&self, packet: &Bytes) -> Result<Envelope, BadPacket> {
        let parcel = Parcel::read(packet).ok_or(BadPacket)?;
        Ok(Envelope {
            kind: PacketKind::User,
            destinations: Vec::new(),
            destination_sids: Vec::new(),
            sender: None,
            sequence: parcel.sequence,
        })
    }

    fn stamp(&self, packet: &Bytes, sender: &Sender) -> Result<Bytes, BadPacket> {
        let parcel = Parcel::read(packet).ok_or(BadPacket)?;
        let sender = sender.sid.clone();
        Ok(Parcel { sender, ..parcel }.write())
    }

    fn rpc_request(&self, _request: &RpcRequest) -> Bytes {
        Bytes::new()
    }

    fn server_call(&self, _packet: &Bytes) -> Result<ServerCall, BadPacket> {
        Err(BadPacket)
    }

    fn rpc_ack(&self, _id: &str, _to: &Identity) -> Bytes {
        Bytes::new()
    }

    fn rpc_response(&self, _id: &str, _result: Result<String, RpcError>, _to: &Identity) -> Bytes {
        Bytes::new()
    }

    fn event(&self, json: &str) -> Bytes {
        Bytes::copy_from_slice(json.as_bytes())
    }

    fn frame_handle(&self, _frame: &Bytes) -> Result<u16, BadPacket> {
        Err(BadPacket)
    }

    fn with_frame_handle(
        &self,
        _frame: &Bytes,
        _handle: u16,
        _sender: &Sender,
    ) -> Result<Bytes, BadPacket> {
        Err(BadPacket)
    }
}
