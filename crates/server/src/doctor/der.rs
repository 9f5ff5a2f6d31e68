//! As much of X.509 as it takes to read from when to when a certificate is valid.

/// Seconds since the Unix epoch, both inclusive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Validity {
    pub(super) from_s: u64,
    pub(super) to_s: u64,
}

const INTEGER: u8 = 0x02;
const UTC_TIME: u8 = 0x17;
const GENERALIZED_TIME: u8 = 0x18;
const SEQUENCE: u8 = 0x30;
const VERSION: u8 = 0xa0;

/// `None` if it is not a certificate (RFC 5280 section 4.1).
pub(super) fn validity(certificate: &[u8]) -> Option<Validity> {
    let (outer, _) = element(certificate, SEQUENCE)?;
    let (signed, _) = element(outer, SEQUENCE)?;
    // The version is absent in version 1.
    let rest = element(signed, VERSION).map_or(signed, |(_, rest)| rest);
    let (_serial, rest) = element(rest, INTEGER)?;
    let (_algorithm, rest) = element(rest, SEQUENCE)?;
    let (_issuer, rest) = element(rest, SEQUENCE)?;
    let (validity, _) = element(rest, SEQUENCE)?;
    let (from_s, rest) = time(validity)?;
    let (to_s, _) = time(rest)?;
    Some(Validity { from_s, to_s })
}

/// The content of the element at the beginning, if it has this tag, and what follows it.
fn element(der: &[u8], tag: u8) -> Option<(&[u8], &[u8])> {
    let (&found, rest) = der.split_first()?;
    let (&first, rest) = rest.split_first()?;
    let (length, rest) = if first < 0x80 {
        (usize::from(first), rest)
    } else {
        let count = usize::from(first & 0x7f);
        // A length of more than four bytes is no certificate's.
        let bytes = rest.get(..count).filter(|_| (1..=4).contains(&count))?;
        let length = bytes
            .iter()
            .fold(0, |length, byte| length << 8 | usize::from(*byte));
        (length, &rest[count..])
    };
    (found == tag && length <= rest.len()).then(|| rest.split_at(length))
}

fn time(der: &[u8]) -> Option<(u64, &[u8])> {
    if let Some((text, rest)) = element(der, GENERALIZED_TIME) {
        return Some((seconds(text, 4)?, rest));
    }
    let (text, rest) = element(der, UTC_TIME)?;
    Some((seconds(text, 2)?, rest))
}

/// `YYMMDDhhmmssZ` or, with four `year_digits`, `YYYYMMDDhhmmssZ`.
fn seconds(text: &[u8], year_digits: usize) -> Option<u64> {
    let text = std::str::from_utf8(text).ok()?.strip_suffix('Z')?;
    if text.len() != year_digits + 10 || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let number = |at: usize| text[at..at + 2].parse::<u64>().ok();
    let year = match text[..year_digits].parse::<u64>().ok()? {
        year if year_digits == 4 => year,
        // RFC 5280 section 4.1.2.5.1.
        year if year >= 50 => 1_900 + year,
        year => 2_000 + year,
    };
    let at = year_digits;
    let (month, day) = (number(at)?, number(at + 2)?);
    let (hour, minute, second) = (number(at + 4)?, number(at + 6)?, number(at + 8)?);
    let days = days_since_1970(year, month, day)?;
    Some(((days * 24 + hour) * 60 + minute) * 60 + second)
}

/// By the proleptic Gregorian calendar, counted from March so that leap days come last
/// (H. Hinnant, "chrono-Compatible Low-Level Date Algorithms", `days_from_civil`).
fn days_since_1970(year: u64, month: u64, day: u64) -> Option<u64> {
    let year = if month <= 2 {
        year.checked_sub(1)?
    } else {
        year
    };
    let from_march = (month + 9) % 12;
    let day_of_year = (153 * from_march + 2) / 5 + day.checked_sub(1)?;
    let days = year * 365 + year / 4 - year / 100 + year / 400 + day_of_year;
    days.checked_sub(719_468)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_counted_across_leap_years() {
        assert_eq!(days_since_1970(1970, 1, 1), Some(0));
        assert_eq!(days_since_1970(2000, 3, 1), Some(11_017));
        assert_eq!(days_since_1970(2026, 11, 21), Some(20_778));
    }

    #[test]
    fn dates_of_both_forms_are_read() {
        assert_eq!(seconds(b"700101000001Z", 2), Some(1));
        assert_eq!(seconds(b"20260301000000Z", 4), Some(1_772_323_200));
        for wrong in [&b"7001010000Z"[..], b"700101000001", b"70-101000001Z", b""] {
            assert_eq!(seconds(wrong, 2), None);
        }
    }

    #[test]
    fn cut_off_certificates_are_not_read() {
        let mut params = rcgen::CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
        params.not_after = rcgen::date_time_ymd(2030, 1, 1);
        let key = rcgen::KeyPair::generate().unwrap();
        let whole = params.self_signed(&key).unwrap().der().to_vec();
        assert!(validity(&whole).is_some());
        for length in 0..whole.len() {
            assert_eq!(validity(&whole[..length]), None, "{length}");
        }
    }
}
