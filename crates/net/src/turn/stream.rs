//! TURN over TCP and TLS: one task a connection.

use super::Shared;
use super::delivery::Target;
use super::registry::Lease;
use super::rules::Moment;
use super::session::{Family, LeaseError, Output, Relays, Session};
use crate::tcp::listener::{self, Accepted, listen};
use crate::tcp::pump::{Conversation, pump};
use crate::tcp::{Cut, TcpCounters};
use base::clock::OsClock;
use bytes::{Buf, Bytes, BytesMut};
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Instant;
use tokio::net::TcpListener;
use tokio::sync::Notify;
use tokio_rustls::TlsAcceptor;

/// A media packet in a Send indication; requests are shorter.
const MAX_FRAME_BYTES: usize = 8_192;
const STUN_HEADER_BYTES: usize = 20;
const CHANNEL_HEADER_BYTES: usize = 4;

/// A TURN listener over TCP or TLS.
#[derive(Debug)]
pub struct TurnStream {
    shared: Arc<Shared>,
    listener: TcpListener,
    tls: Option<Arc<rustls::ServerConfig>>,
    counters: Arc<TcpCounters>,
}

impl TurnStream {
    pub(super) fn bind(
        shared: Arc<Shared>,
        address: SocketAddr,
        tls: Option<Arc<rustls::ServerConfig>>,
    ) -> io::Result<Self> {
        Ok(Self {
            shared,
            listener: listener::bind(address)?,
            tls,
            counters: Arc::default(),
        })
    }

    /// # Errors
    /// Only those of a broken descriptor.
    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    pub fn counters(&self) -> Arc<TcpCounters> {
        self.counters.clone()
    }

    /// Runs until dropped; the connections and their allocations end with it.
    pub async fn run(self) {
        let acceptor = self.tls.map(TlsAcceptor::from);
        let (shared, counted) = (self.shared, self.counters.clone());
        listen(self.listener, shared.tcp, self.counters, move |accepted| {
            let (shared, counters) = (shared.clone(), counted.clone());
            let acceptor = acceptor.clone();
            async move {
                let cut = converse(accepted, shared, counters.clone(), acceptor).await;
                counters.count(cut);
            }
        })
        .await;
    }
}

async fn converse(
    accepted: Accepted,
    shared: Arc<Shared>,
    counters: Arc<TcpCounters>,
    tls: Option<TlsAcceptor>,
) -> Cut {
    let options = shared.tcp;
    let queued = Arc::new(Notify::new());
    let conversation = TurnConversation {
        client: accepted.peer,
        session: Session::new(),
        target: Target::default(),
        queued: queued.clone(),
        since: OsClock.now(),
        allocated: false,
        shared,
        counters,
    };
    let Some(acceptor) = tls else {
        return pump(accepted.stream, conversation, &queued, &options).await;
    };
    let handshake = acceptor.accept(accepted.stream);
    match tokio::time::timeout(options.handshake, handshake).await {
        Ok(Ok(stream)) => pump(stream, conversation, &queued, &options).await,
        Ok(Err(_)) => Cut::Tls,
        Err(_) => Cut::Handshake,
    }
}

struct TurnConversation {
    client: SocketAddr,
    session: Session<Lease>,
    target: Target,
    queued: Arc<Notify>,
    since: Instant,
    /// There has been an allocation; when it is gone, so is the connection's purpose.
    allocated: bool,
    shared: Arc<Shared>,
    counters: Arc<TcpCounters>,
}

impl Conversation for TurnConversation {
    fn received(
        &mut self,
        now: Instant,
        input: &mut BytesMut,
        output: &mut BytesMut,
    ) -> Result<(), Cut> {
        let unix_s = OsClock.unix_ms() / 1_000;
        while let Some(frame) = next_frame(input)? {
            self.counters.frames_in.add(1);
            self.handle(now, unix_s, &frame, output);
        }
        Ok(())
    }

    fn next_packet(&mut self, now: Instant, output: &mut BytesMut) -> bool {
        let Some(packet) = self.session.lease().and_then(|lease| lease.outlet.pop()) else {
            return false;
        };
        match self.session.wrap_for_client(
            now,
            packet.source,
            &packet.bytes,
            true,
            &self.shared.rules,
            output,
        ) {
            Ok(()) => {
                self.counters.frames_out.add(1);
                self.shared.counters.sent_down(packet.bytes.len());
            }
            Err(reason) => self.shared.counters.dropped(reason),
        }
        true
    }

    fn overdue(&mut self, now: Instant, heard: Instant) -> Option<Cut> {
        self.session.expire(now);
        let idle = now.saturating_duration_since(heard) >= self.shared.tcp.idle;
        match (self.session.lease().is_some(), self.allocated) {
            // An allocation has a lifetime of its own, which its client prolongs.
            (true, _) => None,
            (false, true) => idle.then_some(Cut::Idle),
            (false, false) => (now.saturating_duration_since(self.since)
                >= self.shared.tcp.handshake)
                .then_some(Cut::Handshake),
        }
    }
}

impl TurnConversation {
    fn handle(&mut self, now: Instant, unix_s: u64, frame: &Bytes, output: &mut BytesMut) {
        let at = Moment {
            now,
            unix_s,
            client: self.client,
        };
        let relays = Leases {
            shared: &self.shared,
            queued: &self.queued,
        };
        match self.session.handle(at, frame, &self.shared.rules, &relays) {
            Output::Reply { bytes, error } => {
                self.shared.counters.replied(error);
                output.extend_from_slice(&bytes);
            }
            Output::ToPeer {
                relayed,
                local,
                bytes,
            } => {
                let bytes = frame.slice_ref(bytes);
                self.shared
                    .delivery
                    .deliver(&mut self.target, now, relayed, local, bytes);
            }
            Output::Dropped(reason) => self.shared.counters.dropped(reason),
            Output::Nothing => {}
        }
        if self.session.lease().is_some() && !self.allocated {
            self.allocated = true;
            self.shared.counters.allocations.add(1);
        }
    }
}

/// STUN messages tell their length, ChannelData too but is padded (RFC 8656 section 12.5).
pub(super) fn next_frame(input: &mut BytesMut) -> Result<Option<Bytes>, Cut> {
    let Some(&[first, _, high, low]) = input.first_chunk() else {
        return Ok(None);
    };
    let length = usize::from(u16::from_be_bytes([high, low]));
    let (whole, padded) = match first {
        0..=3 => (STUN_HEADER_BYTES + length, STUN_HEADER_BYTES + length),
        0x40..=0x4f => {
            let whole = CHANNEL_HEADER_BYTES + length;
            (whole, whole.next_multiple_of(4))
        }
        _ => return Err(Cut::Malformed),
    };
    if whole > MAX_FRAME_BYTES {
        return Err(Cut::Malformed);
    }
    if input.len() < padded {
        return Ok(None);
    }
    let frame = input.split_to(whole).freeze();
    input.advance(padded - whole);
    Ok(Some(frame))
}

struct Leases<'a> {
    shared: &'a Arc<Shared>,
    queued: &'a Arc<Notify>,
}

impl Relays for Leases<'_> {
    type Lease = Lease;

    fn lease(&self, user: &str, family: Family) -> Result<(SocketAddr, Lease), LeaseError> {
        let queued = self.queued.clone();
        self.shared
            .registry
            .lease(user, family, move || queued.notify_one())
    }
}
