use axum::http::{HeaderName, header};
use axum::response::{Html, IntoResponse};

/// The page may run its own script and ask for the document; nothing else.
const POLICY: &str = "default-src 'none'; script-src 'self' 'unsafe-inline'; style-src 'unsafe-inline'; \
     connect-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action 'none'";

/// The reference of this API, to be read in a browser
#[utoipa::path(
    get, path = "/docs", operation_id = "read_docs", tag = "about",
    responses((status = 200, description = "A page", body = String, content_type = "text/html"))
)]
pub(crate) async fn handle() -> impl IntoResponse {
    let headers: [(HeaderName, &str); 1] = [(header::CONTENT_SECURITY_POLICY, POLICY)];
    (headers, Html(include_str!("docs.html")))
}
