//! One relayed address of one client, and what may pass through it.

use super::answer::data_indication;
use super::message::{Key, Message, Transaction};
use super::rate::Rate;
use super::rules::{Moment, Rules};
use super::session::{Discard, Output};
use bytes::{BufMut, BytesMut};
use smallvec::SmallVec;
use std::net::{IpAddr, SocketAddr};
use std::time::{Duration, Instant};

/// RFC 8656 section 9.
const PERMISSION_LIFETIME: Duration = Duration::from_secs(300);
/// RFC 8656 section 12.
const CHANNEL_LIFETIME: Duration = Duration::from_secs(600);
/// Larger than any packet of ours; a Data indication of it still tells its length in 16 bits.
const MAX_PACKET_BYTES: usize = 8_192;

#[derive(Debug)]
pub(super) struct Allocation<L> {
    pub(super) relayed: SocketAddr,
    pub(super) username: String,
    pub(super) key: Key,
    /// Of the request that made it: it may be repeated.
    pub(super) transaction: Transaction,
    pub(super) expires: Instant,
    pub(super) lease: L,
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

impl<L> Allocation<L> {
    pub(super) fn new(
        at: Moment,
        request: &Message<'_>,
        key: &Key,
        relayed: SocketAddr,
        lease: L,
        rules: &Rules,
    ) -> Self {
        Self {
            relayed,
            username: request.username.unwrap_or_default().to_owned(),
            key: key.clone(),
            transaction: request.transaction,
            expires: at.now + rules.lifetime(request.lifetime_s),
            lease,
            permissions: SmallVec::new(),
            channels: SmallVec::new(),
            up: Rate::new(at.now, rules.bytes_per_second),
            down: Rate::new(at.now, rules.bytes_per_second),
        }
    }

    /// Whether the peer may be asked for at all; the error is the answer's code.
    pub(super) fn check_peer(&self, peer: SocketAddr, rules: &Rules) -> Result<(), u16> {
        if peer.is_ipv4() != self.relayed.is_ipv4() {
            return Err(443);
        }
        if !rules.allows(peer) {
            return Err(403);
        }
        Ok(())
    }

    pub(super) fn permit(&mut self, now: Instant, ip: IpAddr) {
        let expires = now + PERMISSION_LIFETIME;
        let mut permissions = self.permissions.iter_mut();
        match permissions.find(|(permitted, _)| *permitted == ip) {
            Some(permission) => permission.1 = expires,
            None => self.permissions.push((ip, expires)),
        }
    }

    /// Binds a channel or prolongs it, with its permission; an error is the answer's code.
    pub(super) fn bind(&mut self, now: Instant, number: u16, peer: SocketAddr) -> Result<(), u16> {
        self.channels.retain(|channel| channel.expires > now);
        let expires = now + CHANNEL_LIFETIME;
        let mut channels = self.channels.iter_mut();
        match channels.find(|channel| channel.number == number || channel.peer == peer) {
            Some(channel) if channel.number == number && channel.peer == peer => {
                channel.expires = expires;
            }
            Some(_) => return Err(400),
            None => self.channels.push(Channel {
                number,
                peer,
                expires,
            }),
        }
        self.permit(now, peer.ip());
        Ok(())
    }

    pub(super) fn peer_of(&self, now: Instant, number: u16) -> Option<SocketAddr> {
        let mut channels = self.channels.iter();
        let channel = channels.find(|channel| channel.number == number && channel.expires > now);
        channel.map(|channel| channel.peer)
    }

    /// The way from the client to a media address of ours, that he calls `peer` and we `local`.
    pub(super) fn pass<'a>(
        &mut self,
        now: Instant,
        peer: SocketAddr,
        local: SocketAddr,
        bytes: &'a [u8],
    ) -> Output<'a> {
        if !self.permits(now, peer.ip()) {
            return Output::Dropped(Discard::NoPermission);
        }
        if !self.up.takes(now, bytes.len()) {
            return Output::Dropped(Discard::OverRate);
        }
        Output::ToPeer {
            relayed: self.relayed,
            local,
            bytes,
        }
    }

    /// The way from a media address of ours to the client.
    pub(super) fn wrap(
        &mut self,
        now: Instant,
        peer: SocketAddr,
        bytes: &[u8],
        padded: bool,
        output: &mut BytesMut,
    ) -> Result<(), Discard> {
        if !self.permits(now, peer.ip()) {
            return Err(Discard::NoPermission);
        }
        if bytes.len() > MAX_PACKET_BYTES {
            return Err(Discard::Malformed);
        }
        if !self.down.takes(now, bytes.len()) {
            return Err(Discard::OverRate);
        }
        let mut channels = self.channels.iter();
        match channels.find(|channel| channel.peer == peer && channel.expires > now) {
            Some(channel) => {
                output.put_u16(channel.number);
                output.put_u16(bytes.len() as u16);
                output.put_slice(bytes);
                if padded {
                    output.put_bytes(0, bytes.len().next_multiple_of(4) - bytes.len());
                }
            }
            None => output.put_slice(&data_indication(peer, bytes)),
        }
        Ok(())
    }

    fn permits(&self, now: Instant, ip: IpAddr) -> bool {
        let mut permissions = self.permissions.iter();
        permissions.any(|(permitted, expires)| *permitted == ip && *expires > now)
    }
}
