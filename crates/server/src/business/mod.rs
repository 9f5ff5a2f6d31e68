//! Between live rooms and the business: how rooms were planned and what is kept of them, who was
//! there, and who is told.

mod deliver;
mod directory;
mod history;
mod journal;
mod resolve;
mod scanner;

pub(crate) use scanner::CommandScanner;

use crate::config::Config;
use crate::problem::Problem;
use crate::stopping::Stopping;
use deliver::Deliverer;
use directory::StoredDirectory;
use history::keep_history;
use journal::StoredJournal;
use room::{Backing, Rooms};
use std::sync::Arc;
use std::time::Duration;
use store::Store;
use store::blobs::Blobs;
use tokio::sync::Notify;
use tokio::task::JoinHandle;

/// Rooms that are planned and kept in the database.
pub(crate) fn backing(store: &Store) -> Backing {
    Backing {
        directory: Arc::new(StoredDirectory::new(store.clone())),
        journal: Arc::new(StoredJournal::new(store.clone())),
    }
}

/// The folder of what people upload.
pub(crate) async fn blobs(config: &Config) -> Result<Blobs, Problem> {
    let folder = &config.files.path;
    Blobs::open(folder).await.map_err(|error| {
        Problem::new(
            format!("open the folder of files {}", folder.display()),
            error,
            "check files.path and that this user may write there",
        )
    })
}

/// What follows from what happens, beside the requests that people make.
pub(crate) struct Reactions {
    history: JoinHandle<()>,
    deliveries: JoinHandle<()>,
}

impl Reactions {
    /// `news` is rung when something was written for others.
    pub(crate) fn start(
        config: &Config,
        store: &Store,
        rooms: &Rooms,
        news: Arc<Notify>,
        stopping: Stopping,
    ) -> Result<Self, Problem> {
        let deliverer = Deliverer::new(store.clone(), config.webhooks.private_receivers)?;
        let history = keep_history(store.clone(), rooms.clone(), news.clone(), stopping);
        Ok(Self {
            history: tokio::spawn(history),
            deliveries: tokio::spawn(deliverer.run(news)),
        })
    }

    /// Writes down how the last rooms ended. Deliveries that are under way are repeated by the
    /// next process.
    pub(crate) async fn finish(self, limit: Duration) {
        if tokio::time::timeout(limit, self.history).await.is_err() {
            tracing::warn!("the end of the last sessions is not in the history");
        }
        self.deliveries.abort();
    }
}
