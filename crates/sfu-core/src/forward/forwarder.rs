//! One track towards one subscriber.

use super::filter::Carry;
use super::ingress::{Parsed, clock_hz};
use super::source::{Numbered, Remains, Source};
use super::timestamp::Timestamps;
use super::verdict::{Rewritten, Verdict};
use super::{Layer, PacketMeta};
use base::media::{Codec, Kind};
use std::time::Instant;

/// Where the numbers of a forwarder begin. An outgoing stream that changes its track or codec
/// makes a new forwarder from [`Forwarder::next`], and its receiver sees one stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Start {
    /// For a stream that has sent nothing yet: below 65536, because a receiver takes the first
    /// packet for one of the first cycle (RFC 3711 section 3.3.1).
    pub seq: u64,
    /// The last timestamp that was sent and when its packet had arrived.
    pub last_timestamp: Option<(u32, Instant)>,
}

impl Start {
    /// For a new outgoing stream.
    pub fn fresh() -> Self {
        Self {
            seq: 1,
            last_timestamp: None,
        }
    }
}

/// Decides what one subscriber receives of one track in one codec.
#[derive(Clone, Debug)]
pub struct Forwarder {
    codec: Codec,
    /// The spatial layers are streams of their own; otherwise they are within one stream.
    simulcast: bool,
    target: Option<Layer>,
    source: Option<Source>,
    /// The source before.
    previous: Option<Remains>,
    /// The source is live: its packets pass. Otherwise the next key frame begins anew.
    live: bool,
    /// Where the first source begins.
    first_seq: u64,
    timestamps: Timestamps,
    carry: Carry,
}

impl Forwarder {
    /// `simulcast`: the track comes as several streams; a spatial layer is the index of a stream.
    pub fn new(codec: Codec, simulcast: bool, start: Start) -> Self {
        Self {
            codec,
            simulcast,
            target: None,
            source: None,
            previous: None,
            live: false,
            first_seq: start.seq,
            timestamps: Timestamps::new(clock_hz(codec), start.last_timestamp),
            carry: Carry::default(),
        }
    }

    /// From where another forwarder goes on with the same outgoing stream.
    pub fn next(&self) -> Start {
        Start {
            seq: self.next_seq(),
            last_timestamp: self.timestamps.last(),
        }
    }

    /// What the subscriber should receive; `None`: nothing. The layer that he does receive follows
    /// when the stream allows it, see [`Self::current`].
    pub fn set_target(&mut self, target: Option<Layer>) {
        self.target = target;
        if target.is_none() {
            self.stop();
        }
    }

    pub fn codec(&self) -> Codec {
        self.codec
    }

    pub fn target(&self) -> Option<Layer> {
        self.target
    }

    /// What passes at present; `None` until a key frame came. May lie below or above the target.
    pub fn current(&self) -> Option<Layer> {
        let source = self.source.as_ref().filter(|_| self.live)?;
        Some(source.current())
    }

    /// Nothing passes until the next key frame. For a mute or a break of the publisher's: frames
    /// after it refer to frames that the subscriber does not have. The target stays.
    pub fn stop(&mut self) {
        self.live = false;
        self.previous = None;
    }

    /// The simulcast stream (0 in SVC) that has to send a key frame before the subscriber gets
    /// what he should. Stays until it came; the caller decides how often to ask.
    pub fn wants_key_frame(&self) -> Option<u8> {
        let target = self.target.filter(|_| self.codec.kind() == Kind::Video)?;
        let stream = self.target_stream(target);
        let Some(source) = self.source.as_ref().filter(|_| self.live) else {
            return Some(stream);
        };
        let is_other = self.simulcast && source.stream != stream;
        let lacks = is_other || source.wants_key_frame(self.target_within(target));
        lacks.then_some(stream)
    }

    /// Decides on one packet.
    pub fn handle(&mut self, parsed: &Parsed, meta: &PacketMeta) -> Verdict {
        let Some(target) = self.target else {
            return Verdict::Drop;
        };
        if self.starts_with(parsed, meta, target)
            && let Some(numbered) = self.start(parsed, meta, target)
        {
            return self.finish(numbered, parsed, meta);
        }
        let within = self.target_within(target);
        let source = self.source.as_mut().filter(|_| self.live);
        if let Some(source) = source.filter(|source| source.ssrc == meta.ssrc) {
            let numbered = source.handle(parsed, meta, within);
            return numbered.map_or(Verdict::Drop, |n| self.finish(n, parsed, meta));
        }
        let filled = self.previous.as_mut().and_then(|before| before.fill(meta));
        filled.map_or(Verdict::Drop, |numbered| {
            Verdict::Forward(rewritten(numbered, self.timestamps.now()))
        })
    }

    /// Whether the source changes with this packet, or begins again.
    fn starts_with(&self, parsed: &Parsed, meta: &PacketMeta, target: Layer) -> bool {
        let stream = self.target_stream(target);
        let is_above = self.simulcast && parsed.stream > stream;
        // What overtook a key frame has been dropped, and will not be sent again to us.
        if !parsed.key_frame || parsed.overtaken || is_above {
            return false;
        }
        let Some(source) = &self.source else {
            return true;
        };
        if source.ssrc == meta.ssrc {
            return !self.live && meta.seq > source.highest_seq();
        }
        let is_better = parsed.stream > source.stream || source.stream > stream;
        let is_restarted = parsed.stream == source.stream && !self.is_previous(meta);
        !self.live || self.simulcast && is_better || is_restarted
    }

    fn is_previous(&self, meta: &PacketMeta) -> bool {
        let previous = self.previous.as_ref();
        previous.is_some_and(|previous| previous.is_of(meta.ssrc))
    }

    fn start(&mut self, parsed: &Parsed, meta: &PacketMeta, target: Layer) -> Option<Numbered> {
        let mut carry = self.carry;
        if let Some(source) = &self.source {
            source.leave(&mut carry);
        }
        let within = self.target_within(target);
        let (source, first) = Source::starting(parsed, meta, within, &carry, self.next_seq())?;
        let old = self.source.replace(source);
        let old = old.filter(|old| self.live || old.ssrc == meta.ssrc);
        self.previous = None;
        if old.as_ref().is_none_or(|old| old.ssrc != meta.ssrc) {
            self.timestamps.change_source(meta, parsed.capture);
            self.previous = old.map(Source::into_remains);
        }
        self.carry = carry;
        self.live = true;
        Some(first)
    }

    fn finish(&mut self, numbered: Numbered, parsed: &Parsed, meta: &PacketMeta) -> Verdict {
        let timestamp = self.timestamps.pass(meta, parsed.capture);
        Verdict::Forward(rewritten(numbered, timestamp))
    }

    fn next_seq(&self) -> u64 {
        let source = self.source.as_ref();
        source.and_then(Source::next_seq).unwrap_or(self.first_seq)
    }

    fn target_stream(&self, target: Layer) -> u8 {
        if self.simulcast { target.spatial } else { 0 }
    }

    /// The target within one stream: its own spatial layers, if any, all pass in simulcast.
    fn target_within(&self, target: Layer) -> Layer {
        Layer {
            spatial: if self.simulcast {
                u8::MAX
            } else {
                target.spatial
            },
            ..target
        }
    }
}

fn rewritten(numbered: Numbered, timestamp: u32) -> Rewritten {
    Rewritten {
        seq: numbered.seq,
        timestamp,
        marker: numbered.pass.marker,
        payload: numbered.pass.payload,
        dependency_descriptor: numbered.pass.dependency_descriptor,
    }
}
