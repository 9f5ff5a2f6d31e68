//! A fresh database for one story, of either kind.

use crate::postgres;
use sqlx::Connection as _;
use sqlx::{PgConnection, SqliteConnection};
use std::ops::Deref;
use store::{Page, PageRequest, Reader, Store, StoreError, Tx};
use tempfile::TempDir;

/// Makes two tests of each story.
macro_rules! stories {
    ($($story:ident),+ $(,)?) => {
        mod on_sqlite {
            $(#[tokio::test]
            async fn $story() {
                super::$story(&crate::database::Database::sqlite().await).await;
            })+
        }

        mod on_postgres {
            $(#[tokio::test]
            async fn $story() {
                super::$story(&crate::database::Database::postgres().await).await;
            })+
        }
    };
}

#[derive(Debug)]
pub(crate) struct Database {
    store: Store,
    url: String,
    /// Holds a SQLite file.
    _folder: Option<TempDir>,
}

impl Deref for Database {
    type Target = Store;

    fn deref(&self) -> &Store {
        &self.store
    }
}

impl Database {
    pub(crate) async fn sqlite() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let url = format!("sqlite:{}", folder.path().join("stoa.db").display());
        Self::open(url, Some(folder)).await
    }

    pub(crate) async fn postgres() -> Self {
        Self::open(postgres::cluster().database(), None).await
    }

    async fn open(url: String, folder: Option<TempDir>) -> Self {
        Self {
            store: Store::connect(&url).await.expect("opened"),
            url,
            _folder: folder,
        }
    }

    /// The same database, as another server sees it.
    pub(crate) async fn another(&self) -> Store {
        Store::connect(&self.url).await.expect("opened again")
    }

    /// Runs a statement past the repositories, as somebody could who has the password.
    pub(crate) async fn tamper(&self, statement: &'static str) -> Result<(), sqlx::Error> {
        if self.url.starts_with("sqlite:") {
            let mut connection = SqliteConnection::connect(&self.url).await?;
            sqlx::query(statement).execute(&mut connection).await?;
        } else {
            let mut connection = PgConnection::connect(&self.url).await?;
            sqlx::query(statement).execute(&mut connection).await?;
        }
        Ok(())
    }

    /// What `work` answers in a transaction that is committed.
    pub(crate) async fn write<T>(
        &self,
        work: impl AsyncFnOnce(&mut Tx) -> Result<T, StoreError>,
    ) -> T {
        let mut tx = self.begin().await.expect("a transaction");
        let done = work(&mut tx).await.expect("done");
        tx.commit().await.expect("committed");
        done
    }

    /// Whether `work` finds that a row of its key is there already; nothing of it stays.
    pub(crate) async fn conflicts<T>(
        &self,
        work: impl AsyncFnOnce(&mut Tx) -> Result<T, StoreError>,
    ) -> bool {
        let mut tx = self.begin().await.expect("a transaction");
        match work(&mut tx).await {
            Ok(_) => false,
            Err(error) => error.is_conflict(),
        }
    }

    pub(crate) async fn read<T>(
        &self,
        work: impl AsyncFnOnce(&mut Reader) -> Result<T, StoreError>,
    ) -> T {
        let mut reader = self.reader().await.expect("a reader");
        work(&mut reader).await.expect("read")
    }

    /// Everything that a list holds, turned page by page of `limit` items.
    pub(crate) async fn pages<T>(
        &self,
        limit: u32,
        mut list: impl AsyncFnMut(&mut Reader, &PageRequest) -> Result<Page<T>, StoreError>,
    ) -> Vec<Vec<T>> {
        let mut reader = self.reader().await.expect("a reader");
        let (mut pages, mut after) = (Vec::new(), None);
        loop {
            let page = list(&mut reader, &PageRequest { limit, after })
                .await
                .expect("a page");
            pages.push(page.items);
            after = page.next;
            if after.is_none() {
                return pages;
            }
        }
    }
}

/// For lists that are short enough.
pub(crate) fn first_page() -> PageRequest {
    PageRequest {
        limit: 100,
        after: None,
    }
}
