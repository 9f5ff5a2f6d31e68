//! What outlasts a room's task: how the room was planned, and what has happened in it.

use base::RoomName;
use room_core::features::{Kept, Setup};
use std::error::Error;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

/// The result of an asynchronous call through a trait object.
pub type Promise<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Knows rooms before they are open.
pub trait Directory: Send + Sync + fmt::Debug + 'static {
    /// How the room was planned, and its journal; [`Setup::default`] where nobody planned it.
    ///
    /// # Errors
    /// It could not be read; then nobody is let in.
    fn setup<'a>(&'a self, room: &'a RoomName) -> Promise<'a, Result<Setup, Failure>>;
}

/// Keeps what happens in rooms.
pub trait Journal: Send + Sync + fmt::Debug + 'static {
    /// Appends events of one room, in their order; all of them or none. A room has one append
    /// under way at a time: what happens meanwhile goes with the next.
    ///
    /// # Errors
    /// They could not be written; the room tries again.
    fn append<'a>(
        &'a self,
        room: &'a RoomName,
        events: &'a [Kept],
    ) -> Promise<'a, Result<(), Failure>>;
}

/// Reading or writing did not work.
#[derive(Debug, thiserror::Error)]
#[error("{tried}")]
pub struct Failure {
    tried: &'static str,
    source: Box<dyn Error + Send + Sync>,
}

impl Failure {
    /// `tried`: what was tried, as in "read the journal".
    pub fn new(tried: &'static str, source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        let source = source.into();
        Self { tried, source }
    }
}

/// Where rooms come from and go to.
#[derive(Clone, Debug)]
pub struct Backing {
    pub directory: Arc<dyn Directory>,
    pub journal: Arc<dyn Journal>,
}

impl Default for Backing {
    /// Nothing is planned, nothing is kept.
    fn default() -> Self {
        Self {
            directory: Arc::new(Nowhere),
            journal: Arc::new(Nowhere),
        }
    }
}

#[derive(Debug)]
struct Nowhere;

impl Directory for Nowhere {
    fn setup<'a>(&'a self, _room: &'a RoomName) -> Promise<'a, Result<Setup, Failure>> {
        Box::pin(std::future::ready(Ok(Setup::default())))
    }
}

impl Journal for Nowhere {
    fn append<'a>(
        &'a self,
        _room: &'a RoomName,
        _events: &'a [Kept],
    ) -> Promise<'a, Result<(), Failure>> {
        Box::pin(std::future::ready(Ok(())))
    }
}
