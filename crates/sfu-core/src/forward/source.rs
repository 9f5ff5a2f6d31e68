//! One SSRC on its way to one subscriber.

use super::filter::{Carry, Filter, Pass};
use super::ingress::{Detail, Parsed};
use super::sequence::{Place, Sequence};
use super::{Layer, PacketMeta};

/// The numbering and filtering state of a source that has begun with a key frame.
#[derive(Clone, Debug)]
pub(super) struct Source {
    pub(super) ssrc: u32,
    pub(super) stream: u8,
    sequence: Sequence,
    filter: Filter,
}

/// A packet that passes, before its timestamp is changed.
#[derive(Clone, Debug)]
pub(super) struct Numbered {
    pub(super) seq: u64,
    pub(super) pass: Pass,
}

impl Source {
    /// Begins with the key frame's first packet as `seq`; `None` if even that does not pass.
    pub(super) fn starting(
        first: &Parsed,
        meta: &PacketMeta,
        target: Layer,
        carry: &Carry,
        seq: u64,
    ) -> Option<(Self, Numbered)> {
        let mut filter = Filter::starting(first, target, carry);
        let pass = filter.filter(first, meta, target, Place::New)?;
        let source = Self {
            ssrc: meta.ssrc,
            stream: first.stream,
            sequence: Sequence::starting(meta.seq, seq),
            filter,
        };
        Some((source, Numbered { seq, pass }))
    }

    /// What remains to be done once another source has taken over.
    pub(super) fn into_remains(self) -> Remains {
        Remains {
            ssrc: self.ssrc,
            sequence: self.sequence,
        }
    }

    pub(super) fn highest_seq(&self) -> u64 {
        self.sequence.highest()
    }

    /// The first outgoing number above all that were sent or are kept free for late packets.
    pub(super) fn next_seq(&self) -> Option<u64> {
        self.sequence.next()
    }

    /// The layer that passes, as seen from the whole track.
    pub(super) fn current(&self) -> Layer {
        let within = self.filter.current();
        Layer {
            spatial: self.stream + within.spatial,
            ..within
        }
    }

    pub(super) fn wants_key_frame(&self, target: Layer) -> bool {
        self.filter.wants_key_frame(target)
    }

    pub(super) fn leave(&self, carry: &mut Carry) {
        self.filter.leave(carry);
    }

    pub(super) fn handle(
        &mut self,
        parsed: &Parsed,
        meta: &PacketMeta,
        target: Layer,
    ) -> Option<Numbered> {
        let place = self.sequence.place(meta.seq);
        if place == Place::Stale {
            return None;
        }
        let pass = match parsed.detail {
            Detail::Padding => None,
            Detail::Plain | Detail::Vp8(_) | Detail::Vp9(_) | Detail::Dependency(_) => {
                self.filter.filter(parsed, meta, target, place)
            }
        };
        match (pass, place) {
            (Some(pass), _) => {
                let seq = self.sequence.pass(meta.seq)?;
                Some(Numbered { seq, pass })
            }
            (None, Place::New) => {
                self.sequence.leave_out(meta.seq);
                None
            }
            (None, Place::Late | Place::Stale) => {
                let seq = self.sequence.pass(meta.seq)?;
                let pass = Pass::empty();
                Some(Numbered { seq, pass })
            }
        }
    }
}

/// The numbers of a source that has been left. Its frames are of no use beside the key frame of
/// its successor, but the places of its lost packets still want to be filled.
#[derive(Clone, Debug)]
pub(super) struct Remains {
    ssrc: u32,
    sequence: Sequence,
}

impl Remains {
    /// The number to fill with an empty packet.
    pub(super) fn fill(&mut self, meta: &PacketMeta) -> Option<Numbered> {
        if self.ssrc != meta.ssrc || self.sequence.place(meta.seq) != Place::Late {
            return None;
        }
        let seq = self.sequence.pass(meta.seq)?;
        let pass = Pass::empty();
        Some(Numbered { seq, pass })
    }

    pub(super) fn is_of(&self, ssrc: u32) -> bool {
        self.ssrc == ssrc
    }
}
