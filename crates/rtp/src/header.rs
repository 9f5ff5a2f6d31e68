//! The RTP header (RFC 3550 section 5.1) and its extensions (RFC 8285).

use crate::error::{Error, be16, be32, byte};

/// Fixed part of the header, in bytes.
pub const MIN_LEN: usize = 12;

/// A packet in place: nothing is copied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Packet<'a> {
    pub marker: bool,
    /// 0 to 127.
    pub payload_type: u8,
    pub sequence: u16,
    pub timestamp: u32,
    pub ssrc: u32,
    pub extensions: Extensions<'a>,
    /// Without padding; empty for packets of padding only.
    pub payload: &'a [u8],
}

/// Reads a whole (decrypted) datagram.
///
/// # Errors
/// [`Error::Truncated`] if header, extensions or padding reach beyond the datagram;
/// [`Error::Malformed`] for another version than 2 and for a padding length of zero.
pub fn read(datagram: &[u8]) -> Result<Packet<'_>, Error> {
    let first = byte(datagram, 0)?;
    if first >> 6 != 2 {
        return Err(Error::Malformed("not RTP version 2"));
    }
    let second = byte(datagram, 1)?;
    let mut at = MIN_LEN + 4 * usize::from(first & 0x0f);
    let mut extensions = Extensions::default();
    if first & 0x10 != 0 {
        let profile = be16(datagram, at)?;
        let len = 4 * usize::from(be16(datagram, at + 2)?);
        at += 4;
        let bytes = datagram.get(at..at + len).ok_or(Error::Truncated)?;
        at += len;
        extensions = Extensions { profile, bytes };
    }
    let padding = if first & 0x20 != 0 {
        let padding = datagram.last().copied().ok_or(Error::Truncated)?;
        if padding == 0 {
            return Err(Error::Malformed("padding of no length"));
        }
        usize::from(padding)
    } else {
        0
    };
    let end = datagram
        .len()
        .checked_sub(padding)
        .ok_or(Error::Truncated)?;
    Ok(Packet {
        marker: second & 0x80 != 0,
        payload_type: second & 0x7f,
        sequence: be16(datagram, 2)?,
        timestamp: be32(datagram, 4)?,
        ssrc: be32(datagram, 8)?,
        extensions,
        payload: datagram.get(at..end).ok_or(Error::Truncated)?,
    })
}

/// The elements of the header extension, in the one-byte or two-byte form.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Extensions<'a> {
    profile: u16,
    bytes: &'a [u8],
}

impl<'a> Extensions<'a> {
    /// The value of the extension with this id (from SDP `a=extmap`).
    pub fn value(&self, id: u8) -> Option<&'a [u8]> {
        self.iter().find(|(found, _)| *found == id).map(|(_, v)| v)
    }

    /// All elements in order; ends at the first that reaches beyond the header.
    pub fn iter(&self) -> ExtensionIter<'a> {
        let form = match self.profile {
            0xbede => Form::OneByte,
            profile if profile & 0xfff0 == 0x1000 => Form::TwoByte,
            _ => Form::Foreign,
        };
        ExtensionIter {
            form,
            bytes: self.bytes,
        }
    }
}

#[derive(Clone, Copy, Debug)]
enum Form {
    OneByte,
    TwoByte,
    /// Not RFC 8285: no elements.
    Foreign,
}

/// Iterates over `(id, value)`.
#[derive(Clone, Debug)]
pub struct ExtensionIter<'a> {
    form: Form,
    bytes: &'a [u8],
}

impl<'a> Iterator for ExtensionIter<'a> {
    type Item = (u8, &'a [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        // A zero byte is padding between elements.
        while let [0, rest @ ..] = self.bytes {
            self.bytes = rest;
        }
        let (id, len, rest) = match (self.form, self.bytes) {
            (Form::OneByte, [head, rest @ ..]) => (head >> 4, usize::from(head & 0x0f) + 1, rest),
            (Form::TwoByte, [id, len, rest @ ..]) => (*id, usize::from(*len), rest),
            (Form::OneByte | Form::TwoByte | Form::Foreign, _) => return None,
        };
        // RFC 8285 section 4.2: id 15 ends the reading.
        let ends = matches!(self.form, Form::OneByte) && id == 15;
        if ends || rest.len() < len {
            self.bytes = &[];
            return None;
        }
        let (value, rest) = rest.split_at(len);
        self.bytes = rest;
        Some((id, value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Marker, PT 96, one CSRC, one-byte extensions 1 = [9] and 3 = [1 2], payload, 2 padding.
    const PACKET: &[u8] = &[
        0xb1, 0xe0, 0x12, 0x34, 0, 0, 0, 7, 0, 0, 0, 42, 0, 0, 0, 99, 0xbe, 0xde, 0, 2, 0x10, 9, 0,
        0x31, 1, 2, 0, 0, 0xaa, 0xbb, 0, 2,
    ];

    #[test]
    fn a_packet_with_everything() {
        let packet = read(PACKET).unwrap();
        assert!(packet.marker);
        assert_eq!(
            (packet.payload_type, packet.sequence, packet.timestamp),
            (96, 0x1234, 7)
        );
        assert_eq!((packet.ssrc, packet.payload), (42, &[0xaa, 0xbb][..]));
        assert_eq!(packet.extensions.value(1), Some(&[9][..]));
        assert_eq!(packet.extensions.value(3), Some(&[1, 2][..]));
        assert_eq!(packet.extensions.value(2), None);
    }

    #[test]
    fn two_byte_extensions() {
        let extensions = Extensions {
            profile: 0x1000,
            bytes: &[17, 0, 0, 5, 3, 1, 2, 3],
        };
        assert!(extensions.iter().eq([(17, &[][..]), (5, &[1, 2, 3][..])]));
    }

    #[test]
    fn what_reaches_beyond_the_end_is_not_read() {
        for end in 0..28 {
            assert!(read(&PACKET[..end]).is_err(), "{end}");
        }
        let cut = Extensions {
            profile: 0xbede,
            bytes: &[0x10, 9, 0x3f, 1],
        };
        assert!(cut.iter().eq([(1, &[9][..])]));
        let mut padded = PACKET.to_vec();
        *padded.last_mut().unwrap() = 200;
        assert_eq!(read(&padded), Err(Error::Truncated));
    }
}
