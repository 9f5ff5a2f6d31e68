//! Keeping order: silence, and the door.

use super::feature::{Actor, Context, Decision, Effect, Feature, Hearers, Occurrence, Touched};
use super::people::Person;
use super::refused::{Common, Refused};
use super::surface::Source;
use crate::kinds::{Right, Rights, Role};
use base::Identity;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// A room that bans more people than this has another problem.
const MAX_BANNED: usize = 1_000;

#[derive(Debug)]
pub struct Moderation;

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct State {
    /// Only hosts, and those who were given the floor, may speak.
    pub unmute_forbidden: bool,
    /// Seen by those who may ban.
    pub banned: Vec<Banned>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Banned {
    pub identity: Identity,
    pub name: String,
    /// His account: he stays away under another identity too.
    pub person_id: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Command {
    Mute { identity: Identity, source: Source },
    MuteAll { may_unmute: bool },
    ForbidUnmute { forbidden: bool },
    StopVideo { identity: Identity, source: Source },
    Remove { identity: Identity },
    Ban { identity: Identity },
    Unban { identity: Identity },
    AskUnmute { identity: Identity },
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Event {
    Muted {
        identity: Identity,
        source: Source,
        by: Identity,
    },
    AllMuted {
        may_unmute: bool,
        by: Identity,
    },
    UnmuteForbidden {
        forbidden: bool,
        by: Identity,
    },
    VideoStopped {
        identity: Identity,
        source: Source,
        by: Identity,
    },
    Removed {
        identity: Identity,
        by: Identity,
    },
    Banned {
        #[serde(flatten)]
        banned: Banned,
        by: Identity,
    },
    Unbanned {
        identity: Identity,
        by: Identity,
    },
    AskedToUnmute {
        identity: Identity,
        by: Identity,
    },
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error(transparent)]
    Common(#[from] Common),
    #[error("A co-host may not do that to a host.")]
    NotOverAHost,
}

impl From<Refusal> for Refused {
    fn from(refusal: Refusal) -> Self {
        let message = refusal.to_string();
        match refusal {
            Refusal::Common(common) => common.into(),
            Refusal::NotOverAHost => Self::forbidden("not_over_a_host", message),
        }
    }
}

impl State {
    /// Whether somebody is kept out, by his identity or his account.
    pub fn is_banned(&self, identity: &Identity, person_id: Option<&str>) -> bool {
        self.banned.iter().any(|banned| {
            banned.identity == *identity
                || (person_id.is_some() && banned.person_id.as_deref() == person_id)
        })
    }
}

impl Feature for Moderation {
    type Command = Command;
    type Event = Event;
    type State = State;
    type Refusal = Refusal;

    fn right(command: &Command) -> Option<Right> {
        Some(match command {
            Command::Mute { .. }
            | Command::MuteAll { .. }
            | Command::ForbidUnmute { .. }
            | Command::AskUnmute { .. } => Right::MuteOthers,
            Command::StopVideo { .. } => Right::StopVideo,
            Command::Remove { .. } => Right::Remove,
            Command::Ban { .. } | Command::Unban { .. } => Right::Ban,
        })
    }

    fn handle(
        context: &Context<'_>,
        state: &State,
        actor: &Actor,
        command: Command,
    ) -> Result<Decision<Event>, Refusal> {
        let by = actor.identity.clone();
        match command {
            Command::Mute { identity, source } => {
                over(context, actor, &identity)?;
                is_one_of(source, &[Source::Microphone])?;
                let effect = silence(&identity, source);
                let event = Event::Muted {
                    identity,
                    source,
                    by,
                };
                Ok(Decision::event(event).effect(effect))
            }
            Command::MuteAll { may_unmute } => {
                let event = Event::AllMuted { may_unmute, by };
                Ok(Decision::event(event).effects(silence_all(context)))
            }
            Command::ForbidUnmute { forbidden } if forbidden == state.unmute_forbidden => {
                Ok(Decision::nothing())
            }
            Command::ForbidUnmute { forbidden } => {
                Ok(Decision::event(Event::UnmuteForbidden { forbidden, by }))
            }
            Command::StopVideo { identity, source } => {
                over(context, actor, &identity)?;
                is_one_of(source, &[Source::Camera, Source::ScreenShare])?;
                let effect = silence(&identity, source);
                let event = Event::VideoStopped {
                    identity,
                    source,
                    by,
                };
                Ok(Decision::event(event).effect(effect))
            }
            Command::Remove { identity } => {
                over(context, actor, &identity)?;
                let effect = Effect::PutOut {
                    identity: identity.clone(),
                };
                Ok(Decision::event(Event::Removed { identity, by }).effect(effect))
            }
            Command::Ban { identity } => ban(context, state, actor, &identity),
            Command::Unban { identity } => {
                if !state.banned.iter().any(|b| b.identity == identity) {
                    return Ok(Decision::nothing());
                }
                Ok(Decision::event(Event::Unbanned { identity, by }))
            }
            Command::AskUnmute { identity } => {
                context.person(&identity)?;
                Ok(Decision::event(Event::AskedToUnmute { identity, by }))
            }
        }
    }

    /// A new life of the room begins without last time's silence; bans outlast it.
    fn notice(context: &Context<'_>, state: &State, occurrence: &Occurrence) -> Decision<Event> {
        match occurrence {
            Occurrence::Opened
                if state.unmute_forbidden && context.states.room.begins_anew(context.now_ms) =>
            {
                Decision::event(Event::UnmuteForbidden {
                    forbidden: false,
                    by: crate::SERVER.into(),
                })
            }
            Occurrence::Opened
            | Occurrence::Closing
            | Occurrence::Came(_)
            | Occurrence::Left(..)
            | Occurrence::Renamed { .. }
            | Occurrence::Published(_)
            | Occurrence::Unpublished(_)
            | Occurrence::Knocked(_)
            | Occurrence::GaveUp { .. }
            | Occurrence::Uploaded(_) => Decision::nothing(),
        }
    }

    fn apply(state: &mut State, _at_ms: u64, event: &Event) {
        match event {
            Event::AllMuted { may_unmute, .. } => state.unmute_forbidden = !may_unmute,
            Event::UnmuteForbidden { forbidden, .. } => state.unmute_forbidden = *forbidden,
            Event::Banned { banned, .. } => state.banned.push(banned.clone()),
            Event::Unbanned { identity, .. } => state.banned.retain(|b| b.identity != *identity),
            Event::Muted { .. }
            | Event::VideoStopped { .. }
            | Event::Removed { .. }
            | Event::AskedToUnmute { .. } => {}
        }
    }

    fn hearers(event: &Event) -> Hearers {
        match event {
            Event::Muted { .. }
            | Event::AllMuted { .. }
            | Event::UnmuteForbidden { .. }
            | Event::VideoStopped { .. }
            | Event::Removed { .. } => Hearers::All,
            Event::Banned { .. } | Event::Unbanned { .. } => Hearers::With {
                right: Right::Ban,
                also: Vec::new(),
            },
            Event::AskedToUnmute { identity, .. } => Hearers::Only(vec![identity.clone()]),
        }
    }

    fn snapshot<'a>(
        _context: &Context<'_>,
        state: &'a State,
        viewer: &Actor,
    ) -> Option<Cow<'a, State>> {
        if viewer.may(Right::Ban) {
            return Some(Cow::Borrowed(state));
        }
        Some(Cow::Owned(State {
            unmute_forbidden: state.unmute_forbidden,
            banned: Vec::new(),
        }))
    }

    fn is_kept(event: &Event) -> bool {
        match event {
            Event::AllMuted { .. }
            | Event::UnmuteForbidden { .. }
            | Event::Banned { .. }
            | Event::Unbanned { .. } => true,
            Event::Muted { .. }
            | Event::VideoStopped { .. }
            | Event::Removed { .. }
            | Event::AskedToUnmute { .. } => false,
        }
    }

    fn adjust(state: &State, person: &Person, rights: &mut Rights) {
        if state.unmute_forbidden && !person.role.is_hosting() {
            rights.remove(Right::Speak);
        }
    }

    fn touches(event: &Event) -> Touched<'_> {
        match event {
            Event::AllMuted { .. } | Event::UnmuteForbidden { .. } => Touched::Everybody,
            Event::Muted { .. }
            | Event::VideoStopped { .. }
            | Event::Removed { .. }
            | Event::Banned { .. }
            | Event::Unbanned { .. }
            | Event::AskedToUnmute { .. } => Touched::Nobody,
        }
    }
}

fn ban(
    context: &Context<'_>,
    state: &State,
    actor: &Actor,
    identity: &Identity,
) -> Result<Decision<Event>, Refusal> {
    let person = over(context, actor, identity)?;
    if person.identity == actor.identity {
        return Err(Common::malformed("identity", "nobody bans himself").into());
    }
    if state.banned.len() >= MAX_BANNED {
        let limit = MAX_BANNED as u64;
        return Err(Common::TooLarge { limit }.into());
    }
    let banned = Banned {
        identity: person.identity.clone(),
        name: person.name.clone(),
        person_id: person.person_id.clone(),
    };
    let effect = Effect::PutOut {
        identity: person.identity.clone(),
    };
    let by = actor.identity.clone();
    Ok(Decision::event(Event::Banned { banned, by }).effect(effect))
}

/// Somebody whom the actor may call to order.
fn over<'a>(
    context: &Context<'a>,
    actor: &Actor,
    identity: &Identity,
) -> Result<&'a Person, Refusal> {
    let person = context.person(identity)?;
    if person.role == Role::Host && actor.role != Role::Host {
        return Err(Refusal::NotOverAHost);
    }
    Ok(person)
}

fn is_one_of(source: Source, sources: &[Source]) -> Result<(), Common> {
    match sources.contains(&source) {
        true => Ok(()),
        false => Err(Common::malformed("source", "not for this command")),
    }
}

fn silence(identity: &Identity, source: Source) -> Effect {
    Effect::Silence {
        identity: identity.clone(),
        source,
    }
}

fn silence_all(context: &Context<'_>) -> Vec<Effect> {
    let people = context.states.people.all();
    people
        .filter(|person| !person.role.is_hosting())
        .map(|person| silence(&person.identity, Source::Microphone))
        .collect()
}
