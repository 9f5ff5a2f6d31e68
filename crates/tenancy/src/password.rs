//! Passwords, kept as Argon2id hashes.

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use base::Redacted;
use tokio::sync::Semaphore;

use crate::Refusal;

/// Memory (KiB), passes and lanes: what OWASP's cheat sheet of 2025 asks for at the least.
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;
/// Hashes computed at a time. Each takes 19 MiB and a core for some tens of milliseconds; media
/// must not starve while people sign in, nor while somebody pretends to.
const AT_A_TIME: usize = 2;
/// Shorter ones are guessed (NIST SP 800-63B, section 3.1.1.2), longer ones are no one's.
const CHARACTERS: std::ops::RangeInclusive<usize> = 8..=256;

static PERMITS: Semaphore = Semaphore::const_new(AT_A_TIME);

/// The hash of a password, in PHC form.
///
/// # Errors
/// It is too short or too long.
pub async fn hash(
    field: &'static str,
    password: Redacted<String>,
) -> Result<Redacted<String>, Refusal> {
    if !CHARACTERS.contains(&password.expose().chars().count()) {
        return Err(Refusal::Invalid {
            field,
            why: "needs 8 to 256 characters",
        });
    }
    let hashed = apart(move || {
        argon2()
            .hash_password(password.expose().as_bytes())
            .map(|hash| hash.to_string())
            .ok()
    })
    .await;
    hashed.flatten().map(Redacted::new).ok_or(Refusal::Invalid {
        field,
        why: "cannot be hashed",
    })
}

/// Whether the password is the hashed one. Without a hash it takes as long and is never right, so
/// that nobody learns by the time taken who has an account.
pub async fn is_right(hash: Option<Redacted<String>>, password: Redacted<String>) -> bool {
    if password.expose().chars().count() > *CHARACTERS.end() {
        return false;
    }
    let right = apart(move || {
        let Some(hash) = hash else {
            // The result is thrown away; what counts is the time.
            let _ = argon2().hash_password(password.expose().as_bytes());
            return false;
        };
        PasswordHash::new(hash.expose()).is_ok_and(|hash| {
            argon2()
                .verify_password(password.expose().as_bytes(), &hash)
                .is_ok()
        })
    });
    right.await.unwrap_or(false)
}

/// On a thread where it keeps nobody waiting.
async fn apart<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Option<T> {
    let _permit = PERMITS.acquire().await.ok()?;
    tokio::task::spawn_blocking(work).await.ok()
}

fn argon2() -> Argon2<'static> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None).unwrap_or_default();
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret(text: &str) -> Redacted<String> {
        Redacted::new(text.to_owned())
    }

    #[tokio::test]
    async fn only_the_hashed_password_is_right() {
        let hashed = hash("password", secret("correct horse")).await.unwrap();
        assert!(
            hashed
                .expose()
                .starts_with("$argon2id$v=19$m=19456,t=2,p=1$")
        );
        assert!(is_right(Some(hashed.clone()), secret("correct horse")).await);
        assert!(!is_right(Some(hashed), secret("battery staple")).await);
        assert!(!is_right(None, secret("correct horse")).await);
    }

    #[tokio::test]
    async fn short_passwords_are_refused() {
        assert!(hash("password", secret("1234567")).await.is_err());
    }
}
