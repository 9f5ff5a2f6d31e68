//! ICE over TCP, passive side (RFC 6544): for clients whose network passes no UDP.

use super::framing::{next_frame, put_frame};
use super::listener::{self, Accepted, listen};
use super::pump::{Conversation, pump};
use super::{Cut, TcpCounters, TcpOptions};
use crate::outlet::OutletReader;
use crate::{Inbound, Inlet, Outlets, Proto, Shard, ufrag_of_binding_request};
use base::clock::OsClock;
use bytes::BytesMut;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::net::TcpListener;
use tokio::sync::Notify;

/// The TCP port that ICE candidates of type `passive` name.
#[derive(Debug)]
pub struct IceTcp {
    listener: TcpListener,
    options: TcpOptions,
    counters: Arc<TcpCounters>,
}

impl IceTcp {
    /// An IPv6 listener takes IPv6 only: bind one of each to serve both.
    ///
    /// # Errors
    /// As of `bind`.
    pub async fn bind(address: SocketAddr, options: TcpOptions) -> io::Result<Self> {
        Ok(Self {
            listener: listener::bind(address)?,
            options,
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

    /// Runs until dropped. Packets come to shards with [`Proto::Tcp`]; what a shard sends to their
    /// source finds its way through `outlets`.
    pub async fn run(self, inlet: Arc<dyn Inlet>, outlets: Outlets) {
        let (options, counters) = (self.options, self.counters);
        let counted = counters.clone();
        listen(self.listener, options, counters, move |accepted| {
            let context = Context {
                inlet: inlet.clone(),
                outlets: outlets.clone(),
                counters: counted.clone(),
                options,
            };
            converse(accepted, context)
        })
        .await;
    }
}

struct Context {
    inlet: Arc<dyn Inlet>,
    outlets: Outlets,
    counters: Arc<TcpCounters>,
    options: TcpOptions,
}

async fn converse(accepted: Accepted, context: Context) {
    let queued = Arc::new(Notify::new());
    let wake = queued.clone();
    let capacity = context.options.queue_packets;
    let opened = context
        .outlets
        .open(Proto::Tcp, accepted.peer, capacity, move || {
            wake.notify_one()
        });
    let Some(outlet) = opened else {
        // The same peer address on two of our addresses: rare, and the second try has another.
        context.counters.refused.add(1);
        return;
    };
    let (counters, options) = (context.counters.clone(), context.options);
    let conversation = IceConversation {
        peer: accepted.peer,
        local: accepted.local,
        outlet,
        shard: None,
        answered: false,
        since: OsClock.now(),
        context,
    };
    counters.count(pump(accepted.stream, conversation, &queued, &options).await);
}

struct IceConversation {
    peer: SocketAddr,
    local: SocketAddr,
    outlet: OutletReader,
    /// Whom the last connectivity check was for: after an ICE restart it may be another.
    shard: Option<Shard>,
    /// A shard has sent something: the peer is no stranger.
    answered: bool,
    since: Instant,
    context: Context,
}

impl Conversation for IceConversation {
    fn received(
        &mut self,
        now: Instant,
        input: &mut BytesMut,
        _output: &mut BytesMut,
    ) -> Result<(), Cut> {
        while let Some(bytes) = next_frame(input).map_err(|_| Cut::Malformed)? {
            if let Some(ufrag) = ufrag_of_binding_request(&bytes) {
                self.shard = self.context.inlet.shard_of(ufrag).or(self.shard);
            }
            // A connection begins with a check for somebody whom we know.
            let shard = self.shard.ok_or(Cut::Stranger)?;
            self.context.counters.frames_in.add(1);
            let packet = Inbound {
                proto: Proto::Tcp,
                source: self.peer,
                destination: self.local,
                bytes,
                at: now,
            };
            if self.context.inlet.deliver(shard, packet).is_err() {
                self.context.counters.dropped_in.add(1);
            }
        }
        Ok(())
    }

    fn next_packet(&mut self, _now: Instant, output: &mut BytesMut) -> bool {
        let Some(packet) = self.outlet.pop() else {
            return false;
        };
        if put_frame(output, &packet.bytes) {
            self.answered = true;
            self.context.counters.frames_out.add(1);
        }
        true
    }

    fn overdue(&mut self, now: Instant, heard: Instant) -> Option<Cut> {
        let longer_than =
            |since: Instant, limit: Duration| now.saturating_duration_since(since) >= limit;
        if !self.answered && longer_than(self.since, self.context.options.handshake) {
            return Some(Cut::Handshake);
        }
        longer_than(heard, self.context.options.idle).then_some(Cut::Idle)
    }
}
