//! VP8 payload descriptor (RFC 7741 section 4.2) and the key frame header (RFC 6386 section 9.1).

use crate::error::{Error, byte};
use crate::{Dimensions, PictureId};

/// What stands before the VP8 data in each packet. Readable also where the frame is encrypted end
/// to end, because the sender's packetizer writes it afterwards.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Descriptor {
    /// Nothing refers to this frame.
    pub non_reference: bool,
    /// S=1 and PID=0: the first packet of a frame.
    pub start_of_frame: bool,
    pub picture_id: Option<PictureId>,
    /// Running index of base temporal layer frames, modulo 256.
    pub tl0_pic_idx: Option<u8>,
    /// Temporal layer, 0 to 3.
    pub temporal: Option<u8>,
    /// Y: the frame depends on base layer frames only.
    pub layer_sync: bool,
    /// Running index of key frames, modulo 32.
    pub key_idx: Option<u8>,
    /// P=0 in the frame header: only known in the first packet.
    pub key_frame: bool,
    /// From the header of a key frame, when all its ten bytes are in this packet.
    pub dimensions: Option<Dimensions>,
    /// Where the VP8 data begins in the payload, in bytes.
    pub header_len: usize,
}

/// Reads the descriptor at the beginning of an RTP payload.
///
/// # Errors
/// [`Error::Truncated`] if no byte of VP8 data follows.
pub fn read(payload: &[u8]) -> Result<Descriptor, Error> {
    let first = byte(payload, 0)?;
    let mut at = 1;
    let mut next = || {
        let value = byte(payload, at);
        at += 1;
        value
    };
    let flags = if first & 0x80 != 0 { next()? } else { 0 };
    let mut picture_id = None;
    if flags & 0x80 != 0 {
        let high = next()?;
        let long = high & 0x80 != 0;
        let mut value = u16::from(high & 0x7f);
        if long {
            value = value << 8 | u16::from(next()?);
        }
        picture_id = Some(PictureId { value, long });
    }
    let tl0_pic_idx = if flags & 0x40 != 0 {
        Some(next()?)
    } else {
        None
    };
    let layers = if flags & 0x30 != 0 { next()? } else { 0 };
    let frame = payload.get(at..).unwrap_or_default();
    let head = byte(frame, 0)?;
    let start_of_frame = first & 0x17 == 0x10;
    let key_frame = start_of_frame && head & 1 == 0;
    Ok(Descriptor {
        non_reference: first & 0x20 != 0,
        start_of_frame,
        picture_id,
        tl0_pic_idx,
        temporal: (flags & 0x20 != 0).then_some(layers >> 6),
        layer_sync: flags & 0x20 != 0 && layers & 0x20 != 0,
        key_idx: (flags & 0x10 != 0).then_some(layers & 0x1f),
        key_frame,
        dimensions: if key_frame {
            key_frame_dimensions(frame)
        } else {
            None
        },
        header_len: at,
    })
}

/// Puts other values into the fields that the descriptor of `payload` has, keeping their widths:
/// a value is taken modulo its field, and a field that is absent stays so. A payload that is no
/// VP8 stays as it is.
pub fn rewrite(
    payload: &mut [u8],
    picture_id: Option<u16>,
    tl0_pic_idx: Option<u8>,
    key_idx: Option<u8>,
) {
    let Ok(old) = read(payload) else {
        return;
    };
    let mut at = 2;
    if let Some(field) = old.picture_id {
        if let Some(new) = picture_id {
            match &mut payload[at..] {
                [high, low, ..] if field.long => [*high, *low] = (new | 0x8000).to_be_bytes(),
                [short, ..] => *short = (new & 0x7f) as u8,
                [] => {}
            }
        }
        at += if field.long { 2 } else { 1 };
    }
    if old.tl0_pic_idx.is_some() {
        if let Some(new) = tl0_pic_idx {
            payload[at] = new;
        }
        at += 1;
    }
    if let (Some(_), Some(new)) = (old.key_idx, key_idx) {
        payload[at] = payload[at] & 0xe0 | new & 0x1f;
    }
}

/// RFC 6386 section 9.1: three bytes of frame tag, the start code, then 14 bits each of size.
fn key_frame_dimensions(frame: &[u8]) -> Option<Dimensions> {
    let header = frame.get(..10)?;
    if header[3..6] != [0x9d, 0x01, 0x2a] {
        return None;
    }
    let size = |low: u8, high: u8| u32::from(u16::from_le_bytes([low, high]) & 0x3fff);
    Dimensions::new(size(header[6], header[7]), size(header[8], header[9]))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 7741 section 4.6.1: the first packet of a key frame, 15-bit picture id 0x11, with
    /// a key frame header for 1280x720 (little endian, no scaling) after it.
    #[test]
    fn the_key_frame_example_of_the_rfc() {
        let packet = [
            0x90, 0x80, 0x91, 0x11, // X S, I, picture id 0x1111 in 15 bits
            0x50, 0x3d, 0x01, 0x9d, 0x01, 0x2a, 0x00, 0x05, 0xd0, 0x02,
        ];
        let read = read(&packet).unwrap();
        assert!(read.start_of_frame && read.key_frame);
        assert_eq!(
            read.picture_id,
            Some(PictureId {
                value: 0x1111,
                long: true
            })
        );
        assert_eq!(read.dimensions, Dimensions::new(1280, 720));
        assert_eq!(
            (read.temporal, read.tl0_pic_idx, read.key_idx),
            (None, None, None)
        );
        assert_eq!(read.header_len, 4);
    }

    /// All fields: 7-bit picture id 0x2a, TL0PICIDX 0x80, TID 2, Y, KEYIDX 17; an inter frame.
    #[test]
    fn every_field_is_read() {
        let packet = [0xb0, 0xf0, 0x2a, 0x80, 0b1011_0001, 0x01];
        let read = read(&packet).unwrap();
        assert_eq!(
            read,
            Descriptor {
                non_reference: true,
                start_of_frame: true,
                picture_id: Some(PictureId {
                    value: 0x2a,
                    long: false
                }),
                tl0_pic_idx: Some(0x80),
                temporal: Some(2),
                layer_sync: true,
                key_idx: Some(17),
                key_frame: false,
                dimensions: None,
                header_len: 5,
            }
        );
    }

    #[test]
    fn fields_are_rewritten_in_place() {
        let mut packet = [0x90, 0xf0, 0x80, 0x2a, 0x80, 0b1011_0001, 0x01];
        rewrite(&mut packet, Some(0x7ffe), Some(3), Some(31));
        assert_eq!(packet, [0x90, 0xf0, 0xff, 0xfe, 3, 0b1011_1111, 0x01]);
        let mut packet = [0x90, 0x80, 0x2a, 0x01];
        rewrite(&mut packet, Some(0x81), Some(3), Some(31));
        assert_eq!(
            packet,
            [0x90, 0x80, 0x01, 0x01],
            "what is absent stays absent"
        );
    }

    #[test]
    fn a_later_partition_does_not_start_a_frame() {
        assert!(!read(&[0x11, 0x00]).unwrap().start_of_frame);
        assert!(!read(&[0x00, 0x00]).unwrap().key_frame);
    }

    #[test]
    fn a_descriptor_without_data_is_truncated() {
        for packet in [&[][..], &[0x10], &[0x90, 0x80, 0x91, 0x11]] {
            assert_eq!(read(packet), Err(Error::Truncated));
        }
    }
}
