//! When to send, when to try again, when to give up. Pure; time is milliseconds since the epoch,
//! because what is stored outlives the process.
//!
//! The driver carries out [`Output`]s one after another and answers each `Claim` with
//! [`Input::Claimed`], each `Send` with [`Input::Answered`].

use base::rng::Rng;
use std::collections::VecDeque;

/// How patient to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Policy {
    /// The pause after the first failure; doubles with each.
    pub pause_ms: u64,
    pub pause_max_ms: u64,
    /// What is older is given up.
    pub age_max_ms: u64,
    pub attempts_max: u32,
    /// Requests under way at one endpoint.
    pub at_once: usize,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            pause_ms: 1_000,
            // Once a receiver is back, nothing waits longer than this.
            pause_max_ms: 300_000,
            // A receiver that broke on Friday evening is mended on Monday morning.
            age_max_ms: 3 * 24 * 3_600_000,
            // Three days at the longest pause.
            attempts_max: 1_000,
            // Rooms are independent of each other; a receiver should not need more from one sender.
            at_once: 8,
        }
    }
}

/// Which of the configured endpoints.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EndpointIndex(pub usize);

/// One delivery to be attempted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempt<D> {
    pub delivery: D,
    pub enqueued_ms: u64,
    /// Attempts that have failed before.
    pub failed: u32,
}

#[derive(Clone, Debug)]
pub enum Input<D> {
    /// Something new was stored.
    Enqueued,
    /// What the store gave out, and when there is more.
    Claimed {
        endpoint: EndpointIndex,
        attempts: Vec<Attempt<D>>,
        next_due_ms: Option<u64>,
    },
    /// The store could not be asked.
    ClaimFailed {
        endpoint: EndpointIndex,
    },
    Answered {
        endpoint: EndpointIndex,
        attempt: Attempt<D>,
        answer: Answer,
    },
    Timeout,
}

/// What came of an attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    Status(u16),
    /// No answer: refused, timed out, unknown host. Shown to the operator.
    Unreachable(String),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Output<D> {
    /// Take up to `limit` due deliveries from the store.
    Claim {
        endpoint: EndpointIndex,
        limit: usize,
    },
    Send {
        endpoint: EndpointIndex,
        attempt: Attempt<D>,
    },
    Delivered(D),
    Retry {
        delivery: D,
        due_ms: u64,
        error: String,
    },
    GiveUp {
        delivery: D,
        error: String,
    },
}

/// Answers 410: the receiver says that it will never want this.
const GONE: u16 = 410;

/// After so many failures in a row the endpoint itself is taken to be down: one request at a time
/// then finds out when it is back.
const DOWN_AFTER: u32 = 8;

/// When the store failed.
const STORE_PAUSE_MS: u64 = 1_000;

#[derive(Debug)]
pub struct Delivery<D> {
    policy: Policy,
    rng: Rng,
    endpoints: Vec<Endpoint>,
    outputs: VecDeque<Output<D>>,
}

#[derive(Debug, Default)]
struct Endpoint {
    in_flight: usize,
    /// A claim was asked for and not yet answered.
    claiming: bool,
    /// Something was stored since that claim was asked for.
    ask_again: bool,
    claim_at_ms: Option<u64>,
    failures: u32,
    /// While it is down.
    not_before_ms: u64,
}

impl<D> Delivery<D> {
    /// Begins with what an earlier process left in the store.
    pub fn new(policy: Policy, rng: Rng, endpoints: usize) -> Self {
        let mut delivery = Self {
            policy,
            rng,
            endpoints: (0..endpoints).map(|_| Endpoint::default()).collect(),
            outputs: VecDeque::new(),
        };
        for at in 0..endpoints {
            delivery.claim(0, EndpointIndex(at));
        }
        delivery
    }

    pub fn handle(&mut self, now_ms: u64, input: Input<D>) {
        match input {
            Input::Enqueued => {
                for at in 0..self.endpoints.len() {
                    self.claim(now_ms, EndpointIndex(at));
                }
            }
            Input::Claimed {
                endpoint,
                attempts,
                next_due_ms,
            } => self.claimed(now_ms, endpoint, attempts, next_due_ms),
            Input::ClaimFailed { endpoint } => {
                if let Some(e) = self.endpoints.get_mut(endpoint.0) {
                    e.claiming = false;
                    e.claim_at_ms = Some(now_ms + STORE_PAUSE_MS);
                }
            }
            Input::Answered {
                endpoint,
                attempt,
                answer,
            } => self.answered(now_ms, endpoint, attempt, answer),
            Input::Timeout => {
                for at in 0..self.endpoints.len() {
                    if self.endpoints[at]
                        .claim_at_ms
                        .is_some_and(|due| due <= now_ms)
                    {
                        self.claim(now_ms, EndpointIndex(at));
                    }
                }
            }
        }
    }

    pub fn poll(&mut self) -> Option<Output<D>> {
        self.outputs.pop_front()
    }

    pub fn next_deadline_ms(&self) -> Option<u64> {
        self.endpoints.iter().filter_map(|e| e.claim_at_ms).min()
    }

    /// Requests under way.
    pub fn in_flight(&self) -> usize {
        self.endpoints.iter().map(|e| e.in_flight).sum()
    }

    fn claim(&mut self, now_ms: u64, index: EndpointIndex) {
        let at_once = self.policy.at_once;
        let Some(e) = self.endpoints.get_mut(index.0) else {
            return;
        };
        if e.claiming {
            e.ask_again = true;
            return;
        }
        if now_ms < e.not_before_ms {
            e.claim_at_ms = Some(e.not_before_ms);
            return;
        }
        let slots = if e.failures >= DOWN_AFTER { 1 } else { at_once };
        let limit = slots.saturating_sub(e.in_flight);
        // With every slot taken, the next answer asks.
        e.claim_at_ms = None;
        if limit > 0 {
            e.claiming = true;
            let endpoint = index;
            self.outputs.push_back(Output::Claim { endpoint, limit });
        }
    }

    fn claimed(
        &mut self,
        now_ms: u64,
        index: EndpointIndex,
        attempts: Vec<Attempt<D>>,
        next_due_ms: Option<u64>,
    ) {
        let Some(e) = self.endpoints.get_mut(index.0) else {
            return;
        };
        e.claiming = false;
        e.in_flight += attempts.len();
        e.claim_at_ms = next_due_ms;
        let ask_again = std::mem::take(&mut e.ask_again);
        for attempt in attempts {
            let endpoint = index;
            self.outputs.push_back(Output::Send { endpoint, attempt });
        }
        if ask_again || next_due_ms.is_some_and(|due| due <= now_ms) {
            self.claim(now_ms, index);
        }
    }

    fn answered(&mut self, now_ms: u64, index: EndpointIndex, attempt: Attempt<D>, answer: Answer) {
        let delivery = attempt.delivery;
        let output = match refusal(answer) {
            None => {
                self.endpoint_answered(index);
                Output::Delivered(delivery)
            }
            Some((error, last)) => {
                let failed = attempt.failed.saturating_add(1);
                self.endpoint_failed(now_ms, index);
                let too_old = now_ms.saturating_sub(attempt.enqueued_ms) >= self.policy.age_max_ms;
                if last || too_old || failed >= self.policy.attempts_max {
                    Output::GiveUp { delivery, error }
                } else {
                    let due_ms = now_ms + self.pause_ms(failed);
                    Output::Retry {
                        delivery,
                        due_ms,
                        error,
                    }
                }
            }
        };
        self.outputs.push_back(output);
        if let Some(e) = self.endpoints.get_mut(index.0) {
            e.in_flight = e.in_flight.saturating_sub(1);
        }
        // A slot is free, or the next of the same room may go.
        self.claim(now_ms, index);
    }

    fn endpoint_answered(&mut self, index: EndpointIndex) {
        if let Some(e) = self.endpoints.get_mut(index.0) {
            e.failures = 0;
            e.not_before_ms = 0;
        }
    }

    fn endpoint_failed(&mut self, now_ms: u64, index: EndpointIndex) {
        let Some(e) = self.endpoints.get_mut(index.0) else {
            return;
        };
        e.failures = e.failures.saturating_add(1);
        let beyond = e.failures.saturating_sub(DOWN_AFTER);
        if beyond > 0 {
            let pause = self.pause_ms(beyond);
            if let Some(e) = self.endpoints.get_mut(index.0) {
                e.not_before_ms = now_ms + pause;
            }
        }
    }

    /// Doubles with each failure up to the longest; of it, half by lot, so that what failed
    /// together does not come back together.
    fn pause_ms(&mut self, failures: u32) -> u64 {
        let doublings = failures.saturating_sub(1).min(32);
        let full = self
            .policy
            .pause_ms
            .saturating_mul(1 << doublings)
            .min(self.policy.pause_max_ms);
        full / 2 + self.rng.below(full / 2 + 1)
    }
}

/// `None`: accepted. Otherwise why not, and whether trying again is pointless.
fn refusal(answer: Answer) -> Option<(String, bool)> {
    match answer {
        Answer::Status(200..=299) => None,
        Answer::Status(GONE) => Some(("the receiver answered 410 Gone".to_owned(), true)),
        // Also what blames us (401, 404): a receiver that is mended shall miss nothing.
        Answer::Status(status) => Some((format!("the receiver answered {status}"), false)),
        Answer::Unreachable(why) => Some((why, false)),
    }
}

#[cfg(test)]
mod tests;
