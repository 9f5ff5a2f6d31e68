//! Between live rooms and the business: how rooms were planned and what is kept of them, who was
//! there, and who is told.

mod deliver;
mod directory;
mod history;
mod journal;
mod lease;
mod postman;
mod resolve;
mod scanner;

pub(crate) use scanner::CommandScanner;

use crate::config::Config;
use crate::mail::MailServer;
use crate::problem::Problem;
use crate::stopping::Stopping;
use deliver::Deliverer;
use directory::StoredDirectory;
use history::keep_history;
use journal::StoredJournal;
use lease::Lease;
use postman::Postman;
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
    lease: JoinHandle<()>,
    deliveries: JoinHandle<()>,
    mail: Option<Mail>,
}

/// Letters on their way.
struct Mail {
    postman: JoinHandle<()>,
    /// Rung when a letter waits.
    news: Arc<Notify>,
}

impl Reactions {
    /// `server` is the name of this process, and no other's; `news` is rung when something was
    /// written for others.
    pub(crate) fn start(
        config: &Config,
        store: &Store,
        server: &str,
        rooms: &Rooms,
        news: Arc<Notify>,
        stopping: Stopping,
    ) -> Result<Self, Problem> {
        let deliverer = Deliverer::new(store.clone(), config.webhooks.private_receivers)?;
        let lease = Lease::new(store.clone(), server.to_owned());
        let history = keep_history(
            store.clone(),
            lease.clone(),
            rooms.clone(),
            news.clone(),
            stopping.clone(),
        );
        let lease = lease.keep(stopping.clone());
        let mail = MailServer::of(config)?.map(|server| {
            let news = Arc::new(Notify::new());
            let postman = Postman::new(store.clone(), server).run(news.clone(), stopping);
            Mail {
                postman: tokio::spawn(postman),
                news,
            }
        });
        Ok(Self {
            history: tokio::spawn(history),
            lease: tokio::spawn(lease),
            deliveries: tokio::spawn(deliverer.run(news)),
            mail,
        })
    }

    /// To be rung when a letter waits; None where no mail is sent.
    pub(crate) fn mail(&self) -> Option<Arc<Notify>> {
        self.mail.as_ref().map(|mail| mail.news.clone())
    }

    /// Writes down how the last rooms ended, and lets letters arrive that are under way.
    /// Deliveries that are under way are repeated by the next process.
    pub(crate) async fn finish(self, limit: Duration) {
        if tokio::time::timeout(limit, self.history).await.is_err() {
            tracing::warn!("the end of the last sessions is not in the history");
        }
        self.lease.abort();
        self.deliveries.abort();
        if let Some(Mail { postman, .. }) = self.mail
            && tokio::time::timeout(limit, postman).await.is_err()
        {
            tracing::warn!("letters were under way; they are sent again");
        }
    }
}
