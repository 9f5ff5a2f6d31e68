//! A worker: a program that runs agents, connected to us.

use super::JobKind;
use room_core::model::Permission;
use std::time::Instant;

/// What a worker says of itself when it registers.
#[derive(Clone, Debug, PartialEq)]
pub struct Registration {
    pub kind: JobKind,
    /// Empty: it takes part in automatic dispatch.
    pub agent_name: String,
    pub deployment: String,
    /// What its agents may do in a room.
    pub permission: Permission,
}

/// What a worker says of itself every few seconds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct WorkerUpdate {
    /// `None`: as before.
    pub available: Option<bool>,
    /// 0.0 idle to 1.0 full.
    pub load: f32,
    /// It wants no new jobs and finishes those that it has.
    pub draining: bool,
}

#[derive(Debug)]
pub(super) struct Worker {
    pub(super) phase: Phase,
}

#[derive(Debug)]
pub(super) enum Phase {
    Connected { register_by: Instant },
    Registered(Registered),
}

#[derive(Debug)]
pub(super) struct Registered {
    pub(super) registration: Registration,
    available: bool,
    draining: bool,
    load: f32,
}

/// A worker that says it is available is still chosen now and then when it reports full load: some
/// workers are configured to take jobs at any load.
const SMALLEST_WEIGHT: f64 = 0.01;

impl Registered {
    pub(super) fn new(registration: Registration) -> Self {
        Self {
            registration,
            available: true,
            draining: false,
            load: 0.0,
        }
    }

    pub(super) fn update(&mut self, update: WorkerUpdate) {
        self.available = update.available.unwrap_or(self.available);
        self.draining = update.draining;
        self.load = if update.load.is_finite() {
            update.load
        } else {
            1.0
        };
    }

    pub(super) fn takes_jobs(&self) -> bool {
        self.available && !self.draining
    }

    /// Its share in the lottery for the next job.
    pub(super) fn weight(&self) -> f64 {
        f64::from(1.0 - self.load).clamp(SMALLEST_WEIGHT, 1.0)
    }

    /// Whether it runs this sort of agent.
    pub(super) fn serves(&self, agent_name: &str, deployment: &str, kind: JobKind) -> bool {
        let r = &self.registration;
        r.kind == kind
            && r.agent_name == agent_name
            && (deployment.is_empty() || r.deployment == deployment)
    }
}

impl Worker {
    pub(super) fn registered(&self) -> Option<&Registered> {
        match &self.phase {
            Phase::Connected { .. } => None,
            Phase::Registered(registered) => Some(registered),
        }
    }
}
