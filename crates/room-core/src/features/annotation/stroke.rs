//! One stroke.

use base::{Identity, TrackSid};
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Stroke {
    /// Made by the client that draws.
    pub id: String,
    pub surface: TrackSid,
    pub by: Drawer,
    pub tool: Tool,
    /// `#rrggbb`
    pub color: String,
    /// A fraction of the picture's width.
    pub width: f64,
    /// x and y in turn, each from 0 to 1 of the picture.
    pub points: Vec<f64>,
    pub text: Option<String>,
    /// How long it stays once it is done; `None`: until it is cleared.
    pub fade_ms: Option<u64>,
    /// When it was begun, in milliseconds since 1970.
    pub at: u64,
    pub done: bool,
    #[serde(skip)]
    pub(super) fades_at: Option<u64>,
}

/// Who drew it, as he was called then.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Drawer {
    pub identity: Identity,
    pub name: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tool {
    Pen,
    Highlighter,
    Line,
    Arrow,
    Rectangle,
    Ellipse,
    Text,
}

/// Names do not belong in logs.
impl std::fmt::Debug for Drawer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Drawer").field(&self.identity).finish()
    }
}
