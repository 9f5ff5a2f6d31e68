//! RTCP of a receiver: what of it concerns a sender (RFC 3550 section 6, RFC 4585, RFC 5104).

use super::feedback::{self, Arrivals};

/// One thing that the receiver says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Word {
    /// Sixteen numbers after `first` follow as bits.
    Missing {
        ssrc: u32,
        first: u16,
        after: u16,
    },
    KeyFrameWanted {
        ssrc: u32,
    },
    /// Something of this stream has arrived.
    Reported {
        ssrc: u32,
    },
    /// Transport-wide: [`Arrivals`] has been filled.
    Arrivals,
    /// Not about what we send.
    Foreign,
}

const SENDER_REPORT: u8 = 200;
const RECEIVER_REPORT: u8 = 201;
const SOURCE_DESCRIPTION: u8 = 202;
const TRANSPORT_FEEDBACK: u8 = 205;
const PAYLOAD_FEEDBACK: u8 = 206;

const NACK: u8 = 1;
const TRANSPORT_WIDE: u8 = 15;
const PLI: u8 = 1;
const FIR: u8 = 4;

/// A block of a report on one stream.
const BLOCK_BYTES: usize = 24;

/// Reads a compound packet as far as it is well formed.
pub(super) fn read(
    mut compound: &[u8],
    arrivals: &mut Arrivals,
    mut each: impl FnMut(Word, &Arrivals),
) {
    while let Some((packet, rest)) = first_packet(compound) {
        compound = rest;
        let (format, kind, body) = (packet[0] & 0x1f, packet[1], &packet[4..]);
        match (kind, format) {
            (SENDER_REPORT, _) => {
                each(Word::Foreign, arrivals);
                blocks(body.get(24..), |word| each(word, arrivals));
            }
            (RECEIVER_REPORT, _) => blocks(body.get(4..), |word| each(word, arrivals)),
            (TRANSPORT_FEEDBACK, NACK) => missing(body, |word| each(word, arrivals)),
            (TRANSPORT_FEEDBACK, TRANSPORT_WIDE) => {
                if feedback::read(body, arrivals).is_some() {
                    each(Word::Arrivals, arrivals);
                }
            }
            (PAYLOAD_FEEDBACK, PLI) => {
                if let Some(ssrc) = word_at(body, 4) {
                    each(Word::KeyFrameWanted { ssrc }, arrivals);
                }
            }
            (PAYLOAD_FEEDBACK, FIR) => {
                for entry in body.get(8..).unwrap_or_default().chunks_exact(8) {
                    if let Some(ssrc) = word_at(entry, 0) {
                        each(Word::KeyFrameWanted { ssrc }, arrivals);
                    }
                }
            }
            // With every report comes a name, which means something only beside streams.
            (PAYLOAD_FEEDBACK | SOURCE_DESCRIPTION, _) => {}
            _ => each(Word::Foreign, arrivals),
        }
    }
}

fn first_packet(compound: &[u8]) -> Option<(&[u8], &[u8])> {
    let words = u16::from_be_bytes(compound.get(2..4)?.try_into().ok()?);
    let length = 4 * (usize::from(words) + 1);
    (compound[0] >> 6 == 2)
        .then(|| compound.split_at_checked(length))
        .flatten()
}

fn blocks(blocks: Option<&[u8]>, mut each: impl FnMut(Word)) {
    for block in blocks.unwrap_or_default().chunks_exact(BLOCK_BYTES) {
        if let Some(ssrc) = word_at(block, 0) {
            each(Word::Reported { ssrc });
        }
    }
}

fn missing(body: &[u8], mut each: impl FnMut(Word)) {
    let Some(ssrc) = word_at(body, 4) else {
        return;
    };
    for entry in body.get(8..).unwrap_or_default().chunks_exact(4) {
        each(Word::Missing {
            ssrc,
            first: u16::from_be_bytes([entry[0], entry[1]]),
            after: u16::from_be_bytes([entry[2], entry[3]]),
        });
    }
}

fn word_at(bytes: &[u8], at: usize) -> Option<u32> {
    let word = bytes.get(at..at + 4)?.try_into().ok()?;
    Some(u32::from_be_bytes(word))
}

/// What we say of one stream.
#[derive(Clone, Copy, Debug)]
pub(super) struct SenderReport {
    pub(super) ssrc: u32,
    /// Microseconds since the connection began.
    pub(super) now_us: u64,
    /// The stream's timestamp at this moment.
    pub(super) timestamp: u32,
    pub(super) packets: u32,
    pub(super) bytes: u32,
}

/// Where a connection begins in the time that sender reports tell, in seconds since 1900. It is
/// anywhere: receivers compare the streams of one sender with each other, and no two sender's.
const EPOCH_SECONDS: u64 = 3_900_000_000;

/// The beginning of a compound packet: a report on nothing. Its sender's SSRC is what the cipher
/// takes the packet's number with.
pub(super) fn begin(out: &mut Vec<u8>, control_ssrc: u32) {
    out.extend_from_slice(&[0x80, RECEIVER_REPORT, 0, 1]);
    out.extend_from_slice(&control_ssrc.to_be_bytes());
}

pub(super) fn write(out: &mut Vec<u8>, report: &SenderReport) {
    out.extend_from_slice(&[0x80, SENDER_REPORT, 0, 6]);
    out.extend_from_slice(&report.ssrc.to_be_bytes());
    let seconds = EPOCH_SECONDS + report.now_us / 1_000_000;
    let fraction = ((report.now_us % 1_000_000) << 32) / 1_000_000;
    for word in [
        seconds as u32,
        fraction as u32,
        report.timestamp,
        report.packets,
        report.bytes,
    ] {
        out.extend_from_slice(&word.to_be_bytes());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(compound: &[u8]) -> Vec<Word> {
        let mut words = Vec::new();
        read(compound, &mut Arrivals::default(), |word, _| {
            words.push(word)
        });
        words
    }

    #[test]
    fn requests_and_reports_are_read_from_a_compound_packet() {
        let mut compound = Vec::new();
        compound.extend([0x81, 201, 0, 7, 0, 0, 0, 1]);
        compound.extend([0, 0, 0, 9]);
        compound.extend([0; 20]);
        compound.extend([0x81, 202, 0, 2, 0, 0, 0, 1, 1, 1, b'x', 0]);
        compound.extend([0x81, 205, 0, 3, 0, 0, 0, 1, 0, 0, 0, 9, 0, 7, 0x80, 1]);
        compound.extend([0x81, 206, 0, 2, 0, 0, 0, 1, 0, 0, 0, 9]);
        compound.extend([0x84, 206, 0, 4, 0, 0, 0, 1, 0, 0, 0, 0]);
        compound.extend([0, 0, 0, 8, 5, 0, 0, 0]);
        let expected = [
            Word::Reported { ssrc: 9 },
            Word::Missing {
                ssrc: 9,
                first: 7,
                after: 0x8001,
            },
            Word::KeyFrameWanted { ssrc: 9 },
            Word::KeyFrameWanted { ssrc: 8 },
        ];
        assert_eq!(words(&compound), expected);
        for length in 0..compound.len() {
            assert!(words(&compound[..length]).len() < expected.len());
        }
    }

    #[test]
    fn a_sender_report_tells_the_moment_of_a_timestamp() {
        let mut out = Vec::new();
        begin(&mut out, 7);
        let report = SenderReport {
            ssrc: 9,
            now_us: 1_500_000,
            timestamp: 90_000,
            packets: 3,
            bytes: 400,
        };
        write(&mut out, &report);
        assert_eq!(words(&out), [Word::Foreign]);
        assert_eq!(out[8..16], [0x80, 200, 0, 6, 0, 0, 0, 9]);
        assert_eq!(word_at(&out, 16), Some(3_900_000_001));
        assert_eq!(word_at(&out, 20), Some(0x8000_0000));
        assert_eq!(word_at(&out, 24), Some(90_000));
    }
}
