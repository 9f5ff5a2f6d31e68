//! Documents are true: their links lead somewhere, the commands they show exist.

use super::Tree;
use crate::cli::Cli;
use clap::CommandFactory;

/// Where the words of the binary's command line are defined.
const STOA_WORDS: &str = "crates/server/src/cli.rs";

pub(super) fn dead_links(tree: &Tree) -> Vec<String> {
    let mut wrong = Vec::new();
    for (path, text) in documents(tree) {
        for (number, line) in prose(text) {
            for target in links(line) {
                let file = target.split('#').next().unwrap_or("");
                let outside = target.contains("://") || target.starts_with("mailto:");
                if !outside && !file.is_empty() && !tree.has(&resolved(path, file)) {
                    wrong.push(format!(
                        "{path}:{number} links to {target}, which does not exist"
                    ));
                }
            }
        }
    }
    wrong
}

pub(super) fn unknown_commands(tree: &Tree) -> Vec<String> {
    let mut wrong = Vec::new();
    let stoa = tree.text(STOA_WORDS).unwrap_or_default();
    let scripts = tree.text("web/package.json").unwrap_or_default();
    for (path, text) in documents(tree) {
        for (number, line) in text.lines().enumerate().map(|(n, line)| (n + 1, line)) {
            let unknown =
                |command: &str| format!("{path}:{number} shows `{command}`, which does not exist");
            for word in words_after(line, "cargo xtask ") {
                if !is_xtask(word) {
                    wrong.push(unknown(&format!("cargo xtask {word}")));
                }
            }
            for word in commands_of_stoa(line) {
                if !is_variant(stoa, word) {
                    wrong.push(unknown(&format!("stoa {word}")));
                }
            }
            for word in words_after(line, "npm run ") {
                if !scripts.contains(&format!("\"{word}\":")) {
                    wrong.push(unknown(&format!("npm run {word}")));
                }
            }
        }
    }
    wrong
}

fn documents(tree: &Tree) -> impl Iterator<Item = (&str, &str)> {
    tree.files().filter(|(path, _)| path.ends_with(".md"))
}

/// Lines outside of code blocks, numbered from 1.
fn prose(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut in_code = false;
    text.lines().enumerate().filter_map(move |(number, line)| {
        let fence = line.trim_start().starts_with("```");
        in_code ^= fence;
        (!fence && !in_code).then_some((number + 1, line))
    })
}

/// Targets of `[text](target)` in a line.
fn links(line: &str) -> impl Iterator<Item = &str> {
    line.split("](")
        .skip(1)
        .filter_map(|rest| rest.split(')').next())
}

/// `target` as seen from the folder of `path`.
fn resolved(path: &str, target: &str) -> String {
    let mut parts: Vec<&str> = path.split('/').collect();
    parts.pop();
    for part in target.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts.join("/")
}

fn words_after<'a>(line: &'a str, command: &'static str) -> impl Iterator<Item = &'a str> {
    line.split(command).skip(1).filter_map(|rest| {
        let end = rest
            .find(|c: char| !c.is_ascii_lowercase() && c != '-')
            .unwrap_or(rest.len());
        (end > 0 && !rest.starts_with('-')).then(|| &rest[..end])
    })
}

/// Only where it surely is a command: at the beginning of code, not in a sentence about Stoa.
fn commands_of_stoa(line: &str) -> impl Iterator<Item = &str> {
    let shell = line
        .trim_start()
        .trim_start_matches("$ ")
        .strip_prefix("stoa ");
    let inline = line.split("`stoa ").skip(1);
    shell.into_iter().chain(inline).filter_map(|rest| {
        let end = rest
            .find(|c: char| !c.is_ascii_lowercase())
            .unwrap_or(rest.len());
        (end > 0).then(|| &rest[..end])
    })
}

fn is_xtask(word: &str) -> bool {
    Cli::command()
        .get_subcommands()
        .any(|command| command.get_name() == word)
}

fn is_variant(source: &str, word: &str) -> bool {
    let mut letters = word.chars();
    let first = letters.next().map(|c| c.to_ascii_uppercase());
    let name: String = first.into_iter().chain(letters).collect();
    ["(", ","]
        .iter()
        .any(|after| source.contains(&format!("    {name}{after}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dead_link_is_caught() {
        let text = "[a](b.md) [c](../README.md#part) [d](https://example.org) [e](missing.md)\n\
                    ```\n[f](not-a-link.md)\n```\n";
        let tree = Tree::of(&[("docs/a.md", text), ("docs/b.md", ""), ("README.md", "")]);
        assert_eq!(
            dead_links(&tree),
            ["docs/a.md:1 links to missing.md, which does not exist"]
        );
    }

    #[test]
    fn a_command_that_does_not_exist_is_caught() {
        let text = "Run `cargo xtask test`, then `cargo xtask fly`.\n\
                    `stoa serve --dev`, `stoa openapi` and `stoa swim`; stoa is Greek.\nnpm run build\nnpm run away\n";
        let tree = Tree::of(&[
            ("README.md", text),
            (
                STOA_WORDS,
                "enum Command {\n    Serve(Source),\n    Openapi,\n}\n",
            ),
            ("web/package.json", "{\"scripts\": {\"build\": \"x\"}}"),
        ]);
        let wrong = unknown_commands(&tree);
        assert_eq!(wrong.len(), 3, "{wrong:?}");
        assert!(wrong[0].contains("`cargo xtask fly`"), "{wrong:?}");
        assert!(wrong[1].contains("`stoa swim`"), "{wrong:?}");
        assert!(wrong[2].contains("`npm run away`"), "{wrong:?}");
    }
}
