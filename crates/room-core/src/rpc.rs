//! Methods of a participant's program, run at the server's request.

use crate::data_wire::{Envelope, PacketKind, RpcError, RpcRequest};
use crate::output::{Now, Output, RpcTicket};
use crate::room::Room;
use crate::timers::Timer;
use base::media::{Credit, DataChannelKind};
use base::{Identity, PeerId};
use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

/// A method to be run, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RpcCall {
    pub destination: Identity,
    pub method: String,
    pub payload: String,
    pub response_timeout: Duration,
}

/// The calls that wait for an answer.
#[derive(Debug, Default)]
pub(crate) struct Rpcs {
    waiting: BTreeMap<RpcTicket, Waiting>,
    by_id: HashMap<String, RpcTicket>,
}

#[derive(Debug)]
struct Waiting {
    id: String,
    destination: Identity,
    acknowledged: bool,
    until: std::time::Instant,
}

impl Room {
    /// The answer comes as [`Output::RpcDone`].
    pub fn perform_rpc(&mut self, now: Now, ticket: RpcTicket, call: RpcCall) {
        match self.start_rpc(now, ticket, call) {
            Ok(()) => {}
            Err(error) => self.output(Output::RpcDone {
                ticket,
                result: Err(error),
            }),
        }
        self.settle(now);
    }

    pub(crate) fn rpc_timeout(&mut self, now: Now, ticket: RpcTicket) {
        let Some(waiting) = self.rpcs.waiting.get(&ticket) else {
            return;
        };
        if waiting.until <= now.at {
            self.finish_rpc(ticket, Err(error::response_timeout()));
        } else if !waiting.acknowledged {
            self.finish_rpc(ticket, Err(error::connection_timeout()));
        }
    }

    /// Takes what answers a call of the server's out of the stream; gives back everything else.
    pub(crate) fn take_rpc_answer(&mut self, from: PeerId, envelope: Envelope) -> Option<Envelope> {
        let (PacketKind::RpcAck { request } | PacketKind::RpcResponse { request, .. }) =
            &envelope.kind
        else {
            return Some(envelope);
        };
        let sender = self.people.get(from)?;
        let Some(ticket) = self.rpcs.by_id.get(request).copied() else {
            return Some(envelope);
        };
        let waiting = self.rpcs.waiting.get_mut(&ticket)?;
        if waiting.destination != sender.identity {
            return None;
        }
        match envelope.kind {
            PacketKind::RpcResponse { result, .. } => self.finish_rpc(ticket, result),
            _ => waiting.acknowledged = true,
        }
        None
    }

    pub(crate) fn rpcs_lost(&mut self, destination: &Identity) {
        let lost: Vec<_> = self
            .rpcs
            .waiting
            .iter()
            .filter(|(_, waiting)| waiting.destination == *destination)
            .map(|(ticket, _)| *ticket)
            .collect();
        for ticket in lost {
            self.finish_rpc(ticket, Err(error::recipient_disconnected()));
        }
    }

    fn start_rpc(&mut self, now: Now, ticket: RpcTicket, call: RpcCall) -> Result<(), RpcError> {
        if call.payload.len() > self.settings.limits.rpc_payload_bytes {
            return Err(error::request_too_large());
        }
        if self.rpcs.waiting.len() >= self.settings.limits.rpcs_in_flight {
            return Err(error::send_failed());
        }
        let peer = self.people.with_identity(&call.destination);
        let peer = peer.filter(|peer| !self.is_guest(*peer));
        let peer = peer.ok_or_else(error::recipient_not_found)?;
        let id = self.rng.id("", 24);
        let packet = self.wire.rpc_request(&RpcRequest {
            id: id.clone(),
            method: call.method,
            payload: call.payload,
            response_timeout: call.response_timeout,
            destination: call.destination.clone(),
        });
        self.deliver(
            vec![peer],
            DataChannelKind::Reliable,
            packet,
            Credit::free(),
        );
        let until = now.at + call.response_timeout;
        self.timers.set(until, Timer::Rpc(ticket));
        let acknowledged_by = now.at + self.settings.rpc_ack_timeout;
        if acknowledged_by < until {
            self.timers.set(acknowledged_by, Timer::Rpc(ticket));
        }
        self.rpcs.by_id.insert(id.clone(), ticket);
        self.rpcs.waiting.insert(
            ticket,
            Waiting {
                id,
                destination: call.destination,
                acknowledged: false,
                until,
            },
        );
        Ok(())
    }

    fn finish_rpc(&mut self, ticket: RpcTicket, result: Result<String, RpcError>) {
        if let Some(waiting) = self.rpcs.waiting.remove(&ticket) {
            self.rpcs.by_id.remove(&waiting.id);
            self.output(Output::RpcDone { ticket, result });
        }
    }
}

/// The errors that the protocol defines for calls that did not run.
mod error {
    use crate::data_wire::RpcError;

    pub(super) fn connection_timeout() -> RpcError {
        of(1501, "Connection timeout")
    }

    pub(super) fn response_timeout() -> RpcError {
        of(1502, "Response timeout")
    }

    pub(super) fn recipient_disconnected() -> RpcError {
        of(1503, "Recipient disconnected")
    }

    pub(super) fn send_failed() -> RpcError {
        of(1505, "Failed to send")
    }

    pub(super) fn recipient_not_found() -> RpcError {
        of(1401, "Recipient not found")
    }

    pub(super) fn request_too_large() -> RpcError {
        of(1402, "Request payload too large")
    }

    fn of(code: u32, message: &str) -> RpcError {
        RpcError {
            code,
            message: message.to_owned(),
            data: String::new(),
        }
    }
}
