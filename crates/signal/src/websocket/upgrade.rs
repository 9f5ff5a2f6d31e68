//! From an HTTP request to a WebSocket (RFC 6455 section 4.2).

use super::WebSocket;
use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};
use axum::body::Body;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hyper::upgrade::OnUpgrade;

/// A request that asks for a WebSocket.
pub(crate) struct Upgrade {
    connection: OnUpgrade,
    accept: String,
}

impl<S: Sync> FromRequestParts<S> for Upgrade {
    type Rejection = StatusCode;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        let headers = &parts.headers;
        let asks = parts.method == Method::GET
            && has_word(headers, &header::CONNECTION, "upgrade")
            && has_word(headers, &header::UPGRADE, "websocket")
            && has_word(headers, &header::SEC_WEBSOCKET_VERSION, "13");
        let key = headers.get(header::SEC_WEBSOCKET_KEY).filter(|_| asks);
        let accept = key.map(|key| accept(key.as_bytes()));
        let connection = parts.extensions.remove::<OnUpgrade>();
        let asked = accept.zip(connection);
        asked
            .map(|(accept, connection)| Self { connection, accept })
            .ok_or(StatusCode::NOT_FOUND)
    }
}

impl Upgrade {
    /// Agrees, and runs `serve` when the connection is free for it. No message may be larger than
    /// `most_bytes`.
    pub(crate) fn agree<F>(
        self,
        most_bytes: usize,
        serve: impl FnOnce(WebSocket) -> F + Send + 'static,
    ) -> Response
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let Self { connection, accept } = self;
        tokio::spawn(async move {
            // Otherwise the client has gone before it was answered.
            if let Ok(upgraded) = connection.await {
                serve(WebSocket::new(upgraded, most_bytes)).await;
            }
        });
        let headers = [
            (header::CONNECTION, "upgrade"),
            (header::UPGRADE, "websocket"),
            (header::SEC_WEBSOCKET_ACCEPT, &accept),
        ];
        (StatusCode::SWITCHING_PROTOCOLS, headers, Body::empty()).into_response()
    }
}

/// Whether a list of words has this one.
fn has_word(headers: &HeaderMap, name: &HeaderName, word: &str) -> bool {
    let values = headers.get_all(name).into_iter();
    let mut words = values
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','));
    words.any(|other| other.trim().eq_ignore_ascii_case(word))
}

/// Shows the client that it was understood.
fn accept(key: &[u8]) -> String {
    const PROTOCOL: &[u8] = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    let hash = digest(&SHA1_FOR_LEGACY_USE_ONLY, &[key, PROTOCOL].concat());
    STANDARD.encode(hash)
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    #[test]
    fn a_key_is_answered_as_in_the_example_of_rfc_6455() {
        assert_eq!(
            accept(b"dGhlIHNhbXBsZSBub25jZQ=="),
            "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="
        );
    }

    #[test]
    fn words_are_found_in_lists_and_in_several_headers() {
        let mut headers = HeaderMap::new();
        headers.append(header::CONNECTION, HeaderValue::from_static("close"));
        headers.append(
            header::CONNECTION,
            HeaderValue::from_static("keep-alive, Upgrade"),
        );
        assert!(has_word(&headers, &header::CONNECTION, "upgrade"));
        assert!(!has_word(&headers, &header::CONNECTION, "keep"));
        assert!(!has_word(&headers, &header::UPGRADE, "upgrade"));
    }
}
