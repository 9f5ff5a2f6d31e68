//! Contents of files, in a folder, named by their SHA-256: the same content is kept once, and what
//! a name promises can be checked.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use tokio::fs::File;
use tokio::io::AsyncWriteExt as _;

/// A folder of contents.
#[derive(Clone, Debug)]
pub struct Blobs {
    folder: PathBuf,
    next: Arc<AtomicU64>,
}

/// A content that is just coming; nobody finds it yet.
#[derive(Debug)]
pub struct Incoming {
    blobs: Blobs,
    path: PathBuf,
    file: File,
}

impl Blobs {
    /// Takes `folder` and forgets what was coming when an earlier process ended.
    ///
    /// # Errors
    /// The folder cannot be made or cleared.
    pub async fn open(folder: &Path) -> io::Result<Self> {
        let coming = folder.join("coming");
        match tokio::fs::remove_dir_all(&coming).await {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            Ok(()) | Err(_) => {}
        }
        tokio::fs::create_dir_all(&coming).await?;
        Ok(Self {
            folder: folder.to_owned(),
            next: Arc::default(),
        })
    }

    /// A place for a content that is about to come.
    pub async fn begin(&self) -> io::Result<Incoming> {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let path = self.folder.join("coming").join(number.to_string());
        Ok(Incoming {
            blobs: self.clone(),
            file: File::create(&path).await?,
            path,
        })
    }

    pub async fn open_content(&self, sha256: &[u8]) -> io::Result<File> {
        File::open(self.path(sha256)).await
    }

    pub async fn delete(&self, sha256: &[u8]) -> io::Result<()> {
        tokio::fs::remove_file(self.path(sha256)).await
    }

    /// In 256 folders, so that none becomes long.
    fn path(&self, sha256: &[u8]) -> PathBuf {
        let name: String = sha256.iter().map(|byte| format!("{byte:02x}")).collect();
        let (folder, rest) = name.split_at_checked(2).unwrap_or(("", &name));
        self.folder.join(folder).join(rest)
    }
}

impl Incoming {
    pub async fn write(&mut self, chunk: &[u8]) -> io::Result<()> {
        self.file.write_all(chunk).await
    }

    /// Until others can read all of it at [`Incoming::path`].
    pub async fn flush(&mut self) -> io::Result<()> {
        self.file.flush().await
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Gives it its lasting name; it is on the disk when this returns.
    pub async fn keep(mut self, sha256: &[u8]) -> io::Result<()> {
        self.file.flush().await?;
        self.file.sync_all().await?;
        let path = self.blobs.path(sha256);
        let folder = path.parent().unwrap_or(&self.blobs.folder);
        tokio::fs::create_dir_all(folder).await?;
        tokio::fs::rename(&self.path, &path).await?;
        // The new name too.
        File::open(folder).await?.sync_all().await
    }

    /// Forgets it. What cannot be removed goes with the next [`Blobs::open`].
    pub async fn discard(self) {
        tokio::fs::remove_file(&self.path).await.ok();
    }
}
