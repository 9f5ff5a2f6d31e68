//! Reading Rust source as far as the rules need it: no comments, no literals, no tests.

/// The source with comments, string and character literals blanked out.
pub(super) fn bare(source: &str) -> String {
    let mut out = String::with_capacity(source.len());
    let mut rest = source;
    while let Some(first) = rest.chars().next() {
        let skipped = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            rest.find("*/").map_or(rest.len(), |at| at + 2)
        } else if first == '"' {
            quoted(rest)
        } else if is_raw_string(rest) && !out.ends_with(is_word) {
            raw_string(rest)
        } else if first == '\'' {
            character(rest)
        } else {
            out.push(first);
            rest = &rest[first.len_utf8()..];
            continue;
        };
        out.push(' ');
        rest = &rest[skipped..];
    }
    out
}

/// The source without its tests, which stand last in a file (or are the whole file).
pub(super) fn without_tests<'a>(path: &str, source: &'a str) -> &'a str {
    let is_test = |part: &str| part == "tests" || part == "tests.rs" || part == "benches";
    if path.split('/').any(is_test) {
        return "";
    }
    match source.find("#[cfg(test)]\nmod tests {") {
        Some(at) => &source[..at],
        None => source,
    }
}

/// Every path in the code with its groups written out: `use std::{fs, io::Read}` gives `std::fs`
/// and `std::io::Read`.
pub(super) fn paths(bare: &str) -> Vec<String> {
    let mut out = Vec::new();
    let compact = compacted(bare);
    let mut at = 0;
    while at < compact.len() {
        let rest = &compact[at..];
        let word = rest.find(|c| !is_word(c)).unwrap_or(rest.len());
        if word == 0 {
            at += rest.chars().next().map_or(1, char::len_utf8);
        } else {
            at += path(rest, "", &mut out);
        }
    }
    out
}

/// Whether `name` occurs as a whole word.
pub(super) fn has_word(bare: &str, name: &str) -> bool {
    bare.match_indices(name).any(|(at, _)| {
        !bare[..at].ends_with(is_word) && !bare[at + name.len()..].starts_with(is_word)
    })
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// Reads one path at the beginning of `text` and enters what it leads to; returns its length.
fn path(text: &str, prefix: &str, out: &mut Vec<String>) -> usize {
    let mut at = text.find(|c| !is_word(c)).unwrap_or(text.len());
    let name = format!("{prefix}{}", &text[..at]);
    if !text[at..].starts_with("::") {
        out.push(name);
        return at.max(1);
    }
    at += 2;
    let prefix = format!("{name}::");
    if !text[at..].starts_with('{') {
        return match text[at..].chars().next() {
            Some(next) if is_word(next) => at + path(&text[at..], &prefix, out),
            _ => {
                out.push(name);
                at
            }
        };
    }
    at += 1;
    while at < text.len() && !text[at..].starts_with('}') {
        let starts_word = text[at..].starts_with(is_word);
        at += if starts_word {
            path(&text[at..], &prefix, out)
        } else {
            text[at..].chars().next().map_or(1, char::len_utf8)
        };
    }
    (at + 1).min(text.len())
}

/// Without the spaces around `::`, braces and commas, so that a path is one run of characters.
fn compacted(bare: &str) -> String {
    let mut out = String::with_capacity(bare.len());
    let mut words = bare.split_whitespace().peekable();
    while let Some(word) = words.next() {
        out.push_str(word);
        if let Some(next) = words.peek()
            && out.ends_with(is_word)
            && next.starts_with(is_word)
        {
            out.push(' ');
        }
    }
    out
}

fn quoted(text: &str) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return at + 1,
            _ => {}
        }
    }
    text.len()
}

fn is_raw_string(text: &str) -> bool {
    let after = text.strip_prefix("br").or_else(|| text.strip_prefix('r'));
    after.is_some_and(|after| after.trim_start_matches('#').starts_with('"'))
}

fn raw_string(text: &str) -> usize {
    let open = text.find('"').unwrap_or(0);
    let hashes = text[..open].matches('#').count();
    let close = format!("\"{}", "#".repeat(hashes));
    text[open + 1..]
        .find(&close)
        .map_or(text.len(), |at| open + 1 + at + close.len())
}

/// A character literal, or the quote of a lifetime.
fn character(text: &str) -> usize {
    let mut inside = text.char_indices().skip(1);
    match (inside.next(), inside.next()) {
        (Some((_, '\\')), Some((after, _))) => {
            text[after + 1..].find('\'').map_or(1, |at| after + 2 + at)
        }
        (Some(_), Some((at, '\''))) => at + 1,
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_literals_are_blanked() {
        let source = "let a = \"std::fs \\\" x\"; // std::net\n/* unsafe */ let b = '\"'; r#\"unsafe\"#; fn f<'a>() {}";
        let bare = bare(source);
        for gone in ["std", "unsafe", "x"] {
            assert!(!has_word(&bare, gone), "{gone} in {bare}");
        }
        assert!(has_word(&bare, "a") && has_word(&bare, "b") && has_word(&bare, "fn"));
    }

    #[test]
    fn groups_are_written_out() {
        let found =
            paths("use std::{fs, io::{self, Read}};\nlet x = std :: net::UdpSocket::bind();");
        for wanted in [
            "std::fs",
            "std::io::Read",
            "std::io::self",
            "std::net::UdpSocket::bind",
        ] {
            assert!(
                found.iter().any(|path| path == wanted),
                "{wanted} in {found:?}"
            );
        }
    }

    #[test]
    fn tests_are_left_out() {
        let source = "fn f() {}\n#[cfg(test)]\nmod tests {\n    use std::fs;\n}\n";
        assert_eq!(without_tests("crates/a/src/lib.rs", source), "fn f() {}\n");
        assert_eq!(without_tests("crates/a/src/x/tests/y.rs", source), "");
    }
}
