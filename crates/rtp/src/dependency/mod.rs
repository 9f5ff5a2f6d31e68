//! The dependency descriptor: an RTP header extension that tells, outside of the (perhaps
//! encrypted) payload, which frames a frame needs and who needs it.
//!
//! Source: RTP Payload Format For AV1, appendix A, <https://aomediacodec.github.io/av1-rtp-spec/>.
//! Names follow it, except that a *fdiff* is the distance to a frame that is needed, and a *chain
//! diff* the distance to the previous frame of a chain (0: none, the chain begins here).
//!
//! Begin with [`Reader`], which keeps the template [`Structure`] of one stream.

mod read;
mod reader;
mod write;

pub use read::read;
pub use reader::Reader;
pub use write::write;

use crate::Dimensions;
use smallvec::SmallVec;

/// The extension's URI in SDP.
pub const URI: &str =
    "https://aomediacodec.github.io/av1-rtp-spec/#dependency-descriptor-rtp-header-extension";

/// Template ids have six bits.
pub const MAX_TEMPLATES: usize = 64;
/// `dt_cnt_minus_one` has five bits.
pub const MAX_DECODE_TARGETS: usize = 32;
/// Ids of spatial layers have two bits in AV1 and at most two in the layers clients send.
pub const MAX_SPATIAL: u8 = 3;
/// Ids of temporal layers have three bits in AV1.
pub const MAX_TEMPORAL: u8 = 7;
/// A frame of any known encoder refers to at most eight others (AV1 has eight reference slots).
pub const MAX_FDIFFS: usize = 8;
/// A header extension has at most 255 bytes (RFC 8285 section 4.3).
pub const MAX_LEN: usize = 255;

/// What one frame is to one decode target.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Indication {
    /// `-`: not part of it.
    #[default]
    NotPresent,
    /// `D`: part of it, and no later frame of it needs this one.
    Discardable,
    /// `S`: when this frame can be decoded, all later ones of the target can.
    Switch,
    /// `R`: part of it and needed by later frames.
    Required,
}

impl Indication {
    const fn from_bits(bits: u32) -> Self {
        match bits & 3 {
            0 => Self::NotPresent,
            1 => Self::Discardable,
            2 => Self::Switch,
            _ => Self::Required,
        }
    }

    const fn to_bits(self) -> u32 {
        self as u32
    }
}

/// What a frame needs and who needs it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FrameDependencies {
    /// By decode target.
    pub indications: SmallVec<[Indication; 9]>,
    /// Distances to the frames that this one is predicted from, in frame numbers.
    pub fdiffs: SmallVec<[u16; 4]>,
    /// By chain: distance to the chain's previous frame, 0 if the chain begins here.
    pub chain_diffs: SmallVec<[u8; 4]>,
}

/// A kind of frame that occurs again and again.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Template {
    pub spatial: u8,
    pub temporal: u8,
    pub frame: FrameDependencies,
}

/// Highest layers that a decode target contains.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DecodeTarget {
    pub spatial: u8,
    pub temporal: u8,
    /// Index of the chain that protects it, if there are chains: the target can be decoded as
    /// long as no frame of the chain is missing.
    pub chain: Option<u8>,
}

/// The template dependency structure, sent with key frames.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Structure {
    /// Template id of the first template; changes with each new structure.
    pub template_id_offset: u8,
    /// 1 to [`MAX_TEMPLATES`], ordered by spatial, then temporal layer.
    pub templates: Vec<Template>,
    /// 1 to [`MAX_DECODE_TARGETS`].
    pub decode_targets: SmallVec<[DecodeTarget; 9]>,
    /// At most as many as decode targets.
    pub chain_count: u8,
    /// By spatial layer; empty if not sent.
    pub dimensions: SmallVec<[Dimensions; 3]>,
}

impl Structure {
    /// The bitmask in which all decode targets are active.
    pub fn all_active(&self) -> u32 {
        u32::MAX >> (32 - self.decode_targets.len().clamp(1, 32))
    }

    /// The template with this id.
    pub fn template(&self, id: u8) -> Option<&Template> {
        let index = id.wrapping_sub(self.template_id_offset) & 0x3f;
        self.templates.get(usize::from(index))
    }
}

/// One packet's dependency descriptor, with everything resolved against the structure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Descriptor {
    pub start_of_frame: bool,
    pub end_of_frame: bool,
    pub template_id: u8,
    pub frame_number: u16,
    /// The structure, if this packet carries one: always with a key frame.
    pub structure: Option<Structure>,
    /// Which decode targets are still produced from this frame on, bit 0 the first.
    pub active_decode_targets: Option<u32>,
    pub spatial: u8,
    pub temporal: u8,
    pub frame: FrameDependencies,
}

/// Changes only the frame number of a written descriptor. Bytes that are no descriptor stay as
/// they are.
pub fn set_frame_number(bytes: &mut [u8], frame_number: u16) {
    if let [_, high, low, ..] = bytes {
        [*high, *low] = frame_number.to_be_bytes();
    }
}

#[cfg(test)]
mod tests;
