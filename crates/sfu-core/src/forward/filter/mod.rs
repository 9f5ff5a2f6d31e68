//! Which packets of one source (one SSRC) pass, by the format's own notion of layers.
//!
//! Begin with [`vp8`], the simplest one that has layers.

mod dependency;
mod frame_log;
mod picture_id;
mod vp8;
mod vp9;

use super::ingress::{Detail, Parsed};
use super::sequence::Place;
use super::verdict::Payload;
use super::{Layer, PacketMeta};
use smallvec::SmallVec;

/// The last numbers that went out, from which the next source goes on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Carry {
    pub(super) picture_id: Option<u16>,
    pub(super) tl0_pic_idx: Option<u8>,
    pub(super) key_idx: Option<u8>,
    pub(super) frame_number: Option<u16>,
}

/// What changes in a packet that passes, beside the numbers that every packet has.
#[derive(Clone, Debug)]
pub(super) struct Pass {
    pub(super) marker: bool,
    pub(super) payload: Payload,
    pub(super) dependency_descriptor: Option<SmallVec<[u8; 64]>>,
}

impl Pass {
    /// Nothing but the number is sent.
    pub(super) fn empty() -> Self {
        Self {
            payload: Payload::Empty,
            ..Self::unchanged(false)
        }
    }

    fn unchanged(marker: bool) -> Self {
        Self {
            marker,
            payload: Payload::Unchanged,
            dependency_descriptor: None,
        }
    }
}

#[derive(Clone, Debug)]
pub(super) enum Filter {
    /// One layer: everything passes.
    Plain,
    Vp8(vp8::Vp8),
    Vp9(Box<vp9::Vp9>),
    Dependency(Box<dependency::Dependencies>),
}

impl Filter {
    /// For a source that begins with the key frame `first`.
    pub(super) fn starting(first: &Parsed, target: Layer, carry: &Carry) -> Self {
        match &first.detail {
            Detail::Padding | Detail::Plain => Self::Plain,
            Detail::Vp8(descriptor) => Self::Vp8(vp8::Vp8::starting(descriptor, target, carry)),
            Detail::Vp9(descriptor) => {
                Self::Vp9(Box::new(vp9::Vp9::starting(descriptor, target, carry)))
            }
            Detail::Dependency(first) => Self::Dependency(Box::new(
                dependency::Dependencies::starting(first, target, carry),
            )),
        }
    }

    /// Whether a packet passes that is new or fills a gap. `target` is within this source: its
    /// spatial layer is an SVC layer.
    pub(super) fn filter(
        &mut self,
        parsed: &Parsed,
        meta: &PacketMeta,
        target: Layer,
        place: Place,
    ) -> Option<Pass> {
        match (self, &parsed.detail) {
            (Self::Plain, Detail::Plain) => Some(Pass::unchanged(meta.marker)),
            (Self::Vp8(filter), Detail::Vp8(descriptor)) => {
                let payload = filter.filter(descriptor, target.temporal, place)?;
                Some(Pass {
                    payload,
                    ..Pass::unchanged(meta.marker)
                })
            }
            (Self::Vp9(filter), Detail::Vp9(d)) => filter.filter(d, meta.marker, target),
            (Self::Dependency(filter), Detail::Dependency(d)) => filter.filter(d, meta, target),
            // Padding, or a format that changed in mid-stream: it has to begin anew.
            (Self::Plain | Self::Vp8(_) | Self::Vp9(_) | Self::Dependency(_), _) => None,
        }
    }

    /// The layer within the source that passes at present.
    pub(super) fn current(&self) -> Layer {
        match self {
            Self::Plain => Layer::default(),
            Self::Vp8(filter) => Layer {
                spatial: 0,
                temporal: filter.temporal(),
            },
            Self::Vp9(filter) => filter.current(),
            Self::Dependency(filter) => filter.current(),
        }
    }

    /// Whether `target` cannot be reached, or nothing be decoded, without a key frame.
    pub(super) fn wants_key_frame(&self, target: Layer) -> bool {
        match self {
            Self::Plain | Self::Vp8(_) => false,
            Self::Vp9(filter) => filter.wants_key_frame(target),
            Self::Dependency(filter) => filter.wants_key_frame(target),
        }
    }

    /// Notes the last numbers that went out.
    pub(super) fn leave(&self, carry: &mut Carry) {
        match self {
            Self::Plain => {}
            Self::Vp8(filter) => filter.leave(carry),
            Self::Vp9(filter) => filter.leave(carry),
            Self::Dependency(filter) => filter.leave(carry),
        }
    }
}
