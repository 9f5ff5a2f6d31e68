//! The ciphers of str0m's side of a connection, each made when it is first used.
//!
//! str0m makes eight for a connection: each direction's media and reports, to encrypt and to decrypt.
//! Half of them go the wrong way, and what our own sender does needs none of them. A cipher holds
//! the tables of its key, half a kilobyte; a key is 16 or 32 bytes.

use super::tap::installed;
use str0m::crypto::{AeadAes128GcmCipher, AeadAes256GcmCipher, CryptoError, SrtpProvider};
use str0m::crypto::{SupportedAeadAes128Gcm, SupportedAeadAes256Gcm, SupportedAes128CmSha1_80};

#[derive(Debug)]
pub(super) struct LateSrtp;

impl SrtpProvider for LateSrtp {
    /// Has nothing but the key.
    fn aes_128_cm_sha1_80(&self) -> &'static dyn SupportedAes128CmSha1_80 {
        installed().srtp_provider.aes_128_cm_sha1_80()
    }

    fn aead_aes_128_gcm(&self) -> &'static dyn SupportedAeadAes128Gcm {
        &Self
    }

    fn aead_aes_256_gcm(&self) -> &'static dyn SupportedAeadAes256Gcm {
        &Self
    }

    fn srtp_aes_128_ecb_round(&self, key: &[u8], input: &[u8], output: &mut [u8]) {
        let provider = installed().srtp_provider;
        provider.srtp_aes_128_ecb_round(key, input, output);
    }

    fn srtp_aes_256_ecb_round(&self, key: &[u8], input: &[u8], output: &mut [u8]) {
        let provider = installed().srtp_provider;
        provider.srtp_aes_256_ecb_round(key, input, output);
    }
}

impl SupportedAeadAes128Gcm for LateSrtp {
    fn create_cipher(&self, key: [u8; 16], encrypts: bool) -> Box<dyn AeadAes128GcmCipher> {
        Box::new(Late::<16, dyn AeadAes128GcmCipher>::new(key, encrypts))
    }
}

impl SupportedAeadAes256Gcm for LateSrtp {
    fn create_cipher(&self, key: [u8; 32], encrypts: bool) -> Box<dyn AeadAes256GcmCipher> {
        Box::new(Late::<32, dyn AeadAes256GcmCipher>::new(key, encrypts))
    }
}

struct Late<const KEY_BYTES: usize, C: ?Sized> {
    key: [u8; KEY_BYTES],
    encrypts: bool,
    made: Option<Box<C>>,
}

impl<const KEY_BYTES: usize, C: ?Sized> Late<KEY_BYTES, C> {
    fn new(key: [u8; KEY_BYTES], encrypts: bool) -> Self {
        Self {
            key,
            encrypts,
            made: None,
        }
    }
}

impl<const KEY_BYTES: usize, C: ?Sized> std::fmt::Debug for Late<KEY_BYTES, C> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Late")
    }
}

impl Late<16, dyn AeadAes128GcmCipher> {
    fn cipher(&mut self) -> &mut dyn AeadAes128GcmCipher {
        let made = self.made.get_or_insert_with(|| {
            let gcm = installed().srtp_provider.aead_aes_128_gcm();
            gcm.create_cipher(self.key, self.encrypts)
        });
        &mut **made
    }
}

impl Late<32, dyn AeadAes256GcmCipher> {
    fn cipher(&mut self) -> &mut dyn AeadAes256GcmCipher {
        let made = self.made.get_or_insert_with(|| {
            let gcm = installed().srtp_provider.aead_aes_256_gcm();
            gcm.create_cipher(self.key, self.encrypts)
        });
        &mut **made
    }
}

impl AeadAes128GcmCipher for Late<16, dyn AeadAes128GcmCipher> {
    fn encrypt(
        &mut self,
        iv: &[u8; 12],
        aad: &[u8],
        input: &[u8],
        output: &mut [u8],
    ) -> Result<(), CryptoError> {
        self.cipher().encrypt(iv, aad, input, output)
    }

    fn decrypt(
        &mut self,
        iv: &[u8; 12],
        aads: &[&[u8]],
        input: &[u8],
        output: &mut [u8],
    ) -> Result<usize, CryptoError> {
        self.cipher().decrypt(iv, aads, input, output)
    }
}

impl AeadAes256GcmCipher for Late<32, dyn AeadAes256GcmCipher> {
    fn encrypt(
        &mut self,
        iv: &[u8; 12],
        aad: &[u8],
        input: &[u8],
        output: &mut [u8],
    ) -> Result<(), CryptoError> {
        self.cipher().encrypt(iv, aad, input, output)
    }

    fn decrypt(
        &mut self,
        iv: &[u8; 12],
        aads: &[&[u8]],
        input: &[u8],
        output: &mut [u8],
    ) -> Result<usize, CryptoError> {
        self.cipher().decrypt(iv, aads, input, output)
    }
}
