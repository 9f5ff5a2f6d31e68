//! Frames of RFC 4571, as ICE over TCP uses them (RFC 6544 section 3): a 16-bit length, then the
//! packet.

use bytes::{Buf, BufMut, Bytes, BytesMut};

/// WebRTC packets fit an MTU of 1,500; only a DTLS flight put into one frame is larger.
pub const MAX_FRAME_BYTES: usize = 8_192;
const LENGTH_BYTES: usize = 2;

/// The peer announced a frame that no peer of ours sends: its bytes are no frames.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a frame of {0} bytes is longer than any packet")]
pub struct FrameTooLong(pub usize);

/// Takes the next whole frame out of what has been received; `None` until it is whole. Empty
/// frames, which keep a connection alive, are passed over.
///
/// # Errors
/// [`FrameTooLong`]: where the next frame begins is then unknown, and the connection of no use.
pub fn next_frame(received: &mut BytesMut) -> Result<Option<Bytes>, FrameTooLong> {
    loop {
        let Some(head) = received.first_chunk::<LENGTH_BYTES>() else {
            return Ok(None);
        };
        let length = usize::from(u16::from_be_bytes(*head));
        if length > MAX_FRAME_BYTES {
            return Err(FrameTooLong(length));
        }
        if received.len() < LENGTH_BYTES + length {
            return Ok(None);
        }
        received.advance(LENGTH_BYTES);
        if length > 0 {
            return Ok(Some(received.split_to(length).freeze()));
        }
    }
}

/// Appends a packet as a frame. False, and nothing appended, if it is too long for one.
pub fn put_frame(output: &mut BytesMut, packet: &[u8]) -> bool {
    let Ok(length) = u16::try_from(packet.len()) else {
        return false;
    };
    output.reserve(LENGTH_BYTES + packet.len());
    output.put_u16(length);
    output.put_slice(packet);
    true
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn frames_survive_any_cutting_of_the_stream(
            packets in prop::collection::vec(prop::collection::vec(any::<u8>(), 1..300), 0..20),
            piece in 1_usize..50,
        ) {
            let mut stream = BytesMut::new();
            for packet in &packets {
                prop_assert!(put_frame(&mut stream, packet));
                prop_assert!(put_frame(&mut stream, b""));
            }
            let (mut received, mut got) = (BytesMut::new(), Vec::new());
            for bytes in stream.chunks(piece) {
                received.extend_from_slice(bytes);
                while let Some(frame) = next_frame(&mut received).unwrap() {
                    got.push(frame.to_vec());
                }
            }
            prop_assert_eq!(got, packets);
            prop_assert!(received.is_empty());
        }
    }

    #[test]
    fn a_length_that_no_packet_has_ends_it() {
        let mut received = BytesMut::from(&b"GET / HTTP/1.1\r\n"[..]);
        let announced = usize::from(u16::from_be_bytes(*b"GE"));
        assert_eq!(next_frame(&mut received), Err(FrameTooLong(announced)));
    }
}
