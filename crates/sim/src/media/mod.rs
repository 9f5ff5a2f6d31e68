//! Synthetic media: what an encoder makes and a decoder understands, without pictures or sound.

mod decoder;
mod encoder;
mod stamp;

pub use decoder::{Arrived, Audio, Decoder, Violation};
pub use encoder::{AudioEncoder, Encoded, VideoEncoder, VideoLayer};
pub use stamp::Stamp;
