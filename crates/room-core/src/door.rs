//! Commands come in: by RPC inside the room, or by a door outside of it.

use crate::claim::{Caller, Newcomer};
use crate::data_wire::{RpcError, ServerCall};
use crate::deferred::{Deferred, ListenerId, RequestId};
use crate::features::{
    Actor, Common, Departure, File, Occurrence, Person, Refused, Visitor, bounded,
};
use crate::join::JoinRefusal;
use crate::kinds::{Kind, Role};
use crate::output::Now;
use crate::pace::CommandPace;
use crate::room::Room;
use base::media::{Credit, DataChannelKind};
use base::{Identity, PeerId};
use bytes::Bytes;
use serde_json::Value;

/// The protocol's code for an error of the method's own.
const APPLICATION_ERROR: u32 = 1600;
/// The protocol's code for an answer that does not fit.
const RESPONSE_TOO_LARGE: u32 = 1504;
/// Whoever moves a pointer or draws says thirty things a second; twice that is still a person.
const COMMANDS_PER_SECOND: u32 = 60;
const COMMANDS_BURST: u32 = 120;
/// People whose pace is watched: more than fit into the largest room.
const MAX_PACES: usize = 20_000;
/// Before the door; a host who lets in more than this one by one has better means.
const MAX_WAITING: usize = 500;
const MAX_NAME_CHARACTERS: u64 = 100;

/// How somebody stands who asks to be let in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Knock {
    /// He may join at once.
    Open,
    /// He waits; the answer comes as [`Deferred::Admission`].
    Waiting { ticket: String },
}

/// A room as it is at this moment, for those outside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Live {
    pub kind: Kind,
    pub title: String,
    pub started_at: u64,
    pub ends_at: Option<u64>,
    pub locked: bool,
    /// Who is there, but for those who are only counted.
    pub people: Vec<Person>,
    pub audience: usize,
    pub waiting: Vec<Visitor>,
}

impl Room {
    /// A command from outside the room. It is answered by [`Deferred::Answered`].
    pub fn command(
        &mut self,
        now: Now,
        request: RequestId,
        caller: &Caller,
        method: &str,
        json: &str,
    ) {
        let result = self.run_for(now, caller, method, json);
        // What it caused goes out before its answer.
        self.follow(now);
        self.later(Deferred::Answered { request, result });
        self.settle(now);
    }

    /// Whether the journal takes events at the moment.
    pub fn set_can_keep(&mut self, can_keep: bool) {
        self.can_keep = can_keep;
    }

    /// From now on events go to the listener, beginning with a snapshot. He is present by it.
    ///
    /// # Errors
    /// As for a join.
    pub fn listen(
        &mut self,
        now: Now,
        listener: ListenerId,
        newcomer: Newcomer,
    ) -> Result<(), JoinRefusal> {
        self.may_enter(&newcomer.identity, &newcomer.claim)?;
        let identity = newcomer.identity.clone();
        self.add_listener(now, listener, newcomer);
        self.was_entered = true;
        self.refresh_presence(now, &identity, Departure::Left);
        self.settle(now);
        self.show_listener(now, listener);
        Ok(())
    }

    /// The listener has gone.
    pub fn unlisten(&mut self, now: Now, listener: ListenerId) {
        if let Some(identity) = self.remove_listener(now, listener) {
            self.refresh_presence(now, &identity, Departure::Left);
            self.settle(now);
        }
    }

    /// Shows a listener everything anew who missed events.
    pub fn resync(&mut self, now: Now, listener: ListenerId) {
        self.show_listener(now, listener);
    }

    /// Somebody asks to be let in.
    ///
    /// # Errors
    /// He may not come at all.
    pub fn knock(&mut self, now: Now, newcomer: &Newcomer) -> Result<Knock, Refused> {
        let Newcomer {
            identity, claim, ..
        } = newcomer;
        self.may_enter(identity, claim)
            .map_err(|refusal| Refused::forbidden(refusal.code(), refusal.to_string()))?;
        let states = self.features.states();
        let role = self.role_here(identity, claim.role);
        let waits = states.lobby.on && !role.is_hosting() && role != Role::Agent;
        if !waits || states.people.was_here(identity) {
            return Ok(Knock::Open);
        }
        if states.lobby.waiting.len() >= MAX_WAITING {
            let limit = MAX_WAITING as u64;
            return Err(Common::TooLarge { limit }.into());
        }
        let visitor = Visitor {
            ticket: self.rng.id("knock_", 20),
            name: bounded(&newcomer.name, MAX_NAME_CHARACTERS)?,
            since_at: now.unix_ms,
            is_guest: claim.is_guest,
        };
        let ticket = visitor.ticket.clone();
        self.features
            .notice(now.unix_ms, &Occurrence::Knocked(visitor));
        self.settle(now);
        Ok(Knock::Waiting { ticket })
    }

    /// He no longer waits.
    pub fn give_up_knock(&mut self, now: Now, ticket: String) {
        let occurrence = Occurrence::GaveUp { ticket };
        self.features.notice(now.unix_ms, &occurrence);
        self.settle(now);
    }

    /// A file may be referred to from now on.
    pub fn file_uploaded(&mut self, now: Now, file: File) {
        let occurrence = Occurrence::Uploaded(file);
        self.features.notice(now.unix_ms, &occurrence);
        self.settle(now);
    }

    pub fn live(&self) -> Live {
        let states = self.features.states();
        Live {
            kind: self.features.kind(),
            title: states.room.title.clone(),
            started_at: states.room.started_at,
            ends_at: states.room.ends_at,
            locked: states.room.locked,
            people: states.people.people.clone(),
            audience: states.people.number() - states.people.people.len(),
            waiting: states.lobby.waiting.clone(),
        }
    }

    /// A call to the server by somebody inside the room.
    pub(crate) fn server_called(&mut self, now: Now, peer: PeerId, packet: &Bytes) {
        let Ok(call) = self.wire.server_call(packet) else {
            return;
        };
        let Some(actor) = self.actor_of(peer) else {
            return;
        };
        let to = actor.identity.clone();
        let ack = self.wire.rpc_ack(&call.id, &to);
        let reliable = DataChannelKind::Reliable;
        self.deliver(vec![peer], reliable, ack, Credit::free());
        let result = self.run(now, &actor, &call.method, &call.payload);
        let is_greeting = result.is_ok() && call.method == "room.hello";
        self.follow(now);
        let answer = rpc_answer(result, self.settings.limits.rpc_payload_bytes);
        let ServerCall { id, .. } = call;
        let bytes = self.wire.rpc_response(&id, answer, &to);
        let peers = vec![peer];
        self.later(Deferred::Packet { peers, bytes });
        if is_greeting && let Some(participant) = self.people.get_mut(peer) {
            participant.hears_features = true;
            self.show_peer(now, peer);
        }
    }

    /// Somebody in the room, present as a person or not.
    pub(crate) fn actor_of(&self, peer: PeerId) -> Option<Actor> {
        let participant = self.people.get(peer)?;
        let actor = self.features.actor(&participant.identity);
        actor.or_else(|| {
            let role = participant.claim.role;
            Some(Actor {
                identity: participant.identity.clone(),
                name: participant.name.clone(),
                role,
                rights: self.features.kind().table().rights_of(role),
            })
        })
    }

    pub(crate) fn actor_for(&self, newcomer: &Newcomer) -> Actor {
        self.features.actor(&newcomer.identity).unwrap_or_else(|| {
            let role = self.role_here(&newcomer.identity, newcomer.claim.role);
            Actor {
                identity: newcomer.identity.clone(),
                name: newcomer.name.clone(),
                role,
                rights: self.features.kind().table().rights_of(role),
            }
        })
    }

    fn run_for(
        &mut self,
        now: Now,
        caller: &Caller,
        method: &str,
        json: &str,
    ) -> Result<Value, Refused> {
        match caller {
            // Servers are held to their pace by the door through which they come.
            Caller::Server { name } => {
                let actor = Caller::server(name);
                self.run_unhurried(now, &actor, method, json)
            }
            Caller::Person(newcomer) => {
                let account = newcomer.claim.person_id.as_deref();
                let moderation = &self.features.states().moderation;
                if moderation.is_banned(&newcomer.identity, account) {
                    let refusal = JoinRefusal::Banned;
                    return Err(Refused::forbidden(refusal.code(), refusal.to_string()));
                }
                let actor = self.actor_for(newcomer);
                self.run(now, &actor, method, json)
            }
        }
    }

    fn run(&mut self, now: Now, actor: &Actor, method: &str, json: &str) -> Result<Value, Refused> {
        self.slow_down(now, &actor.identity)?;
        self.run_unhurried(now, actor, method, json)
    }

    fn run_unhurried(
        &mut self,
        now: Now,
        actor: &Actor,
        method: &str,
        json: &str,
    ) -> Result<Value, Refused> {
        if !self.can_keep {
            return Err(Common::Unavailable.into());
        }
        let answer = self.features.command(now.unix_ms, actor, method, json)?;
        Ok(answer.reply)
    }

    fn slow_down(&mut self, now: Now, identity: &Identity) -> Result<(), Common> {
        if self.paces.len() >= MAX_PACES && !self.paces.contains_key(identity) {
            // Those who are not watched any more begin with a full burst.
            self.paces.clear();
        }
        let pace = self.paces.entry(identity.clone());
        let pace =
            pace.or_insert_with(|| CommandPace::of(COMMANDS_PER_SECOND, COMMANDS_BURST, now.at));
        pace.try_take(now.at).map_err(|wait| {
            let retry_after_ms = u64::try_from(wait.as_millis()).unwrap_or(u64::MAX).max(1);
            Common::TooFast { retry_after_ms }
        })
    }
}

fn rpc_answer(result: Result<Value, Refused>, limit: usize) -> Result<String, RpcError> {
    match result {
        Ok(reply) => {
            let text = reply.to_string();
            if text.len() <= limit {
                return Ok(text);
            }
            Err(RpcError {
                code: RESPONSE_TOO_LARGE,
                message: "The answer is too large for this door.".to_owned(),
                data: String::new(),
            })
        }
        Err(refused) => Err(RpcError {
            code: APPLICATION_ERROR,
            data: refused.to_json(),
            message: refused.message,
        }),
    }
}
