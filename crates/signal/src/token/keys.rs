//! The API keys of this server: verifying and signing tokens.

use super::{Claims, TokenError};
use base::Redacted;
use jsonwebtoken::dangerous::insecure_decode_claims;
use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::Deserialize;
use std::collections::BTreeMap;

/// Room for metadata, attributes and a room configuration; a browser's URL would not hold more.
pub const MAX_TOKEN_BYTES: usize = 32 * 1024;
/// How far the clocks of the token's maker and of this machine may disagree; what the JOSE
/// libraries of the ecosystem use.
const LEEWAY_S: u64 = 60;

/// API keys with their secrets.
#[derive(Clone, Debug, Default)]
pub struct ApiKeys {
    secrets: BTreeMap<String, Redacted<String>>,
}

impl ApiKeys {
    pub fn new(pairs: impl IntoIterator<Item = (String, String)>) -> Self {
        Self {
            secrets: pairs
                .into_iter()
                .map(|(key, secret)| (key, Redacted::new(secret)))
                .collect(),
        }
    }

    /// The key with which the server signs what it makes itself: the first by name.
    pub fn primary(&self) -> Option<&str> {
        self.secrets.keys().next().map(String::as_str)
    }

    pub fn contains(&self, key: &str) -> bool {
        self.secrets.contains_key(key)
    }

    /// The claims of a genuine token that is valid now (seconds since the Unix epoch).
    pub fn verify(&self, token: &str, now_unix_s: u64) -> Result<Claims, TokenError> {
        if token.is_empty() {
            return Err(TokenError::Missing);
        }
        if token.len() > MAX_TOKEN_BYTES {
            return Err(TokenError::TooLong {
                max_bytes: MAX_TOKEN_BYTES,
            });
        }
        // Only to choose the key; nothing else of it is believed before the signature is checked.
        let Issuer { iss } = insecure_decode_claims(token)
            .map_err(|_| TokenError::Malformed("it is not a JSON Web Token"))?;
        let secret = self.secrets.get(&iss).ok_or(TokenError::UnknownKey)?;
        let key = DecodingKey::from_secret(secret.expose().as_bytes());
        let claims = jsonwebtoken::decode::<Claims>(token, &key, &signature_only())
            .map_err(|error| refusal(error.kind()))?
            .claims;
        check_times(&claims, now_unix_s)?;
        Ok(claims)
    }

    /// Signs claims with the secret of the key in `claims.iss`.
    pub fn sign(&self, claims: &Claims) -> Result<String, TokenError> {
        let secret = self
            .secrets
            .get(&claims.iss)
            .ok_or(TokenError::UnknownKey)?;
        let key = EncodingKey::from_secret(secret.expose().as_bytes());
        jsonwebtoken::encode(&Header::new(Algorithm::HS256), claims, &key)
            .map_err(|_| TokenError::Malformed("its claims cannot be written"))
    }
}

#[derive(Deserialize)]
struct Issuer {
    #[serde(default)]
    iss: String,
}

/// The clock is an argument here, so times are checked by [`check_times`].
fn signature_only() -> Validation {
    let mut validation = Validation::new(Algorithm::HS256);
    validation.validate_exp = false;
    validation.validate_nbf = false;
    validation.validate_aud = false;
    validation.required_spec_claims.clear();
    validation
}

fn refusal(kind: &ErrorKind) -> TokenError {
    match kind {
        ErrorKind::InvalidSignature => TokenError::Forged,
        ErrorKind::InvalidAlgorithm | ErrorKind::InvalidAlgorithmName => {
            TokenError::Malformed("it is not signed with HS256")
        }
        ErrorKind::Json(_) => TokenError::Malformed("its claims have the wrong types"),
        _ => TokenError::Malformed("it is not a JSON Web Token"),
    }
}

fn check_times(claims: &Claims, now_unix_s: u64) -> Result<(), TokenError> {
    if claims.exp == 0 {
        return Err(TokenError::Endless);
    }
    if now_unix_s >= claims.exp.saturating_add(LEEWAY_S) {
        return Err(TokenError::Expired {
            seconds_ago: now_unix_s - claims.exp,
        });
    }
    if claims.nbf > now_unix_s.saturating_add(LEEWAY_S) {
        return Err(TokenError::NotYetValid {
            seconds: claims.nbf - now_unix_s,
        });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::VideoGrant;
    use super::*;

    const NOW: u64 = 1_800_000_000;

    #[test]
    fn a_signed_token_is_read_back() {
        let claims = claims();
        let token = keys().sign(&claims).unwrap();
        assert_eq!(keys().verify(&token, NOW), Ok(claims));
    }

    #[test]
    fn each_of_several_keys_signs() {
        let claims = Claims {
            iss: "second".into(),
            ..claims()
        };
        let token = keys().sign(&claims).unwrap();
        assert_eq!(keys().verify(&token, NOW), Ok(claims));
        assert_eq!(keys().primary(), Some("devkey"));
    }

    #[test]
    fn a_token_ends_and_the_error_says_when() {
        let token = keys().sign(&claims()).unwrap();
        assert!(
            keys().verify(&token, NOW + 659).is_ok(),
            "within the leeway"
        );
        assert_eq!(
            keys().verify(&token, NOW + 700),
            Err(TokenError::Expired { seconds_ago: 100 })
        );
        assert_eq!(
            keys().verify(&token, NOW - 61),
            Err(TokenError::NotYetValid { seconds: 61 })
        );
    }

    #[test]
    fn a_token_without_end_is_refused() {
        let token = keys().sign(&Claims { exp: 0, ..claims() }).unwrap();
        assert_eq!(keys().verify(&token, NOW), Err(TokenError::Endless));
    }

    #[test]
    fn anothers_signature_does_not_pass() {
        let forger = ApiKeys::new([("devkey".to_owned(), "guessed".to_owned())]);
        let token = forger.sign(&claims()).unwrap();
        assert_eq!(keys().verify(&token, NOW), Err(TokenError::Forged));
        let stranger = Claims {
            iss: "stranger".into(),
            ..claims()
        };
        let other = ApiKeys::new([("stranger".to_owned(), "x".to_owned())]);
        let token = other.sign(&stranger).unwrap();
        assert_eq!(keys().verify(&token, NOW), Err(TokenError::UnknownKey));
    }

    #[test]
    fn an_unsigned_token_does_not_pass() {
        use base64::Engine;
        let part = |text: &str| base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(text);
        let token = format!(
            "{}.{}.",
            part(r#"{"alg":"none"}"#),
            part(r#"{"iss":"devkey","exp":9999999999}"#)
        );
        assert!(matches!(
            keys().verify(&token, NOW),
            Err(TokenError::Malformed(_))
        ));
    }

    #[test]
    fn rubbish_is_named_as_such() {
        for token in ["x", "a.b.c", "..", "é.é.é"] {
            assert!(
                matches!(keys().verify(token, NOW), Err(TokenError::Malformed(_))),
                "{token}"
            );
        }
        assert_eq!(keys().verify("", NOW), Err(TokenError::Missing));
        assert!(matches!(
            keys().verify(&"x".repeat(MAX_TOKEN_BYTES + 1), NOW),
            Err(TokenError::TooLong { .. })
        ));
    }

    fn keys() -> ApiKeys {
        ApiKeys::new([
            ("devkey".to_owned(), "secret".to_owned()),
            ("second".to_owned(), "other secret".to_owned()),
        ])
    }

    fn claims() -> Claims {
        Claims {
            iss: "devkey".into(),
            sub: "ann".into(),
            nbf: NOW,
            exp: NOW + 600,
            video: VideoGrant {
                room_join: true,
                room: "r".into(),
                ..VideoGrant::default()
            },
            ..Claims::default()
        }
    }
}
