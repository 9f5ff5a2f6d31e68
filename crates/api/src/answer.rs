//! What an endpoint answers when all is well.

use crate::problem::Problem;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

/// A JSON answer, or none; small enough to be kept for those who ask the same again.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
    /// In its place is kept what may be kept: see [`Answer::keeping`].
    pub(crate) kept_body: Option<Vec<u8>>,
}

impl Answer {
    pub(crate) fn ok(body: &impl Serialize) -> Self {
        Self::json(StatusCode::OK, body)
    }

    pub(crate) fn created(body: &impl Serialize) -> Self {
        Self::json(StatusCode::CREATED, body)
    }

    pub(crate) fn accepted() -> Self {
        Self::empty(StatusCode::ACCEPTED)
    }

    pub(crate) fn no_content() -> Self {
        Self::empty(StatusCode::NO_CONTENT)
    }

    /// To be fetched from elsewhere (RFC 9110, section 15.4.4).
    pub(crate) fn see_other(location: HeaderValue) -> Self {
        Self::empty(StatusCode::SEE_OTHER).header(header::LOCATION, location)
    }

    fn json(status: StatusCode, body: &impl Serialize) -> Self {
        let mut answer = Self::empty(status);
        match serde_json::to_vec(body) {
            Ok(body) => answer.body = body,
            Err(error) => {
                tracing::error!(%error, "an answer cannot be written");
                answer.status = StatusCode::INTERNAL_SERVER_ERROR;
            }
        }
        answer.header(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/json"),
        )
    }

    fn empty(status: StatusCode) -> Self {
        Self {
            status,
            // What is private to one asker must not stay in a cache between us.
            headers: HeaderMap::from_iter([(
                header::CACHE_CONTROL,
                HeaderValue::from_static("private, no-cache"),
            )]),
            body: Vec::new(),
            kept_body: None,
        }
    }

    /// The version of the resource, for `If-Match`.
    pub(crate) fn etag(self, version: u64) -> Self {
        match HeaderValue::from_str(&etag(version)) {
            Ok(value) => self.header(header::ETAG, value),
            Err(_) => self,
        }
    }

    /// Where the new resource is, as `/v1/people/per_…`.
    pub(crate) fn location(self, path: &str) -> Self {
        match HeaderValue::from_str(path) {
            Ok(value) => self.header(header::LOCATION, value),
            Err(_) => self,
        }
    }

    /// Another header; several of one name stand beside each other.
    pub(crate) fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.append(name, value);
        self
    }

    /// What a repetition of the request is answered instead, where the answer holds a secret that
    /// is shown once.
    pub(crate) fn keeping(mut self, body: &impl Serialize) -> Self {
        self.kept_body = serde_json::to_vec(body).ok();
        self
    }
}

impl IntoResponse for Answer {
    fn into_response(self) -> Response {
        let mut response = (self.status, self.body).into_response();
        // A body of bytes brings a content type of its own, which ours replaces.
        response.headers_mut().remove(header::CONTENT_TYPE);
        response.headers_mut().extend(self.headers);
        response
    }
}

impl From<Answer> for Result<Answer, Problem> {
    fn from(answer: Answer) -> Self {
        Ok(answer)
    }
}

/// A strong validator: versions count every change.
pub(crate) fn etag(version: u64) -> String {
    format!("\"{version}\"")
}
