//! The order in which bandwidth is given away.

use super::Climb;
use std::cmp::Reverse;

/// Lifts `climbs[climb]` from `level - 1` to `level`.
pub(super) struct Step {
    pub(super) climb: usize,
    pub(super) level: usize,
}

/// Earlier is served first. Within one stage: larger priority, then smaller round, then the order
/// of the request.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Stage {
    ScreenLowest,
    ScreenResolution,
    EverybodyLowest,
    ScreenFrameRate,
    Preferred,
    Rest,
}

pub(super) fn order(climbs: &[Climb]) -> Vec<Step> {
    let mut steps: Vec<Step> = climbs
        .iter()
        .enumerate()
        .flat_map(|(climb, c)| (1..=c.ladder.len()).map(move |level| Step { climb, level }))
        .collect();
    steps.sort_by_key(|step| {
        let climb = &climbs[step.climb];
        let stage = stage(climb, step.level);
        (stage, Reverse(climb.priority), step.level, step.climb)
    });
    steps
}

fn stage(climb: &Climb, level: usize) -> Stage {
    if climb.is_screen {
        match level {
            1 => Stage::ScreenLowest,
            _ if level <= climb.ladder.full_size_level() => Stage::ScreenResolution,
            _ => Stage::ScreenFrameRate,
        }
    } else {
        match level {
            1 => Stage::EverybodyLowest,
            _ if climb.priority > 0 => Stage::Preferred,
            _ => Stage::Rest,
        }
    }
}
