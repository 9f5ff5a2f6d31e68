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

/// For what we send.
pub(super) struct Keys {
    rtp: Cipher,
    pub(super) reports: ReportKey,
}

/// For the reports of one direction.
pub(super) struct ReportKey(Cipher);

impl Keys {
    /// Those of what we send, and that of the reports that we receive: media is str0m's to decrypt.
    pub(super) fn derive(material: &Material) -> Option<(Self, ReportKey)> {
        let (keys, salts) = material.bytes.split_at_checked(2 * material.key_bytes)?;
        let (client_key, server_key) = keys.split_at(material.key_bytes);
        let (client_salt, server_salt) = salts.split_at_checked(SALT_BYTES)?;
        let client = Side::new(client_key, client_salt);
        let server = Side::new(server_key, server_salt);
        let (ours, theirs) = if material.is_client {
            (client, server)
        } else {
            (server, client)
        };
        let keys = Self {
            rtp: ours.cipher(Label::RtpKey, Label::RtpSalt)?,
            reports: ours.report_key()?,
        };
        Some((keys, theirs.report_key()?))
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
}

impl ReportKey {
    /// Encrypts reports. No `index` may be used twice with the sender of the first.
    pub(super) fn protect(&self, packet: &mut Vec<u8>, index: u32) -> Option<()> {
        let ssrc = first_ssrc(packet)?;
        let word = (ENCRYPTED | index).to_be_bytes();
        let nonce = self.0.nonce(ssrc, index.into());
        let (clear, payload) = packet.split_at_mut_checked(RTCP_CLEAR_BYTES)?;
        let aad = rtcp_aad(clear, word)?;
        let sealed = self
            .0
            .key
            .seal_in_place_separate_tag(nonce, Aad::from(aad), payload);
        packet.extend_from_slice(sealed.ok()?.as_ref());
        packet.extend_from_slice(&word);
        Some(())
    }

    /// Decrypts reports into `scratch`; `None` if they are not authentic.
    pub(super) fn open<'a>(&self, packet: &[u8], scratch: &'a mut Vec<u8>) -> Option<&'a [u8]> {
        let ssrc = first_ssrc(packet)?;
        let (sealed, word) = packet.split_last_chunk::<RTCP_INDEX_BYTES>()?;
        let index = u32::from_be_bytes(*word);
        if index & ENCRYPTED == 0 {
            return None;
        }
        let (clear, sealed) = sealed.split_at_checked(RTCP_CLEAR_BYTES)?;
        let aad = rtcp_aad(clear, *word)?;
        let nonce = self.0.nonce(ssrc, (index & !ENCRYPTED).into());
        scratch.clear();
        scratch.extend_from_slice(clear);
        scratch.extend_from_slice(sealed);
        let opened =
            self.0
                .key
                .open_in_place(nonce, Aad::from(aad), &mut scratch[RTCP_CLEAR_BYTES..]);
        let length = RTCP_CLEAR_BYTES + opened.ok()?.len();
        scratch.get(..length)
    }
}

/// The master key and salt of one side.
struct Side<'a> {
    key: &'a [u8],
    salt: &'a [u8],
}

impl<'a> Side<'a> {
    fn new(key: &'a [u8], salt: &'a [u8]) -> Self {
        Self { key, salt }
    }

    fn report_key(&self) -> Option<ReportKey> {
        let cipher = self.cipher(Label::RtcpKey, Label::RtcpSalt)?;
        Some(ReportKey(cipher))
    }

    fn cipher(&self, key: Label, salt: Label) -> Option<Cipher> {
        let mut bytes = [0; 32];
        let bytes = &mut bytes[..self.key.len()];
        derive(self.key, self.salt, key, bytes)?;
        let algorithm = match self.key.len() {
            16 => &AES_128_GCM,
            _ => &AES_256_GCM,
        };
        let key = UnboundKey::new(algorithm, bytes).ok()?;
        let mut session_salt = [0; SALT_BYTES];
        derive(self.key, self.salt, salt, &mut session_salt)?;
        Some(Cipher {
            key: LessSafeKey::new(key),
            salt: session_salt,
        })
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
