//! The rungs a track may be lifted by, lowest first.

use super::{Layer, Rung, Rungs, Want};
use base::Bitrate;
use base::media::{Quality, Source, SubscriptionSettings};
use smallvec::SmallVec;

/// What is known of one spatial layer's picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size {
    pub quality: Quality,
    /// Zero if unknown.
    pub width: u32,
    pub height: u32,
}

impl Size {
    /// Screens and phones turn; the short side is the one that says how sharp a picture is.
    fn short_side(self) -> u32 {
        self.width.min(self.height)
    }
}

/// The highest quality that makes sense for a receiver: `None` if he does not want the track just
/// now, otherwise the smallest of `sizes` that fills his picture, and at most his limit. Without
/// known sizes, his limit. Asked by the allocator and, for the publisher's sake, by dynacast.
pub fn wanted_quality(settings: &SubscriptionSettings, sizes: &[Size]) -> Option<Quality> {
    if !settings.enabled {
        return None;
    }
    let by_size = settings.dimensions.and_then(|(width, height)| {
        let shown = width.min(height);
        sizes
            .iter()
            .filter(|size| size.short_side() >= shown && shown > 0)
            .min_by_key(|size| size.quality)
    });
    let limit = settings.max_quality;
    Some(by_size.map_or(limit, |size| size.quality.min(limit)))
}

/// Below this a moving picture looks broken rather than slow: a camera's larger picture is only
/// offered from here, the smaller one at full rate being the better sight. 14 rather than 15, so
/// that a measured 15 counts.
const MOTION_FPS: f32 = 14.0;

/// A measured frame rate may lie this much above its nominal value.
const FPS_TOLERANCE: f32 = 1.1;

/// The rungs of one track within its receiver's settings, with costs that never fall on the way up.
#[derive(Debug, Default)]
pub(super) struct Ladder {
    rungs: SmallVec<[(Layer, Bitrate); 9]>,
}

impl Ladder {
    pub(super) fn of(want: &Want) -> Self {
        let mut rungs = within_settings(want);
        rungs.sort_by_key(|rung| rung.layer);
        let is_offered: fn(&Rung, &[Rung]) -> bool = match want.source {
            Source::ScreenShare => sharp_before_smooth,
            Source::Unknown | Source::Camera | Source::Microphone | Source::ScreenShareAudio => {
                smooth_before_large
            }
        };
        let mut highest = Bitrate::ZERO;
        let rungs = rungs
            .iter()
            .filter(|rung| is_offered(rung, &rungs))
            .map(|rung| {
                highest = highest.max(rung.bitrate);
                (rung.layer, highest)
            })
            .collect();
        Self { rungs }
    }

    pub(super) fn len(&self) -> usize {
        self.rungs.len()
    }

    /// The cost of a level; level 0 is free.
    pub(super) fn cost(&self, level: usize) -> Bitrate {
        let below = level.min(self.rungs.len()).checked_sub(1);
        below.map_or(Bitrate::ZERO, |index| self.rungs[index].1)
    }

    /// `None` for level 0.
    pub(super) fn layer(&self, level: usize) -> Option<Layer> {
        let index = level.checked_sub(1)?;
        self.rungs.get(index).map(|rung| rung.0)
    }

    /// The level that stands for `layer`, or the next lower one if it is not offered any more.
    pub(super) fn level_of(&self, layer: Layer) -> usize {
        self.rungs.iter().filter(|rung| rung.0 <= layer).count()
    }

    /// The first level with the full picture: beyond it only the frame rate grows.
    pub(super) fn full_size_level(&self) -> usize {
        let Some(top) = self.rungs.last() else {
            return 0;
        };
        let smaller = |rung: &&(Layer, Bitrate)| rung.0.spatial < top.0.spatial;
        self.rungs.iter().filter(smaller).count() + 1
    }
}

fn within_settings(want: &Want) -> Rungs {
    let mut sizes: SmallVec<[Size; 4]> = SmallVec::new();
    for rung in &want.rungs {
        let size = Size {
            quality: rung.quality,
            width: rung.width,
            height: rung.height,
        };
        if !sizes.contains(&size) {
            sizes.push(size);
        }
    }
    let Some(quality) = wanted_quality(&want.settings, &sizes) else {
        return Rungs::new();
    };
    let lowest = want.rungs.iter().map(|r| r.layer.spatial).min();
    let max_fps = want.settings.max_fps.filter(|fps| *fps > 0);
    let slow_enough = |rung: &Rung| {
        rung.layer.temporal == 0 || max_fps.is_none_or(|m| rung.fps <= m as f32 * FPS_TOLERANCE)
    };
    want.rungs
        .iter()
        .filter(|r| r.quality <= quality || Some(r.layer.spatial) == lowest)
        .filter(|r| slow_enough(r))
        .copied()
        .collect()
}

/// Screens: every size at its lowest frame rate, then the largest one's frame rate.
fn sharp_before_smooth(rung: &Rung, all: &[Rung]) -> bool {
    let largest = all.iter().map(|r| r.layer.spatial).max();
    let slowest = lowest_temporal(rung.layer.spatial, all);
    rung.layer.temporal == slowest || Some(rung.layer.spatial) == largest
}

/// Cameras: the smallest picture at any frame rate, larger ones only if they move.
fn smooth_before_large(rung: &Rung, all: &[Rung]) -> bool {
    let smallest = all.iter().map(|r| r.layer.spatial).min();
    let is_smallest = Some(rung.layer.spatial) == smallest;
    let fastest = |other: &&Rung| other.layer.spatial == rung.layer.spatial;
    let best = all
        .iter()
        .filter(fastest)
        .map(|r| r.layer.temporal)
        .max()
        .unwrap_or_default();
    let moves = rung.fps == 0.0 || rung.fps >= MOTION_FPS;
    is_smallest || moves || rung.layer.temporal == best
}

fn lowest_temporal(spatial: u8, all: &[Rung]) -> u8 {
    all.iter()
        .filter(|r| r.layer.spatial == spatial)
        .map(|r| r.layer.temporal)
        .min()
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIZES: [Size; 3] = [
        Size {
            quality: Quality::Low,
            width: 320,
            height: 180,
        },
        Size {
            quality: Quality::Medium,
            width: 640,
            height: 360,
        },
        Size {
            quality: Quality::High,
            width: 1280,
            height: 720,
        },
    ];

    fn shown_at(width: u32, height: u32) -> SubscriptionSettings {
        SubscriptionSettings {
            dimensions: Some((width, height)),
            ..SubscriptionSettings::default()
        }
    }

    #[test]
    fn a_tile_gets_the_smallest_picture_that_fills_it() {
        let quality = |w, h| wanted_quality(&shown_at(w, h), &SIZES);
        assert_eq!(quality(200, 112), Some(Quality::Low));
        assert_eq!(quality(320, 180), Some(Quality::Low));
        assert_eq!(quality(321, 181), Some(Quality::Medium));
        assert_eq!(quality(360, 640), Some(Quality::Medium));
        assert_eq!(quality(1920, 1080), Some(Quality::High));
    }

    #[test]
    fn a_limit_holds_whatever_the_tile() {
        let settings = SubscriptionSettings {
            max_quality: Quality::Low,
            ..shown_at(1280, 720)
        };
        assert_eq!(wanted_quality(&settings, &SIZES), Some(Quality::Low));
        let hidden = SubscriptionSettings {
            enabled: false,
            ..settings
        };
        assert_eq!(wanted_quality(&hidden, &SIZES), None);
    }
}
