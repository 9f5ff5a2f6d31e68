//! Data track frames (packet format 0, `docs/packet-v0.md` of the `livekit-datatrack` crate): a
//! header of 12 bytes, of which a server reads the version and rewrites the handle.

use bytes::{Bytes, BytesMut};
use room_core::BadPacket;

const HEADER_BYTES: usize = 12;
const HANDLE: std::ops::Range<usize> = 2..4;

pub(super) fn handle(frame: &Bytes) -> Result<u16, BadPacket> {
    if frame.len() < HEADER_BYTES || version(frame[0]) != 0 {
        return Err(BadPacket);
    }
    match u16::from_be_bytes([frame[2], frame[3]]) {
        0 => Err(BadPacket),
        handle => Ok(handle),
    }
}

pub(super) fn with_handle(frame: &Bytes, to: u16) -> Result<Bytes, BadPacket> {
    handle(frame)?;
    let mut out = BytesMut::from(&frame[..]);
    out[HANDLE].copy_from_slice(&to.to_be_bytes());
    Ok(out.freeze())
}

const fn version(first: u8) -> u8 {
    first >> 5
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_handle_changes() {
        let frame = Bytes::from_static(&[0b0001_1000, 0, 0x12, 0x34, 0, 1, 0, 2, 0, 0, 0, 3, 42]);
        assert_eq!(handle(&frame), Ok(0x1234));
        let out = with_handle(&frame, 0xabcd).unwrap();
        assert_eq!(handle(&out), Ok(0xabcd));
        assert_eq!(out[..2], frame[..2]);
        assert_eq!(out[4..], frame[4..]);
    }

    #[test]
    fn short_frames_newer_versions_and_nobodys_handle_are_refused() {
        let good = [0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0];
        assert_eq!(handle(&Bytes::copy_from_slice(&good)), Ok(1));
        assert_eq!(handle(&Bytes::copy_from_slice(&good[..11])), Err(BadPacket));
        let mut newer = good;
        newer[0] = 0b0010_0000;
        assert_eq!(handle(&Bytes::copy_from_slice(&newer)), Err(BadPacket));
        let mut nobody = good;
        nobody[3] = 0;
        assert_eq!(handle(&Bytes::copy_from_slice(&nobody)), Err(BadPacket));
    }
}
