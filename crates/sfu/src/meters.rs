//! What a media thread tells the metrics.

use crate::events::Rooms;
use crate::mailbox::Mailbox;
use crate::wires::Wires;
use base::media::{Event, Quality};
use metrics::{counter, gauge, histogram};
use sfu_core::{Engine, ShardId};
use std::time::{Duration, Instant};

/// How often: scrapes come every 10 s or so, and a look costs a few microseconds.
const INTERVAL: Duration = Duration::from_secs(1);

#[derive(Debug)]
pub(crate) struct Meters {
    shard: String,
    next: Option<Instant>,
}

impl Meters {
    pub(crate) fn new(shard: ShardId) -> Self {
        Self {
            shard: shard.0.to_string(),
            next: None,
        }
    }

    pub(crate) fn report(
        &mut self,
        now: Instant,
        engine: &Engine,
        wires: &Wires,
        mailbox: &Mailbox,
        rooms: &Rooms,
    ) {
        if self.next.is_some_and(|next| now < next) {
            return;
        }
        self.next = Some(now + INTERVAL);
        self.engine(engine);
        self.pictures(engine);
        self.wires(wires);
        self.dropped("relay_queue_full", mailbox.dropped());
        self.dropped("room_queue_full", rooms.dropped);
        self.dropped("nobody_listens", wires.undeliverable);
        let cpu = net::machine::thread_cpu_time();
        gauge!("stoa_media_cpu_seconds", "shard" => self.shard.clone()).set(cpu.as_secs_f64());
    }

    /// What a report of the engine's adds to the distributions.
    pub(crate) fn observe(&self, event: &Event) {
        let shard = || self.shard.clone();
        match event {
            Event::FirstForwarded { after, .. } => {
                histogram!("stoa_media_first_packet_seconds", "shard" => shard()).record(*after);
            }
            Event::Stats { stats, .. } => {
                if let Some(round_trip) = stats.round_trip {
                    histogram!("stoa_media_round_trip_seconds", "shard" => shard())
                        .record(round_trip);
                }
                if let Some(jitter) = stats.jitter {
                    histogram!("stoa_media_jitter_seconds", "shard" => shard()).record(jitter);
                }
                for (direction, loss) in [("in", stats.loss_up), ("out", stats.loss_down)] {
                    histogram!("stoa_media_loss_ratio", "shard" => shard(), "direction" => direction)
                        .record(loss);
                }
            }
            Event::StreamStates { paused, .. } => {
                let count = paused.iter().filter(|(_, is_paused)| *is_paused).count();
                counter!("stoa_media_pauses_total", "shard" => shard()).increment(count as u64);
            }
            _ => {}
        }
    }

    fn engine(&self, engine: &Engine) {
        let counters = engine.counters();
        self.count("stoa_media_datagrams_total", "in", counters.datagrams_in);
        self.count("stoa_media_datagrams_total", "out", counters.datagrams_out);
        self.count("stoa_media_bytes_total", "in", counters.bytes_in);
        self.count("stoa_media_bytes_total", "out", counters.bytes_out);
        self.count("stoa_media_packets_total", "in", counters.packets_in);
        self.count(
            "stoa_media_packets_total",
            "out",
            counters.packets_forwarded,
        );
        let shard = || self.shard.clone();
        counter!("stoa_media_key_frames_asked_total", "shard" => shard())
            .absolute(counters.key_frames_asked);
        counter!("stoa_media_connections_broken_total", "shard" => shard())
            .absolute(counters.connections_broken);
        self.dropped("stranger", counters.dropped_strange);
        self.dropped("malformed", counters.dropped_malformed);
        self.dropped("unannounced", counters.dropped_unannounced);
        self.dropped("lossy_data_queue_full", counters.dropped_lossy_data);
        let (peers, tracks) = engine.census();
        gauge!("stoa_media_peers", "shard" => shard()).set(peers as f64);
        gauge!("stoa_media_tracks", "shard" => shard()).set(tracks as f64);
    }

    fn pictures(&self, engine: &Engine) {
        let seen = engine.pictures();
        let shard = || self.shard.clone();
        for quality in Quality::ALL {
            let layer = layer_name(quality);
            for (direction, bitrates) in [("in", &seen.bitrate_in), ("out", &seen.bitrate_out)] {
                let bps = bitrates[quality.index()].as_bps();
                gauge!("stoa_media_video_bits_per_second", "shard" => shard(), "direction" => direction, "layer" => layer)
                    .set(bps as f64);
            }
            gauge!("stoa_media_pictures", "shard" => shard(), "layer" => layer)
                .set(seen.watched[quality.index()] as f64);
        }
        gauge!("stoa_media_pictures", "shard" => shard(), "layer" => "none")
            .set(seen.paused as f64);
        // Counted once a second, so a picture that stands still adds a second each time.
        counter!("stoa_media_still_seconds_total", "shard" => shard()).increment(seen.still as u64);
    }

    fn wires(&self, wires: &Wires) {
        let (mut full, mut unreachable) = (0, 0);
        for counters in wires.counters() {
            full += counters.dropped_full;
            unreachable += counters.dropped_unreachable;
        }
        self.dropped("socket_full", full);
        self.dropped("unreachable", unreachable);
    }

    fn count(&self, name: &'static str, direction: &'static str, total: u64) {
        counter!(name, "shard" => self.shard.clone(), "direction" => direction).absolute(total);
    }

    fn dropped(&self, reason: &'static str, total: u64) {
        let shard = self.shard.clone();
        counter!("stoa_media_dropped_total", "shard" => shard, "reason" => reason).absolute(total);
    }
}

fn layer_name(quality: Quality) -> &'static str {
    match quality {
        Quality::Low => "low",
        Quality::Medium => "medium",
        Quality::High => "high",
    }
}
