//! The passcode of a link: short, so it is kept as a slow hash, and may be tried rarely.

use crate::{Refusal, password};
use base::Redacted;

const CHARACTERS: std::ops::RangeInclusive<usize> = 4..=64;

/// The hash of a passcode.
///
/// # Errors
/// It is shorter than 4 or longer than 64 characters.
pub async fn hash(passcode: &Redacted<String>) -> Result<Redacted<String>, Refusal> {
    if !CHARACTERS.contains(&passcode.expose().chars().count()) {
        return Err(Refusal::Invalid {
            field: "passcode",
            why: "must have 4 to 64 characters",
        });
    }
    password::hash("passcode", marked(passcode)).await
}

/// Whether it is the hashed one.
pub async fn is_right(hash: Redacted<String>, passcode: &Redacted<String>) -> bool {
    CHARACTERS.contains(&passcode.expose().chars().count())
        && password::is_right(Some(hash), marked(passcode)).await
}

/// Passwords have to be longer than passcodes; and a hash of one shall not pass for the other.
fn marked(passcode: &Redacted<String>) -> Redacted<String> {
    Redacted::new(format!("passcode {}", passcode.expose()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret(text: &str) -> Redacted<String> {
        Redacted::new(text.to_owned())
    }

    #[tokio::test]
    async fn only_the_right_passcode_opens() {
        let kept = hash(&secret("2468")).await.unwrap();
        assert!(is_right(kept.clone(), &secret("2468")).await);
        assert!(!is_right(kept, &secret("2469")).await);
    }

    #[tokio::test]
    async fn one_that_is_guessed_in_a_moment_is_refused() {
        assert!(hash(&secret("123")).await.is_err());
        assert!(hash(&secret(&"1".repeat(65))).await.is_err());
    }
}
