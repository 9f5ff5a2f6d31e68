//! Files a reader can hold in his head, and nothing in them that is true of one machine only.

use super::Tree;

/// About what fits into one sitting; most files should have a quarter of it.
const MAX_LINES: usize = 800;
const CODE: &[&str] = &[".rs", ".ts", ".tsx", ".js", ".mjs", ".py"];

/// Roots of folders that belong to a person or a machine. Written in halves, so that this file
/// does not break its own rule.
const MACHINE_ROOTS: &[&str] = &[
    concat!("/ro", "ot/"),
    concat!("/ho", "me/"),
    concat!("/Us", "ers/"),
    concat!("/wo", "rk/"),
    concat!("/tmp/", "bash"),
];

/// The only hosts from which lock files may take packages.
const REGISTRIES: &[&str] = &[
    "https://registry.npmjs.org/",
    "https://github.com/rust-lang/crates.io-index",
];
const LOCK_FILES: &[&str] = &["Cargo.lock", "package-lock.json"];

pub(super) fn long_files(tree: &Tree) -> Vec<String> {
    tree.files()
        .filter(|(path, _)| CODE.iter().any(|ending| path.ends_with(ending)))
        .map(|(path, text)| (path, text.lines().count()))
        .filter(|(_, lines)| *lines > MAX_LINES)
        .map(|(path, lines)| format!("{path} has {lines} lines"))
        .collect()
}

pub(super) fn machine_traces(tree: &Tree) -> Vec<String> {
    let mut wrong = Vec::new();
    for (path, text) in tree.files() {
        for (number, line) in text.lines().enumerate() {
            let place = format!("{path}:{}", number + 1);
            if let Some(root) = MACHINE_ROOTS.iter().find(|root| begins_path(line, root)) {
                wrong.push(format!("{place} has a path under {root}"));
            }
            if let Some(host) = foreign_registry(path, line) {
                wrong.push(format!("{place} takes a package from {host}"));
            }
        }
    }
    wrong
}

/// Whether a path in the line starts with `root`, rather than having it in its middle.
fn begins_path(line: &str, root: &str) -> bool {
    line.match_indices(root).any(|(at, _)| {
        !line[..at]
            .ends_with(|c: char| c.is_alphanumeric() || matches!(c, '.' | '_' | '-' | '}' | '/'))
    })
}

fn foreign_registry<'a>(path: &str, line: &'a str) -> Option<&'a str> {
    let is_lock = LOCK_FILES
        .iter()
        .any(|name| path.rsplit('/').next() == Some(name));
    let is_source = ["\"resolved\":", "source ="]
        .iter()
        .any(|key| line.trim_start().starts_with(key));
    let url = &line[line.find("http")?..];
    let foreign = !REGISTRIES.iter().any(|registry| url.starts_with(registry));
    (is_lock && is_source && foreign).then(|| url.trim_end_matches(['"', ',']))
}

pub(super) fn undocumented_crates(tree: &Tree) -> Vec<String> {
    tree.crates()
        .into_iter()
        .filter(|(name, _)| {
            !["lib.rs", "main.rs"].iter().any(|root| {
                let text = tree.text(&format!("crates/{name}/src/{root}"));
                text.is_some_and(|text| {
                    text.starts_with("//! ") && !text.starts_with("//! To be written")
                })
            })
        })
        .map(|(name, _)| format!("the crate {name} does not begin with its purpose (`//!`)"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_file_is_caught() {
        let (long, fine) = ("x\n".repeat(801), "x\n".repeat(800));
        let tree = Tree::of(&[("a.rs", &long), ("b.ts", &fine), ("c.json", &long)]);
        assert_eq!(long_files(&tree), ["a.rs has 801 lines"]);
    }

    #[test]
    fn a_path_of_a_machine_is_caught() {
        let home = format!("see {}somebody/notes\n", MACHINE_ROOTS[1]);
        let inside = format!("curl https://example.org{}page\n", MACHINE_ROOTS[1]);
        let tree = Tree::of(&[("docs/a.md", &home), ("docs/b.md", &inside)]);
        let wrong = machine_traces(&tree);
        assert_eq!(wrong.len(), 1, "{wrong:?}");
        assert!(wrong[0].starts_with("docs/a.md:1 "), "{wrong:?}");
    }

    #[test]
    fn a_private_registry_is_caught() {
        let lock = "  \"resolved\": \"https://registry.npmjs.org/a/-/a-1.tgz\",\n  \
                    \"resolved\": \"https://mirror.example/a-1.tgz\",\n  \
                    \"funding\": \"https://example.org/give\",\n";
        let tree = Tree::of(&[("web/package-lock.json", lock)]);
        assert_eq!(
            machine_traces(&tree),
            ["web/package-lock.json:2 takes a package from https://mirror.example/a-1.tgz"]
        );
    }

    #[test]
    fn a_silent_crate_is_caught() {
        let tree = Tree::of(&[
            ("crates/a/Cargo.toml", ""),
            ("crates/a/src/lib.rs", "//! What it is for.\n"),
            ("crates/b/Cargo.toml", ""),
            ("crates/b/src/main.rs", "fn main() {}\n"),
        ]);
        let wrong = undocumented_crates(&tree);
        assert_eq!(wrong.len(), 1, "{wrong:?}");
        assert!(wrong[0].contains("crate b "), "{wrong:?}");
    }
}
