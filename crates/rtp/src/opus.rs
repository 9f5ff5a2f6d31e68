//! The first byte of an Opus packet (RFC 6716 section 3.1).

use crate::error::{Error, byte};
use std::time::Duration;

/// What the table-of-contents byte tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Toc {
    /// 0 to 31, table 2.
    pub config: u8,
    pub stereo: bool,
    /// Frames in the packet; `None`: told by the next byte.
    pub frames: Option<u8>,
}

impl Toc {
    /// How long one frame sounds.
    pub fn frame_duration(self) -> Duration {
        let micros = match (self.config, self.config & 3) {
            (0..12, size) => [10_000, 20_000, 40_000, 60_000][usize::from(size)],
            (12..16, size) => [10_000, 20_000][usize::from(size & 1)],
            (_, size) => [2_500, 5_000, 10_000, 20_000][usize::from(size)],
        };
        Duration::from_micros(micros)
    }
}

/// Reads the first byte of a payload.
///
/// # Errors
/// [`Error::Truncated`] for an empty one.
pub fn read(payload: &[u8]) -> Result<Toc, Error> {
    let toc = byte(payload, 0)?;
    Ok(Toc {
        config: toc >> 3,
        stereo: toc & 4 != 0,
        frames: match toc & 3 {
            0 => Some(1),
            1 | 2 => Some(2),
            _ => None,
        },
    })
}

/// Discontinuous transmission: a packet of at most two bytes holds no sound (RFC 6716 section
/// 2.1.9; libopus writes the TOC alone or with one byte). Sent now and then during silence.
pub fn is_silence(payload: &[u8]) -> bool {
    (1..=2).contains(&payload.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_browsers_send() {
        // 0x78: CELT fullband 20 ms mono, one frame; 0xfc the same in stereo at 20 ms.
        let toc = read(&[0x78, 1, 2]).unwrap();
        assert_eq!((toc.config, toc.stereo, toc.frames), (15, false, Some(1)));
        assert_eq!(toc.frame_duration(), Duration::from_millis(20));
        let toc = read(&[0xfc]).unwrap();
        assert!(toc.stereo);
        assert_eq!(toc.frame_duration(), Duration::from_millis(20));
        assert_eq!(read(&[]), Err(Error::Truncated));
    }

    #[test]
    fn durations_follow_table_2() {
        let of = |config: u8| read(&[config << 3]).unwrap().frame_duration().as_micros();
        assert_eq!(
            [0, 3, 11, 12, 13].map(of),
            [10_000, 60_000, 60_000, 10_000, 20_000]
        );
        assert_eq!([16, 17, 31].map(of), [2_500, 5_000, 20_000]);
    }

    #[test]
    fn silence_is_short() {
        assert!(is_silence(&[0x78]) && is_silence(&[0x78, 0]));
        assert!(!is_silence(&[]) && !is_silence(&[0x78, 1, 2]));
    }
}
