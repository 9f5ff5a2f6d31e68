//! The room, and how it is to be set up.

use base::media::Codec;
use livekit_protocol as wire;
use room_core::model::{AgentDispatch, RoomConfig, RoomInfo};
use std::time::Duration;

pub(crate) fn room_to_wire(info: &RoomInfo) -> wire::Room {
    let creation_time_ms = i64::try_from(info.created_at_unix_ms).unwrap_or(i64::MAX);
    wire::Room {
        sid: info.sid.as_str().to_owned(),
        name: info.name.as_str().to_owned(),
        empty_timeout: seconds(info.empty_timeout),
        departure_timeout: seconds(info.departure_timeout),
        max_participants: info.max_participants,
        creation_time: creation_time_ms / 1_000,
        creation_time_ms,
        // Of the days when each room had a TURN password.
        turn_password: String::new(),
        enabled_codecs: codecs_to_wire(&info.enabled_codecs),
        metadata: info.metadata.clone(),
        num_participants: info.num_participants,
        num_publishers: info.num_publishers,
        active_recording: info.active_recording,
        version: None,
    }
}

pub(crate) fn codecs_to_wire(codecs: &[Codec]) -> Vec<wire::Codec> {
    codecs
        .iter()
        .map(|codec| wire::Codec {
            mime: codec.mime().to_owned(),
            fmtp_line: String::new(),
        })
        .collect()
}

/// On the wire zero, or nothing, means the server's default.
pub(crate) fn config_from_wire(config: &wire::RoomConfiguration) -> RoomConfig {
    let timeout = |seconds: u32| (seconds > 0).then(|| Duration::from_secs(u64::from(seconds)));
    RoomConfig {
        empty_timeout: timeout(config.empty_timeout),
        departure_timeout: timeout(config.departure_timeout),
        max_participants: (config.max_participants > 0).then_some(config.max_participants),
        metadata: (!config.metadata.is_empty()).then(|| config.metadata.clone()),
        agents: config.agents.iter().map(dispatch_from_wire).collect(),
    }
}

pub(crate) fn dispatch_from_wire(dispatch: &wire::RoomAgentDispatch) -> AgentDispatch {
    AgentDispatch {
        agent_name: dispatch.agent_name.clone(),
        metadata: dispatch.metadata.clone(),
        deployment: dispatch.deployment.clone(),
        attributes: dispatch.attributes.clone().into_iter().collect(),
    }
}

fn seconds(duration: Duration) -> u32 {
    u32::try_from(duration.as_secs()).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_token_leaves_out_stays_the_servers_choice() {
        assert_eq!(
            config_from_wire(&wire::RoomConfiguration::default()),
            RoomConfig::default()
        );
        let config = config_from_wire(&wire::RoomConfiguration {
            empty_timeout: 5,
            max_participants: 2,
            agents: vec![wire::RoomAgentDispatch {
                agent_name: "helper".into(),
                ..wire::RoomAgentDispatch::default()
            }],
            ..wire::RoomConfiguration::default()
        });
        assert_eq!(config.empty_timeout, Some(Duration::from_secs(5)));
        assert_eq!(config.max_participants, Some(2));
        assert_eq!(config.agents[0].agent_name, "helper");
    }
}
