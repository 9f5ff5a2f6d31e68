//! STUN messages as TURN uses them (RFC 8489 sections 5 and 14, RFC 8656 section 18): read without
//! allocation for what strangers send, written whole.

use super::address::{put_xor_address, xor_address};
use crate::demux::{Kind, StunClass, demux};
use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::hmac;
use smallvec::SmallVec;
use std::net::SocketAddr;
use std::sync::Arc;

pub(super) type Transaction = [u8; 12];

pub(super) mod method {
    pub(crate) const BINDING: u16 = 0x001;
    pub(crate) const ALLOCATE: u16 = 0x003;
    pub(crate) const REFRESH: u16 = 0x004;
    pub(crate) const SEND: u16 = 0x006;
    pub(crate) const DATA: u16 = 0x007;
    pub(crate) const CREATE_PERMISSION: u16 = 0x008;
    pub(crate) const CHANNEL_BIND: u16 = 0x009;
}

pub(super) mod attribute {
    pub(crate) const USERNAME: u16 = 0x0006;
    pub(crate) const MESSAGE_INTEGRITY: u16 = 0x0008;
    pub(crate) const ERROR_CODE: u16 = 0x0009;
    pub(crate) const UNKNOWN_ATTRIBUTES: u16 = 0x000a;
    pub(crate) const CHANNEL_NUMBER: u16 = 0x000c;
    pub(crate) const LIFETIME: u16 = 0x000d;
    pub(crate) const XOR_PEER_ADDRESS: u16 = 0x0012;
    pub(crate) const DATA: u16 = 0x0013;
    pub(crate) const REALM: u16 = 0x0014;
    pub(crate) const NONCE: u16 = 0x0015;
    pub(crate) const XOR_RELAYED_ADDRESS: u16 = 0x0016;
    pub(crate) const REQUESTED_ADDRESS_FAMILY: u16 = 0x0017;
    pub(crate) const REQUESTED_TRANSPORT: u16 = 0x0019;
    pub(crate) const DONT_FRAGMENT: u16 = 0x001a;
    pub(crate) const XOR_MAPPED_ADDRESS: u16 = 0x0020;
    /// From here on attributes may be ignored by who does not know them.
    pub(crate) const COMPREHENSION_OPTIONAL: u16 = 0x8000;
}

const HEADER_BYTES: usize = 20;
const ATTRIBUTE_HEADER_BYTES: usize = 4;
const INTEGRITY_BYTES: usize = 20;
const MAGIC_COOKIE: u32 = 0x2112_a442;
/// The longest honest request has about a dozen.
const MAX_ATTRIBUTES: usize = 32;
/// A server of ours has two or three media addresses, and clients ask for one at a time.
const MAX_PEERS: usize = 8;
/// Enough to tell a client's developer what we do not know.
const MAX_UNKNOWN: usize = 4;

/// A received message, its attributes sorted out. Of an attribute that comes twice the first
/// counts, and what stands behind MESSAGE-INTEGRITY is ignored, as it is not protected.
#[derive(Debug)]
pub(super) struct Message<'a> {
    pub(super) class: StunClass,
    pub(super) method: u16,
    pub(super) transaction: Transaction,
    pub(super) username: Option<&'a str>,
    pub(super) realm: Option<&'a str>,
    pub(super) nonce: Option<&'a str>,
    pub(super) lifetime_s: Option<u32>,
    pub(super) requested_transport: Option<u8>,
    pub(super) requested_family: Option<u8>,
    pub(super) channel: Option<u16>,
    pub(super) data: Option<&'a [u8]>,
    pub(super) peers: SmallVec<[SocketAddr; 2]>,
    /// Attributes that we would have to understand, and do not.
    pub(super) unknown: SmallVec<[u16; MAX_UNKNOWN]>,
    integrity: Option<Integrity<'a>>,
}

#[derive(Debug)]
struct Integrity<'a> {
    before: &'a [u8],
    value: &'a [u8],
}

impl<'a> Message<'a> {
    pub(super) fn parse(bytes: &'a [u8]) -> Option<Self> {
        let Kind::Stun(head) = demux(bytes) else {
            return None;
        };
        let mut message = Self {
            class: head.class,
            method: head.method,
            transaction: head.transaction,
            username: None,
            realm: None,
            nonce: None,
            lifetime_s: None,
            requested_transport: None,
            requested_family: None,
            channel: None,
            data: None,
            peers: SmallVec::new(),
            unknown: SmallVec::new(),
            integrity: None,
        };
        let mut at = HEADER_BYTES;
        for _ in 0..MAX_ATTRIBUTES {
            if at == bytes.len() || message.integrity.is_some() {
                return Some(message);
            }
            let header = bytes.get(at..at + ATTRIBUTE_HEADER_BYTES)?;
            let kind = u16::from_be_bytes([header[0], header[1]]);
            let length = usize::from(u16::from_be_bytes([header[2], header[3]]));
            let start = at + ATTRIBUTE_HEADER_BYTES;
            let value = bytes.get(start..start + length)?;
            if kind == attribute::MESSAGE_INTEGRITY {
                message.integrity = Some(Integrity {
                    before: &bytes[..at],
                    value,
                });
            } else {
                message.take(kind, value)?;
            }
            at = start + length.next_multiple_of(4);
        }
        None
    }

    pub(super) fn has_integrity(&self) -> bool {
        self.integrity.is_some()
    }

    /// Whether who wrote the message has the key (RFC 8489 section 14.5).
    pub(super) fn is_signed_by(&self, key: &Key) -> bool {
        self.integrity.as_ref().is_some_and(|integrity| {
            let tag = key.sign(integrity.before);
            verify_slices_are_equal(tag.as_ref(), integrity.value).is_ok()
        })
    }

    /// `None` if an attribute that we know is not of its form.
    fn take(&mut self, kind: u16, value: &'a [u8]) -> Option<()> {
        match kind {
            attribute::USERNAME => set(&mut self.username, str::from_utf8(value).ok()?),
            attribute::REALM => set(&mut self.realm, str::from_utf8(value).ok()?),
            attribute::NONCE => set(&mut self.nonce, str::from_utf8(value).ok()?),
            attribute::LIFETIME => {
                set(
                    &mut self.lifetime_s,
                    u32::from_be_bytes(value.try_into().ok()?),
                );
            }
            attribute::REQUESTED_TRANSPORT => set(&mut self.requested_transport, *value.first()?),
            attribute::REQUESTED_ADDRESS_FAMILY => {
                set(&mut self.requested_family, *value.first()?);
            }
            attribute::CHANNEL_NUMBER => {
                set(&mut self.channel, u16::from_be_bytes(*value.first_chunk()?));
            }
            attribute::DATA => set(&mut self.data, value),
            attribute::XOR_PEER_ADDRESS => {
                if self.peers.len() == MAX_PEERS {
                    return None;
                }
                self.peers.push(xor_address(value, &self.transaction)?);
            }
            // Nothing that we relay is ever fragmented.
            attribute::DONT_FRAGMENT => {}
            _ if kind >= attribute::COMPREHENSION_OPTIONAL => {}
            _ if self.unknown.len() < MAX_UNKNOWN => self.unknown.push(kind),
            _ => {}
        }
        Some(())
    }
}

/// A user's key for MESSAGE-INTEGRITY. Shared, since it is a kilobyte.
#[derive(Clone, Debug)]
pub(super) struct Key(Arc<hmac::Key>);

impl Key {
    pub(super) fn new(bytes: &[u8]) -> Self {
        Self(Arc::new(hmac::Key::new(
            hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY,
            bytes,
        )))
    }

    /// Signs a message as if it ended with the MESSAGE-INTEGRITY that follows `before`.
    fn sign(&self, before: &[u8]) -> hmac::Tag {
        let attributes = before.len() - HEADER_BYTES + ATTRIBUTE_HEADER_BYTES + INTEGRITY_BYTES;
        let mut context = hmac::Context::with_key(&self.0);
        context.update(&before[..2]);
        context.update(&(attributes as u16).to_be_bytes());
        context.update(&before[4..]);
        context.sign()
    }
}

/// A message in the making.
#[derive(Debug)]
pub(super) struct Writer(Vec<u8>);

impl Writer {
    pub(super) fn new(class: StunClass, method: u16, transaction: &Transaction) -> Self {
        let class_bits = match class {
            StunClass::Request => 0x000,
            StunClass::Indication => 0x010,
            StunClass::Success => 0x100,
            StunClass::Error => 0x110,
        };
        let kind =
            (method & 0x000f) | ((method & 0x0070) << 1) | ((method & 0x0f80) << 2) | class_bits;
        let mut bytes = Vec::with_capacity(128);
        bytes.extend(kind.to_be_bytes());
        bytes.extend([0; 2]);
        bytes.extend(MAGIC_COOKIE.to_be_bytes());
        bytes.extend(transaction);
        Self(bytes)
    }

    /// Goes on with a message that somebody else has begun: its header and attributes, whole.
    pub(super) fn resume(message: &[u8]) -> Self {
        Self(message.to_vec())
    }

    pub(super) fn put(mut self, kind: u16, value: &[u8]) -> Self {
        self.0.extend(kind.to_be_bytes());
        self.0.extend((value.len() as u16).to_be_bytes());
        self.0.extend(value);
        self.0.resize(self.0.len().next_multiple_of(4), 0);
        self
    }

    pub(super) fn put_address(self, kind: u16, address: SocketAddr) -> Self {
        let transaction = self.0.get(8..20).and_then(|bytes| bytes.try_into().ok());
        let value = put_xor_address(address, &transaction.unwrap_or_default());
        self.put(kind, &value)
    }

    pub(super) fn put_error(self, code: u16, reason: &str) -> Self {
        let mut value = vec![0, 0, (code / 100) as u8, (code % 100) as u8];
        value.extend(reason.as_bytes());
        self.put(attribute::ERROR_CODE, &value)
    }

    /// Ends the message, signed where the sender has to prove itself.
    pub(super) fn finish(mut self, key: Option<&Key>) -> Vec<u8> {
        if let Some(key) = key {
            let tag = key.sign(&self.0);
            self = self.put(attribute::MESSAGE_INTEGRITY, tag.as_ref());
        }
        let attributes = (self.0.len() - HEADER_BYTES) as u16;
        self.0[2..4].copy_from_slice(&attributes.to_be_bytes());
        self.0
    }
}

fn set<T>(field: &mut Option<T>, value: T) {
    field.get_or_insert(value);
}

#[cfg(test)]
mod tests {
    use super::*;

    const TRANSACTION: Transaction = [9; 12];

    fn request() -> Writer {
        Writer::new(StunClass::Request, method::ALLOCATE, &TRANSACTION)
            .put(attribute::USERNAME, b"me")
            .put(attribute::LIFETIME, &600_u32.to_be_bytes())
    }

    #[test]
    fn a_signed_message_is_known_by_its_key_alone() {
        let key = Key::new(b"secret");
        let mut bytes = request().finish(Some(&key));
        let message = Message::parse(&bytes).unwrap();
        assert!(message.is_signed_by(&key) && !message.is_signed_by(&Key::new(b"other")));
        assert_eq!(
            (message.username, message.lifetime_s),
            (Some("me"), Some(600))
        );
        bytes[HEADER_BYTES + 4] ^= 1;
        assert!(!Message::parse(&bytes).unwrap().is_signed_by(&key));
    }

    #[test]
    fn what_stands_behind_the_signature_does_not_count() {
        let key = Key::new(b"secret");
        let tag = key.sign(&request().0);
        let bytes = request()
            .put(attribute::MESSAGE_INTEGRITY, tag.as_ref())
            .put_address(
                attribute::XOR_PEER_ADDRESS,
                SocketAddr::from(([127, 0, 0, 1], 22)),
            )
            .finish(None);
        let message = Message::parse(&bytes).unwrap();
        assert!(message.is_signed_by(&key) && message.peers.is_empty());
    }

    #[test]
    fn a_message_cut_anywhere_is_refused_whole() {
        let bytes = request().finish(Some(&Key::new(b"secret")));
        for end in 0..bytes.len() {
            assert!(Message::parse(&bytes[..end]).is_none(), "{end}");
        }
    }

    #[test]
    fn unknown_attributes_are_named_if_they_must_be_understood() {
        let bytes = request().put(0x7777, b"?").put(0x8777, b"?").finish(None);
        assert_eq!(Message::parse(&bytes).unwrap().unknown[..], [0x7777]);
    }
}
