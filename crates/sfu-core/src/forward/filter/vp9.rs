//! SVC layers of VP9 by its payload descriptor (RFC 9628), for senders without dependency
//! descriptors.
//!
//! All spatial layers up to the chosen one pass, also those that later pictures do not need (with
//! inter-layer prediction at key frames only), so that going down is possible at every picture.
//! Spatial layers are added at key pictures; within others, the marker may have been sent when it
//! turns out that an upper layer begins anew. Temporal ones are added at their switching-up point
//! (U), one at a time. Picture ids keep their distances, because
//! pictures refer to each other by them.

use super::super::Layer;
use super::super::verdict::Payload;
use super::{Carry, Pass, picture_id};
use rtp::PictureId;
use rtp::vp9::Descriptor;

/// Pictures that are remembered for their late packets: about a second.
const PICTURES: usize = 32;

#[derive(Clone, Debug)]
pub(in super::super) struct Vp9 {
    current: Layer,
    /// The newest picture.
    highest: u64,
    first: u64,
    /// By picture modulo their number: which picture, and up to which spatial layer it passes.
    pictures: [Option<(u64, Option<u8>)>; PICTURES],
    /// Late pictures of higher temporal layers from before may refer to what was left out.
    changed_at: u64,
    /// Spatial layers that passed both before and after that change.
    spatial_before: u8,
    shift: u16,
    has_ids: bool,
}

impl Vp9 {
    pub(super) fn starting(first: &Descriptor, target: Layer, carry: &Carry) -> Self {
        let id = first.picture_id.unwrap_or(NO_PICTURE_ID);
        let begin = picture_id::begin(id);
        let shift = carry
            .picture_id
            .map_or(0, |last| last.wrapping_add(1).wrapping_sub(id.value));
        Self {
            current: beginning(first, target),
            highest: begin,
            first: begin,
            pictures: [None; PICTURES],
            changed_at: begin,
            spatial_before: 0,
            shift,
            has_ids: first.picture_id.is_some(),
        }
    }

    pub(super) fn current(&self) -> Layer {
        self.current
    }

    pub(super) fn wants_key_frame(&self, target: Layer) -> bool {
        target.spatial > self.current.spatial
    }

    pub(super) fn leave(&self, carry: &mut Carry) {
        let newest = (self.highest as u16).wrapping_add(self.shift) & 0x7fff;
        carry.picture_id = self.has_ids.then_some(newest);
    }

    pub(super) fn filter(
        &mut self,
        packet: &Descriptor,
        marker: bool,
        target: Layer,
    ) -> Option<Pass> {
        let id = packet.picture_id.unwrap_or(NO_PICTURE_ID);
        let picture = picture_id::extend(id, self.highest);
        if picture < self.first {
            return None;
        }
        let top = match self.spatial_of(picture) {
            Some(top) => top,
            None => self.judge(packet, picture, target),
        };
        self.pictures[slot(picture)] = Some((picture, top));
        let top = top.filter(|top| packet.spatial() <= *top)?;
        let new = picture_id::narrow(u64::from(id.value.wrapping_add(self.shift)), id);
        let payload = match packet.picture_id {
            Some(old) if self.shift != 0 => Payload::Vp9 {
                old,
                picture_id: new,
            },
            Some(_) | None => Payload::Unchanged,
        };
        Some(Pass {
            marker: marker || packet.end_of_frame && packet.spatial() == top,
            payload,
            dependency_descriptor: None,
        })
    }

    /// What was decided about a picture: `None` nothing yet, `Some(None)` that it is left out.
    fn spatial_of(&self, picture: u64) -> Option<Option<u8>> {
        let (number, top) = self.pictures[slot(picture)]?;
        (number == picture).then_some(top)
    }

    /// Decides on a picture of which this is the first packet to come.
    fn judge(&mut self, packet: &Descriptor, picture: u64, target: Layer) -> Option<u8> {
        let temporal = packet.temporal();
        if picture < self.highest {
            if picture < self.changed_at {
                return (temporal == 0).then_some(self.spatial_before);
            }
            return (temporal <= self.current.temporal).then_some(self.current.spatial);
        }
        self.highest = picture;
        let before = self.current;
        self.current.spatial = before.spatial.min(target.spatial);
        let switches = packet.layers.is_some_and(|l| l.switching_up);
        if packet.begins_key_frame() {
            self.current = beginning(packet, target);
        } else if target.temporal < before.temporal {
            self.current.temporal = target.temporal;
        } else if switches && temporal == before.temporal + 1 && temporal <= target.temporal {
            self.current.temporal = temporal;
        }
        if self.current != before {
            self.changed_at = picture;
            self.spatial_before = before.spatial.min(self.current.spatial);
        }
        (temporal <= self.current.temporal).then_some(self.current.spatial)
    }
}

/// What passes from a key frame on: as many spatial layers as it announces, up to the target.
fn beginning(key: &Descriptor, target: Layer) -> Layer {
    let announced = key.structure.as_ref().map_or(u8::MAX, |s| s.spatial_layers);
    Layer {
        spatial: target.spatial.min(announced.saturating_sub(1)),
        ..target
    }
}

/// Some senders leave it out; then all packets count as one picture, and nothing can be switched.
const NO_PICTURE_ID: PictureId = PictureId {
    value: 0,
    long: true,
};

fn slot(picture: u64) -> usize {
    (picture % PICTURES as u64) as usize
}
