//! `If-Match`: change it only if it still is as I know it (RFC 9110, section 13.1.1).

use crate::answer::etag;
use axum::extract::FromRequestParts;
use axum::http::header::IF_MATCH;
use axum::http::request::Parts;
use std::convert::Infallible;
use tenancy::Refusal;

#[derive(Clone, Debug)]
pub(crate) struct Precondition(Option<String>);

impl<S: Send + Sync> FromRequestParts<S> for Precondition {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let given = parts.headers.get(IF_MATCH);
        Ok(Self(given.map(|value| {
            String::from_utf8_lossy(value.as_bytes()).into_owned()
        })))
    }
}

impl Precondition {
    /// # Errors
    /// [`Refusal::Changed`] if the header names other versions than the present one.
    pub(crate) fn holds(&self, version: u64) -> Result<(), Refusal> {
        let Some(given) = &self.0 else { return Ok(()) };
        let present = etag(version);
        let matches = |tag: &str| tag.trim() == "*" || tag.trim() == present;
        if given.split(',').any(matches) {
            return Ok(());
        }
        Err(Refusal::Changed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_present_version_matches() {
        let given = |text: &str| Precondition(Some(text.to_owned()));
        assert!(Precondition(None).holds(3).is_ok());
        assert!(given("\"3\"").holds(3).is_ok());
        assert!(given("\"1\", \"3\"").holds(3).is_ok());
        assert!(given("*").holds(3).is_ok());
        assert_eq!(given("\"2\"").holds(3), Err(Refusal::Changed));
        assert_eq!(given("3").holds(3), Err(Refusal::Changed));
    }
}
