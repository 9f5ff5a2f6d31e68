//! What goes into a room besides typed calls, and what comes out.

use crate::deferred::Deferred;
use crate::features::Kept;
use crate::forwarding::{ForwardId, Forwarded};
use crate::model::RoomEndReason;
use crate::{ClientCommand, RoomEvent, RpcError, ServerMessage};
use base::media::{Command, Event};
use std::time::Instant;

/// The time, twice: to reckon with and to tell people.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Now {
    pub at: Instant,
    pub unix_ms: u64,
}

/// One signalling connection of one participant. Never used again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SessionId(pub u64);

/// Names an RPC made by the server until its answer comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RpcTicket(pub u64);

/// What a room reacts to. What has an answer of its own (joining, moderation) is a method instead.
#[derive(Clone, Debug)]
pub enum Input {
    Command {
        session: SessionId,
        command: ClientCommand,
    },
    /// The signalling connection is gone without a word.
    SignalLost {
        session: SessionId,
    },
    Media(Event),
    /// A deadline has passed.
    Time,
}

/// What a room wants done.
#[derive(Clone, Debug)]
pub enum Output {
    Message {
        session: SessionId,
        message: ServerMessage,
    },
    /// End the signalling connection once what was sent before has gone out.
    Close {
        session: SessionId,
    },
    Media(Command),
    Event(RoomEvent),
    RpcDone {
        ticket: RpcTicket,
        result: Result<String, RpcError>,
    },
    /// For the room where this participant is a guest.
    Forward {
        id: ForwardId,
        state: Forwarded,
    },
    /// To be appended to the room's journal.
    Keep(Kept),
    /// Goes out when all events that came out before it are in the journal.
    Deferred(Deferred),
    /// The room has ended: nothing further comes out of it.
    Finished(RoomEndReason),
}
