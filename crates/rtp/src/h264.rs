//! H.264 payloads (RFC 6184): single NAL units, STAP-A and FU-A, the forms that browsers send
//! with `packetization-mode=1`.

use crate::Dimensions;
use crate::error::{Error, be16, byte};

mod sps;

pub use sps::dimensions as sps_dimensions;

const NAL_IDR: u8 = 5;
const NAL_SPS: u8 = 7;
const STAP_A: u8 = 24;
const FU_A: u8 = 28;

/// What one packet holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Packet {
    /// A sequence parameter set, or the beginning of an IDR slice: a decoder can start here.
    pub key_frame: bool,
    /// A NAL unit begins here (not a later fragment).
    pub starts_unit: bool,
    /// From the sequence parameter set, if there is one.
    pub dimensions: Option<Dimensions>,
}

/// Reads the NAL unit headers of an RTP payload. `encrypted`: bytes after the headers mean
/// nothing, so sizes are not read.
///
/// # Errors
/// [`Error::Truncated`] for an aggregate that ends within a unit, [`Error::Malformed`] for packet
/// types that are not used with `packetization-mode=1`.
pub fn read(payload: &[u8], encrypted: bool) -> Result<Packet, Error> {
    match byte(payload, 0)? & 0x1f {
        STAP_A => read_aggregate(payload, encrypted),
        FU_A => {
            let header = byte(payload, 1)?;
            let starts_unit = header & 0x80 != 0;
            Ok(Packet {
                key_frame: starts_unit && is_key(header & 0x1f),
                starts_unit,
                dimensions: None,
            })
        }
        kind @ 1..=23 => Ok(Packet {
            key_frame: is_key(kind),
            starts_unit: true,
            dimensions: unit_dimensions(payload, encrypted),
        }),
        _ => Err(Error::Malformed("an H.264 packet of another mode")),
    }
}

fn read_aggregate(payload: &[u8], encrypted: bool) -> Result<Packet, Error> {
    let mut packet = Packet {
        starts_unit: true,
        ..Packet::default()
    };
    let mut at = 1;
    while at < payload.len() {
        let len = usize::from(be16(payload, at)?);
        at += 2;
        let unit = payload.get(at..at + len).ok_or(Error::Truncated)?;
        at += len;
        let Some(header) = unit.first() else {
            continue;
        };
        packet.key_frame |= is_key(header & 0x1f);
        packet.dimensions = packet.dimensions.or(unit_dimensions(unit, encrypted));
    }
    Ok(packet)
}

fn is_key(kind: u8) -> bool {
    matches!(kind, NAL_IDR | NAL_SPS)
}

fn unit_dimensions(unit: &[u8], encrypted: bool) -> Option<Dimensions> {
    let is_sps = unit.first()? & 0x1f == NAL_SPS;
    (is_sps && !encrypted)
        .then(|| sps_dimensions(unit).ok())
        .flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Constrained baseline 3.1, 1280x720.
    const SPS: &[u8] = &[
        0x67, 0x42, 0xc0, 0x1f, 0x8c, 0x8d, 0x40, 0x28, 0x02, 0xdd, 0x80, 0x88, 0x45, 0x38,
    ];

    #[test]
    fn parameter_sets_in_one_aggregate_begin_a_key_frame() {
        let mut packet = vec![0x78, 0, SPS.len() as u8];
        packet.extend_from_slice(SPS);
        packet.extend_from_slice(&[0, 4, 0x68, 0xce, 0x3c, 0x80]);
        let read = read(&packet, false).unwrap();
        assert!(read.key_frame && read.starts_unit);
        assert_eq!(read.dimensions, Dimensions::new(1280, 720));
        packet.pop();
        assert_eq!(super::read(&packet, false), Err(Error::Truncated));
    }

    #[test]
    fn only_the_first_fragment_of_an_idr_begins_a_key_frame() {
        assert!(read(&[0x7c, 0x85, 1], false).unwrap().key_frame);
        assert!(!read(&[0x7c, 0x05, 1], false).unwrap().key_frame);
        assert!(!read(&[0x7c, 0x45, 1], false).unwrap().starts_unit);
        assert!(!read(&[0x7c, 0x81, 1], false).unwrap().key_frame, "not IDR");
    }

    #[test]
    fn a_single_slice_is_no_key_frame_unless_idr() {
        assert!(!read(&[0x41, 1], false).unwrap().key_frame);
        assert!(read(&[0x65, 1], false).unwrap().key_frame);
        assert!(read(&[0x79, 0, 0], false).is_err(), "STAP-B");
        assert_eq!(read(SPS, true).unwrap().dimensions, None, "encrypted");
    }
}
