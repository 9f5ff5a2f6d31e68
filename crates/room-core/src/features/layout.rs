//! What is large on everybody's screen: spotlight, product close-up, and following a leader.

use super::feature::{Actor, Context, Decision, Feature, Occurrence};
use super::refused::{Common, Refused};
use super::surface::Source;
use crate::kinds::Right;
use base::Identity;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// See the module.
#[derive(Debug)]
pub struct Layout;

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Command {
    /// `identity` null: nobody is in the spotlight any more.
    Spotlight {
        identity: Option<Identity>,
        #[serde(default = "camera")]
        source: Source,
    },
    /// That camera is wanted at source resolution, sharpness before frame rate.
    CloseUp { identity: Identity, on: bool },
    /// Others are to see what I see.
    Lead { on: bool },
    /// What I see, while I lead.
    View {
        mode: Mode,
        #[serde(default)]
        pinned: Option<Identity>,
    },
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Event {
    Spotlit {
        identity: Option<Identity>,
        source: Source,
        /// `None`: whoever was shown is no longer there.
        by: Option<Identity>,
    },
    CloseUp {
        identity: Identity,
        on: bool,
        by: Option<Identity>,
    },
    /// `by` is the one who leads from now on.
    Led { by: Option<Identity> },
    Viewed {
        mode: Mode,
        pinned: Option<Identity>,
    },
}

/// How the pictures are laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    Grid,
    Speaker,
    Stage,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Spotlight {
    pub identity: Identity,
    pub source: Source,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct View {
    pub mode: Mode,
    pub pinned: Option<Identity>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct State {
    pub spotlight: Option<Spotlight>,
    /// In the order in which they were asked for.
    pub close_up: Vec<Identity>,
    pub leader: Option<Identity>,
    pub view: Option<View>,
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("You are not leading the view.")]
    NotLeading,
    #[error(transparent)]
    Common(#[from] Common),
}

impl From<Refusal> for Refused {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::NotLeading => Self::conflict("not_leading", refusal.to_string()),
            Refusal::Common(common) => common.into(),
        }
    }
}

impl Feature for Layout {
    type Command = Command;
    type Event = Event;
    type State = State;
    type Refusal = Refusal;

    fn right(command: &Command) -> Option<Right> {
        match command {
            Command::Spotlight { .. } => Some(Right::Spotlight),
            // Whose camera it is may always choose it.
            Command::CloseUp { .. } => None,
            Command::Lead { .. } | Command::View { .. } => Some(Right::LeadView),
        }
    }

    fn handle(
        context: &Context<'_>,
        state: &State,
        actor: &Actor,
        command: Command,
    ) -> Result<Decision<Event>, Refusal> {
        match command {
            Command::Spotlight { identity, source } => {
                if let Some(identity) = &identity {
                    context.person(identity)?;
                }
                let by = Some(actor.identity.clone());
                Ok(Decision::event(Event::Spotlit {
                    identity,
                    source,
                    by,
                }))
            }
            Command::CloseUp { identity, on } => close_up(context, state, actor, identity, on),
            Command::Lead { on } => Ok(lead(state, actor, on)),
            Command::View { mode, pinned } => match state.leader == Some(actor.identity.clone()) {
                true => Ok(Decision::event(Event::Viewed { mode, pinned })),
                false => Err(Refusal::NotLeading),
            },
        }
    }

    fn notice(context: &Context<'_>, state: &State, occurrence: &Occurrence) -> Decision<Event> {
        match occurrence {
            Occurrence::Left(person, _) => Decision::events(without(state, &person.identity)),
            // Whoever was shown when the last life broke off is not there yet.
            Occurrence::Opened => {
                let absent = shown(state).filter(|identity| context.person(identity).is_err());
                Decision::events(absent.flat_map(|identity| without(state, identity)))
            }
            Occurrence::Unpublished(surface) => {
                let lit = state.spotlight.as_ref().is_some_and(|spotlight| {
                    spotlight.identity == surface.publisher
                        && Some(spotlight.source) == surface.source
                });
                match lit {
                    true => Decision::event(dark()),
                    false => Decision::nothing(),
                }
            }
            Occurrence::Closing
            | Occurrence::Came(_)
            | Occurrence::Renamed { .. }
            | Occurrence::Published(_)
            | Occurrence::Knocked(_)
            | Occurrence::GaveUp { .. }
            | Occurrence::Uploaded(_) => Decision::nothing(),
        }
    }

    fn apply(state: &mut State, _at_ms: u64, event: &Event) {
        match event {
            Event::Spotlit {
                identity, source, ..
            } => {
                let source = *source;
                state.spotlight = identity
                    .clone()
                    .map(|identity| Spotlight { identity, source });
            }
            Event::CloseUp { identity, on, .. } => {
                state.close_up.retain(|other| other != identity);
                if *on {
                    state.close_up.push(identity.clone());
                }
            }
            Event::Led { by } => {
                state.leader = by.clone();
                state.view = None;
            }
            Event::Viewed { mode, pinned } => {
                state.view = Some(View {
                    mode: *mode,
                    pinned: pinned.clone(),
                });
            }
        }
    }
}

fn camera() -> Source {
    Source::Camera
}

fn close_up(
    context: &Context<'_>,
    state: &State,
    actor: &Actor,
    identity: Identity,
    on: bool,
) -> Result<Decision<Event>, Refusal> {
    context.person(&identity)?;
    if identity != actor.identity {
        actor.needs(Right::CloseUp)?;
    }
    if state.close_up.contains(&identity) == on {
        return Ok(Decision::nothing());
    }
    let by = Some(actor.identity.clone());
    Ok(Decision::event(Event::CloseUp { identity, on, by }))
}

/// Whoever may lead takes the lead over; giving it up is for him who has it.
fn lead(state: &State, actor: &Actor, on: bool) -> Decision<Event> {
    let leads = state.leader.as_ref() == Some(&actor.identity);
    match (on, leads) {
        (true, false) => Decision::event(Event::Led {
            by: Some(actor.identity.clone()),
        }),
        (false, true) => Decision::event(Event::Led { by: None }),
        (true, true) | (false, false) => Decision::nothing(),
    }
}

/// Everybody who is named in the state, once.
fn shown(state: &State) -> impl Iterator<Item = &Identity> {
    let spotlit = state.spotlight.iter().map(|spotlight| &spotlight.identity);
    let named: BTreeSet<_> = spotlit
        .chain(&state.close_up)
        .chain(&state.leader)
        .collect();
    named.into_iter()
}

/// What ends when somebody has left.
fn without(state: &State, identity: &Identity) -> Vec<Event> {
    let mut events = Vec::new();
    if state
        .spotlight
        .as_ref()
        .is_some_and(|spotlight| spotlight.identity == *identity)
    {
        events.push(dark());
    }
    if state.close_up.contains(identity) {
        events.push(Event::CloseUp {
            identity: identity.clone(),
            on: false,
            by: None,
        });
    }
    if state.leader.as_ref() == Some(identity) {
        events.push(Event::Led { by: None });
    }
    events
}

fn dark() -> Event {
    Event::Spotlit {
        identity: None,
        source: Source::Camera,
        by: None,
    }
}
