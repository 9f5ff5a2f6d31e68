//! RTP packets and what codecs put into them: pure functions from bytes to values and back.
//!
//! Absent on purpose: sockets, clocks, state across packets (the exceptions hold a few values and
//! say so: [`dependency::Reader`], [`red::Encoder`]), depacketizing into whole frames, and any
//! decoding. Every reader is bounded and returns a typed [`Error`] for bytes that are wrong;
//! none panics, whatever it is given.
//!
//! Begin with [`header`]; then [`vp8`] as the simplest codec and [`dependency`] as the richest.

pub mod audio_level;
pub mod av1;
pub mod dependency;
pub mod fuzzing;
pub mod h264;
pub mod h265;
pub mod header;
pub mod opus;
pub mod red;
pub mod vp8;
pub mod vp9;

mod bits;
mod error;

pub use error::Error;

/// A picture id of VP8 or VP9, and how many bits carry it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PictureId {
    pub value: u16,
    /// 15 bits if true, else 7.
    pub long: bool,
}

impl PictureId {
    /// The values wrap around at this number.
    pub const fn modulus(self) -> u32 {
        if self.long { 1 << 15 } else { 1 << 7 }
    }
}

/// The size of a picture in pixels; never zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Dimensions {
    pub width: u32,
    pub height: u32,
}

impl Dimensions {
    /// `None` if a side is zero.
    pub fn new(width: u32, height: u32) -> Option<Self> {
        (width > 0 && height > 0).then_some(Self { width, height })
    }
}
