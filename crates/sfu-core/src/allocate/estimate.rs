//! What to believe of the estimator, and when to begin estimating anew.
//!
//! Our own estimator is believed as it is. Only where the link falls under it, the queue before it is given time
//! to empty: see [`Estimate::told`].
//!
//! str0m's estimator (after Google's) has three weaknesses here, and this is where they are met:
//!
//! - It notices the fall of a link late: its answer is an average over three seconds, and even the
//!   momentary estimate waits for overuse to show. The growing queue and sudden loss say it sooner.
//!   A link that has *fallen* is first given time to empty the queue before it; only then does a key
//!   frame of a smaller picture arrive whole and soon.
//! - What it learns while packets of the time before still wait or are lost drags it far below the
//!   truth. So it begins anew after a fall, and once more when the last reports about those
//!   packets have come.
//! - Every suspicion lowers it to 85 % of what is being *sent*. A receiver who gets little is soon
//!   said to bear less than he gets, though nothing is lost and nothing waits. Then the estimate is
//!   refuted, and it begins anew as well.

use super::queue::Queue;
use base::Bitrate;
use std::time::{Duration, Instant};

/// What the transport has measured, ten times a second.
#[derive(Clone, Copy, Debug)]
pub struct Sample {
    pub at: Instant,
    /// The momentary estimate.
    pub estimate: Bitrate,
    pub round_trip: Option<Duration>,
    /// 0.0 to 1.0, of the last second.
    pub loss: f32,
    /// Since the last sample, everything included.
    pub sent: Bitrate,
}

/// What our own estimator says.
#[derive(Clone, Copy, Debug)]
pub struct OwnEstimate {
    pub estimate: Bitrate,
    /// The last packet's of which it knows.
    pub round_trip: Option<Duration>,
    /// The link has been seen to carry no more.
    pub is_full: bool,
}

/// The estimator is to begin anew with this estimate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Restart {
    Now(Bitrate),
    /// The link has fallen: after so long without video, so that the queue before it empties.
    After(Duration, Bitrate),
    /// Our own estimator's link has fallen: it knows by itself where to go on, as soon as it is told, and
    /// only video waits for so long.
    Hold(Duration),
}

/// One receiver's estimate.
#[derive(Clone, Copy, Debug)]
pub struct Estimate {
    is_ours: bool,
    /// The last that our own estimator said; of str0m's the average.
    averaged: Option<Bitrate>,
    /// The momentary estimates of the last samples since the beginning, newest last.
    samples: [Option<Bitrate>; REMEMBERED],
    sent: [Bitrate; SECOND],
    loss: [f32; LOSS_SAMPLES],
    queue: Queue,
    /// Samples since anything was lost or waited.
    clear_for: usize,
    /// The highest of what was believed, fading.
    peak: Bitrate,
    /// While its average tells of the time before it began anew.
    settling: Option<Instant>,
    is_held: bool,
    /// When to begin anew once more, and with what.
    again: Option<(Instant, Bitrate)>,
    refuted: Option<Instant>,
    patience: Duration,
    /// When the link was last found to bear no more.
    full: Option<Instant>,
    trusted: Option<Instant>,
}

const SECOND: usize = 10;

/// Two seconds: a dip of the momentary estimate after a beginning is over by then.
const REMEMBERED: usize = 20;

const LOSS_SAMPLES: usize = 5;

/// Loss of the last second that was so much less 400 ms ago: since then half of all was lost.
const SUDDEN_LOSS: f32 = 0.2;

/// Further down than two dips in a row (72 %).
const FALLEN_PERCENT: u64 = 60;

/// How fast the peak fades: by 3 % a sample, to a third in four seconds of ten samples each.
const FADE_PERCENT: u64 = 97;

/// The estimator's average looks back three seconds.
const SETTLING: Duration = Duration::from_secs(4);

/// A longer queue would freeze the picture for longer than its emptying is worth.
const LONGEST_HOLD: Duration = Duration::from_millis(500);

/// After the round trip of the last packet before a fall its report may take one interval more.
const REPORT_INTERVAL: Duration = Duration::from_millis(150);

/// What a voice and the smallest picture of a camera need: less would only pause the picture.
const LEAST_RESTART: Bitrate = Bitrate::kbps(250);

/// What is left of a fallen link is not known; from 3 Mbps to 300 kbps is a tenth. Probing finds
/// more within a second or two.
const FALLEN_TO_DIVISOR: u64 = 8;

/// A packet behind a frame of the smallest picture waits so long on a link that just carries it.
const CLEAR_WAIT: Duration = Duration::from_millis(60);

/// A packet now and then: two of a hundred.
const CLEAR_LOSS: f32 = 0.02;

/// The pacer lets through a tenth more than is estimated; sending so much, he is held back by it.
const REFUTED_PERCENT: u64 = 110;

/// What is sent, with enough on top for the allocator's margins and reserves.
const RENEWED_PERCENT: u64 = 130;

/// Between refutations: longer each time they come close together, because then the link bears
/// what was sent, but no more.
const SHORTEST_PATIENCE: Duration = Duration::from_secs(2);
const LONGEST_PATIENCE: Duration = Duration::from_secs(32);

/// What a link of which nothing is known is trusted with: a camera of 720p that comes in one size
/// only, or ten in their smallest. Few who meet by video have less, and for them it shows within
/// half a second as a fall.
const MOST_TRUSTED: Bitrate = Bitrate::kbps(2_500);

/// How long what a link did not bear is remembered.
const DISTRUST: Duration = Duration::from_secs(30);

impl Default for Estimate {
    fn default() -> Self {
        Self {
            is_ours: false,
            averaged: None,
            samples: [None; REMEMBERED],
            sent: [Bitrate::ZERO; SECOND],
            loss: [0.0; LOSS_SAMPLES],
            queue: Queue::default(),
            clear_for: 0,
            peak: Bitrate::ZERO,
            settling: None,
            is_held: false,
            again: None,
            refuted: None,
            patience: SHORTEST_PATIENCE,
            full: None,
            trusted: None,
        }
    }
}

impl Estimate {
    pub fn averaged(&mut self, estimate: Bitrate) {
        self.averaged = Some(estimate);
        self.peak = self.peak.max(estimate);
    }

    /// What to believe; `None` before anything was estimated.
    pub fn current(&self) -> Option<Bitrate> {
        let averaged = self.averaged?;
        match self.settling {
            Some(_) if !self.is_ours => self.samples.iter().flatten().max().copied(),
            Some(_) | None => Some(averaged),
        }
    }

    /// Our own estimator has spoken. Where it is suddenly far less than before, and far less than is
    /// being sent, the link has fallen: how long the queue before it needs to empty.
    pub fn told(&mut self, now: Instant, own: &OwnEstimate) -> Option<Duration> {
        self.is_ours = true;
        self.averaged = Some(own.estimate);
        let is_far_below = own.estimate < self.peak.scaled(FALLEN_PERCENT, 100);
        self.peak = self.peak.max(own.estimate);
        if own.is_full {
            self.full = Some(now);
        }
        if self.is_held || !is_far_below || self.usually_sent() < own.estimate.scaled(2, 1) {
            return None;
        }
        self.is_held = true;
        let round_trip = own.round_trip.unwrap_or(self.queue.round_trip());
        Some(self.queue.wait_of(round_trip).min(LONGEST_HOLD))
    }

    /// A fall is over: what is believed now is not to be taken for another.
    pub fn resumed(&mut self) {
        self.is_held = false;
        self.peak = self.averaged.unwrap_or_default();
        self.queue.forget_growth();
    }

    /// Takes a sample. Nothing is asked for again before [`Self::restarted`].
    pub fn sample(&mut self, sample: &Sample) -> Option<Restart> {
        if let Some(round_trip) = sample.round_trip {
            self.queue.sample(sample.at, round_trip);
        }
        let is_clear = self.queue.wait() <= CLEAR_WAIT && sample.loss <= CLEAR_LOSS;
        self.clear_for = if is_clear { self.clear_for + 1 } else { 0 };
        if self.is_held {
            return None;
        }
        push(&mut self.sent, sample.sent);
        if self.is_ours {
            return self.filling(sample.at);
        }
        push(&mut self.samples, Some(sample.estimate));
        push(&mut self.loss, sample.loss);
        self.settling = self.settling.filter(|since| sample.at < *since + SETTLING);
        let believed = self.current().unwrap_or_default();
        self.peak = self.peak.scaled(FADE_PERCENT, 100).max(believed);
        self.fallen(sample.at, sample.estimate)
            .or_else(|| self.once_more(sample.at))
            .or_else(|| self.refuted(sample.at, sample.estimate))
    }

    /// Somebody would be paused below `least`, though the link may bear it: an estimate is a guess
    /// while little is sent, and to find out by probing takes seconds in which there is no picture.
    /// What to begin anew with, unless the link has lately shown that it bears no more.
    pub fn trust(&mut self, now: Instant, believed: Bitrate, least: Bitrate) -> Option<Bitrate> {
        let lately = |at: Option<Instant>| at.is_some_and(|at| now < at + DISTRUST);
        let is_used = self.sent.last() > Some(&believed.scaled(1, 2));
        let most = least.min(MOST_TRUSTED);
        if most <= believed || is_used || lately(self.full) || lately(self.trusted) {
            return None;
        }
        self.trusted = Some(now);
        Some(most)
    }

    /// The estimator has begun anew.
    pub fn restarted(&mut self, now: Instant, estimate: Bitrate) {
        self.is_held = false;
        self.averaged = self
            .averaged
            .map(|before| if self.is_ours { estimate } else { before });
        self.settling = Some(now);
        self.samples = [None; REMEMBERED];
        push(&mut self.samples, Some(estimate));
        // What was lost before says nothing of what comes.
        self.loss = [1.0; LOSS_SAMPLES];
        self.queue.forget_growth();
        self.clear_for = 0;
        self.peak = estimate;
    }

    fn usually_sent(&self) -> Bitrate {
        let mut sent = self.sent;
        sent.sort_unstable();
        sent[SECOND / 2]
    }

    /// The queue before our own estimator's link shows a fall before the trend of delays does.
    fn filling(&mut self, now: Instant) -> Option<Restart> {
        let believed = self.averaged.unwrap_or_default();
        self.peak = self.peak.scaled(FADE_PERCENT, 100).max(believed);
        if !self.queue.is_filling() || self.usually_sent() < LEAST_RESTART.scaled(2, 1) {
            return None;
        }
        self.is_held = true;
        self.full = Some(now);
        Some(Restart::Hold(self.queue.wait().min(LONGEST_HOLD)))
    }

    fn fallen(&mut self, now: Instant, estimate: Bitrate) -> Option<Restart> {
        let usual = self.usually_sent();
        let at = usual.scaled(1, FALLEN_TO_DIVISOR).max(LEAST_RESTART);
        if usual < at.scaled(2, 1) {
            return None;
        }
        let is_losing = sent_in_vain(&self.loss) >= SUDDEN_LOSS;
        let lower = estimate.min(self.averaged?);
        let is_far_below = lower < self.peak.scaled(FALLEN_PERCENT, 100);
        let has_collapsed = is_far_below && self.settling.is_none() && self.clear_for == 0;
        if !(self.queue.is_filling() || is_losing || has_collapsed) {
            return None;
        }
        self.is_held = true;
        self.full = Some(now);
        self.again = Some((now + self.queue.round_trip() + REPORT_INTERVAL, at));
        Some(Restart::After(self.queue.wait().min(LONGEST_HOLD), at))
    }

    fn once_more(&mut self, now: Instant) -> Option<Restart> {
        let (_, at) = self.again.take_if(|(when, _)| *when <= now)?;
        Some(Restart::Now(at))
    }

    fn refuted(&mut self, now: Instant, estimate: Bitrate) -> Option<Restart> {
        let total: Bitrate = self.sent.into_iter().sum();
        let sent = total.scaled(1, SECOND as u64);
        let is_clear = self.clear_for >= SECOND / 2;
        if !is_clear || estimate >= sent.scaled(REFUTED_PERCENT, 100) {
            return None;
        }
        let since = self.refuted.map(|at| now.saturating_duration_since(at));
        if since.is_some_and(|since| since < self.patience) {
            return None;
        }
        self.patience = match since {
            Some(since) if since < self.patience * 2 => (self.patience * 2).min(LONGEST_PATIENCE),
            Some(_) | None => SHORTEST_PATIENCE,
        };
        self.refuted = Some(now);
        Some(Restart::Now(
            sent.scaled(RENEWED_PERCENT, 100).max(LEAST_RESTART),
        ))
    }
}

fn push<T: Copy, const N: usize>(samples: &mut [T; N], newest: T) {
    samples.rotate_left(1);
    samples[N - 1] = newest;
}

/// By how much the loss of the last second has grown.
fn sent_in_vain(loss: &[f32; LOSS_SAMPLES]) -> f32 {
    loss[LOSS_SAMPLES - 1] - loss[0]
}

#[cfg(test)]
mod tests {
    use super::*;
    use base::clock::OsClock;

    /// A receiver, to whom 2 Mbps are sent over a path of 40 ms.
    struct Receiver {
        estimate: Estimate,
        now: Instant,
        sent: Bitrate,
    }

    impl Receiver {
        fn new() -> Self {
            let mut receiver = Self {
                estimate: Estimate::default(),
                now: OsClock.now(),
                sent: Bitrate::kbps(2_000),
            };
            assert_eq!(receiver.estimate.current(), None);
            receiver.estimate.averaged(Bitrate::kbps(2_400));
            for _ in 0..20 {
                assert_eq!(receiver.sample(2_400, 40, 0.0), None);
            }
            receiver
        }

        fn sample(&mut self, kbps: u64, round_trip_ms: u64, loss: f32) -> Option<Restart> {
            self.now += Duration::from_millis(100);
            self.estimate.sample(&Sample {
                at: self.now,
                estimate: Bitrate::kbps(kbps),
                round_trip: Some(Duration::from_millis(round_trip_ms)),
                loss,
                sent: self.sent,
            })
        }

        fn believed_kbps(&self) -> u64 {
            self.estimate.current().unwrap_or_default().as_bps() / 1_000
        }
    }

    #[test]
    fn a_dip_is_smoothed() {
        let mut receiver = Receiver::new();
        receiver.sent = Bitrate::kbps(1_000);
        for _ in 0..SECOND {
            assert_eq!(receiver.sample(2_400, 40, 0.0), None);
        }
        for dip in [2_040, 2_040, 1_750] {
            assert_eq!(receiver.sample(dip, 40, 0.0), None);
            assert_eq!(receiver.believed_kbps(), 2_400);
        }
    }

    #[test]
    fn our_own_estimator_is_believed_and_a_sudden_fall_empties_the_queue_once() {
        let mut receiver = Receiver::new();
        let now = receiver.now;
        let told = |receiver: &mut Receiver, kbps, round_trip_ms| {
            let own = OwnEstimate {
                estimate: Bitrate::kbps(kbps),
                round_trip: Some(Duration::from_millis(round_trip_ms)),
                is_full: false,
            };
            receiver.estimate.told(now, &own)
        };
        assert_eq!(told(&mut receiver, 2_400, 40), None);
        assert_eq!(
            told(&mut receiver, 1_400, 160),
            None,
            "half is still more than is sent"
        );
        assert_eq!(receiver.believed_kbps(), 1_400);
        let wait = Some(Duration::from_millis(120));
        assert_eq!(told(&mut receiver, 300, 160), wait);
        assert_eq!(told(&mut receiver, 250, 200), None, "it is known");
        receiver.estimate.resumed();
        assert_eq!(told(&mut receiver, 240, 60), None);
        assert_eq!(receiver.believed_kbps(), 240);
    }

    #[test]
    fn a_link_that_falls_is_noticed_by_its_queue_and_begins_anew_twice() {
        let mut receiver = Receiver::new();
        let kbps = Bitrate::kbps(250);
        assert_eq!(receiver.sample(2_400, 60, 0.0), None);
        assert_eq!(receiver.sample(2_400, 140, 0.0), None);
        let hold = Duration::from_millis(180);
        let fall = receiver.sample(2_400, 220, 0.0);
        assert_eq!(fall, Some(Restart::After(hold, kbps)));
        assert_eq!(receiver.sample(700, 310, 0.1), None, "it is known");
        receiver.estimate.restarted(receiver.now, kbps);
        assert_eq!(receiver.believed_kbps(), 250);
        receiver.sent = Bitrate::kbps(200);
        for _ in 0..2 {
            assert_eq!(receiver.sample(90, 340, 0.3), None);
            assert_eq!(receiver.believed_kbps(), 250, "the dip of a beginning");
        }
        let again = receiver.sample(90, 340, 0.4);
        assert_eq!(again, Some(Restart::Now(kbps)));
    }

    #[test]
    fn a_link_with_a_short_queue_falls_by_its_losses() {
        let mut receiver = Receiver::new();
        assert_eq!(receiver.sample(2_400, 60, 0.08), None);
        assert_eq!(receiver.sample(2_400, 60, 0.16), None);
        assert!(matches!(
            receiver.sample(2_400, 60, 0.25),
            Some(Restart::After(..))
        ));
    }

    #[test]
    fn where_little_is_sent_nothing_is_held_back() {
        let mut receiver = Receiver::new();
        receiver.sent = Bitrate::kbps(300);
        for _ in 0..10 {
            receiver.sample(2_400, 40, 0.0);
        }
        for round_trip in [60, 140, 220, 300] {
            assert_eq!(receiver.sample(2_400, round_trip, 0.3), None);
        }
    }

    #[test]
    fn an_estimate_below_what_arrives_is_refuted_with_growing_patience() {
        let mut receiver = Receiver::new();
        let mut refuted = Vec::new();
        for tenth in 0..300 {
            match receiver.sample(1_000, 40, 0.0) {
                Some(Restart::Now(at)) => {
                    refuted.push(tenth / 10);
                    assert_eq!(at, Bitrate::kbps(2_600));
                    receiver.estimate.restarted(receiver.now, at);
                }
                Some(Restart::After(..) | Restart::Hold(_)) => {
                    panic!("nothing waits, nothing is lost")
                }
                None => {}
            }
        }
        assert_eq!(refuted, [0, 2, 6, 14]);
    }

    #[test]
    fn a_link_of_which_nothing_is_known_is_trusted_once_with_so_much() {
        let [believed, camera] = [1_000, 1_800].map(Bitrate::kbps);
        let mut estimate = Estimate::default();
        let now = OsClock.now();
        assert_eq!(estimate.trust(now, believed, believed), None, "enough");
        assert_eq!(estimate.trust(now, believed, camera), Some(camera));
        estimate.restarted(now, camera);
        let soon = now + Duration::from_secs(5);
        assert_eq!(estimate.trust(soon, believed, camera), None, "it was less");
        let mut estimate = Estimate::default();
        let many = Bitrate::kbps(20_000);
        assert_eq!(estimate.trust(now, believed, many), Some(MOST_TRUSTED));
    }

    #[test]
    fn a_link_that_is_used_or_has_fallen_is_not_trusted_with_more() {
        let [believed, more] = [2_000, 2_500].map(Bitrate::kbps);
        let mut receiver = Receiver::new();
        let now = receiver.now;
        assert_eq!(receiver.estimate.trust(now, believed, more), None, "used");
        for round_trip in [60, 140, 220] {
            receiver.sample(2_400, round_trip, 0.0);
        }
        receiver.sent = Bitrate::ZERO;
        receiver
            .estimate
            .restarted(receiver.now, Bitrate::kbps(250));
        receiver.sample(250, 40, 0.0);
        let now = receiver.now;
        assert_eq!(receiver.estimate.trust(now, believed, more), None, "fallen");
        let later = now + DISTRUST;
        assert_eq!(receiver.estimate.trust(later, believed, more), Some(more));
    }

    #[test]
    fn on_a_link_that_is_full_the_estimate_stands() {
        let mut receiver = Receiver::new();
        for _ in 0..100 {
            assert_eq!(receiver.sample(1_900, 110, 0.0), None);
            assert_eq!(receiver.sample(1_900, 45, 0.05), None);
        }
    }
}
