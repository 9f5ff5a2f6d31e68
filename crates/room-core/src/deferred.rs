//! What goes out only after what it tells of was written to the journal.

use crate::features::Refused;
use base::PeerId;
use bytes::Bytes;
use serde_json::Value;
use std::sync::Arc;

/// One who hears events without a media connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ListenerId(pub u64);

/// A command that waits for its answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RequestId(pub u64);

/// Goes out in order, each after all events before it were kept.
#[derive(Clone, Debug)]
pub enum Deferred {
    /// A reliable packet, already in wire form.
    Packet { peers: Vec<PeerId>, bytes: Bytes },
    /// `{"event":…}`, written once for all.
    Told { to: Audience, text: Arc<str> },
    /// `{"snapshot":…}`: from here on the listener misses nothing.
    Shown {
        listener: ListenerId,
        text: Arc<str>,
    },
    /// The listener is put out, after he was told why.
    HangUp { listener: ListenerId },
    /// The answer to a command.
    Answered {
        request: RequestId,
        result: Result<Value, Refused>,
    },
    /// The answer to somebody who waits in the lobby.
    Admission { ticket: String, admitted: bool },
}

/// Which listeners.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Audience {
    All,
    Only(Vec<ListenerId>),
}
