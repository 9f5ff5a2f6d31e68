//! A receiver's end of a stream: puts packets in order, waits for repair, decodes what it can, and
//! finds out when the server has made it decode what it should not.
//!
//! It decodes as a real decoder does, by the numbers in the RTP header alone: a gap in them is
//! waited for, then skipped up to the next key frame. The stamps say what really came. Where the
//! numbers promised an unbroken stream and the stamps show a break, the server has hidden a gap.
//!
//! An empty packet keeps the numbers unbroken where something came too late to be of use. Real
//! receivers (libwebrtc's packet buffer and reference finder) then put no frame together across it,
//! nor decode what needs one that is missing there: they wait for the next key frame, and so does
//! this one.

use super::Stamp;
use std::collections::{BTreeMap, VecDeque};
use std::time::{Duration, Instant};

/// The server broke a promise.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Violation {
    #[error("decoded frame {0:?} without the one it needs, across a gap that was hidden")]
    HiddenGap(Stamp),
    /// The parts that came as one frame: stream, frame and part of each.
    #[error("frame {0:?} was put together from {1:?}")]
    TornFrame(Stamp, Vec<(u8, u32, u16)>),
    #[error("audio packet {0:?} follows {1} in an unbroken stream")]
    AudioLeftOut(Stamp, u32),
    #[error("media of two tracks in one stream: {0:?}")]
    MixedTracks(Stamp),
}

/// A received packet.
#[derive(Clone, Copy, Debug)]
pub struct Arrived {
    pub timestamp: u32,
    pub marker: bool,
    pub stamp: Stamp,
}

/// A video stream's receiver.
#[derive(Debug, Default)]
pub struct Decoder {
    waiting: BTreeMap<u64, Option<Arrived>>,
    next: Option<u64>,
    /// Since when the packet at `next` is missing while later ones are here.
    gap_since: Option<Instant>,
    needs_key: bool,
    /// Empty packets have come since the last key frame.
    has_empty: bool,
    frame: Vec<Arrived>,
    /// Frames decoded lately, of the stream that is shown now.
    decoded: VecDeque<u32>,
    stream: Option<u8>,
}

/// A retransmission that has not come by then does not come; as libwebrtc's decoder asks for a key
/// frame after its wait for a complete frame.
const REPAIR_WAIT: Duration = Duration::from_millis(300);

/// Frames that a later one may still need: more than two rounds of the pattern.
const REFERENCES: usize = 16;

impl Decoder {
    /// Takes a packet; `None` for one that carries no media but keeps the numbers unbroken.
    /// Gives the frames that were decoded by it, the first packet of each.
    pub fn handle(
        &mut self,
        now: Instant,
        sequence: u64,
        packet: Option<Arrived>,
    ) -> Result<Vec<Stamp>, Violation> {
        let is_late = self.next.is_some_and(|next| sequence < next);
        if is_late {
            return Ok(Vec::new());
        }
        if self.next.is_none() {
            let begins = packet.is_some_and(|p| p.stamp.is_key && p.stamp.part == 0);
            if !begins {
                self.needs_key = true;
                return Ok(Vec::new());
            }
            self.next = Some(sequence);
        }
        self.waiting.insert(sequence, packet);
        self.advance(now)
    }

    /// Gives up waiting for what does not come. Call every now and then.
    pub fn handle_timeout(&mut self, now: Instant) -> Result<Vec<Stamp>, Violation> {
        self.advance(now)
    }

    /// Whether it waits for a key frame that the publisher should be asked for.
    pub fn wants_key_frame(&self) -> bool {
        self.needs_key
    }

    fn advance(&mut self, now: Instant) -> Result<Vec<Stamp>, Violation> {
        let mut decoded = Vec::new();
        while let Some(next) = self.next {
            if let Some(packet) = self.waiting.remove(&next) {
                self.gap_since = None;
                self.next = Some(next + 1);
                match packet {
                    Some(packet) => decoded.extend(self.packet(packet)?),
                    None => self.has_empty = true,
                }
                continue;
            }
            let Some(later) = self.waiting.keys().next().copied() else {
                break;
            };
            let since = *self.gap_since.get_or_insert(now);
            let is_over = now.duration_since(since) >= REPAIR_WAIT;
            let Some(skip_to) = self.whole_key_frame().or(is_over.then_some(later)) else {
                break;
            };
            self.gap_since = None;
            self.waiting.retain(|sequence, _| *sequence >= skip_to);
            self.next = Some(skip_to);
            self.needs_key = true;
            self.frame.clear();
        }
        Ok(decoded)
    }

    /// Where a key frame begins that is here as a whole: nothing before it is worth waiting for.
    fn whole_key_frame(&self) -> Option<u64> {
        let mut begins = self.waiting.iter().filter_map(|(sequence, packet)| {
            let stamp = packet.as_ref()?.stamp;
            (stamp.is_key && stamp.part == 0).then_some((*sequence, stamp))
        });
        let is_whole = |(sequence, stamp): &(u64, Stamp)| {
            (0..stamp.parts).all(|part| {
                let other = self.waiting.get(&(sequence + u64::from(part)));
                other.is_some_and(|p| p.is_some_and(|p| p.stamp == Stamp { part, ..*stamp }))
            })
        };
        begins.find(is_whole).map(|(sequence, _)| sequence)
    }

    fn packet(&mut self, packet: Arrived) -> Result<Option<Stamp>, Violation> {
        if self.frame.is_empty() && self.needs_key {
            if !(packet.stamp.is_key && packet.stamp.part == 0) {
                return Ok(None);
            }
            self.needs_key = false;
        }
        // A change of layer may cut a frame short: what is unfinished when the next one begins is
        // thrown away, and whatever needs it is found out by its stamp.
        self.frame
            .retain(|begun| begun.timestamp == packet.timestamp);
        self.frame.push(packet);
        if !packet.marker {
            return Ok(None);
        }
        let frame = std::mem::take(&mut self.frame);
        let first = frame[0].stamp;
        let is_whole = frame.len() == usize::from(first.parts)
            && (0..)
                .zip(&frame)
                .all(|(part, packet)| packet.stamp == Stamp { part, ..first });
        if !is_whole && self.has_empty {
            self.needs_key = true;
            return Ok(None);
        }
        if !is_whole {
            let parts = frame.iter().map(|p| &p.stamp);
            let parts = parts.map(|s| (s.stream, s.frame, s.part)).collect();
            return Err(Violation::TornFrame(first, parts));
        }
        self.decode(first)
    }

    fn decode(&mut self, frame: Stamp) -> Result<Option<Stamp>, Violation> {
        let is_missing = |needed| !self.decoded.contains(needed);
        if frame.is_key {
            self.stream = Some(frame.stream);
            self.decoded.clear();
            self.has_empty = false;
        } else if self.stream != Some(frame.stream) || is_missing(&frame.needs) {
            if !self.has_empty {
                return Err(Violation::HiddenGap(frame));
            }
            self.needs_key = true;
            return Ok(None);
        }
        self.decoded.push_back(frame.frame);
        if self.decoded.len() > REFERENCES {
            self.decoded.pop_front();
        }
        Ok(Some(frame))
    }
}

/// An audio stream's receiver.
#[derive(Debug, Default)]
pub struct Audio {
    last: Option<(u64, Stamp)>,
}

impl Audio {
    /// Takes a packet. Where neighbours by number are not neighbours by stamp, the server has left
    /// audio out on purpose.
    pub fn handle(&mut self, sequence: u64, stamp: Stamp) -> Result<(), Violation> {
        if let Some((last, before)) = self.last {
            if sequence <= last {
                return Ok(());
            }
            let is_next = sequence == last + 1 && stamp.needs == before.needs;
            if is_next && stamp.frame != before.frame + 1 {
                return Err(Violation::AudioLeftOut(stamp, before.frame));
            }
        }
        self.last = Some((sequence, stamp));
        Ok(())
    }

    /// What comes next need not follow what came last: the listener has subscribed anew.
    pub fn restart(&mut self) {
        self.last = None;
    }
}
