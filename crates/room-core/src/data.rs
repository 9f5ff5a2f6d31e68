//! Data packets: whose they are, who may send them, who gets them.

use crate::SERVER;
use crate::data_wire::{Envelope, PacketKind, Sender};
use crate::forwarding::Forwarded;
use crate::output::Now;
use crate::participant::Participant;
use crate::refusal::Refusal;
use crate::room::Room;
use base::media::{Command, Credit, DataChannelKind};
use base::{Identity, ParticipantSid, PeerId};
use bytes::Bytes;
use std::collections::{BTreeMap, HashMap, VecDeque};
use std::time::{Duration, Instant};

use crate::model::DataTrackSid;

/// Who gets what the server sends; everybody if both are empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DataTarget {
    pub identities: Vec<Identity>,
    pub sids: Vec<ParticipantSid>,
}

/// A data packet with its true sender written on it.
#[derive(Clone, Debug)]
pub struct SentPacket {
    pub channel: DataChannelKind,
    pub sender: ParticipantSid,
    /// As in [`Envelope`].
    pub sequence: u32,
    pub bytes: Bytes,
    pub credit: Credit,
}

/// What is kept about data in flight.
#[derive(Debug, Default)]
pub(crate) struct DataPlane {
    replay: Replay,
    /// Who receives a data track, and by which handle.
    pub(crate) subscribers: HashMap<DataTrackSid, BTreeMap<PeerId, u16>>,
}

/// Reliable messages of the last seconds, for those whose connection is being mended.
#[derive(Debug, Default)]
struct Replay {
    kept: VecDeque<Kept>,
    bytes: usize,
}

#[derive(Debug)]
struct Kept {
    at: Instant,
    sender: ParticipantSid,
    sequence: u32,
    receivers: Vec<PeerId>,
    packet: Bytes,
}

impl Room {
    pub(crate) fn data_came(
        &mut self,
        now: Now,
        peer: PeerId,
        channel: DataChannelKind,
        packet: &Bytes,
        credit: &Credit,
    ) {
        if packet.len() > self.settings.limits.data_message_bytes {
            return;
        }
        match channel {
            DataChannelKind::Reliable | DataChannelKind::Lossy => {
                self.packet_came(now, peer, channel, packet, credit);
            }
            DataChannelKind::DataTrack if self.may_publish_data(peer) => {
                self.frame_came(peer, packet, credit);
            }
            DataChannelKind::DataTrack => {}
        }
    }

    /// Sends a packet of the server's own, already in wire form.
    ///
    /// # Errors
    /// It is too large.
    pub fn send_data(
        &mut self,
        now: Now,
        channel: DataChannelKind,
        packet: Bytes,
        target: &DataTarget,
    ) -> Result<(), Refusal> {
        if packet.len() > self.settings.limits.data_message_bytes {
            return Err(Refusal::MessageTooLarge);
        }
        let peers = self.receivers(None, &target.identities, &target.sids);
        self.deliver(peers, channel, packet, Credit::free());
        self.settle(now);
        Ok(())
    }

    /// What a participant missed while his connection was broken, in order. `received`: the last
    /// sequence that he has of each sender.
    pub(crate) fn replay_to(&mut self, peer: PeerId, received: &[(ParticipantSid, u32)]) {
        let last = |sender: &ParticipantSid| {
            received
                .iter()
                .find(|(sid, _)| sid == sender)
                .map_or(0, |(_, sequence)| *sequence)
        };
        let missed: Vec<_> = self
            .data
            .replay
            .kept
            .iter()
            .filter(|kept| kept.receivers.contains(&peer) && kept.sequence > last(&kept.sender))
            .map(|kept| kept.packet.clone())
            .collect();
        for packet in missed {
            self.deliver(
                vec![peer],
                DataChannelKind::Reliable,
                packet,
                Credit::free(),
            );
        }
    }

    pub(crate) fn deliver(
        &mut self,
        peers: Vec<PeerId>,
        channel: DataChannelKind,
        bytes: Bytes,
        credit: Credit,
    ) {
        if !peers.is_empty() {
            self.media(Command::SendData {
                peers,
                channel,
                bytes,
                credit,
            });
        }
    }

    fn packet_came(
        &mut self,
        now: Now,
        peer: PeerId,
        channel: DataChannelKind,
        packet: &Bytes,
        credit: &Credit,
    ) {
        let wire = self.wire.clone();
        let Ok(envelope) = wire.open(packet) else {
            return;
        };
        let reliable = channel == DataChannelKind::Reliable;
        if reliable && !self.is_new(peer, envelope.sequence) {
            return;
        }
        // Whoever may not speak to others may speak to the server.
        let to_server = envelope.destinations.iter().any(|to| to.as_str() == SERVER);
        if reliable && to_server && envelope.kind == PacketKind::RpcRequest {
            self.server_called(now, peer, packet);
            return;
        }
        if !self.may_publish_data(peer) {
            return;
        }
        if let Some(envelope) = self.take_rpc_answer(peer, envelope)
            && let Some(sender) = self.sender_of(peer, &envelope)
            && let Ok(stamped) = wire.stamp(packet, &sender)
        {
            let receivers = self.receivers(
                Some(peer),
                &envelope.destinations,
                &envelope.destination_sids,
            );
            let packet = SentPacket {
                channel,
                sender: sender.sid,
                sequence: envelope.sequence,
                bytes: stamped,
                credit: credit.clone(),
            };
            if envelope.destinations.is_empty() && envelope.destination_sids.is_empty() {
                self.forward(peer, &Forwarded::Packet(packet.clone()));
            }
            self.send_packet(now, receivers, packet);
        }
    }

    /// A guest's packet, which his own room has stamped.
    pub(crate) fn send_to_all(&mut self, now: Now, from: PeerId, packet: SentPacket) {
        self.forward(from, &Forwarded::Packet(packet.clone()));
        let receivers = self.receivers(Some(from), &[], &[]);
        self.send_packet(now, receivers, packet);
    }

    fn send_packet(&mut self, now: Now, receivers: Vec<PeerId>, packet: SentPacket) {
        if packet.channel == DataChannelKind::Reliable && packet.sequence > 0 {
            let limits = (
                self.settings.replay_window,
                self.settings.limits.replay_bytes,
            );
            self.data.replay.keep(
                Kept {
                    at: now.at,
                    sender: packet.sender,
                    sequence: packet.sequence,
                    receivers: receivers.clone(),
                    packet: packet.bytes.clone(),
                },
                limits,
            );
        }
        self.deliver(receivers, packet.channel, packet.bytes, packet.credit);
    }

    /// A client that resumes sends again what it is not sure of.
    fn is_new(&mut self, peer: PeerId, sequence: u32) -> bool {
        let Some(participant) = self.people.get_mut(peer) else {
            return false;
        };
        if sequence == 0 {
            return true;
        }
        let new = sequence > participant.last_message_seq;
        participant.last_message_seq = participant.last_message_seq.max(sequence);
        new
    }

    /// Whose packet it is: his who sent it, unless an agent writes down what somebody else said.
    /// `None`: he may not send such a packet.
    fn sender_of(&self, peer: PeerId, envelope: &Envelope) -> Option<Sender> {
        let participant = self.people.get(peer)?;
        let speaks_for_others = match envelope.kind {
            PacketKind::Transcription if !participant.is_agent() => return None,
            PacketKind::Speaker => return None,
            PacketKind::Transcription | PacketKind::Chat => participant.is_agent(),
            PacketKind::User
            | PacketKind::SipDtmf
            | PacketKind::Metrics
            | PacketKind::RpcRequest
            | PacketKind::RpcAck { .. }
            | PacketKind::RpcResponse { .. }
            | PacketKind::Stream
            | PacketKind::Encrypted
            | PacketKind::Unknown => false,
        };
        let author = envelope
            .sender
            .as_ref()
            .filter(|_| speaks_for_others)
            .and_then(|identity| self.people.with_identity(identity))
            .and_then(|peer| self.people.get(peer))
            .unwrap_or(participant);
        Some(sender(author))
    }

    fn receivers(
        &self,
        from: Option<PeerId>,
        identities: &[Identity],
        sids: &[ParticipantSid],
    ) -> Vec<PeerId> {
        if identities.is_empty() && sids.is_empty() {
            return self
                .people
                .iter()
                .filter(|p| !p.is_guest && Some(p.peer) != from)
                .map(|p| p.peer)
                .collect();
        }
        let mut peers: Vec<_> = identities
            .iter()
            .filter_map(|identity| self.people.with_identity(identity))
            .chain(sids.iter().filter_map(|sid| self.people.with_sid(sid)))
            .filter(|peer| Some(*peer) != from && !self.is_guest(*peer))
            .collect();
        peers.sort_unstable();
        peers.dedup();
        peers
    }
}

impl Replay {
    fn keep(&mut self, kept: Kept, (window, bytes): (Duration, usize)) {
        let now = kept.at;
        self.bytes += kept.packet.len();
        self.kept.push_back(kept);
        while let Some(oldest) = self.kept.front() {
            if oldest.at + window >= now && self.bytes <= bytes {
                break;
            }
            self.bytes -= oldest.packet.len();
            self.kept.pop_front();
        }
    }
}

pub(crate) fn sender(participant: &Participant) -> Sender {
    Sender {
        identity: participant.identity.clone(),
        sid: participant.sid.clone(),
    }
}
