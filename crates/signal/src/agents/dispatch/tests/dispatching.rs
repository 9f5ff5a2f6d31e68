//! Who gets which job.

use super::world::{World, room};
use crate::agents::dispatch::{
    AgentProfile, Input, JobKind, JobStatus, ToWorker, WorkerMessage, WorkerUpdate,
};
use base::Identity;
use room_core::model::ParticipantKind;

#[test]
fn a_worker_without_a_name_is_called_to_every_new_room() {
    let mut w = World::new(1);
    let worker = w.worker(JobKind::Room, "");
    let named = w.worker(JobKind::Room, "barista");
    let (red, blue) = (room("red"), room("blue"));

    w.opens(&red, &[]);
    let first = w.works(&worker);
    w.opens(&blue, &[]);
    let second = w.works(&worker);

    assert_eq!(first.room.name, red.name);
    assert_eq!(second.room.name, blue.name);
    assert_eq!(w.hear(&named), None, "whoever has a name is called by it");
    assert_eq!(w.started.len(), 2);
}

#[test]
fn a_room_that_names_its_agents_gets_those_and_no_other() {
    let mut w = World::new(2);
    let unnamed = w.worker(JobKind::Room, "");
    let barista = w.worker(JobKind::Room, "barista");

    w.opens(&room("cafe"), &["barista"]);

    let job = w.works(&barista);
    assert_eq!(job.agent_name, "barista");
    assert_eq!(job.metadata, "for barista");
    assert_eq!(w.hear(&unnamed), None);
}

#[test]
fn the_assignment_makes_the_worker_an_agent_in_that_room_only() {
    let mut w = World::new(3);
    let worker = w.worker(JobKind::Room, "barista");
    let cafe = room("cafe");
    w.opens(&cafe, &["barista"]);
    let job = w.offered(&worker).id;

    let agent = AgentProfile {
        identity: "bob".into(),
        name: "Bob".into(),
        metadata: "m".into(),
        attributes: [("mood".to_owned(), "good".to_owned())].into(),
    };
    w.say(&worker, WorkerMessage::Accept { job, agent });

    let Some(ToWorker::Assign { job, grants }) = w.hear(&worker) else {
        panic!("not assigned");
    };
    assert_eq!(job.state.status, JobStatus::Running);
    assert_eq!(job.state.participant, Some(Identity::from("bob")));
    assert_eq!(grants.room, cafe.name);
    assert_eq!(grants.identity, Identity::from("bob"));
    assert_eq!(grants.kind, ParticipantKind::Agent);
    assert!(grants.permission.agent && grants.permission.can_publish);
    assert_eq!(grants.attributes["lk.agent_name"], "barista");
    assert_eq!(grants.attributes["mood"], "good");
}

#[test]
fn who_refuses_is_passed_over() {
    let mut w = World::new(4);
    let workers = [w.worker(JobKind::Room, ""), w.worker(JobKind::Room, "")];
    w.opens(&room("red"), &[]);

    let (first, second) = asked_first(&mut w, &workers);
    let job = w.offered(first).id;
    w.refuse(first, &job);
    assert_eq!(w.works(second).id, job);
}

#[test]
fn who_says_nothing_for_ten_seconds_is_passed_over_and_his_late_yes_is_void() {
    let mut w = World::new(5);
    let workers = [w.worker(JobKind::Room, ""), w.worker(JobKind::Room, "")];
    w.opens(&room("red"), &[]);

    let (silent, other) = asked_first(&mut w, &workers);
    let job = w.offered(silent).id;
    w.pass(9);
    assert_eq!(w.hear(other), None);
    w.pass(1);
    assert_eq!(w.offered(other).id, job);

    w.accept(silent, &job);
    assert_eq!(w.hear(silent), None);
    w.accept(other, &job);
    assert_eq!(w.assigned(other).id, job);
    assert_eq!(w.hear(silent), None);
}

#[test]
fn when_all_refuse_they_are_asked_again_and_at_last_the_job_fails() {
    let mut w = World::new(6);
    let worker = w.worker(JobKind::Room, "barista");
    let cafe = room("cafe");
    w.opens(&cafe, &["barista"]);

    let job = w.offered(&worker).id;
    w.refuse(&worker, &job);
    assert_eq!(w.hear(&worker), None, "not at once");
    let mut asked = 1;
    for _ in 0..100 {
        w.pass(1);
        if w.hear(&worker).is_some() {
            asked += 1;
            w.refuse(&worker, &job);
        }
    }
    assert_eq!(asked, 5);
    let dispatch = &w.dispatcher.dispatches(&cafe.name)[0];
    assert_eq!(dispatch.jobs[0].state.status, JobStatus::Failed);
    assert!(w.ended.is_empty(), "what never began does not end");
}

#[test]
fn a_worker_can_decline_for_everybody() {
    let mut w = World::new(7);
    let workers = [w.worker(JobKind::Room, ""), w.worker(JobKind::Room, "")];
    w.opens(&room("red"), &[]);

    let (first, second) = asked_first(&mut w, &workers);
    let job = w.offered(first).id;
    w.say(
        first,
        WorkerMessage::Refuse {
            job,
            terminate: true,
        },
    );
    w.pass(100);
    assert_eq!(w.hear(second), None);
}

#[test]
fn the_idle_get_more_than_the_busy() {
    let mut w = World::new(8);
    let (idle, busy) = (w.worker(JobKind::Room, ""), w.worker(JobKind::Room, ""));
    w.load(&idle, 0.1);
    w.load(&busy, 0.7);

    let mut busy_jobs = 0;
    for n in 0..1_000 {
        w.opens(&room(&n.to_string()), &[]);
        match w.hear(&busy) {
            Some(_) => busy_jobs += 1,
            None => drop(w.offered(&idle)),
        }
    }
    // 0.3 of 1.2 parts, three standard deviations around it.
    assert!((209..=291).contains(&busy_jobs), "{busy_jobs}");
}

#[test]
fn a_worker_carries_several_jobs_at_a_time() {
    let mut w = World::new(9);
    let worker = w.worker(JobKind::Room, "");
    let rooms: Vec<_> = (0..5).map(|n| room(&n.to_string())).collect();
    let jobs: Vec<_> = rooms
        .iter()
        .map(|room| {
            w.opens(room, &[]);
            w.works(&worker)
        })
        .collect();

    w.report(&worker, &jobs[2].id, JobStatus::Success);
    assert_eq!(w.ended.len(), 1);
    assert_eq!(w.ended[0].id, jobs[2].id);
    w.closes(&rooms[3]);
    assert_eq!(
        w.hear(&worker),
        Some(ToWorker::Terminate(jobs[3].id.clone()))
    );
    assert_eq!(w.hear(&worker), None, "the others go on");
}

#[test]
fn a_full_worker_is_spared_and_the_job_waits_for_it() {
    let mut w = World::new(10);
    let worker = w.worker(JobKind::Room, "");
    w.full(&worker);
    w.opens(&room("red"), &[]);
    w.pass(60);
    assert_eq!(w.hear(&worker), None);

    w.load(&worker, 0.5);
    w.works(&worker);
}

#[test]
fn a_draining_worker_gets_nothing_new() {
    let mut w = World::new(11);
    let worker = w.worker(JobKind::Room, "");
    let update = WorkerUpdate {
        available: None,
        load: 0.0,
        draining: true,
    };
    w.say(&worker, WorkerMessage::Update(update));
    w.opens(&room("red"), &[]);
    assert_eq!(w.hear(&worker), None);
}

#[test]
fn an_agent_called_by_name_is_waited_for() {
    let mut w = World::new(12);
    let cafe = room("cafe");
    w.opens(&cafe, &[]);
    w.dispatch(&cafe, "barista");
    w.pass(1_000);

    let unnamed = w.worker(JobKind::Room, "");
    let barista = w.worker(JobKind::Room, "barista");
    let job = w.works(&barista);
    assert_eq!(job.room.name, cafe.name);
    assert_eq!(job.metadata, "a word");
    assert_eq!(
        w.hear(&unnamed),
        None,
        "only new rooms call those without a name"
    );

    let again = w.worker(JobKind::Room, "barista");
    assert_eq!(w.hear(&again), None, "one agent is enough");
}

#[test]
fn a_dispatch_to_an_open_room_starts_at_once_and_ends_when_it_is_deleted() {
    let mut w = World::new(13);
    let worker = w.worker(JobKind::Room, "barista");
    let cafe = room("cafe");
    w.opens(&cafe, &[]);
    let id = w.dispatch(&cafe, "barista");
    let job = w.works(&worker);

    let listed = w.dispatcher.dispatches(&cafe.name);
    assert_eq!(listed.len(), 1);
    assert_eq!(listed[0].id, id);
    assert_eq!(listed[0].jobs[0].state.status, JobStatus::Running);
    assert_eq!(listed[0].jobs[0].state.worker, Some(worker.clone()));

    w.delete(&cafe, &id);
    assert_eq!(w.hear(&worker), Some(ToWorker::Terminate(job.id.clone())));
    assert_eq!(w.ended[0].state.status, JobStatus::Success);
    assert!(w.dispatcher.dispatches(&cafe.name).is_empty());
}

#[test]
fn each_publisher_gets_an_agent_once() {
    let mut w = World::new(14);
    let worker = w.worker(JobKind::Publisher, "");
    let cafe = room("cafe");
    w.opens(&cafe, &[]);
    let ann = w.joins(&cafe, "ann", ParticipantKind::Standard);
    assert_eq!(w.hear(&worker), None, "she has published nothing");

    w.publishes(&cafe, &ann);
    let job = w.works(&worker);
    assert_eq!(
        job.participant.map(|p| p.identity),
        Some(Identity::from("ann"))
    );
    w.publishes(&cafe, &ann);
    assert_eq!(w.hear(&worker), None, "a second track, the same agent");

    let ben = w.joins(&cafe, "ben", ParticipantKind::Standard);
    w.publishes(&cafe, &ben);
    w.works(&worker);
}

#[test]
fn each_participant_gets_an_agent_but_agents_do_not() {
    let mut w = World::new(15);
    let worker = w.worker(JobKind::Participant, "");
    let cafe = room("cafe");
    w.opens(&cafe, &[]);
    w.joins(&cafe, "ann", ParticipantKind::Standard);
    let job = w.works(&worker);
    w.joins(&cafe, &format!("agent-{}", job.id), ParticipantKind::Agent);
    w.joins(&cafe, "recorder", ParticipantKind::Egress);
    assert_eq!(w.hear(&worker), None);

    w.joins(&cafe, "line", ParticipantKind::Sip);
    w.works(&worker);
}

#[test]
fn a_dispatch_serves_those_who_are_already_there() {
    let mut w = World::new(16);
    let helper = w.worker(JobKind::Publisher, "helper");
    let cafe = room("cafe");
    w.opens(&cafe, &[]);
    let ann = w.joins(&cafe, "ann", ParticipantKind::Standard);
    w.publishes(&cafe, &ann);
    w.joins(&cafe, "ben", ParticipantKind::Standard);

    w.dispatch(&cafe, "helper");
    let job = w.works(&helper);
    assert_eq!(
        job.participant.map(|p| p.identity),
        Some(Identity::from("ann"))
    );
    assert_eq!(w.hear(&helper), None);
}

#[test]
fn a_job_that_nobody_took_is_dropped_when_its_participant_leaves() {
    let mut w = World::new(17);
    let worker = w.worker(JobKind::Participant, "");
    w.full(&worker);
    let cafe = room("cafe");
    w.opens(&cafe, &[]);
    let ann = w.joins(&cafe, "ann", ParticipantKind::Standard);
    w.leaves(&cafe, &ann);
    w.load(&worker, 0.0);
    assert_eq!(w.hear(&worker), None);
}

#[test]
fn a_deployment_is_served_by_its_own_workers() {
    use crate::agents::dispatch::{DispatchRequest, Registration};
    let mut w = World::new(18);
    let stable = w.worker(JobKind::Room, "barista");
    let canary = w.connect();
    let registration = Registration {
        kind: JobKind::Room,
        agent_name: "barista".into(),
        deployment: "canary".into(),
        permission: room_core::model::Permission::default(),
    };
    w.say(&canary, WorkerMessage::Register(registration));
    assert_eq!(w.hear(&canary), Some(ToWorker::Registered));

    let request = DispatchRequest {
        agent_name: "barista".into(),
        deployment: "canary".into(),
        ..DispatchRequest::default()
    };
    w.dispatcher
        .create_dispatch(w.now(), room("cafe"), request)
        .expect("not too many");
    w.handle(Input::Timeout);
    w.works(&canary);
    assert_eq!(w.hear(&stable), None);
}

#[test]
fn whoever_connects_has_ten_seconds_to_say_who_he_is() {
    let mut w = World::new(19);
    let silent = w.connect();
    w.pass(9);
    let registered = w.worker(JobKind::Room, "");
    w.pass(60);
    assert_eq!(w.closed, [silent]);
    w.opens(&room("red"), &[]);
    w.works(&registered);
}

#[test]
fn nothing_is_to_be_said_before_registering_and_one_registers_once() {
    let mut w = World::new(20);
    let early = w.connect();
    w.load(&early, 0.0);
    assert_eq!(w.closed, [early]);

    let twice = w.worker(JobKind::Room, "");
    let registration = crate::agents::dispatch::Registration {
        kind: JobKind::Room,
        agent_name: String::new(),
        deployment: String::new(),
        permission: room_core::model::Permission::default(),
    };
    w.say(&twice, WorkerMessage::Register(registration));
    assert_eq!(w.closed.last(), Some(&twice));
}

#[test]
fn a_ping_is_answered_at_any_time() {
    let mut w = World::new(21);
    let worker = w.connect();
    w.say(&worker, WorkerMessage::Ping { timestamp: 7 });
    let pong = ToWorker::Pong {
        last_timestamp: 7,
        unix_ms: w.now().unix_ms,
    };
    assert_eq!(w.hear(&worker), Some(pong));
}

#[test]
fn a_draining_server_sends_workers_away_and_offers_nothing() {
    let mut w = World::new(22);
    let worker = w.worker(JobKind::Room, "");
    w.handle(Input::Drain);
    assert_eq!(w.hear(&worker), Some(ToWorker::GoAway));
    w.opens(&room("red"), &[]);
    assert_eq!(w.hear(&worker), None);
}

#[test]
fn a_room_has_a_limited_number_of_dispatches() {
    let mut w = World::new(23);
    let cafe = room("cafe");
    for _ in 0..50 {
        w.dispatch(&cafe, "barista");
    }
    let refused = w
        .dispatcher
        .create_dispatch(w.now(), cafe, Default::default());
    assert_eq!(
        refused.map(|d| d.id),
        Err(crate::agents::dispatch::Refusal::TooManyDispatches)
    );
}

/// (the one that was offered something, the other)
fn asked_first<'a>(
    w: &mut World,
    workers: &'a [crate::agents::dispatch::WorkerId; 2],
) -> (
    &'a crate::agents::dispatch::WorkerId,
    &'a crate::agents::dispatch::WorkerId,
) {
    let [a, b] = workers;
    if w.has_mail(a) { (a, b) } else { (b, a) }
}
