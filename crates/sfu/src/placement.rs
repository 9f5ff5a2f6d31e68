//! Which shard carries whom.

use crate::config::Placement;
use base::{PeerId, RoomKey, TrackId};
use sfu_core::ShardId;
use std::collections::HashMap;

/// Where everybody is. Kept by the handle, under a lock that is held for a look-up at a time.
#[derive(Debug)]
pub(crate) struct Map {
    placement: Placement,
    loads: Vec<usize>,
    peers: HashMap<PeerId, (ShardId, RoomKey)>,
    rooms: HashMap<RoomKey, Vec<usize>>,
    /// Published tracks, by who publishes them.
    tracks: HashMap<TrackId, PeerId>,
    next: usize,
}

impl Map {
    pub(crate) fn new(placement: Placement, shards: u8) -> Self {
        Self {
            placement,
            loads: vec![0; usize::from(shards)],
            peers: HashMap::new(),
            rooms: HashMap::new(),
            tracks: HashMap::new(),
            next: 0,
        }
    }

    /// Chooses a shard for a new peer and counts him there.
    pub(crate) fn place(&mut self, peer: PeerId, room: RoomKey) -> ShardId {
        let shards = self.loads.len();
        let index = match self.placement {
            Placement::Spread => {
                self.next += 1;
                (self.next - 1) % shards
            }
            Placement::Home {
                peers_per_room_and_shard,
            } => self.home(room, peers_per_room_and_shard),
        };
        self.loads[index] += 1;
        self.rooms.entry(room).or_insert_with(|| vec![0; shards])[index] += 1;
        let shard = ShardId(u8::try_from(index).unwrap_or(0));
        self.peers.insert(peer, (shard, room));
        shard
    }

    /// Where the room is already and has place, else where there are fewest.
    fn home(&self, room: RoomKey, most: usize) -> usize {
        let of_room = self.rooms.get(&room);
        let has_place = of_room.and_then(|counts| {
            let here = |(_, count): &(usize, &usize)| (1..most).contains(*count);
            counts.iter().enumerate().find(here).map(|(index, _)| index)
        });
        let emptiest = || {
            let loads = self.loads.iter().enumerate();
            loads.min_by_key(|(_, load)| **load).map(|(index, _)| index)
        };
        has_place.or_else(emptiest).unwrap_or(0)
    }

    pub(crate) fn publish(&mut self, peer: PeerId, track: TrackId) {
        self.tracks.insert(track, peer);
    }

    pub(crate) fn unpublish(&mut self, track: TrackId) {
        self.tracks.remove(&track);
    }

    /// A peer has left, and his tracks with him.
    pub(crate) fn leave(&mut self, peer: PeerId) -> Option<ShardId> {
        self.tracks.retain(|_, publisher| *publisher != peer);
        self.remove(peer)
    }

    /// The shard of a track's publisher.
    pub(crate) fn home_of(&self, track: TrackId) -> Option<ShardId> {
        self.shard_of(*self.tracks.get(&track)?)
    }

    pub(crate) fn shard_of(&self, peer: PeerId) -> Option<ShardId> {
        self.peers.get(&peer).map(|(shard, _)| *shard)
    }

    /// He is counted for another room; his shard stays.
    pub(crate) fn move_to(&mut self, peer: PeerId, room: RoomKey) -> Option<ShardId> {
        let shards = self.loads.len();
        let shard = self.remove(peer)?;
        let index = usize::from(shard.0);
        self.loads[index] += 1;
        self.rooms.entry(room).or_insert_with(|| vec![0; shards])[index] += 1;
        self.peers.insert(peer, (shard, room));
        Some(shard)
    }

    fn remove(&mut self, peer: PeerId) -> Option<ShardId> {
        let (shard, room) = self.peers.remove(&peer)?;
        let index = usize::from(shard.0);
        self.loads[index] -= 1;
        if let Some(counts) = self.rooms.get_mut(&room) {
            counts[index] -= 1;
            if counts.iter().all(|count| *count == 0) {
                self.rooms.remove(&room);
            }
        }
        Some(shard)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_room_stays_together_while_its_shard_has_place() {
        let home = Placement::Home {
            peers_per_room_and_shard: 3,
        };
        let mut map = Map::new(home, 2);
        let placed: Vec<u8> = (0..6).map(|p| map.place(PeerId(p), RoomKey(1)).0).collect();
        assert_eq!(placed, [0, 0, 0, 1, 1, 1]);
    }

    #[test]
    fn who_changes_rooms_stays_where_he_is() {
        let mut map = Map::new(Placement::default(), 2);
        let shard = map.place(PeerId(1), RoomKey(1));
        assert_eq!(map.move_to(PeerId(1), RoomKey(2)), Some(shard));
        assert_eq!(map.place(PeerId(2), RoomKey(2)), shard);
        assert_eq!(map.move_to(PeerId(9), RoomKey(2)), None);
    }

    #[test]
    fn the_next_room_goes_where_there_are_fewest() {
        let mut map = Map::new(Placement::default(), 2);
        map.place(PeerId(1), RoomKey(1));
        assert_eq!(map.place(PeerId(2), RoomKey(2)), ShardId(1));
        map.leave(PeerId(1));
        assert_eq!(map.place(PeerId(3), RoomKey(3)), ShardId(0));
        assert_eq!(map.shard_of(PeerId(1)), None);
    }
}
