//! What `/metrics` shows and what operators are told about it are the same.

use super::Tree;
use super::code::without_tests;
use std::collections::BTreeSet;

const DOCUMENT: &str = "docs/operate/metrics.md";
const PREFIX: &str = "stoa_";
/// Cookies of the same prefix.
const COOKIES: &[&str] = &["stoa_session", "stoa_csrf", "stoa_oidc", "stoa_choice"];

pub(super) fn broken(tree: &Tree) -> Vec<String> {
    let measured: BTreeSet<&str> = tree
        .files()
        .filter(|(path, _)| path.starts_with("crates/") && path.ends_with(".rs"))
        .filter(|(path, _)| !path.starts_with("crates/xtask/") && !path.contains("/tests/"))
        .flat_map(|(path, source)| names(without_tests(path, source), '"'))
        .filter(|name| !COOKIES.contains(name))
        .collect();
    let documented: BTreeSet<&str> = names(tree.text(DOCUMENT).unwrap_or_default(), '`').collect();
    let untold = measured.difference(&documented);
    let unknown = documented.difference(&measured);
    untold
        .map(|name| format!("{DOCUMENT} does not tell of {name}"))
        .chain(unknown.map(|name| format!("{DOCUMENT} tells of {name}, which nothing measures")))
        .collect()
}

/// Names of metrics that stand right behind a `quote`.
fn names(text: &str, quote: char) -> impl Iterator<Item = &str> {
    text.split(quote).filter_map(|part| {
        let end = part
            .find(|c: char| !c.is_ascii_lowercase() && c != '_')
            .unwrap_or(part.len());
        // In code the name is the whole literal; in the document a label may follow.
        let whole = end == part.len() || part[end..].starts_with('{');
        (part.starts_with(PREFIX) && whole).then(|| &part[..end])
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_metric_without_a_line_and_a_line_without_a_metric_are_caught() {
        let tree = Tree::of(&[
            (
                "crates/sfu/src/meters.rs",
                "counter!(\"stoa_told_total\"); gauge!(\"stoa_untold\");",
            ),
            (
                DOCUMENT,
                "| `stoa_told_total{shard=\"0\"}` | `stoa_imagined` |",
            ),
        ]);
        assert_eq!(
            broken(&tree),
            [
                "docs/operate/metrics.md does not tell of stoa_untold",
                "docs/operate/metrics.md tells of stoa_imagined, which nothing measures",
            ]
        );
    }
}
