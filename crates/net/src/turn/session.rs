//! What one client of the relay has and may: the pure core of the TURN server (RFC 8656).
//!
//! No relay socket exists. A relayed address is a name for the client, under which the media plane
//! of this process sees it; the only peers are this process's own media addresses, and every
//! other peer is forbidden. What peers there are is decided in one place, [`Rules::allows`].

use super::address::{FAMILY_V4, FAMILY_V6};
use super::credentials;
use super::message::{Key, Message, Transaction, Writer, attribute, method};
use super::nonce::Nonces;
use super::rate::Rate;
use crate::demux::StunClass;
use base::Redacted;
use bytes::{BufMut, BytesMut};
use smallvec::SmallVec;
use std::collections::HashSet;
use std::net::{IpAddr, SocketAddr};
use std::time::{Duration, Instant};

/// RFC 8656 sections 9 and 12.
const PERMISSION_LIFETIME: Duration = Duration::from_secs(300);
const CHANNEL_LIFETIME: Duration = Duration::from_secs(600);
const CHANNEL_NUMBERS: std::ops::RangeInclusive<u16> = 0x4000..=0x4fff;
/// IANA's number of UDP: what lies between relay and peer.
const TRANSPORT_UDP: u8 = 17;
const CHANNEL_HEADER_BYTES: usize = 4;

/// What holds for all clients.
#[derive(Debug)]
pub(super) struct Rules {
    pub(super) realm: String,
    pub(super) secret: Redacted<String>,
    pub(super) nonces: Nonces,
    /// The media addresses of this process: the only peers.
    pub(super) media: HashSet<SocketAddr>,
    pub(super) lifetime: Duration,
    pub(super) max_lifetime: Duration,
    pub(super) bytes_per_second: Option<u64>,
}

impl Rules {
    /// A permission counts for an IP, so that some clients name no port.
    fn allows(&self, peer: SocketAddr) -> bool {
        match peer.port() {
            0 => self.media.iter().any(|media| media.ip() == peer.ip()),
            _ => self.media.contains(&peer),
        }
    }
}

/// When and for whom a message is handled.
#[derive(Clone, Copy, Debug)]
pub(super) struct Moment {
    pub(super) now: Instant,
    pub(super) unix_s: u64,
    /// The client's address as we see it.
    pub(super) client: SocketAddr,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Family {
    V4,
    V6,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum LeaseError {
    /// This user has as many allocations as he may.
    Quota,
    /// The server has.
    Capacity,
}

/// Hands out relayed addresses; dropping a lease gives its address back.
pub(super) trait Relays {
    type Lease;

    fn lease(&self, user: &str, family: Family) -> Result<(SocketAddr, Self::Lease), LeaseError>;
}

/// What a client's packet leads to.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Output<'a> {
    Reply {
        bytes: Vec<u8>,
        /// The error code, if it is an error.
        error: Option<u16>,
    },
    /// The packet is for this process's media address `peer` and comes from `relayed`.
    ToPeer {
        relayed: SocketAddr,
        peer: SocketAddr,
        bytes: &'a [u8],
    },
    Dropped(Discard),
    /// A keepalive.
    Nothing,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Discard {
    Malformed,
    NoAllocation,
    NoPermission,
    OverRate,
}

#[derive(Debug)]
pub(super) struct Session<L> {
    allocation: Option<Allocation<L>>,
}

#[derive(Debug)]
struct Allocation<L> {
    relayed: SocketAddr,
    username: String,
    key: Key,
    /// Of the request that made it: it may be repeated.
    transaction: Transaction,
    expires: Instant,
    lease: L,
    // As many as there are media addresses at most, since no other peer is let in.
    permissions: SmallVec<[(IpAddr, Instant); 2]>,
    channels: SmallVec<[Channel; 2]>,
    up: Rate,
    down: Rate,
}

#[derive(Clone, Copy, Debug)]
struct Channel {
    number: u16,
    peer: SocketAddr,
    expires: Instant,
}

/// An error response on its way: code, reason, and the key if the client has proved that he has it.
struct Refusal {
    code: u16,
    key: Option<Key>,
}

impl<L> Session<L> {
    pub(super) fn new() -> Self {
        Self { allocation: None }
    }

    pub(super) fn lease(&self) -> Option<&L> {
        self.allocation.as_ref().map(|allocation| &allocation.lease)
    }

    /// Gives up what has run out.
    pub(super) fn expire(&mut self, now: Instant) {
        self.allocation
            .take_if(|allocation| allocation.expires <= now);
    }

    pub(super) fn handle<'a>(
        &mut self,
        at: Moment,
        bytes: &'a [u8],
        rules: &Rules,
        relays: &impl Relays<Lease = L>,
    ) -> Output<'a> {
        self.expire(at.now);
        match bytes.first() {
            Some(0..=3) => {
                let Some(message) = Message::parse(bytes) else {
                    return Output::Dropped(Discard::Malformed);
                };
                match message.class {
                    StunClass::Request => self.request(at, &message, rules, relays),
                    StunClass::Indication => self.indication(at.now, &message, rules),
                    StunClass::Success | StunClass::Error => Output::Dropped(Discard::Malformed),
                }
            }
            Some(0x40..=0x4f) => self.channel_data(at.now, bytes),
            Some(_) | None => Output::Dropped(Discard::Malformed),
        }
    }

    /// Appends to `output` what the client is to be sent for a packet from our media address
    /// `peer`. `padded`: on a stream, ChannelData ends on a multiple of four.
    pub(super) fn to_client(
        &mut self,
        now: Instant,
        peer: SocketAddr,
        bytes: &[u8],
        padded: bool,
        output: &mut BytesMut,
    ) -> Result<(), Discard> {
        let allocation = self
            .allocation
            .as_mut()
            .filter(|allocation| allocation.expires > now);
        let allocation = allocation.ok_or(Discard::NoAllocation)?;
        if !allocation.permits(now, peer.ip()) {
            return Err(Discard::NoPermission);
        }
        if !allocation.down.takes(now, bytes.len()) {
            return Err(Discard::OverRate);
        }
        let channel = allocation
            .channels
            .iter()
            .find(|c| c.peer == peer && c.expires > now);
        match (channel, u16::try_from(bytes.len())) {
            (_, Err(_)) => return Err(Discard::Malformed),
            (Some(channel), Ok(length)) => {
                output.put_u16(channel.number);
                output.put_u16(length);
                output.put_slice(bytes);
                if padded {
                    output.put_bytes(0, bytes.len().next_multiple_of(4) - bytes.len());
                }
            }
            (None, Ok(_)) => output.put_slice(&data_indication(peer, bytes)),
        }
        Ok(())
    }

    fn request<'a>(
        &mut self,
        at: Moment,
        message: &Message<'_>,
        rules: &Rules,
        relays: &impl Relays<Lease = L>,
    ) -> Output<'a> {
        if message.method == method::BINDING {
            let bytes = success(message)
                .put_address(attribute::XOR_MAPPED_ADDRESS, at.client)
                .finish(None);
            return Output::Reply { bytes, error: None };
        }
        let answer = self.authenticate(at, message, rules).and_then(|key| {
            let answer = if message.unknown.is_empty() {
                self.act(at, message, &key, rules, relays)
            } else {
                Err(420)
            };
            answer.map_err(|code| Refusal {
                code,
                key: Some(key),
            })
        });
        match answer {
            Ok(bytes) => Output::Reply { bytes, error: None },
            Err(refusal) => Output::Reply {
                error: Some(refusal.code),
                bytes: refusal.message(at, message, rules),
            },
        }
    }

    /// RFC 8489 section 9.2.4. The nonce comes first: strangers then cost no cryptography beyond
    /// one short tag.
    fn authenticate(
        &self,
        at: Moment,
        message: &Message<'_>,
        rules: &Rules,
    ) -> Result<Key, Refusal> {
        let refuse = |code| Refusal { code, key: None };
        if !message.has_integrity() {
            return Err(refuse(401));
        }
        let (Some(username), Some(realm), Some(nonce)) =
            (message.username, message.realm, message.nonce)
        else {
            return Err(refuse(400));
        };
        if !rules.nonces.is_fresh(nonce, at.unix_s, at.client.ip()) {
            return Err(refuse(438));
        }
        if realm != rules.realm {
            return Err(refuse(401));
        }
        let known = self
            .allocation
            .as_ref()
            .filter(|allocation| allocation.username == username);
        let key = match known {
            Some(allocation) => allocation.key.clone(),
            None => credentials::key(&rules.secret, username, &rules.realm),
        };
        if !message.is_signed_by(&key) {
            return Err(refuse(401));
        }
        if self.allocation.is_some() && known.is_none() {
            return Err(Refusal {
                code: 441,
                key: Some(key),
            });
        }
        Ok(key)
    }

    fn act(
        &mut self,
        at: Moment,
        message: &Message<'_>,
        key: &Key,
        rules: &Rules,
        relays: &impl Relays<Lease = L>,
    ) -> Result<Vec<u8>, u16> {
        match message.method {
            method::ALLOCATE => self.allocate(at, message, key, rules, relays),
            method::REFRESH => self.refresh(at, message, rules),
            method::CREATE_PERMISSION => self.create_permission(at, message, rules),
            method::CHANNEL_BIND => self.bind_channel(at, message, rules),
            _ => Err(400),
        }
        .map(|answer| answer.finish(Some(key)))
    }

    fn allocate(
        &mut self,
        at: Moment,
        message: &Message<'_>,
        key: &Key,
        rules: &Rules,
        relays: &impl Relays<Lease = L>,
    ) -> Result<Writer, u16> {
        if let Some(allocation) = &self.allocation {
            let repeated = allocation.transaction == message.transaction;
            return repeated
                .then(|| allocated(allocation, at, message))
                .ok_or(437);
        }
        match message.requested_transport {
            Some(TRANSPORT_UDP) => {}
            Some(_) => return Err(442),
            None => return Err(400),
        }
        let family = match message.requested_family {
            None | Some(FAMILY_V4) => Family::V4,
            Some(FAMILY_V6) => Family::V6,
            Some(_) => return Err(440),
        };
        // Checked here and not at each request: who is in a call stays in it.
        let username = message.username.unwrap_or_default();
        let (expiry, name) = credentials::expiry_and_name(username).ok_or(401_u16)?;
        if expiry <= at.unix_s {
            return Err(401);
        }
        let (relayed, lease) = relays.lease(name, family).map_err(|error| match error {
            LeaseError::Quota => 486_u16,
            LeaseError::Capacity => 508,
        })?;
        let allocation = self.allocation.insert(Allocation {
            relayed,
            username: username.to_owned(),
            key: key.clone(),
            transaction: message.transaction,
            expires: at.now + lifetime(message, rules),
            lease,
            permissions: SmallVec::new(),
            channels: SmallVec::new(),
            up: Rate::new(at.now, rules.bytes_per_second),
            down: Rate::new(at.now, rules.bytes_per_second),
        });
        Ok(allocated(allocation, at, message))
    }

    fn refresh(&mut self, at: Moment, message: &Message<'_>, rules: &Rules) -> Result<Writer, u16> {
        let allocation = self.allocation.as_mut().ok_or(437_u16)?;
        let granted = if message.lifetime_s == Some(0) {
            self.allocation = None;
            Duration::ZERO
        } else {
            let granted = lifetime(message, rules);
            allocation.expires = at.now + granted;
            granted
        };
        Ok(success(message).put(attribute::LIFETIME, &seconds(granted)))
    }

    fn create_permission(
        &mut self,
        at: Moment,
        message: &Message<'_>,
        rules: &Rules,
    ) -> Result<Writer, u16> {
        let allocation = self.allocation.as_mut().ok_or(437_u16)?;
        if message.peers.is_empty() {
            return Err(400);
        }
        for peer in &message.peers {
            allocation.check_peer(*peer, rules)?;
        }
        for peer in &message.peers {
            allocation.permit(at.now, peer.ip());
        }
        Ok(success(message))
    }

    fn bind_channel(
        &mut self,
        at: Moment,
        message: &Message<'_>,
        rules: &Rules,
    ) -> Result<Writer, u16> {
        let allocation = self.allocation.as_mut().ok_or(437_u16)?;
        let (Some(number), [peer]) = (message.channel, &message.peers[..]) else {
            return Err(400);
        };
        if !CHANNEL_NUMBERS.contains(&number) || peer.port() == 0 {
            return Err(400);
        }
        allocation.check_peer(*peer, rules)?;
        allocation
            .channels
            .retain(|channel| channel.expires > at.now);
        let bound = |c: &&mut Channel| c.number == number || c.peer == *peer;
        let expires = at.now + CHANNEL_LIFETIME;
        match allocation.channels.iter_mut().find(bound) {
            Some(channel) if channel.number == number && channel.peer == *peer => {
                channel.expires = expires;
            }
            Some(_) => return Err(400),
            None => allocation.channels.push(Channel {
                number,
                peer: *peer,
                expires,
            }),
        }
        allocation.permit(at.now, peer.ip());
        Ok(success(message))
    }

    fn indication<'a>(&mut self, now: Instant, message: &Message<'a>, rules: &Rules) -> Output<'a> {
        let (peer, bytes) = match (message.method, &message.peers[..], message.data) {
            (method::SEND, [peer], Some(bytes)) if message.unknown.is_empty() => (*peer, bytes),
            (method::BINDING, ..) => return Output::Nothing,
            _ => return Output::Dropped(Discard::Malformed),
        };
        let Some(allocation) = &mut self.allocation else {
            return Output::Dropped(Discard::NoAllocation);
        };
        // A permission is for an IP; the port has to be one of ours as well.
        if !allocation.permits(now, peer.ip()) || !rules.media.contains(&peer) {
            return Output::Dropped(Discard::NoPermission);
        }
        allocation.to_peer(now, peer, bytes)
    }

    fn channel_data<'a>(&mut self, now: Instant, bytes: &'a [u8]) -> Output<'a> {
        let Some((head, rest)) = bytes.split_first_chunk::<CHANNEL_HEADER_BYTES>() else {
            return Output::Dropped(Discard::Malformed);
        };
        let number = u16::from_be_bytes([head[0], head[1]]);
        let length = usize::from(u16::from_be_bytes([head[2], head[3]]));
        let Some(bytes) = rest.get(..length) else {
            return Output::Dropped(Discard::Malformed);
        };
        let Some(allocation) = &mut self.allocation else {
            return Output::Dropped(Discard::NoAllocation);
        };
        let channel = allocation
            .channels
            .iter()
            .find(|c| c.number == number && c.expires > now);
        match channel.map(|channel| channel.peer) {
            Some(peer) if allocation.permits(now, peer.ip()) => {
                allocation.to_peer(now, peer, bytes)
            }
            Some(_) | None => Output::Dropped(Discard::NoPermission),
        }
    }
}

impl<L> Allocation<L> {
    fn check_peer(&self, peer: SocketAddr, rules: &Rules) -> Result<(), u16> {
        if peer.is_ipv4() != self.relayed.is_ipv4() {
            return Err(443);
        }
        if !rules.allows(peer) {
            return Err(403);
        }
        Ok(())
    }

    fn permits(&self, now: Instant, ip: IpAddr) -> bool {
        self.permissions
            .iter()
            .any(|(permitted, expires)| *permitted == ip && *expires > now)
    }

    fn permit(&mut self, now: Instant, ip: IpAddr) {
        let expires = now + PERMISSION_LIFETIME;
        match self
            .permissions
            .iter_mut()
            .find(|(permitted, _)| *permitted == ip)
        {
            Some(permission) => permission.1 = expires,
            None => self.permissions.push((ip, expires)),
        }
    }

    fn to_peer<'a>(&mut self, now: Instant, peer: SocketAddr, bytes: &'a [u8]) -> Output<'a> {
        if !self.up.takes(now, bytes.len()) {
            return Output::Dropped(Discard::OverRate);
        }
        Output::ToPeer {
            relayed: self.relayed,
            peer,
            bytes,
        }
    }
}

impl Refusal {
    fn message(&self, at: Moment, request: &Message<'_>, rules: &Rules) -> Vec<u8> {
        let mut error = Writer::new(StunClass::Error, request.method, &request.transaction)
            .put_error(self.code, reason(self.code));
        if self.code == 420 {
            let unknown: Vec<u8> = request
                .unknown
                .iter()
                .flat_map(|a| a.to_be_bytes())
                .collect();
            error = error.put(attribute::UNKNOWN_ATTRIBUTES, &unknown);
        }
        if matches!(self.code, 401 | 438) {
            let nonce = rules.nonces.make(at.unix_s, at.client.ip());
            error = error
                .put(attribute::REALM, rules.realm.as_bytes())
                .put(attribute::NONCE, nonce.as_bytes());
        }
        error.finish(self.key.as_ref())
    }
}

fn allocated<L>(allocation: &Allocation<L>, at: Moment, request: &Message<'_>) -> Writer {
    let left = allocation.expires.saturating_duration_since(at.now);
    success(request)
        .put_address(attribute::XOR_RELAYED_ADDRESS, allocation.relayed)
        .put(attribute::LIFETIME, &seconds(left))
        .put_address(attribute::XOR_MAPPED_ADDRESS, at.client)
}

fn success(request: &Message<'_>) -> Writer {
    Writer::new(StunClass::Success, request.method, &request.transaction)
}

fn data_indication(peer: SocketAddr, bytes: &[u8]) -> Vec<u8> {
    // Nobody answers an indication, so that its transaction needs no randomness.
    Writer::new(StunClass::Indication, method::DATA, &[0; 12])
        .put_address(attribute::XOR_PEER_ADDRESS, peer)
        .put(attribute::DATA, bytes)
        .finish(None)
}

/// What the client asked for, within bounds (RFC 8656 section 7.2).
fn lifetime(message: &Message<'_>, rules: &Rules) -> Duration {
    let asked = message.lifetime_s.map(|s| Duration::from_secs(s.into()));
    asked
        .unwrap_or_default()
        .min(rules.max_lifetime)
        .max(rules.lifetime)
}

fn seconds(duration: Duration) -> [u8; 4] {
    u32::try_from(duration.as_secs())
        .unwrap_or(u32::MAX)
        .to_be_bytes()
}

/// Reason phrases of RFC 8489 section 14.8 and RFC 8656 section 19.
fn reason(code: u16) -> &'static str {
    match code {
        401 => "Unauthorized",
        403 => "Forbidden",
        420 => "Unknown Attribute",
        437 => "Allocation Mismatch",
        438 => "Stale Nonce",
        440 => "Address Family not Supported",
        441 => "Wrong Credentials",
        442 => "Unsupported Transport Protocol",
        443 => "Peer Address Family Mismatch",
        486 => "Allocation Quota Reached",
        508 => "Insufficient Capacity",
        _ => "Bad Request",
    }
}
