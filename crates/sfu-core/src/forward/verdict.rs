//! What becomes of a packet.

use rtp::PictureId;
use smallvec::SmallVec;
use std::sync::Arc;

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    Drop,
    Forward(Rewritten),
}

/// How a packet goes out to one subscriber.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rewritten {
    /// Extended; starts below 65536 and continues over pauses and changes of the source.
    pub seq: u64,
    pub timestamp: u32,
    pub marker: bool,
    pub payload: Payload,
    /// Replaces the header extension of the incoming packet; `None`: send none.
    pub dependency_descriptor: Option<SmallVec<[u8; 64]>>,
}

/// What to do with the payload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Payload {
    Unchanged,
    /// Change these fields of the VP8 descriptor, in place and without changing their widths.
    Vp8(Vp8Rewrite),
    /// Change the picture id of the VP9 descriptor in place.
    Vp9 {
        old: PictureId,
        picture_id: u16,
    },
    /// Send no payload: the number was kept free for a packet that turned out not to be for this
    /// subscriber. Without it he would ask for it again and again.
    Empty,
}

/// New values of the fields that a VP8 descriptor has; `None` where it has none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Vp8Rewrite {
    /// Fits the width of the field in the incoming packet.
    pub picture_id: Option<u16>,
    pub tl0_pic_idx: Option<u8>,
    /// Below 32.
    pub key_idx: Option<u8>,
}

impl Payload {
    /// The payload to send. Copies only if something changes.
    pub fn apply(&self, original: &Arc<[u8]>) -> Arc<[u8]> {
        match self {
            Self::Unchanged => Arc::clone(original),
            Self::Vp8(new) => {
                let mut bytes = original.to_vec();
                rtp::vp8::rewrite(&mut bytes, new.picture_id, new.tl0_pic_idx, new.key_idx);
                bytes.into()
            }
            Self::Vp9 { old, picture_id } => {
                let mut bytes = original.to_vec();
                rtp::vp9::set_picture_id(&mut bytes, *old, *picture_id);
                bytes.into()
            }
            Self::Empty => Arc::from([]),
        }
    }
}
