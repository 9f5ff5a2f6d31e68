//! Pure crates decide and do nothing: no sockets, files, threads, environment or clock.

use super::Tree;
use super::code::{bare, paths, without_tests};
use super::tree::dependencies;

/// Each with the outside crates that it may use: those that compute and do nothing else.
const PURE: &[(&str, &[&str])] = &[
    (
        "base",
        &["bytes", "serde", "smallvec", "thiserror", "getrandom"],
    ),
    ("rtp", &["bytes", "smallvec", "thiserror"]),
    (
        "sfu-core",
        // str0m is a state machine without sockets or clock, like ourselves; of aws-lc-rs only
        // ciphers are used, which compute.
        &[
            "bytes",
            "smallvec",
            "thiserror",
            "tracing",
            "str0m",
            "aws-lc-rs",
        ],
    ),
    (
        "room-core",
        // JSON is read from and written to strings.
        &[
            "bytes",
            "serde",
            "serde_json",
            "serde_path_to_error",
            "smallvec",
            "thiserror",
        ],
    ),
];

/// Addresses are values and allowed; whatever opens, waits or asks the machine is not.
const FORBIDDEN: &[&str] = &[
    "std::net::UdpSocket",
    "std::net::TcpStream",
    "std::net::TcpListener",
    "std::net::ToSocketAddrs",
    "std::os",
    "std::fs",
    "std::env",
    "std::process",
    "std::thread",
    "std::io::stdin",
    "std::time::Instant::now",
    "std::time::SystemTime::now",
    "Instant::now",
    "SystemTime::now",
    "thread::spawn",
    "thread::sleep",
    "tokio",
];

/// The one file that reads the machine's clocks, for everybody.
const CLOCK: &str = "crates/base/src/clock.rs";

pub(super) fn broken(tree: &Tree) -> Vec<String> {
    let mut wrong = Vec::new();
    for (name, manifest) in tree.crates() {
        let Some((_, allowed)) = PURE.iter().find(|(pure, _)| *pure == name) else {
            continue;
        };
        for dependency in dependencies(&manifest, "dependencies") {
            let ours = tree.has(&format!("crates/{dependency}"));
            if !ours && !allowed.contains(&dependency) {
                wrong.push(format!(
                    "{name} is pure and may not use the crate {dependency}"
                ));
            }
        }
        for (path, source) in tree.sources(name).filter(|(path, _)| *path != CLOCK) {
            let found = paths(&bare(without_tests(path, source)));
            let mut named: Vec<_> = FORBIDDEN
                .iter()
                .filter(|name| found.iter().any(|p| leads(p, name)))
                .collect();
            named.dedup();
            wrong.extend(named.into_iter().map(|name| format!("{path} names {name}")));
        }
    }
    wrong
}

/// Whether `path` is `name` or something in it.
fn leads(path: &str, name: &str) -> bool {
    path.strip_prefix(name)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn broken_by(source: &str) -> Vec<String> {
        broken(&Tree::of(&[
            (
                "crates/room-core/Cargo.toml",
                "[dependencies]\nbytes.workspace = true\n",
            ),
            ("crates/room-core/src/lib.rs", source),
        ]))
    }

    #[test]
    fn whatever_touches_the_machine_is_caught() {
        for source in [
            "use std::fs;",
            "use std::{\n    collections::HashMap,\n    fs::File,\n};",
            "fn f() { let _ = std::net::UdpSocket::bind(\"\"); }",
            "fn f() -> u64 { std::time::SystemTime::now() }",
            "fn f() -> Instant { Instant::now() }",
            "use std::thread;",
            "use tokio::sync::mpsc;",
        ] {
            assert_eq!(
                broken_by(source).len(),
                1,
                "{source}: {:?}",
                broken_by(source)
            );
        }
    }

    #[test]
    fn values_and_tests_are_fine() {
        let source = "//! No std::fs here.\nuse std::net::{IpAddr, SocketAddr};\nuse std::time::{Duration, Instant};\n\
                      #[cfg(test)]\nmod tests {\n    use std::fs;\n}\n";
        assert!(broken_by(source).is_empty(), "{:?}", broken_by(source));
    }

    #[test]
    fn an_outside_crate_that_acts_is_caught() {
        let tree = Tree::of(&[(
            "crates/rtp/Cargo.toml",
            "[dependencies]\ntokio.workspace = true\n",
        )]);
        assert_eq!(
            broken(&tree),
            ["rtp is pure and may not use the crate tokio"]
        );
    }
}
