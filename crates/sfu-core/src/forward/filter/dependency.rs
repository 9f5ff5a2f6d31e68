//! SVC layers by dependency descriptor: AV1, VP9, whatever sends one.
//!
//! One decode target is forwarded. Another one is taken, at the first frame of a temporal unit
//! (later its marker may have been sent),
//! - at a key frame, whose upper layers are taken to follow;
//! - upward or across, at a frame with a Switch indication for it whose references all went out;
//! - downward at any frame, if all frames of the lower target are frames of the present one.
//!
//! While neither is possible and the target is below, the present target's lowest frame rate is
//! taken, so that a receiver short of bandwidth is relieved at once. A frame with a reference
//! that was left out is left out as well, and a key frame wanted. Lost frames are not judged:
//! their retransmission may be on its way, and the receiver sees the gap.

use super::super::ingress::Dependency;
use super::super::verdict::Payload;
use super::super::{Layer, PacketMeta};
use super::frame_log::{Fate, FrameLog};
use super::{Carry, Pass, picture_id};
use rtp::dependency::{Descriptor, Indication, Structure, set_frame_number, write};
use smallvec::SmallVec;
use std::sync::Arc;

/// Room below the first frame number, so that late ones do not fall below zero.
const BASE: u64 = 1 << 20;

#[derive(Clone, Debug)]
pub(in super::super) struct Dependencies {
    structure: Arc<Structure>,
    /// Index of the decode target that is forwarded.
    decode_target: usize,
    /// Mask of the decode targets that can be decoded from the frames of that one.
    contained: u32,
    /// Decode targets that the sender produces.
    active: u32,
    log: FrameLog,
    number_shift: u16,
    picture_shift: u16,
    /// The mask that the receiver knows, and the frame that told it.
    told: (u32, u64),
    /// A frame of the decode target had to be left out.
    broken: bool,
    /// Timestamp of the newest temporal unit.
    unit: Option<u32>,
    last_picture_id: Option<u16>,
}

impl Dependencies {
    pub(super) fn starting(first: &Dependency, target: Layer, carry: &Carry) -> Self {
        let number = first.descriptor.frame_number;
        let structure = Arc::clone(&first.structure);
        let decode_target = best(&structure, first.active, target).unwrap_or(0);
        let shift = |last: Option<u16>, first: Option<u16>| match (last, first) {
            (Some(last), Some(first)) => last.wrapping_add(1).wrapping_sub(first),
            (None, _) | (_, None) => 0,
        };
        Self {
            told: (structure.all_active(), 0),
            contained: contained(&structure, decode_target),
            decode_target,
            active: first.active,
            log: FrameLog::starting(BASE + u64::from(number)),
            number_shift: shift(carry.frame_number, Some(number)),
            picture_shift: shift(carry.picture_id, first.vp9_picture_id.map(|id| id.value)),
            broken: false,
            unit: None,
            last_picture_id: None,
            structure,
        }
    }

    pub(super) fn current(&self) -> Layer {
        layer(&self.structure, self.decode_target)
    }

    pub(super) fn wants_key_frame(&self, target: Layer) -> bool {
        let best = best(&self.structure, self.active, target);
        let reachable = best.is_none_or(|best| {
            best == self.decode_target
                || layer(&self.structure, best).spatial == self.current().spatial
                || self.contained >> best & 1 == 1
        });
        self.broken || !reachable
    }

    pub(super) fn leave(&self, carry: &mut Carry) {
        let newest = self.log.highest() as u16;
        carry.frame_number = Some(newest.wrapping_add(self.number_shift));
        carry.picture_id = self.last_picture_id;
    }

    pub(super) fn filter(
        &mut self,
        packet: &Dependency,
        meta: &PacketMeta,
        target: Layer,
    ) -> Option<Pass> {
        let descriptor = &packet.descriptor;
        let frame = self.extend(descriptor.frame_number);
        let passes = match self.log.fate(frame) {
            Fate::Passed => true,
            Fate::LeftOut => false,
            Fate::Unseen => self.judge(packet, frame, meta.timestamp, target),
        };
        self.log.note(frame, passes);
        if !passes {
            return None;
        }
        let frame_number = descriptor.frame_number.wrapping_add(self.number_shift);
        let payload = self.payload(packet.vp9_picture_id, frame == self.log.highest());
        let completes = descriptor.end_of_frame && descriptor.spatial == self.top(frame);
        Some(Pass {
            marker: meta.marker || completes,
            payload,
            dependency_descriptor: Some(self.rewrite(packet, frame, frame_number)),
        })
    }

    /// Decides on a frame of which this is the first packet to come.
    fn judge(&mut self, packet: &Dependency, frame: u64, unit: u32, target: Layer) -> bool {
        let descriptor = &packet.descriptor;
        let is_new =
            frame > self.log.highest() || self.log.fate(self.log.highest()) == Fate::Unseen;
        if is_new {
            self.active = packet.active;
            if descriptor.structure.is_some() && !Arc::ptr_eq(&self.structure, &packet.structure) {
                self.adopt(packet, target);
            }
            if self.unit != Some(unit) {
                self.unit = Some(unit);
                self.switch(descriptor, frame, target);
            }
            self.log.note_target(frame, self.decode_target);
        }
        if indication(descriptor, self.log.target(frame)) == Indication::NotPresent {
            return false;
        }
        let decodable = self
            .references(descriptor, frame)
            .all(|f| f != Fate::LeftOut);
        if is_new {
            self.broken = !decodable;
        }
        decodable
    }

    /// A new structure: the indices of decode targets have a new meaning.
    fn adopt(&mut self, packet: &Dependency, target: Layer) {
        let now = self.current();
        self.log.forget_targets();
        self.structure = Arc::clone(&packet.structure);
        let same = best(&self.structure, u32::MAX, now);
        let any = same.or_else(|| best(&self.structure, self.active, target));
        self.take(any.unwrap_or(0));
        self.told = (self.structure.all_active(), 0);
    }

    fn take(&mut self, decode_target: usize) {
        self.decode_target = decode_target;
        self.contained = contained(&self.structure, decode_target);
    }

    fn switch(&mut self, descriptor: &Descriptor, frame: u64, target: Layer) {
        let structure = Arc::clone(&self.structure);
        let Some(best) = best(&structure, self.active, target) else {
            return;
        };
        if best == self.decode_target {
            return;
        }
        let begins_key = descriptor.structure.is_some() && descriptor.frame.fdiffs.is_empty();
        let switches = indication(descriptor, best) == Indication::Switch;
        let upward = switches
            && self
                .references(descriptor, frame)
                .all(|f| f == Fate::Passed);
        if begins_key || upward || self.contained >> best & 1 == 1 {
            self.take(best);
            return;
        }
        let now = self.current();
        if layer(&structure, best).spatial < now.spatial {
            let relief = Layer { temporal: 0, ..now };
            let relief =
                (0..structure.decode_targets.len()).find(|t| layer(&structure, *t) == relief);
            if let Some(relief) = relief.filter(|t| self.contained >> t & 1 == 1) {
                self.take(relief);
            }
        }
    }

    /// The highest spatial layer that passes in the temporal unit of `frame`.
    fn top(&self, frame: u64) -> u8 {
        layer(&self.structure, self.log.target(frame)).spatial
    }

    fn references(&self, descriptor: &Descriptor, frame: u64) -> impl Iterator<Item = Fate> {
        let fdiffs = descriptor.frame.fdiffs.iter();
        fdiffs.map(move |fdiff| self.log.fate(frame.saturating_sub(u64::from(*fdiff))))
    }

    fn extend(&self, number: u16) -> u64 {
        let near = self.log.highest();
        near.saturating_add_signed(i64::from(number.wrapping_sub(near as u16) as i16))
    }

    fn payload(&mut self, id: Option<rtp::PictureId>, is_newest: bool) -> Payload {
        let Some(old) = id else {
            return Payload::Unchanged;
        };
        let new = u64::from(old.value.wrapping_add(self.picture_shift));
        let picture_id = picture_id::narrow(new, old);
        if is_newest {
            self.last_picture_id = Some(picture_id);
        }
        if self.picture_shift == 0 {
            Payload::Unchanged
        } else {
            Payload::Vp9 { old, picture_id }
        }
    }

    /// The descriptor with its frame number of this subscriber. The mask of active decode targets
    /// is told when it changes, in every packet of the frame where it does, and whenever a
    /// structure resets it.
    fn rewrite(
        &mut self,
        packet: &Dependency,
        frame: u64,
        frame_number: u16,
    ) -> SmallVec<[u8; 64]> {
        let structure = &self.structure;
        let mask = self.active & self.contained;
        let resets = packet.descriptor.structure.is_some();
        let known = if resets {
            structure.all_active()
        } else {
            self.told.0
        };
        let tells = mask != known
            || self.told.1 == frame
            || packet.descriptor.active_decode_targets.is_some();
        if tells {
            let descriptor = Descriptor {
                frame_number,
                active_decode_targets: Some(mask),
                ..packet.descriptor.clone()
            };
            if let Ok(bytes) = write(&descriptor, structure) {
                self.told = (mask, frame);
                return bytes;
            }
        }
        let mut bytes = SmallVec::from_slice(&packet.raw);
        set_frame_number(&mut bytes, frame_number);
        bytes
    }
}

fn layer(structure: &Structure, decode_target: usize) -> Layer {
    let target = structure.decode_targets.get(decode_target);
    target.map_or(Layer::default(), |t| Layer {
        spatial: t.spatial,
        temporal: t.temporal,
    })
}

fn indication(descriptor: &Descriptor, decode_target: usize) -> Indication {
    let indications = &descriptor.frame.indications;
    indications.get(decode_target).copied().unwrap_or_default()
}

/// The highest active decode target within `limit`; the lowest one if all are above.
fn best(structure: &Structure, active: u32, limit: Layer) -> Option<usize> {
    let layers = || {
        (0..structure.decode_targets.len())
            .filter(|target| active >> target & 1 == 1)
            .map(|target| (layer(structure, target), target))
    };
    layers()
        .filter(|(l, _)| l.spatial <= limit.spatial && l.temporal <= limit.temporal)
        .max()
        .or_else(|| layers().min())
        .map(|(_, target)| target)
}

/// Whether all frames of decode target `lower` are frames of `upper`.
fn contains(structure: &Structure, upper: usize, lower: usize) -> bool {
    structure.templates.iter().all(|template| {
        let present = |target: usize| {
            let indication = template.frame.indications.get(target);
            indication.is_some_and(|i| *i != Indication::NotPresent)
        };
        present(upper) || !present(lower)
    })
}

/// The decode targets that can still be decoded from the frames of `upper`.
fn contained(structure: &Structure, upper: usize) -> u32 {
    (0..structure.decode_targets.len())
        .filter(|lower| contains(structure, upper, *lower))
        .fold(0, |mask, target| mask | 1 << target)
}
