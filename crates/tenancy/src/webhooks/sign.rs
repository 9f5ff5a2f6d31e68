//! Signatures: HMAC-SHA256 over `id.timestamp.body` (Standard Webhooks, "Signature scheme").

use aws_lc_rs::hmac;
use base::Redacted;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// The specification asks for 24 to 64.
const SECRET_BYTES: usize = 32;
const PREFIX: &str = "whsec_";

/// What goes into the three headers `webhook-id`, `webhook-timestamp`, `webhook-signature`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signature {
    pub id: String,
    pub timestamp: String,
    pub signature: String,
}

/// # Panics
/// If the system has no random numbers: nothing safe can be done on such a machine.
pub fn new_secret() -> Redacted<String> {
    let mut bytes = [0u8; SECRET_BYTES];
    #[expect(
        clippy::expect_used,
        reason = "a machine without entropy cannot run a server"
    )]
    getrandom::fill(&mut bytes).expect("the operating system has random numbers");
    Redacted::new(format!("{PREFIX}{}", STANDARD.encode(bytes)))
}

/// Signs one attempt. `id` is the event's, the same in each attempt; `now_s` is Unix time.
///
/// None if the secret is not one of ours.
pub fn sign(secret: &Redacted<String>, id: &str, now_s: u64, body: &str) -> Option<Signature> {
    let key = secret.expose().strip_prefix(PREFIX)?;
    let key = hmac::Key::new(hmac::HMAC_SHA256, &STANDARD.decode(key).ok()?);
    let tag = hmac::sign(&key, format!("{id}.{now_s}.{body}").as_bytes());
    Some(Signature {
        id: id.to_owned(),
        timestamp: now_s.to_string(),
        signature: format!("v1,{}", STANDARD.encode(tag)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of the specification's reference libraries.
    #[test]
    fn the_published_example_is_signed_as_published() {
        let secret = Redacted::new("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw".to_owned());
        let signed = sign(
            &secret,
            "msg_p5jXN8AQM9LWM0D4loKWxJek",
            1_614_265_330,
            r#"{"test": 2432232314}"#,
        );
        assert_eq!(
            signed.unwrap().signature,
            "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
        );
    }

    #[test]
    fn a_secret_is_new_each_time() {
        assert_ne!(new_secret().expose(), new_secret().expose());
        assert!(sign(&new_secret(), "evt_1", 1, "{}").is_some());
        assert_eq!(sign(&Redacted::new("x".into()), "evt_1", 1, "{}"), None);
    }
}
