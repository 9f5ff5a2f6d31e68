//! Dependencies between our crates point down.

use super::Tree;
use super::tree::dependencies;

/// Lowest first. A crate may depend on crates of lower rows only.
const LAYERS: &[&[&str]] = &[
    &["base"],
    &["rtp"],
    &["sfu-core", "room-core"],
    &["store"],
    &["tenancy"],
    &["net"],
    &["sfu"],
    &["room"],
    &["signal", "api"],
    &["server"],
];

/// They may use every crate, and no crate may use them.
pub(super) const TOOLS: &[&str] = &["sim", "bench", "xtask"];

pub(super) fn broken(tree: &Tree) -> Vec<String> {
    let mut wrong = Vec::new();
    for (name, manifest) in tree.crates() {
        if TOOLS.contains(&name) {
            continue;
        }
        let Some(own) = row(name) else {
            wrong.push(format!("the crate {name} has no row in rules/layers.rs"));
            continue;
        };
        for section in ["dependencies", "dev-dependencies", "build-dependencies"] {
            for dependency in dependencies(&manifest, section) {
                let upward = row(dependency).is_some_and(|theirs| theirs >= own);
                if upward || TOOLS.contains(&dependency) {
                    wrong.push(format!("{name} may not depend on {dependency}"));
                }
            }
        }
    }
    wrong
}

fn row(name: &str) -> Option<usize> {
    LAYERS.iter().position(|row| row.contains(&name))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn broken_by(name: &str, manifest: &str) -> Vec<String> {
        broken(&Tree::of(&[(
            &format!("crates/{name}/Cargo.toml"),
            manifest,
        )]))
    }

    #[test]
    fn upward_sideways_and_tool_dependencies_are_caught() {
        let upward = "[dependencies]\nroom.workspace = true\nbase.workspace = true\n";
        assert_eq!(broken_by("net", upward), ["net may not depend on room"]);
        let sideways = "[dev-dependencies]\nroom-core = { path = \"../room-core\" }\n";
        assert_eq!(
            broken_by("sfu-core", sideways),
            ["sfu-core may not depend on room-core"]
        );
        let tool = "[dependencies]\nsim.workspace = true\n";
        assert_eq!(broken_by("server", tool), ["server may not depend on sim"]);
        let renamed = "[dependencies]\nother = { package = \"signal\", path = \"../signal\" }\n";
        assert_eq!(
            broken_by("room", renamed),
            ["room may not depend on signal"]
        );
    }

    #[test]
    fn a_crate_without_a_row_is_caught() {
        assert_eq!(broken_by("stuff", "").len(), 1);
    }

    #[test]
    fn downward_dependencies_and_tools_are_fine() {
        let downward = "[dependencies]\nroom.workspace = true\ntokio.workspace = true\n";
        assert!(broken_by("signal", downward).is_empty());
        assert!(broken_by("bench", downward).is_empty());
    }
}
