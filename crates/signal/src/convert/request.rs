//! What a client asks for.

use super::bounds::{
    ATTRIBUTES, CANDIDATE_BYTES, METADATA_BYTES, NAME_BYTES, OutOfBounds, SDP_BYTES, text,
    track_sid,
};
use super::enums::{Numbered, list_from_wire};
use super::{data_track, subscription, track};
use base::media::PcTarget;
use livekit_protocol as wire;
use room_core::model::{DisconnectReason, LeaveAction};
use room_core::{
    CandidateProtocol, ClientCommand, Scenario, UpdateAudioTrack, UpdateMetadata, UpdateVideoTrack,
};
use serde::Deserialize;
use std::collections::{BTreeMap, HashMap};
use wire::signal_request::Message;
use wire::simulate_scenario::Scenario as WireScenario;

/// A client's message, sorted by who answers it.
#[derive(Debug, PartialEq)]
pub(crate) enum Incoming {
    /// For the room.
    Command(ClientCommand),
    /// Answered by the session: both kinds of ping.
    Ping(i64),
    PingReq {
        timestamp: i64,
    },
    /// Refused with `UNSUPPORTED_TYPE`, so that the client does not wait.
    Unsupported {
        request_id: u32,
    },
    /// Of a newer version than this one.
    Unknown,
}

/// Sorts and bounds a client's message.
///
/// # Errors
/// A field is larger than any client has reason to make it.
pub(crate) fn from_wire(request: wire::SignalRequest) -> Result<Incoming, OutOfBounds> {
    let Some(message) = request.message else {
        return Ok(Incoming::Unknown);
    };
    #[expect(deprecated, reason = "older clients still announce layers so")]
    let command = match message {
        Message::Offer(offer) => {
            let (id, sdp) = description(offer)?;
            ClientCommand::Offer { id, sdp }
        }
        Message::Answer(answer) => {
            let (id, sdp) = description(answer)?;
            ClientCommand::Answer { id, sdp }
        }
        Message::Trickle(trickle) => trickle_from_wire(trickle)?,
        Message::AddTrack(request) => ClientCommand::AddTrack(track::add_track_from_wire(request)?),
        Message::Mute(mute) => ClientCommand::Mute {
            track: track_sid(mute.sid)?,
            muted: mute.muted,
        },
        Message::Subscription(update) => {
            ClientCommand::Subscription(subscription::update_from_wire(update)?)
        }
        Message::TrackSetting(settings) => {
            ClientCommand::TrackSettings(subscription::settings_from_wire(settings)?)
        }
        Message::Leave(leave) => ClientCommand::Leave {
            reason: DisconnectReason::from_wire(leave.reason).unwrap_or(DisconnectReason::Unknown),
            action: LeaveAction::from_wire(leave.action).unwrap_or(LeaveAction::Disconnect),
        },
        Message::UpdateLayers(update) => ClientCommand::UpdateLayers {
            track: track_sid(update.track_sid)?,
            layers: track::layers_from_wire(update.layers)?,
        },
        Message::SubscriptionPermission(permission) => {
            ClientCommand::SubscriptionPermission(subscription::permission_from_wire(permission)?)
        }
        Message::SyncState(state) => {
            ClientCommand::SyncState(subscription::sync_state_from_wire(state)?)
        }
        Message::Simulate(scenario) => ClientCommand::Simulate(scenario_from_wire(scenario)),
        Message::UpdateMetadata(update) => ClientCommand::UpdateMetadata(metadata(update)?),
        Message::UpdateAudioTrack(update) => ClientCommand::UpdateAudioTrack(UpdateAudioTrack {
            track: track_sid(update.track_sid)?,
            features: list_from_wire("audio features", update.features)?,
        }),
        Message::UpdateVideoTrack(update) => ClientCommand::UpdateVideoTrack(UpdateVideoTrack {
            track: track_sid(update.track_sid)?,
            width: update.width,
            height: update.height,
        }),
        Message::PublishDataTrackRequest(request) => {
            ClientCommand::PublishDataTrack(data_track::publish_from_wire(request)?)
        }
        Message::UnpublishDataTrackRequest(request) => ClientCommand::UnpublishDataTrack {
            pub_handle: request.pub_handle,
        },
        Message::UpdateDataSubscription(update) => {
            ClientCommand::UpdateDataSubscription(data_track::subscription_from_wire(update)?)
        }
        Message::Ping(timestamp) => return Ok(Incoming::Ping(timestamp)),
        Message::PingReq(ping) => {
            return Ok(Incoming::PingReq {
                timestamp: ping.timestamp,
            });
        }
        Message::StoreDataBlobRequest(wire::StoreDataBlobRequest { request_id, .. })
        | Message::GetDataBlobRequest(wire::GetDataBlobRequest { request_id, .. }) => {
            return Ok(Incoming::Unsupported { request_id });
        }
    };
    Ok(Incoming::Command(command))
}

/// The id and the SDP.
pub(crate) fn description(
    description: wire::SessionDescription,
) -> Result<(u32, String), OutOfBounds> {
    Ok((description.id, text("sdp", description.sdp, SDP_BYTES)?))
}

pub(crate) fn attributes(
    attributes: HashMap<String, String>,
) -> Result<BTreeMap<String, String>, OutOfBounds> {
    let too_large = |what, limit| Err(OutOfBounds { what, limit });
    if attributes.len() > ATTRIBUTES {
        return too_large("number of attributes", ATTRIBUTES);
    }
    let bytes = attributes
        .iter()
        .map(|(key, value)| key.len() + value.len())
        .sum::<usize>();
    if bytes > METADATA_BYTES {
        return too_large("attributes", METADATA_BYTES);
    }
    Ok(attributes.into_iter().collect())
}

/// The part of the browsers' `RTCIceCandidateInit` that a server with one address needs.
#[derive(Deserialize)]
struct CandidateInit {
    #[serde(default)]
    candidate: Option<String>,
}

fn trickle_from_wire(trickle: wire::TrickleRequest) -> Result<ClientCommand, OutOfBounds> {
    let init = text("candidate", trickle.candidate_init, CANDIDATE_BYTES)?;
    // An unreadable candidate is treated as the end of candidates, which asks for nothing.
    let candidate = serde_json::from_str::<CandidateInit>(&init)
        .ok()
        .and_then(|init| init.candidate)
        .unwrap_or_default();
    Ok(ClientCommand::Trickle {
        target: PcTarget::from_wire(trickle.target).unwrap_or(PcTarget::Publisher),
        candidate,
    })
}

fn metadata(update: wire::UpdateParticipantMetadata) -> Result<UpdateMetadata, OutOfBounds> {
    Ok(UpdateMetadata {
        request_id: update.request_id,
        metadata: text("metadata", update.metadata, METADATA_BYTES)?,
        name: text("name", update.name, NAME_BYTES)?,
        attributes: attributes(update.attributes)?,
    })
}

fn scenario_from_wire(scenario: wire::SimulateScenario) -> Scenario {
    match scenario.scenario {
        Some(WireScenario::SpeakerUpdate(seconds)) => Scenario::SpeakerUpdate {
            seconds: u32::try_from(seconds).unwrap_or(0),
        },
        Some(WireScenario::NodeFailure(_)) => Scenario::NodeFailure,
        Some(WireScenario::Migration(_)) => Scenario::Migration,
        Some(WireScenario::ServerLeave(_)) => Scenario::ServerLeave,
        Some(WireScenario::SwitchCandidateProtocol(protocol)) => {
            CandidateProtocol::from_wire(protocol)
                .map_or(Scenario::Unknown, Scenario::SwitchCandidateProtocol)
        }
        Some(WireScenario::SubscriberBandwidth(bps)) => Scenario::SubscriberBandwidth {
            bps: u64::try_from(bps).unwrap_or(0),
        },
        Some(WireScenario::DisconnectSignalOnResume(_)) => Scenario::DisconnectSignalOnResume,
        Some(WireScenario::DisconnectSignalOnResumeNoMessages(_)) => {
            Scenario::DisconnectSignalOnResumeNoMessages
        }
        Some(WireScenario::LeaveRequestFullReconnect(_)) => Scenario::LeaveRequestFullReconnect,
        None => Scenario::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_browsers_candidate_is_unwrapped() {
        let trickle = |init: &str| {
            command(Message::Trickle(wire::TrickleRequest {
                candidate_init: init.into(),
                target: 1,
                r#final: false,
            }))
        };
        let expected = |candidate: &str| ClientCommand::Trickle {
            target: PcTarget::Subscriber,
            candidate: candidate.into(),
        };
        assert_eq!(
            trickle(r#"{"candidate":"candidate:1 1 udp 1 127.0.0.1 9 typ host","sdpMid":"0"}"#),
            expected("candidate:1 1 udp 1 127.0.0.1 9 typ host")
        );
        assert_eq!(trickle(r#"{"candidate":null}"#), expected(""));
        assert_eq!(trickle("rubbish"), expected(""));
    }

    #[test]
    fn pings_and_blobs_are_not_for_the_room() {
        assert_eq!(incoming(Message::Ping(5)), Incoming::Ping(5));
        let ping = wire::Ping {
            timestamp: 6,
            rtt: 1,
        };
        assert_eq!(
            incoming(Message::PingReq(ping)),
            Incoming::PingReq { timestamp: 6 }
        );
        let blob = wire::GetDataBlobRequest {
            request_id: 3,
            ..wire::GetDataBlobRequest::default()
        };
        assert_eq!(
            incoming(Message::GetDataBlobRequest(blob)),
            Incoming::Unsupported { request_id: 3 }
        );
        let nothing = wire::SignalRequest { message: None };
        assert_eq!(from_wire(nothing), Ok(Incoming::Unknown));
    }

    #[test]
    fn a_leave_keeps_its_reason() {
        let leave = wire::LeaveRequest {
            reason: wire::DisconnectReason::ClientInitiated as i32,
            ..wire::LeaveRequest::default()
        };
        assert_eq!(
            command(Message::Leave(leave)),
            ClientCommand::Leave {
                reason: DisconnectReason::ClientInitiated,
                action: LeaveAction::Disconnect
            }
        );
    }

    #[test]
    fn a_huge_sdp_is_refused() {
        let offer = wire::SessionDescription {
            sdp: "x".repeat(SDP_BYTES + 1),
            ..wire::SessionDescription::default()
        };
        let request = wire::SignalRequest {
            message: Some(Message::Offer(offer)),
        };
        assert_eq!(from_wire(request).unwrap_err().what, "sdp");
    }

    fn incoming(message: Message) -> Incoming {
        let request = wire::SignalRequest {
            message: Some(message),
        };
        from_wire(request).unwrap()
    }

    fn command(message: Message) -> ClientCommand {
        match incoming(message) {
            Incoming::Command(command) => command,
            other => panic!("{other:?}"),
        }
    }
}
