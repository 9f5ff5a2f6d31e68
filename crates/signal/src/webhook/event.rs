//! What happened, as receivers of this ecosystem read it: a `WebhookEvent` in protojson.

use crate::agents::JobEvent;
use crate::agents::wire::job_to_wire;
use crate::convert::participant::participant_to_wire;
use crate::convert::room::room_to_wire;
use crate::convert::track::track_info_to_wire;
use base::Redacted;
use base::rng::Rng;
use livekit_protocol as wire;
use room_core::model::RoomEndReason;
use room_core::{RoomEvent, RoomEventKind};

/// An event ready to be stored and sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// Unique, so that a receiver can tell a repetition.
    pub id: String,
    /// `room_started`.
    pub name: &'static str,
    /// What it is about: events of one room are delivered in their order.
    pub room: Redacted<String>,
    pub body: Redacted<Vec<u8>>,
}

/// None for what the protocol has no word for.
///
/// # Errors
/// The event cannot be written as JSON.
pub fn from_room(rng: &mut Rng, event: &RoomEvent) -> Result<Option<Event>, serde_json::Error> {
    let mut told = wire::WebhookEvent {
        room: Some(room_to_wire(&event.room)),
        ..wire::WebhookEvent::default()
    };
    let name = match &event.kind {
        RoomEventKind::RoomStarted { .. } => "room_started",
        RoomEventKind::RoomFinished { reason } => {
            told.room_end_reason = end_reason(*reason) as i32;
            "room_finished"
        }
        RoomEventKind::ParticipantJoined { participant } => {
            told.participant = Some(participant_to_wire(participant));
            "participant_joined"
        }
        RoomEventKind::ParticipantLeft { participant } => {
            told.participant = Some(participant_to_wire(participant));
            "participant_left"
        }
        RoomEventKind::ParticipantConnectionAborted { participant } => {
            told.participant = Some(participant_to_wire(participant));
            "participant_connection_aborted"
        }
        RoomEventKind::TrackPublished { participant, track } => {
            told.participant = Some(participant_to_wire(participant));
            told.track = Some(track_info_to_wire(track));
            "track_published"
        }
        RoomEventKind::TrackUnpublished { participant, track } => {
            told.participant = Some(participant_to_wire(participant));
            told.track = Some(track_info_to_wire(track));
            "track_unpublished"
        }
        RoomEventKind::ListenerJoined { .. } | RoomEventKind::ListenerLeft { .. } => {
            return Ok(None);
        }
    };
    finish(rng, name, event.at_unix_ms, event.room.name.as_str(), told).map(Some)
}

/// # Errors
/// The event cannot be written as JSON.
pub fn from_job(rng: &mut Rng, unix_ms: u64, event: &JobEvent) -> Result<Event, serde_json::Error> {
    let (name, job) = match event {
        JobEvent::Started(job) => ("agent_job_started", job),
        JobEvent::Ended(job) => ("agent_job_ended", job),
    };
    let told = wire::WebhookEvent {
        room: Some(room_to_wire(&job.room)),
        job: Some(job_to_wire(job)),
        ..wire::WebhookEvent::default()
    };
    finish(rng, name, unix_ms, job.room.name.as_str(), told)
}

fn finish(
    rng: &mut Rng,
    name: &'static str,
    unix_ms: u64,
    room: &str,
    mut told: wire::WebhookEvent,
) -> Result<Event, serde_json::Error> {
    let id = rng.id("EV_", 16);
    told.event = name.to_owned();
    told.id.clone_from(&id);
    told.created_at = i64::try_from(unix_ms / 1_000).unwrap_or(i64::MAX);
    Ok(Event {
        id,
        name,
        room: Redacted::new(room.to_owned()),
        body: Redacted::new(serde_json::to_vec(&told)?),
    })
}

const fn end_reason(reason: RoomEndReason) -> wire::RoomEndReason {
    match reason {
        RoomEndReason::Deleted => wire::RoomEndReason::RoomEndApiDelete,
        RoomEndReason::Idle => wire::RoomEndReason::RoomEndIdleTimeout,
        RoomEndReason::Shutdown => wire::RoomEndReason::RoomEndServerShutdown,
    }
}
