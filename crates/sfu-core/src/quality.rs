//! How well a participant's link is doing: a mean opinion score from what his transport measured.
//!
//! Audio follows the E-model (ITU-T G.107) in the short form of Cole and Rosenbluth, "Voice over
//! IP Performance Monitoring" (ACM CCR 31-2, 2001); video compares what flows with what should.
//! The worse of the two counts. `docs/connection-quality.md` has the formulas.

use base::Bitrate;
use base::media::PeerQuality;
use std::time::Duration;

/// What was measured of one participant since the last sample.
#[derive(Clone, Copy, Debug, Default)]
pub struct Sample {
    /// Share of packets that did not come, 0.0 to 1.0, before retransmission: from him, and to him.
    pub loss_up: f32,
    pub loss_down: f32,
    pub round_trip: Option<Duration>,
    pub jitter: Option<Duration>,
    /// Announced bitrates of the video layers wanted of him, and of those that come.
    pub up: Flow,
    /// [`crate::allocate::Allocation::ideal`] and what the allocator gave instead.
    pub down: Flow,
    /// Since the last packet of any kind from him, on any of his transports.
    pub silence: Duration,
}

/// What should flow and what does, counted in layers at their usual bitrates rather than in bits: a
/// still picture needs few, and that is not the link's fault. Zero where nothing is expected.
#[derive(Clone, Copy, Debug, Default)]
pub struct Flow {
    pub expected: Bitrate,
    pub actual: Bitrate,
}

/// The score of one participant.
#[derive(Debug)]
pub struct LinkQuality {
    smoothed: f32,
    told: Option<(f32, bool)>,
}

/// ICE checks come every 2.5 s at the latest (RFC 8445 keep-alives, libwebrtc's interval on a
/// stable link), so this is two missed ones and a half: the transport is silent, not its user.
/// Browsers that hear LOST about themselves for 10 s join anew, so it must not be said lightly.
const LOST_AFTER: Duration = Duration::from_secs(6);

/// A step that is not worth an announcement.
const SCORE_STEP: f32 = 0.25;

/// So far beyond a boundary of grades a score must lie before the grade changes.
const GRADE_MARGIN: f32 = 0.1;

/// The share of a new sample: bad news counts at once, good news has to last some samples.
const FALL: f32 = 0.7;
const RISE: f32 = 0.25;

impl Default for LinkQuality {
    fn default() -> Self {
        Self {
            smoothed: BEST,
            told: None,
        }
    }
}

impl LinkQuality {
    /// Takes one sample, every second or so. The score (1.0 to 5.0) and whether he is lost, if
    /// it is worth telling the room.
    pub fn handle(&mut self, sample: &Sample) -> Option<(f32, bool)> {
        let lost = sample.silence >= LOST_AFTER;
        let score = if lost { WORST } else { score(sample) };
        let share = if score < self.smoothed { FALL } else { RISE };
        self.smoothed += (score - self.smoothed) * share;
        let Some((told, was_lost)) = self.told else {
            self.told = Some((self.smoothed, lost));
            return self.told;
        };
        let moved = (self.smoothed - told).abs() >= SCORE_STEP;
        if lost == was_lost && !moved && !self.crosses_a_boundary(told) {
            return None;
        }
        self.told = Some((self.smoothed, lost));
        self.told
    }

    fn crosses_a_boundary(&self, told: f32) -> bool {
        [PeerQuality::GOOD_FROM, PeerQuality::EXCELLENT_FROM]
            .iter()
            .any(|boundary| {
                (told < *boundary && self.smoothed >= boundary + GRADE_MARGIN)
                    || (told >= *boundary && self.smoothed < boundary - GRADE_MARGIN)
            })
    }
}

/// The E-model's score of a faultless narrow-band call (R = 93.2), its usual best.
const BEST: f32 = 4.41;
const WORST: f32 = 1.0;

/// R without impairments: the default values of ITU-T G.107.
const R_BEST: f32 = 93.2;

/// Robustness against loss (G.113 Appendix I: G.729A 19.0, G.711 with concealment 25.1). Opus is
/// not in that table; its concealment is judged to be no worse than the former.
const LOSS_ROBUSTNESS: f32 = 20.0;

/// Opus frame and look-ahead, and a play-out buffer's least.
const FIXED_DELAY_MS: f32 = 50.0;

/// Each halving of the video that should flow costs so much.
const VIDEO_HALVING_COST: f32 = 0.9;

fn score(sample: &Sample) -> f32 {
    let audio = audio_score(sample);
    let up = video_score(sample.up);
    let down = video_score(sample.down);
    audio.min(up).min(down)
}

fn audio_score(sample: &Sample) -> f32 {
    let loss_percent = 100.0 * sample.loss_up.max(sample.loss_down).clamp(0.0, 1.0);
    let one_way_ms = sample.round_trip.unwrap_or_default().as_secs_f32() * 1_000.0 / 2.0;
    let jitter_ms = sample.jitter.unwrap_or_default().as_secs_f32() * 1_000.0;
    // A play-out buffer holds about twice the jitter.
    let delay_ms = one_way_ms + 2.0 * jitter_ms + FIXED_DELAY_MS;
    let by_delay = 0.024 * delay_ms + 0.11 * (delay_ms - 177.3).max(0.0);
    let by_loss = 95.0 * loss_percent / (loss_percent + LOSS_ROBUSTNESS);
    mean_opinion(R_BEST - by_delay - by_loss)
}

/// G.107 Annex B.
fn mean_opinion(r: f32) -> f32 {
    if r <= 0.0 {
        return WORST;
    }
    let r = r.min(100.0);
    (1.0 + 0.035 * r + r * (r - 60.0) * (100.0 - r) * 7e-6).clamp(WORST, BEST)
}

fn video_score(flow: Flow) -> f32 {
    if flow.expected == Bitrate::ZERO {
        return BEST;
    }
    let share = flow.actual.as_bps() as f32 / flow.expected.as_bps() as f32;
    (BEST + VIDEO_HALVING_COST * share.min(1.0).log2()).max(WORST)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn score_of(sample: Sample) -> f32 {
        score(&sample)
    }

    fn lossy(loss_down: f32) -> Sample {
        Sample {
            loss_down,
            ..Sample::default()
        }
    }

    /// Told values of a link that gives `sample` every second, `count` times.
    fn told(link: &mut LinkQuality, sample: Sample, count: usize) -> Vec<(f32, bool)> {
        (0..count).filter_map(|_| link.handle(&sample)).collect()
    }

    #[test]
    fn grades_are_what_people_say_of_such_links() {
        let near = Sample {
            round_trip: Some(Duration::from_millis(60)),
            ..lossy(0.01)
        };
        assert!(score_of(near) >= PeerQuality::EXCELLENT_FROM);
        let so_so = score_of(lossy(0.06));
        assert!((PeerQuality::GOOD_FROM..PeerQuality::EXCELLENT_FROM).contains(&so_so));
        assert!(score_of(lossy(0.25)) < PeerQuality::GOOD_FROM);
        let far = Sample {
            round_trip: Some(Duration::from_millis(1_000)),
            ..Sample::default()
        };
        assert!(score_of(far) < PeerQuality::EXCELLENT_FROM);
        let squeezed = Sample {
            down: Flow {
                expected: Bitrate::kbps(1_700),
                actual: Bitrate::kbps(150),
            },
            ..Sample::default()
        };
        assert!(score_of(squeezed) < PeerQuality::GOOD_FROM);
    }

    #[test]
    fn more_loss_is_never_better() {
        let scores: Vec<_> = (0..=100)
            .map(|p| score_of(lossy(p as f32 / 100.0)))
            .collect();
        assert!(scores.windows(2).all(|pair| pair[0] >= pair[1]));
        assert!(scores[100] < 1.5 && scores[0] > 4.3);
    }

    #[test]
    fn a_bad_moment_shows_at_once_and_is_forgiven_slowly() {
        let mut link = LinkQuality::default();
        assert_eq!(told(&mut link, lossy(0.0), 10).len(), 1);
        let bad = told(&mut link, lossy(0.4), 1);
        assert!(bad[0].0 < PeerQuality::GOOD_FROM, "{bad:?}");
        let better = told(&mut link, lossy(0.0), 2);
        assert!(
            better.iter().all(|t| t.0 < PeerQuality::EXCELLENT_FROM),
            "{better:?}"
        );
        let last = told(&mut link, lossy(0.0), 20).pop().unwrap();
        assert!(last.0 >= PeerQuality::EXCELLENT_FROM);
    }

    #[test]
    fn a_link_at_a_boundary_does_not_flicker() {
        let mut link = LinkQuality::default();
        let count = (0..100)
            .filter(|n| {
                link.handle(&lossy(0.028 + 0.004 * (n % 2) as f32))
                    .is_some()
            })
            .count();
        assert!(count <= 2, "{count}");
    }

    #[test]
    fn only_a_silent_transport_is_lost() {
        let mut link = LinkQuality::default();
        assert!(told(&mut link, lossy(1.0), 30).iter().all(|t| !t.1));
        let silent = Sample {
            silence: LOST_AFTER,
            ..lossy(1.0)
        };
        assert!(told(&mut link, silent, 1)[0].1);
        assert!(!told(&mut link, lossy(0.0), 1)[0].1);
    }
}
