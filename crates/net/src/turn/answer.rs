//! What the relay says to its clients.

use super::allocation::Allocation;
use super::message::{Key, Message, Writer, attribute, method};
use super::rules::{Moment, Rules};
use crate::demux::StunClass;
use std::net::SocketAddr;
use std::time::Duration;

/// An error response on its way; signed if the client has proved that he has the key.
#[derive(Debug)]
pub(super) struct Refusal {
    pub(super) code: u16,
    pub(super) key: Option<Key>,
}

impl Refusal {
    pub(super) fn message(&self, at: Moment, request: &Message<'_>, rules: &Rules) -> Vec<u8> {
        let mut error = Writer::new(StunClass::Error, request.method, &request.transaction)
            .put_error(self.code, reason(self.code));
        if self.code == 420 {
            let unknown: Vec<u8> = request
                .unknown
                .iter()
                .flat_map(|a| a.to_be_bytes())
                .collect();
            error = error.put(attribute::UNKNOWN_ATTRIBUTES, &unknown);
        }
        if matches!(self.code, 401 | 438) {
            let nonce = rules.nonces.make(at.unix_s, at.client.ip());
            error = error
                .put(attribute::REALM, rules.realm.as_bytes())
                .put(attribute::NONCE, nonce.as_bytes());
        }
        error.finish(self.key.as_ref())
    }
}

pub(super) fn allocated<L>(
    allocation: &Allocation<L>,
    at: Moment,
    request: &Message<'_>,
) -> Writer {
    let left = allocation.expires.saturating_duration_since(at.now);
    success(request)
        .put_address(attribute::XOR_RELAYED_ADDRESS, allocation.relayed)
        .put(attribute::LIFETIME, &seconds(left))
        .put_address(attribute::XOR_MAPPED_ADDRESS, at.client)
}

pub(super) fn success(request: &Message<'_>) -> Writer {
    Writer::new(StunClass::Success, request.method, &request.transaction)
}

pub(super) fn data_indication(peer: SocketAddr, bytes: &[u8]) -> Vec<u8> {
    // Nobody answers an indication, so that its transaction needs no randomness.
    Writer::new(StunClass::Indication, method::DATA, &[0; 12])
        .put_address(attribute::XOR_PEER_ADDRESS, peer)
        .put(attribute::DATA, bytes)
        .finish(None)
}

pub(super) fn seconds(duration: Duration) -> [u8; 4] {
    u32::try_from(duration.as_secs())
        .unwrap_or(u32::MAX)
        .to_be_bytes()
}

/// Reason phrases of RFC 8489 section 14.8 and RFC 8656 section 19.
fn reason(code: u16) -> &'static str {
    match code {
        401 => "Unauthorized",
        403 => "Forbidden",
        420 => "Unknown Attribute",
        437 => "Allocation Mismatch",
        438 => "Stale Nonce",
        440 => "Address Family not Supported",
        441 => "Wrong Credentials",
        442 => "Unsupported Transport Protocol",
        443 => "Peer Address Family Mismatch",
        486 => "Allocation Quota Reached",
        508 => "Insufficient Capacity",
        _ => "Bad Request",
    }
}
