//! Loss that comes of sending too much, and loss that does not.
//!
//! A radio loses packets whatever is sent; a full queue loses what is too much. Which of the two it
//! is shows when less is sent: the queue's loss goes, the radio's stays. Some dozen packets tell a
//! share only roughly, so each is taken with the bounds that it has (Wilson 1927): a cut needs
//! a loss that is too much at its least, and only what has gone at its most has gone.

use base::Bitrate;
use std::collections::VecDeque;

#[derive(Clone, Copy, Debug, Default)]
struct Count {
    at_us: u64,
    arrived: i32,
    lost: i32,
}

/// What is judged: two to four reports of any client.
const WINDOW_US: u64 = 400_000;

/// What statistics show.
const REMEMBERED_US: u64 = 1_000_000;

/// Of fewer packets a share says nothing.
const FEWEST: i32 = 12;

/// So much more than what the radio is believed to lose is a full queue.
const TOO_MUCH: f64 = 0.10;

/// Loss that stays above this part of itself though less is sent, is not a queue's.
const STAYS: f64 = 0.6;

/// Until then more may still be sent, of what waited.
const TAKES_EFFECT_US: u64 = 50_000;

/// A cut is judged when the round trip, the report's interval and a window have passed; where not less is sent by then, a
/// little later, or not at all.
const PATIENCE_US: u64 = 600_000;
const LAST_US: u64 = 3 * PATIENCE_US;

/// So much of what arrived before is less: with more, the same queue would overflow as before.
const LESS_PERCENT: u64 = 105;

/// Less is not cut for its losses: voices alone tell too little, and are sent in any case.
const LEAST_CUT: Bitrate = Bitrate::kbps(150);

/// More is never taken for a radio's: nothing could be seen through it.
const MOST_INHERENT: f64 = 0.75;

/// How fast the radio is believed to have become better, per second.
const FORGETTING: f64 = 0.01;

/// What is believed of a radio is tried again after so long, and each time that it proves true, after twice as
/// long, up to eight times: on a link that is tried in vain the picture is smaller for a second.
const DOUBTED_AFTER_US: u64 = 60_000_000;
const MOST_CONFIRMED: u32 = 3;

/// What is usual is the average of about so long.
const USUAL_US: f64 = 4e6;

/// A share is below its least once in 700 times: this is asked ten to twenty times a second.
const LEAST_DEVIATIONS: f64 = -3.0;

/// And below its most nineteen times of twenty: of fifty packets of which none is lost, it is less than half of
/// what was too much.
const MOST_DEVIATIONS: f64 = 1.64;

/// Less is sent because of loss, to see what becomes of it.
#[derive(Clone, Copy, Debug)]
struct Trial {
    at_us: u64,
    /// What was lost before.
    before: Share,
    arriving: Bitrate,
    /// Of what was sent when less was.
    after: Count,
}

impl Trial {
    /// More is lost although less is sent: the link carries still less than was thought.
    fn is_worse(&self) -> bool {
        let after = Share::of(std::iter::once(&self.after));
        let after = after.filter(|after| after.packets >= FEWEST);
        after.is_some_and(|after| after.least() > self.before.most())
    }
}

#[derive(Debug, Default)]
pub(super) struct LossWatch {
    /// Of the report that is being read.
    report: Count,
    counts: VecDeque<Count>,
    /// What a radio has been seen to lose whatever is sent.
    believed: f64,
    /// Until then.
    doubted_us: u64,
    /// How often a trial in a row has shown it.
    confirmed: u32,
    usual: f64,
    trial: Option<Trial>,
    updated_us: u64,
}

impl LossWatch {
    pub(super) fn arrived(&mut self, sent_us: u64, was_missing: bool) {
        self.each(sent_us, 1, -i32::from(was_missing));
    }

    pub(super) fn lost(&mut self, sent_us: u64) {
        self.each(sent_us, 0, 1);
    }

    fn each(&mut self, sent_us: u64, arrived: i32, lost: i32) {
        self.report.arrived += arrived;
        self.report.lost += lost;
        if let Some(trial) = &mut self.trial
            && sent_us >= trial.at_us + TAKES_EFFECT_US
        {
            trial.after.arrived += arrived;
            trial.after.lost += lost;
        }
    }

    /// A report has been read.
    pub(super) fn reported(&mut self, now_us: u64) {
        let old = |count: &Count| count.at_us + REMEMBERED_US < now_us;
        while self.counts.front().is_some_and(old) {
            self.counts.pop_front();
        }
        let report = std::mem::take(&mut self.report);
        self.counts.push_back(Count {
            at_us: now_us,
            ..report
        });
    }

    /// Of the last second.
    pub(super) fn share(&self) -> f64 {
        Share::of(self.counts.iter()).map_or(0.0, |share| share.mean)
    }

    /// The rate to go down to, if a queue overflows.
    pub(super) fn cut(
        &mut self,
        now_us: u64,
        sending: Bitrate,
        arriving: Option<Bitrate>,
    ) -> Option<Bitrate> {
        let recent = self.since(now_us.saturating_sub(WINDOW_US))?;
        self.get_used_to(now_us, recent.mean);
        if let Some(trial) = self.trial.filter(|trial| !trial.is_worse()) {
            if now_us < trial.at_us + PATIENCE_US {
                return None;
            }
            self.judge(now_us, trial, sending)?;
        }
        if now_us >= self.doubted_us {
            self.believed = 0.0;
        }
        let is_too_much = recent.least() > self.inherent() + TOO_MUCH;
        if recent.packets < FEWEST || !is_too_much || sending < LEAST_CUT {
            return None;
        }
        let arriving = arriving?;
        self.trial = Some(Trial {
            at_us: now_us,
            before: recent,
            arriving,
            after: Count::default(),
        });
        Some(arriving.scaled(95, 100).max(LEAST_CUT))
    }

    /// Whether the loss has gone with what is sent less; `None` if more has to be seen.
    fn judge(&mut self, now_us: u64, trial: Trial, sending: Bitrate) -> Option<()> {
        let is_less = sending <= trial.arriving.scaled(LESS_PERCENT, 100);
        let after = Share::of(std::iter::once(&trial.after));
        let Some(after) = after.filter(|after| is_less && after.packets >= FEWEST) else {
            self.trial = self.trial.filter(|_| now_us < trial.at_us + LAST_US);
            return self.trial.is_none().then_some(());
        };
        self.trial = None;
        let before = trial.before.least();
        if after.most() > before * STAYS {
            self.believed = after.mean.max(before).min(MOST_INHERENT);
            self.usual = self.usual.max(self.believed);
            self.doubted_us = now_us + (DOUBTED_AFTER_US << self.confirmed);
            self.confirmed = (self.confirmed + 1).min(MOST_CONFIRMED);
        } else {
            self.confirmed = 0;
        }
        Some(())
    }

    /// What is lost of late, whatever the reason.
    pub(super) fn usual(&self) -> f64 {
        self.usual
    }

    /// What is lost whatever is sent: no more than is usual, lest a queue's loss be taken for the
    /// radio's when that is better again.
    fn inherent(&self) -> f64 {
        self.believed.min(self.usual)
    }

    fn get_used_to(&mut self, now_us: u64, share: f64) {
        let passed_us = now_us.saturating_sub(self.updated_us) as f64;
        self.updated_us = now_us;
        let weight = 1.0 - (-passed_us / USUAL_US).exp();
        self.usual += weight * (share - self.usual);
        if self.usual < self.believed {
            let forgotten = FORGETTING * passed_us / 1e6;
            self.believed = (self.believed - forgotten).max(self.usual);
        }
    }

    fn since(&self, since_us: u64) -> Option<Share> {
        let newest = self.counts.iter().rev();
        Share::of(newest.take_while(|count| count.at_us >= since_us))
    }
}

/// Lost of so many packets.
#[derive(Clone, Copy, Debug)]
struct Share {
    mean: f64,
    packets: i32,
}

impl Share {
    fn of<'a>(counts: impl Iterator<Item = &'a Count>) -> Option<Self> {
        let (arrived, lost) = counts.fold((0, 0), |(arrived, lost), count| {
            (arrived + count.arrived, lost + count.lost)
        });
        let packets = arrived + lost;
        (packets > 0).then(|| Self {
            mean: f64::from(lost.max(0)) / f64::from(packets),
            packets,
        })
    }

    fn least(self) -> f64 {
        self.bound(LEAST_DEVIATIONS)
    }

    fn most(self) -> f64 {
        self.bound(MOST_DEVIATIONS)
    }

    /// Wilson's score interval.
    fn bound(self, deviations: f64) -> f64 {
        let (count, square) = (f64::from(self.packets), deviations * deviations);
        let spread = self.mean * (1.0 - self.mean) / count + square / (4.0 * count * count);
        (self.mean + square / (2.0 * count) + deviations * spread.sqrt()) / (1.0 + square / count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use base::rng::Rng;

    const ARRIVING: Option<Bitrate> = Some(Bitrate::kbps(1_000));
    const TENTHS: u64 = 600;

    /// Each cut has an effect.
    fn sending(cuts: usize) -> Bitrate {
        Bitrate::kbps(2_000 - 1_000 * cuts.min(1) as u64)
    }

    /// Ten reports a second of ten packets, for a minute; when it was cut.
    fn cuts(mut lost: impl FnMut(u64, usize) -> i32) -> Vec<u64> {
        let mut watch = LossWatch::default();
        let mut cuts = Vec::new();
        for tenth in 0..TENTHS {
            let now_us = tenth * 100_000;
            let lost = lost(tenth, cuts.len());
            (0..lost).for_each(|_| watch.lost(now_us));
            (lost..10).for_each(|_| watch.arrived(now_us, false));
            watch.reported(now_us);
            if watch.cut(now_us, sending(cuts.len()), ARRIVING).is_some() {
                cuts.push(tenth);
            }
        }
        cuts
    }

    fn random(rng: &mut Rng, share: f64) -> i32 {
        (0..10).map(|_| i32::from(rng.chance(share))).sum()
    }

    #[test]
    fn a_radio_that_loses_is_believed_after_a_cut_and_seldom_doubted() {
        const MINUTES: u64 = 20;
        for (share, most) in [
            (0.02, 0),
            (0.05, 2),
            (0.1, 30),
            (0.2, 45),
            (0.4, 45),
            (0.7, 45),
        ] {
            let minute = |seed| {
                let mut rng = Rng::from_seed(seed);
                cuts(|_, _| random(&mut rng, share)).len()
            };
            let count: usize = (1..=MINUTES).map(minute).sum();
            println!("{share} lost: {count} cuts in {MINUTES} calls");
            assert!(
                count <= most,
                "{share} lost: {count} cuts in {MINUTES} calls"
            );
        }
    }

    #[test]
    fn a_queue_that_overflows_is_cut_until_it_does_not() {
        for (beyond, seed) in [3, 5, 8].iter().flat_map(|b| (1..=20).map(|s| (*b, s))) {
            let mut rng = Rng::from_seed(seed);
            let mut lost = |tenth, cuts| match cuts {
                0..3 if tenth >= 50 => {
                    random(&mut rng, f64::from(beyond) / 10.0 / (cuts + 1) as f64)
                }
                _ => 0,
            };
            let cuts = cuts(&mut lost);
            assert!(
                (50..80).contains(&cuts[0]),
                "{beyond}, seed {seed}: {cuts:?}"
            );
        }
    }

    #[test]
    fn a_queue_behind_a_radio_that_was_bad_is_cut() {
        for seed in 1..=20 {
            let mut rng = Rng::from_seed(seed);
            let mut before = 0;
            let cuts = cuts(|tenth, cuts| match tenth {
                0..200 => random(&mut rng, 0.3),
                200..400 => {
                    before = cuts;
                    0
                }
                _ if cuts == before => random(&mut rng, 0.6),
                _ => 0,
            });
            let again: Vec<_> = cuts.iter().filter(|tenth| **tenth >= 400).collect();
            let is_soon = again.first().is_some_and(|tenth| **tenth < 405);
            assert!(again.len() == 1 && is_soon, "seed {seed}: {cuts:?}");
        }
    }
}
