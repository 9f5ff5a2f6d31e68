//! VP9 payload descriptor (RFC 9628 section 4.2).

use crate::error::{Error, be16, byte};
use crate::{Dimensions, PictureId};
use smallvec::SmallVec;

/// Layer indices of one packet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LayerIndices {
    /// Temporal layer, 0 to 7.
    pub temporal: u8,
    /// U: from this frame on, a receiver may switch up to any higher temporal layer.
    pub switching_up: bool,
    /// Spatial layer, 0 to 7.
    pub spatial: u8,
    /// D: this layer frame is predicted from the next lower spatial layer of the same picture.
    pub inter_layer: bool,
    /// Running index of base temporal layer pictures; absent in flexible mode.
    pub tl0_pic_idx: Option<u8>,
}

/// Scalability structure: sent with key frames.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Structure {
    /// 1 to 8.
    pub spatial_layers: u8,
    /// Of each spatial layer, lowest first; empty if not sent.
    pub dimensions: SmallVec<[Dimensions; 3]>,
}

/// What stands before the VP9 data in each packet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Descriptor {
    pub picture_id: Option<PictureId>,
    /// P: predicted from an earlier picture. Without it, the layer frame needs no other picture.
    pub inter_picture: bool,
    pub layers: Option<LayerIndices>,
    pub flexible: bool,
    /// B and E: the first and the last packet of a layer frame.
    pub start_of_frame: bool,
    pub end_of_frame: bool,
    /// Z: no higher spatial layer of any picture refers to this frame.
    pub not_for_upper_spatial: bool,
    /// Flexible mode: distances to the pictures that this one refers to.
    pub reference_diffs: SmallVec<[u8; 3]>,
    pub structure: Option<Structure>,
    /// Where the VP9 data begins in the payload, in bytes.
    pub header_len: usize,
}

impl Descriptor {
    pub fn spatial(&self) -> u8 {
        self.layers.map_or(0, |l| l.spatial)
    }

    pub fn temporal(&self) -> u8 {
        self.layers.map_or(0, |l| l.temporal)
    }

    /// The first packet of a picture from which a decoder can start: the lowest spatial layer,
    /// predicted from nothing.
    pub fn begins_key_frame(&self) -> bool {
        self.start_of_frame && !self.inter_picture && self.spatial() == 0
    }
}

/// Reads the descriptor at the beginning of an RTP payload.
///
/// # Errors
/// [`Error::Truncated`] if the bytes end within it; [`Error::Malformed`] for more than three
/// reference distances.
pub fn read(payload: &[u8]) -> Result<Descriptor, Error> {
    let flags = byte(payload, 0)?;
    let flexible = flags & 0x10 != 0;
    let mut at = 1;
    let mut picture_id = None;
    if flags & 0x80 != 0 {
        let high = byte(payload, at)?;
        let long = high & 0x80 != 0;
        let value = if long {
            be16(payload, at)? & 0x7fff
        } else {
            u16::from(high)
        };
        at += if long { 2 } else { 1 };
        picture_id = Some(PictureId { value, long });
    }
    let layers = if flags & 0x20 != 0 {
        Some(read_layers(payload, &mut at, flexible)?)
    } else {
        None
    };
    let inter_picture = flags & 0x40 != 0;
    let reference_diffs = if flexible && inter_picture {
        read_reference_diffs(payload, &mut at)?
    } else {
        SmallVec::new()
    };
    let structure = if flags & 0x02 != 0 {
        Some(read_structure(payload, &mut at)?)
    } else {
        None
    };
    if at > payload.len() {
        return Err(Error::Truncated);
    }
    Ok(Descriptor {
        picture_id,
        inter_picture,
        layers,
        flexible,
        start_of_frame: flags & 0x08 != 0,
        end_of_frame: flags & 0x04 != 0,
        not_for_upper_spatial: flags & 0x01 != 0,
        reference_diffs,
        structure,
        header_len: at,
    })
}

/// Puts another picture id, of the same width, into a payload with `old`. The value is taken
/// modulo its width; a payload without the field is left as it is.
pub fn set_picture_id(payload: &mut [u8], old: PictureId, value: u16) {
    let Some(field) = payload.get_mut(1..) else {
        return;
    };
    match (old.long, field) {
        (true, [high, low, ..]) => [*high, *low] = (value | 0x8000).to_be_bytes(),
        (false, [short, ..]) => *short = (value & 0x7f) as u8,
        (true, [] | [_]) | (false, []) => {}
    }
}

fn read_layers(payload: &[u8], at: &mut usize, flexible: bool) -> Result<LayerIndices, Error> {
    let indices = byte(payload, *at)?;
    *at += 1;
    let mut tl0_pic_idx = None;
    if !flexible {
        tl0_pic_idx = Some(byte(payload, *at)?);
        *at += 1;
    }
    Ok(LayerIndices {
        temporal: indices >> 5,
        switching_up: indices & 0x10 != 0,
        spatial: (indices >> 1) & 0x07,
        inter_layer: indices & 0x01 != 0,
        tl0_pic_idx,
    })
}

fn read_reference_diffs(payload: &[u8], at: &mut usize) -> Result<SmallVec<[u8; 3]>, Error> {
    let mut diffs = SmallVec::new();
    loop {
        let diff = byte(payload, *at)?;
        *at += 1;
        diffs.push(diff >> 1);
        if diff & 0x01 == 0 {
            return Ok(diffs);
        }
        if diffs.len() == 3 {
            return Err(Error::Malformed("more than three VP9 references"));
        }
    }
}

fn read_structure(payload: &[u8], at: &mut usize) -> Result<Structure, Error> {
    let flags = byte(payload, *at)?;
    *at += 1;
    let spatial_layers = (flags >> 5) + 1;
    let mut dimensions = SmallVec::new();
    if flags & 0x10 != 0 {
        for _ in 0..spatial_layers {
            let (width, height) = (be16(payload, *at)?, be16(payload, *at + 2)?);
            *at += 4;
            let size = Dimensions::new(u32::from(width), u32::from(height));
            dimensions.push(size.ok_or(Error::Malformed("a VP9 layer of no size"))?);
        }
    }
    if flags & 0x08 != 0 {
        let pictures = byte(payload, *at)?;
        *at += 1;
        for _ in 0..pictures {
            let references = usize::from(byte(payload, *at)? >> 2 & 0x03);
            *at += 1 + references;
        }
    }
    Ok(Structure {
        spatial_layers,
        dimensions,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_non_flexible_svc_packet() {
        // I P L B E; picture id 0x1234 in 15 bits; TID 1, U, SID 2, D; TL0PICIDX 7; data.
        let packet = [0xec, 0x92, 0x34, 0b0011_0101, 7, 0xaa];
        let read = read(&packet).unwrap();
        assert_eq!(
            read.picture_id,
            Some(PictureId {
                value: 0x1234,
                long: true
            })
        );
        assert_eq!(
            read.layers,
            Some(LayerIndices {
                temporal: 1,
                switching_up: true,
                spatial: 2,
                inter_layer: true,
                tl0_pic_idx: Some(7)
            })
        );
        assert!(read.start_of_frame && read.end_of_frame && read.inter_picture);
        assert!(!read.flexible && !read.begins_key_frame());
        assert_eq!(read.header_len, 5);
    }

    #[test]
    fn a_flexible_packet_lists_its_references() {
        // I P F; 7-bit picture id 5; P_DIFF 1 (more follow) and 4.
        let read = read(&[0xd0, 0x05, 0x03, 0x08]).unwrap();
        assert_eq!(read.reference_diffs.as_slice(), [1, 4]);
        assert_eq!(read.header_len, 4);
        assert_eq!(
            super::read(&[0xd0, 0x05, 3, 3, 3, 2]).unwrap_err(),
            Error::Malformed("more than three VP9 references")
        );
    }

    #[test]
    fn a_key_frame_tells_the_sizes_of_its_layers() {
        let packet = [
            0xaa,
            0x01,
            0x00,
            0x00,        // I L B V; picture id 1; TID 0 SID 0; TL0PICIDX 0
            0b0101_1000, // three spatial layers, sizes, and a picture group
            0x01,
            0x40,
            0x00,
            0xb4,
            0x02,
            0x80,
            0x01,
            0x68,
            0x05,
            0x00,
            0x02,
            0xd0, // sizes
            0x02,
            0b0000_0100,
            0x01,
            0b0010_0000, // two pictures: one reference, none
        ];
        let read = read(&packet).unwrap();
        assert!(read.begins_key_frame());
        let structure = read.structure.unwrap();
        assert_eq!(structure.spatial_layers, 3);
        assert_eq!(structure.dimensions[2], Dimensions::new(1280, 720).unwrap());
        assert_eq!(read.header_len, packet.len());
    }

    #[test]
    fn a_picture_id_changes_in_place() {
        let mut packet = [0x88, 0x92, 0x34, 0xaa];
        let old = read(&packet).unwrap().picture_id.unwrap();
        set_picture_id(&mut packet, old, 0x7fff);
        assert_eq!(packet, [0x88, 0xff, 0xff, 0xaa]);
        let mut packet = [0x88, 0x12, 0xaa];
        let old = read(&packet).unwrap().picture_id.unwrap();
        set_picture_id(&mut packet, old, 0x81);
        assert_eq!(packet, [0x88, 0x01, 0xaa]);
    }

    #[test]
    fn every_prefix_of_a_descriptor_is_truncated() {
        let packet = [0xaa, 0x81, 0x23, 0x00, 0x00, 0b0001_0000, 1, 0x40, 0, 0xb4];
        assert!(read(&packet).is_ok());
        for end in 0..packet.len() {
            assert_eq!(read(&packet[..end]), Err(Error::Truncated), "{end}");
        }
    }
}
