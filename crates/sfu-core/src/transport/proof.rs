//! Asks a client whether it is he who sends from an address (RFC 8445 section 7.2.2): a connectivity
//! check of our own, which only he can answer who has his password, and only from where it was sent.
//!
//! An agent of the lite kind need not send any, and str0m's does not. Clients answer it as they answer any other.

use str0m::ice::{StunMessage, TransId};

/// What the client's description says of his ICE.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Credentials {
    ufrag: String,
    password: String,
}

/// Ours is the address that he already has; no candidate is made by it.
const PRIORITY: u32 = 0x6eff_ffff;
/// Nobody claims the role of the one who is asked, so nothing is to be broken.
const TIE_BREAKER: u64 = 0;
const MOST_BYTES: usize = 1_024;

impl Credentials {
    /// From a description that has been accepted. All sections share one transport.
    pub(super) fn of(sdp: &str) -> Option<Self> {
        let value = |name: &str| {
            let mut lines = sdp.lines();
            lines.find_map(|line| line.trim_end().strip_prefix(name).map(str::to_owned))
        };
        Some(Self {
            ufrag: value("a=ice-ufrag:")?,
            password: value("a=ice-pwd:")?,
        })
    }

    /// A request that he will answer, and the number by which the answer is known.
    pub(super) fn challenge(&self, local_ufrag: &str) -> Option<(TransId, Vec<u8>)> {
        let transaction = TransId::new();
        let username = format!("{}:{local_ufrag}", self.ufrag);
        let message = StunMessage::binding_request(
            &username,
            transaction,
            false,
            TIE_BREAKER,
            PRIORITY,
            false,
        );
        let mut bytes = vec![0; MOST_BYTES];
        let password = Some(self.password.as_bytes());
        let length = message.to_bytes(password, &mut bytes, sha1_hmac).ok()?;
        bytes.truncate(length);
        Some((transaction, bytes))
    }

    /// Which of our requests he answers with this, by his own word.
    pub(super) fn answered(&self, bytes: &[u8]) -> Option<TransId> {
        let message = StunMessage::parse(bytes).ok()?;
        let is_answer = message.is_successful_binding_response()
            && message.verify(self.password.as_bytes(), sha1_hmac);
        is_answer.then(|| message.trans_id())
    }
}

impl std::fmt::Debug for Credentials {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Credentials")
    }
}

/// A successful answer to a connectivity check (RFC 8489 section 5).
pub(super) fn is_answer(bytes: &[u8]) -> bool {
    bytes.starts_with(&[0x01, 0x01])
}

fn sha1_hmac(key: &[u8], parts: &[&[u8]]) -> [u8; 20] {
    use aws_lc_rs::hmac::{Context, HMAC_SHA1_FOR_LEGACY_USE_ONLY, Key};
    let mut context = Context::with_key(&Key::new(HMAC_SHA1_FOR_LEGACY_USE_ONLY, key));
    for part in parts {
        context.update(part);
    }
    let mut tag = [0; 20];
    tag.copy_from_slice(context.sign().as_ref());
    tag
}

#[cfg(test)]
mod tests {
    use super::*;

    const SDP: &str = "v=0\r\na=ice-ufrag:abcd\r\na=ice-pwd:0123456789012345678901\r\n";

    fn answer(request: &[u8], password: &str) -> Vec<u8> {
        let request = StunMessage::parse(request).unwrap();
        let at = ([192, 0, 2, 1], 9).into();
        let reply = StunMessage::binding_reply(request.trans_id(), at);
        let mut bytes = vec![0; MOST_BYTES];
        let length = reply.to_bytes(Some(password.as_bytes()), &mut bytes, sha1_hmac);
        bytes.truncate(length.unwrap());
        bytes
    }

    #[test]
    fn a_request_names_both_sides_and_bears_the_password_of_the_one_who_is_asked() {
        let theirs = Credentials::of(SDP).unwrap();
        let (_, request) = theirs.challenge("ours").unwrap();
        let request = StunMessage::parse(&request).unwrap();
        assert_eq!(request.username(), Some("abcd:ours"));
        assert!(request.verify(b"0123456789012345678901", sha1_hmac));
        assert!(request.ice_controlled().is_some() && !request.use_candidate());
    }

    #[test]
    fn only_he_who_has_the_password_can_answer() {
        let theirs = Credentials::of(SDP).unwrap();
        let (transaction, request) = theirs.challenge("ours").unwrap();
        let his = answer(&request, "0123456789012345678901");
        assert!(is_answer(&his));
        assert_eq!(theirs.answered(&his), Some(transaction));
        assert_eq!(theirs.answered(&answer(&request, "another")), None);
        assert_eq!(theirs.answered(&request), None, "echoed");
        for end in 0..his.len() {
            assert_eq!(theirs.answered(&his[..end]), None, "{end}");
        }
    }

    #[test]
    fn a_description_without_a_password_gives_nothing() {
        assert_eq!(Credentials::of("v=0\r\na=ice-ufrag:abcd\r\n"), None);
    }
}
