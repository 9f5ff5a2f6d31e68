//! The token that goes with a webhook: who sends it, and the hash of what is sent.

use crate::token::{ApiKeys, Claims, TokenError};
use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// Receivers check the signature before they parse; a type of its own keeps frameworks from
/// parsing it for them.
pub const CONTENT_TYPE: &str = "application/webhook+json";

/// A delivery takes seconds; clocks may differ by a minute or two.
const LIFE_S: u64 = 300;

/// The value of the `Authorization` header. Made for each attempt, as it ends soon.
///
/// # Errors
/// The key is not one of `keys`.
pub fn sign(keys: &ApiKeys, key: &str, now_unix_s: u64, body: &[u8]) -> Result<String, TokenError> {
    keys.sign(&Claims {
        iss: key.to_owned(),
        nbf: now_unix_s,
        exp: now_unix_s + LIFE_S,
        sha256: STANDARD.encode(digest(&SHA256, body)),
        ..Claims::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_token_names_the_hash_of_the_body() {
        let keys = ApiKeys::new([("devkey".to_owned(), "secret".to_owned())]);
        let token = sign(&keys, "devkey", 1_800_000_000, b"{}").expect("a token");
        let claims = keys.verify(&token, 1_800_000_000).expect("genuine");
        assert_eq!(
            claims.sha256,
            "RBNvo1WzZ4oRRq0W9+hknpT7T8If536DEMBg9hyq/4o="
        );
        assert!(keys.verify(&token, 1_800_000_600).is_err(), "it ends");
    }

    #[test]
    fn an_unknown_key_cannot_sign() {
        let keys = ApiKeys::default();
        assert_eq!(sign(&keys, "devkey", 0, b"{}"), Err(TokenError::UnknownKey));
    }
}
