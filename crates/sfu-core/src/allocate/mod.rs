//! How one receiver's bandwidth is divided among the tracks he wants: one pure function.
//!
//! The order in which bandwidth is given is a fixed list of *steps*, each of which lifts one track
//! by one rung of its [`ladder`]. Steps are taken from the front while they fit into the estimate;
//! a track whose step does not fit stays where it is and the others go on:
//!
//! 1. all audio, unconditionally;
//! 2. every screen's lowest rung, then every screen to full resolution;
//! 3. everybody's lowest rung, pinned and speaking ones first;
//! 4. screens to full frame rate;
//! 5. pinned and speaking ones to the top, by priority;
//! 6. the rest in rounds: nobody gets his third rung before everybody had his second.
//!
//! Going down happens at once. Going up needs a margin and, after a lack of bandwidth, some
//! patience ([`history`]). `docs/allocation.md` has the picture. Start reading at [`allocate`].

mod estimate;
mod history;
mod ladder;
mod meter;
mod probe;
mod queue;
mod step;
#[cfg(test)]
mod tests;

pub use crate::forward::Layer;
pub use estimate::{Estimate, OwnEstimate, Restart, Sample};
pub use history::History;
pub use ladder::{Size, wanted_quality};
pub use meter::LayerMeter;
pub use probe::{Probe, Prober};

use base::media::{Kind, Quality, Source, SubscriptionSettings};
use base::{Bitrate, TrackId};
use ladder::Ladder;
use smallvec::SmallVec;
use std::time::Instant;

/// One way to send a track, and what it costs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rung {
    pub layer: Layer,
    pub quality: Quality,
    /// Of everything that must be sent for this layer: with SVC the layers below are included,
    /// with simulcast only the one stream up to this temporal layer.
    pub bitrate: Bitrate,
    /// Zero if unknown.
    pub width: u32,
    pub height: u32,
    /// Zero if unknown.
    pub fps: f32,
}

/// At most four spatial (Chrome sends three) times four temporal layers; inline for three of each.
pub type Rungs = SmallVec<[Rung; 9]>;

/// One subscribed track.
#[derive(Clone, Debug)]
pub struct Want {
    pub track: TrackId,
    pub kind: Kind,
    pub source: Source,
    pub settings: SubscriptionSettings,
    /// False while the track is muted: it costs nothing, and nothing is said about it.
    pub live: bool,
    /// What is arriving from the publisher now, in any order. Empty: nothing to send yet.
    pub rungs: Rungs,
}

/// What is asked of [`allocate`].
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    pub now: Instant,
    /// What can be sent to this receiver, everything included. `None` if he sends no feedback to
    /// estimate by: then all he wants is sent.
    pub estimate: Option<Bitrate>,
    /// False: every wanted track keeps its lowest rung, even above the estimate.
    pub allow_pause: bool,
    pub wants: &'a [Want],
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// Not wanted, muted, or nothing to send: costs nothing, and is not announced.
    Off,
    /// Wanted, but there is no bandwidth for it: announced to the receiver.
    Paused,
    /// Forward everything up to this layer.
    Send(Layer),
}

/// What one track gets.
#[derive(Clone, Copy, Debug)]
pub struct Decision {
    pub track: TrackId,
    pub target: Target,
    pub bitrate: Bitrate,
    pub history: History,
}

/// What all tracks of one receiver get. The default is the state before the first call.
#[derive(Clone, Debug, Default)]
pub struct Allocation {
    pub decisions: Vec<Decision>,
    /// The sum of what is sent.
    pub total: Bitrate,
    /// What the sum would be if nothing were lacking.
    pub ideal: Bitrate,
    /// The estimate at which the next step could be taken; zero if there is none.
    pub next: Bitrate,
    /// The estimate at which nobody would be paused: everything at its lowest rung.
    pub least: Bitrate,
    /// The estimate at which nothing would be lacking: what to probe for.
    pub desired: Bitrate,
    /// Tracks whose target differs from the previous allocation's.
    pub changed: Vec<(TrackId, Target)>,
    /// Tracks newly paused for lack of bandwidth (true) or no longer so (false).
    pub paused: Vec<(TrackId, bool)>,
}

impl Allocation {
    /// [`Target::Off`] for a track that was not in the request.
    pub fn target(&self, track: TrackId) -> Target {
        self.decision(track).map_or(Target::Off, |d| d.target)
    }

    fn decision(&self, track: TrackId) -> Option<&Decision> {
        self.decisions.iter().find(|d| d.track == track)
    }
}

/// Kept free for retransmissions, RTCP and headers, which no layer's measured bitrate contains:
/// one part in twenty covers 5 % loss.
const RESERVE_DIVISOR: u64 = 20;

/// Kept free for somebody who begins to speak: Opus in clients of this ecosystem runs at 24 to
/// 48 kbps and falls to almost nothing in silence, so the measured rate alone says too little.
const AUDIO_HEADROOM: Bitrate = Bitrate::kbps(32);

/// A raise must fit with this much to spare (115 %): the estimate's own noise is below ±5 %, and
/// encoders overshoot by about 10 %.
const RAISE_MARGIN_PERCENT: u64 = 115;

/// Divides the estimate. Depends on nothing but its arguments; `previous` is its own last result.
pub fn allocate(request: &Request<'_>, previous: &Allocation) -> Allocation {
    let mut climbs: Vec<Climb> = request
        .wants
        .iter()
        .map(|want| Climb::start(want, request, previous.decision(want.track)))
        .collect();
    let budget = Budget::of(request);
    let minimums: Bitrate = climbs.iter().map(Climb::cost).sum();
    let mut total = budget.audio + minimums;
    let mut next = Bitrate::ZERO;
    for step in step::order(&climbs) {
        let climb = &mut climbs[step.climb];
        if climb.level + 1 != step.level {
            continue;
        }
        let cost = total.saturating_sub(climb.cost()) + climb.ladder.cost(step.level);
        let is_raise = step.level > climb.held;
        let fits = if is_raise {
            climb.may_raise && budget.covers(cost.scaled(RAISE_MARGIN_PERCENT, 100))
        } else {
            budget.covers(cost)
        };
        if fits {
            climb.level = step.level;
            total = cost;
        } else if next == Bitrate::ZERO {
            next = budget.estimate_for(cost);
        }
    }
    let lowest: Bitrate = climbs
        .iter()
        .map(|c| c.ladder.cost(c.ladder.len().min(1)))
        .sum();
    let top: Bitrate = climbs.iter().map(|c| c.ladder.cost(c.ladder.len())).sum();
    let ideal = budget.audio + top;
    let mut allocation = Allocation {
        total,
        ideal,
        next,
        least: budget.estimate_for(budget.audio + lowest),
        desired: budget.estimate_for(ideal),
        ..Allocation::default()
    };
    for (want, climb) in request.wants.iter().zip(&climbs) {
        allocation.push(climb.decide(want, request.now), previous);
    }
    allocation.release_the_gone(previous);
    allocation
}

impl Allocation {
    fn push(&mut self, decision: Decision, previous: &Self) {
        let before = previous.target(decision.track);
        if before != decision.target {
            self.changed.push((decision.track, decision.target));
        }
        let is_paused = decision.target == Target::Paused;
        if is_paused != (before == Target::Paused) {
            self.paused.push((decision.track, is_paused));
        }
        self.decisions.push(decision);
    }

    /// Tracks that are no longer subscribed: a change, but nothing to announce.
    fn release_the_gone(&mut self, previous: &Self) {
        for gone in &previous.decisions {
            if gone.target != Target::Off && self.decision(gone.track).is_none() {
                self.changed.push((gone.track, Target::Off));
            }
        }
    }
}

/// The estimate, less what is spoken for.
struct Budget {
    /// `None`: unlimited.
    video_and_audio: Option<Bitrate>,
    audio: Bitrate,
    headroom: Bitrate,
}

impl Budget {
    fn of(request: &Request<'_>) -> Self {
        let sounding = || request.wants.iter().filter(|w| is_sent_as_audio(w));
        let audio = sounding().map(audio_bitrate).sum();
        let headroom = if sounding().next().is_some() {
            AUDIO_HEADROOM
        } else {
            Bitrate::ZERO
        };
        let video_and_audio = request.estimate.map(|estimate| {
            let reserve = estimate.scaled(1, RESERVE_DIVISOR);
            estimate.saturating_sub(reserve + headroom)
        });
        Self {
            video_and_audio,
            audio,
            headroom,
        }
    }

    fn covers(&self, total: Bitrate) -> bool {
        self.video_and_audio.is_none_or(|budget| total <= budget)
    }

    /// The inverse: the estimate at which `total` could be reached by a raise.
    fn estimate_for(&self, total: Bitrate) -> Bitrate {
        let with_margin = total.scaled(RAISE_MARGIN_PERCENT, 100) + self.headroom;
        with_margin.scaled(RESERVE_DIVISOR, RESERVE_DIVISOR - 1)
    }
}

/// One track on its way up its ladder. Level 0 is paused, level `n` the ladder's rung `n - 1`.
struct Climb {
    ladder: Ladder,
    level: usize,
    /// The level it had before: up to it no margin is asked. A new track holds its whole ladder.
    held: usize,
    is_new: bool,
    may_raise: bool,
    is_screen: bool,
    priority: u32,
    history: History,
}

impl Climb {
    fn start(want: &Want, request: &Request<'_>, previous: Option<&Decision>) -> Self {
        let ladder = if want.kind == Kind::Video && want.live && want.settings.enabled {
            Ladder::of(want)
        } else {
            Ladder::default()
        };
        let history = previous.map_or_else(|| History::new(request.now), |d| d.history);
        let (held, is_new) = match previous.map(|d| d.target) {
            Some(Target::Send(layer)) => (ladder.level_of(layer), false),
            Some(Target::Paused) => (0, false),
            // Whoever has just appeared starts at what fits: waiting would only cost him time.
            Some(Target::Off) | None => (ladder.len(), true),
        };
        Self {
            may_raise: is_new || history.may_raise(request.now),
            is_screen: want.source == Source::ScreenShare,
            priority: want.settings.priority,
            // What may not be paused is spoken for before anybody gets more.
            level: usize::from(!request.allow_pause).min(ladder.len()),
            ladder,
            held,
            is_new,
            history,
        }
    }

    fn cost(&self) -> Bitrate {
        self.ladder.cost(self.level)
    }

    fn decide(&self, want: &Want, now: Instant) -> Decision {
        let (target, bitrate) = if is_sent_as_audio(want) {
            (Target::Send(Layer::default()), audio_bitrate(want))
        } else if self.ladder.len() == 0 {
            (Target::Off, Bitrate::ZERO)
        } else {
            let target = self
                .ladder
                .layer(self.level)
                .map_or(Target::Paused, Target::Send);
            (target, self.cost())
        };
        let history = if self.is_new {
            self.history
        } else {
            self.history.after(self.held, self.level, now)
        };
        Decision {
            track: want.track,
            target,
            bitrate,
            history,
        }
    }
}

fn is_sent_as_audio(want: &Want) -> bool {
    want.kind == Kind::Audio && want.live && want.settings.enabled
}

fn audio_bitrate(want: &Want) -> Bitrate {
    want.rungs
        .iter()
        .map(|r| r.bitrate)
        .max()
        .unwrap_or_default()
}
