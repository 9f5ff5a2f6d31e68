//! Those who read, each with a WebSocket of his own.

use super::tally::{Tally, line_in, written};
use super::tenant::Venue;
use super::{address, local};
use crate::fleet::LatencyHistogram;
use crate::stage::SERVER_IP;
use base::clock::OsClock;
use futures_util::{SinkExt, StreamExt, stream};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::error::Error;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::net::{TcpSocket, TcpStream};
use tokio::sync::mpsc;
use tokio::time::interval;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::{WebSocketStream, client_async_with_config};

/// People who are at the door at the same time.
const AT_ONCE: usize = 64;
/// Of each connection of the load generator; the library's 128 KiB times ten thousand is a gigabyte.
const BUFFER_BYTES: usize = 4_096;
const HOST_LINE_EVERY: Duration = Duration::from_millis(500);
/// As many as a newcomer is shown, at less than the pace at which a person may command.
const WELCOME_LINES: u64 = 200;
const WELCOME_EVERY: Duration = Duration::from_millis(25);

type Socket = WebSocketStream<TcpStream>;
type Failure = Box<dyn Error>;

/// Who writes how much.
pub(super) struct Voices {
    pub(super) authors: usize,
    pub(super) lines_per_second: u32,
    pub(super) seconds: u64,
    pub(super) hands: usize,
}

pub(super) struct Audience {
    shared: Arc<Shared>,
    host: Seat,
    seats: Vec<Seat>,
    joins: LatencyHistogram,
    took: Duration,
}

/// Somebody who is there, and can be made to speak.
pub(super) struct Seat {
    identity: String,
    says: mpsc::UnboundedSender<String>,
}

struct Shared {
    began: Instant,
    tally: Mutex<Tally>,
    /// Whose hand is up, and since when.
    raised: Mutex<HashMap<String, Instant>>,
}

impl Audience {
    /// Before the doors open: the host has said as much as a newcomer is shown.
    pub(super) async fn with_host(venue: &Venue) -> Result<Self, Failure> {
        let shared = Arc::new(Shared {
            began: OsClock.now(),
            tally: Mutex::default(),
            raised: Mutex::default(),
        });
        let socket = connect(&venue.host_socket(), "10.255.255.254").await?;
        let audience = Self {
            host: attend(&shared, "host".to_owned(), socket, true),
            shared,
            seats: Vec::new(),
            joins: LatencyHistogram::default(),
            took: Duration::ZERO,
        };
        let mut due = interval(WELCOME_EVERY);
        for number in 0..WELCOME_LINES {
            due.tick().await;
            let text = "Welcome! We begin in some minutes; ask whatever you like here.";
            let params = json!({ "id": format!("welcome-{number}"), "text": text });
            audience.host.command(number, "chat.say", &params);
        }
        Ok(audience)
    }

    /// Lets everybody in, many at a time.
    pub(super) async fn seat(&mut self, venue: &Venue, readers: usize) -> Result<(), Failure> {
        let began = OsClock.now();
        let mut coming = stream::iter(0..readers)
            .map(|number| come(venue, number))
            .buffer_unordered(AT_ONCE);
        while let Some(came) = coming.next().await {
            let (identity, socket, took) = came?;
            self.joins.record(took);
            let seat = attend(&self.shared, identity, socket, false);
            self.seats.push(seat);
        }
        self.took = OsClock.now() - began;
        Ok(())
    }

    /// The authors and the host write, hands go up; the result is how many lines the host said.
    pub(super) async fn talk(&self, voices: &Voices) -> u64 {
        let lines = u64::from(voices.lines_per_second) * voices.seconds;
        let authors = async {
            let mut due = interval(Duration::from_secs(1) / voices.lines_per_second.max(1));
            for number in 0..lines {
                due.tick().await;
                let author =
                    &self.seats[number as usize % voices.authors.clamp(1, self.seats.len())];
                self.say(author, number, false);
            }
        };
        let hosts_lines = voices.seconds * 1_000 / HOST_LINE_EVERY.as_millis() as u64;
        let hosts = async {
            let mut due = interval(HOST_LINE_EVERY);
            for number in 0..hosts_lines {
                due.tick().await;
                self.say(&self.host, number, true);
            }
        };
        let hands = async {
            let wait = Duration::from_secs(voices.seconds) / (voices.hands as u32).max(1);
            for seat in self.seats.iter().rev().take(voices.hands) {
                self.raise(seat);
                tokio::time::sleep(wait).await;
            }
        };
        tokio::join!(authors, hosts, hands);
        hosts_lines
    }

    pub(super) fn tally(&self) -> Tally {
        std::mem::take(&mut *lock(&self.shared.tally))
    }

    pub(super) fn joins(&self) -> &LatencyHistogram {
        &self.joins
    }

    pub(super) fn joins_per_second(&self) -> f64 {
        self.seats.len() as f64 / self.took.as_secs_f64()
    }

    fn say(&self, seat: &Seat, number: u64, is_hosts: bool) {
        let text = written(is_hosts, self.shared.now_ns());
        let who = if is_hosts { "h" } else { "a" };
        let params = json!({ "id": format!("{who}-{number}"), "text": text });
        seat.command(number, "chat.say", &params);
    }

    fn raise(&self, seat: &Seat) {
        let now = OsClock.now();
        lock(&self.shared.raised).insert(seat.identity.clone(), now);
        seat.command(0, "hands.raise", &json!({}));
    }
}

impl Seat {
    fn command(&self, id: u64, method: &str, params: &Value) {
        let call = json!({ "id": id, "method": method, "params": params });
        // Whoever was cut off is counted as such.
        self.says.send(call.to_string()).ok();
    }
}

impl Shared {
    fn now_ns(&self) -> u64 {
        u64::try_from((OsClock.now() - self.began).as_nanos()).unwrap_or(u64::MAX)
    }

    /// The result is what is to be answered.
    fn heard(&self, identity: &str, is_host: bool, frame: &str) -> Option<String> {
        if let Some(line) = line_in(frame).filter(|_| frame.starts_with("{\"event\"")) {
            if !is_host {
                let now_ns = self.now_ns();
                let mut tally = lock(&self.tally);
                match line.is_hosts {
                    true => tally.host_lines += 1,
                    false => tally.lines += 1,
                }
                let took = Duration::from_nanos(now_ns.saturating_sub(line.sent_ns));
                tally.line.record(took);
            }
            return None;
        }
        if frame.starts_with("{\"resync\"") {
            lock(&self.tally).resyncs += 1;
        } else if is_host && frame.contains("\"type\":\"raised\"") {
            return granted(frame);
        } else if frame.contains("\"type\":\"rights_changed\"") && frame.contains("\"speak\"") {
            let since = lock(&self.raised).remove(identity)?;
            let mut tally = lock(&self.tally);
            tally.stage.record(OsClock.now() - since);
            tally.on_stage += 1;
        }
        None
    }
}

/// The host calls up whoever raises his hand.
fn granted(frame: &str) -> Option<String> {
    let event: Value = serde_json::from_str(frame).ok()?;
    let identity = &event["event"]["hand"]["identity"];
    let params = json!({ "identity": identity, "sources": ["microphone"] });
    Some(json!({ "id": 1, "method": "hands.grant", "params": params }).to_string())
}

/// From the request at the door to the room as it stands.
async fn come(venue: &Venue, number: usize) -> Result<(String, Socket, Duration), Failure> {
    let began = OsClock.now();
    let (url, identity) = venue.admits(number).await?;
    let mut socket = connect(&url, &address(number)).await?;
    loop {
        match socket
            .next()
            .await
            .ok_or("the server closed the socket")??
        {
            Message::Text(text) if text.starts_with("{\"snapshot\"") => break,
            Message::Close(frame) => return Err(format!("not let in: {frame:?}").into()),
            Message::Text(_)
            | Message::Binary(_)
            | Message::Ping(_)
            | Message::Pong(_)
            | Message::Frame(_) => {}
        }
    }
    Ok((identity, socket, OsClock.now() - began))
}

async fn connect(url: &str, from: &str) -> Result<Socket, Failure> {
    let mut request = url.into_client_request()?;
    request
        .headers_mut()
        .insert("x-forwarded-for", from.parse()?);
    let port = request.uri().port_u16().unwrap_or(80);
    let socket = TcpSocket::new_v4()?;
    socket.bind(SocketAddr::from((local(), 0)))?;
    let stream = socket
        .connect(format!("{SERVER_IP}:{port}").parse()?)
        .await?;
    stream.set_nodelay(true)?;
    let config = WebSocketConfig::default().read_buffer_size(BUFFER_BYTES);
    let (socket, _) = client_async_with_config(request, stream, Some(config)).await?;
    Ok(socket)
}

/// Reads until the server ends it.
fn attend(shared: &Arc<Shared>, identity: String, mut socket: Socket, is_host: bool) -> Seat {
    let (says, mut said) = mpsc::unbounded_channel::<String>();
    let (shared, name) = (shared.clone(), identity.clone());
    tokio::spawn(async move {
        loop {
            let text = tokio::select! {
                Some(text) = said.recv() => Some(text),
                came = socket.next() => match came {
                    Some(Ok(Message::Text(text))) => shared.heard(&name, is_host, &text),
                    Some(Ok(Message::Close(_)) | Err(_)) | None => break,
                    Some(Ok(_)) => None,
                },
            };
            if let Some(text) = text
                && socket.send(Message::text(text)).await.is_err()
            {
                break;
            }
        }
        lock(&shared.tally).cut += 1;
    });
    Seat { identity, says }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
