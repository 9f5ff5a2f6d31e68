//! The bytes of a file as they come: counted, hashed, and looked at.

use super::sniff::HEAD_BYTES;
use super::{FileRefusal, MediaType};
use aws_lc_rs::digest::{Context as Hasher, SHA256};
use std::fmt;

pub struct Intake {
    limit: u64,
    bytes: u64,
    head: Vec<u8>,
    hasher: Hasher,
}

/// What is known of a file when it has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Digest {
    pub bytes: u64,
    pub sha256: [u8; 32],
    pub media_type: MediaType,
}

impl Intake {
    /// For a file of at most `limit` bytes.
    pub fn new(limit: u64) -> Self {
        Self {
            limit,
            bytes: 0,
            head: Vec::with_capacity(HEAD_BYTES),
            hasher: Hasher::new(&SHA256),
        }
    }

    /// # Errors
    /// It has become too large, or its first bytes are of no type that is taken.
    pub fn take(&mut self, chunk: &[u8]) -> Result<(), FileRefusal> {
        self.bytes = self.bytes.saturating_add(chunk.len() as u64);
        if self.bytes > self.limit {
            return Err(FileRefusal::TooLarge { limit: self.limit });
        }
        self.hasher.update(chunk);
        if self.head.len() < HEAD_BYTES {
            let missing = HEAD_BYTES - self.head.len();
            self.head.extend(chunk.iter().take(missing));
            if self.head.len() == HEAD_BYTES {
                MediaType::sniff(&self.head).ok_or(FileRefusal::UnsupportedType)?;
            }
        }
        Ok(())
    }

    /// # Errors
    /// It is empty, or of no type that is taken.
    pub fn finish(self) -> Result<Digest, FileRefusal> {
        if self.bytes == 0 {
            return Err(FileRefusal::Empty);
        }
        let mut sha256 = [0; 32];
        sha256.copy_from_slice(self.hasher.finish().as_ref());
        Ok(Digest {
            bytes: self.bytes,
            sha256,
            media_type: MediaType::sniff(&self.head).ok_or(FileRefusal::UnsupportedType)?,
        })
    }
}

/// Without what people have written.
impl fmt::Debug for Intake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Intake({} bytes)", self.bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn in_pieces_or_at_once_it_is_the_same_file() {
        let content = [b"%PDF-1.7\n".as_slice(), &[7; 3_000]].concat();
        let mut whole = Intake::new(10_000);
        whole.take(&content).unwrap();
        let mut pieces = Intake::new(10_000);
        content
            .chunks(3)
            .for_each(|piece| pieces.take(piece).unwrap());
        assert_eq!(pieces.finish(), whole.finish());
    }

    #[test]
    fn one_byte_too_many_is_too_large() {
        let mut intake = Intake::new(4);
        intake.take(b"text").unwrap();
        assert_eq!(intake.take(b"!"), Err(FileRefusal::TooLarge { limit: 4 }));
        assert_eq!(Intake::new(4).finish(), Err(FileRefusal::Empty));
    }

    #[test]
    fn a_program_is_refused_before_it_has_all_come() {
        let program = [b"\x7fELF".as_slice(), &[0; 1_000]].concat();
        let refused = Intake::new(1 << 30).take(&program);
        assert_eq!(refused, Err(FileRefusal::UnsupportedType));
    }
}
