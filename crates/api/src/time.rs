//! Times as this API writes them: RFC 3339 in UTC.

use jiff::Timestamp;
use tenancy::Refusal;

/// `2026-11-21T14:00:00.123Z`.
pub(crate) fn written(unix_ms: u64) -> String {
    i64::try_from(unix_ms)
        .ok()
        .and_then(|ms| Timestamp::from_millisecond(ms).ok())
        .unwrap_or(Timestamp::MAX)
        .to_string()
}

/// None for what is not RFC 3339, or before 1970.
pub(crate) fn parsed(text: &str) -> Option<u64> {
    let at: Timestamp = text.parse().ok()?;
    u64::try_from(at.as_millisecond()).ok()
}

/// A field that may be left out.
///
/// # Errors
/// It is there and is no time.
pub(crate) fn optional(field: &'static str, text: Option<&str>) -> Result<Option<u64>, Refusal> {
    let Some(text) = text else { return Ok(None) };
    let why = "is not a time in the form of RFC 3339";
    parsed(text)
        .map(Some)
        .ok_or(Refusal::Invalid { field, why })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_read_as_it_is_written() {
        let at = 1_790_000_000_123;
        assert_eq!(written(at), "2026-09-21T14:13:20.123Z");
        assert_eq!(parsed(&written(at)), Some(at));
        assert_eq!(parsed("2026-09-21T22:13:20.123+08:00"), Some(at));
        assert_eq!(parsed("yesterday"), None);
    }
}
