//! What people may write into a field.

use crate::Refusal;

/// One line of 1 to `max` characters, without the space around it.
///
/// # Errors
/// It is empty, too long, or has control characters.
pub fn line(field: &'static str, text: &str, max: usize) -> Result<String, Refusal> {
    let text = text.trim();
    let refuse = |why| Err(Refusal::Invalid { field, why });
    if text.is_empty() {
        return refuse("must not be empty");
    }
    if text.chars().count() > max {
        return refuse("is too long");
    }
    if text.chars().any(char::is_control) {
        return refuse("must be one line without control characters");
    }
    Ok(text.to_owned())
}

/// An e-mail address in lower case: something, an @, a host with a dot or `localhost`. Whether mail
/// arrives there only mail can tell.
///
/// # Errors
/// It cannot be one.
pub fn email(field: &'static str, text: &str) -> Result<String, Refusal> {
    let wrong = || Refusal::Invalid {
        field,
        why: "is not an e-mail address",
    };
    let text = text.trim().to_lowercase();
    let (local, host) = text.rsplit_once('@').ok_or_else(wrong)?;
    // RFC 5321, section 4.5.3.1.
    let sized = (1..=64).contains(&local.len()) && (1..=255).contains(&host.len());
    let plain = !text.chars().any(|c| c.is_control() || c.is_whitespace());
    let dotted = host == "localhost" || host.split('.').count() > 1;
    let labels = host.split('.').all(|label| !label.is_empty());
    if sized && plain && dotted && labels && !local.contains('@') {
        return Ok(text);
    }
    Err(wrong())
}

/// A language tag such as `zh-CN` (BCP 47), as far as its letters go.
///
/// # Errors
/// It cannot be one.
pub fn locale(field: &'static str, text: &str) -> Result<String, Refusal> {
    let fits = |part: &str| {
        (1..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric())
    };
    let language = text.split('-').next().unwrap_or_default();
    let is_language =
        (2..=3).contains(&language.len()) && language.bytes().all(|b| b.is_ascii_alphabetic());
    if text.len() <= 35 && is_language && text.split('-').all(fits) {
        return Ok(text.to_owned());
    }
    Err(Refusal::Invalid {
        field,
        why: "is not a language tag such as zh-CN",
    })
}

/// An IANA time zone such as `Asia/Shanghai`.
///
/// # Errors
/// There is none of that name.
pub fn timezone(field: &'static str, text: &str) -> Result<String, Refusal> {
    let known = text.len() <= 64 && jiff::tz::TimeZone::get(text).is_ok();
    if known {
        return Ok(text.to_owned());
    }
    Err(Refusal::Invalid {
        field,
        why: "is not an IANA time zone such as Asia/Shanghai",
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_told_from_other_texts() {
        assert_eq!(
            email("e", " Ann@Example.COM "),
            Ok("ann@example.com".into())
        );
        for wrong in [
            "",
            "ann",
            "@example.com",
            "ann@",
            "a b@example.com",
            "ann@host",
            "a@.com",
        ] {
            assert!(email("e", wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_line_is_trimmed_and_bounded() {
        assert_eq!(line("n", "  新品 上线 ", 5), Ok("新品 上线".into()));
        for wrong in ["", "   ", "123456", "a\nb"] {
            assert!(line("n", wrong, 5).is_err(), "{wrong}");
        }
    }

    #[test]
    fn zones_and_languages_exist() {
        assert!(timezone("t", "Asia/Shanghai").is_ok());
        assert!(timezone("t", "Mars/Olympus").is_err());
        assert!(locale("l", "zh-CN").is_ok());
        assert!(locale("l", "中文").is_err());
    }
}
