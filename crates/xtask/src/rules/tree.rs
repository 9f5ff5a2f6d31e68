//! The files of the repository, in memory.

use crate::shell;
use std::collections::BTreeMap;
use std::io;
use toml::Table;

/// Path from the root, with `/`, to content; a file that is not text counts as empty.
#[derive(Debug, Default)]
pub(crate) struct Tree(BTreeMap<String, String>);

impl Tree {
    /// What git tracks or would track, as it lies on the disk now.
    pub(crate) fn of_repository() -> io::Result<Self> {
        let root = shell::root();
        let listed = shell::output(
            "git",
            &["ls-files", "--cached", "--others", "--exclude-standard"],
        )?;
        let mut files = BTreeMap::new();
        for path in listed.lines() {
            match std::fs::read_to_string(root.join(path)) {
                Ok(text) => files.insert(path.to_owned(), text),
                Err(error) if error.kind() == io::ErrorKind::InvalidData => {
                    files.insert(path.to_owned(), String::new())
                }
                // Deleted, and that not yet committed.
                Err(error) if error.kind() == io::ErrorKind::NotFound => None,
                Err(error) => return Err(error),
            };
        }
        Ok(Self(files))
    }

    #[cfg(test)]
    pub(crate) fn of(files: &[(&str, &str)]) -> Self {
        let owned = files
            .iter()
            .map(|(path, text)| ((*path).to_owned(), (*text).to_owned()));
        Self(owned.collect())
    }

    pub(crate) fn files(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0
            .iter()
            .map(|(path, text)| (path.as_str(), text.as_str()))
    }

    pub(crate) fn text(&self, path: &str) -> Option<&str> {
        self.0.get(path).map(String::as_str)
    }

    /// Whether there is such a file or folder.
    pub(crate) fn has(&self, path: &str) -> bool {
        let folder = format!("{}/", path.trim_end_matches('/'));
        self.0.contains_key(path) || self.0.keys().any(|file| file.starts_with(&folder))
    }

    /// Rust files of one crate.
    pub(crate) fn sources<'a>(&'a self, krate: &str) -> impl Iterator<Item = (&'a str, &'a str)> {
        let folder = format!("crates/{krate}/");
        self.files()
            .filter(move |(path, _)| path.starts_with(&folder) && path.ends_with(".rs"))
    }

    /// Crates by folder name, each with its manifest; a manifest that is no TOML counts as empty,
    /// since cargo complains of it louder than we could.
    pub(crate) fn crates(&self) -> Vec<(&str, Table)> {
        self.files()
            .filter_map(|(path, text)| {
                let name = path.strip_prefix("crates/")?.strip_suffix("/Cargo.toml")?;
                (!name.contains('/')).then(|| (name, text.parse().unwrap_or_default()))
            })
            .collect()
    }
}

/// Names under a manifest's `section` (`dependencies`, `dev-dependencies`), as crates.io knows
/// them.
pub(crate) fn dependencies<'a>(manifest: &'a Table, section: &str) -> Vec<&'a str> {
    let Some(table) = manifest.get(section).and_then(toml::Value::as_table) else {
        return Vec::new();
    };
    table
        .iter()
        .map(|(name, value)| {
            value
                .get("package")
                .and_then(toml::Value::as_str)
                .unwrap_or(name)
        })
        .collect()
}
