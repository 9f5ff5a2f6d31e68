//! The protocol's words for workers, jobs and dispatches.

use super::dispatch::{
    AgentProfile, DispatchInfo, JobId, JobInfo, JobKind, JobStatus, Registration, RestartPolicy,
    ToWorker, WorkerId, WorkerMessage, WorkerUpdate,
};
use crate::convert::participant::{participant_to_wire, permission_from_wire};
use crate::convert::room::room_to_wire;
use crate::convert::{OutOfBounds, bounds};
use livekit_protocol as wire;
use prost::Message;
use room_core::model::Permission;
use wire::server_message::Message as Out;
use wire::worker_message::Message as In;

/// How a worker writes, and is therefore written to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Encoding {
    #[default]
    Protobuf,
    Json,
}

/// What a worker sent cannot be used.
#[derive(Debug, thiserror::Error)]
pub(super) enum BadMessage {
    #[error("the message is not protobuf of this protocol")]
    Protobuf(#[from] prost::DecodeError),
    #[error("the message is not JSON of this protocol")]
    Json(#[from] serde_json::Error),
    #[error(transparent)]
    OutOfBounds(#[from] OutOfBounds),
    #[error("a job type of a newer protocol")]
    UnknownJobType,
}

/// `None`: a message of a newer protocol, or one without effect here.
pub(super) fn read(encoding: Encoding, bytes: &[u8]) -> Result<Option<WorkerMessage>, BadMessage> {
    let message = match encoding {
        Encoding::Protobuf => wire::WorkerMessage::decode(bytes)?,
        Encoding::Json => serde_json::from_slice(bytes)?,
    };
    let Some(message) = message.message else {
        return Ok(None);
    };
    Ok(Some(match message {
        In::Register(register) => WorkerMessage::Register(registration(register)?),
        In::Availability(answer) => availability(answer)?,
        In::UpdateWorker(update) => WorkerMessage::Update(WorkerUpdate {
            available: update
                .status
                .map(|status| status == wire::WorkerStatus::WsAvailable as i32),
            load: update.load,
            draining: update.draining,
        }),
        In::UpdateJob(update) => WorkerMessage::Job {
            job: job_id(&update.job_id),
            status: status_from_wire(update.status),
            error: bounds::text("error", update.error, bounds::METADATA_BYTES)?,
        },
        In::Ping(ping) => WorkerMessage::Ping {
            timestamp: ping.timestamp,
        },
        In::MigrateJob(migrate) => {
            let jobs = bounds::list("job ids", migrate.job_ids, bounds::SIDS)?;
            WorkerMessage::Migrate(jobs.iter().map(|id| job_id(id)).collect())
        }
        // Asks for a job in a room that need not exist. Workers that want to try themselves out
        // can be dispatched to a real room.
        In::SimulateJob(_) => return Ok(None),
    }))
}

/// What the fuzz target runs.
pub(crate) fn read_as_any(bytes: &[u8]) {
    for encoding in [Encoding::Protobuf, Encoding::Json] {
        let _ = read(encoding, bytes);
    }
}

/// A message to a worker, all but the assignment's token and the server's description of itself.
pub(super) fn write(
    message: ToWorker,
    worker: &WorkerId,
    server: &wire::ServerInfo,
    mint: impl FnOnce(&room_core::TokenGrants) -> String,
) -> wire::ServerMessage {
    let message = match message {
        ToWorker::Registered => Out::Register(wire::RegisterWorkerResponse {
            worker_id: worker.as_str().to_owned(),
            server_info: Some(server.clone()),
            ..wire::RegisterWorkerResponse::default()
        }),
        ToWorker::Offer { job, resuming } => Out::Availability(wire::AvailabilityRequest {
            job: Some(job_to_wire(&job)),
            resuming,
        }),
        ToWorker::Assign { job, grants } => Out::Assignment(wire::JobAssignment {
            job: Some(job_to_wire(&job)),
            // The address at which the worker reached us is the right one for its agent too.
            url: None,
            token: mint(&grants),
        }),
        ToWorker::Terminate(job) => Out::Termination(wire::JobTermination {
            job_id: job.as_str().to_owned(),
        }),
        ToWorker::Pong {
            last_timestamp,
            unix_ms,
        } => Out::Pong(wire::WorkerPong {
            last_timestamp,
            timestamp: signed(unix_ms),
        }),
        ToWorker::GoAway => Out::GoAway(wire::agent_http::GoAway {
            reason: "the server is shutting down".to_owned(),
        }),
    };
    wire::ServerMessage {
        message: Some(message),
    }
}

pub(crate) fn dispatch_to_wire(dispatch: &DispatchInfo) -> wire::AgentDispatch {
    let request = &dispatch.request;
    wire::AgentDispatch {
        id: dispatch.id.as_str().to_owned(),
        agent_name: request.agent_name.clone(),
        room: dispatch.room.as_str().to_owned(),
        metadata: request.metadata.clone(),
        state: Some(wire::AgentDispatchState {
            jobs: dispatch.jobs.iter().map(job_to_wire).collect(),
            created_at: nanoseconds(dispatch.created_unix_ms),
            deleted_at: nanoseconds(dispatch.deleted_unix_ms),
        }),
        restart_policy: match request.restart {
            RestartPolicy::OnFailure => wire::JobRestartPolicy::JrpOnFailure as i32,
            RestartPolicy::Never => wire::JobRestartPolicy::JrpNever as i32,
        },
        deployment: request.deployment.clone(),
        attributes: request.attributes.clone().into_iter().collect(),
    }
}

#[expect(deprecated, reason = "the message still has its `namespace`")]
pub(crate) fn job_to_wire(job: &JobInfo) -> wire::Job {
    let state = &job.state;
    wire::Job {
        id: job.id.as_str().to_owned(),
        dispatch_id: job.dispatch.as_str().to_owned(),
        r#type: match job.kind {
            JobKind::Room => wire::JobType::JtRoom as i32,
            JobKind::Publisher => wire::JobType::JtPublisher as i32,
            JobKind::Participant => wire::JobType::JtParticipant as i32,
        },
        room: Some(room_to_wire(&job.room)),
        participant: job.participant.as_ref().map(participant_to_wire),
        namespace: String::new(),
        metadata: job.metadata.clone(),
        agent_name: job.agent_name.clone(),
        state: Some(wire::JobState {
            status: match state.status {
                JobStatus::Pending => wire::JobStatus::JsPending as i32,
                JobStatus::Running => wire::JobStatus::JsRunning as i32,
                JobStatus::Success => wire::JobStatus::JsSuccess as i32,
                JobStatus::Failed => wire::JobStatus::JsFailed as i32,
            },
            error: state.error.clone(),
            started_at: nanoseconds(state.started_unix_ms),
            ended_at: nanoseconds(state.ended_unix_ms),
            updated_at: nanoseconds(state.updated_unix_ms),
            participant_identity: state
                .participant
                .as_ref()
                .map_or_else(String::new, |identity| identity.as_str().to_owned()),
            worker_id: state
                .worker
                .as_ref()
                .map_or_else(String::new, |worker| worker.as_str().to_owned()),
            agent_id: String::new(),
        }),
        enable_recording: false,
        deployment: job.deployment.clone(),
        attributes: job.attributes.clone().into_iter().collect(),
        enable_redaction: false,
    }
}

fn registration(register: wire::RegisterWorkerRequest) -> Result<Registration, BadMessage> {
    let kind = match wire::JobType::try_from(register.r#type) {
        Ok(wire::JobType::JtRoom) => JobKind::Room,
        Ok(wire::JobType::JtPublisher) => JobKind::Publisher,
        Ok(wire::JobType::JtParticipant) => JobKind::Participant,
        Err(_) => return Err(BadMessage::UnknownJobType),
    };
    let permission = match register.allowed_permissions {
        Some(permission) => permission_from_wire(permission)?,
        None => Permission {
            can_update_metadata: true,
            ..Permission::default()
        },
    };
    Ok(Registration {
        kind,
        agent_name: bounds::text("agent name", register.agent_name, bounds::NAME_BYTES)?,
        deployment: bounds::text("deployment", register.deployment, bounds::NAME_BYTES)?,
        permission,
    })
}

fn availability(answer: wire::AvailabilityResponse) -> Result<WorkerMessage, BadMessage> {
    let job = job_id(&answer.job_id);
    if !answer.available || answer.terminate {
        return Ok(WorkerMessage::Refuse {
            job,
            terminate: answer.terminate,
        });
    }
    let attributes = answer.participant_attributes;
    if attributes.len() > bounds::ATTRIBUTES {
        return Err(BadMessage::OutOfBounds(OutOfBounds {
            what: "attributes",
            limit: bounds::ATTRIBUTES,
        }));
    }
    Ok(WorkerMessage::Accept {
        job,
        agent: AgentProfile {
            identity: bounds::text("identity", answer.participant_identity, bounds::NAME_BYTES)?,
            name: bounds::text("name", answer.participant_name, bounds::NAME_BYTES)?,
            metadata: bounds::text(
                "metadata",
                answer.participant_metadata,
                bounds::METADATA_BYTES,
            )?,
            attributes: attributes.into_iter().collect(),
        },
    })
}

fn status_from_wire(status: i32) -> JobStatus {
    match wire::JobStatus::try_from(status) {
        Ok(wire::JobStatus::JsPending) => JobStatus::Pending,
        Ok(wire::JobStatus::JsSuccess) => JobStatus::Success,
        Ok(wire::JobStatus::JsFailed) => JobStatus::Failed,
        // A newer way of being under way.
        Ok(wire::JobStatus::JsRunning) | Err(_) => JobStatus::Running,
    }
}

fn job_id(id: &str) -> JobId {
    JobId::from(id)
}

/// Jobs and dispatches count nanoseconds where everything else counts seconds.
fn nanoseconds(unix_ms: u64) -> i64 {
    signed(unix_ms).saturating_mul(1_000_000)
}

fn signed(ms: u64) -> i64 {
    i64::try_from(ms).unwrap_or(i64::MAX)
}
