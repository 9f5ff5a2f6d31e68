//! Sends all media of a connection, beside str0m, which receives and does ICE, DTLS, SCTP and SDP.
//!
//! A packet is written once, encrypted in place, and leaves; what is kept of it for repair is its
//! numbers and a share in the publisher's payload. str0m's own walk through the connection is not
//! taken for it. Which is why this is made: see `docs/decisions/0013-own-sender.md`.
//!
//! ```text
//! write ─► voices ─────────────────┐
//!       └► waiting ─ pacer ─┬──────┼─► stream (header, cipher) ─► datagram
//! requests ─► repairs ──────┤      │
//! probe ─► padding ─────────┘      └─ number, size ─► congestion
//! RTCP ─► reports ─► congestion, repairs, key frames
//! ```

mod echo;
mod feedback;
mod flush;
pub(crate) mod fuzzing;
mod header;
mod hear;
mod keys;
mod pacer;
mod repair;
mod reports;
mod stream;
mod used;

pub(crate) use header::ExtensionIds;
pub(crate) use keys::Material;
pub(crate) use stream::PayloadType;

use super::media::Outgoing;
use super::{Mid, TransportEvent};
use crate::congestion::Controller;
use crate::datagram::Protocol;
use crate::growth::make_room;
use crate::packet::PacketExtensions;
use base::Bitrate;
use feedback::Arrivals;
use keys::{Keys, ReportKey};
use pacer::Pacer;
use std::collections::VecDeque;
use std::net::SocketAddr;
use std::time::{Duration, Instant};
use stream::{SendStream, Stamp};
use used::HeardNumbers;

/// Video that waits for the pacer: three seconds of 3 Mbps. More is not a picture any more; what is
/// dropped is the oldest, and may be asked for again.
pub(super) const MOST_WAITING: usize = 1_024;

/// Packets that a receiver may have asked for at a time: what he can have missed of the cache.
const MOST_REPAIRS: usize = 512;

/// Longer no packet waits for the pacer. Where not even the smallest picture fits and none may be
/// paused, waiting would only make it old.
const LONGEST_WAIT_US: u64 = 1_000_000;

const REPORT_EVERY_US: u64 = 1_000_000;

/// Numbers of what we report begin here; str0m's begin at 0. The two have other SSRCs as well.
const FIRST_RTCP_INDEX: u32 = 0x4000_0000;

/// A repetition may follow another after a round trip, and after so long in any case: the round trip
/// is measured with the receiver's reports, which wait for one another.
const LONGEST_REPAIR_PATIENCE_US: u64 = 100_000;

/// Where the other side is reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Path {
    pub(super) protocol: Protocol,
    pub(super) source: SocketAddr,
    pub(super) destination: SocketAddr,
}

#[derive(Debug)]
struct Waiting {
    mid: Mid,
    since_us: u64,
    packet: Outgoing,
    extensions: PacketExtensions,
}

/// What became of a received packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Received {
    /// It was for us alone.
    Taken,
    /// str0m has to see it.
    Foreign,
    Malformed,
}

pub(super) struct Sender {
    epoch: Instant,
    ours: Keys,
    theirs: ReportKey,
    path: Path,
    streams: Vec<SendStream>,
    voices: VecDeque<Waiting>,
    waiting: VecDeque<Waiting>,
    repairs: VecDeque<(Mid, u16)>,
    pacer: Pacer,
    control: Controller,
    told: Option<Bitrate>,
    events: VecDeque<TransportEvent>,
    control_ssrc: u32,
    next_rtcp: u32,
    report_us: Option<u64>,
    arrivals: Arrivals,
    heard: HeardNumbers,
    pub(super) bytes_out: u64,
    pub(super) bytes_in: u64,
}

impl Sender {
    /// `control_ssrc`: that of no stream.
    pub(super) fn new(
        now: Instant,
        material: &Material,
        path: Path,
        control_ssrc: u32,
        estimate: Bitrate,
    ) -> Option<Self> {
        let (ours, theirs) = Keys::derive(material)?;
        let control = Controller::new(estimate);
        Some(Self {
            epoch: now,
            ours,
            theirs,
            path,
            streams: Vec::new(),
            voices: VecDeque::new(),
            waiting: VecDeque::new(),
            repairs: VecDeque::new(),
            pacer: Pacer::new(control.pace()),
            control,
            told: None,
            events: VecDeque::new(),
            control_ssrc,
            next_rtcp: FIRST_RTCP_INDEX,
            report_us: None,
            arrivals: Arrivals::default(),
            heard: HeardNumbers::default(),
            bytes_out: 0,
            bytes_in: 0,
        })
    }

    /// The client is elsewhere, or as before. What went where he is no more was not lost by a link.
    pub(super) fn set_path(&mut self, path: Path) {
        if self.path != path {
            self.path = path;
            self.control.forget_sent();
        }
    }

    /// Takes over a section's stream, in place of the one before in it.
    pub(super) fn add_stream(&mut self, mid: Mid, is_video: bool, ssrcs: (u32, Option<u32>)) {
        self.remove_stream(mid);
        let stream = SendStream::new(mid, is_video, ssrcs.0, ssrcs.1);
        self.streams.push(stream);
    }

    pub(super) fn remove_stream(&mut self, mid: Mid) {
        self.streams.retain(|stream| stream.mid != mid);
        self.waiting.retain(|waiting| waiting.mid != mid);
        self.voices.retain(|waiting| waiting.mid != mid);
    }

    /// What a section's description says, and whether anything may come in it.
    pub(super) fn describe(
        &mut self,
        mid: Mid,
        is_active: bool,
        ids: ExtensionIds,
        types: Vec<PayloadType>,
    ) {
        if let Some(stream) = self.stream(mid) {
            (stream.is_active, stream.ids, stream.types) = (is_active, ids, types);
        }
    }

    /// Section, SSRC, and SSRC of the repetitions of each stream.
    pub(super) fn ssrcs(&self) -> impl Iterator<Item = (Mid, u32, Option<u32>)> + '_ {
        let streams = self.streams.iter();
        streams.map(|stream| (stream.mid, stream.ssrc, stream.repair_ssrc))
    }

    fn stream(&mut self, mid: Mid) -> Option<&mut SendStream> {
        self.streams.iter_mut().find(|stream| stream.mid == mid)
    }

    /// Queues a packet.
    pub(super) fn write(
        &mut self,
        now: Instant,
        mid: Mid,
        packet: Outgoing,
        extensions: PacketExtensions,
    ) {
        let Some(is_video) = self.stream(mid).map(|stream| stream.is_video) else {
            return;
        };
        let waiting = Waiting {
            mid,
            since_us: self.micros(now),
            packet,
            extensions,
        };
        if !is_video {
            make_room(&mut self.voices);
            self.voices.push_back(waiting);
            return;
        }
        if self.waiting.len() >= MOST_WAITING {
            self.waiting.pop_front();
        }
        make_room(&mut self.waiting);
        self.waiting.push_back(waiting);
    }

    /// Nothing of what was sent in a section is of use any more.
    pub(super) fn forget_sent(&mut self, mid: Mid) {
        self.waiting.retain(|waiting| waiting.mid != mid);
        self.repairs.retain(|(of, _)| *of != mid);
        if let Some(stream) = self.stream(mid) {
            stream.cache.clear();
        }
    }

    pub(super) fn poll_event(&mut self) -> Option<TransportEvent> {
        self.events.pop_front()
    }

    /// The link has fallen, as its queue shows.
    pub(super) fn note_fall(&mut self, now: Instant) {
        let now_us = self.micros(now);
        self.control.note_fall(now_us);
        self.tell_estimate();
    }

    pub(super) fn go_on(&mut self) {
        self.control.go_on();
    }

    pub(super) fn estimate(&self) -> Bitrate {
        self.control.estimate()
    }

    pub(super) fn round_trip(&self) -> Option<Duration> {
        self.control.round_trip_us().map(Duration::from_micros)
    }

    pub(super) fn loss(&self) -> f32 {
        self.control.loss() as f32
    }

    pub(super) fn want(&mut self, wanted: Bitrate) {
        self.control.want(wanted);
    }

    pub(super) fn restart_estimate(&mut self, at: Bitrate) {
        self.control.restart(at);
    }

    fn micros(&self, now: Instant) -> u64 {
        let passed = now.saturating_duration_since(self.epoch);
        u64::try_from(passed.as_micros()).unwrap_or(u64::MAX)
    }
}
