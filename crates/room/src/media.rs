//! The media plane as rooms see it.

use base::RoomKey;
use base::media::{Command, Event};
use std::fmt;
use tokio::sync::mpsc;

/// Carries the packets of all rooms.
pub trait Media: Send + Sync + fmt::Debug + 'static {
    /// From now on the events of `room`'s participants come out of the receiver.
    fn attach(&self, room: RoomKey) -> mpsc::Receiver<Event>;

    /// The room has ended.
    fn detach(&self, room: RoomKey);

    /// Never blocks. Commands of one room arrive in order.
    fn send(&self, command: Command);
}
