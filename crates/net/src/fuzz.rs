//! What the fuzz targets in `fuzz/` do with their input, and the corpus test replays: each function
//! asserts what must hold whatever the network brings.

use crate::demux::{Kind, StunClass, demux, ufrag_of_binding_request};
use crate::tcp::framing::{MAX_FRAME_BYTES, next_frame, put_frame};
use crate::turn::fuzz::Bench;
use bytes::BytesMut;

/// STUN and the first look at any datagram.
///
/// # Panics
/// When something is broken.
pub fn stun(bytes: &[u8]) {
    let ufrag = ufrag_of_binding_request(bytes);
    match demux(bytes) {
        Kind::Stun(head) if head.class == StunClass::Request && head.method == 1 => {
            assert_eq!(head.ufrag, ufrag);
        }
        Kind::Stun(_)
        | Kind::Dtls
        | Kind::Rtp
        | Kind::Rtcp
        | Kind::TurnChannel(_)
        | Kind::Unknown => {
            assert_eq!(ufrag, None);
        }
    }
}

/// Frames of RFC 4571, the input cut into pieces as its first byte says.
///
/// # Panics
/// When something is broken.
pub fn framing(bytes: &[u8]) {
    let Some((piece, stream)) = bytes.split_first() else {
        return;
    };
    let (mut whole, mut pieces) = (BytesMut::from(stream), BytesMut::new());
    let mut expected = Vec::new();
    let mut broken = false;
    loop {
        match next_frame(&mut whole) {
            Ok(Some(frame)) => expected.push(frame),
            Ok(None) => break,
            Err(_) => {
                broken = true;
                break;
            }
        }
    }
    let mut got = Vec::new();
    for piece in stream.chunks(usize::from(*piece).max(1)) {
        pieces.extend_from_slice(piece);
        while let Ok(Some(frame)) = next_frame(&mut pieces) {
            assert!(frame.len() <= MAX_FRAME_BYTES);
            got.push(frame);
        }
    }
    assert_eq!(got, expected, "the cutting made a difference");
    assert_eq!(next_frame(&mut pieces).is_err(), broken);
    let mut again = BytesMut::new();
    for frame in &got {
        assert!(put_frame(&mut again, frame));
        assert_eq!(next_frame(&mut again).ok().flatten().as_ref(), Some(frame));
    }
}

/// A client of the relay with an allocation, a permission and a channel. His messages are tried as
/// they are, and again signed with his key.
///
/// # Panics
/// When something is broken; above all, when anything is relayed to an address that is not ours.
pub fn turn(bytes: &[u8]) {
    let mut bench = Bench::new();
    let mut input = BytesMut::from(bytes);
    while let Some(frame) = bench.next_frame(&mut input) {
        bench.try_frame(&frame);
    }
}
