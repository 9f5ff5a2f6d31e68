//! Why bytes were not what they claimed to be.

/// A packet that cannot be read. It is dropped and counted; nobody is told the details, so the
/// reasons are coarse.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The bytes end before the field does.
    #[error("truncated")]
    Truncated,
    /// A field holds a value that its specification forbids, or that exceeds our bounds.
    #[error("malformed: {0}")]
    Malformed(&'static str),
    /// A dependency descriptor came before the template structure that it refers to.
    #[error("the template structure is not known yet")]
    StructureUnknown,
}

/// The byte at `at`, or [`Error::Truncated`].
pub(crate) fn byte(bytes: &[u8], at: usize) -> Result<u8, Error> {
    bytes.get(at).copied().ok_or(Error::Truncated)
}

/// The big-endian 16 bits at `at`, or [`Error::Truncated`].
pub(crate) fn be16(bytes: &[u8], at: usize) -> Result<u16, Error> {
    Ok(u16::from_be_bytes([byte(bytes, at)?, byte(bytes, at + 1)?]))
}

/// The big-endian 32 bits at `at`, or [`Error::Truncated`].
pub(crate) fn be32(bytes: &[u8], at: usize) -> Result<u32, Error> {
    Ok(u32::from(be16(bytes, at)?) << 16 | u32::from(be16(bytes, at + 2)?))
}
