//! Client-to-mixer audio level (RFC 6464), a header extension of one byte.

/// The extension's URI in SDP.
pub const URI: &str = "urn:ietf:params:rtp-hdrext:ssrc-audio-level";

/// How loud a packet is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AudioLevel {
    /// Below overload, in dB: 0 is the loudest, 127 silence.
    pub minus_dbov: u8,
    /// The encoder takes it for speech.
    pub voice: bool,
}

/// Reads the extension's value; `None` if it is empty. Further bytes (padding of the two-byte
/// form) do not count.
pub fn read(value: &[u8]) -> Option<AudioLevel> {
    let byte = value.first()?;
    Some(AudioLevel {
        minus_dbov: byte & 0x7f,
        voice: byte & 0x80 != 0,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn level_and_voice_share_a_byte() {
        let read = |byte| super::read(&[byte]).unwrap();
        assert_eq!(
            read(0xff),
            AudioLevel {
                minus_dbov: 127,
                voice: true
            }
        );
        assert_eq!(
            read(0x1e),
            AudioLevel {
                minus_dbov: 30,
                voice: false
            }
        );
        assert_eq!(super::read(&[]), None);
    }
}
