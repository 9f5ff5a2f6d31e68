//! What a bot has seen of one track.

use crate::media::Stamp;
use base::Bitrate;
use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// One decoded frame.
#[derive(Clone, Copy, Debug)]
pub struct Shown {
    pub at: Instant,
    pub stream: u8,
    pub temporal: u8,
    /// From the publisher's encoder to the decoder.
    pub age: Duration,
}

#[derive(Debug, Default)]
pub struct Seen {
    /// The last frames, oldest first.
    pub frames: VecDeque<Shown>,
    /// The server has announced that it lacks bandwidth for this track.
    pub is_paused: bool,
    arrived: VecDeque<(Instant, u8, usize)>,
    restarted: Option<Instant>,
    /// When its publisher muted it last.
    muted: Option<Instant>,
}

/// A minute of video at 30 frames a second: as far back as any scenario asks.
const MAX_FRAMES: usize = 1_800;

/// Over which the received bitrate is taken.
const RATE_WINDOW: Duration = Duration::from_secs(1);

/// Twice the longest way of a packet through the simulated networks.
const RESTART: Duration = Duration::from_secs(1);

impl Seen {
    pub(super) fn arrived(&mut self, now: Instant, stream: u8, bytes: usize) {
        self.arrived.push_back((now, stream, bytes));
        while let Some((at, _, _)) = self.arrived.front()
            && now.duration_since(*at) > RATE_WINDOW
        {
            self.arrived.pop_front();
        }
    }

    pub(super) fn shows(&mut self, now: Instant, epoch: Instant, frames: &[Stamp]) {
        for frame in frames {
            self.frames.push_back(Shown {
                at: now,
                stream: frame.stream,
                temporal: frame.temporal,
                age: (now - epoch).saturating_sub(frame.captured),
            });
        }
        while self.frames.len() > MAX_FRAMES {
            self.frames.pop_front();
        }
    }

    pub(super) fn restart(&mut self, now: Instant) {
        self.restarted = Some(now);
    }

    /// Packets of the subscription before may still come, among those of the new one.
    pub(super) fn is_restarting(&self, now: Instant) -> bool {
        self.restarted.is_some_and(|at| now < at + RESTART)
    }

    pub(super) fn mute(&mut self, now: Instant) {
        self.muted = Some(now);
    }

    /// Whether its publisher has muted it since, so that what was under way with it may have been
    /// dropped: the server drops what comes before he unmutes, and leaves no gap for it.
    pub(super) fn was_muted_after(&self, captured: Instant) -> bool {
        self.muted.is_some_and(|at| captured <= at)
    }

    /// What has come in the last second.
    pub fn bitrate(&self, now: Instant) -> Bitrate {
        let recent = self
            .arrived
            .iter()
            .filter(|(at, _, _)| now.duration_since(*at) <= RATE_WINDOW);
        let bytes: usize = recent.map(|(_, _, bytes)| bytes).sum();
        Bitrate::bps(bytes as u64 * 8)
    }

    /// The stream of the last packet that came, decodable or not.
    pub fn last_arrived(&self) -> Option<u8> {
        self.arrived.back().map(|(_, stream, _)| *stream)
    }

    pub fn last_at(&self) -> Option<Instant> {
        self.frames.back().map(|frame| frame.at)
    }

    pub fn last_stream(&self) -> Option<u8> {
        self.frames.back().map(|frame| frame.stream)
    }

    /// The longest time without a new frame between two moments.
    pub fn longest_freeze(&self, from: Instant, until: Instant) -> Duration {
        let shown = self.frames.iter().map(|frame| frame.at);
        let within = shown.filter(|at| (from..until).contains(at));
        let mut longest = Duration::ZERO;
        let mut last = from;
        for at in within.chain([until]) {
            longest = longest.max(at - last);
            last = at;
        }
        longest
    }

    /// When a frame of at most this stream was first shown after a moment.
    pub fn first_up_to(&self, stream: u8, after: Instant) -> Option<Instant> {
        let mut later = self.frames.iter().filter(|frame| frame.at >= after);
        later
            .find(|frame| frame.stream <= stream)
            .map(|frame| frame.at)
    }

    /// When a frame of at least this stream was first shown after a moment.
    pub fn first_of(&self, stream: u8, after: Instant) -> Option<Instant> {
        let mut later = self.frames.iter().filter(|frame| frame.at >= after);
        later
            .find(|frame| frame.stream >= stream)
            .map(|frame| frame.at)
    }
}
