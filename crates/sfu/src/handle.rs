//! How rooms reach the media threads.

use crate::config::SfuConfig;
use crate::mailbox::{Mail, Mailbox};
use crate::placement::Map;
use crate::shard::Shard;
use crate::tap::Feed;
use base::media::{Command, Event, Open};
use base::{PeerId, RoomKey, TrackId};
use net::{UdpOptions, UdpSocket};
use sfu_core::{ShardId, TapId};
use std::collections::BTreeMap;
use std::io;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use tokio::sync::mpsc::Sender;

/// The media plane as rooms see it. Clones share it; calls never block.
#[derive(Clone, Debug)]
pub struct SfuHandle(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    mailboxes: Vec<Mailbox>,
    map: Mutex<Map>,
    threads: Mutex<Vec<JoinHandle<()>>>,
    taps: AtomicU64,
}

/// A media thread has ended or hangs; the process should end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a media thread has ended or hangs")]
pub struct Gone;

/// The media threads could not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error("cannot open the media port {address}")]
    Bind {
        address: SocketAddr,
        source: io::Error,
    },
    #[error("cannot start a media thread")]
    Thread(#[source] io::Error),
}

/// Binds the media ports and starts the threads.
///
/// # Errors
/// If a port is taken or the system has no descriptors or threads left.
pub fn start(config: &SfuConfig) -> Result<SfuHandle, StartError> {
    for address in &config.udp {
        claim(*address, config.udp_options)?;
    }
    let ids = (0..config.shards).map(ShardId);
    let mut shards = Vec::new();
    for id in ids {
        shards.push(Shard::bind(config, id)?);
    }
    let mailboxes: Vec<Mailbox> = shards.iter().map(|shard| shard.mailbox.clone()).collect();
    let mut threads = Vec::new();
    for shard in shards {
        let others = mailboxes.clone();
        let name = format!("media-{}", shard.id().0);
        let thread = std::thread::Builder::new()
            .name(name)
            .spawn(move || shard.run(&others))
            .map_err(StartError::Thread)?;
        threads.push(thread);
    }
    Ok(SfuHandle(Arc::new(Shared {
        map: Mutex::new(Map::new(config.placement, config.shards)),
        mailboxes,
        threads: Mutex::new(threads),
        taps: AtomicU64::new(0),
    })))
}

/// Our threads share each port; another process must not, since the kernel would give it half of
/// our clients' packets. Whoever has the port, shared or not, keeps an unshared socket from it.
fn claim(address: SocketAddr, options: UdpOptions) -> Result<(), StartError> {
    let alone = UdpOptions {
        shared: false,
        ..options
    };
    UdpSocket::bind(address, alone)
        .map(drop)
        .map_err(|source| StartError::Bind { address, source })
}

impl SfuHandle {
    /// A participant's media begins. His events, and those of his room as a whole, go to `events`.
    ///
    /// # Errors
    /// [`Gone`]
    pub fn open(&self, open: Open, events: Sender<Event>) -> Result<(), Gone> {
        let shard = self.map().place(open.peer, open.room);
        self.post(shard, Mail::Open(open, events))
    }

    /// A participant goes on in another room: his events go to `events` from now on. Commands that
    /// were sent before are carried out before.
    ///
    /// # Errors
    /// [`Gone`]
    pub fn move_to(&self, peer: PeerId, room: RoomKey, events: Sender<Event>) -> Result<(), Gone> {
        let shard = self.map().move_to(peer, room);
        match shard {
            Some(shard) => self.post(shard, Mail::Move(peer, room, events)),
            None => Ok(()),
        }
    }

    /// Passes a command to the shard of its peer. A command about somebody who is gone is ignored.
    ///
    /// # Errors
    /// [`Gone`]
    pub fn send(&self, command: Command) -> Result<(), Gone> {
        let peer = match &command {
            Command::Open(_) | Command::Move { .. } => return Ok(()),
            Command::SendData { .. } => return self.send_data(command),
            Command::Close { peer } => {
                let Some(shard) = self.map().leave(*peer) else {
                    return Ok(());
                };
                return self.post(shard, Mail::Command(command));
            }
            Command::Publish(spec) => {
                self.map().publish(spec.publisher, spec.id);
                spec.publisher
            }
            Command::Unpublish { peer, track } => {
                self.map().unpublish(*track);
                *peer
            }
            Command::Subscribe(subscribe) => subscribe.peer,
            Command::Offer { peer, .. }
            | Command::Answer { peer, .. }
            | Command::Trickle { peer, .. }
            | Command::RestartIce { peer }
            | Command::Mute { peer, .. }
            | Command::Unsubscribe { peer, .. }
            | Command::Configure { peer, .. } => *peer,
        };
        let shard = self.map().shard_of(peer);
        match shard {
            Some(shard) => self.post(shard, Mail::Command(command)),
            None => Ok(()),
        }
    }

    /// Whether all media threads are running.
    pub fn is_alive(&self) -> bool {
        let threads = self.0.threads.lock();
        let threads = threads.unwrap_or_else(PoisonError::into_inner);
        threads.iter().all(|thread| !thread.is_finished())
    }

    /// Ends the media threads; everybody's connections end with them.
    pub fn stop(&self) {
        for mailbox in &self.0.mailboxes {
            // One that takes no messages has ended already.
            let _ = mailbox.send(Mail::Stop);
        }
        let threads = self.0.threads.lock();
        let mut threads = threads.unwrap_or_else(PoisonError::into_inner);
        for thread in threads.drain(..) {
            if thread.join().is_err() {
                tracing::error!("a media thread ended with a panic");
            }
        }
    }

    pub(crate) fn next_tap(&self) -> TapId {
        TapId(self.0.taps.fetch_add(1, Ordering::Relaxed))
    }

    /// To the track's shard; a tap of a track that is gone ends at once.
    pub(crate) fn post_tap(&self, tap: TapId, track: TrackId, feed: Feed) -> Result<(), Gone> {
        let shard = self.map().home_of(track);
        match shard {
            Some(shard) => self.post(shard, Mail::Tap(tap, track, feed)),
            None => {
                feed.end();
                Ok(())
            }
        }
    }

    /// To all shards: the track's may not be known any more.
    pub(crate) fn untap(&self, tap: TapId) {
        for mailbox in &self.0.mailboxes {
            // One that takes no messages has no taps either.
            let _ = mailbox.send(Mail::Untap(tap));
        }
    }

    pub(crate) fn shards(&self) -> usize {
        self.0.mailboxes.len()
    }

    pub(crate) fn mailbox(&self, shard: usize) -> Option<&Mailbox> {
        self.0.mailboxes.get(shard)
    }

    fn send_data(&self, command: Command) -> Result<(), Gone> {
        let Command::SendData {
            peers,
            channel,
            bytes,
            credit,
        } = command
        else {
            return Ok(());
        };
        let mut by_shard: BTreeMap<ShardId, Vec<PeerId>> = BTreeMap::new();
        let map = self.map();
        for peer in peers {
            if let Some(shard) = map.shard_of(peer) {
                by_shard.entry(shard).or_default().push(peer);
            }
        }
        drop(map);
        for (shard, peers) in by_shard {
            let part = Command::SendData {
                peers,
                channel,
                bytes: bytes.clone(),
                credit: credit.clone(),
            };
            self.post(shard, Mail::Command(part))?;
        }
        Ok(())
    }

    fn post(&self, shard: ShardId, mail: Mail) -> Result<(), Gone> {
        let mailbox = self.mailbox(usize::from(shard.0)).ok_or(Gone)?;
        mailbox.send(mail).map_err(|_| Gone)
    }

    fn map(&self) -> MutexGuard<'_, Map> {
        self.0.map.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
