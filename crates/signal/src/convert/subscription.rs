//! Who receives what, and who may.

use super::bounds::{ID_BYTES, OutOfBounds, SIDS, list, text, track_sid, track_sids};
use super::data_track;
use super::enums::Numbered;
use base::media::Quality;
use base::{Identity, ParticipantSid};
use livekit_protocol as wire;
use room_core::{
    SubscriptionPermission, SubscriptionUpdate, SyncState, TrackPermission, TrackSettings,
};

pub(crate) fn update_from_wire(
    update: wire::UpdateSubscription,
) -> Result<SubscriptionUpdate, OutOfBounds> {
    let mut sids = update.track_sids;
    for of_participant in update.participant_tracks {
        sids.extend(of_participant.track_sids);
    }
    Ok(SubscriptionUpdate {
        tracks: track_sids(sids)?,
        subscribe: update.subscribe,
    })
}

pub(crate) fn settings_from_wire(
    settings: wire::UpdateTrackSettings,
) -> Result<TrackSettings, OutOfBounds> {
    Ok(TrackSettings {
        tracks: track_sids(settings.track_sids)?,
        disabled: settings.disabled,
        quality: Quality::from_wire(settings.quality),
        width: settings.width,
        height: settings.height,
        fps: settings.fps,
        priority: settings.priority,
    })
}

pub(crate) fn permission_from_wire(
    permission: wire::SubscriptionPermission,
) -> Result<SubscriptionPermission, OutOfBounds> {
    let tracks = list("track permissions", permission.track_permissions, SIDS)?
        .into_iter()
        .map(|one| {
            Ok(TrackPermission {
                participant: present(one.participant_sid)?.map(ParticipantSid::from),
                identity: present(one.participant_identity)?.map(Identity::from),
                all_tracks: one.all_tracks,
                tracks: track_sids(one.track_sids)?,
            })
        })
        .collect::<Result<_, _>>()?;
    Ok(SubscriptionPermission {
        all_participants: permission.all_participants,
        tracks,
    })
}

pub(crate) fn sync_state_from_wire(state: wire::SyncState) -> Result<SyncState, OutOfBounds> {
    let mut published = Vec::new();
    for track in list("published tracks", state.publish_tracks, SIDS)? {
        if let Some(info) = track.track {
            published.push((
                text("track cid", track.cid, ID_BYTES)?,
                track_sid(info.sid)?,
            ));
        }
    }
    let mut published_data_tracks = Vec::new();
    for track in list("published data tracks", state.publish_data_tracks, SIDS)? {
        if let Some(info) = track.info {
            published_data_tracks.push((info.pub_handle, data_track::sid(info.sid)?));
        }
    }
    let mut received = Vec::new();
    for state in list("receive states", state.datachannel_receive_states, SIDS)? {
        let publisher = text("participant sid", state.publisher_sid, ID_BYTES)?;
        received.push((ParticipantSid::from(publisher), state.last_seq));
    }
    Ok(SyncState {
        subscription: state
            .subscription
            .map(update_from_wire)
            .transpose()?
            .unwrap_or_default(),
        published,
        disabled_tracks: track_sids(state.track_sids_disabled)?,
        received,
        published_data_tracks,
        data_subscription: state
            .data_subscription
            .map(data_track::subscription_from_wire)
            .transpose()?
            .unwrap_or_default(),
    })
}

fn present(id: String) -> Result<Option<String>, OutOfBounds> {
    let id = text("participant id", id, ID_BYTES)?;
    Ok((!id.is_empty()).then_some(id))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_lists_of_a_subscription_count() {
        let update = update_from_wire(wire::UpdateSubscription {
            track_sids: vec!["TR_1".into()],
            subscribe: true,
            participant_tracks: vec![wire::ParticipantTracks {
                participant_sid: "PA_1".into(),
                track_sids: vec!["TR_2".into(), "TR_3".into()],
            }],
        });
        assert_eq!(
            update,
            Ok(SubscriptionUpdate {
                tracks: vec!["TR_1".into(), "TR_2".into(), "TR_3".into()],
                subscribe: true
            })
        );
    }

    #[test]
    fn ten_thousand_sids_are_refused() {
        let update = wire::UpdateSubscription {
            track_sids: vec!["TR_1".into(); 10_000],
            ..wire::UpdateSubscription::default()
        };
        assert!(update_from_wire(update).is_err());
    }

    #[test]
    fn a_resuming_client_says_what_it_believes() {
        let state = sync_state_from_wire(wire::SyncState {
            publish_tracks: vec![wire::TrackPublishedResponse {
                cid: "c".into(),
                track: Some(wire::TrackInfo {
                    sid: "TR_1".into(),
                    ..wire::TrackInfo::default()
                }),
            }],
            track_sids_disabled: vec!["TR_2".into()],
            datachannel_receive_states: vec![wire::DataChannelReceiveState {
                publisher_sid: "PA_9".into(),
                last_seq: 41,
            }],
            ..wire::SyncState::default()
        })
        .unwrap();
        assert_eq!(state.published, vec![("c".to_owned(), "TR_1".into())]);
        assert_eq!(state.received, vec![("PA_9".into(), 41)]);
        assert_eq!(state.disabled_tracks, vec!["TR_2".into()]);
    }
}
