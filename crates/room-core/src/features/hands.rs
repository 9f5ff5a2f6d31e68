//! Hand raising: who wants to speak, in the order in which they asked, and who was given the floor.

use super::feature::{Actor, Context, Decision, Feature, Hearers, Occurrence, Touched};
use super::people::Person;
use super::refused::{Common, bounded};
use super::surface::Source;
use crate::kinds::{Right, Rights};
use base::Identity;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// Nobody calls up more than some dozens in one sitting; the whole of a large audience may raise
/// its hands at once.
const MAX_RAISED: usize = 500;
const MAX_NOTE_CHARACTERS: u64 = 200;

#[derive(Debug)]
pub struct Hands;

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct State {
    pub queue: Vec<Hand>,
    pub granted: Vec<Grant>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hand {
    pub identity: Identity,
    pub name: String,
    pub since_at: u64,
    pub note: Option<String>,
    /// Of a large audience: for himself and those who give the floor, not for ten thousand others.
    #[serde(skip)]
    pub aside: bool,
}

/// The floor: what somebody may send although his role does not let him.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grant {
    pub identity: Identity,
    pub sources: Vec<Source>,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Command {
    Raise {
        note: Option<String>,
    },
    /// One's own without `identity`.
    Lower {
        identity: Option<Identity>,
    },
    LowerAll {},
    Grant {
        identity: Identity,
        sources: Vec<Source>,
    },
    Revoke {
        identity: Identity,
    },
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Event {
    Raised {
        hand: Hand,
    },
    Lowered {
        identity: Identity,
        by: Identity,
        /// As in [`Hand`].
        #[serde(skip)]
        aside: bool,
    },
    AllLowered {
        by: Identity,
    },
    Granted {
        identity: Identity,
        sources: Vec<Source>,
        by: Identity,
    },
    Revoked {
        identity: Identity,
        by: Identity,
    },
}

impl Feature for Hands {
    type Command = Command;
    type Event = Event;
    type State = State;
    type Refusal = Common;

    fn right(command: &Command) -> Option<Right> {
        match command {
            Command::Raise { .. } => Some(Right::RaiseHand),
            Command::Lower { .. } => None,
            Command::LowerAll {} | Command::Grant { .. } | Command::Revoke { .. } => {
                Some(Right::GrantFloor)
            }
        }
    }

    fn handle(
        context: &Context<'_>,
        state: &State,
        actor: &Actor,
        command: Command,
    ) -> Result<Decision<Event>, Common> {
        let by = actor.identity.clone();
        match command {
            Command::Raise { note } => raise(context, state, actor, note),
            Command::Lower { identity } => {
                let identity = identity.unwrap_or_else(|| by.clone());
                if identity != by {
                    actor.needs(Right::GrantFloor)?;
                }
                Ok(lower(state, &identity, &by))
            }
            Command::LowerAll {} if state.queue.is_empty() => Ok(Decision::nothing()),
            Command::LowerAll {} => Ok(Decision::event(Event::AllLowered { by })),
            Command::Grant { identity, sources } => {
                context.person(&identity)?;
                grant(state, identity, sources, by)
            }
            Command::Revoke { identity } => Ok(revoke(state, &identity, &by)),
        }
    }

    /// Whoever leaves gives back the floor; if he returns, he asks again.
    fn notice(context: &Context<'_>, state: &State, occurrence: &Occurrence) -> Decision<Event> {
        let gone: Vec<Identity> = match occurrence {
            Occurrence::Left(person, _) => vec![person.identity.clone()],
            Occurrence::Opened => state
                .queue
                .iter()
                .map(|hand| hand.identity.clone())
                .chain(state.granted.iter().map(|grant| grant.identity.clone()))
                .filter(|identity| context.person(identity).is_err())
                .collect(),
            Occurrence::Closing
            | Occurrence::Came(_)
            | Occurrence::Renamed { .. }
            | Occurrence::Published(_)
            | Occurrence::Unpublished(_)
            | Occurrence::Knocked(_)
            | Occurrence::GaveUp { .. }
            | Occurrence::Uploaded(_) => Vec::new(),
        };
        Decision::events(gone.iter().flat_map(|identity| {
            let lowered = lower(state, identity, identity).events;
            lowered
                .into_iter()
                .chain(revoke(state, identity, identity).events)
        }))
    }

    fn apply(state: &mut State, _at_ms: u64, event: &Event) {
        match event {
            Event::Raised { hand } => state.queue.push(hand.clone()),
            Event::Lowered { identity, .. } => state.queue.retain(|h| h.identity != *identity),
            Event::AllLowered { .. } => state.queue.clear(),
            Event::Granted {
                identity, sources, ..
            } => {
                state.granted.retain(|grant| grant.identity != *identity);
                state.granted.push(Grant {
                    identity: identity.clone(),
                    sources: sources.clone(),
                });
            }
            Event::Revoked { identity, .. } => state.granted.retain(|g| g.identity != *identity),
        }
    }

    fn hearers(event: &Event) -> Hearers {
        let (identity, aside) = match event {
            Event::Raised { hand } => (&hand.identity, hand.aside),
            Event::Lowered {
                identity, aside, ..
            } => (identity, *aside),
            Event::AllLowered { .. } | Event::Granted { .. } | Event::Revoked { .. } => {
                return Hearers::All;
            }
        };
        if !aside {
            return Hearers::All;
        }
        Hearers::With {
            right: Right::GrantFloor,
            also: vec![identity.clone()],
        }
    }

    fn snapshot<'a>(
        _context: &Context<'_>,
        state: &'a State,
        viewer: &Actor,
    ) -> Option<Cow<'a, State>> {
        let is_seen = |hand: &Hand| !hand.aside || hand.identity == viewer.identity;
        if viewer.may(Right::GrantFloor) || state.queue.iter().all(is_seen) {
            return Some(Cow::Borrowed(state));
        }
        let seen = state.queue.iter().filter(|hand| is_seen(hand));
        Some(Cow::Owned(State {
            queue: seen.cloned().collect(),
            granted: state.granted.clone(),
        }))
    }

    fn adjust(state: &State, person: &Person, rights: &mut Rights) {
        let granted = state.granted.iter().find(|g| g.identity == person.identity);
        for source in granted.iter().flat_map(|grant| &grant.sources) {
            rights.insert(match source {
                Source::Microphone => Right::Speak,
                Source::Camera => Right::ShowCamera,
                Source::ScreenShare => Right::ShareScreen,
            });
        }
    }

    fn touches(event: &Event) -> Touched<'_> {
        match event {
            Event::Granted { identity, .. } | Event::Revoked { identity, .. } => {
                Touched::Person(identity)
            }
            Event::Raised { .. } | Event::Lowered { .. } | Event::AllLowered { .. } => {
                Touched::Nobody
            }
        }
    }
}

fn raise(
    context: &Context<'_>,
    state: &State,
    actor: &Actor,
    note: Option<String>,
) -> Result<Decision<Event>, Common> {
    let note = note
        .map(|note| bounded(&note, MAX_NOTE_CHARACTERS))
        .transpose()?
        .filter(|note| !note.is_empty());
    let person = context.person(&actor.identity)?;
    if is_raised(state, &actor.identity) {
        return Ok(Decision::nothing());
    }
    if state.queue.len() >= MAX_RAISED {
        let limit = MAX_RAISED as u64;
        return Err(Common::TooLarge { limit });
    }
    let hand = Hand {
        identity: person.identity.clone(),
        name: person.name.clone(),
        since_at: context.now_ms,
        note,
        aside: context.is_seated(actor),
    };
    Ok(Decision::event(Event::Raised { hand }))
}

fn lower(state: &State, identity: &Identity, by: &Identity) -> Decision<Event> {
    let Some(hand) = state.queue.iter().find(|hand| hand.identity == *identity) else {
        return Decision::nothing();
    };
    Decision::event(Event::Lowered {
        identity: identity.clone(),
        by: by.clone(),
        aside: hand.aside,
    })
}

/// Whoever is called up need not hold up his hand any longer.
fn grant(
    state: &State,
    identity: Identity,
    mut sources: Vec<Source>,
    by: Identity,
) -> Result<Decision<Event>, Common> {
    sources.sort_unstable();
    sources.dedup();
    if sources.is_empty() {
        return Err(Common::malformed("sources", "at least one is needed"));
    }
    let lowered = lower(state, &identity, &by);
    let granted = Event::Granted {
        identity,
        sources,
        by,
    };
    Ok(lowered.and(granted))
}

fn revoke(state: &State, identity: &Identity, by: &Identity) -> Decision<Event> {
    if !state.granted.iter().any(|g| g.identity == *identity) {
        return Decision::nothing();
    }
    Decision::event(Event::Revoked {
        identity: identity.clone(),
        by: by.clone(),
    })
}

fn is_raised(state: &State, identity: &Identity) -> bool {
    state.queue.iter().any(|hand| hand.identity == *identity)
}
