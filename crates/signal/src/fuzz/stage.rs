//! A room whose commands come from nowhere.

use crate::data::LivekitDataWire;
use base::RoomKey;
use base::clock::OsClock;
use base::rng::Rng;
use room_core::features::Replica;
use room_core::kinds::Role;
use room_core::{
    Audience, Caller, Claim, Deferred, ListenerId, Newcomer, Now, Opening, Output, RequestId, Room,
    Settings,
};
use serde_json::Value;
use std::collections::HashMap;
use std::sync::Arc;

const HOST: ListenerId = ListenerId(1);
const MEMBER: ListenerId = ListenerId(2);

pub(super) struct Stage {
    room: Room,
    now: Now,
    /// What each of those who listen knows; nothing once he was put out.
    copies: HashMap<ListenerId, Replica>,
}

impl Stage {
    pub(super) fn open() -> Self {
        let now = Now {
            at: OsClock.now(),
            unix_ms: super::NOW_UNIX_S * 1_000,
        };
        let room = Room::open(
            now,
            RoomKey(1),
            "stage".into(),
            Opening::default(),
            Arc::new(Settings::default()),
            Arc::new(LivekitDataWire),
            Rng::from_seed(1),
        );
        let mut stage = Self {
            room,
            now,
            copies: HashMap::new(),
        };
        for (listener, newcomer) in [(HOST, host()), (MEMBER, member())] {
            let entered = stage.room.listen(now, listener, newcomer);
            assert_eq!(entered, Ok(()), "an empty room lets everybody in");
        }
        stage.drain();
        stage
    }

    pub(super) fn command(&mut self, who: &str, method: &str, json: &str) {
        let caller = match who {
            "m" => Caller::Person(member()),
            "s" => Caller::Server {
                name: "till".to_owned(),
            },
            _ => Caller::Person(host()),
        };
        let request = RequestId(0);
        self.room.command(self.now, request, &caller, method, json);
        self.drain();
    }

    /// Everybody's copy against a new snapshot.
    pub(super) fn compare(&mut self) {
        for listener in [HOST, MEMBER] {
            let Some(before) = self.copies.get(&listener).map(Replica::content) else {
                continue;
            };
            self.room.resync(self.now, listener);
            self.drain();
            let fresh = self.copies.get(&listener).map(Replica::content);
            assert_eq!(Some(before), fresh, "what events told and what is");
        }
    }

    fn drain(&mut self) {
        while let Some(output) = self.room.poll() {
            if let Output::Deferred(deferred) = output {
                self.hear(deferred);
            }
        }
    }

    fn hear(&mut self, deferred: Deferred) {
        match deferred {
            Deferred::Shown { listener, text } => {
                let copy = Replica::of(&inner(&text, "snapshot"));
                let copy = copy.unwrap_or_else(|alien| panic!("{text}: {alien}"));
                self.copies.insert(listener, copy);
            }
            Deferred::Told { to, text } => {
                let event = inner(&text, "event");
                for (listener, copy) in &mut self.copies {
                    let is_his = match &to {
                        Audience::All => true,
                        Audience::Only(some) => some.contains(listener),
                    };
                    if is_his && let Err(alien) = copy.apply(&event) {
                        panic!("{text}: {alien}");
                    }
                }
            }
            Deferred::HangUp { listener } => {
                self.copies.remove(&listener);
            }
            Deferred::Packet { .. } | Deferred::Answered { .. } | Deferred::Admission { .. } => {}
        }
    }
}

fn inner(text: &str, name: &str) -> String {
    let document: Value = serde_json::from_str(text).unwrap_or_default();
    document[name].to_string()
}

fn host() -> Newcomer {
    newcomer("ann", Role::Host)
}

fn member() -> Newcomer {
    newcomer("ben", Role::Member)
}

fn newcomer(identity: &str, role: Role) -> Newcomer {
    Newcomer {
        identity: identity.into(),
        name: identity.to_owned(),
        claim: Claim {
            role,
            role_decides: true,
            ..Claim::default()
        },
    }
}
