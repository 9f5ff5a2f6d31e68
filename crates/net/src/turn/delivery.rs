//! From a relayed address to the shard that its packets are for; and the counting.

use super::TurnCounters;
use super::session::Discard;
use crate::{Inbound, Inlet, Proto, Shard, ufrag_of_binding_request};
use bytes::Bytes;
use std::fmt;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Instant;

/// Puts clients' packets into shards.
#[derive(Clone)]
pub(super) struct Delivery {
    inlet: Arc<dyn Inlet>,
    counters: Arc<TurnCounters>,
}

/// Whom a client's last connectivity check was for: where his other packets go.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Target(Option<Shard>);

impl Delivery {
    pub(super) fn new(inlet: Arc<dyn Inlet>, counters: Arc<TurnCounters>) -> Self {
        Self { inlet, counters }
    }

    pub(super) fn deliver(
        &self,
        target: &mut Target,
        at: Instant,
        relayed: SocketAddr,
        local: SocketAddr,
        bytes: Bytes,
    ) {
        if let Some(ufrag) = ufrag_of_binding_request(&bytes) {
            target.0 = self.inlet.shard_of(ufrag).or(target.0);
        }
        let length = bytes.len() as u64;
        let packet = Inbound {
            proto: Proto::Udp,
            source: relayed,
            destination: local,
            bytes,
            at,
        };
        let delivered = target.0.map(|shard| self.inlet.deliver(shard, packet));
        if matches!(delivered, Some(Ok(()))) {
            self.counters.packets_up.add(1);
            self.counters.bytes_up.add(length);
        } else {
            self.counters.dropped_undelivered.add(1);
        }
    }
}

impl fmt::Debug for Delivery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Delivery").finish_non_exhaustive()
    }
}

impl TurnCounters {
    pub(super) fn replied(&self, error: Option<u16>) {
        let counter = match error {
            None => return,
            Some(401 | 441) => &self.unauthorized,
            Some(403) => &self.forbidden,
            Some(438) => &self.stale_nonce,
            Some(486 | 508) => &self.over_quota,
            Some(_) => &self.refused_otherwise,
        };
        counter.add(1);
    }

    pub(super) fn dropped(&self, reason: Discard) {
        let counter = match reason {
            Discard::Malformed => &self.dropped_malformed,
            Discard::NoAllocation => &self.dropped_stranger,
            Discard::NoPermission => &self.dropped_no_permission,
            Discard::OverRate => &self.dropped_over_rate,
        };
        counter.add(1);
    }

    pub(super) fn sent_down(&self, bytes: usize) {
        self.packets_down.add(1);
        self.bytes_down.add(bytes as u64);
    }
}
