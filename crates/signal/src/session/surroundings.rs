//! What signalling adds to the room's words for one client.

use crate::State;
use crate::convert::grants;
use crate::convert::response::Surroundings;
use crate::token::Claims;
use base::ParticipantSid;
use base::clock::OsClock;
use livekit_protocol as wire;
use room_core::TokenGrants;
use std::time::Duration;

/// Clients compare this with the versions of the ecosystem's original server to decide what they
/// may use: from 1.8.0 on RPC, above 1.13.6 simulcast for SVC codecs. It is therefore the version
/// whose behaviour this server has, and not this server's own.
const COMPATIBLE_VERSION: &str = "1.13.5";
/// The protocol between agents' workers and the server.
const AGENT_PROTOCOL: i32 = 1;

pub(super) struct SessionSurroundings {
    state: State,
    participant: ParticipantSid,
    /// The API key of the token that he came with: refreshed ones are signed with the same.
    key: String,
}

impl SessionSurroundings {
    pub(super) fn new(state: &State, participant: ParticipantSid, key: String) -> Self {
        Self {
            state: state.clone(),
            participant,
            key,
        }
    }
}

/// How the server describes itself, to participants and to agents' workers.
pub(crate) fn server_info(state: &State) -> wire::ServerInfo {
    wire::ServerInfo {
        edition: wire::server_info::Edition::Standard as i32,
        version: COMPATIBLE_VERSION.to_owned(),
        protocol: i32::try_from(state.rooms.settings().protocol).unwrap_or(i32::MAX),
        region: state.node.region.clone(),
        node_id: state.node.id.clone(),
        debug_info: String::new(),
        agent_protocol: AGENT_PROTOCOL,
    }
}

impl Surroundings for SessionSurroundings {
    fn ice_servers(&self) -> Vec<wire::IceServer> {
        self.state
            .ice
            .ice_servers(&self.participant)
            .into_iter()
            .map(|server| wire::IceServer {
                urls: server.urls,
                username: server.username,
                credential: server.credential.expose().clone(),
            })
            .collect()
    }

    fn server_info(&self) -> wire::ServerInfo {
        server_info(&self.state)
    }

    fn ping_interval_s(&self) -> i32 {
        whole_seconds(self.state.limits.ping_interval)
    }

    fn ping_timeout_s(&self) -> i32 {
        whole_seconds(self.state.limits.ping_timeout)
    }

    fn mint(&self, grants: &TokenGrants) -> Option<String> {
        let now_unix_s = OsClock.unix_ms() / 1_000;
        let claims = Claims {
            iss: self.key.clone(),
            nbf: now_unix_s,
            exp: now_unix_s + self.state.limits.token_ttl.as_secs(),
            ..grants::claims(grants)
        };
        self.state.keys.sign(&claims).ok()
    }
}

/// At least one: native clients build timers from it that must not be zero.
fn whole_seconds(duration: Duration) -> i32 {
    i32::try_from(duration.as_secs()).unwrap_or(i32::MAX).max(1)
}
