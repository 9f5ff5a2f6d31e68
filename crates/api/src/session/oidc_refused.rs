//! A browser that is refused on its way to the identity provider or back: somebody looks at it, and
//! is led to the sign-in page, which says what is wrong in his language. Programs get the problem.

use super::oidc_callback::{Trouble, to_sign_in_page};
use axum::extract::Request;
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

/// Every address that a browser is on meanwhile.
const WAY: &str = "/v1/auth/oidc/";

pub(crate) async fn lead_to_sign_in_page(request: Request, next: Next) -> Response {
    let is_looked_at = request.method() == Method::GET
        && request.uri().path().starts_with(WAY)
        && wants_page(request.headers());
    let response = next.run(request).await;
    let status = response.status();
    if !is_looked_at || !(status.is_client_error() || status.is_server_error()) {
        return response;
    }
    let code = match status {
        StatusCode::TOO_MANY_REQUESTS => "too_fast",
        StatusCode::NOT_FOUND => "oidc_absent",
        _ if status.is_server_error() => "busy",
        _ => "oidc_failed",
    };
    to_sign_in_page(Trouble::Refused(code)).into_response()
}

/// As browsers say it when they open an address; what takes anything says `*/*`.
fn wants_page(headers: &HeaderMap) -> bool {
    let accepted = headers.get_all(header::ACCEPT).into_iter();
    accepted
        .filter_map(|value| value.to_str().ok())
        .any(|value| value.contains("text/html"))
}
