//! Participants as others see them.

use super::bounds::OutOfBounds;
use super::enums::{Numbered, list_from_wire, list_to_wire};
use super::{data_track, track};
use livekit_protocol as wire;
use room_core::model::{ParticipantInfo, Permission};

pub(crate) fn participant_to_wire(info: &ParticipantInfo) -> wire::ParticipantInfo {
    let joined_at_ms = i64::try_from(info.joined_at_unix_ms).unwrap_or(i64::MAX);
    wire::ParticipantInfo {
        sid: info.sid.as_str().to_owned(),
        identity: info.identity.as_str().to_owned(),
        state: info.state.to_wire(),
        tracks: info.tracks.iter().map(track::track_info_to_wire).collect(),
        metadata: info.metadata.clone(),
        joined_at: joined_at_ms / 1_000,
        joined_at_ms,
        name: info.name.clone(),
        version: info.version,
        permission: Some(permission_to_wire(&info.permission)),
        region: info.region.clone(),
        is_publisher: info.is_publisher,
        kind: info.kind.to_wire(),
        attributes: info.attributes.clone().into_iter().collect(),
        disconnect_reason: info.disconnect_reason.map_or(0, Numbered::to_wire),
        kind_details: list_to_wire(&info.kind_details),
        data_tracks: info
            .data_tracks
            .iter()
            .map(data_track::info_to_wire)
            .collect(),
        client_protocol: info.client_protocol,
        capabilities: list_to_wire(&info.capabilities),
    }
}

pub(crate) fn participants_to_wire(infos: &[ParticipantInfo]) -> Vec<wire::ParticipantInfo> {
    infos.iter().map(participant_to_wire).collect()
}

#[expect(deprecated, reason = "older clients read `recorder` and `agent`")]
pub(crate) fn permission_to_wire(permission: &Permission) -> wire::ParticipantPermission {
    wire::ParticipantPermission {
        can_subscribe: permission.can_subscribe,
        can_publish: permission.can_publish,
        can_publish_data: permission.can_publish_data,
        can_publish_sources: list_to_wire(&permission.can_publish_sources),
        hidden: permission.hidden,
        recorder: permission.recorder,
        can_update_metadata: permission.can_update_metadata,
        agent: permission.agent,
        can_subscribe_metrics: permission.can_subscribe_metrics,
        can_manage_agent_session: permission.can_manage_agent_session,
    }
}

#[expect(deprecated, reason = "server SDKs still write `recorder` and `agent`")]
pub(crate) fn permission_from_wire(
    permission: wire::ParticipantPermission,
) -> Result<Permission, OutOfBounds> {
    let restricted = !permission.can_publish_sources.is_empty();
    let sources = list_from_wire("publish sources", permission.can_publish_sources)?;
    Ok(Permission {
        can_subscribe: permission.can_subscribe,
        // An empty list means all; one of only unknown sources must not come to mean that.
        can_publish: permission.can_publish && !(restricted && sources.is_empty()),
        can_publish_data: permission.can_publish_data,
        can_publish_sources: sources,
        hidden: permission.hidden,
        recorder: permission.recorder,
        can_update_metadata: permission.can_update_metadata,
        agent: permission.agent,
        can_subscribe_metrics: permission.can_subscribe_metrics,
        can_manage_agent_session: permission.can_manage_agent_session,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use base::media::Source;

    #[test]
    fn a_permission_survives_the_way_there_and_back() {
        let permission = Permission {
            can_subscribe: false,
            can_publish: true,
            can_publish_data: false,
            can_publish_sources: vec![Source::Camera, Source::ScreenShareAudio],
            hidden: true,
            recorder: true,
            can_update_metadata: true,
            agent: true,
            can_subscribe_metrics: true,
            can_manage_agent_session: true,
        };
        assert_eq!(
            permission_from_wire(permission_to_wire(&permission)),
            Ok(permission)
        );
    }
}
