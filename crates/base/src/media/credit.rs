//! Back-pressure that travels with the message.
//!
//! A shard that receives a data message charges its bytes to the sender's [`CreditLine`]. The
//! [`Credit`] goes with the message through the room to the queues of all receivers; when the last
//! of them has written it to its transport (or dropped it), the line is relieved. While a sender's
//! line is overdrawn his shard does not take further data from his transport, so that his own
//! flow control holds him back. No queue in between grows beyond the line.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// The bytes of one sender that are on their way inside the server.
#[derive(Clone, Debug, Default)]
pub struct CreditLine(Arc<AtomicUsize>);

impl CreditLine {
    pub fn in_flight_bytes(&self) -> usize {
        self.0.load(Ordering::Relaxed)
    }

    /// Charges `bytes`; they are given back when the last clone of the result is dropped.
    pub fn charge(&self, bytes: usize) -> Credit {
        self.0.fetch_add(bytes, Ordering::Relaxed);
        Credit(Some(Arc::new(Charge {
            line: self.0.clone(),
            bytes,
        })))
    }
}

/// A share in one message's charge. Clone it for each receiver.
#[derive(Clone, Debug, Default)]
pub struct Credit(#[expect(dead_code, reason = "held for its Drop")] Option<Arc<Charge>>);

impl Credit {
    /// For messages that the server itself sends: nobody has to be held back.
    pub fn free() -> Self {
        Self(None)
    }
}

#[derive(Debug)]
struct Charge {
    line: Arc<AtomicUsize>,
    bytes: usize,
}

impl Drop for Charge {
    fn drop(&mut self) {
        self.line.fetch_sub(self.bytes, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_charge_is_given_back_when_the_slowest_receiver_is_done() {
        let line = CreditLine::default();
        let first = line.charge(100);
        let second = first.clone();
        drop(first);
        assert_eq!(line.in_flight_bytes(), 100);
        drop(second);
        assert_eq!(line.in_flight_bytes(), 0);
    }
}
