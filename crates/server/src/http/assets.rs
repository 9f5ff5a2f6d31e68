//! The call page, embedded in the binary by `build.rs`.

use axum::extract::Request;
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};

/// One file of the page.
struct Asset {
    /// Without a leading slash.
    path: &'static str,
    content_type: &'static str,
    /// Quoted, as the header wants it.
    etag: &'static str,
    body: &'static [u8],
}

include!(concat!(env!("OUT_DIR"), "/assets.rs"));

/// Scripts and styles come from here only. The page may connect wherever its reader points it,
/// since it also serves to try another server; video is shown from memory.
const CONTENT_SECURITY_POLICY: &str = "default-src 'self'; connect-src 'self' http: https: ws: wss:; \
     img-src 'self' data: blob:; media-src 'self' blob: mediastream:; style-src 'self' 'unsafe-inline'; \
     worker-src 'self' blob:; object-src 'none'; base-uri 'none'; frame-ancestors 'none'";

const NOT_BUILT: &str = "<!doctype html><html lang=\"en\"><title>Stoa</title>\
<h1>Stoa is running</h1>\
<p>SDKs can connect to this address. The call page is not part of this binary: it is built by \
<code>cargo xtask up</code>, or by <code>npm ci &amp;&amp; npm run build</code> in <code>web</code> \
before <code>cargo build</code>.</p></html>";

/// Answers whatever no route has answered.
pub(crate) async fn serve(request: Request) -> Response {
    if request.method() != Method::GET && request.method() != Method::HEAD {
        return StatusCode::NOT_FOUND.into_response();
    }
    let path = match request.uri().path().trim_start_matches('/') {
        "" => "index.html",
        path => path,
    };
    let mut response = match ASSETS.iter().find(|asset| asset.path == path) {
        Some(asset) => found(asset, request.headers().get(header::IF_NONE_MATCH)),
        None if path == "index.html" => Html(NOT_BUILT).into_response(),
        None => return StatusCode::NOT_FOUND.into_response(),
    };
    let headers = response.headers_mut();
    for (name, value) in [
        (header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        // Web clients of any origin ask for `/` when their network is back.
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}

fn found(asset: &Asset, known: Option<&HeaderValue>) -> Response {
    // Names under assets/ carry a hash of their content and never change.
    let caching = if asset.path.starts_with("assets/") {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    };
    let headers = [(header::ETAG, asset.etag), (header::CACHE_CONTROL, caching)];
    let is_known = known
        .and_then(|value| value.to_str().ok())
        .is_some_and(|list| {
            list.split(',')
                .any(|tag| tag.trim().trim_start_matches("W/") == asset.etag)
        });
    if is_known {
        return (StatusCode::NOT_MODIFIED, headers).into_response();
    }
    (
        headers,
        [(header::CONTENT_TYPE, asset.content_type)],
        asset.body,
    )
        .into_response()
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::Body;

    const ASSET: Asset = Asset {
        path: "assets/index-abc.js",
        content_type: "text/javascript; charset=utf-8",
        etag: "\"1f\"",
        body: b"let a;",
    };

    #[tokio::test]
    async fn the_root_is_a_page_under_a_strict_policy() {
        let request = Request::builder().uri("/").body(Body::empty()).unwrap();
        let response = serve(request).await;
        assert_eq!(response.status(), StatusCode::OK);
        assert!(
            response
                .headers()
                .contains_key(header::CONTENT_SECURITY_POLICY)
        );
        let kind = response.headers()[header::CONTENT_TYPE].to_str().unwrap();
        assert!(kind.starts_with("text/html"), "{kind}");
    }

    #[tokio::test]
    async fn what_is_not_there_is_not_found() {
        for (method, path) in [
            ("GET", "/nothing"),
            ("GET", "/../Cargo.toml"),
            ("POST", "/"),
        ] {
            let request = Request::builder()
                .method(method)
                .uri(path)
                .body(Body::empty())
                .unwrap();
            assert_eq!(
                serve(request).await.status(),
                StatusCode::NOT_FOUND,
                "{method} {path}"
            );
        }
    }

    #[test]
    fn a_browser_that_has_the_file_is_told_so() {
        let known = HeaderValue::from_static("\"0\", W/\"1f\"");
        assert_eq!(
            found(&ASSET, Some(&known)).status(),
            StatusCode::NOT_MODIFIED
        );
        let other = HeaderValue::from_static("\"0\"");
        let response = found(&ASSET, Some(&other));
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(response.headers()[header::CONTENT_TYPE], ASSET.content_type);
    }
}
