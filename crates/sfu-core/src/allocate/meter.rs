//! Measures what a publisher's layers cost.

use super::{Layer, Rung, Rungs};
use base::Bitrate;
use base::media::{LayerSpec, Quality};
use std::time::{Duration, Instant};

/// The bitrates and frame rates of one published stream of layers, over the last seconds.
#[derive(Clone, Debug)]
pub struct LayerMeter {
    is_svc: bool,
    cells: [[Cell; LAYERS]; LAYERS],
    window_from: Option<Instant>,
}

/// Spatial and temporal layers that are told apart; the codecs' own limit is four of each.
const LAYERS: usize = 4;

/// Long enough to hold several frames of the slowest layer, and that a key frame in it does not
/// weigh much; short enough to follow an encoder.
const WINDOW: Duration = Duration::from_secs(1);

/// A layer that was silent for so long is not offered: its publisher has stopped sending it.
/// A still screen is sent at one frame a second.
const GONE_AFTER: Duration = Duration::from_secs(2);

#[derive(Clone, Copy, Debug, Default)]
struct Cell {
    bytes: u64,
    frames: u32,
    bps: Option<f64>,
    fps: f32,
    last: Option<Instant>,
}

impl LayerMeter {
    /// `is_svc`: a spatial layer needs the ones below it (VP9, AV1), rather than being a stream of
    /// its own (simulcast).
    pub fn new(is_svc: bool) -> Self {
        Self {
            is_svc,
            cells: Default::default(),
            window_from: None,
        }
    }

    /// Counts one packet of the publisher's. Layers beyond the fourth count as the fourth.
    pub fn record(&mut self, now: Instant, layer: Layer, bytes: usize, ends_frame: bool) {
        self.roll(now);
        let cell = &mut self.cells[index(layer.spatial)][index(layer.temporal)];
        cell.bytes += bytes as u64;
        cell.frames += u32::from(ends_frame);
        cell.last = Some(now);
    }

    /// What is arriving, with the sizes as announced; what was not measured yet costs as announced.
    pub fn rungs(&self, now: Instant, specs: &[LayerSpec]) -> Rungs {
        let mut rungs = Rungs::new();
        for spatial in 0..LAYERS {
            let spec = specs.get(spatial).or(specs.last());
            let mut fps = 0.0;
            for temporal in 0..LAYERS {
                let cell = &self.cells[spatial][temporal];
                if !cell.is_alive(now) {
                    continue;
                }
                fps += cell.fps;
                rungs.push(Rung {
                    layer: Layer {
                        spatial: spatial as u8,
                        temporal: temporal as u8,
                    },
                    quality: spec.map_or(Quality::ALL[spatial.min(2)], |s| s.quality),
                    bitrate: self.cost(now, spatial, temporal, specs),
                    width: spec.map_or(0, |s| s.width),
                    height: spec.map_or(0, |s| s.height),
                    fps,
                });
            }
        }
        rungs
    }

    fn cost(&self, now: Instant, spatial: usize, temporal: usize, specs: &[LayerSpec]) -> Bitrate {
        let from = if self.is_svc { 0 } else { spatial };
        let cells = self.cells[from..=spatial].iter();
        let cells = cells.flat_map(|row| &row[..=temporal]);
        let mut bps = 0.0;
        for cell in cells.filter(|cell| cell.is_alive(now)) {
            let Some(measured) = cell.bps else {
                return specs.get(spatial).map_or(Bitrate::ZERO, |s| s.bitrate);
            };
            bps += measured;
        }
        Bitrate::bps(bps as u64)
    }

    fn roll(&mut self, now: Instant) {
        let from = *self.window_from.get_or_insert(now);
        let passed = now.saturating_duration_since(from);
        if passed < WINDOW {
            return;
        }
        self.window_from = Some(now);
        for cell in self.cells.iter_mut().flatten() {
            cell.roll(passed);
        }
    }
}

impl Cell {
    fn is_alive(&self, now: Instant) -> bool {
        self.last
            .is_some_and(|last| now.saturating_duration_since(last) < GONE_AFTER)
    }

    /// Half the new window, half the past: about two seconds of memory.
    fn roll(&mut self, passed: Duration) {
        let seconds = passed.as_secs_f64();
        let bps = self.bytes as f64 * 8.0 / seconds;
        let fps = f64::from(self.frames) / seconds;
        if self.last.is_some() {
            self.bps = Some(self.bps.map_or(bps, |old| (old + bps) / 2.0));
            self.fps = if self.fps == 0.0 {
                fps as f32
            } else {
                (self.fps + fps as f32) / 2.0
            };
        }
        self.bytes = 0;
        self.frames = 0;
    }
}

fn index(layer: u8) -> usize {
    usize::from(layer).min(LAYERS - 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use base::clock::OsClock;

    const LOW: Layer = Layer {
        spatial: 0,
        temporal: 0,
    };
    const LOW_FAST: Layer = Layer {
        spatial: 0,
        temporal: 1,
    };
    const HIGH: Layer = Layer {
        spatial: 1,
        temporal: 0,
    };

    /// One packet of each layer every 40 ms for `ms`.
    fn measured(is_svc: bool, start: Instant, ms: u64) -> LayerMeter {
        let mut meter = LayerMeter::new(is_svc);
        for at in (0..ms).step_by(40) {
            let now = start + Duration::from_millis(at);
            meter.record(now, LOW, 500, true);
            meter.record(now, LOW_FAST, 250, true);
            meter.record(now, HIGH, 1_000, true);
        }
        meter
    }

    fn kbps(rungs: &Rungs, layer: Layer) -> Option<u64> {
        let rung = rungs.iter().find(|r| r.layer == layer)?;
        Some((rung.bitrate.as_bps() + 5_000) / 10_000 * 10)
    }

    #[test]
    fn simulcast_layers_cost_themselves_and_svc_layers_all_below() {
        let start = OsClock.now();
        let end = start + Duration::from_secs(4);
        let simulcast = measured(false, start, 4_000).rungs(end, &[]);
        assert_eq!(kbps(&simulcast, LOW), Some(100));
        assert_eq!(kbps(&simulcast, LOW_FAST), Some(150));
        assert_eq!(kbps(&simulcast, HIGH), Some(200));
        let svc = measured(true, start, 4_000).rungs(end, &[]);
        assert_eq!(kbps(&svc, HIGH), Some(300));
        let fast = svc.iter().find(|r| r.layer == LOW_FAST).unwrap();
        assert!((45.0..55.0).contains(&fast.fps), "{}", fast.fps);
    }

    #[test]
    fn a_layer_that_has_stopped_is_not_offered() {
        let start = OsClock.now();
        let mut meter = measured(false, start, 1_000);
        let later = start + Duration::from_secs(4);
        meter.record(later, LOW, 500, true);
        let rungs = meter.rungs(later, &[]);
        assert_eq!(rungs.len(), 1);
        assert_eq!(rungs[0].layer, LOW);
    }
}
