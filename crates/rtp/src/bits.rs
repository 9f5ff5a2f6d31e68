//! Reading and writing fields that do not end at bytes, most significant bit first.

use crate::error::Error;
use smallvec::SmallVec;

#[derive(Clone, Debug)]
pub(crate) struct BitReader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> BitReader<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    pub(crate) fn flag(&mut self) -> Result<bool, Error> {
        let byte = self.bytes.get(self.at / 8).ok_or(Error::Truncated)?;
        let bit = byte >> (7 - self.at % 8) & 1;
        self.at += 1;
        Ok(bit == 1)
    }

    /// The next `count` bits, at most 32.
    pub(crate) fn bits(&mut self, count: u32) -> Result<u32, Error> {
        debug_assert!(count <= 32);
        let mut value = 0;
        for _ in 0..count {
            value = value << 1 | u32::from(self.flag()?);
        }
        Ok(value)
    }

    /// `ns(n)`: a value below `n` in as few bits as possible (AV1 specification 4.10.7).
    pub(crate) fn below(&mut self, n: u32) -> Result<u32, Error> {
        let Some(width) = n.checked_ilog2() else {
            return Err(Error::Malformed("a choice of nothing"));
        };
        let short_codes = (2u32 << width) - n;
        let value = self.bits(width)?;
        if value < short_codes {
            return Ok(value);
        }
        Ok((value << 1 | self.bits(1)?) - short_codes)
    }

    /// Unsigned Exp-Golomb code (H.264 section 9.1), up to 31 leading zeros.
    pub(crate) fn exp_golomb(&mut self) -> Result<u32, Error> {
        let mut zeros = 0;
        while !self.flag()? {
            zeros += 1;
            if zeros > 31 {
                return Err(Error::Malformed("an Exp-Golomb code of more than 31 zeros"));
            }
        }
        Ok(((1u64 << zeros | u64::from(self.bits(zeros)?)) - 1) as u32)
    }
}

/// Longest thing written with it: a dependency descriptor of 255 bytes.
#[derive(Clone, Debug, Default)]
pub(crate) struct BitWriter {
    bytes: SmallVec<[u8; 64]>,
    used: usize,
}

impl BitWriter {
    pub(crate) fn flag(&mut self, value: bool) {
        if self.used.is_multiple_of(8) {
            self.bytes.push(0);
        }
        if let Some(last) = self.bytes.last_mut() {
            *last |= u8::from(value) << (7 - self.used % 8);
        }
        self.used += 1;
    }

    pub(crate) fn bits(&mut self, value: u32, count: u32) {
        for bit in (0..count).rev() {
            self.flag(value >> bit & 1 == 1);
        }
    }

    /// `ns(n)`, see [`BitReader::below`].
    pub(crate) fn below(&mut self, value: u32, n: u32) {
        let width = n.checked_ilog2().unwrap_or(0);
        let short_codes = (2u32 << width) - n;
        if value < short_codes {
            self.bits(value, width);
        } else {
            self.bits(value + short_codes, width + 1);
        }
    }

    /// What was written, filled up with zero bits.
    pub(crate) fn into_bytes(self) -> SmallVec<[u8; 64]> {
        self.bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_below_five_takes_two_or_three_bits() {
        // AV1 specification 4.10.7, the table for n = 5.
        let codes = [(0, "00"), (1, "01"), (2, "10"), (3, "110"), (4, "111")];
        for (value, code) in codes {
            let mut writer = BitWriter::default();
            writer.below(value, 5);
            assert_eq!(writer.used, code.len());
            let bytes = writer.into_bytes();
            let expected = u8::from_str_radix(code, 2).unwrap() << (8 - code.len());
            assert_eq!(bytes.as_slice(), [expected]);
            assert_eq!(BitReader::new(&bytes).below(5), Ok(value));
        }
        assert_eq!(BitReader::new(&[]).below(1), Ok(0), "no choice, no bits");
    }

    #[test]
    fn exp_golomb_codes_of_the_standard() {
        // H.264 table 9-2: 1, 010, 011, 00100.
        let mut reader = BitReader::new(&[0b1010_0110, 0b0100_0000]);
        assert_eq!([(); 4].map(|()| reader.exp_golomb()), [0, 1, 2, 3].map(Ok));
        assert!(BitReader::new(&[0; 8]).exp_golomb().is_err());
    }
}
