//! Short-lived credentials: a user name that says when it expires, and a password that only who
//! knows the secret can make of it ("A REST API for access to TURN services", draft-uberti-behave-
//! turn-rest-00, as coturn and the LiveKit server have it). Nothing is stored.

use super::message::Key;
use aws_lc_rs::hmac;
use base::Redacted;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use md5::{Digest, Md5};

/// What a client is told beside the TURN server's URL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TurnCredentials {
    /// `expiry:name`, the expiry in seconds since the Unix epoch.
    pub username: String,
    pub password: Redacted<String>,
}

/// Makes credentials with which `name` may allocate until `expires_unix_s`. An allocation that
/// exists by then goes on for as long as it is refreshed.
pub fn mint(secret: &Redacted<String>, name: &str, expires_unix_s: u64) -> TurnCredentials {
    let username = format!("{expires_unix_s}:{name}");
    TurnCredentials {
        password: Redacted::new(password(secret, &username)),
        username,
    }
}

/// The expiry, in seconds since the Unix epoch, and the name; `None` if it is not one of ours.
pub(super) fn expiry_and_name(username: &str) -> Option<(u64, &str)> {
    let (expiry, name) = username.split_once(':')?;
    Some((expiry.parse().ok()?, name))
}

/// The key of long-term credentials (RFC 8489 section 9.2.2).
pub(super) fn key(secret: &Redacted<String>, username: &str, realm: &str) -> Key {
    let text = format!("{username}:{realm}:{}", password(secret, username));
    Key::new(&Md5::digest(text))
}

fn password(secret: &Redacted<String>, username: &str) -> String {
    let key = hmac::Key::new(
        hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY,
        secret.expose().as_bytes(),
    );
    STANDARD.encode(hmac::sign(&key, username.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `printf 1433895918:me | openssl dgst -sha1 -hmac north -binary | base64`
    #[test]
    fn the_password_is_the_one_that_other_turn_servers_make() {
        let minted = mint(&Redacted::new("north".into()), "me", 1_433_895_918);
        assert_eq!(minted.username, "1433895918:me");
        assert_eq!(minted.password.expose(), "Avs0siN6iVJAegZADQQ4cYT7/7Q=");
        assert_eq!(
            expiry_and_name(&minted.username),
            Some((1_433_895_918, "me"))
        );
    }

    #[test]
    fn other_user_names_are_not_ours() {
        for username in ["", "me", "soon:me", "-1:me", "99999999999999999999:me"] {
            assert_eq!(expiry_and_name(username), None, "{username}");
        }
    }
}
