//! Tokens' words for permissions and kinds.

use crate::token::{Claims, VideoGrant};
use base::media::Source;
use room_core::TokenGrants;
use room_core::model::{KindDetail, ParticipantKind, Permission};

/// What a token lets its bearer do in the room.
pub(crate) fn permission(video: &VideoGrant) -> Permission {
    let sources = video
        .can_publish_sources
        .iter()
        .filter_map(|name| source(name))
        .collect::<Vec<_>>();
    // An empty list means all; one of only unknown words must not come to mean that.
    let nothing_known = sources.is_empty() && !video.can_publish_sources.is_empty();
    let can_publish = video.can_publish.unwrap_or(true) && !nothing_known;
    Permission {
        can_subscribe: video.can_subscribe.unwrap_or(true),
        can_publish,
        can_publish_data: video.can_publish_data.unwrap_or(can_publish),
        can_publish_sources: sources,
        hidden: video.hidden,
        recorder: video.recorder,
        can_update_metadata: video.can_update_own_metadata.unwrap_or(false),
        agent: video.agent,
        can_subscribe_metrics: video.can_subscribe_metrics.unwrap_or(false),
        can_manage_agent_session: video.can_manage_agent_session.unwrap_or(false),
    }
}

/// Old tokens say what somebody is by a right instead of a kind.
pub(crate) fn kind(claims: &Claims) -> ParticipantKind {
    match claims.kind.to_ascii_lowercase().as_str() {
        "ingress" => ParticipantKind::Ingress,
        "egress" => ParticipantKind::Egress,
        "sip" => ParticipantKind::Sip,
        "agent" => ParticipantKind::Agent,
        "connector" => ParticipantKind::Connector,
        "bridge" => ParticipantKind::Bridge,
        _ if claims.video.recorder => ParticipantKind::Egress,
        _ if claims.video.agent => ParticipantKind::Agent,
        _ => ParticipantKind::Standard,
    }
}

pub(crate) fn kind_details(names: &[String]) -> Vec<KindDetail> {
    names.iter().filter_map(|name| kind_detail(name)).collect()
}

/// The claims of a token with which its bearer can come back. `iss`, `nbf` and `exp` are the
/// caller's.
pub(crate) fn claims(grants: &TokenGrants) -> Claims {
    let permission = &grants.permission;
    Claims {
        sub: grants.identity.as_str().to_owned(),
        name: grants.name.clone(),
        metadata: grants.metadata.clone(),
        attributes: grants.attributes.clone(),
        kind: kind_name(grants.kind).to_owned(),
        kind_details: grants
            .kind_details
            .iter()
            .map(|detail| kind_detail_name(*detail).to_owned())
            .collect(),
        video: VideoGrant {
            room_join: true,
            room: grants.room.as_str().to_owned(),
            can_publish: Some(permission.can_publish),
            can_subscribe: Some(permission.can_subscribe),
            can_publish_data: Some(permission.can_publish_data),
            can_publish_sources: permission
                .can_publish_sources
                .iter()
                .map(|source| source_name(*source).to_owned())
                .collect(),
            can_update_own_metadata: Some(permission.can_update_metadata),
            can_subscribe_metrics: Some(permission.can_subscribe_metrics),
            can_manage_agent_session: Some(permission.can_manage_agent_session),
            hidden: permission.hidden,
            recorder: permission.recorder,
            agent: permission.agent,
            ..VideoGrant::default()
        },
        ..Claims::default()
    }
}

const SOURCES: [Source; 5] = [
    Source::Unknown,
    Source::Camera,
    Source::Microphone,
    Source::ScreenShare,
    Source::ScreenShareAudio,
];

fn source(name: &str) -> Option<Source> {
    SOURCES
        .into_iter()
        .find(|source| source_name(*source).eq_ignore_ascii_case(name))
}

const fn source_name(source: Source) -> &'static str {
    match source {
        Source::Unknown => "unknown",
        Source::Camera => "camera",
        Source::Microphone => "microphone",
        Source::ScreenShare => "screen_share",
        Source::ScreenShareAudio => "screen_share_audio",
    }
}

const fn kind_name(kind: ParticipantKind) -> &'static str {
    match kind {
        ParticipantKind::Standard => "standard",
        ParticipantKind::Ingress => "ingress",
        ParticipantKind::Egress => "egress",
        ParticipantKind::Sip => "sip",
        ParticipantKind::Agent => "agent",
        ParticipantKind::Connector => "connector",
        ParticipantKind::Bridge => "bridge",
    }
}

const KIND_DETAILS: [KindDetail; 6] = [
    KindDetail::CloudAgent,
    KindDetail::Forwarded,
    KindDetail::ConnectorWhatsapp,
    KindDetail::ConnectorTwilio,
    KindDetail::BridgeRtsp,
    KindDetail::Simulation,
];

fn kind_detail(name: &str) -> Option<KindDetail> {
    KIND_DETAILS
        .into_iter()
        .find(|detail| kind_detail_name(*detail).eq_ignore_ascii_case(name))
}

const fn kind_detail_name(detail: KindDetail) -> &'static str {
    match detail {
        KindDetail::CloudAgent => "cloud_agent",
        KindDetail::Forwarded => "forwarded",
        KindDetail::ConnectorWhatsapp => "connector_whatsapp",
        KindDetail::ConnectorTwilio => "connector_twilio",
        KindDetail::BridgeRtsp => "bridge_rtsp",
        KindDetail::Simulation => "simulation",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_without_a_word_about_permissions_grants_the_usual() {
        assert_eq!(permission(&VideoGrant::default()), Permission::default());
    }

    #[test]
    fn who_may_not_publish_may_not_send_data_unless_told_so() {
        let mute = VideoGrant {
            can_publish: Some(false),
            ..VideoGrant::default()
        };
        assert!(!permission(&mute).can_publish_data);
        let chat = VideoGrant {
            can_publish_data: Some(true),
            ..mute
        };
        assert!(permission(&chat).can_publish_data);
    }

    #[test]
    fn sources_of_unknown_words_do_not_come_to_mean_all() {
        let video = VideoGrant {
            can_publish_sources: vec!["hologram".into()],
            ..VideoGrant::default()
        };
        assert!(!permission(&video).allows_source(Source::Camera));
    }

    #[test]
    fn a_refreshed_token_grants_what_the_old_one_did() {
        let grants = TokenGrants {
            room: "r".into(),
            identity: "ann".into(),
            name: "Ann".into(),
            metadata: "m".into(),
            attributes: [("a".to_owned(), "b".to_owned())].into(),
            permission: Permission {
                can_publish_sources: vec![Source::Camera, Source::ScreenShareAudio],
                can_publish_data: false,
                hidden: true,
                can_update_metadata: true,
                ..Permission::default()
            },
            kind: ParticipantKind::Sip,
            kind_details: KIND_DETAILS.to_vec(),
        };
        let claims = claims(&grants);
        assert_eq!(claims.joins(), Ok(("r", "ann")));
        assert_eq!(permission(&claims.video), grants.permission);
        assert_eq!(kind(&claims), grants.kind);
        assert_eq!(kind_details(&claims.kind_details), grants.kind_details);
    }

    #[test]
    fn old_tokens_say_what_somebody_is_by_a_right() {
        let claims = Claims {
            video: VideoGrant {
                agent: true,
                ..VideoGrant::default()
            },
            ..Claims::default()
        };
        assert_eq!(kind(&claims), ParticipantKind::Agent);
    }
}
