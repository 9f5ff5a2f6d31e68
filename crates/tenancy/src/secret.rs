//! Secrets that are given out once and kept as hashes only.

use aws_lc_rs::digest;
use base::Redacted;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// 256 bits cannot be guessed, so that a plain SHA-256 of them is safe to keep.
const SECRET_BYTES: usize = 32;

/// A new secret of 43 letters, digits, `-` and `_`.
///
/// # Panics
/// If the system has no random numbers: nothing safe can be done on such a machine.
pub fn random() -> Redacted<String> {
    let mut bytes = [0u8; SECRET_BYTES];
    #[expect(
        clippy::expect_used,
        reason = "a machine without entropy cannot run a server"
    )]
    getrandom::fill(&mut bytes).expect("the operating system has random numbers");
    Redacted::new(URL_SAFE_NO_PAD.encode(bytes))
}

/// SHA-256.
pub fn hash(secret: &[u8]) -> [u8; 32] {
    let mut hash = [0; 32];
    hash.copy_from_slice(digest::digest(&digest::SHA256, secret).as_ref());
    hash
}

/// Another secret that follows from this one and does not betray it: `purpose` tells several
/// apart.
pub fn derived(secret: &str, purpose: &str) -> String {
    let bytes = [purpose.as_bytes(), &[0], secret.as_bytes()].concat();
    URL_SAFE_NO_PAD.encode(hash(&bytes))
}

/// Compares without telling by the time taken where the difference is.
pub fn same(a: &[u8], b: &[u8]) -> bool {
    aws_lc_rs::constant_time::verify_slices_are_equal(a, b).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_secrets_are_alike() {
        let (a, b) = (random(), random());
        assert_ne!(a.expose(), b.expose());
        assert_eq!(a.expose().len(), 43);
    }

    #[test]
    fn what_is_derived_depends_on_secret_and_purpose() {
        let csrf = derived("s", "csrf");
        assert_eq!(csrf, derived("s", "csrf"));
        assert_ne!(csrf, derived("s", "other"));
        assert_ne!(csrf, derived("t", "csrf"));
    }
}
