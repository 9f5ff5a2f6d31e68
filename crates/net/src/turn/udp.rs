//! TURN over UDP: one thread with a socket of its own, apart from the shards', so that relayed
//! clients cost the others nothing.

use super::Shared;
use super::delivery::Target;
use super::registry::Lease;
use super::rules::Moment;
use super::session::{Family, LeaseError, Output, Relays, Session};
use crate::{Datagram, Poller, UdpOptions, UdpSocket, Waker};
use base::clock::OsClock;
use bytes::{Bytes, BytesMut};
use std::collections::{HashMap, VecDeque};
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// How late an expired allocation is given up.
const SWEEP: Duration = Duration::from_secs(1);
/// Datagrams from clients before those for clients have their turn, and the other way round.
const RECEIVE_BUDGET: usize = 256;
const SEND_BUDGET_PER_CLIENT: usize = 64;

/// A running TURN/UDP listener; dropping it ends it and all its allocations.
#[derive(Debug)]
pub struct TurnUdp {
    local: SocketAddr,
    stop: Arc<AtomicBool>,
    waker: Waker,
    thread: Option<JoinHandle<()>>,
}

impl TurnUdp {
    pub(super) fn start(shared: Arc<Shared>, address: SocketAddr) -> io::Result<Self> {
        let options = UdpOptions {
            shared: false,
            ..shared.udp
        };
        let socket = UdpSocket::bind(address, options)?;
        let mut poller = Poller::new()?;
        poller.add(&socket)?;
        let (local, waker) = (socket.local_addr(), poller.waker());
        let stop = Arc::new(AtomicBool::new(false));
        let relay = Relay {
            wildcard: local.ip().is_unspecified(),
            shared,
            socket,
            clients: HashMap::new(),
            waiting: Waiting {
                clients: Arc::default(),
                waker: waker.clone(),
            },
            scratch: BytesMut::new(),
        };
        let stopped = stop.clone();
        let thread = std::thread::Builder::new()
            .name("turn-udp".into())
            .spawn(move || relay.run(&mut poller, &stopped))?;
        Ok(Self {
            local,
            stop,
            waker,
            thread: Some(thread),
        })
    }

    pub fn local_addr(&self) -> SocketAddr {
        self.local
    }
}

impl Drop for TurnUdp {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Release);
        self.waker.wake();
        if let Some(Err(_)) = self.thread.take().map(JoinHandle::join) {
            tracing::error!("the TURN thread had panicked");
        }
    }
}

/// A client's address, and the address of ours that he speaks to.
type ClientKey = (SocketAddr, IpAddr);

struct Client {
    session: Session<Lease>,
    target: Target,
}

/// Clients for whom packets have been queued; each at most once.
#[derive(Clone)]
struct Waiting {
    clients: Arc<Mutex<VecDeque<ClientKey>>>,
    waker: Waker,
}

impl Waiting {
    fn push(&self, client: ClientKey) {
        let mut clients = self.clients.lock().unwrap_or_else(PoisonError::into_inner);
        clients.push_back(client);
        drop(clients);
        self.waker.wake();
    }

    fn take(&self) -> VecDeque<ClientKey> {
        std::mem::take(&mut *self.clients.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

struct Relay {
    shared: Arc<Shared>,
    socket: UdpSocket,
    wildcard: bool,
    clients: HashMap<ClientKey, Client>,
    waiting: Waiting,
    scratch: BytesMut,
}

impl Relay {
    fn run(mut self, poller: &mut Poller, stop: &AtomicBool) {
        let mut sweep = OsClock.now() + SWEEP;
        while !stop.load(Ordering::Acquire) {
            if let Err(error) = poller.wait(OsClock.now(), Some(sweep)) {
                tracing::error!(%error, "TURN over UDP ended: waiting failed");
                return;
            }
            let unix_s = OsClock.unix_ms() / 1_000;
            self.receive(unix_s);
            let now = OsClock.now();
            for client in self.waiting.take() {
                self.send_queued(now, client);
            }
            self.socket.flush();
            if now >= sweep {
                sweep = now + SWEEP;
                self.clients.retain(|_, client| {
                    client.session.expire(now);
                    client.session.lease().is_some()
                });
            }
        }
    }

    fn receive(&mut self, unix_s: u64) {
        let (shared, clients, waiting) = (&self.shared, &mut self.clients, &self.waiting);
        let mut replies = Vec::new();
        let received = self.socket.recv(RECEIVE_BUDGET, |datagram| {
            let key = (datagram.source, datagram.destination.ip());
            if let Some(reply) = handle(shared, clients, waiting, key, &datagram, unix_s) {
                replies.push((key, reply));
            }
        });
        if let Err(error) = received {
            // Nothing to be read is no error; a socket that cannot be read is tried again, and
            // the wait before keeps this from spinning.
            tracing::warn!(%error, "TURN over UDP could not read");
        }
        for ((client, ours), reply) in replies {
            self.socket
                .queue(client, self.wildcard.then_some(ours), &reply);
        }
    }

    fn send_queued(&mut self, now: Instant, key: ClientKey) {
        let Some(client) = self.clients.get_mut(&key) else {
            return;
        };
        for _ in 0..SEND_BUDGET_PER_CLIENT {
            let Some(packet) = client.session.lease().and_then(|lease| lease.outlet.pop()) else {
                return;
            };
            self.scratch.clear();
            let wrapped = client.session.wrap_for_client(
                now,
                packet.source,
                &packet.bytes,
                false,
                &self.shared.rules,
                &mut self.scratch,
            );
            match wrapped {
                Ok(()) => {
                    self.shared.counters.sent_down(packet.bytes.len());
                    self.socket
                        .queue(key.0, self.wildcard.then_some(key.1), &self.scratch);
                }
                Err(reason) => self.shared.counters.dropped(reason),
            }
        }
        if client
            .session
            .lease()
            .is_some_and(|lease| !lease.outlet.is_empty())
        {
            self.waiting.push(key);
        }
    }
}

/// Returns the reply. A client is remembered only while he has an allocation.
fn handle(
    shared: &Arc<Shared>,
    clients: &mut HashMap<ClientKey, Client>,
    waiting: &Waiting,
    key: ClientKey,
    datagram: &Datagram<'_>,
    unix_s: u64,
) -> Option<Vec<u8>> {
    let at = Moment {
        now: datagram.at,
        unix_s,
        client: key.0,
    };
    let relays = Leases {
        shared,
        waiting,
        key,
    };
    let mut stranger = Client {
        session: Session::new(),
        target: Target::default(),
    };
    let known = clients.get_mut(&key);
    let is_stranger = known.is_none();
    let client = known.unwrap_or(&mut stranger);
    let had_lease = client.session.lease().is_some();
    let output = client
        .session
        .handle(at, datagram.bytes, &shared.rules, &relays);
    let reply = match output {
        Output::Reply { bytes, error } => {
            shared.counters.replied(error);
            Some(bytes)
        }
        Output::ToPeer {
            relayed,
            local,
            bytes,
        } => {
            let bytes = Bytes::copy_from_slice(bytes);
            shared
                .delivery
                .deliver(&mut client.target, at.now, relayed, local, bytes);
            None
        }
        Output::Dropped(reason) => {
            shared.counters.dropped(reason);
            None
        }
        Output::Nothing => None,
    };
    let has_lease = client.session.lease().is_some();
    if has_lease && !had_lease {
        shared.counters.allocations.add(1);
    }
    if has_lease && is_stranger {
        clients.insert(key, stranger);
    } else if !has_lease && !is_stranger {
        clients.remove(&key);
    }
    reply
}

struct Leases<'a> {
    shared: &'a Arc<Shared>,
    waiting: &'a Waiting,
    key: ClientKey,
}

impl Relays for Leases<'_> {
    type Lease = Lease;

    fn lease(&self, user: &str, family: Family) -> Result<(SocketAddr, Lease), LeaseError> {
        let (waiting, key) = (self.waiting.clone(), self.key);
        self.shared
            .registry
            .lease(user, family, move || waiting.push(key))
    }
}
