//! Ways into a room of a server under test.

pub(crate) mod janus;
pub(crate) mod livekit;

use crate::fleet::{EndpointId, Source};
use std::time::Duration;

/// How long a client may take to get in before the run is given up: far above any server that
/// works, so that a slow one is measured and only a broken one fails.
pub(crate) const JOIN_TIMEOUT: Duration = Duration::from_secs(60);

/// Nagle's algorithm is off, as in every browser: it would hold an answer back for a round trip.
pub(crate) const NO_DELAY: bool = true;

/// Who joins.
#[derive(Clone, Debug)]
pub(crate) struct Role {
    pub(crate) room: String,
    pub(crate) identity: String,
    pub(crate) publish: Vec<Source>,
    pub(crate) subscribe: bool,
}

/// A client that is in.
#[derive(Debug)]
pub(crate) struct Joined {
    /// The endpoint that receives, if it subscribes.
    pub(crate) receives: Option<EndpointId>,
    /// Ends the signalling connection when dropped.
    #[expect(dead_code, reason = "held for its Drop")]
    pub(crate) connection: Connection,
}

/// The task that answers the server's messages; aborted when dropped.
#[derive(Debug)]
pub(crate) struct Connection(pub(crate) tokio::task::JoinHandle<()>);

impl Drop for Connection {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// What went wrong on the way in.
#[derive(Debug, thiserror::Error)]
pub(crate) enum JoinError {
    #[error("could not connect to {url}: {source}")]
    Connect {
        url: String,
        source: Box<tokio_tungstenite::tungstenite::Error>,
    },
    #[error("the connection ended: {0}")]
    Ended(String),
    #[error("media: {0}")]
    Media(String),
    #[error("the server refused: {0}")]
    Refused(String),
    #[error("not in the room after {JOIN_TIMEOUT:?}")]
    TimedOut,
}
