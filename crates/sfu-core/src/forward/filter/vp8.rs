//! Temporal layers of VP8, by the payload descriptor (RFC 7741).
//!
//! A layer is added only at a frame that depends on the base layer alone (Y), one layer at a
//! time: the frames above may refer to earlier ones of the layer between. Picture ids are
//! renumbered without gaps for what is left out; libwebrtc's receiver waits for missing ones.

use super::super::Layer;
use super::super::renumber::Renumber;
use super::super::sequence::Place;
use super::super::verdict::{Payload, Vp8Rewrite};
use super::{Carry, picture_id};
use rtp::vp8::Descriptor;

/// TID has two bits.
const LAYERS: usize = 4;

#[derive(Clone, Debug)]
pub(in super::super) struct Vp8 {
    /// Highest temporal layer that passes.
    temporal: u8,
    pictures: Option<Pictures>,
    tl0_shift: u8,
    key_shift: u8,
    last: Carry,
}

#[derive(Clone, Debug)]
struct Pictures {
    ids: Renumber,
    /// Bit n: the picture n before the highest has passed.
    passed: u128,
    /// From which picture on each layer passes: older ones may refer to what was left out.
    since: [u64; LAYERS],
}

impl Vp8 {
    pub(super) fn starting(first: &Descriptor, target: Layer, carry: &Carry) -> Self {
        let after = |last: Option<u8>, first: Option<u8>| match (last, first) {
            (Some(last), Some(first)) => last.wrapping_add(1).wrapping_sub(first),
            (None, _) | (_, None) => 0,
        };
        let pictures = first.picture_id.map(|id| {
            let incoming = picture_id::begin(id);
            let outgoing = carry
                .picture_id
                .map_or(incoming, |last| u64::from(last) + 1);
            Pictures {
                ids: Renumber::starting(incoming, outgoing),
                passed: 0,
                since: [incoming; LAYERS],
            }
        });
        Self {
            temporal: target.temporal,
            pictures,
            tl0_shift: after(carry.tl0_pic_idx, first.tl0_pic_idx),
            key_shift: after(carry.key_idx, first.key_idx),
            last: *carry,
        }
    }

    pub(super) fn temporal(&self) -> u8 {
        self.temporal
    }

    pub(super) fn filter(
        &mut self,
        packet: &Descriptor,
        target: u8,
        place: Place,
    ) -> Option<Payload> {
        let layer = packet.temporal.unwrap_or(0);
        let picture_id = match (&mut self.pictures, packet.picture_id) {
            (Some(pictures), Some(id)) => {
                let incoming = picture_id::extend(id, pictures.ids.highest());
                let is_new = incoming > pictures.ids.highest();
                if is_new {
                    let before = self.temporal;
                    self.temporal = next_temporal(before, packet, target);
                    pictures.note_layers(before, self.temporal, incoming);
                }
                let outgoing = pictures.pass(incoming, is_new, layer, self.temporal)?;
                Some(picture_id::narrow(outgoing, id))
            }
            (None, _) | (_, None) => {
                // Without picture ids nobody can tell which packet belongs to which frame.
                if place == Place::New {
                    self.temporal = next_temporal(self.temporal, packet, target);
                }
                if layer > self.temporal {
                    return None;
                }
                None
            }
        };
        let rewrite = Vp8Rewrite {
            picture_id,
            tl0_pic_idx: packet.tl0_pic_idx.map(|v| v.wrapping_add(self.tl0_shift)),
            key_idx: packet
                .key_idx
                .map(|v| v.wrapping_add(self.key_shift) & 0x1f),
        };
        note_newest(&mut self.last.tl0_pic_idx, rewrite.tl0_pic_idx, 256);
        note_newest(&mut self.last.key_idx, rewrite.key_idx, 32);
        let unchanged = rewrite.picture_id == packet.picture_id.map(|id| id.value)
            && rewrite.tl0_pic_idx == packet.tl0_pic_idx
            && rewrite.key_idx == packet.key_idx;
        Some(if unchanged {
            Payload::Unchanged
        } else {
            Payload::Vp8(rewrite)
        })
    }

    pub(super) fn leave(&self, carry: &mut Carry) {
        *carry = self.last;
        if let Some(next) = self.pictures.as_ref().and_then(|p| p.ids.next()) {
            // Above those of lost pictures too, whose places are still kept free.
            carry.picture_id = Some((next.wrapping_sub(1) & 0x7fff) as u16);
        }
    }
}

impl Pictures {
    /// Layers that begin with this picture, and those that begin later.
    fn note_layers(&mut self, before: u8, now: u8, picture: u64) {
        for (layer, since) in (0..).zip(&mut self.since) {
            if layer > now {
                *since = picture + 1;
            } else if layer > before {
                *since = picture;
            }
        }
    }

    fn pass(&mut self, incoming: u64, is_new: bool, layer: u8, temporal: u8) -> Option<u64> {
        let since = self.since.get(usize::from(layer)).copied();
        let belongs = layer <= temporal && since.is_some_and(|since| since <= incoming);
        if is_new {
            let step = incoming - self.ids.highest();
            self.passed = u32::try_from(step).map_or(0, |step| self.passed.unbounded_shl(step));
            if !belongs {
                self.ids.leave_out(incoming);
                return None;
            }
        } else if !belongs && !self.has_passed(incoming) {
            return None;
        }
        let outgoing = self.ids.pass(incoming)?;
        if let Ok(behind @ 0..128) = u32::try_from(self.ids.highest() - incoming) {
            self.passed |= 1 << behind;
        }
        Some(outgoing)
    }

    fn has_passed(&self, incoming: u64) -> bool {
        let behind = self.ids.highest() - incoming;
        behind < 128 && self.passed >> behind & 1 == 1
    }
}

/// Keeps the newest of indices that wrap around at `modulus`.
fn note_newest(last: &mut Option<u8>, index: Option<u8>, modulus: u16) {
    let Some(index) = index else {
        return;
    };
    let ahead = last.map_or(0, |last| u16::from(index.wrapping_sub(last)) % modulus);
    if ahead < modulus / 2 {
        *last = Some(index);
    }
}

fn next_temporal(temporal: u8, packet: &Descriptor, target: u8) -> u8 {
    if packet.key_frame {
        return target;
    }
    if target <= temporal {
        return target;
    }
    let is_next = packet.temporal == Some(temporal + 1);
    if is_next && packet.layer_sync && packet.start_of_frame {
        temporal + 1
    } else {
        temporal
    }
}
