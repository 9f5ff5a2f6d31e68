//! `Accept-Language`: in which language a text is wanted.

use axum::extract::FromRequestParts;
use axum::http::header::ACCEPT_LANGUAGE;
use axum::http::request::Parts;
use std::convert::Infallible;
use tenancy::templates;

#[derive(Clone, Copy, Debug)]
pub(crate) struct Language(pub(crate) templates::Language);

impl<S: Send + Sync> FromRequestParts<S> for Language {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let wanted = parts.headers.get(ACCEPT_LANGUAGE);
        let wanted = wanted.and_then(|value| value.to_str().ok());
        Ok(Self(wanted.map_or_else(
            Default::default,
            templates::Language::accepted,
        )))
    }
}
