//! How many connections there may be, and how many of one address.

use super::TcpOptions;
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

#[derive(Clone, Debug)]
pub(crate) struct Admission {
    max_connections: usize,
    max_per_ip: usize,
    present: Arc<Mutex<Present>>,
}

#[derive(Debug, Default)]
struct Present {
    total: usize,
    by_ip: HashMap<IpAddr, usize>,
}

/// One admitted connection; dropping it makes room.
#[derive(Debug)]
pub(crate) struct Ticket {
    ip: IpAddr,
    present: Arc<Mutex<Present>>,
}

impl Admission {
    pub(crate) fn new(options: &TcpOptions) -> Self {
        Self {
            max_connections: options.max_connections,
            max_per_ip: options.max_connections_per_ip,
            present: Arc::default(),
        }
    }

    pub(crate) fn admit(&self, ip: IpAddr) -> Option<Ticket> {
        let mut present = self.present.lock().unwrap_or_else(PoisonError::into_inner);
        let of_ip = present.by_ip.get(&ip).copied().unwrap_or(0);
        if present.total >= self.max_connections || of_ip >= self.max_per_ip {
            return None;
        }
        present.total += 1;
        present.by_ip.insert(ip, of_ip + 1);
        Some(Ticket {
            ip,
            present: self.present.clone(),
        })
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        let mut present = self.present.lock().unwrap_or_else(PoisonError::into_inner);
        present.total -= 1;
        if let Some(of_ip) = present.by_ip.get_mut(&self.ip) {
            *of_ip -= 1;
            if *of_ip == 0 {
                present.by_ip.remove(&self.ip);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_address_cannot_take_all_places() {
        let admission = Admission::new(&TcpOptions {
            max_connections: 3,
            max_connections_per_ip: 2,
            ..TcpOptions::default()
        });
        let [greedy, other, late] = [1, 2, 3].map(|last| IpAddr::from([192, 0, 2, last]));
        let first = admission.admit(greedy).unwrap();
        let _second = admission.admit(greedy).unwrap();
        assert!(admission.admit(greedy).is_none());
        let _third = admission.admit(other).unwrap();
        assert!(admission.admit(late).is_none());
        drop(first);
        assert!(admission.admit(late).is_some());
    }
}
