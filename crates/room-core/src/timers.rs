//! What is due when.

use crate::output::{RpcTicket, SessionId};
use base::PeerId;
use std::collections::BTreeSet;
use std::time::Instant;

/// Why the room wants to be woken. Entries are not taken back: who is woken checks whether the
/// reason still stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Timer {
    /// Nobody is there (any more).
    Expiry,
    /// News that were held back go out.
    News,
    /// Counts of people changed.
    RoomNews,
    Quality,
    /// The media plane says nothing about loudness any more.
    Silence,
    /// A pretended speaker falls silent.
    PretendedSpeaker(PeerId),
    /// A participant whose signalling broke does not come back.
    Lost(PeerId, SessionId),
    TokenRefresh(PeerId),
    Rpc(RpcTicket),
    /// A feature of the room wants to be woken.
    Features,
}

#[derive(Debug, Default)]
pub(crate) struct Timers(BTreeSet<(Instant, Timer)>);

impl Timers {
    pub(crate) fn set(&mut self, at: Instant, timer: Timer) {
        self.0.insert((at, timer));
    }

    pub(crate) fn next(&self) -> Option<Instant> {
        self.0.first().map(|(at, _)| *at)
    }

    pub(crate) fn take_due(&mut self, now: Instant) -> Option<Timer> {
        if self.next()? > now {
            return None;
        }
        self.0.pop_first().map(|(_, timer)| timer)
    }
}
