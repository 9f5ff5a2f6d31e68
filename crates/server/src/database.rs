//! The database that the configuration names, and a copy of it: `stoa backup`.

use crate::config::Config;
use crate::problem::Problem;
use std::path::Path;
use store::Store;

/// Opens it, and brings its schema to this version.
pub(crate) async fn open(config: &Config) -> Result<Store, Problem> {
    let (opened, name, advice) = match config.store.url.as_str() {
        "" => {
            let path = &config.store.path;
            let advice = "check store.path and that this user may write the file and its folder";
            (Store::open(path).await, path.display().to_string(), advice)
        }
        // Not shown: it may hold a password.
        url => (
            Store::connect(url).await,
            "of store.url".to_owned(),
            "check store.url, and that this user may create tables there",
        ),
    };
    opened.map_err(|error| Problem::new(format!("open the database {name}"), Told(error), advice))
}

/// Runs one thing on the database, for the command line.
pub(crate) fn with<T>(
    config: &Config,
    work: impl AsyncFnOnce(&Store) -> Result<T, Problem>,
) -> Result<T, Problem> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| {
            Problem::new(
                "start the threads",
                error,
                "check the limits of this process",
            )
        })?;
    runtime.block_on(async {
        let store = open(config).await?;
        let done = work(&store).await;
        store.close().await;
        done
    })
}

/// `stoa backup`: also beside a running server.
pub(crate) fn backup(config: &Config, to: &Path) -> Result<(), Problem> {
    with(config, async |store| {
        store.backup(to).await.map_err(|error| {
            Problem::new(
                format!("write a backup to {}", to.display()),
                Told(error),
                "name a file that does not exist yet, in a folder that this user may write",
            )
        })
    })
}

/// An error with its cause, in one line.
#[derive(Debug)]
pub(crate) struct Told<E>(pub(crate) E);

impl<E: std::error::Error> std::fmt::Display for Told<E> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.0)?;
        let mut cause = self.0.source();
        while let Some(error) = cause {
            write!(f, ": {}", error.to_string().replace('\n', " "))?;
            cause = error.source();
        }
        Ok(())
    }
}
