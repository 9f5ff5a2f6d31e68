//! H.265 payloads (RFC 7798): single NAL units, aggregation packets and fragmentation units,
//! without DONL fields (`sprop-max-don-diff=0`, the only form in WebRTC).

use crate::error::{Error, be16, byte};

const AGGREGATION: u8 = 48;
const FRAGMENTATION: u8 = 49;
const PACI: u8 = 50;

/// What one packet holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Packet {
    /// A parameter set of the sequence, or the beginning of an intra random access picture.
    pub key_frame: bool,
    /// A NAL unit begins here (not a later fragment).
    pub starts_unit: bool,
    /// `TID` of the first unit, 0 the lowest.
    pub temporal: u8,
}

/// Reads the NAL unit headers of an RTP payload.
///
/// # Errors
/// [`Error::Truncated`] for an aggregate that ends within a unit, [`Error::Malformed`] for PACI
/// packets and reserved types.
pub fn read(payload: &[u8]) -> Result<Packet, Error> {
    let kind = kind(byte(payload, 0)?);
    let temporal = (byte(payload, 1)? & 0x07)
        .checked_sub(1)
        .ok_or(Error::Malformed("an H.265 unit of no temporal layer"))?;
    let (key_frame, starts_unit) = match kind {
        AGGREGATION => (aggregate_holds_key(payload)?, true),
        FRAGMENTATION => {
            let header = byte(payload, 2)?;
            let starts = header & 0x80 != 0;
            (starts && is_key(header & 0x3f), starts)
        }
        PACI.. => return Err(Error::Malformed("an H.265 packet of another kind")),
        _ => (is_key(kind), true),
    };
    Ok(Packet {
        key_frame,
        starts_unit,
        temporal,
    })
}

fn aggregate_holds_key(payload: &[u8]) -> Result<bool, Error> {
    let mut holds_key = false;
    let mut at = 2;
    while at < payload.len() {
        let len = usize::from(be16(payload, at)?);
        at += 2;
        let unit = payload.get(at..at + len).ok_or(Error::Truncated)?;
        at += len;
        holds_key |= unit.first().is_some_and(|header| is_key(kind(*header)));
    }
    Ok(holds_key)
}

fn kind(header: u8) -> u8 {
    header >> 1 & 0x3f
}

/// BLA, IDR and CRA pictures (16 to 21), VPS (32), SPS (33). A PPS alone may also change between.
fn is_key(kind: u8) -> bool {
    matches!(kind, 16..=21 | 32 | 33)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameter_sets_and_idr_begin_a_key_frame() {
        assert!(read(&[0x40, 0x01, 0x0c]).unwrap().key_frame, "VPS");
        assert!(read(&[0x42, 0x01, 0x01]).unwrap().key_frame, "SPS");
        assert!(!read(&[0x44, 0x01, 0xc1]).unwrap().key_frame, "PPS");
        assert!(read(&[0x26, 0x01, 0xaf]).unwrap().key_frame, "IDR_W_RADL");
        assert!(!read(&[0x02, 0x01, 0xd0]).unwrap().key_frame, "TRAIL_R");
        assert_eq!(read(&[0x02, 0x03, 0xd0]).unwrap().temporal, 2);
    }

    #[test]
    fn aggregates_and_fragments() {
        let aggregate = [0x60, 0x01, 0, 2, 0x40, 0x01, 0, 3, 0x42, 0x01, 0x01];
        assert!(read(&aggregate).unwrap().key_frame);
        assert_eq!(read(&aggregate[..9]), Err(Error::Truncated));
        assert!(
            read(&[0x62, 0x01, 0x93, 0]).unwrap().key_frame,
            "first of IDR"
        );
        assert!(!read(&[0x62, 0x01, 0x13, 0]).unwrap().key_frame, "later");
        assert!(!read(&[0x62, 0x01, 0x81, 0]).unwrap().key_frame, "TRAIL_R");
        assert!(read(&[0x64, 0x01, 0]).is_err(), "PACI");
        assert!(read(&[0x40, 0x00]).is_err(), "temporal id 0");
    }
}
