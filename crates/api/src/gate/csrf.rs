//! That a write with a cookie was sent by our own page.
//!
//! A browser sends cookies to us from any page. Only our own page can read the cookie `stoa_csrf`
//! and repeat it in a header; and since the value follows from the session's token, nobody can plant
//! a pair of his own.

use axum::http::HeaderMap;
use tenancy::secret;

pub(crate) const COOKIE: &str = "stoa_csrf";
const HEADER: &str = "x-stoa-csrf";

/// The value that belongs to a session.
pub(crate) fn value(session_token: &str) -> String {
    secret::derived(session_token, "csrf")
}

pub(super) fn is_ours(headers: &HeaderMap, session_token: &str) -> bool {
    headers
        .get(HEADER)
        .is_some_and(|given| secret::same(given.as_bytes(), value(session_token).as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_value_of_this_session_counts() {
        let mut headers = HeaderMap::new();
        assert!(!is_ours(&headers, "mine"));
        headers.insert(HEADER, value("another").parse().unwrap());
        assert!(!is_ours(&headers, "mine"));
        headers.insert(HEADER, value("mine").parse().unwrap());
        assert!(is_ours(&headers, "mine"));
    }
}
