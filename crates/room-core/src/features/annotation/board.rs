//! The strokes on each picture.

use super::stroke::Stroke;
use base::TrackSid;
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct State {
    /// In the order in which they were first drawn on.
    pub surfaces: Vec<Board>,
}

/// What is drawn on one picture.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Board {
    pub surface: TrackSid,
    pub who: Allowed,
    /// In the order in which they were begun.
    pub strokes: Vec<Stroke>,
}

/// Who may draw on a picture, besides whose it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Allowed {
    /// Everybody with the right to annotate.
    #[default]
    Everyone,
    Hosts,
    Nobody,
}

impl State {
    pub(super) fn board(&self, surface: &TrackSid) -> Option<&Board> {
        self.surfaces.iter().find(|board| board.surface == *surface)
    }

    pub(super) fn board_mut(&mut self, surface: &TrackSid) -> &mut Board {
        let at = self
            .surfaces
            .iter()
            .position(|board| board.surface == *surface)
            .unwrap_or_else(|| {
                self.surfaces.push(Board {
                    surface: surface.clone(),
                    who: Allowed::default(),
                    strokes: Vec::new(),
                });
                self.surfaces.len() - 1
            });
        &mut self.surfaces[at]
    }

    pub(super) fn strokes(&self) -> impl Iterator<Item = &Stroke> {
        self.surfaces.iter().flat_map(|board| &board.strokes)
    }

    pub(super) fn stroke(&self, id: &str) -> Option<&Stroke> {
        self.strokes().find(|stroke| stroke.id == id)
    }

    pub(super) fn add(&mut self, stroke: Stroke) {
        self.board_mut(&stroke.surface).strokes.push(stroke);
    }

    pub(super) fn extend(&mut self, id: &str, points: &[f64]) {
        if let Some(stroke) = self.stroke_mut(id) {
            stroke.points.extend_from_slice(points);
        }
    }

    pub(super) fn finish(&mut self, id: &str, at_ms: u64) {
        if let Some(stroke) = self.stroke_mut(id) {
            stroke.done = true;
            stroke.fades_at = stroke.fade_ms.map(|fade_ms| at_ms + fade_ms);
        }
    }

    pub(super) fn remove(&mut self, ids: &[String]) {
        for board in &mut self.surfaces {
            board.strokes.retain(|stroke| !ids.contains(&stroke.id));
        }
    }

    pub(super) fn forget(&mut self, surface: &TrackSid) {
        self.surfaces.retain(|board| board.surface != *surface);
    }

    fn stroke_mut(&mut self, id: &str) -> Option<&mut Stroke> {
        self.surfaces
            .iter_mut()
            .flat_map(|board| &mut board.strokes)
            .find(|stroke| stroke.id == id)
    }
}
