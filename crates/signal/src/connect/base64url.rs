//! Base64 as clients write it into URLs.

use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

const TOLERANT: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// Decodes both alphabets, padded or not. A `+` that nobody escaped arrives as a space.
pub(super) fn decode(text: &str) -> Option<Vec<u8>> {
    let standard = text
        .bytes()
        .map(|letter| match letter {
            b'-' | b' ' => b'+',
            b'_' => b'/',
            other => other,
        })
        .collect::<Vec<_>>();
    TOLERANT.decode(standard).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_alphabets_padded_or_not() {
        for text in ["-_8=", "-_8", "+/8=", "+/8", " /8"] {
            assert_eq!(decode(text).as_deref(), Some(&[0xfb, 0xff][..]), "{text}");
        }
        assert_eq!(decode("é"), None);
        assert_eq!(decode("a=b"), None);
    }
}
