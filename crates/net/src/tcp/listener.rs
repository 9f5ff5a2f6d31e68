//! Accepts connections within limits and runs each in a task of its own.

use super::admission::Admission;
use super::{TcpCounters, TcpOptions};
use socket2::{Domain, Protocol, SockAddr, Socket, Type};
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

/// Descriptors exhausted: `accept` would fail again at once, so let some connection end first.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// Connections that wait to be accepted: a burst of a thousand joins.
const BACKLOG: i32 = 1_024;

/// As UDP sockets, an IPv6 listener takes IPv6 only.
pub(crate) fn bind(address: SocketAddr) -> io::Result<TcpListener> {
    let domain = Domain::for_address(address);
    let socket = Socket::new(domain, Type::STREAM.nonblocking(), Some(Protocol::TCP))?;
    if address.is_ipv6() {
        socket.set_only_v6(true)?;
    }
    // A restart need not wait for the connections of the last run to be forgotten.
    socket.set_reuse_address(true)?;
    socket.bind(&SockAddr::from(address))?;
    socket.listen(BACKLOG)?;
    TcpListener::from_std(socket.into())
}

/// An accepted connection.
pub(crate) struct Accepted {
    pub(crate) stream: TcpStream,
    pub(crate) peer: SocketAddr,
    /// The address of ours that the peer connected to.
    pub(crate) local: SocketAddr,
}

/// Runs until dropped; the connections end with it.
pub(crate) async fn listen<F: Future<Output = ()> + Send + 'static>(
    listener: TcpListener,
    options: TcpOptions,
    counters: Arc<TcpCounters>,
    converse: impl Fn(Accepted) -> F,
) {
    let admission = Admission::new(&options);
    let mut connections = JoinSet::new();
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            Some(_) = connections.join_next() => continue,
        };
        let (stream, peer) = match accepted {
            Ok(accepted) => accepted,
            Err(_) => {
                counters.accept_errors.add(1);
                tokio::time::sleep(ACCEPT_PAUSE).await;
                continue;
            }
        };
        let (Some(ticket), Ok(local)) = (admission.admit(peer.ip()), stream.local_addr()) else {
            counters.refused.add(1);
            continue;
        };
        counters.accepted.add(1);
        // Without it the kernel would hold small packets back; if it fails they are merely late.
        let _ = stream.set_nodelay(true);
        let conversation = converse(Accepted {
            stream,
            peer,
            local,
        });
        connections.spawn(async move {
            conversation.await;
            drop(ticket);
        });
    }
}
