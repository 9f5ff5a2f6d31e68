//! From a shard to its rooms. Control events are never lost; what comes again anyway gives way.

use base::media::{DataChannelKind, Event, Open};
use base::{PeerId, RoomKey};
use std::collections::{HashMap, VecDeque};
use tokio::sync::mpsc::Sender;
use tokio::sync::mpsc::error::TrySendError;

/// Events that may wait for a room which does not keep up; beyond them, those that come again
/// anyway (levels, statistics, quality, lossy data) are dropped. The others are few, or are held
/// back by their sender's credit.
const MOST_WAITING: usize = 1_024;

#[derive(Debug, Default)]
pub(crate) struct Rooms {
    peers: HashMap<PeerId, Listener>,
    /// Whoever of a room is here, to hear what concerns the room as a whole.
    rooms: HashMap<RoomKey, Vec<PeerId>>,
    /// Peers whose events wait.
    waiting: Vec<PeerId>,
    pub(crate) dropped: u64,
}

#[derive(Debug)]
struct Listener {
    room: RoomKey,
    sender: Sender<Event>,
    backlog: VecDeque<Event>,
}

impl Rooms {
    pub(crate) fn open(&mut self, open: &Open, sender: Sender<Event>) {
        self.rooms.entry(open.room).or_default().push(open.peer);
        let listener = Listener {
            room: open.room,
            sender,
            backlog: VecDeque::new(),
        };
        self.peers.insert(open.peer, listener);
    }

    /// From now on his events go elsewhere, those that wait included.
    pub(crate) fn move_to(&mut self, peer: PeerId, room: RoomKey, sender: Sender<Event>) {
        let Some(listener) = self.peers.get_mut(&peer) else {
            return;
        };
        let before = std::mem::replace(&mut listener.room, room);
        listener.sender = sender;
        self.leave_room(peer, before);
        self.rooms.entry(room).or_default().push(peer);
    }

    pub(crate) fn close(&mut self, peer: PeerId) {
        let Some(listener) = self.peers.remove(&peer) else {
            return;
        };
        self.leave_room(peer, listener.room);
    }

    pub(crate) fn tell(&mut self, event: Event) {
        let Some(peer) = self.listener_of(&event) else {
            return;
        };
        let Some(listener) = self.peers.get_mut(&peer) else {
            return;
        };
        if listener.backlog.is_empty() {
            match listener.sender.try_send(event) {
                Ok(()) | Err(TrySendError::Closed(_)) => {}
                Err(TrySendError::Full(event)) => {
                    listener.backlog.push_back(event);
                    self.waiting.push(peer);
                }
            }
        } else if listener.backlog.len() < MOST_WAITING || !comes_again(&event) {
            listener.backlog.push_back(event);
        } else {
            self.dropped += 1;
        }
    }

    /// Tries again what waits. Whether some still does.
    pub(crate) fn retry(&mut self) -> bool {
        let peers = &mut self.peers;
        self.waiting.retain(|peer| {
            let Some(listener) = peers.get_mut(peer) else {
                return false;
            };
            while let Some(event) = listener.backlog.pop_front() {
                if let Err(TrySendError::Full(event)) = listener.sender.try_send(event) {
                    listener.backlog.push_front(event);
                    return true;
                }
            }
            false
        });
        !self.waiting.is_empty()
    }

    fn leave_room(&mut self, peer: PeerId, room: RoomKey) {
        if let Some(of_room) = self.rooms.get_mut(&room) {
            of_room.retain(|p| *p != peer);
            if of_room.is_empty() {
                self.rooms.remove(&room);
            }
        }
    }

    fn listener_of(&self, event: &Event) -> Option<PeerId> {
        Some(match event {
            Event::Levels(levels) => *self.rooms.get(&levels.room)?.first()?,
            Event::Quality(quality) => quality.peer,
            Event::TrackLive(live) => live.peer,
            Event::FirstForwarded { subscriber, .. } => *subscriber,
            Event::Answer { peer, .. }
            | Event::Offer { peer, .. }
            | Event::SdpRefused { peer, .. }
            | Event::SectionsNeeded { peer, .. }
            | Event::Connected { peer, .. }
            | Event::Disconnected { peer, .. }
            | Event::Failed { peer, .. }
            | Event::TrackEnded { peer, .. }
            | Event::SubscriptionFailed { peer, .. }
            | Event::Data { peer, .. }
            | Event::SlowReader { peer }
            | Event::StreamStates { peer, .. }
            | Event::Wanted { peer, .. }
            | Event::Stats { peer, .. } => *peer,
        })
    }
}

fn comes_again(event: &Event) -> bool {
    match event {
        Event::Levels(_) | Event::Quality(_) | Event::Stats { .. } => true,
        Event::Data { channel, .. } => *channel != DataChannelKind::Reliable,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use base::ParticipantSid;
    use base::media::{PcMode, PcTarget, Stats};
    use tokio::sync::mpsc;

    fn open() -> Open {
        Open {
            peer: PeerId(1),
            room: RoomKey(1),
            participant: ParticipantSid::from("PA_x"),
            mode: PcMode::Single,
            subscriber_primary: false,
            allow_pause: true,
            negotiated_channels: false,
            disable_ice_lite: false,
        }
    }

    fn connected() -> Event {
        Event::Connected {
            peer: PeerId(1),
            target: PcTarget::Publisher,
        }
    }

    #[test]
    fn who_changes_rooms_is_heard_in_the_new_one() {
        let (old, mut heard_old) = mpsc::channel(8);
        let (new, mut heard_new) = mpsc::channel(8);
        let mut rooms = Rooms::default();
        rooms.open(&open(), old);
        rooms.move_to(PeerId(1), RoomKey(2), new);
        rooms.tell(connected());
        rooms.tell(Event::Levels(base::media::Levels {
            room: RoomKey(2),
            loudness: Vec::new(),
        }));
        assert!(matches!(heard_new.try_recv(), Ok(Event::Connected { .. })));
        assert!(matches!(heard_new.try_recv(), Ok(Event::Levels(_))));
        assert!(heard_old.try_recv().is_err());
    }

    #[test]
    fn control_waits_for_a_slow_room_and_statistics_give_way() {
        let (sender, mut receiver) = mpsc::channel(1);
        let mut rooms = Rooms::default();
        rooms.open(&open(), sender);
        for _ in 0..2 * MOST_WAITING {
            rooms.tell(Event::Stats {
                peer: PeerId(1),
                stats: Stats::default(),
            });
        }
        rooms.tell(connected());
        let mut heard = Vec::new();
        while let Ok(event) = receiver.try_recv() {
            heard.push(event);
            rooms.retry();
        }
        assert!(heard.len() < 2 * MOST_WAITING);
        assert!(matches!(heard.last(), Some(Event::Connected { .. })));
        assert!(rooms.dropped > 0);
    }
}
