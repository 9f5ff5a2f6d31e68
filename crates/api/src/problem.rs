//! How the API says no: problem details (RFC 9457).

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde_json::{Map, Value};
use store::StoreError;
use tenancy::{Denied, Refusal};
use utoipa::ToSchema;

/// Identifies the kind of problem; not an address to be fetched.
const TYPE: &str = "https://stoa.dev/problems/";

/// An answer that is not the one asked for.
#[derive(Clone, Debug)]
pub(crate) struct Problem {
    status: StatusCode,
    code: &'static str,
    detail: String,
    retry_after_s: Option<u64>,
    more: Map<String, Value>,
}

/// As it is written.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ProblemDetails {
    /// `https://stoa.dev/problems/` and the code.
    #[serde(rename = "type")]
    kind: String,
    /// The HTTP status in words.
    title: String,
    status: u16,
    /// Stable; for programs.
    code: String,
    /// A sentence for people.
    detail: String,
    /// What belongs to the code, such as `right` or `field`.
    #[serde(flatten)]
    #[schema(value_type = Object)]
    more: Map<String, Value>,
}

impl Problem {
    pub(crate) fn new(status: StatusCode, code: &'static str, detail: impl Into<String>) -> Self {
        Self {
            status,
            code,
            detail: detail.into(),
            retry_after_s: None,
            more: Map::new(),
        }
    }

    /// Another member of the details.
    pub(crate) fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.more.insert(name.to_owned(), value.into());
        self
    }

    /// With the header `Retry-After`.
    pub(crate) fn retry_after_s(mut self, seconds: u64) -> Self {
        self.retry_after_s = Some(seconds);
        self
    }

    pub(crate) fn not_found() -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            "not_found",
            "There is no such thing.",
        )
    }

    pub(crate) fn signed_out() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "signed_out", "Sign in first.")
    }

    /// Our fault, or the database's. Logged here, once; the asker learns only that it was not his.
    pub(crate) fn internal(failure: &(dyn std::error::Error + 'static)) -> Self {
        tracing::error!(error = %chain(failure), "a request failed");
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "internal",
            "The server failed; this is no fault of yours.",
        )
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        if !error.is_transient() {
            return Self::internal(&error);
        }
        tracing::error!(error = %chain(&error), "the database failed");
        Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "busy",
            "The server cannot do this just now; try again.",
        )
        .retry_after_s(1)
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        let status = match &refusal {
            Refusal::RightMissing { .. }
            | Refusal::NoTenant
            | Refusal::OwnersOnly
            | Refusal::NotInvited => StatusCode::FORBIDDEN,
            Refusal::NotFound { .. } => StatusCode::NOT_FOUND,
            Refusal::Taken { .. }
            | Refusal::LastOwner
            | Refusal::SharedPerson
            | Refusal::Conflict { .. } => StatusCode::CONFLICT,
            Refusal::Invalid { .. } => StatusCode::UNPROCESSABLE_ENTITY,
            Refusal::Changed => StatusCode::PRECONDITION_FAILED,
            Refusal::WrongCredentials | Refusal::LinkSpent | Refusal::SignInExpired => {
                StatusCode::UNAUTHORIZED
            }
        };
        let problem = Self::new(status, refusal.code(), refusal.to_string());
        match refusal {
            Refusal::RightMissing { right } => problem.with("right", right.code()),
            Refusal::Invalid { field, .. } | Refusal::Taken { field } => {
                problem.with("field", field)
            }
            Refusal::NotFound { what } | Refusal::Conflict { what, .. } => {
                problem.with("what", what)
            }
            Refusal::NoTenant
            | Refusal::Changed
            | Refusal::OwnersOnly
            | Refusal::LastOwner
            | Refusal::SharedPerson
            | Refusal::WrongCredentials
            | Refusal::LinkSpent
            | Refusal::SignInExpired
            | Refusal::NotInvited => problem,
        }
    }
}

impl From<Denied> for Problem {
    fn from(denied: Denied) -> Self {
        match denied {
            Denied::Refusal(refusal) => refusal.into(),
            Denied::Failure(failure) => failure.into(),
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let details = ProblemDetails {
            kind: format!("{TYPE}{}", self.code),
            title: self
                .status
                .canonical_reason()
                .unwrap_or("Problem")
                .to_owned(),
            status: self.status.as_u16(),
            code: self.code.to_owned(),
            detail: self.detail,
            more: self.more,
        };
        let body = serde_json::to_vec(&details).unwrap_or_default();
        let mut response = (self.status, body).into_response();
        let headers = response.headers_mut();
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/problem+json"),
        );
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Some(seconds) = self.retry_after_s {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if self.status == StatusCode::UNAUTHORIZED {
            headers.insert(
                header::WWW_AUTHENTICATE,
                HeaderValue::from_static("Bearer realm=\"stoa\""),
            );
        }
        response
    }
}

/// The error with its causes.
fn chain(error: &(dyn std::error::Error + 'static)) -> String {
    let mut written = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        written.push_str(": ");
        written.push_str(&error.to_string());
        cause = error.source();
    }
    written
}

#[cfg(test)]
mod tests {
    use super::*;
    use tenancy::Right;

    #[tokio::test]
    async fn a_missing_right_is_named() {
        let refusal = Refusal::RightMissing {
            right: Right::RoomsWrite,
        };
        let response = Problem::from(refusal).into_response();
        assert_eq!(response.status(), StatusCode::FORBIDDEN);
        assert_eq!(
            response.headers()[header::CONTENT_TYPE],
            "application/problem+json"
        );
        let body = axum::body::to_bytes(response.into_body(), 10_000)
            .await
            .unwrap();
        let details: Value = serde_json::from_slice(&body).unwrap();
        assert_eq!(details["code"], "right_missing");
        assert_eq!(details["right"], "rooms.write");
        assert_eq!(details["type"], "https://stoa.dev/problems/right_missing");
    }
}
