//! Many media clients on few threads: what loads the server.
//!
//! A [`Fleet`] is two threads that own the sockets and `Rtc`s of its [`Endpoint`]s: who sends has one
//! of his own, so that cameras and voices keep their time however much there is to receive.
//! Signalling runs elsewhere and talks to them by [`Order`]s; what was received is read as [`Tally`].

mod endpoint;
mod source;
mod tally;

pub(crate) use endpoint::{Endpoint, payload_type};
pub(crate) use source::{Audio, Encoder, Packet, Source, Video};
pub(crate) use tally::{LatencyHistogram, Tally};

use base::clock::OsClock;
use mio::{Events, Poll, Token, Waker};
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};
use str0m::change::SdpAnswer;
use tokio::sync::oneshot;

const WAKE: Token = Token(usize::MAX);
/// The longest a fleet sleeps: `Rtc`s without work ask for less often than this.
const LONGEST_SLEEP: Duration = Duration::from_millis(50);
/// Timers are looked at once in this time, not after every datagram: an `Rtc`'s timers are no
/// finer, and with a thousand of them the look costs more than the work.
const TIMERS_EVERY: Duration = Duration::from_millis(5);
/// The same for those who send: coarser, and frames of many would leave at the same moment.
const FRAMES_EVERY: Duration = Duration::from_millis(1);

/// Names an endpoint inside its fleet.
#[derive(Clone, Copy, Debug)]
pub(crate) struct EndpointId {
    way: Way,
    number: usize,
}

/// What an endpoint is there for.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Way {
    Sends,
    Receives,
}

type Reply<T> = oneshot::Sender<Result<T, String>>;

/// What signalling asks of a fleet.
pub(crate) enum Order {
    /// A new endpoint with a socket of its own.
    Add {
        reply: Reply<usize>,
    },
    /// The server offers.
    Offer {
        id: usize,
        sdp: String,
        reply: Reply<String>,
    },
    /// Make an offer that sends these.
    Publish {
        id: usize,
        sources: Vec<(Source, String)>,
        reply: Reply<String>,
    },
    /// The server's answer to that.
    Answer {
        id: usize,
        sdp: String,
        reply: Reply<()>,
    },
    /// Tell when the first complete frame has come.
    FirstFrame {
        id: usize,
        reply: oneshot::Sender<Instant>,
    },
    Tally {
        reset: bool,
        reply: oneshot::Sender<Tally>,
    },
    Remove {
        id: usize,
    },
}

/// The handle of a running fleet.
#[derive(Clone)]
pub(crate) struct Fleet {
    sends: Thread,
    receives: Thread,
}

impl std::fmt::Debug for Fleet {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Fleet")
    }
}

impl Fleet {
    /// Starts the threads, whose endpoints send from `local`.
    ///
    /// # Errors
    /// When the system has no descriptors or threads left.
    pub(crate) fn start(local: IpAddr) -> std::io::Result<Self> {
        let epoch = OsClock.now();
        Ok(Self {
            sends: Thread::start("senders", local, epoch, FRAMES_EVERY)?,
            receives: Thread::start("receivers", local, epoch, TIMERS_EVERY)?,
        })
    }

    fn thread(&self, way: Way) -> &Thread {
        match way {
            Way::Sends => &self.sends,
            Way::Receives => &self.receives,
        }
    }

    pub(crate) async fn add(&self, way: Way) -> Result<EndpointId, String> {
        let number = self.thread(way).ask(|reply| Order::Add { reply }).await?;
        Ok(EndpointId { way, number })
    }

    pub(crate) async fn offer(&self, id: EndpointId, sdp: String) -> Result<String, String> {
        let (thread, id) = (self.thread(id.way), id.number);
        thread.ask(|reply| Order::Offer { id, sdp, reply }).await
    }

    pub(crate) async fn publish(
        &self,
        id: EndpointId,
        sources: Vec<(Source, String)>,
    ) -> Result<String, String> {
        let (thread, id) = (self.thread(id.way), id.number);
        thread
            .ask(|reply| Order::Publish { id, sources, reply })
            .await
    }

    pub(crate) async fn answer(&self, id: EndpointId, sdp: String) -> Result<(), String> {
        let (thread, id) = (self.thread(id.way), id.number);
        thread.ask(|reply| Order::Answer { id, sdp, reply }).await
    }

    /// Resolves when the endpoint's first complete video frame has come.
    pub(crate) async fn first_frame(&self, id: EndpointId) -> Option<Instant> {
        let (reply, answer) = oneshot::channel();
        let order = Order::FirstFrame {
            id: id.number,
            reply,
        };
        self.thread(id.way).order(order);
        answer.await.ok()
    }

    /// What all endpoints together received since the last reset.
    pub(crate) async fn tally(&self, reset: bool) -> Tally {
        let (reply, answer) = oneshot::channel();
        self.receives.order(Order::Tally { reset, reply });
        answer.await.unwrap_or_default()
    }

    pub(crate) fn remove(&self, id: EndpointId) {
        self.thread(id.way).order(Order::Remove { id: id.number });
    }
}

/// The handle of one thread.
#[derive(Clone)]
struct Thread {
    orders: Sender<Order>,
    waker: Arc<Waker>,
}

impl Thread {
    fn start(
        name: &str,
        local: IpAddr,
        epoch: Instant,
        timers_every: Duration,
    ) -> std::io::Result<Self> {
        let poll = Poll::new()?;
        let waker = Arc::new(Waker::new(poll.registry(), WAKE)?);
        let (orders, inbox) = channel();
        let mut driver = Driver {
            local,
            poll,
            inbox,
            endpoints: HashMap::new(),
            next_id: 0,
            tally: Tally::default(),
            epoch,
            timers_every,
        };
        thread::Builder::new()
            .name(name.into())
            .spawn(move || driver.run())?;
        Ok(Self { orders, waker })
    }

    fn order(&self, order: Order) {
        // It ends only with the process.
        let _ = self.orders.send(order);
        let _ = self.waker.wake();
    }

    async fn ask<T>(&self, make: impl FnOnce(Reply<T>) -> Order) -> Result<T, String> {
        let (reply, answer) = oneshot::channel();
        self.order(make(reply));
        answer.await.map_err(|_| "the fleet has ended".to_owned())?
    }
}

struct Driver {
    local: IpAddr,
    poll: Poll,
    inbox: Receiver<Order>,
    endpoints: HashMap<usize, Endpoint>,
    next_id: usize,
    tally: Tally,
    epoch: Instant,
    timers_every: Duration,
}

impl Driver {
    fn run(&mut self) {
        let mut events = Events::with_capacity(1024);
        let mut timers_at = OsClock.now();
        loop {
            let sleep = timers_at
                .saturating_duration_since(OsClock.now())
                .min(LONGEST_SLEEP);
            // An interrupted wait is only an early look.
            let _ = self.poll.poll(&mut events, Some(sleep));
            while let Ok(order) = self.inbox.try_recv() {
                self.carry_out(order);
            }
            for event in &events {
                if let Some(endpoint) = self.endpoints.get_mut(&event.token().0) {
                    endpoint.receive(&mut self.tally, self.epoch);
                }
            }
            let now = OsClock.now();
            if now >= timers_at {
                timers_at = now + self.timers_every;
                for endpoint in self.endpoints.values_mut() {
                    endpoint.tick(now, &mut self.tally, self.epoch);
                }
            }
        }
    }

    fn carry_out(&mut self, order: Order) {
        let now = OsClock.now();
        match order {
            Order::Add { reply } => {
                let id = self.next_id;
                self.next_id += 1;
                let made = Endpoint::new(self.local, self.poll.registry(), Token(id), now);
                let _ = reply.send(made.map_err(|e| e.to_string()).map(|endpoint| {
                    self.endpoints.insert(id, endpoint);
                    id
                }));
            }
            Order::Offer { id, sdp, reply } => {
                let answer = self.endpoint(id).and_then(|e| e.accept_offer(&sdp));
                let _ = reply.send(answer);
            }
            Order::Publish { id, sources, reply } => {
                let _ = reply.send(self.endpoint(id).and_then(|e| e.publish(sources)));
            }
            Order::Answer { id, sdp, reply } => {
                let done = self.endpoint(id).and_then(|endpoint| {
                    let answer = SdpAnswer::from_sdp_string(&sdp).map_err(|e| e.to_string())?;
                    endpoint.accept_answer(answer)
                });
                let _ = reply.send(done);
            }
            Order::FirstFrame { id, reply } => {
                if let Some(endpoint) = self.endpoints.get_mut(&id) {
                    endpoint.notify_first_frame(reply);
                }
            }
            Order::Tally { reset, reply } => {
                let tally = self.collect(reset);
                let _ = reply.send(tally);
            }
            Order::Remove { id } => {
                if let Some(mut endpoint) = self.endpoints.remove(&id) {
                    endpoint.close(self.poll.registry());
                }
            }
        }
    }

    fn endpoint(&mut self, id: usize) -> Result<&mut Endpoint, String> {
        self.endpoints
            .get_mut(&id)
            .ok_or_else(|| format!("no endpoint {id}"))
    }

    fn collect(&mut self, reset: bool) -> Tally {
        for endpoint in self.endpoints.values_mut() {
            self.tally.lost_packets += endpoint.take_lost();
        }
        if reset {
            std::mem::take(&mut self.tally)
        } else {
            self.tally.clone()
        }
    }
}
