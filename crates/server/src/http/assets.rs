//! The web apps, embedded in the binary by `build.rs`: people meet at `/` and `/j/…`, merchants work
//! at `/console/`, and `/call/` tries a call without an account.

use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{Html, IntoResponse, Redirect, Response};

/// One file of an app.
struct Asset {
    /// Without a leading slash; the app's own prefix first.
    path: &'static str,
    content_type: &'static str,
    /// Quoted, as the header wants it.
    etag: &'static str,
    body: &'static [u8],
    /// The same in content codings (RFC 9110, section 8.4.1), best first.
    compressed: &'static [(&'static str, &'static [u8])],
}

include!(concat!(env!("OUT_DIR"), "/assets.rs"));

/// Scripts and styles come from here only. The pages may connect wherever their reader points them,
/// since they also serve to try another server; video is shown from memory.
const CONTENT_SECURITY_POLICY: &str = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self' http: https: ws: wss:; \
     img-src 'self' data: blob:; media-src 'self' blob: mediastream:; style-src 'self' 'unsafe-inline'; \
     worker-src 'self' blob:; object-src 'none'; base-uri 'none'; frame-ancestors 'none'";

const NOT_BUILT: &str = "<!doctype html><html lang=\"en\"><title>Stoa</title>\
<h1>Stoa is running</h1>\
<p>SDKs can connect to this address. The web pages are not part of this binary: they are built by \
<code>cargo xtask up</code>, or by <code>npm ci &amp;&amp; npm run build</code> in <code>web</code> \
before <code>cargo build</code>.</p></html>";

/// Answers whatever no route has answered.
pub(crate) async fn serve(request: Request) -> Response {
    if request.method() != Method::GET && request.method() != Method::HEAD {
        return StatusCode::NOT_FOUND.into_response();
    }
    let path = request.uri().path().trim_start_matches('/');
    if let "console" | "call" = path {
        return Redirect::permanent(&format!("/{path}/")).into_response();
    }
    let wanted = match page_of(path) {
        Some(page) => page,
        None => path,
    };
    let mut response = match ASSETS.iter().find(|asset| asset.path == wanted) {
        Some(asset) => found(asset, request.headers()),
        None if wanted.ends_with("index.html") => Html(NOT_BUILT).into_response(),
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

/// The page that draws an address which is no file: the apps route within themselves.
fn page_of(path: &str) -> Option<&'static str> {
    let names_a_file = path
        .rsplit('/')
        .next()
        .is_some_and(|last| last.contains('.'));
    match path.split_once('/') {
        None if path.is_empty() => Some("index.html"),
        Some(("call", "")) => Some("call/index.html"),
        Some(("console", _)) if !names_a_file => Some("console/index.html"),
        Some(("j", _)) if !names_a_file => Some("index.html"),
        None | Some(_) => None,
    }
}

fn found(asset: &Asset, asked: &HeaderMap) -> Response {
    // Names under assets/ carry a hash of their content and never change.
    let caching = if asset.path.split('/').any(|folder| folder == "assets") {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    };
    let headers = [
        (header::ETAG, asset.etag),
        (header::CACHE_CONTROL, caching),
        (header::VARY, "accept-encoding"),
    ];
    if lists(asked, header::IF_NONE_MATCH, |tag| {
        tag.trim_start_matches("W/") == asset.etag
    }) {
        return (StatusCode::NOT_MODIFIED, headers).into_response();
    }
    let content_type = [(header::CONTENT_TYPE, asset.content_type)];
    let taken = asset.compressed.iter().find(|(encoding, _)| {
        lists(asked, header::ACCEPT_ENCODING, |offer| {
            offer.split(';').next() == Some(encoding) && !offer.ends_with("q=0")
        })
    });
    match taken {
        Some((encoding, body)) => {
            let encoded = [(header::CONTENT_ENCODING, *encoding)];
            (headers, content_type, encoded, *body).into_response()
        }
        None => (headers, content_type, asset.body).into_response(),
    }
}

/// Whether an item of a comma-separated header passes.
fn lists(asked: &HeaderMap, name: header::HeaderName, passes: impl Fn(&str) -> bool) -> bool {
    asked
        .get(name)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|list| list.split(',').any(|item| passes(item.trim())))
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::Body;

    const ASSET: Asset = Asset {
        path: "console/assets/index-abc.js",
        content_type: "text/javascript; charset=utf-8",
        etag: "\"1f\"",
        body: b"let a;",
        compressed: &[("br", b"smallest"), ("gzip", b"small")],
    };

    #[tokio::test]
    async fn each_app_is_a_page_under_a_strict_policy() {
        for path in [
            "/",
            "/j/abc-def",
            "/console/",
            "/console/rooms/room_1",
            "/call/",
        ] {
            let response = answer("GET", path).await;
            assert_eq!(response.status(), StatusCode::OK, "{path}");
            assert!(
                response
                    .headers()
                    .contains_key(header::CONTENT_SECURITY_POLICY)
            );
            let kind = response.headers()[header::CONTENT_TYPE].to_str().unwrap();
            assert!(kind.starts_with("text/html"), "{path}: {kind}");
        }
    }

    #[tokio::test]
    async fn what_is_not_there_is_not_found() {
        for (method, path) in [
            ("GET", "/nothing"),
            ("GET", "/../Cargo.toml"),
            ("GET", "/console/assets/gone.js"),
            ("POST", "/"),
        ] {
            assert_eq!(
                answer(method, path).await.status(),
                StatusCode::NOT_FOUND,
                "{method} {path}"
            );
        }
    }

    #[tokio::test]
    async fn an_app_without_its_slash_is_sent_to_it() {
        let response = answer("GET", "/console").await;
        assert_eq!(response.headers()[header::LOCATION], "/console/");
    }

    #[test]
    fn a_browser_that_has_the_file_is_told_so() {
        assert_eq!(
            found(&ASSET, &asked(header::IF_NONE_MATCH, "\"0\", W/\"1f\"")).status(),
            StatusCode::NOT_MODIFIED
        );
        let response = found(&ASSET, &asked(header::IF_NONE_MATCH, "\"0\""));
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(response.headers()[header::CONTENT_TYPE], ASSET.content_type);
    }

    #[test]
    fn a_browser_gets_the_smallest_form_that_it_reads() {
        for (accepted, encoding) in [
            ("gzip, deflate, br, zstd", Some("br")),
            ("gzip;q=0.8", Some("gzip")),
            ("br;q=0, gzip", Some("gzip")),
            ("identity", None),
        ] {
            let response = found(&ASSET, &asked(header::ACCEPT_ENCODING, accepted));
            let got = response
                .headers()
                .get(header::CONTENT_ENCODING)
                .map(|value| value.to_str().unwrap());
            assert_eq!(got, encoding, "{accepted}");
        }
    }

    async fn answer(method: &str, path: &str) -> Response {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .body(Body::empty())
            .unwrap();
        serve(request).await
    }

    fn asked(name: header::HeaderName, value: &'static str) -> HeaderMap {
        HeaderMap::from_iter([(name, HeaderValue::from_static(value))])
    }
}
