//! A publisher, a network that loses and delays, a forwarder, and a subscriber, from one seed.

use super::super::{Forwarder, Ingress, Layer, PacketMeta, Rewritten, Start, Verdict};
use super::encoder::{Encoder, Frame, Kind, PICTURE_TICKS, Packet};
use super::receiver::Received;
use base::clock::OsClock;
use base::rng::Rng;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// What happens on the way from the publisher.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Network {
    /// Share of packets that do not come at once.
    pub(super) loss: f64,
    /// Of those, the share that a retransmission brings later.
    pub(super) repaired: f64,
    /// Longest random delay, in pictures; above zero, packets overtake each other.
    pub(super) jitter_pictures: f64,
}

/// Changes what goes out, to prove that the model sees it.
pub(super) type Mutation = fn(&mut Rewritten, u64);

pub(super) struct World {
    pub(super) kind: Kind,
    pub(super) rng: Rng,
    pub(super) network: Network,
    /// The publisher sends sender reports.
    pub(super) reports: bool,
    pub(super) forwarder: Forwarder,
    pub(super) mutation: Option<Mutation>,
    ingress: Ingress,
    encoder: Encoder,
    picture: u32,
    begin: Instant,
    /// By arrival in microseconds, then by order of sending.
    in_flight: BTreeMap<(u64, u64), Packet>,
    sent: u64,
    /// When each stream will answer the request for a key frame.
    key_due: BTreeMap<u8, u32>,
    received: Vec<Received>,
}

const PICTURE_MICROS: u64 = PICTURE_TICKS as u64 * 1_000_000 / 90_000;

impl World {
    pub(super) fn new(kind: Kind, seed: u64) -> Self {
        let mut rng = Rng::from_seed(seed);
        let encoder = Encoder::new(kind, Rng::from_seed(rng.next_u64()));
        Self {
            kind,
            network: Network::default(),
            reports: true,
            forwarder: Forwarder::new(kind.codec(), kind.is_simulcast(), Start::fresh()),
            mutation: None,
            ingress: Ingress::new(kind.codec(), false),
            encoder,
            picture: 0,
            begin: OsClock.now(),
            in_flight: BTreeMap::new(),
            sent: 0,
            key_due: BTreeMap::new(),
            received: Vec::new(),
            rng,
        }
    }

    pub(super) fn top(&self) -> Layer {
        Layer {
            spatial: self.kind.spatial_layers() - 1,
            temporal: self.kind.temporal_layers() - 1,
        }
    }

    pub(super) fn random_layer(&mut self) -> Layer {
        Layer {
            spatial: self.rng.below(u64::from(self.kind.spatial_layers())) as u8,
            temporal: self.rng.below(u64::from(self.kind.temporal_layers())) as u8,
        }
    }

    /// So many pictures are captured, sent and forwarded.
    pub(super) fn run(&mut self, pictures: u32) {
        for _ in 0..pictures {
            self.picture += 1;
            self.answer_key_requests();
            let packets = self.encoder.encode(self.picture);
            for packet in packets {
                self.send(packet);
            }
            if self.reports && self.picture.is_multiple_of(30) {
                self.report();
            }
            self.deliver(u64::from(self.picture) * PICTURE_MICROS);
            if let Some(stream) = self.forwarder.wants_key_frame() {
                let due = self.picture + 1 + self.rng.below(4) as u32;
                self.key_due.entry(stream).or_insert(due);
            }
        }
    }

    /// All that is on its way arrives; then so many pictures on a perfect network.
    pub(super) fn settle(&mut self, pictures: u32) {
        self.deliver(u64::MAX);
        self.network = Network::default();
        self.run(pictures);
    }

    /// The publisher's encoders are replaced: other SSRCs, other numbers.
    pub(super) fn restart_encoders(&mut self) {
        for stream in 0..self.streams() {
            self.encoder.restart(stream);
        }
    }

    pub(super) fn encode_key_frames(&mut self) {
        for stream in 0..self.streams() {
            self.encoder.request_key_frame(stream);
        }
    }

    fn streams(&self) -> u8 {
        if self.kind.is_simulcast() { 3 } else { 1 }
    }

    pub(super) fn frames(&self) -> &[Frame] {
        &self.encoder.frames
    }

    pub(super) fn received(&self) -> &[Received] {
        &self.received
    }

    fn answer_key_requests(&mut self) {
        let due: Vec<u8> = self
            .key_due
            .iter()
            .filter(|(_, due)| **due <= self.picture)
            .map(|(stream, _)| *stream)
            .collect();
        for stream in due {
            self.key_due.remove(&stream);
            self.encoder.request_key_frame(stream);
        }
    }

    fn send(&mut self, packet: Packet) {
        let jitter = self.network.jitter_pictures * self.rng.unit();
        let mut delay = (jitter * PICTURE_MICROS as f64) as u64;
        if self.rng.chance(self.network.loss) {
            if !self.rng.chance(self.network.repaired) {
                return;
            }
            delay += 60_000 + self.rng.below(90_000);
        }
        self.sent += 1;
        // Packets of one picture leave within it, in order.
        let departure = u64::from(self.picture - 1) * PICTURE_MICROS;
        self.in_flight
            .insert((departure + delay, self.sent), packet);
    }

    fn report(&mut self) {
        // Each stream reports at its own moment, on the sender's clock that began long ago.
        for stream in 0..self.streams() {
            let picture = self.picture - u32::from(stream);
            let ntp = Duration::from_secs(3_900_000_000)
                + Duration::from_micros(u64::from(picture) * PICTURE_MICROS);
            let timestamp = self.encoder.timestamp(stream, picture);
            self.ingress.sender_report(stream, ntp, timestamp);
        }
    }

    fn deliver(&mut self, until_micros: u64) {
        while let Some(first) = self.in_flight.first_entry() {
            let arrival_micros = first.key().0;
            if arrival_micros > until_micros {
                return;
            }
            let packet = first.remove();
            self.forward(&packet, arrival_micros);
        }
    }

    fn forward(&mut self, packet: &Packet, arrival_micros: u64) {
        let meta = PacketMeta {
            ssrc: packet.ssrc,
            seq: packet.seq,
            timestamp: packet.timestamp,
            marker: packet.marker,
            arrival: self.begin + Duration::from_micros(arrival_micros),
        };
        let descriptor = packet.dependency_descriptor.as_deref();
        let parsed = self
            .ingress
            .parse(packet.stream, &meta, &packet.payload, descriptor);
        let Ok(parsed) = parsed else {
            return;
        };
        let Verdict::Forward(mut out) = self.forwarder.handle(&parsed, &meta) else {
            return;
        };
        if let Some(mutation) = self.mutation {
            mutation(&mut out, packet.seq);
        }
        let payload: Arc<[u8]> = packet.payload.clone().into();
        self.received.push(Received {
            seq: out.seq,
            timestamp: out.timestamp,
            marker: out.marker,
            payload: out.payload.apply(&payload).to_vec(),
            dependency_descriptor: out.dependency_descriptor.map(|d| d.to_vec()),
        });
    }
}
