//! Data messages in and out.

use super::{Engine, mark};
use base::PeerId;
use base::media::{Credit, DataChannelKind, Event};
use bytes::Bytes;

impl Engine {
    pub(super) fn received_data(&mut self, id: PeerId, kind: DataChannelKind, bytes: Vec<u8>) {
        let Some(peer) = self.peers.get(&id) else {
            return;
        };
        let credit = peer.credit.charge(bytes.len());
        self.event(Event::Data {
            peer: id,
            channel: kind,
            bytes: bytes.into(),
            credit,
        });
    }

    pub(super) fn send_data(
        &mut self,
        peers: &[PeerId],
        kind: DataChannelKind,
        bytes: &Bytes,
        credit: &Credit,
    ) {
        for id in peers {
            if let Some(peer) = self.peers.get_mut(id) {
                peer.outbox.push(kind, bytes.clone(), credit.clone());
                self.flush_data(*id);
            }
        }
    }

    /// Writes as much as the client's transport takes now.
    pub(super) fn flush_data(&mut self, id: PeerId) {
        let now = self.now;
        let Some(peer) = self.peers.get_mut(&id) else {
            return;
        };
        if peer.outbox.is_empty() {
            return;
        }
        let leg = peer.receiving();
        let connection = &mut peer.legs[leg].connection;
        let outcome = peer
            .outbox
            .flush(now, |kind, bytes| connection.write_data(kind, bytes));
        self.counters.dropped_lossy_data += peer.outbox.take_dropped();
        mark(&mut self.dirty, peer, leg);
        if let Err(broken) = outcome {
            let leg = u8::try_from(leg).unwrap_or(0);
            self.fail((id, leg), &broken);
        }
    }

    /// Tells the room of a client who does not read.
    pub(super) fn notice_slow_reader(&mut self, id: PeerId) {
        let (now, config) = (self.now, &self.config);
        let Some(peer) = self.peers.get_mut(&id) else {
            return;
        };
        let slow =
            peer.outbox
                .became_slow(now, config.slow_reader_after, config.reliable_queue_bytes);
        if slow {
            tracing::debug!(
                peer = %id,
                queued_bytes = peer.outbox.reliable_bytes(),
                "a client does not read its reliable data"
            );
            self.event(Event::SlowReader { peer: id });
        }
    }
}
