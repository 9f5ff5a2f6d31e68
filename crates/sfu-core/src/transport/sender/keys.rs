//! SRTP and SRTCP with AEAD ciphers (RFC 7714).

use aws_lc_rs::aead::{AES_128_GCM, AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::cipher::{AES_128, AES_256, EncryptingKey, EncryptionContext, UnboundCipherKey};
use aws_lc_rs::iv::FixedLength;

/// What the handshake left: master keys and salts of both sides (RFC 5764 section 4.2).
#[derive(Clone)]
pub(crate) struct Material {
    pub(crate) bytes: Vec<u8>,
    pub(crate) key_bytes: usize,
    /// We were the DTLS client: the first key is ours.
    pub(crate) is_client: bool,
}

impl std::fmt::Debug for Material {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Material")
    }
}

const SALT_BYTES: usize = 12;
pub(super) const TAG_BYTES: usize = 16;

/// The header, and the sender of the first report.
const RTCP_CLEAR_BYTES: usize = 8;

/// The index that follows each SRTCP packet, and the bit that says that it is encrypted.
const RTCP_INDEX_BYTES: usize = 4;
const ENCRYPTED: u32 = 0x8000_0000;

/// RFC 3711 section 4.3.2.
#[derive(Clone, Copy)]
enum Label {
    RtpKey = 0,
    RtpSalt = 2,
    RtcpKey = 3,
    RtcpSalt = 5,
}

/// A key with its salt.
struct Cipher {
    key: LessSafeKey,
    salt: [u8; SALT_BYTES],
}

impl Cipher {
    fn nonce(&self, ssrc: u32, index: u64) -> Nonce {
        let mut nonce = [0; SALT_BYTES];
        nonce[2..6].copy_from_slice(&ssrc.to_be_bytes());
        nonce[6..12].copy_from_slice(&index.to_be_bytes()[2..]);
        for (byte, salt) in nonce.iter_mut().zip(self.salt) {
            *byte ^= salt;
        }
        Nonce::assume_unique_for_key(nonce)
    }
}

/// One direction of a connection.
pub(super) struct Keys {
    rtp: Cipher,
    rtcp: Cipher,
}

impl Keys {
    /// Those of what we send, and of what we receive.
    pub(super) fn derive(material: &Material) -> Option<(Self, Self)> {
        let (keys, salts) = material.bytes.split_at_checked(2 * material.key_bytes)?;
        let (client_key, server_key) = keys.split_at(material.key_bytes);
        let (client_salt, server_salt) = salts.split_at_checked(SALT_BYTES)?;
        let client = Self::of(client_key, client_salt)?;
        let server = Self::of(server_key, server_salt)?;
        Some(if material.is_client {
            (client, server)
        } else {
            (server, client)
        })
    }

    fn of(master: &[u8], salt: &[u8]) -> Option<Self> {
        let cipher = |key: Label, salt_label: Label| {
            let mut bytes = [0; 32];
            let bytes = &mut bytes[..master.len()];
            derive(master, salt, key, bytes)?;
            let algorithm = match master.len() {
                16 => &AES_128_GCM,
                _ => &AES_256_GCM,
            };
            let key = UnboundKey::new(algorithm, bytes).ok()?;
            let mut session_salt = [0; SALT_BYTES];
            derive(master, salt, salt_label, &mut session_salt)?;
            Some(Cipher {
                key: LessSafeKey::new(key),
                salt: session_salt,
            })
        };
        Some(Self {
            rtp: cipher(Label::RtpKey, Label::RtpSalt)?,
            rtcp: cipher(Label::RtcpKey, Label::RtcpSalt)?,
        })
    }

    /// Encrypts a packet in place and adds its tag. No `index` (the extended sequence number) may
    /// be used twice with an SSRC.
    pub(super) fn protect_rtp(
        &self,
        packet: &mut Vec<u8>,
        header_bytes: usize,
        ssrc: u32,
        index: u64,
    ) -> Option<()> {
        let nonce = self.rtp.nonce(ssrc, index);
        let (header, payload) = packet.split_at_mut_checked(header_bytes)?;
        let sealed = self
            .rtp
            .key
            .seal_in_place_separate_tag(nonce, Aad::from(&*header), payload);
        packet.extend_from_slice(sealed.ok()?.as_ref());
        Some(())
    }

    /// Encrypts reports. No `index` may be used twice with the sender of the first.
    pub(super) fn protect_rtcp(&self, packet: &mut Vec<u8>, index: u32) -> Option<()> {
        let ssrc = first_ssrc(packet)?;
        let word = (ENCRYPTED | index).to_be_bytes();
        let nonce = self.rtcp.nonce(ssrc, index.into());
        let (clear, payload) = packet.split_at_mut_checked(RTCP_CLEAR_BYTES)?;
        let aad = rtcp_aad(clear, word)?;
        let sealed = self
            .rtcp
            .key
            .seal_in_place_separate_tag(nonce, Aad::from(aad), payload);
        packet.extend_from_slice(sealed.ok()?.as_ref());
        packet.extend_from_slice(&word);
        Some(())
    }

    /// Decrypts reports into `scratch`; `None` if they are not authentic.
    pub(super) fn open_rtcp<'a>(
        &self,
        packet: &[u8],
        scratch: &'a mut Vec<u8>,
    ) -> Option<&'a [u8]> {
        let ssrc = first_ssrc(packet)?;
        let (sealed, word) = packet.split_last_chunk::<RTCP_INDEX_BYTES>()?;
        let index = u32::from_be_bytes(*word);
        if index & ENCRYPTED == 0 {
            return None;
        }
        let (clear, sealed) = sealed.split_at_checked(RTCP_CLEAR_BYTES)?;
        let aad = rtcp_aad(clear, *word)?;
        let nonce = self.rtcp.nonce(ssrc, (index & !ENCRYPTED).into());
        scratch.clear();
        scratch.extend_from_slice(clear);
        scratch.extend_from_slice(sealed);
        let opened =
            self.rtcp
                .key
                .open_in_place(nonce, Aad::from(aad), &mut scratch[RTCP_CLEAR_BYTES..]);
        let length = RTCP_CLEAR_BYTES + opened.ok()?.len();
        scratch.get(..length)
    }
}

/// Of which sender's row of reports a packet is which.
pub(super) fn rtcp_number(packet: &[u8]) -> Option<(u32, u64)> {
    let word = u32::from_be_bytes(*packet.last_chunk()?);
    Some((first_ssrc(packet)?, (word & !ENCRYPTED).into()))
}

fn first_ssrc(packet: &[u8]) -> Option<u32> {
    let ssrc = packet.get(4..8)?.try_into().ok()?;
    Some(u32::from_be_bytes(ssrc))
}

fn rtcp_aad(clear: &[u8], word: [u8; RTCP_INDEX_BYTES]) -> Option<[u8; 12]> {
    let mut aad = [0; 12];
    aad[..8].copy_from_slice(clear.get(..8)?);
    aad[8..].copy_from_slice(&word);
    Some(aad)
}

/// RFC 3711 section 4.3.3: the keystream of AES in counter mode that begins at the salt, with the
/// label in it.
fn derive(master: &[u8], salt: &[u8], label: Label, out: &mut [u8]) -> Option<()> {
    let mut counter = [0; 16];
    counter[..salt.len()].copy_from_slice(salt);
    counter[7] ^= label as u8;
    let algorithm = match master.len() {
        16 => &AES_128,
        32 => &AES_256,
        _ => return None,
    };
    let key = UnboundCipherKey::new(algorithm, master).ok()?;
    let key = EncryptingKey::ctr(key).ok()?;
    out.fill(0);
    let context = EncryptionContext::Iv128(FixedLength::from(counter));
    key.less_safe_encrypt(out, context).ok().map(|_| ())
}

#[cfg(test)]
mod tests;
