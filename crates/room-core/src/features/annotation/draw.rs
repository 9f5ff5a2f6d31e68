//! Whether a stroke may be begun and continued, and what of it is taken.

use super::board::{Allowed, State};
use super::stroke::{Drawer, Stroke, Tool};
use super::{Event, Refusal};
use crate::features::feature::{Actor, Context, Decision};
use crate::features::refused::{Common, bounded};
use base::TrackSid;
use serde::Deserialize;

/// An id that a client makes, a UUID for instance.
const MAX_ID_BYTES: usize = 40;

/// Points of one command: clients send twenty commands a second, and no hand makes more.
const MAX_POINTS_AT_ONCE: usize = 64;

/// Points of one stroke: half a minute of scribbling without pause.
const MAX_POINTS: usize = 2_000;

/// Strokes on one picture: far beyond what can still be read.
const MAX_STROKES: usize = 500;

/// What fits on a label.
const MAX_TEXT_CHARACTERS: u64 = 200;

/// A minute: what should stay longer is kept until it is cleared.
const MAX_FADE_MS: u64 = 60_000;

/// A hair on a phone, and a thumb.
const WIDTHS: std::ops::RangeInclusive<f64> = 0.000_5..=0.1;

#[derive(Clone, Debug, Deserialize)]
pub struct Begin {
    id: String,
    surface: TrackSid,
    tool: Tool,
    color: String,
    width: f64,
    points: Vec<f64>,
    #[serde(default)]
    text: Option<String>,
    #[serde(default)]
    fade_ms: Option<u64>,
}

pub(super) fn begin(
    context: &Context<'_>,
    state: &State,
    actor: &Actor,
    begin: Begin,
) -> Result<Decision<Event>, Refusal> {
    may_draw(context, state, actor, &begin.surface)?;
    if state
        .stroke(&begin.id)
        .is_some_and(|known| is_of(known, actor))
    {
        return Ok(Decision::nothing());
    }
    if begin.id.is_empty() || begin.id.len() > MAX_ID_BYTES || state.stroke(&begin.id).is_some() {
        return Err(Common::malformed("id", "it is empty, too long or taken").into());
    }
    if !is_color(&begin.color) {
        return Err(Common::malformed("color", "it is not like #e5484d").into());
    }
    if !WIDTHS.contains(&begin.width) {
        return Err(Common::malformed("width", "it is not between 0.0005 and 0.1").into());
    }
    let strokes = state.board(&begin.surface).map_or(0, |b| b.strokes.len());
    if strokes >= MAX_STROKES {
        return Err(Refusal::Full);
    }
    let stroke = Stroke {
        id: begin.id,
        surface: begin.surface,
        by: Drawer {
            identity: actor.identity.clone(),
            name: actor.name.clone(),
        },
        tool: begin.tool,
        color: begin.color,
        width: begin.width,
        points: checked(&begin.points)?,
        text: text(begin.tool, begin.text)?,
        fade_ms: begin.fade_ms.map(|fade_ms| fade_ms.min(MAX_FADE_MS)),
        at: context.now_ms,
        done: false,
        fades_at: None,
    };
    Ok(Decision::event(Event::Began { stroke }))
}

pub(super) fn extend(
    state: &State,
    actor: &Actor,
    id: String,
    points: &[f64],
) -> Result<Decision<Event>, Refusal> {
    let stroke = own(state, actor, &id)?;
    let points = checked(points)?;
    if (stroke.points.len() + points.len()) / 2 > MAX_POINTS {
        let limit = MAX_POINTS as u64;
        return Err(Common::TooLarge { limit }.into());
    }
    Ok(Decision::event(Event::Extended { id, points }))
}

pub(super) fn finish(state: &State, actor: &Actor, id: String) -> Result<Decision<Event>, Refusal> {
    let stroke = state
        .stroke(&id)
        .filter(|stroke| is_of(stroke, actor))
        .ok_or(Refusal::NoSuchStroke)?;
    match stroke.done {
        true => Ok(Decision::nothing()),
        false => Ok(Decision::event(Event::Finished { id })),
    }
}

pub(super) fn point(
    context: &Context<'_>,
    state: &State,
    actor: &Actor,
    surface: TrackSid,
    x: f64,
    y: f64,
) -> Result<Decision<Event>, Refusal> {
    may_draw(context, state, actor, &surface)?;
    let at = checked(&[x, y])?;
    let (x, y) = (at[0], at[1]);
    let identity = actor.identity.clone();
    Ok(Decision::event(Event::Pointed {
        surface,
        identity,
        x,
        y,
    }))
}

fn may_draw(
    context: &Context<'_>,
    state: &State,
    actor: &Actor,
    surface: &TrackSid,
) -> Result<(), Refusal> {
    let shown = context
        .surfaces
        .with(surface)
        .filter(|shown| shown.is_video)
        .ok_or(Refusal::NoSuchSurface)?;
    let allowed = state
        .board(surface)
        .map_or_else(Allowed::default, |b| b.who);
    let may = shown.publisher == actor.identity
        || match allowed {
            Allowed::Everyone => true,
            Allowed::Hosts => actor.role.is_hosting(),
            Allowed::Nobody => false,
        };
    match may {
        true => Ok(()),
        false => Err(Refusal::NotAllowedHere),
    }
}

fn own<'a>(state: &'a State, actor: &Actor, id: &str) -> Result<&'a Stroke, Refusal> {
    state
        .stroke(id)
        .filter(|stroke| is_of(stroke, actor) && !stroke.done)
        .ok_or(Refusal::NoSuchStroke)
}

fn is_of(stroke: &Stroke, actor: &Actor) -> bool {
    stroke.by.identity == actor.identity
}

/// Within the picture, and no finer than a hundred-thousandth of it: an eighth of a pixel of the
/// largest screens, and half the bytes of a full double.
fn checked(points: &[f64]) -> Result<Vec<f64>, Common> {
    if points.is_empty() || points.len() % 2 == 1 {
        return Err(Common::malformed("points", "they are not pairs of x and y"));
    }
    if points.len() > 2 * MAX_POINTS_AT_ONCE {
        let limit = MAX_POINTS_AT_ONCE as u64;
        return Err(Common::TooLarge { limit });
    }
    if points.iter().any(|value| !value.is_finite()) {
        return Err(Common::malformed("points", "one is not a number"));
    }
    let taken = |value: &f64| (value.clamp(0.0, 1.0) * 100_000.0).round() / 100_000.0;
    Ok(points.iter().map(taken).collect())
}

fn text(tool: Tool, text: Option<String>) -> Result<Option<String>, Common> {
    if tool != Tool::Text {
        return Ok(None);
    }
    let text = bounded(&text.unwrap_or_default(), MAX_TEXT_CHARACTERS)?;
    match text.is_empty() {
        true => Err(Common::malformed("text", "there is none")),
        false => Ok(Some(text)),
    }
}

fn is_color(color: &str) -> bool {
    color.len() == 7
        && color.starts_with('#')
        && color[1..].bytes().all(|byte| byte.is_ascii_hexdigit())
}
