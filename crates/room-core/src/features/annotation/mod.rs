//! Annotation: drawing on any published picture, in the picture's own coordinates, so that a circle
//! around a seam is around that seam on every screen.
//!
//! Nothing here is kept in the journal: a drawing belongs to the picture that is shown now.

mod board;
mod draw;
mod stroke;

pub use board::{Allowed, Board, State};
pub use stroke::{Drawer, Stroke, Tool};

use super::feature::{Actor, Context, Decision, Feature, Occurrence};
use super::refused::{Common, Refused};
use crate::kinds::Right;
use base::{Identity, TrackSid};
use serde::{Deserialize, Serialize};

/// See the module.
#[derive(Debug)]
pub struct Annotation;

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Command {
    Begin(draw::Begin),
    Extend {
        id: String,
        points: Vec<f64>,
    },
    Finish {
        id: String,
    },
    /// Takes one's own last stroke away.
    Undo {
        surface: TrackSid,
    },
    Clear {
        surface: TrackSid,
        whose: Whose,
    },
    Allow {
        surface: TrackSid,
        who: Allowed,
    },
    /// A laser pointer.
    Point {
        surface: TrackSid,
        x: f64,
        y: f64,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Whose {
    Mine,
    All,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Event {
    Began {
        stroke: Stroke,
    },
    Extended {
        id: String,
        points: Vec<f64>,
    },
    Finished {
        id: String,
    },
    Removed {
        ids: Vec<String>,
        /// `None`: their time was over.
        by: Option<Identity>,
    },
    Allowed {
        surface: TrackSid,
        who: Allowed,
        by: Identity,
    },
    Pointed {
        surface: TrackSid,
        identity: Identity,
        x: f64,
        y: f64,
    },
    SurfaceGone {
        surface: TrackSid,
    },
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("There is no such picture in the room.")]
    NoSuchSurface,
    #[error("There is no such stroke of yours.")]
    NoSuchStroke,
    #[error("Whoever shows this picture does not let you draw on it.")]
    NotAllowedHere,
    #[error("This picture is full of strokes: clear some first.")]
    Full,
    #[error(transparent)]
    Common(#[from] Common),
}

impl From<Refusal> for Refused {
    fn from(refusal: Refusal) -> Self {
        let message = refusal.to_string();
        match refusal {
            Refusal::NoSuchSurface => Self::absent("no_such_surface", message),
            Refusal::NoSuchStroke => Self::absent("no_such_stroke", message),
            Refusal::NotAllowedHere => Self::forbidden("not_allowed_here", message),
            Refusal::Full => Self::conflict("full", message),
            Refusal::Common(common) => common.into(),
        }
    }
}

impl Feature for Annotation {
    type Command = Command;
    type Event = Event;
    type State = State;
    type Refusal = Refusal;

    fn right(command: &Command) -> Option<Right> {
        match command {
            Command::Begin(_)
            | Command::Extend { .. }
            | Command::Finish { .. }
            | Command::Point { .. } => Some(Right::Annotate),
            // One's own strokes may be taken away, and one's own picture ruled over, in any case.
            Command::Undo { .. } | Command::Clear { .. } | Command::Allow { .. } => None,
        }
    }

    fn handle(
        context: &Context<'_>,
        state: &State,
        actor: &Actor,
        command: Command,
    ) -> Result<Decision<Event>, Refusal> {
        match command {
            Command::Begin(begin) => draw::begin(context, state, actor, begin),
            Command::Extend { id, points } => draw::extend(state, actor, id, &points),
            Command::Finish { id } => draw::finish(state, actor, id),
            Command::Undo { surface } => Ok(undo(state, actor, &surface)),
            Command::Clear { surface, whose } => clear(context, state, actor, &surface, whose),
            Command::Allow { surface, who } => {
                rules_over(context, actor, &surface)?;
                let by = actor.identity.clone();
                Ok(Decision::event(Event::Allowed { surface, who, by }))
            }
            Command::Point { surface, x, y } => draw::point(context, state, actor, surface, x, y),
        }
    }

    fn notice(_context: &Context<'_>, state: &State, occurrence: &Occurrence) -> Decision<Event> {
        match occurrence {
            Occurrence::Unpublished(gone) if state.board(&gone.track).is_some() => {
                let surface = gone.track.clone();
                Decision::event(Event::SurfaceGone { surface })
            }
            // Nobody else can finish what he was drawing.
            Occurrence::Left(person, _) => Decision::events(
                state
                    .strokes()
                    .filter(|stroke| !stroke.done && stroke.by.identity == person.identity)
                    .map(|stroke| Event::Finished {
                        id: stroke.id.clone(),
                    }),
            ),
            Occurrence::Opened
            | Occurrence::Closing
            | Occurrence::Came(_)
            | Occurrence::Renamed { .. }
            | Occurrence::Published(_)
            | Occurrence::Unpublished(_)
            | Occurrence::Knocked(_)
            | Occurrence::GaveUp { .. }
            | Occurrence::Uploaded(_) => Decision::nothing(),
        }
    }

    fn apply(state: &mut State, at_ms: u64, event: &Event) {
        match event {
            Event::Began { stroke } => state.add(stroke.clone()),
            Event::Extended { id, points } => state.extend(id, points),
            Event::Finished { id } => state.finish(id, at_ms),
            Event::Removed { ids, .. } => state.remove(ids),
            Event::Allowed { surface, who, .. } => state.board_mut(surface).who = *who,
            Event::Pointed { .. } => {}
            Event::SurfaceGone { surface } => state.forget(surface),
        }
    }

    fn is_kept(_event: &Event) -> bool {
        false
    }

    fn next_deadline(_context: &Context<'_>, state: &State) -> Option<u64> {
        state.strokes().filter_map(|stroke| stroke.fades_at).min()
    }

    fn wake(context: &Context<'_>, state: &State) -> Decision<Event> {
        let faded = |stroke: &&Stroke| stroke.fades_at.is_some_and(|at| at <= context.now_ms);
        removed(state.strokes().filter(faded), None)
    }
}

fn undo(state: &State, actor: &Actor, surface: &TrackSid) -> Decision<Event> {
    let last = state
        .board(surface)
        .into_iter()
        .flat_map(|board| &board.strokes)
        .rfind(|stroke| stroke.by.identity == actor.identity);
    removed(last.into_iter(), Some(actor))
}

fn clear(
    context: &Context<'_>,
    state: &State,
    actor: &Actor,
    surface: &TrackSid,
    whose: Whose,
) -> Result<Decision<Event>, Refusal> {
    if whose == Whose::All {
        rules_over(context, actor, surface)?;
    }
    let board = state.board(surface).into_iter();
    let cleared = board
        .flat_map(|board| &board.strokes)
        .filter(|stroke| whose == Whose::All || stroke.by.identity == actor.identity);
    Ok(removed(cleared, Some(actor)))
}

fn removed<'a>(strokes: impl Iterator<Item = &'a Stroke>, by: Option<&Actor>) -> Decision<Event> {
    let ids: Vec<_> = strokes.map(|stroke| stroke.id.clone()).collect();
    if ids.is_empty() {
        return Decision::nothing();
    }
    let by = by.map(|actor| actor.identity.clone());
    Decision::event(Event::Removed { ids, by })
}

/// Whose picture it is, and who looks after the room, says who may draw on it.
fn rules_over(context: &Context<'_>, actor: &Actor, surface: &TrackSid) -> Result<(), Refusal> {
    let surface = context
        .surfaces
        .with(surface)
        .ok_or(Refusal::NoSuchSurface)?;
    if surface.publisher != actor.identity {
        actor.needs(Right::AllowAnnotation)?;
    }
    Ok(())
}
