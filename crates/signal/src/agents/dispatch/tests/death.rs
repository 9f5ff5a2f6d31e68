//! Workers and agents that die, return, or pass their work on.

use super::world::{World, room};
use crate::agents::dispatch::{JobKind, JobStatus, ToWorker, WorkerMessage};
use room_core::model::ParticipantKind;

#[test]
fn when_a_worker_dies_in_mid_call_another_takes_over_the_same_job() {
    let mut w = World::new(1);
    let first = w.worker(JobKind::Room, "");
    let cafe = room("cafe");
    w.opens(&cafe, &[]);
    let job = w.works(&first);
    w.joins(&cafe, &format!("agent-{}", job.id), ParticipantKind::Agent);
    let second = w.worker(JobKind::Room, "");

    w.dies(&first);
    w.pass(4);
    assert_eq!(
        w.hear(&second),
        None,
        "it may only have lost its connection"
    );
    w.pass(1);
    let Some(ToWorker::Offer {
        job: offered,
        resuming,
    }) = w.hear(&second)
    else {
        panic!("nobody took over");
    };
    assert!(resuming);
    assert_eq!(offered.id, job.id);
    w.accept(&second, &job.id);
    assert_eq!(w.assigned(&second).state.worker, Some(second.clone()));
    assert_eq!(w.started.len(), 1, "it is the same job");
    assert!(w.ended.is_empty());
}

#[test]
fn when_the_agent_is_gone_with_its_worker_nobody_waits() {
    let mut w = World::new(2);
    let first = w.worker(JobKind::Room, "");
    let cafe = room("cafe");
    w.opens(&cafe, &[]);
    let job = w.works(&first);
    let agent = w.joins(&cafe, &format!("agent-{}", job.id), ParticipantKind::Agent);
    let second = w.worker(JobKind::Room, "");

    w.dies(&first);
    w.leaves(&cafe, &agent);
    assert_eq!(w.works(&second).id, job.id);
}

#[test]
fn a_job_without_a_worker_waits_for_the_next() {
    let mut w = World::new(3);
    let first = w.worker(JobKind::Room, "");
    let cafe = room("cafe");
    w.opens(&cafe, &[]);
    let job = w.works(&first);
    w.dies(&first);
    w.pass(600);

    let second = w.worker(JobKind::Room, "");
    assert_eq!(w.works(&second).id, job.id);
}

#[test]
fn a_worker_that_comes_back_in_time_keeps_its_jobs() {
    let mut w = World::new(4);
    let first = w.worker(JobKind::Room, "");
    let cafe = room("cafe");
    w.opens(&cafe, &[]);
    let job = w.works(&first);
    let other = w.worker(JobKind::Room, "");

    w.dies(&first);
    w.pass(2);
    let first = w.worker(JobKind::Room, "");
    w.report(&first, &job.id, JobStatus::Running);
    w.pass(600);
    assert_eq!(w.hear(&other), None);
    assert_eq!(w.hear(&first), None);

    w.report(&first, &job.id, JobStatus::Success);
    assert_eq!(w.ended[0].state.status, JobStatus::Success);
}

#[test]
fn a_worker_that_comes_back_too_late_is_told_to_stop() {
    let mut w = World::new(5);
    let first = w.worker(JobKind::Room, "");
    w.opens(&room("cafe"), &[]);
    let job = w.works(&first);
    let second = w.worker(JobKind::Room, "");
    w.dies(&first);
    w.pass(5);
    w.works(&second);

    let late = w.worker(JobKind::Room, "");
    w.report(&late, &job.id, JobStatus::Running);
    assert_eq!(w.hear(&late), Some(ToWorker::Terminate(job.id.clone())));
    assert_eq!(w.hear(&second), None, "the new one works on");
}

#[test]
fn a_stranger_cannot_claim_an_orphaned_job() {
    let mut w = World::new(6);
    let first = w.worker(JobKind::Room, "barista");
    w.opens(&room("cafe"), &["barista"]);
    let job = w.works(&first);
    w.dies(&first);

    let stranger = w.worker(JobKind::Room, "thief");
    w.report(&stranger, &job.id, JobStatus::Success);
    assert!(w.ended.is_empty());
    w.report(&stranger, &job.id, JobStatus::Running);
    assert_eq!(w.hear(&stranger), Some(ToWorker::Terminate(job.id.clone())));
}

#[test]
fn an_offer_dies_with_its_worker_and_goes_on_at_once() {
    let mut w = World::new(7);
    let first = w.worker(JobKind::Room, "");
    w.opens(&room("cafe"), &[]);
    let job = w.offered(&first);
    let second = w.worker(JobKind::Room, "");
    w.dies(&first);
    assert_eq!(w.works(&second).id, job.id);
}

#[test]
fn an_agent_that_crashes_is_started_again_but_not_for_ever() {
    let mut w = World::new(8);
    let worker = w.worker(JobKind::Room, "");
    w.opens(&room("cafe"), &[]);
    let job = w.works(&worker).id;
    for _ in 0..3 {
        w.report(&worker, &job, JobStatus::Failed);
        assert_eq!(w.works(&worker).id, job);
    }
    w.report(&worker, &job, JobStatus::Failed);
    assert_eq!(w.hear(&worker), None);
    assert_eq!(w.ended.len(), 1);
    assert_eq!(w.ended[0].state.status, JobStatus::Failed);
}

#[test]
fn an_agent_that_is_done_is_not_started_again() {
    let mut w = World::new(9);
    let worker = w.worker(JobKind::Room, "barista");
    let cafe = room("cafe");
    w.opens(&cafe, &["barista"]);
    let job = w.works(&worker).id;
    w.report(&worker, &job, JobStatus::Success);

    w.worker(JobKind::Room, "barista");
    assert_eq!(w.hear(&worker), None);
    let jobs = &w.dispatcher.dispatches(&cafe.name)[0].jobs;
    assert_eq!(jobs.len(), 1);
    assert_eq!(jobs[0].state.status, JobStatus::Success);
}

#[test]
fn an_agent_that_leaves_while_its_worker_says_nothing_is_ended() {
    let mut w = World::new(10);
    let worker = w.worker(JobKind::Room, "");
    let cafe = room("cafe");
    w.opens(&cafe, &[]);
    let job = w.works(&worker);
    let identity = format!("agent-{}", job.id);
    let agent = w.joins(&cafe, &identity, ParticipantKind::Agent);

    w.leaves(&cafe, &agent);
    w.pass(9);
    assert_eq!(w.hear(&worker), None);
    w.pass(1);
    assert_eq!(w.hear(&worker), Some(ToWorker::Terminate(job.id)));
    assert_eq!(w.ended[0].state.status, JobStatus::Failed);
}

#[test]
fn an_agent_may_reconnect() {
    let mut w = World::new(11);
    let worker = w.worker(JobKind::Room, "");
    let cafe = room("cafe");
    w.opens(&cafe, &[]);
    let job = w.works(&worker);
    let identity = format!("agent-{}", job.id);
    let agent = w.joins(&cafe, &identity, ParticipantKind::Agent);
    w.leaves(&cafe, &agent);
    w.pass(3);
    w.joins(&cafe, &identity, ParticipantKind::Agent);
    w.pass(600);
    assert_eq!(w.hear(&worker), None);
    assert!(w.ended.is_empty());
}

#[test]
fn the_end_of_an_earlier_stay_does_not_end_the_present_one() {
    let mut w = World::new(12);
    let worker = w.worker(JobKind::Room, "");
    let cafe = room("cafe");
    w.opens(&cafe, &[]);
    let job = w.works(&worker);
    let identity = format!("agent-{}", job.id);
    let before = w.joins(&cafe, &identity, ParticipantKind::Agent);
    w.joins(&cafe, &identity, ParticipantKind::Agent);
    w.leaves(&cafe, &before);
    w.pass(600);
    assert_eq!(w.hear(&worker), None);
}

#[test]
fn a_worker_can_pass_a_job_on_and_keeps_it_until_another_has_it() {
    let mut w = World::new(13);
    let tired = w.worker(JobKind::Room, "");
    w.opens(&room("cafe"), &[]);
    let job = w.works(&tired).id;

    w.say(&tired, WorkerMessage::Migrate(vec![job.clone()]));
    w.pass(60);
    assert_eq!(w.hear(&tired), None, "nobody else is there");

    let fresh = w.worker(JobKind::Room, "");
    assert_eq!(w.works(&fresh).id, job);
    assert_eq!(w.hear(&tired), Some(ToWorker::Terminate(job.clone())));
    w.report(&tired, &job, JobStatus::Success);
    assert!(w.ended.is_empty(), "that was only the old one's end");
}

#[test]
fn a_room_that_ends_ends_its_jobs() {
    let mut w = World::new(14);
    let worker = w.worker(JobKind::Room, "");
    let cafe = room("cafe");
    w.opens(&cafe, &[]);
    let job = w.works(&worker);
    w.closes(&cafe);

    assert_eq!(w.hear(&worker), Some(ToWorker::Terminate(job.id.clone())));
    assert_eq!(w.ended[0].state.status, JobStatus::Success);
    w.report(&worker, &job.id, JobStatus::Success);
    assert_eq!(w.ended.len(), 1, "it ends once");
}

#[test]
fn a_new_life_of_a_room_is_not_ended_by_the_news_of_the_old_ones_end() {
    let mut w = World::new(15);
    let worker = w.worker(JobKind::Room, "");
    let old = room("cafe");
    w.opens(&old, &[]);
    let first = w.works(&worker);
    let mut new = old.clone();
    new.sid = base::RoomSid::from("RM_2");
    w.opens(&new, &[]);
    assert_eq!(w.hear(&worker), Some(ToWorker::Terminate(first.id)));
    w.works(&worker);
    w.closes(&old);
    assert_eq!(w.hear(&worker), None);
}

#[test]
fn a_worker_that_takes_a_job_and_does_nothing_loses_it() {
    let mut w = World::new(16);
    let idle = w.worker(JobKind::Room, "");
    w.opens(&room("cafe"), &[]);
    let job = w.works(&idle);
    let other = w.worker(JobKind::Room, "");
    w.pass(29);
    assert_eq!(w.hear(&other), None);
    w.pass(1);
    assert_eq!(w.hear(&idle), Some(ToWorker::Terminate(job.id.clone())));
    assert_eq!(w.works(&other).id, job.id);
    w.report(&other, &job.id, JobStatus::Running);
    w.pass(600);
    assert_eq!(w.hear(&other), None, "who says that it works is left alone");
}

#[test]
fn the_end_of_the_dead_workers_agent_does_not_end_the_new_ones_job() {
    let mut w = World::new(17);
    let first = w.worker(JobKind::Room, "");
    let cafe = room("cafe");
    w.opens(&cafe, &[]);
    let job = w.works(&first);
    let identity = format!("agent-{}", job.id);
    let dead = w.joins(&cafe, &identity, ParticipantKind::Agent);
    let second = w.worker(JobKind::Room, "");
    w.dies(&first);
    w.pass(5);
    w.works(&second);
    w.report(&second, &job.id, JobStatus::Running);

    w.pass(15);
    w.leaves(&cafe, &dead);
    w.pass(600);
    assert_eq!(w.hear(&second), None);
    assert!(w.ended.is_empty());
}
