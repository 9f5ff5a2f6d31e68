//! AV1 payloads (AV1 RTP specification section 4): the aggregation header, and as much of the
//! OBUs as tells a key frame. Layers come from [`crate::dependency`].

use crate::error::{Error, byte};

const OBU_SEQUENCE_HEADER: u8 = 1;

/// The first byte of the payload, and whether a sequence header is among the units.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Packet {
    /// Z: the first element continues an OBU of the packet before.
    pub continues: bool,
    /// Y: the last element goes on in the next packet.
    pub continued: bool,
    /// N: first packet of a coded video sequence: a decoder can start here.
    pub new_sequence: bool,
    /// An OBU that begins in this packet is a sequence header.
    pub has_sequence_header: bool,
}

impl Packet {
    pub fn begins_key_frame(&self) -> bool {
        self.new_sequence || self.has_sequence_header
    }
}

/// Reads an RTP payload. `encrypted`: only the aggregation header is clear.
///
/// # Errors
/// [`Error::Truncated`] for an element that is longer than the packet, [`Error::Malformed`] for
/// Z and N at once (section 4.4) and for lengths of more than four bytes.
pub fn read(payload: &[u8], encrypted: bool) -> Result<Packet, Error> {
    let header = byte(payload, 0)?;
    let mut packet = Packet {
        continues: header & 0x80 != 0,
        continued: header & 0x40 != 0,
        new_sequence: header & 0x08 != 0,
        has_sequence_header: false,
    };
    if packet.continues && packet.new_sequence {
        return Err(Error::Malformed("a sequence that begins within an OBU"));
    }
    if encrypted {
        return Ok(packet);
    }
    let count = usize::from(header >> 4 & 0x03);
    let mut at = 1;
    let mut element = 0;
    while at < payload.len() {
        element += 1;
        // W: so many elements, the last without a length; 0: each has its length.
        let len = if element == count {
            payload.len() - at
        } else {
            leb128(payload, &mut at)?
        };
        let bytes = payload
            .get(at..at.saturating_add(len))
            .ok_or(Error::Truncated)?;
        at += len;
        let begins = element > 1 || !packet.continues;
        if let (true, Some(obu)) = (begins, bytes.first()) {
            packet.has_sequence_header |= obu >> 3 & 0x0f == OBU_SEQUENCE_HEADER;
        }
        if element == count {
            break;
        }
    }
    Ok(packet)
}

/// AV1 specification 4.10.5, of at most four bytes: packets are shorter than 2^28.
fn leb128(bytes: &[u8], at: &mut usize) -> Result<usize, Error> {
    let mut value = 0;
    for group in 0..4 {
        let next = byte(bytes, *at)?;
        *at += 1;
        value |= usize::from(next & 0x7f) << (7 * group);
        if next & 0x80 == 0 {
            return Ok(value);
        }
    }
    Err(Error::Malformed(
        "an element length of more than four bytes",
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_frame_brings_its_sequence_header() {
        // N, W=2: sequence header of 3 bytes (type 1), then a frame (type 6) to the end.
        let read = read(&[0x28, 3, 0x08, 0, 0, 0x30, 1, 2], false).unwrap();
        assert!(read.new_sequence && read.has_sequence_header);
        // W=0: each element has its length.
        let read = super::read(&[0x00, 2, 0x30, 1, 1, 0x08], false).unwrap();
        assert!(!read.new_sequence && read.has_sequence_header);
    }

    #[test]
    fn a_continued_obu_is_not_read_as_a_header() {
        // Z, W=1: these bytes are the middle of something.
        let read = read(&[0x90, 0x08, 0x08], false).unwrap();
        assert!(read.continues && !read.has_sequence_header);
    }

    #[test]
    fn wrong_lengths_are_refused() {
        assert_eq!(read(&[0x00, 9, 0x30], false), Err(Error::Truncated));
        assert!(read(&[0x88, 1], false).is_err(), "Z and N");
        assert!(read(&[0x00, 0xff, 0xff, 0xff, 0xff, 0x7f], false).is_err());
        assert!(read(&[0x08, 0xff], true).unwrap().begins_key_frame());
    }
}
