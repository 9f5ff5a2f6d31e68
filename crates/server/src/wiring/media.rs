//! The media plane: sockets, shards, ICE over TCP, TURN.

use super::ice::{Relay, turn_options};
use crate::config::Config;
use crate::http::listener::busy;
use crate::http::tls;
use crate::problem::Problem;
use base::RoomKey;
use base::media::{Command, Event};
use net::turn::MediaAddress;
use net::{IceTcp, Outlets, TcpCounters, TcpOptions, Turn};
use sfu::{LocalCandidate, Protocol, SfuConfig, SfuHandle, StartError};
use std::collections::{BTreeMap, HashMap};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::num::NonZero;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::mpsc;

/// Events that wait for one room's task. A busy room of 300 has some hundred events a second and
/// its task takes microseconds for each.
const ROOM_EVENTS: usize = 1_024;

/// Everything that has to live as long as media is carried.
#[derive(Debug)]
pub(crate) struct MediaPlane {
    pub(crate) sfu: SfuHandle,
    pub(crate) relay: Relay,
    pub(crate) meters: Meters,
    /// Held for their Drop: they listen until then.
    _turn: Vec<TurnListener>,
}

#[derive(Debug)]
enum TurnListener {
    Udp(#[expect(dead_code, reason = "held for its Drop")] net::turn::TurnUdp),
    Stream(tokio::task::JoinHandle<()>),
}

impl Drop for TurnListener {
    fn drop(&mut self) {
        if let Self::Stream(task) = self {
            task.abort();
        }
    }
}

/// Where media is carried: our addresses, and what clients are told instead.
struct Place {
    local: IpAddr,
    advertised: IpAddr,
}

impl MediaPlane {
    pub(crate) async fn start(config: &Config) -> Result<Self, Problem> {
        let places = places(config)?;
        let outlets = Outlets::default();
        let mut sfu = SfuConfig::new(
            shards(config),
            bound(config, config.media.udp_port),
            candidates(config, &places),
        );
        sfu.outlets = outlets.clone();
        let sfu = sfu::start(&sfu).map_err(unstartable)?;
        let mut ice_tcp = Vec::new();
        for address in bound(config, config.media.tcp_port) {
            let options = TcpOptions {
                max_connections: config.limits.ice_tcp_connections,
                max_connections_per_ip: config.limits.ice_tcp_connections_per_ip,
                ..TcpOptions::default()
            };
            let listener = IceTcp::bind(address, options).await.map_err(|error| {
                busy(
                    format!("listen on TCP {address} for media"),
                    &error,
                    "media.tcp_port",
                )
            })?;
            ice_tcp.push(listener.counters());
            tokio::spawn(listener.run(Arc::new(sfu.clone()), outlets.clone()));
        }
        let hosts: Vec<IpAddr> = places.iter().map(|place| place.advertised).collect();
        let relay = Relay::new(&config.turn, &hosts)?;
        let media = places
            .iter()
            .map(|place| MediaAddress {
                advertised: SocketAddr::new(place.advertised, config.media.udp_port),
                local: SocketAddr::new(place.local, config.media.udp_port),
            })
            .collect();
        let turn = Turn::new(
            turn_options(config, &relay, media),
            Arc::new(sfu.clone()),
            outlets,
        );
        let listeners = turn_listeners(config, &turn).await?;
        Ok(Self {
            sfu,
            relay,
            meters: Meters { ice_tcp, turn },
            _turn: listeners,
        })
    }
}

/// What the TCP listener and the relay count.
#[derive(Clone, Debug)]
pub(crate) struct Meters {
    ice_tcp: Vec<Arc<TcpCounters>>,
    turn: Turn,
}

impl Meters {
    pub(crate) fn report(&self) {
        let mut ice_tcp: BTreeMap<&'static str, u64> = BTreeMap::new();
        for (event, count) in self.ice_tcp.iter().flat_map(|listener| listener.all()) {
            *ice_tcp.entry(event).or_default() += count;
        }
        for (event, count) in ice_tcp {
            metrics::counter!("stoa_ice_tcp_total", "event" => event).absolute(count);
        }
        for (event, count) in self.turn.counters().all() {
            metrics::counter!("stoa_turn_total", "event" => event).absolute(count);
        }
        metrics::gauge!("stoa_turn_allocations").set(self.turn.allocations() as f64);
    }
}

/// The media plane in the words of rooms.
#[derive(Debug)]
pub(crate) struct Media {
    sfu: SfuHandle,
    rooms: Mutex<HashMap<RoomKey, mpsc::Sender<Event>>>,
}

impl Media {
    pub(crate) fn new(sfu: SfuHandle) -> Self {
        Self {
            sfu,
            rooms: Mutex::default(),
        }
    }

    fn rooms(&self) -> MutexGuard<'_, HashMap<RoomKey, mpsc::Sender<Event>>> {
        self.rooms.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl room::Media for Media {
    fn attach(&self, room: RoomKey) -> mpsc::Receiver<Event> {
        let (sender, receiver) = mpsc::channel(ROOM_EVENTS);
        self.rooms().insert(room, sender);
        receiver
    }

    fn detach(&self, room: RoomKey) {
        self.rooms().remove(&room);
    }

    fn send(&self, command: Command) {
        let sent = match command {
            Command::Open(open) => {
                let Some(events) = self.rooms().get(&open.room).cloned() else {
                    return;
                };
                self.sfu.open(open, events)
            }
            Command::Move { peer, room } => {
                let Some(events) = self.rooms().get(&room).cloned() else {
                    return;
                };
                self.sfu.move_to(peer, room, events)
            }
            command => self.sfu.send(command),
        };
        if sent.is_err() {
            // `serve` watches the media threads and ends the process.
            metrics::counter!("stoa_media_commands_lost_total").increment(1);
        }
    }
}

fn shards(config: &Config) -> u8 {
    let wanted = match config.media.shards {
        0 => std::thread::available_parallelism().map_or(1, NonZero::get),
        shards => shards,
    };
    u8::try_from(wanted).unwrap_or(u8::MAX)
}

fn places(config: &Config) -> Result<Vec<Place>, Problem> {
    let local = match config.media.addresses.as_slice() {
        [] => net::machine::local_addresses().map_err(|error| {
            Problem::new(
                "list this machine's addresses",
                error,
                "set media.addresses",
            )
        })?,
        given => given.to_vec(),
    };
    if local.is_empty() {
        return Err(Problem::new(
            "find an address to carry media on",
            "no network interface is up",
            "bring one up, or set media.addresses (127.0.0.1 for this machine only)",
        ));
    }
    let announced = &config.media.announce;
    let place = |(number, local): (usize, IpAddr)| Place {
        local,
        advertised: announced.get(number).copied().unwrap_or(local),
    };
    Ok(local.into_iter().enumerate().map(place).collect())
}

/// Where to bind a port: the addresses of the configuration, or all of the machine.
fn bound(config: &Config, port: u16) -> Vec<SocketAddr> {
    if port == 0 {
        return Vec::new();
    }
    let mut ips = config.media.addresses.clone();
    if ips.is_empty() {
        ips.push(Ipv4Addr::UNSPECIFIED.into());
        // A machine without IPv6 cannot bind even its wildcard.
        if net::machine::local_addresses().is_ok_and(|all| all.iter().any(IpAddr::is_ipv6)) {
            ips.push(Ipv6Addr::UNSPECIFIED.into());
        }
    }
    ips.into_iter()
        .map(|ip| SocketAddr::new(ip, port))
        .collect()
}

fn candidates(config: &Config, places: &[Place]) -> Vec<LocalCandidate> {
    let ports = [
        (Protocol::Udp, config.media.udp_port),
        (Protocol::Tcp, config.media.tcp_port),
    ];
    ports
        .into_iter()
        .filter(|(_, port)| *port != 0)
        .flat_map(|(protocol, port)| {
            places.iter().map(move |place| LocalCandidate {
                protocol,
                local: SocketAddr::new(place.local, port),
                advertised: SocketAddr::new(place.advertised, port),
            })
        })
        .collect()
}

fn unstartable(error: StartError) -> Problem {
    match error {
        StartError::Bind { address, source } => busy(
            format!("listen on UDP {address} for media"),
            &source,
            "media.udp_port",
        ),
        StartError::Thread(source) => Problem::new(
            "start a media thread",
            source,
            "raise the limit of processes and threads of this user",
        ),
    }
}

async fn turn_listeners(config: &Config, turn: &Turn) -> Result<Vec<TurnListener>, Problem> {
    let mut listeners = Vec::new();
    for address in bound(config, config.turn.udp_port) {
        let listener = turn.listen_udp(address).map_err(|error| {
            busy(
                format!("listen on UDP {address} for TURN"),
                &error,
                "turn.udp_port",
            )
        })?;
        listeners.push(TurnListener::Udp(listener));
    }
    for address in bound(config, config.turn.tcp_port) {
        let listener = turn.listen_tcp(address).await.map_err(|error| {
            busy(
                format!("listen on TCP {address} for TURN"),
                &error,
                "turn.tcp_port",
            )
        })?;
        listeners.push(TurnListener::Stream(tokio::spawn(listener.run())));
    }
    let tls_ports = bound(config, config.turn.tls_port);
    if tls_ports.is_empty() {
        return Ok(listeners);
    }
    // Clients name TURN in ALPN or nothing at all (RFC 7443): none of ours would match.
    let tls = tls::server_config(&config.https.certificate, &config.https.key, &[])?;
    for address in tls_ports {
        let listener = turn
            .listen_tls(address, tls.clone())
            .await
            .map_err(|error| {
                busy(
                    format!("listen on TCP {address} for TURN over TLS"),
                    &error,
                    "turn.tls_port",
                )
            })?;
        listeners.push(TurnListener::Stream(tokio::spawn(listener.run())));
    }
    Ok(listeners)
}
