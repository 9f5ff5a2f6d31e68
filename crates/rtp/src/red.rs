//! Redundant audio (RFC 2198): earlier frames ride along with the newest one, so that a lost
//! packet is made good by a later one.

use crate::error::{Error, be16, byte};
use smallvec::SmallVec;
use std::collections::VecDeque;

/// Timestamp offsets have 14 bits: 341 ms of Opus at 48 kHz.
pub const MAX_OFFSET: u32 = (1 << 14) - 1;
/// Block lengths have 10 bits.
pub const MAX_BLOCK_LEN: usize = (1 << 10) - 1;
/// Blocks in one packet, the primary one included. At 60 ms per frame no more fit into the
/// offset; at 20 ms seventeen would, but a packet has to stay below the path's MTU.
pub const MAX_BLOCKS: usize = 10;
/// Opus at 64 kbit/s has 160 bytes in 20 ms: a packet of all blocks stays below this, and below
/// any MTU together with its headers and encryption.
const MAX_PACKET_LEN: usize = 1_100;

/// One frame in a redundant packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Block<'a> {
    pub payload_type: u8,
    /// How much earlier than the packet's timestamp; 0 for the primary one.
    pub offset: u32,
    pub payload: &'a [u8],
}

/// Reads all blocks, oldest first; the last is the primary one.
///
/// # Errors
/// [`Error::Truncated`] if headers or blocks reach beyond the payload; [`Error::Malformed`] for
/// more than [`MAX_BLOCKS`].
pub fn read(payload: &[u8]) -> Result<SmallVec<[Block<'_>; MAX_BLOCKS]>, Error> {
    let mut headers = SmallVec::<[(u8, u32, usize); MAX_BLOCKS]>::new();
    let mut at = 0;
    let primary_type = loop {
        let first = byte(payload, at)?;
        if first & 0x80 == 0 {
            at += 1;
            break first;
        }
        if headers.len() + 1 == MAX_BLOCKS {
            return Err(Error::Malformed("too many redundant blocks"));
        }
        let low = be16(payload, at + 2)?;
        let offset = u32::from(be16(payload, at + 1)?) >> 2;
        headers.push((first & 0x7f, offset, usize::from(low & 0x3ff)));
        at += 4;
    };
    let mut blocks = SmallVec::new();
    for (payload_type, offset, len) in headers {
        let payload = payload.get(at..at + len).ok_or(Error::Truncated)?;
        at += len;
        blocks.push(Block {
            payload_type,
            offset,
            payload,
        });
    }
    blocks.push(Block {
        payload_type: primary_type,
        offset: 0,
        payload: payload.get(at..).ok_or(Error::Truncated)?,
    });
    Ok(blocks)
}

/// The plain frame in a redundant packet, for receivers without RED.
///
/// # Errors
/// As [`read`].
pub fn primary(payload: &[u8]) -> Result<&[u8], Error> {
    let blocks = read(payload)?;
    blocks.last().map(|b| b.payload).ok_or(Error::Truncated)
}

/// Writes one packet: `blocks` oldest first, the last is the primary one.
///
/// # Errors
/// [`Error::Malformed`] if a block exceeds its fields, or there is none.
pub fn write(blocks: &[Block<'_>]) -> Result<Vec<u8>, Error> {
    let Some((primary, redundant)) = blocks.split_last() else {
        return Err(Error::Malformed("no block"));
    };
    let bodies: usize = blocks.iter().map(|b| b.payload.len()).sum();
    let mut bytes = Vec::with_capacity(4 * redundant.len() + 1 + bodies);
    for block in redundant {
        let len = block.payload.len();
        if block.offset > MAX_OFFSET || len > MAX_BLOCK_LEN {
            return Err(Error::Malformed("a redundant block beyond its fields"));
        }
        bytes.push(0x80 | block.payload_type);
        let fields = block.offset << 10 | len as u32;
        bytes.extend_from_slice(&fields.to_be_bytes()[1..]);
    }
    bytes.push(primary.payload_type & 0x7f);
    for block in blocks {
        bytes.extend_from_slice(block.payload);
    }
    Ok(bytes)
}

/// Adds redundancy to a plain stream: keeps the last frames and repeats those at the chosen
/// distances.
#[derive(Clone, Debug)]
pub struct Encoder {
    payload_type: u8,
    /// In frames, ascending, without duplicates.
    distances: SmallVec<[usize; MAX_BLOCKS]>,
    /// Newest first.
    frames: VecDeque<Frame>,
}

#[derive(Clone, Debug)]
struct Frame {
    seq: u64,
    timestamp: u32,
    payload: Vec<u8>,
}

impl Encoder {
    /// `payload_type`: that of the plain frames. `distances`: which earlier packets to repeat,
    /// counted in packets (1 is the one before). Spread ones (1, 2, 4) survive longer bursts of
    /// loss than dense ones at the same price. Zeros and those beyond nine are left out.
    pub fn new(payload_type: u8, distances: &[usize]) -> Self {
        let mut encoder = Self {
            payload_type,
            distances: SmallVec::new(),
            frames: VecDeque::new(),
        };
        encoder.set_distances(distances);
        encoder
    }

    /// Changes the redundancy from the next frame on.
    pub fn set_distances(&mut self, distances: &[usize]) {
        self.distances = distances
            .iter()
            .copied()
            .filter(|d| (1..MAX_BLOCKS).contains(d))
            .collect();
        self.distances.sort_unstable();
        self.distances.dedup();
    }

    /// The redundant payload for a plain frame. `seq` is the frame's extended number: only frames
    /// at exactly the distances are repeated, whatever was lost or came late.
    ///
    /// # Errors
    /// As [`write`]; not for frames of any size, since what does not fit is left out.
    pub fn encode(&mut self, seq: u64, timestamp: u32, payload: &[u8]) -> Result<Vec<u8>, Error> {
        let mut blocks = SmallVec::<[Block<'_>; MAX_BLOCKS]>::new();
        blocks.push(self.block(0, payload));
        let mut len = 1 + payload.len();
        for distance in &self.distances {
            let wanted = seq.checked_sub(*distance as u64);
            let frame = self.frames.iter().find(|f| Some(f.seq) == wanted);
            let Some(frame) = frame.filter(|f| !f.payload.is_empty()) else {
                continue;
            };
            let offset = timestamp.wrapping_sub(frame.timestamp);
            len += 4 + frame.payload.len();
            if offset > MAX_OFFSET || frame.payload.len() > MAX_BLOCK_LEN || len > MAX_PACKET_LEN {
                break;
            }
            blocks.push(self.block(offset, &frame.payload));
        }
        blocks.reverse();
        let bytes = write(&blocks);
        drop(blocks);
        self.keep(seq, timestamp, payload);
        bytes
    }

    fn block<'a>(&self, offset: u32, payload: &'a [u8]) -> Block<'a> {
        Block {
            payload_type: self.payload_type & 0x7f,
            offset,
            payload,
        }
    }

    fn keep(&mut self, seq: u64, timestamp: u32, payload: &[u8]) {
        self.frames.push_front(Frame {
            seq,
            timestamp,
            payload: payload.to_vec(),
        });
        self.frames.truncate(MAX_BLOCKS);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_packet_as_chromium_sends_it() {
        // PT 111, offset 960 (20 ms), 3 bytes; then the primary of PT 111.
        let packet = [0xef, 0x0f, 0x00, 0x03, 0x6f, 1, 2, 3, 7, 8];
        let blocks = read(&packet).unwrap();
        assert_eq!(
            blocks.as_slice(),
            [
                Block {
                    payload_type: 111,
                    offset: 960,
                    payload: &[1, 2, 3]
                },
                Block {
                    payload_type: 111,
                    offset: 0,
                    payload: &[7, 8]
                },
            ]
        );
        assert_eq!(write(&blocks).unwrap(), packet);
        assert_eq!(primary(&packet), Ok(&[7, 8][..]));
        for end in 0..8 {
            assert_eq!(read(&packet[..end]), Err(Error::Truncated), "{end}");
        }
        let many = [0x80; 4 * MAX_BLOCKS + 1];
        assert_eq!(
            read(&many),
            Err(Error::Malformed("too many redundant blocks"))
        );
    }

    #[test]
    fn two_of_three_packets_may_be_lost() {
        let mut encoder = Encoder::new(111, &[1, 2]);
        let packets: Vec<_> = (0..9u64)
            .map(|n| encoder.encode(n, n as u32 * 960, &[n as u8; 20]).unwrap())
            .collect();
        let mut heard = Vec::new();
        for (n, packet) in packets.iter().enumerate().skip(2).step_by(3) {
            for block in read(packet).unwrap() {
                heard.push((n as u32 * 960 - block.offset, block.payload[0]));
            }
        }
        let all: Vec<_> = (0..9u8).map(|n| (u32::from(n) * 960, n)).collect();
        assert_eq!(heard, all);
    }

    #[test]
    fn a_lost_frame_is_not_replaced_by_another() {
        let mut encoder = Encoder::new(111, &[1, 2]);
        encoder.encode(1, 960, &[1; 3]).unwrap();
        let packet = encoder.encode(3, 2_880, &[3; 3]).unwrap();
        let offsets: Vec<_> = read(&packet).unwrap().iter().map(|b| b.offset).collect();
        assert_eq!(offsets, [1_920, 0]);
    }

    #[test]
    fn what_does_not_fit_is_left_out() {
        let mut encoder = Encoder::new(111, &[1, 2, 0, 50]);
        encoder.encode(1, 0, &[1; 1_000]).unwrap();
        let packet = encoder.encode(2, 960, &[2; 200]).unwrap();
        assert_eq!(read(&packet).unwrap().len(), 1, "too long together");
        let packet = encoder.encode(3, 960 + MAX_OFFSET + 1, &[3; 10]).unwrap();
        assert_eq!(read(&packet).unwrap().len(), 1, "too long ago");
    }
}
