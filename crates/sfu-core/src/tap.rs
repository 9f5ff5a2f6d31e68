//! A sink inside the process: a recorder, a recogniser, another node. It subscribes to a track as a
//! person does, and gets what a person's decoder would: one unbroken stream of the best picture.

use crate::forward::{Forwarder, Layer, Start};
use crate::track::Encoding;
use base::TrackId;
use base::media::Codec;
use std::sync::Arc;
use std::time::Instant;

/// Names one tap; the shell chooses it and never uses it again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TapId(pub u64);

/// One packet of a tapped track.
#[derive(Clone, Debug)]
pub struct TapPacket {
    pub codec: Codec,
    /// Extended; gaps are losses.
    pub sequence: u64,
    pub timestamp: u32,
    pub marker: bool,
    /// The first packet of a frame from which a decoder can start. Always true for audio.
    pub key_frame: bool,
    /// When it was captured, on the server's clock.
    pub captured: Instant,
    /// Of audio plain Opus, without redundancy.
    pub payload: Arc<[u8]>,
}

/// Higher than any layer there is: a tap gets the best that comes.
const BEST: u8 = 3;

#[derive(Debug)]
pub(crate) struct TapState {
    pub(crate) track: TrackId,
    /// Which encoding it follows: the first that came.
    pub(crate) encoding: Option<u8>,
    pub(crate) forwarder: Option<Forwarder>,
}

impl TapState {
    pub(crate) fn new(track: TrackId) -> Self {
        Self {
            track,
            encoding: None,
            forwarder: None,
        }
    }

    /// The forwarder for packets of this encoding; `None` if it follows another one.
    pub(crate) fn follow(&mut self, index: u8, encoding: &Encoding) -> Option<&mut Forwarder> {
        let format = encoding.shape.format?;
        if *self.encoding.get_or_insert(index) != index {
            return None;
        }
        let best = encoding.seen.iter().rposition(Option::is_some)?;
        let is_simulcast = encoding.shape.is_simulcast;
        let target = Layer {
            spatial: if is_simulcast {
                u8::try_from(best).unwrap_or(BEST)
            } else {
                BEST
            },
            temporal: BEST,
        };
        let make = || Forwarder::new(format.codec, is_simulcast, Start::fresh());
        let forwarder = self.forwarder.get_or_insert_with(make);
        if forwarder.target() != Some(target) {
            forwarder.set_target(Some(target));
        }
        Some(forwarder)
    }
}
