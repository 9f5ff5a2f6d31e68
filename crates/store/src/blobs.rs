//! Contents of files, in a folder, named by their SHA-256: the same content is kept once, and what
//! a name promises can be checked.

use base::Redacted;
use std::io;
use std::path::{Path, PathBuf};
use tokio::io::AsyncWriteExt as _;

/// A folder of contents.
#[derive(Clone, Debug)]
pub struct Blobs {
    folder: PathBuf,
}

impl Blobs {
    /// # Errors
    /// The folder cannot be made.
    pub async fn open(folder: &Path) -> io::Result<Self> {
        tokio::fs::create_dir_all(folder.join("new")).await?;
        Ok(Self {
            folder: folder.to_owned(),
        })
    }

    /// Writes `content` where nobody looks yet, and returns that path: for a scanner to read before
    /// [`Blobs::keep`].
    pub async fn bring(&self, name: &str, content: &Redacted<Vec<u8>>) -> io::Result<PathBuf> {
        let path = self.folder.join("new").join(name);
        let mut file = tokio::fs::File::create(&path).await?;
        file.write_all(content.expose()).await?;
        file.sync_all().await?;
        Ok(path)
    }

    /// Gives what was brought its lasting name; on the disk when this returns.
    pub async fn keep(&self, brought: &Path, sha256: &[u8]) -> io::Result<()> {
        let path = self.path(sha256);
        let folder = path.parent().unwrap_or(&self.folder);
        tokio::fs::create_dir_all(folder).await?;
        tokio::fs::rename(brought, &path).await?;
        tokio::fs::File::open(folder).await?.sync_all().await
    }

    pub async fn drop_brought(&self, brought: &Path) -> io::Result<()> {
        tokio::fs::remove_file(brought).await
    }

    pub async fn open_content(&self, sha256: &[u8]) -> io::Result<tokio::fs::File> {
        tokio::fs::File::open(self.path(sha256)).await
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
