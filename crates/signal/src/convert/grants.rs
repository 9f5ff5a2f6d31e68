//! Tokens' words for permissions and kinds.

use crate::token::{Claims, StoaClaim, VideoGrant};
use base::media::Source;
use room_core::kinds::Role;
use room_core::model::{KindDetail, ParticipantKind, Permission};
use room_core::{Claim, TokenGrants};

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

/// His place in the room. A plain token makes a host of whoever may administer the room. A role
/// that is not known here lets its bearer do nothing but watch.
pub(crate) fn claim(claims: &Claims) -> Claim {
    let said = &claims.stoa;
    let is_plain = said.plain || said.role.is_empty();
    let person_id = Some(said.person.clone()).filter(|person| !person.is_empty());
    Claim {
        role: match said.role.as_str() {
            "" => plain_role(claims),
            name => Role::parse(name).unwrap_or(Role::Observer),
        },
        role_decides: !is_plain,
        is_guest: !is_plain && person_id.is_none(),
        person_id,
    }
}

fn plain_role(claims: &Claims) -> Role {
    match kind(claims) {
        ParticipantKind::Agent => Role::Agent,
        ParticipantKind::Egress => Role::Observer,
        ParticipantKind::Standard
        | ParticipantKind::Ingress
        | ParticipantKind::Sip
        | ParticipantKind::Connector
        | ParticipantKind::Bridge => match claims.video.room_admin {
            true => Role::Host,
            false => Role::Member,
        },
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
        stoa: StoaClaim {
            role: grants.claim.role.as_str().to_owned(),
            person: grants.claim.person_id.clone().unwrap_or_default(),
            plain: !grants.claim.role_decides,
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
            claim: Claim {
                role: Role::Speaker,
                role_decides: true,
                person_id: Some("per_1".into()),
                is_guest: false,
            },
        };
        let claims = claims(&grants);
        assert_eq!(claim(&claims), grants.claim);
        assert_eq!(claims.joins(), Ok(("r", "ann")));
        assert_eq!(permission(&claims.video), grants.permission);
        assert_eq!(kind(&claims), grants.kind);
        assert_eq!(kind_details(&claims.kind_details), grants.kind_details);
    }

    #[test]
    fn a_plain_token_makes_a_host_of_whoever_may_administer_the_room() {
        let mut claims = Claims::default();
        assert_eq!(claim(&claims), Claim::default());
        claims.video.room_admin = true;
        assert_eq!(claim(&claims).role, Role::Host);
        claims.stoa.role = "audience".into();
        assert_eq!(claim(&claims).role, Role::Audience);
        assert!(claim(&claims).is_guest);
        claims.stoa.role = "emperor".into();
        assert_eq!(claim(&claims).role, Role::Observer);
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
