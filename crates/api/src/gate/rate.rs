//! How often somebody may ask: so many requests in each window, told in headers
//! (draft-ietf-httpapi-ratelimit-headers-10).

use super::Caller;
use super::access::Need;
use crate::problem::Problem;
use axum::http::{HeaderValue, StatusCode};
use axum::response::Response;
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use tenancy::Actor;

/// Callers remembered at a time; each takes about 100 bytes. Beyond it those whose window is over
/// are forgotten, and if there are none, everybody: a flood from so many addresses is not stopped by
/// counting.
const MAX_CALLERS: usize = 100_000;

/// So many requests in so many seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quota {
    pub requests: u32,
    pub window_s: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Of one address, by people who have not signed in. A whole office may stand behind one.
    pub visitor: Quota,
    /// Of one address, where passwords and other secrets could be guessed.
    pub guess: Quota,
    /// Of one person, or one guest of a room.
    pub person: Quota,
    /// Of one API key.
    pub key: Quota,
    /// Failed sign-ins of one account.
    pub account: Quota,
}

impl Default for Limits {
    fn default() -> Self {
        let minutely = |requests| Quota {
            requests,
            window_s: 60,
        };
        Self {
            visitor: minutely(600),
            guess: minutely(30),
            person: minutely(600),
            key: minutely(3_000),
            account: Quota {
                requests: 10,
                window_s: 900,
            },
        }
    }
}

#[derive(Clone, Copy, Debug)]
struct Window {
    begun_ms: u64,
    used: u32,
}

#[derive(Debug)]
pub(crate) struct Rates {
    limits: Limits,
    windows: Mutex<HashMap<(&'static str, String), Window>>,
}

/// How one caller stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Tally {
    policy: &'static str,
    quota: Quota,
    used: u32,
    /// Until the window ends.
    reset_s: u64,
}

impl Rates {
    pub(crate) fn new(limits: Limits) -> Self {
        Self {
            limits,
            windows: Mutex::default(),
        }
    }

    /// Counts a request.
    pub(crate) fn take(
        &self,
        need: Need,
        caller: Option<&Caller>,
        address: IpAddr,
        now_ms: u64,
    ) -> Tally {
        let by_address = network(address);
        let (policy, quota, key) = match (need, caller.map(|caller| &caller.actor)) {
            (Need::Guessable, _) => ("guess", self.limits.guess, by_address),
            (_, Some(Actor::Person { person, .. })) => {
                ("person", self.limits.person, person.to_string())
            }
            (_, Some(Actor::Guest { room, identity })) => {
                ("person", self.limits.person, format!("{room} {identity}"))
            }
            (_, Some(Actor::Key { key, .. })) => ("key", self.limits.key, key.to_string()),
            (_, Some(Actor::Nobody | Actor::System { .. }) | None) => {
                ("visitor", self.limits.visitor, by_address)
            }
        };
        self.count(policy, quota, key, now_ms, 1)
    }

    /// Counts a sign-in that has failed for `account`.
    pub(crate) fn sign_in_failed(&self, account: &str, now_ms: u64) {
        self.count(
            "account",
            self.limits.account,
            account.to_owned(),
            now_ms,
            1,
        );
    }

    /// # Errors
    /// Too many sign-ins have failed for `account`.
    pub(crate) fn may_sign_in(&self, account: &str, now_ms: u64) -> Result<(), Problem> {
        let tally = self.count(
            "account",
            self.limits.account,
            account.to_owned(),
            now_ms,
            0,
        );
        if tally.used >= tally.quota.requests {
            return Err(tally.too_many());
        }
        Ok(())
    }

    fn count(
        &self,
        policy: &'static str,
        quota: Quota,
        key: String,
        now_ms: u64,
        requests: u32,
    ) -> Tally {
        let length_ms = u64::from(quota.window_s) * 1_000;
        let mut windows = self.windows.lock().unwrap_or_else(PoisonError::into_inner);
        if windows.len() >= MAX_CALLERS {
            windows.retain(|_, window| now_ms < window.begun_ms + length_ms);
            if windows.len() >= MAX_CALLERS {
                windows.clear();
            }
        }
        let window = windows.entry((policy, key)).or_insert(Window {
            begun_ms: now_ms,
            used: 0,
        });
        if now_ms >= window.begun_ms + length_ms {
            *window = Window {
                begun_ms: now_ms,
                used: 0,
            };
        }
        window.used = window.used.saturating_add(requests);
        let ends_ms = window.begun_ms + length_ms;
        Tally {
            policy,
            quota,
            used: window.used,
            reset_s: ends_ms.saturating_sub(now_ms).div_ceil(1_000),
        }
    }
}

impl Tally {
    pub(crate) fn is_over(self) -> bool {
        self.used > self.quota.requests
    }

    pub(crate) fn too_many(self) -> Problem {
        Problem::new(
            StatusCode::TOO_MANY_REQUESTS,
            "too_fast",
            format!("Too many requests; come again in {} s.", self.reset_s),
        )
        .with("retry_after_ms", self.reset_s * 1_000)
        .retry_after_s(self.reset_s)
    }

    /// Writes the headers.
    pub(crate) fn told(self, mut response: Response) -> Response {
        let Quota { requests, window_s } = self.quota;
        let left = requests.saturating_sub(self.used);
        let (name, reset_s) = (self.policy, self.reset_s);
        let written = [
            (
                "ratelimit-policy",
                format!("\"{name}\";q={requests};w={window_s}"),
            ),
            ("ratelimit", format!("\"{name}\";r={left};t={reset_s}")),
        ];
        for (header, value) in written {
            if let Ok(value) = HeaderValue::from_str(&value) {
                response.headers_mut().insert(header, value);
            }
        }
        response
    }
}

/// One household has one IPv4 address, or a /64 of IPv6.
fn network(address: IpAddr) -> String {
    match address {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => match address.to_ipv4_mapped() {
            Some(mapped) => mapped.to_string(),
            None => format!("{:x}", address.to_bits() >> 64),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rates() -> Rates {
        Rates::new(Limits {
            visitor: Quota {
                requests: 2,
                window_s: 60,
            },
            ..Limits::default()
        })
    }

    fn visit(rates: &Rates, address: &str, now_ms: u64) -> Tally {
        rates.take(Need::Public, None, address.parse().unwrap(), now_ms)
    }

    #[test]
    fn who_asks_too_often_waits_for_the_next_window() {
        let rates = rates();
        assert!(!visit(&rates, "10.0.0.1", 0).is_over());
        assert!(!visit(&rates, "10.0.0.1", 10).is_over());
        let third = visit(&rates, "10.0.0.1", 20_000);
        assert!(third.is_over());
        assert_eq!(third.reset_s, 40);
        assert!(!visit(&rates, "10.0.0.2", 20_000).is_over(), "another");
        assert!(!visit(&rates, "10.0.0.1", 60_000).is_over(), "later");
    }

    #[test]
    fn one_household_is_one_caller() {
        let rates = rates();
        visit(&rates, "2001:db8::1", 0);
        visit(&rates, "2001:db8::2", 0);
        assert!(visit(&rates, "2001:db8::3", 0).is_over());
        assert!(!visit(&rates, "2001:db8:0:1::3", 0).is_over());
    }

    #[test]
    fn only_failed_sign_ins_count_against_an_account() {
        let rates = rates();
        for _ in 0..10 {
            assert!(rates.may_sign_in("a@example.com", 0).is_ok());
            rates.sign_in_failed("a@example.com", 0);
        }
        assert!(rates.may_sign_in("a@example.com", 0).is_err());
        assert!(rates.may_sign_in("b@example.com", 0).is_ok());
        assert!(rates.may_sign_in("a@example.com", 900_000).is_ok());
    }
}
