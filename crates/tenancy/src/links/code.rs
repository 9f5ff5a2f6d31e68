//! The code of a link: nobody can guess it, and one can read it aloud: `k7m-3qd-x9p-w4t`.

use base::Redacted;

/// Without `0 o 1 l i`, which look alike.
const LETTERS: &[u8; 31] = b"23456789abcdefghjkmnpqrstuvwxyz";
const GROUP: usize = 3;
/// 31^12 is 59 bits: who tries a hundred codes a second finds one of a million in two hundred years.
const LENGTH: usize = 12;

/// A new code.
///
/// # Panics
/// If the system has no random numbers: nothing safe can be done on such a machine.
pub fn random() -> Redacted<String> {
    let mut letters = Vec::with_capacity(LENGTH);
    while letters.len() < LENGTH {
        let mut bytes = [0u8; 32];
        #[expect(
            clippy::expect_used,
            reason = "a machine without entropy cannot run a server"
        )]
        getrandom::fill(&mut bytes).expect("the operating system has random numbers");
        // 248 is the largest multiple of 31 in a byte: beyond it some letters would come oftener.
        let fair = bytes.iter().filter(|byte| **byte < 248);
        letters.extend(fair.map(|byte| LETTERS[usize::from(byte % 31)]));
    }
    letters.truncate(LENGTH);
    Redacted::new(grouped(&letters))
}

/// What a person typed, as it is kept: capitals, spaces and other dashes do not matter. None if it
/// cannot be a code.
pub fn parse(typed: &str) -> Option<String> {
    let letters: Vec<u8> = typed
        .chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, '-' | '–' | '—'))
        .take(LENGTH + 1)
        .map(|c| u8::try_from(c.to_ascii_lowercase()).ok())
        .collect::<Option<_>>()?;
    let known = letters.iter().all(|letter| LETTERS.contains(letter));
    (letters.len() == LENGTH && known).then(|| grouped(&letters))
}

fn grouped(letters: &[u8]) -> String {
    let groups: Vec<String> = letters
        .chunks(GROUP)
        .map(|group| group.iter().copied().map(char::from).collect())
        .collect();
    groups.join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_found_however_it_is_typed() {
        let code = random();
        let code = code.expose();
        assert_eq!(code.len(), 15);
        let typed = code.to_uppercase().replace('-', " – ");
        assert_eq!(parse(&typed).as_deref(), Some(code.as_str()));
    }

    #[test]
    fn what_cannot_be_a_code_is_none() {
        let long = "k7m".repeat(99_999);
        for wrong in [
            "",
            "k7m-3qd",
            "k7m-3qd-x9p-w4t-a",
            "k0m-3qd-x9p-w4t",
            "面面面-3qd-x9p-w4t",
            &long,
        ] {
            assert_eq!(parse(wrong), None);
        }
    }

    #[test]
    fn every_letter_comes() {
        let codes: String = (0..200).map(|_| random().expose().clone()).collect();
        for letter in LETTERS {
            assert!(codes.contains(char::from(*letter)));
        }
    }
}
