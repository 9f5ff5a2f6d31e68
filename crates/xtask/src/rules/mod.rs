//! The rules of the repository: what holds of all files together, and no compiler checks.
//!
//! A rule is a function from a [`Tree`] to the sentences about what breaks it. Each has tests that
//! show it catching a violation; `cargo xtask rules` and the test below run them all on this
//! repository.

mod code;
mod documents;
mod hygiene;
mod layers;
mod metrics;
mod ownership;
mod purity;
mod tree;

pub(crate) use tree::Tree;

struct Rule {
    says: &'static str,
    broken_by: fn(&Tree) -> Vec<String>,
}

const RULES: &[Rule] = &[
    Rule {
        says: "a crate depends on lower rows only",
        broken_by: layers::broken,
    },
    Rule {
        says: "pure crates do no input or output, and keep no time or threads of their own",
        broken_by: purity::broken,
    },
    Rule {
        says: "what may be replaced is named in one place only",
        broken_by: ownership::broken,
    },
    Rule {
        says: "files have at most 800 lines",
        broken_by: hygiene::long_files,
    },
    Rule {
        says: "nothing of the machine it was written on is in the tree",
        broken_by: hygiene::machine_traces,
    },
    Rule {
        says: "every crate says what it is for",
        broken_by: hygiene::undocumented_crates,
    },
    Rule {
        says: "links between documents lead somewhere",
        broken_by: documents::dead_links,
    },
    Rule {
        says: "commands in documents exist",
        broken_by: documents::unknown_commands,
    },
    Rule {
        says: "operators are told of every metric, and of none that does not exist",
        broken_by: metrics::broken,
    },
];

/// Every violation, each with its rule.
pub(crate) fn broken(tree: &Tree) -> Vec<String> {
    RULES
        .iter()
        .flat_map(|rule| {
            (rule.broken_by)(tree)
                .into_iter()
                .map(|what| format!("{what} ({})", rule.says))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_repository_keeps_its_rules() {
        let broken = broken(&Tree::of_repository().unwrap());
        assert!(broken.is_empty(), "{}", broken.join("\n"));
    }
}
