//! From a listening socket to the routes: one loop that takes connections, one task for each.

use super::http2;
use crate::problem::Problem;
use crate::stopping::{Phase, Stopping};
use axum::Router;
use axum::extract::ConnectInfo;
use axum::response::Response;
use hyper::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::Service;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_rustls::TlsAcceptor;

/// Slow enough for the worst mobile link, fast enough that idle connections do not pile up.
pub(super) const HEADER_TIMEOUT: Duration = Duration::from_secs(15);
const HANDSHAKE_TIMEOUT: Duration = Duration::from_secs(15);
/// When descriptors are exhausted: long enough not to spin, short enough that a person waits on.
const BACK_OFF: Duration = Duration::from_millis(200);

/// One listener with its way of speaking.
#[derive(Debug)]
pub(crate) struct Listener {
    socket: TcpListener,
    tls: Option<Tls>,
}

pub(crate) struct Tls(pub(crate) TlsAcceptor);

impl std::fmt::Debug for Tls {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Tls")
    }
}

impl Listener {
    /// `key` is the configuration key that named the address.
    pub(crate) async fn bind(
        address: SocketAddr,
        key: &str,
        tls: Option<Tls>,
    ) -> Result<Self, Problem> {
        let socket = TcpListener::bind(address)
            .await
            .map_err(|error| busy(format!("listen on TCP {address}"), &error, key))?;
        Ok(Self { socket, tls })
    }

    /// Takes connections until the end of the server; at most as many at once as `permits` has.
    pub(crate) async fn serve(self, app: Router, permits: Arc<Semaphore>, mut stopping: Stopping) {
        let accepting = async {
            loop {
                let Ok(permit) = permits.clone().acquire_owned().await else {
                    return;
                };
                let (stream, peer) = accept(&self.socket).await;
                let (app, tls) = (app.clone(), self.tls.as_ref().map(|tls| tls.0.clone()));
                let stopping = stopping.clone();
                // Signalling is small messages that somebody waits for.
                let _ = stream.set_nodelay(true);
                let stream = Counted {
                    stream,
                    _permit: permit,
                };
                tokio::spawn(connection(stream, peer, tls, app, stopping));
            }
        };
        let mut ended = stopping.clone();
        tokio::select! {
            () = accepting => {}
            () = ended.reached(Phase::Ended) => {}
        }
        // The permits come back when the connections have ended.
        stopping.reached(Phase::Ended).await;
    }
}

/// A connection with its permit, which comes back when it is closed: a WebSocket outlives the HTTP
/// request that it began as.
struct Counted {
    stream: TcpStream,
    _permit: OwnedSemaphorePermit,
}

impl AsyncRead for Counted {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for Counted {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(context, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

/// A sentence for an address that cannot be had.
pub(crate) fn busy(tried: String, error: &io::Error, key: &str) -> Problem {
    let advice = match error.kind() {
        io::ErrorKind::AddrInUse => format!(
            "end the program that has the port (`ss -lntup` names it) or choose another with {key}"
        ),
        io::ErrorKind::PermissionDenied => format!(
            "ports below 1024 need CAP_NET_BIND_SERVICE; grant it or choose another with {key}"
        ),
        io::ErrorKind::AddrNotAvailable => {
            format!("the address is not one of this machine's (`ip address` lists them); see {key}")
        }
        _ => format!("check {key}"),
    };
    Problem::new(tried, error, advice)
}

/// The next connection. Errors of a single connection are skipped; when the process or the machine
/// is out of something, it waits: running calls have their descriptors already.
async fn accept(socket: &TcpListener) -> (TcpStream, SocketAddr) {
    let mut exhausted = false;
    loop {
        match socket.accept().await {
            Ok(accepted) => return accepted,
            Err(error) if is_of_one_connection(&error) => {}
            Err(error) => {
                metrics::counter!("stoa_accept_errors_total").increment(1);
                if !exhausted {
                    tracing::warn!(%error, "no further connection can be taken just now");
                }
                exhausted = true;
                tokio::time::sleep(BACK_OFF).await;
            }
        }
    }
}

fn is_of_one_connection(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionRefused
            | io::ErrorKind::ConnectionAborted
            | io::ErrorKind::ConnectionReset
            | io::ErrorKind::Interrupted
    )
}

async fn connection(
    stream: Counted,
    peer: SocketAddr,
    tls: Option<TlsAcceptor>,
    app: Router,
    mut stopping: Stopping,
) {
    let routes = Routes::new(app, peer);
    let end = stopping.reached(Phase::Ended);
    match tls {
        None => speak(stream, routes, end).await,
        Some(acceptor) => {
            let handshake = tokio::time::timeout(HANDSHAKE_TIMEOUT, acceptor.accept(stream));
            match handshake.await {
                Ok(Ok(stream)) => {
                    if stream.get_ref().1.alpn_protocol() == Some(http2::ALPN) {
                        http2::speak(stream, routes, end).await;
                    } else {
                        speak(stream, routes, end).await;
                    }
                }
                Ok(Err(_)) | Err(_) => {
                    metrics::counter!("stoa_tls_handshake_failures_total").increment(1);
                }
            }
        }
    }
}

/// The routes as one client reaches them, with his address. A layer of the router would say it as well,
/// but makes every route anew for every connection, and 40 kB of it.
#[derive(Clone, Debug)]
pub(super) struct Routes {
    app: TowerToHyperService<Router>,
    peer: SocketAddr,
}

impl Routes {
    pub(super) fn new(app: Router, peer: SocketAddr) -> Self {
        let app = TowerToHyperService::new(app);
        Self { app, peer }
    }
}

impl Service<Request<Incoming>> for Routes {
    type Response = Response;
    type Error = Infallible;
    type Future = <TowerToHyperService<Router> as Service<Request<Incoming>>>::Future;

    fn call(&self, mut request: Request<Incoming>) -> Self::Future {
        request.extensions_mut().insert(ConnectInfo(self.peer));
        self.app.call(request)
    }
}

async fn speak<S>(stream: S, routes: Routes, end: impl Future<Output = ()>)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let mut connection = std::pin::pin!(
        http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(HEADER_TIMEOUT)
            .serve_connection(TokioIo::new(stream), routes)
            .with_upgrades()
    );
    // An error here is the other side's: it hung up, or does not speak HTTP.
    tokio::select! {
        _ = connection.as_mut() => return,
        () = end => {}
    }
    connection.as_mut().graceful_shutdown();
    let _ = connection.await;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stopping::stopping;
    use axum::extract::WebSocketUpgrade;
    use axum::routing::get;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    async fn ask(address: SocketAddr) -> String {
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream
            .write_all(b"GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n")
            .await
            .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        answer
    }

    #[tokio::test]
    async fn connections_above_the_limit_wait_for_their_turn() {
        let any = SocketAddr::from(([127, 0, 0, 1], 0));
        let listener = Listener::bind(any, "http.listen", None).await.unwrap();
        let address = listener.socket.local_addr().unwrap();
        let (end, stopping) = stopping();
        let app = Router::new().route("/", get(async || "hello"));
        let serving = tokio::spawn(listener.serve(app, Arc::new(Semaphore::new(1)), stopping));

        let idle = TcpStream::connect(address).await.unwrap();
        tokio::task::yield_now().await;
        let waiting = tokio::spawn(ask(address));
        drop(idle);
        assert!(waiting.await.unwrap().ends_with("hello"));

        end.send(Phase::Ended).unwrap();
        serving.await.unwrap();
        assert!(TcpStream::connect(address).await.is_err());
    }

    #[tokio::test]
    async fn a_websocket_counts_until_it_is_closed() {
        let any = SocketAddr::from(([127, 0, 0, 1], 0));
        let listener = Listener::bind(any, "http.listen", None).await.unwrap();
        let address = listener.socket.local_addr().unwrap();
        let (_end, stopping) = stopping();
        let greet = async |upgrade: WebSocketUpgrade| {
            upgrade.on_upgrade(async |mut socket| {
                socket.send("hello".into()).await.unwrap();
                while socket.recv().await.is_some() {}
            })
        };
        let app = Router::new().route("/", get(greet));
        // One is held by the next connection, which nobody makes.
        let permits = Arc::new(Semaphore::new(2));
        tokio::spawn(listener.serve(app, permits.clone(), stopping));

        let mut stream = TcpStream::connect(address).await.unwrap();
        let request = "GET / HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: websocket\r\n\
                       sec-websocket-version: 13\r\nsec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n";
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = Vec::new();
        while !answer.ends_with(b"hello") {
            assert_ne!(stream.read_buf(&mut answer).await.unwrap(), 0);
        }
        // The HTTP connection is over by now, the socket is not.
        assert_eq!(permits.available_permits(), 0);
        drop(stream);
        let _free = permits.acquire().await.unwrap();
    }

    #[tokio::test]
    async fn a_busy_port_is_explained() {
        let any = SocketAddr::from(([127, 0, 0, 1], 0));
        let first = Listener::bind(any, "http.listen", None).await.unwrap();
        let taken = first.socket.local_addr().unwrap();
        let told = Listener::bind(taken, "http.listen", None)
            .await
            .unwrap_err()
            .to_string();
        assert!(
            told.contains("in use") && told.contains("http.listen"),
            "{told}"
        );
    }
}
