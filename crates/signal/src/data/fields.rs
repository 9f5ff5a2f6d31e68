//! The fields of a protobuf message, one after another, without decoding what is inside them.

use bytes::{Buf, Bytes};
use prost::encoding::{WireType, decode_key, decode_varint};
use room_core::BadPacket;

/// One field: its number, its value, and all of its bytes including the key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Field {
    pub(super) number: u32,
    pub(super) value: Value,
    pub(super) raw: Bytes,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Value {
    Varint(u64),
    Bytes(Bytes),
    /// Fixed numbers; none is of interest here.
    Other,
}

impl Value {
    pub(super) fn text(&self) -> Result<&str, BadPacket> {
        match self {
            Self::Bytes(bytes) => std::str::from_utf8(bytes).map_err(|_| BadPacket),
            Self::Varint(_) | Self::Other => Err(BadPacket),
        }
    }

    pub(super) fn bytes(&self) -> Result<&Bytes, BadPacket> {
        match self {
            Self::Bytes(bytes) => Ok(bytes),
            Self::Varint(_) | Self::Other => Err(BadPacket),
        }
    }
}

/// Walks over a message; each field is a cheap slice of it.
#[derive(Clone, Debug)]
pub(super) struct Fields {
    rest: Bytes,
}

impl Fields {
    pub(super) fn of(message: &Bytes) -> Self {
        Self {
            rest: message.clone(),
        }
    }

    fn read(&mut self) -> Result<Field, BadPacket> {
        let whole = self.rest.clone();
        let (number, wire_type) = decode_key(&mut self.rest).map_err(|_| BadPacket)?;
        let value = match wire_type {
            WireType::Varint => {
                Value::Varint(decode_varint(&mut self.rest).map_err(|_| BadPacket)?)
            }
            WireType::LengthDelimited => {
                let length = decode_varint(&mut self.rest).map_err(|_| BadPacket)?;
                let length = usize::try_from(length).map_err(|_| BadPacket)?;
                Value::Bytes(self.take(length)?)
            }
            WireType::SixtyFourBit => self.take(8).map(|_| Value::Other)?,
            WireType::ThirtyTwoBit => self.take(4).map(|_| Value::Other)?,
            // Groups are not used by any message that comes here.
            WireType::StartGroup | WireType::EndGroup => return Err(BadPacket),
        };
        let length = whole.len() - self.rest.len();
        Ok(Field {
            number,
            value,
            raw: whole.slice(..length),
        })
    }

    fn take(&mut self, length: usize) -> Result<Bytes, BadPacket> {
        if self.rest.remaining() < length {
            return Err(BadPacket);
        }
        Ok(self.rest.split_to(length))
    }
}

impl Iterator for Fields {
    type Item = Result<Field, BadPacket>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        let field = self.read();
        if field.is_err() {
            self.rest.clear();
        }
        Some(field)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_raw_fields_together_are_the_message() {
        let message = Bytes::from_static(&[
            0x08, 0x96, 0x01, // 1: 150
            0x12, 0x02, b'h', b'i', // 2: "hi"
            0x1d, 1, 2, 3, 4, // 3: fixed32
        ]);
        let fields = Fields::of(&message).collect::<Result<Vec<_>, _>>().unwrap();
        assert_eq!(fields[0].value, Value::Varint(150));
        assert_eq!(fields[1].value.text(), Ok("hi"));
        assert_eq!(fields[2].value, Value::Other);
        let whole = fields
            .iter()
            .flat_map(|field| field.raw.clone())
            .collect::<Vec<_>>();
        assert_eq!(whole, message);
    }

    #[test]
    fn what_is_cut_short_is_an_error_and_ends_the_walk() {
        for broken in [
            &[0x12, 0x05, b'x'][..],
            &[0x12, 0xff, 0xff, 0xff, 0xff, 0x0f],
            &[0x1d, 1],
            &[0x80],
            &[0x0b],
        ] {
            let mut fields = Fields::of(&Bytes::copy_from_slice(broken));
            assert_eq!(fields.next(), Some(Err(BadPacket)));
            assert_eq!(fields.next(), None);
        }
    }
}
