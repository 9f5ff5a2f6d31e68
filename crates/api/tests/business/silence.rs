//! A media plane in which nothing is heard: in these stories nobody has a media connection.

use base::media::{Command, Event};
use base::{Identity, RoomKey};
use bytes::Bytes;
use room::Media;
use room_core::{BadPacket, DataWire, Envelope, RpcError, RpcRequest, Sender, ServerCall};
use tokio::sync::mpsc;

#[derive(Debug)]
pub(crate) struct Silence;

impl Media for Silence {
    fn attach(&self, _room: RoomKey) -> mpsc::Receiver<Event> {
        mpsc::channel(1).1
    }

    fn detach(&self, _room: RoomKey) {}

    fn send(&self, _command: Command) {}
}

impl DataWire for Silence {
    fn open(&self, _packet: &Bytes) -> Result<Envelope, BadPacket> {
        Err(BadPacket)
    }

    fn stamp(&self, packet: &Bytes, _sender: &Sender) -> Result<Bytes, BadPacket> {
        Ok(packet.clone())
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
