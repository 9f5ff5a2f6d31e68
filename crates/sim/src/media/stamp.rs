//! What every payload says about itself, so that a receiver can tell what it really got.

use base::TrackId;
use std::time::Duration;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamp {
    pub track: TrackId,
    /// Simulcast stream, 0 the smallest.
    pub stream: u8,
    pub temporal: u8,
    pub is_key: bool,
    /// Number of the frame within its stream; of the packet, for audio.
    pub frame: u32,
    /// The frame that this one needs; its own number if none. For audio, how often the microphone
    /// was muted before: what was on its way at a mute is dropped, and rightly.
    pub needs: u32,
    /// Which packet of the frame, of how many.
    pub part: u16,
    pub parts: u16,
    /// When it was captured, since the world began.
    pub captured: Duration,
}

const MAGIC: [u8; 4] = *b"sim1";

impl Stamp {
    pub const BYTES: usize = 4 + 8 + 3 + 4 + 4 + 2 + 2 + 8;

    pub fn write(&self, out: &mut Vec<u8>) {
        out.extend(MAGIC);
        out.extend(self.track.0.to_be_bytes());
        out.extend([self.stream, self.temporal, u8::from(self.is_key)]);
        out.extend(self.frame.to_be_bytes());
        out.extend(self.needs.to_be_bytes());
        out.extend(self.part.to_be_bytes());
        out.extend(self.parts.to_be_bytes());
        out.extend((self.captured.as_micros() as u64).to_be_bytes());
    }

    /// `None` if `bytes` do not begin with a stamp.
    pub fn read(mut bytes: &[u8]) -> Option<Self> {
        let input = &mut bytes;
        if take::<4>(input)? != MAGIC {
            return None;
        }
        let track = TrackId(u64::from_be_bytes(take(input)?));
        let [stream, temporal, is_key] = take(input)?;
        Some(Self {
            track,
            stream,
            temporal,
            is_key: is_key == 1,
            frame: u32::from_be_bytes(take(input)?),
            needs: u32::from_be_bytes(take(input)?),
            part: u16::from_be_bytes(take(input)?),
            parts: u16::from_be_bytes(take(input)?),
            captured: Duration::from_micros(u64::from_be_bytes(take(input)?)),
        })
    }
}

fn take<const N: usize>(input: &mut &[u8]) -> Option<[u8; N]> {
    let (head, rest) = input.split_first_chunk()?;
    *input = rest;
    Some(*head)
}
