//! Data messages: queues towards a client, and holding back a client who sends too much.

mod hold;
mod outbox;

pub(crate) use hold::Hold;
pub(crate) use outbox::{Outbox, Written};
