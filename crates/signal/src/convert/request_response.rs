//! Answers to requests with an id.

use super::enums::{Numbered, list_to_wire};
use super::{data_track, track};
use livekit_protocol as wire;
use room_core::{Request, RequestResponse};
use wire::request_response::Request as WireRequest;

pub(crate) fn to_wire(response: &RequestResponse) -> wire::RequestResponse {
    wire::RequestResponse {
        request_id: response.request_id,
        reason: response.reason.to_wire(),
        message: response.message.clone(),
        request: Some(request_to_wire(&response.request)),
    }
}

fn request_to_wire(request: &Request) -> WireRequest {
    match request {
        Request::AddTrack(request) => WireRequest::AddTrack(track::add_track_to_wire(request)),
        Request::Mute { track, muted } => WireRequest::Mute(wire::MuteTrackRequest {
            sid: track.as_str().to_owned(),
            muted: *muted,
        }),
        Request::UpdateMetadata(update) => {
            WireRequest::UpdateMetadata(wire::UpdateParticipantMetadata {
                metadata: update.metadata.clone(),
                name: update.name.clone(),
                attributes: update.attributes.clone().into_iter().collect(),
                request_id: update.request_id,
            })
        }
        Request::UpdateAudioTrack(update) => {
            WireRequest::UpdateAudioTrack(wire::UpdateLocalAudioTrack {
                track_sid: update.track.as_str().to_owned(),
                features: list_to_wire(&update.features),
            })
        }
        Request::UpdateVideoTrack(update) => {
            WireRequest::UpdateVideoTrack(wire::UpdateLocalVideoTrack {
                track_sid: update.track.as_str().to_owned(),
                width: update.width,
                height: update.height,
            })
        }
        Request::PublishDataTrack(request) => {
            WireRequest::PublishDataTrack(data_track::publish_to_wire(request))
        }
        Request::UnpublishDataTrack { pub_handle } => {
            WireRequest::UnpublishDataTrack(wire::UnpublishDataTrackRequest {
                pub_handle: *pub_handle,
            })
        }
    }
}
