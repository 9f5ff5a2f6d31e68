//! What a client is told.

use super::enums::Numbered;
use super::{data_track, participant, request_response, room, track};
use base::TrackSid;
use base::media::{Codec, Kind, Quality};
use livekit_protocol as wire;
use room_core::model::{DisconnectReason, LeaveAction};
use room_core::{Joined, Reconnected, RoomMoved, ServerMessage, SubscribedCodec, TokenGrants};
use wire::signal_response::Message;

/// What the signalling layer adds to the room's words: it owns addresses, timers and tokens.
pub(crate) trait Surroundings {
    fn ice_servers(&self) -> Vec<wire::IceServer>;
    fn server_info(&self) -> wire::ServerInfo;
    /// Seconds between the client's pings, and after which the connection counts as lost.
    fn ping_interval_s(&self) -> i32;
    fn ping_timeout_s(&self) -> i32;
    /// A fresh token; `None` if it cannot be signed any more.
    fn mint(&self, grants: &TokenGrants) -> Option<String>;
}

/// `None`: there is nothing to say after all.
pub(crate) fn to_wire(
    message: &ServerMessage,
    surroundings: &dyn Surroundings,
) -> Option<wire::SignalResponse> {
    let message = match message {
        ServerMessage::Joined(joined) => Message::Join(join(joined, surroundings)),
        ServerMessage::Reconnected(back) => Message::Reconnect(reconnect(back, surroundings)),
        ServerMessage::Answer { id, sdp, mids } => {
            Message::Answer(description("answer", *id, sdp, mids))
        }
        ServerMessage::Offer { id, sdp, mids } => {
            Message::Offer(description("offer", *id, sdp, mids))
        }
        ServerMessage::Trickle { target, candidate } => Message::Trickle(wire::TrickleRequest {
            candidate_init: serde_json::json!({
                "candidate": candidate,
                "sdpMid": "0",
                "sdpMLineIndex": 0,
                "usernameFragment": null,
            })
            .to_string(),
            target: target.to_wire(),
            r#final: candidate.is_empty(),
        }),
        ServerMessage::Participants(participants) => Message::Update(wire::ParticipantUpdate {
            participants: participant::participants_to_wire(participants),
        }),
        ServerMessage::TrackPublished { cid, track } => {
            Message::TrackPublished(wire::TrackPublishedResponse {
                cid: cid.clone(),
                track: Some(track::track_info_to_wire(track)),
            })
        }
        ServerMessage::TrackUnpublished { track } => {
            Message::TrackUnpublished(wire::TrackUnpublishedResponse {
                track_sid: sid(track),
            })
        }
        ServerMessage::Mute { track, muted } => Message::Mute(wire::MuteTrackRequest {
            sid: sid(track),
            muted: *muted,
        }),
        ServerMessage::RoomUpdate(info) => Message::RoomUpdate(wire::RoomUpdate {
            room: Some(room::room_to_wire(info)),
        }),
        ServerMessage::Speakers(_)
        | ServerMessage::ConnectionQuality(_)
        | ServerMessage::StreamStates(_)
        | ServerMessage::SubscribedQuality { .. }
        | ServerMessage::SubscribedAudioCodec { .. }
        | ServerMessage::SubscriptionPermissionUpdate { .. }
        | ServerMessage::SubscriptionResponse { .. }
        | ServerMessage::TrackSubscribed { .. } => media_news(message)?,
        ServerMessage::RequestResponse(response) => {
            Message::RequestResponse(request_response::to_wire(response))
        }
        ServerMessage::Leave { action, reason } => Message::Leave(leave(*action, *reason)),
        ServerMessage::SectionsNeeded { audios, videos } => {
            Message::MediaSectionsRequirement(wire::MediaSectionsRequirement {
                num_audios: *audios,
                num_videos: *videos,
            })
        }
        ServerMessage::RoomMoved(moved) => Message::RoomMoved(room_moved(moved, surroundings)?),
        ServerMessage::RefreshToken(grants) => Message::RefreshToken(surroundings.mint(grants)?),
        ServerMessage::DataTrackPublished(info) => {
            Message::PublishDataTrackResponse(wire::PublishDataTrackResponse {
                info: Some(data_track::info_to_wire(info)),
            })
        }
        ServerMessage::DataTrackUnpublished(info) => {
            Message::UnpublishDataTrackResponse(wire::UnpublishDataTrackResponse {
                info: Some(data_track::info_to_wire(info)),
            })
        }
        ServerMessage::DataTrackHandles(handles) => {
            Message::DataTrackSubscriberHandles(data_track::handles_to_wire(handles))
        }
    };
    Some(wire::SignalResponse {
        message: Some(message),
    })
}

/// The connection ends after this message.
pub(crate) fn leave(action: LeaveAction, reason: DisconnectReason) -> wire::LeaveRequest {
    wire::LeaveRequest {
        // What clients before protocol 13 read instead of the action.
        can_reconnect: action == LeaveAction::Reconnect,
        reason: reason.to_wire(),
        action: action.to_wire(),
        regions: None,
    }
}

/// News about tracks that are received or sent.
#[expect(
    deprecated,
    reason = "clients before codecs had layers read the old field"
)]
fn media_news(message: &ServerMessage) -> Option<Message> {
    Some(match message {
        ServerMessage::Speakers(speakers) => Message::SpeakersChanged(wire::SpeakersChanged {
            speakers: speakers
                .iter()
                .map(|speaker| wire::SpeakerInfo {
                    sid: speaker.participant.as_str().to_owned(),
                    level: speaker.level,
                    active: speaker.active,
                })
                .collect(),
        }),
        ServerMessage::ConnectionQuality(updates) => {
            Message::ConnectionQuality(wire::ConnectionQualityUpdate {
                updates: updates
                    .iter()
                    .map(|info| wire::ConnectionQualityInfo {
                        participant_sid: info.participant.as_str().to_owned(),
                        quality: info.quality.to_wire(),
                        score: info.score,
                    })
                    .collect(),
            })
        }
        ServerMessage::StreamStates(states) => {
            Message::StreamStateUpdate(wire::StreamStateUpdate {
                stream_states: states
                    .iter()
                    .map(|state| wire::StreamStateInfo {
                        participant_sid: state.publisher.as_str().to_owned(),
                        track_sid: sid(&state.track),
                        state: if state.paused {
                            wire::StreamState::Paused as i32
                        } else {
                            wire::StreamState::Active as i32
                        },
                    })
                    .collect(),
            })
        }
        ServerMessage::SubscribedQuality { track, codecs } => {
            Message::SubscribedQualityUpdate(wire::SubscribedQualityUpdate {
                track_sid: sid(track),
                subscribed_qualities: codecs.first().map(qualities).unwrap_or_default(),
                subscribed_codecs: codecs.iter().map(subscribed_codec).collect(),
            })
        }
        ServerMessage::SubscribedAudioCodec { track, codecs } => {
            Message::SubscribedAudioCodecUpdate(wire::SubscribedAudioCodecUpdate {
                track_sid: sid(track),
                subscribed_audio_codecs: codecs
                    .iter()
                    .map(|(codec, enabled)| wire::SubscribedAudioCodec {
                        codec: bare_name(*codec),
                        enabled: *enabled,
                    })
                    .collect(),
            })
        }
        ServerMessage::SubscriptionPermissionUpdate {
            publisher,
            track,
            allowed,
        } => Message::SubscriptionPermissionUpdate(wire::SubscriptionPermissionUpdate {
            participant_sid: publisher.as_str().to_owned(),
            track_sid: sid(track),
            allowed: *allowed,
        }),
        ServerMessage::SubscriptionResponse { track, error } => {
            Message::SubscriptionResponse(wire::SubscriptionResponse {
                track_sid: sid(track),
                err: error.to_wire(),
            })
        }
        ServerMessage::TrackSubscribed { track } => {
            Message::TrackSubscribed(wire::TrackSubscribed {
                track_sid: sid(track),
            })
        }
        _ => return None,
    })
}

fn join(joined: &Joined, surroundings: &dyn Surroundings) -> wire::JoinResponse {
    let server_info = surroundings.server_info();
    wire::JoinResponse {
        room: Some(room::room_to_wire(&joined.room)),
        participant: Some(participant::participant_to_wire(&joined.participant)),
        other_participants: participant::participants_to_wire(&joined.others),
        server_version: server_info.version.clone(),
        ice_servers: surroundings.ice_servers(),
        subscriber_primary: joined.subscriber_primary,
        alternative_url: String::new(),
        client_configuration: None,
        server_region: server_info.region.clone(),
        ping_timeout: surroundings.ping_timeout_s(),
        ping_interval: surroundings.ping_interval_s(),
        server_info: Some(server_info),
        sif_trailer: joined.sif_trailer.to_vec(),
        enabled_publish_codecs: room::codecs_to_wire(&joined.publish_codecs),
        fast_publish: joined.fast_publish,
    }
}

fn reconnect(back: &Reconnected, surroundings: &dyn Surroundings) -> wire::ReconnectResponse {
    wire::ReconnectResponse {
        ice_servers: surroundings.ice_servers(),
        client_configuration: None,
        server_info: Some(surroundings.server_info()),
        last_message_seq: back.last_message_seq,
    }
}

fn room_moved(
    moved: &RoomMoved,
    surroundings: &dyn Surroundings,
) -> Option<wire::RoomMovedResponse> {
    Some(wire::RoomMovedResponse {
        room: Some(room::room_to_wire(&moved.room)),
        token: surroundings.mint(&moved.grants)?,
        participant: Some(participant::participant_to_wire(&moved.participant)),
        other_participants: participant::participants_to_wire(&moved.others),
    })
}

fn description(
    kind: &str,
    id: u32,
    sdp: &str,
    mids: &[(String, TrackSid)],
) -> wire::SessionDescription {
    wire::SessionDescription {
        r#type: kind.to_owned(),
        sdp: sdp.to_owned(),
        id,
        mid_to_track_id: mids
            .iter()
            .map(|(mid, track)| (mid.clone(), sid(track)))
            .collect(),
    }
}

fn subscribed_codec(codec: &SubscribedCodec) -> wire::SubscribedCodec {
    wire::SubscribedCodec {
        codec: bare_name(codec.codec),
        qualities: qualities(codec),
    }
}

fn qualities(codec: &SubscribedCodec) -> Vec<wire::SubscribedQuality> {
    Quality::ALL
        .into_iter()
        .map(|quality| wire::SubscribedQuality {
            quality: quality.to_wire(),
            enabled: codec.max.is_some_and(|max| quality <= max),
        })
        .collect()
}

/// Clients compare with the lower-case name without its kind.
fn bare_name(codec: Codec) -> String {
    let mime = codec.mime();
    let prefix = match codec.kind() {
        Kind::Audio => "audio/",
        Kind::Video => "video/",
    };
    mime.strip_prefix(prefix)
        .unwrap_or(mime)
        .to_ascii_lowercase()
}

fn sid(track: &TrackSid) -> String {
    track.as_str().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use room_core::model::SubscriptionError;

    #[test]
    fn dynacast_enables_every_quality_up_to_the_wanted_one() {
        let message = ServerMessage::SubscribedQuality {
            track: "TR_1".into(),
            codecs: vec![
                SubscribedCodec {
                    codec: Codec::Vp9,
                    max: Some(Quality::Medium),
                },
                SubscribedCodec {
                    codec: Codec::Vp8,
                    max: None,
                },
            ],
        };
        let Some(Message::SubscribedQualityUpdate(update)) = sent(&message) else {
            panic!("not a quality update");
        };
        let enabled = |codec: &wire::SubscribedCodec| {
            codec
                .qualities
                .iter()
                .map(|q| q.enabled)
                .collect::<Vec<_>>()
        };
        assert_eq!(update.subscribed_codecs[0].codec, "vp9");
        assert_eq!(enabled(&update.subscribed_codecs[0]), [true, true, false]);
        assert_eq!(enabled(&update.subscribed_codecs[1]), [false; 3]);
    }

    #[test]
    fn a_leave_speaks_to_old_and_new_clients() {
        let old = |action| leave(action, DisconnectReason::ServerShutdown).can_reconnect;
        assert!(old(LeaveAction::Reconnect));
        assert!(!old(LeaveAction::Resume));
        assert!(!old(LeaveAction::Disconnect));
    }

    #[test]
    fn an_answer_carries_its_offers_id_and_where_tracks_are() {
        let message = ServerMessage::Answer {
            id: 4,
            sdp: "v=0".into(),
            mids: vec![("3".into(), "TR_VC1".into())],
        };
        let Some(Message::Answer(answer)) = sent(&message) else {
            panic!("not an answer");
        };
        assert_eq!((answer.id, answer.r#type.as_str()), (4, "answer"));
        assert_eq!(answer.mid_to_track_id["3"], "TR_VC1");
    }

    #[test]
    fn a_token_that_cannot_be_signed_is_not_sent() {
        let message = ServerMessage::SubscriptionResponse {
            track: "TR_1".into(),
            error: SubscriptionError::CodecUnsupported,
        };
        assert!(sent(&message).is_some());
        let grants = TokenGrants {
            room: "r".into(),
            identity: "ann".into(),
            name: String::new(),
            metadata: String::new(),
            attributes: Default::default(),
            permission: Default::default(),
            kind: Default::default(),
            kind_details: Vec::new(),
            claim: Default::default(),
        };
        assert!(sent(&ServerMessage::RefreshToken(Box::new(grants))).is_none());
    }

    fn sent(message: &ServerMessage) -> Option<Message> {
        to_wire(message, &Nowhere).and_then(|response| response.message)
    }

    struct Nowhere;

    impl Surroundings for Nowhere {
        fn ice_servers(&self) -> Vec<wire::IceServer> {
            Vec::new()
        }
        fn server_info(&self) -> wire::ServerInfo {
            wire::ServerInfo::default()
        }
        fn ping_interval_s(&self) -> i32 {
            5
        }
        fn ping_timeout_s(&self) -> i32 {
            15
        }
        fn mint(&self, _: &TokenGrants) -> Option<String> {
            None
        }
    }
}
