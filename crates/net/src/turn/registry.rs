//! Who has how many allocations, and the relayed addresses they have.

use super::TurnLimits;
use super::session::{Family, LeaseError};
use crate::outlet::OutletReader;
use crate::{Outlets, Proto};
use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};

/// Relayed ports, from the first that needs no privileges: candidates look ordinary.
const FIRST_PORT: u16 = 1_024;

#[derive(Debug)]
pub(super) struct Registry {
    outlets: Outlets,
    limits: TurnLimits,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    total: usize,
    by_user: HashMap<String, usize>,
    /// Counts on, so that a port just given up is the last to be given out again.
    next_port: u16,
}

/// One allocation's relayed address; dropping it gives up address and place.
#[derive(Debug)]
pub(super) struct Lease {
    pub(super) outlet: OutletReader,
    _place: Place,
}

#[derive(Debug)]
struct Place {
    user: String,
    registry: Arc<Registry>,
}

impl Registry {
    pub(super) fn new(outlets: Outlets, limits: TurnLimits) -> Self {
        Self {
            outlets,
            limits,
            state: Mutex::new(State {
                total: 0,
                by_user: HashMap::new(),
                next_port: FIRST_PORT,
            }),
        }
    }

    pub(super) fn allocations(&self) -> usize {
        self.state
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .total
    }

    /// `wake` is called when the first packet for the client has been queued.
    pub(super) fn lease(
        self: &Arc<Self>,
        user: &str,
        family: Family,
        wake: impl Fn() + Clone + Send + Sync + 'static,
    ) -> Result<(SocketAddr, Lease), LeaseError> {
        let place = self.place(user)?;
        let relay = self.outlets.relay_addresses();
        let ip: IpAddr = match family {
            Family::V4 => relay.v4.into(),
            Family::V6 => relay.v6.into(),
        };
        // The next port is free, unless all have been given out once and the oldest are still held:
        // at worst `max_allocations` tries.
        for _ in FIRST_PORT..=u16::MAX {
            let address = SocketAddr::new(ip, self.next_port());
            let capacity = self.limits.queue_packets;
            if let Some(outlet) = self
                .outlets
                .open(Proto::Udp, address, capacity, wake.clone())
            {
                let lease = Lease {
                    outlet,
                    _place: place,
                };
                return Ok((address, lease));
            }
        }
        Err(LeaseError::Capacity)
    }

    fn place(self: &Arc<Self>, user: &str) -> Result<Place, LeaseError> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if state.total >= self.limits.max_allocations {
            return Err(LeaseError::Capacity);
        }
        let of_user = state.by_user.get(user).copied().unwrap_or(0);
        if of_user >= self.limits.max_allocations_per_user {
            return Err(LeaseError::Quota);
        }
        state.total += 1;
        state.by_user.insert(user.to_owned(), of_user + 1);
        Ok(Place {
            user: user.to_owned(),
            registry: self.clone(),
        })
    }

    fn next_port(&self) -> u16 {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let port = state.next_port;
        state.next_port = port.checked_add(1).unwrap_or(FIRST_PORT);
        port
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut state = self
            .registry
            .state
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        state.total -= 1;
        if let Some(of_user) = state.by_user.get_mut(&self.user) {
            *of_user -= 1;
            if *of_user == 0 {
                state.by_user.remove(&self.user);
            }
        }
    }
}
