//! What one client of the relay has and may: the pure core of the TURN server (RFC 8656).
//!
//! No relay socket exists. A relayed address is a name for the client, under which the media plane
//! of this process sees it; the only peers are this process's own media addresses, and every
//! other peer is forbidden. What peers there are is decided in one place, [`Rules::allows`].

use super::address::{FAMILY_V4, FAMILY_V6};
use super::allocation::Allocation;
use super::answer::{Refusal, allocated, seconds, success};
use super::credentials;
use super::message::{Key, Message, Writer, attribute, method};
use super::rules::{Moment, Rules};
use crate::demux::StunClass;
use bytes::BytesMut;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

const CHANNEL_NUMBERS: std::ops::RangeInclusive<u16> = 0x4000..=0x4fff;
/// IANA's number of UDP: what lies between relay and peer.
const TRANSPORT_UDP: u8 = 17;
const CHANNEL_HEADER_BYTES: usize = 4;

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
    /// The packet is for this process's media address `local` and comes from `relayed`.
    ToPeer {
        relayed: SocketAddr,
        local: SocketAddr,
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
            Some(0x40..=0x4f) => self.channel_data(at.now, bytes, rules),
            Some(_) | None => Output::Dropped(Discard::Malformed),
        }
    }

    /// Appends to `output` what the client is to be sent for a packet from our media address
    /// `local`. `padded`: on a stream, ChannelData ends on a multiple of four.
    pub(super) fn wrap_for_client(
        &mut self,
        now: Instant,
        local: SocketAddr,
        bytes: &[u8],
        padded: bool,
        rules: &Rules,
        output: &mut BytesMut,
    ) -> Result<(), Discard> {
        let allocation = self.allocation.as_mut();
        let living = allocation.filter(|allocation| allocation.expires > now);
        living.ok_or(Discard::NoAllocation)?.wrap(
            now,
            rules.advertised_of(local),
            bytes,
            padded,
            output,
        )
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
        let allocation = self
            .allocation
            .insert(Allocation::new(at, message, key, relayed, lease, rules));
        Ok(allocated(allocation, at, message))
    }

    fn refresh(&mut self, at: Moment, message: &Message<'_>, rules: &Rules) -> Result<Writer, u16> {
        let allocation = self.allocation.as_mut().ok_or(437_u16)?;
        let granted = if message.lifetime_s == Some(0) {
            self.allocation = None;
            Duration::ZERO
        } else {
            let granted = rules.lifetime(message.lifetime_s);
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
        allocation.bind(at.now, number, *peer)?;
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
        let Some(local) = rules.local_of(peer) else {
            return Output::Dropped(Discard::NoPermission);
        };
        allocation.pass(now, peer, local, bytes)
    }

    fn channel_data<'a>(&mut self, now: Instant, bytes: &'a [u8], rules: &Rules) -> Output<'a> {
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
        let peer = allocation.peer_of(now, number);
        match peer.and_then(|peer| Some((peer, rules.local_of(peer)?))) {
            Some((peer, local)) => allocation.pass(now, peer, local, bytes),
            None => Output::Dropped(Discard::NoPermission),
        }
    }
}
