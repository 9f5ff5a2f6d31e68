//! The webhook outbox: events on their way to the systems that asked for them.
//!
//! Deliveries to one endpoint in one *lane* (a room) keep their order: only the oldest of a lane
//! can be claimed, and the next only after that one was delivered or given up.

mod list;
mod outbox;

pub use list::{Listed, WebhookList};
pub use outbox::{Claimed, NewDelivery, WebhookOutbox};

/// One event for one endpoint. Grows with time; never used again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DeliveryId(pub i64);
