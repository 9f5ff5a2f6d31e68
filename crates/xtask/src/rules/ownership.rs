//! What may one day be replaced, or has to be audited, is named in one place only.

use super::Tree;
use super::code::{bare, has_word, without_tests};
use super::layers::TOOLS;
use super::tree::dependencies;

/// An outside crate, the crate that may depend on it, and the folder that may name it.
const OWNED: &[(&str, &str, &str)] = &[
    ("livekit-protocol", "signal", "crates/signal/"),
    ("sqlx", "store", "crates/store/"),
    ("str0m", "sfu-core", "crates/sfu-core/src/transport"),
];

/// The only crate with system calls of its own.
const UNSAFE: &str = "crates/net/";

pub(super) fn broken(tree: &Tree) -> Vec<String> {
    let mut wrong = Vec::new();
    for (name, manifest) in tree.crates() {
        if TOOLS.contains(&name) {
            continue;
        }
        for (outside, owner, _) in OWNED {
            if name != *owner && dependencies(&manifest, "dependencies").contains(outside) {
                wrong.push(format!("only {owner} may depend on {outside}, not {name}"));
            }
        }
        for (path, source) in tree.sources(name) {
            let code = bare(without_tests(path, source));
            for (outside, owner, folder) in OWNED {
                if name == *owner
                    && !path.starts_with(folder)
                    && has_word(&code, &outside.replace('-', "_"))
                {
                    wrong.push(format!("only {folder} may name {outside}, not {path}"));
                }
            }
        }
    }
    for (path, source) in tree.files().filter(|(path, _)| path.ends_with(".rs")) {
        if !path.starts_with(UNSAFE) && has_word(&bare(source), "unsafe") {
            wrong.push(format!("only net may have unsafe code, not {path}"));
        }
    }
    wrong
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_owner_is_caught() {
        let tree = Tree::of(&[
            (
                "crates/room/Cargo.toml",
                "[dependencies]\nlivekit-protocol.workspace = true\n",
            ),
            (
                "crates/server/Cargo.toml",
                "[dependencies]\nsqlx.workspace = true\n",
            ),
            (
                "crates/bench/Cargo.toml",
                "[dependencies]\nlivekit-protocol.workspace = true\n",
            ),
        ]);
        assert_eq!(
            broken(&tree),
            [
                "only signal may depend on livekit-protocol, not room",
                "only store may depend on sqlx, not server",
            ]
        );
    }

    #[test]
    fn a_name_outside_its_folder_is_caught() {
        let tree = Tree::of(&[
            (
                "crates/sfu-core/Cargo.toml",
                "[dependencies]\nstr0m.workspace = true\n",
            ),
            ("crates/sfu-core/src/transport/mod.rs", "use str0m::Rtc;"),
            (
                "crates/sfu-core/src/engine.rs",
                "// not str0m\nuse str0m::Rtc;",
            ),
        ]);
        let wrong = broken(&tree);
        assert_eq!(wrong.len(), 1, "{wrong:?}");
        assert!(
            wrong[0].ends_with("crates/sfu-core/src/engine.rs"),
            "{wrong:?}"
        );
    }

    #[test]
    fn unsafe_code_elsewhere_is_caught() {
        let tree = Tree::of(&[
            ("crates/net/src/udp.rs", "fn f() { unsafe { g() } }"),
            ("crates/sfu/src/lib.rs", "fn f() { unsafe { g() } }"),
            ("crates/rtp/src/lib.rs", "// unsafe\nlet a = \"unsafe\";"),
        ]);
        assert_eq!(
            broken(&tree),
            ["only net may have unsafe code, not crates/sfu/src/lib.rs"]
        );
    }
}
