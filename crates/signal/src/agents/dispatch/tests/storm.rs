//! Everything at once, by seed: whatever happens, a job is in one hand, and after the rooms have
//! ended nothing is left.

use super::world::{World, room};
use crate::agents::dispatch::{JobId, JobKind, JobStatus, ToWorker, WorkerId, WorkerMessage};
use base::rng::Rng;
use room_core::model::{ParticipantInfo, ParticipantKind, RoomInfo};
use std::collections::{BTreeMap, BTreeSet};

const SEEDS: u64 = 40;
const STEPS: usize = 400;

#[test]
fn a_job_is_never_in_two_hands_and_nothing_outlives_its_room() {
    for seed in 0..SEEDS {
        Storm::new(seed).rage();
    }
}

struct Storm {
    w: World,
    rng: Rng,
    seed: u64,
    rooms: Vec<RoomInfo>,
    workers: BTreeSet<WorkerId>,
    /// Offers that a worker has not answered.
    offers: Vec<(WorkerId, JobId)>,
    /// What workers believe they run.
    running: BTreeMap<JobId, WorkerId>,
    agents: Vec<(RoomInfo, ParticipantInfo)>,
}

impl Storm {
    fn new(seed: u64) -> Self {
        Self {
            w: World::new(seed),
            rng: Rng::from_seed(!seed),
            seed,
            rooms: (0..3).map(|n| room(&n.to_string())).collect(),
            workers: BTreeSet::new(),
            offers: Vec::new(),
            running: BTreeMap::new(),
            agents: Vec::new(),
        }
    }

    fn rage(mut self) {
        for _ in 0..STEPS {
            self.step();
            self.read_mail();
        }
        for room in self.rooms.clone() {
            self.w.closes(&room);
        }
        self.read_mail();
        assert!(
            self.running.is_empty(),
            "seed {}: {:?} run on",
            self.seed,
            self.running
        );
        self.w.pass(3_600);
        self.read_mail();
        assert!(
            self.offers
                .iter()
                .all(|(worker, _)| !self.workers.contains(worker))
                || self.answered_in_vain()
        );
        assert_eq!(
            self.w.dispatcher.next_deadline(),
            None,
            "seed {}",
            self.seed
        );
    }

    /// Late answers to old offers change nothing.
    fn answered_in_vain(&mut self) -> bool {
        for (worker, job) in std::mem::take(&mut self.offers) {
            self.w.accept(&worker, &job);
        }
        self.read_mail();
        self.running.is_empty() && self.offers.is_empty()
    }

    fn step(&mut self) {
        let room = self.rooms[self.rng.below(3) as usize].clone();
        match self.rng.below(12) {
            0 => {
                let kind = [JobKind::Room, JobKind::Publisher, JobKind::Participant]
                    [self.rng.below(3) as usize];
                let name = ["", "barista"][self.rng.below(2) as usize];
                let id = self.w.worker(kind, name);
                self.workers.insert(id);
            }
            1 => {
                if let Some(worker) = self.pick_worker() {
                    self.workers.remove(&worker);
                    self.running.retain(|_, w| *w != worker);
                    self.w.dies(&worker);
                }
            }
            2 => self.w.opens(&room, &[]),
            3 => self.w.closes(&room),
            4 => drop(self.w.dispatch(&room, "barista")),
            5 => {
                let person = self.w.joins(&room, "ann", ParticipantKind::Standard);
                self.w.publishes(&room, &person);
                if self.rng.chance(0.3) {
                    self.w.leaves(&room, &person);
                }
            }
            6..=8 => self.answer(),
            9 => {
                if let Some((job, worker)) = self.pick_running() {
                    let ends = self.rng.chance(0.7);
                    let status = if ends {
                        JobStatus::Success
                    } else {
                        JobStatus::Failed
                    };
                    self.running.remove(&job);
                    self.w.report(&worker, &job, status);
                }
            }
            10 => {
                if let Some((job, worker)) = self.pick_running() {
                    self.w.say(&worker, WorkerMessage::Migrate(vec![job]));
                }
            }
            _ => self.w.pass(self.seed % 7 + 1),
        }
        if self.rng.chance(0.1) && !self.agents.is_empty() {
            let (room, agent) = self.agents.remove(0);
            self.w.leaves(&room, &agent);
        }
    }

    fn answer(&mut self) {
        if self.offers.is_empty() {
            return;
        }
        let at = self.rng.below(self.offers.len() as u64) as usize;
        let (worker, job) = self.offers.swap_remove(at);
        if self.rng.chance(0.7) {
            self.w.accept(&worker, &job);
        } else {
            self.w.refuse(&worker, &job);
        }
    }

    fn read_mail(&mut self) {
        for worker in self.workers.clone() {
            while let Some(message) = self.w.hear(&worker) {
                match message {
                    ToWorker::Offer { job, .. } => self.offers.push((worker.clone(), job.id)),
                    ToWorker::Assign { job, grants } => {
                        let before = self.running.insert(job.id.clone(), worker.clone());
                        // A hand-over tells the old one right after the new one.
                        if let Some(before) = before {
                            assert_ne!(before, worker, "seed {}: assigned twice", self.seed);
                        }
                        let identity = grants.identity.as_str().to_owned();
                        let agent = self.w.joins(&job.room, &identity, ParticipantKind::Agent);
                        self.agents.push((job.room, agent));
                    }
                    ToWorker::Terminate(job) => {
                        if self.running.get(&job) == Some(&worker) {
                            self.running.remove(&job);
                        }
                    }
                    ToWorker::Registered | ToWorker::Pong { .. } | ToWorker::GoAway => {}
                }
            }
        }
    }

    fn pick_worker(&mut self) -> Option<WorkerId> {
        let at = self.rng.below(self.workers.len() as u64) as usize;
        self.workers.iter().nth(at).cloned()
    }

    fn pick_running(&mut self) -> Option<(JobId, WorkerId)> {
        let at = self.rng.below(self.running.len() as u64) as usize;
        self.running
            .iter()
            .nth(at)
            .map(|(j, w)| (j.clone(), w.clone()))
    }
}
