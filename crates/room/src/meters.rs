//! What operators see of rooms.

use base::media::Event;
use metrics::{counter, gauge, histogram};

/// One room's share in the counts of the process; it is taken back when the room ends.
#[derive(Debug)]
pub(crate) struct RoomMeters {
    participants: u32,
    tracks: u32,
}

impl RoomMeters {
    pub(crate) fn open() -> Self {
        gauge!("stoa_rooms").increment(1);
        counter!("stoa_rooms_opened_total").increment(1);
        Self {
            participants: 0,
            tracks: 0,
        }
    }

    pub(crate) fn count(&mut self, participants: u32, tracks: u32) {
        change("stoa_participants", &mut self.participants, participants);
        change("stoa_published_tracks", &mut self.tracks, tracks);
    }

    pub(crate) fn heard(&self, event: &Event) {
        match event {
            Event::FirstForwarded { after, .. } => {
                histogram!("stoa_subscribe_to_first_packet_seconds").record(*after);
            }
            Event::Stats { stats, .. } => {
                if let Some(round_trip) = stats.round_trip {
                    histogram!("stoa_round_trip_seconds").record(round_trip);
                }
                if let Some(jitter) = stats.jitter {
                    histogram!("stoa_jitter_seconds").record(jitter);
                }
                histogram!("stoa_loss_ratio", "direction" => "up").record(stats.loss_up);
                histogram!("stoa_loss_ratio", "direction" => "down").record(stats.loss_down);
            }
            Event::Failed { .. } => counter!("stoa_media_failures_total").increment(1),
            Event::SdpRefused { .. } => counter!("stoa_sdp_refused_total").increment(1),
            Event::SlowReader { .. } => counter!("stoa_data_slow_readers_total").increment(1),
            Event::SubscriptionFailed { .. } => {
                counter!("stoa_subscriptions_failed_total").increment(1);
            }
            Event::Answer { .. }
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
