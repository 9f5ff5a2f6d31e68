//! What operators see of rooms.

use base::PeerId;
use base::media::{Command, Event};
use metrics::{counter, gauge, histogram};
use room_core::Room;
use std::collections::HashMap;
use std::time::Instant;

/// One room's share in the counts of the process; it is taken back when the room ends. What media
/// threads can tell of connections and streams they count themselves (`sfu`).
#[derive(Debug)]
pub(crate) struct RoomMeters {
    participants: u32,
    tracks: u32,
    /// Who came when somebody showed a picture, and has not been sent one yet.
    without_picture: HashMap<PeerId, Instant>,
}

impl RoomMeters {
    pub(crate) fn open() -> Self {
        gauge!("stoa_rooms").increment(1);
        counter!("stoa_rooms_opened_total").increment(1);
        Self {
            participants: 0,
            tracks: 0,
            without_picture: HashMap::new(),
        }
    }

    pub(crate) fn count(&mut self, participants: u32, tracks: u32) {
        change("stoa_participants", &mut self.participants, participants);
        change("stoa_published_tracks", &mut self.tracks, tracks);
    }

    /// The room tells the media plane something.
    pub(crate) fn told(&mut self, now: Instant, room: &Room, command: &Command) {
        match command {
            Command::Open(open) if room.shows_picture() => {
                self.without_picture.insert(open.peer, now);
            }
            Command::Close { peer } => {
                self.without_picture.remove(peer);
            }
            _ => {}
        }
    }

    pub(crate) fn heard(&mut self, now: Instant, room: &Room, event: &Event) {
        match event {
            Event::FirstForwarded {
                subscriber, track, ..
            } if room.is_picture(*track) => {
                if let Some(came) = self.without_picture.remove(subscriber) {
                    histogram!("stoa_join_to_first_picture_seconds").record(now - came);
                }
            }
            Event::Failed { .. } => counter!("stoa_media_failures_total").increment(1),
            Event::SdpRefused { .. } => counter!("stoa_sdp_refused_total").increment(1),
            Event::SlowReader { .. } => counter!("stoa_data_slow_readers_total").increment(1),
            Event::SubscriptionFailed { .. } => {
                counter!("stoa_subscriptions_failed_total").increment(1);
            }
            Event::FirstForwarded { .. }
            | Event::Stats { .. }
            | Event::Answer { .. }
            | Event::Offer { .. }
            | Event::SectionsNeeded { .. }
            | Event::Connected { .. }
            | Event::Disconnected { .. }
            | Event::TrackLive(_)
            | Event::TrackEnded { .. }
            | Event::Data { .. }
            | Event::Levels(_)
            | Event::StreamStates { .. }
            | Event::Wanted { .. }
            | Event::Quality(_) => {}
        }
    }
}

impl Drop for RoomMeters {
    fn drop(&mut self) {
        self.count(0, 0);
        gauge!("stoa_rooms").decrement(1);
    }
}

fn change(name: &'static str, held: &mut u32, now: u32) {
    if *held != now {
        gauge!(name).increment(f64::from(now) - f64::from(*held));
        *held = now;
    }
}
