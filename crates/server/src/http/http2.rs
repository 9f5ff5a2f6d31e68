//! HTTP/2 (RFC 9113), and WebSockets inside it (RFC 8441).
//!
//! A browser that has loaded one of our pages has a connection already. Its WebSocket is then a stream
//! of that one, and a call begins two round trips sooner than on a connection of its own, which is
//! TCP's and TLS's. The routes know nothing of it: a request for such a stream is made to look like
//! the upgrade of RFC 6455 before they see it, and their answer is translated back.

use super::listener::{HEADER_TIMEOUT, Routes};
use axum::body::Body;
use axum::http::{HeaderValue, Method, StatusCode, Version, header};
use hyper::body::Incoming;
use hyper::ext::Protocol;
use hyper::server::conn::http2;
use hyper::service::{Service, service_fn};
use hyper::{Request, Response};
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};

/// What ALPN calls it (RFC 9113 section 3.1).
pub(crate) const ALPN: &[u8] = b"h2";

/// At least 100 are recommended (RFC 9113 section 6.5.2); a page asks for some twenty files at once.
const MOST_STREAMS: u32 = 100;
/// An address may be as long as by HTTP/1.1, where hyper reads 64 kB of it: a join request is in it, with
/// the description of what a client sends. The rest is for the headers beside it.
const MOST_HEADER_BYTES: u32 = 80 * 1_024;
/// What a client may send before it is read, over all of its streams. It bounds the memory that one who
/// is not answered takes; at 100 ms of round trip an upload has 2.5 MB/s with it.
const WINDOW_BYTES: u32 = 256 * 1_024;
/// What waits for a client that does not read, a stream.
const MOST_UNSENT_BYTES: usize = 64 * 1_024;
/// Browsers hold a connection open for minutes after the last request; one that has vanished
/// is known after two of these.
const ALIVE_EVERY: Duration = Duration::from_secs(30);

/// What a request for a WebSocket needs by RFC 6455 and has not by RFC 8441, where nothing is proven by
/// a key.
const NO_KEY: HeaderValue = HeaderValue::from_static("AAAAAAAAAAAAAAAAAAAAAA==");

/// A connection whose client has agreed on HTTP/2. Ends by itself when its client asks for nothing at
/// first.
pub(super) async fn speak<S>(stream: S, routes: Routes, end: impl Future<Output = ()>)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let has_asked = Arc::new(AtomicBool::new(false));
    let asked = has_asked.clone();
    let service = service_fn(move |request| {
        asked.store(true, Ordering::Relaxed);
        answer(&routes, request)
    });
    let mut connection = std::pin::pin!(
        http2::Builder::new(TokioExecutor::new())
            .timer(TokioTimer::new())
            .enable_connect_protocol()
            .max_concurrent_streams(MOST_STREAMS)
            .max_header_list_size(MOST_HEADER_BYTES)
            .initial_stream_window_size(WINDOW_BYTES)
            .initial_connection_window_size(WINDOW_BYTES)
            .max_send_buf_size(MOST_UNSENT_BYTES)
            .keep_alive_interval(ALIVE_EVERY)
            .keep_alive_timeout(ALIVE_EVERY)
            .serve_connection(TokioIo::new(stream), service)
    );
    let silent = async {
        tokio::time::sleep(HEADER_TIMEOUT).await;
        if has_asked.load(Ordering::Relaxed) {
            std::future::pending().await
        }
    };
    // An error here is the other side's: it hung up, or does not speak HTTP/2.
    tokio::select! {
        _ = connection.as_mut() => return,
        () = silent => return,
        () = end => {}
    }
    connection.as_mut().graceful_shutdown();
    let _ = connection.await;
}

fn answer(
    routes: &Routes,
    mut request: Request<Incoming>,
) -> impl Future<Output = Result<Response<Body>, Infallible>> + use<> {
    let is_socket = asks_for_socket(&request);
    if is_socket {
        as_upgrade(&mut request);
    }
    let answered = routes.call(request);
    async move {
        let mut response = answered.await?;
        if is_socket {
            as_stream(&mut response);
        }
        Ok(response)
    }
}

/// RFC 8441 section 4.
fn asks_for_socket<B>(request: &Request<B>) -> bool {
    let protocol = request.extensions().get::<Protocol>();
    request.method() == Method::CONNECT
        && protocol.is_some_and(|protocol| protocol.as_str() == "websocket")
}

fn as_upgrade<B>(request: &mut Request<B>) {
    *request.method_mut() = Method::GET;
    *request.version_mut() = Version::HTTP_11;
    let headers = request.headers_mut();
    headers.insert(header::CONNECTION, HeaderValue::from_static("upgrade"));
    headers.insert(header::UPGRADE, HeaderValue::from_static("websocket"));
    headers.insert(header::SEC_WEBSOCKET_KEY, NO_KEY);
}

fn as_stream<B>(response: &mut Response<B>) {
    if response.status() != StatusCode::SWITCHING_PROTOCOLS {
        return;
    }
    *response.status_mut() = StatusCode::OK;
    let headers = response.headers_mut();
    for name in [
        header::CONNECTION,
        header::UPGRADE,
        header::SEC_WEBSOCKET_ACCEPT,
    ] {
        headers.remove(name);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::Router;
    use axum::extract::WebSocketUpgrade;
    use axum::routing::get;
    use hyper::client::conn::http2 as client;
    use tokio::io::AsyncReadExt;

    const ANY: &str = "https://stoa/";

    fn routes(app: Router) -> Routes {
        Routes::new(app, ([127, 0, 0, 1], 40_000).into())
    }

    /// A client whose connection is served with `app`.
    async fn connected(app: Router) -> client::SendRequest<Body> {
        let (near, far) = tokio::io::duplex(65_536);
        tokio::spawn(speak(far, routes(app), std::future::pending()));
        let connecting = client::handshake(TokioExecutor::new(), TokioIo::new(near));
        let (mut sender, connection) = connecting.await.unwrap();
        tokio::spawn(connection);
        // An answer shows that the server's settings are known, without which no client asks for a
        // WebSocket.
        let page = Request::get(ANY).body(Body::empty()).unwrap();
        sender.send_request(page).await.unwrap();
        sender
    }

    fn socket() -> Request<Body> {
        Request::connect(ANY)
            .extension(Protocol::from_static("websocket"))
            .header(header::SEC_WEBSOCKET_VERSION, "13")
            .body(Body::empty())
            .unwrap()
    }

    #[tokio::test]
    async fn a_route_that_upgrades_serves_a_stream_as_well() {
        let greet = async |upgrade: WebSocketUpgrade| {
            upgrade.on_upgrade(async |mut socket| {
                let heard = socket.recv().await.unwrap().unwrap();
                socket.send(heard).await.unwrap();
            })
        };
        let mut sender = connected(Router::new().route("/", get(greet))).await;
        let answer = sender.send_request(socket()).await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK);
        assert!(!answer.headers().contains_key(header::SEC_WEBSOCKET_ACCEPT));

        let mut stream = TokioIo::new(hyper::upgrade::on(answer).await.unwrap());
        // A text of two letters, masked with zeros, and its echo (RFC 6455 section 5.2).
        let (said, heard) = (b"\x81\x82\0\0\0\0hi", b"\x81\x02hi");
        tokio::io::AsyncWriteExt::write_all(&mut stream, said)
            .await
            .unwrap();
        let mut echo = [0; 4];
        stream.read_exact(&mut echo).await.unwrap();
        assert_eq!(&echo, heard);
    }

    #[tokio::test]
    async fn a_refusal_is_told_as_it_is() {
        let refuse = async |_: WebSocketUpgrade| StatusCode::UNAUTHORIZED;
        let mut sender = connected(Router::new().route("/", get(refuse))).await;
        let answer = sender.send_request(socket()).await.unwrap();
        assert_eq!(answer.status(), StatusCode::UNAUTHORIZED);
    }

    #[tokio::test]
    async fn an_address_may_be_as_long_as_by_http_1() {
        let mut sender = connected(Router::new().route("/", get(async || "page"))).await;
        let long = format!("{ANY}?join_request={}", "A".repeat(60_000));
        let page = Request::get(long).body(Body::empty()).unwrap();
        assert_eq!(
            sender.send_request(page).await.unwrap().status(),
            StatusCode::OK
        );
    }

    #[tokio::test]
    async fn it_is_no_proxy() {
        let mut sender = connected(Router::new().route("/", get(async || "page"))).await;
        let tunnel = Request::connect("elsewhere:443")
            .body(Body::empty())
            .unwrap();
        let answer = sender.send_request(tunnel).await.unwrap();
        assert!(answer.status().is_client_error(), "{}", answer.status());
    }

    #[tokio::test(start_paused = true)]
    async fn who_asks_for_nothing_at_first_is_let_go() {
        let (near, far) = tokio::io::duplex(65_536);
        let served = tokio::spawn(speak(far, routes(Router::new()), std::future::pending()));
        let connecting = client::handshake::<_, _, Body>(TokioExecutor::new(), TokioIo::new(near));
        let (_sender, connection) = connecting.await.unwrap();
        tokio::spawn(connection);
        served.await.unwrap();
    }

    #[tokio::test(start_paused = true)]
    async fn who_has_asked_once_may_be_silent_for_long() {
        let mut sender = connected(Router::new().route("/", get(async || "page"))).await;
        tokio::time::sleep(10 * HEADER_TIMEOUT).await;
        let page = Request::get(ANY).body(Body::empty()).unwrap();
        assert_eq!(
            sender.send_request(page).await.unwrap().status(),
            StatusCode::OK
        );
    }
}
