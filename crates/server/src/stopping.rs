//! How the server comes to its end: first it drains, then it stops.

use std::time::Duration;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::watch;

use crate::problem::Problem;

/// Seen by everybody who has to behave differently towards the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Phase {
    Running,
    /// New calls go elsewhere, running ones go on.
    Draining,
    /// Connections are closed.
    Ended,
}

/// Watches the phase; clones watch the same.
#[derive(Clone, Debug)]
pub(crate) struct Stopping(watch::Receiver<Phase>);

impl Stopping {
    pub(crate) fn is_draining(&self) -> bool {
        *self.0.borrow() >= Phase::Draining
    }

    /// Returns when the phase is at least `phase`.
    pub(crate) async fn reached(&mut self, phase: Phase) {
        // An error means that the sender is gone, and with it the server.
        let _ = self.0.wait_for(|now| *now >= phase).await;
    }
}

pub(crate) fn stopping() -> (watch::Sender<Phase>, Stopping) {
    let (sender, receiver) = watch::channel(Phase::Running);
    (sender, Stopping(receiver))
}

/// SIGTERM and SIGINT, as a service manager and a person at the terminal send them.
#[derive(Debug)]
pub(crate) struct Signals {
    term: Signal,
    interrupt: Signal,
}

/// What was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Asked {
    /// SIGTERM: let running calls go on for a while.
    Drain,
    /// SIGINT: now.
    Stop,
}

impl Signals {
    pub(crate) fn listen() -> Result<Self, Problem> {
        let listen = |kind| {
            signal(kind).map_err(|error| {
                Problem::new(
                    "listen for signals",
                    error,
                    "check the limits of this process",
                )
            })
        };
        Ok(Self {
            term: listen(SignalKind::terminate())?,
            interrupt: listen(SignalKind::interrupt())?,
        })
    }

    pub(crate) async fn next(&mut self) -> Asked {
        tokio::select! {
            _ = self.term.recv() => Asked::Drain,
            _ = self.interrupt.recv() => Asked::Stop,
        }
    }
}

/// Waits for `empty`, for `limit`, or for a second signal, whichever comes first.
pub(crate) async fn drained(
    signals: &mut Signals,
    limit: Duration,
    empty: impl Future<Output = ()>,
) {
    tokio::select! {
        () = empty => tracing::info!("all calls have ended"),
        () = tokio::time::sleep(limit) => tracing::info!("the time for running calls is over"),
        _ = signals.next() => tracing::info!("asked again to stop"),
    }
}
