//! Stories with a store and receivers that live in memory, in simulated time.

use super::*;
use std::collections::BTreeMap;

#[test]
fn what_is_enqueued_is_sent_and_done() {
    let mut w = World::new(1, 1);
    w.enqueue(0, "red");
    w.pass(1_000);
    assert_eq!(w.delivered, [0]);
    assert!(w.store.is_empty());
    assert_eq!(w.delivery.next_deadline_ms(), None, "nothing to wait for");
}

#[test]
fn what_an_earlier_process_left_is_sent_first() {
    let mut w = World::new(2, 1);
    w.store_only(0, "red");
    w.delivery = Delivery::new(w.policy, Rng::from_seed(2), 1);
    w.carry_out();
    w.pass(1_000);
    assert_eq!(w.delivered, [0]);
}

#[test]
fn the_events_of_a_room_arrive_in_order_whatever_fails() {
    let mut w = World::new(3, 1);
    w.fails = 0.6;
    let mut expected: BTreeMap<&str, Vec<u64>> = BTreeMap::new();
    for n in 0..60 {
        let lane = ["red", "blue", "green"][n % 3];
        expected.entry(lane).or_default().push(w.enqueue(0, lane));
        w.pass(137);
    }
    w.pass(3_600_000);
    let mut arrived: BTreeMap<&str, Vec<u64>> = BTreeMap::new();
    for id in &w.delivered {
        arrived.entry(w.lanes[id]).or_default().push(*id);
    }
    assert_eq!(arrived, expected);
}

#[test]
fn pauses_grow_and_stay_below_the_longest() {
    let mut w = World::new(4, 1);
    w.fails = 1.0;
    w.enqueue(0, "red");
    w.pass(4 * 3_600_000);
    let gaps: Vec<u64> = w.sent_at.windows(2).map(|pair| pair[1] - pair[0]).collect();
    assert!((500..=1_010).contains(&gaps[0]), "{gaps:?}");
    assert!((2_000..=4_010).contains(&gaps[2]), "{gaps:?}");
    assert!(gaps.iter().all(|gap| *gap <= 300_010), "{gaps:?}");
    assert!(gaps.len() > 48, "it goes on trying: {}", gaps.len());
}

#[test]
fn what_is_too_old_is_given_up_and_the_next_of_the_room_goes_on() {
    let mut w = World::new(5, 1);
    w.fails = 1.0;
    w.enqueue(0, "red");
    w.pass(w.policy.age_max_ms + 600_000);
    assert_eq!(w.given_up, [0]);

    w.fails = 0.0;
    w.enqueue(0, "red");
    w.pass(600_000);
    assert_eq!(w.delivered, [1]);
}

#[test]
fn gone_means_gone() {
    let mut w = World::new(6, 1);
    w.status = 410;
    w.fails = 1.0;
    w.enqueue(0, "red");
    w.pass(1_000);
    assert_eq!(w.given_up, [0]);
    assert_eq!(w.sent_at.len(), 1);
}

#[test]
fn attempts_are_counted_across_restarts() {
    let mut w = World::new(7, 1);
    w.fails = 1.0;
    w.policy.attempts_max = 5;
    w.delivery = Delivery::new(w.policy, Rng::from_seed(7), 1);
    w.carry_out();
    w.enqueue(0, "red");
    w.pass(3_000);
    w.delivery = Delivery::new(w.policy, Rng::from_seed(8), 1);
    w.in_flight.clear();
    w.carry_out();
    w.pass(3_600_000);
    assert_eq!(w.given_up, [0]);
    assert_eq!(w.sent_at.len(), 5);
}

#[test]
fn a_receiver_that_is_down_is_asked_by_one_request_at_a_time_and_catches_up_when_it_is_back() {
    let mut w = World::new(8, 1);
    w.fails = 1.0;
    for n in 0..200 {
        let lane: &'static str = Box::leak(format!("room {n}").into_boxed_str());
        w.enqueue(0, lane);
    }
    w.pass(600_000);
    let tried = w.sent_at.len();
    assert!(
        tried < 60,
        "{tried} requests in ten minutes to a receiver that is down"
    );

    w.fails = 0.0;
    w.pass(700_000);
    assert_eq!(w.delivered.len(), 200);
}

#[test]
fn one_receivers_trouble_is_not_anothers() {
    let mut w = World::new(9, 2);
    w.broken = Some(0);
    for _ in 0..20 {
        w.enqueue(0, "red");
        w.enqueue(1, "red");
    }
    w.pass(10_000);
    assert_eq!(w.delivered.len(), 20);
    assert!(w.delivered.iter().all(|id| w.endpoints[id] == 1));
}

#[test]
fn no_more_requests_run_at_once_than_allowed() {
    let mut w = World::new(10, 1);
    w.answer_after_ms = 500;
    for n in 0..50 {
        let lane: &'static str = Box::leak(format!("room {n}").into_boxed_str());
        w.enqueue(0, lane);
    }
    w.pass(60_000);
    assert_eq!(w.delivered.len(), 50);
    assert_eq!(w.most_at_once, w.policy.at_once);
}

#[test]
fn a_store_that_fails_is_asked_again() {
    let mut w = World::new(11, 1);
    w.store_fails = true;
    w.enqueue(0, "red");
    w.pass(5_000);
    assert!(w.delivered.is_empty());
    w.store_fails = false;
    w.pass(2_000);
    assert_eq!(w.delivered, [0]);
}

struct World {
    policy: Policy,
    delivery: Delivery<u64>,
    now_ms: u64,
    rng: Rng,
    store: BTreeMap<u64, Stored>,
    next: u64,
    lanes: BTreeMap<u64, &'static str>,
    endpoints: BTreeMap<u64, usize>,
    /// (when the answer comes, endpoint, attempt)
    in_flight: Vec<(u64, usize, Attempt<u64>)>,
    answer_after_ms: u64,
    /// How likely an attempt fails.
    fails: f64,
    status: u16,
    broken: Option<usize>,
    store_fails: bool,
    delivered: Vec<u64>,
    given_up: Vec<u64>,
    sent_at: Vec<u64>,
    most_at_once: usize,
}

struct Stored {
    lane: &'static str,
    endpoint: usize,
    enqueued_ms: u64,
    due_ms: u64,
    claimed: bool,
    failed: u32,
}

impl World {
    fn new(seed: u64, endpoints: usize) -> Self {
        let policy = Policy::default();
        let mut world = Self {
            policy,
            delivery: Delivery::new(policy, Rng::from_seed(seed), endpoints),
            now_ms: 1_800_000_000_000,
            rng: Rng::from_seed(!seed),
            store: BTreeMap::new(),
            next: 0,
            lanes: BTreeMap::new(),
            endpoints: BTreeMap::new(),
            in_flight: Vec::new(),
            answer_after_ms: 5,
            fails: 0.0,
            status: 503,
            broken: None,
            store_fails: false,
            delivered: Vec::new(),
            given_up: Vec::new(),
            sent_at: Vec::new(),
            most_at_once: 0,
        };
        world.carry_out();
        world
    }

    fn store_only(&mut self, endpoint: usize, lane: &'static str) -> u64 {
        let id = self.next;
        self.next += 1;
        self.lanes.insert(id, lane);
        self.endpoints.insert(id, endpoint);
        let stored = Stored {
            lane,
            endpoint,
            enqueued_ms: self.now_ms,
            due_ms: self.now_ms,
            claimed: false,
            failed: 0,
        };
        self.store.insert(id, stored);
        id
    }

    fn enqueue(&mut self, endpoint: usize, lane: &'static str) -> u64 {
        let id = self.store_only(endpoint, lane);
        self.delivery.handle(self.now_ms, Input::Enqueued);
        self.carry_out();
        id
    }

    fn pass(&mut self, ms: u64) {
        let until = self.now_ms + ms;
        loop {
            let answers = self.in_flight.iter().map(|(at, ..)| *at).min();
            let deadline = self.delivery.next_deadline_ms();
            let Some(next) = answers.into_iter().chain(deadline).min() else {
                break;
            };
            if next > until {
                break;
            }
            self.now_ms = next.max(self.now_ms);
            if answers == Some(next) {
                self.answer();
            } else {
                self.delivery.handle(self.now_ms, Input::Timeout);
            }
            self.carry_out();
        }
        self.now_ms = until;
    }

    fn answer(&mut self) {
        let Some(first) = (0..self.in_flight.len()).min_by_key(|at| self.in_flight[*at].0) else {
            return;
        };
        let (_, endpoint, attempt) = self.in_flight.remove(first);
        let failed = self.rng.chance(self.fails) || self.broken == Some(endpoint);
        let answer = match (failed, self.rng.chance(0.5)) {
            (false, _) => Answer::Status(204),
            (true, true) => Answer::Unreachable("connection refused".into()),
            (true, false) => Answer::Status(self.status),
        };
        let answer = if self.status == 410 {
            Answer::Status(410)
        } else {
            answer
        };
        let endpoint = EndpointIndex(endpoint);
        let input = Input::Answered {
            endpoint,
            attempt,
            answer,
        };
        self.delivery.handle(self.now_ms, input);
    }

    fn carry_out(&mut self) {
        while let Some(output) = self.delivery.poll() {
            match output {
                Output::Claim { endpoint, limit } => {
                    let input = self.give_out(endpoint, limit);
                    self.delivery.handle(self.now_ms, input);
                }
                Output::Send { endpoint, attempt } => {
                    self.sent_at.push(self.now_ms);
                    let at = self.now_ms + self.answer_after_ms;
                    self.in_flight.push((at, endpoint.0, attempt));
                    self.most_at_once = self.most_at_once.max(self.in_flight.len());
                }
                Output::Delivered(id) => {
                    self.store.remove(&id);
                    self.delivered.push(id);
                }
                Output::GiveUp { delivery, .. } => {
                    self.store.remove(&delivery);
                    self.given_up.push(delivery);
                }
                Output::Retry {
                    delivery, due_ms, ..
                } => {
                    let stored = self.store.get_mut(&delivery).expect("it was claimed");
                    stored.due_ms = due_ms;
                    stored.claimed = false;
                    stored.failed += 1;
                }
            }
        }
    }

    /// Of each lane only the oldest, as the real store.
    fn give_out(&mut self, endpoint: EndpointIndex, limit: usize) -> Input<u64> {
        if self.store_fails {
            return Input::ClaimFailed { endpoint };
        }
        let mut heads: BTreeMap<&str, u64> = BTreeMap::new();
        for (id, stored) in self.store.iter().filter(|(_, s)| s.endpoint == endpoint.0) {
            heads.entry(stored.lane).or_insert(*id);
        }
        let mut attempts = Vec::new();
        for id in heads.values() {
            let stored = self.store.get_mut(id).expect("a head");
            if attempts.len() < limit && !stored.claimed && stored.due_ms <= self.now_ms {
                stored.claimed = true;
                attempts.push(Attempt {
                    delivery: *id,
                    enqueued_ms: stored.enqueued_ms,
                    failed: stored.failed,
                });
            }
        }
        let waiting = heads.values().map(|id| &self.store[id]);
        let next_due_ms = waiting.filter(|s| !s.claimed).map(|s| s.due_ms).min();
        Input::Claimed {
            endpoint,
            attempts,
            next_due_ms,
        }
    }
}
