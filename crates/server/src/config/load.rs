//! From a file and the environment to a [`Config`], or to one sentence about what is wrong.

use super::Config;
use super::nearest::nearest;
use crate::cli::Source;
use crate::problem::Problem;
use std::path::Path;
use toml::Value;
use toml::de::{DeTable, DeValue};

/// Tables whose keys are chosen by the operator.
const OPEN_TABLES: [&str; 1] = ["keys"];
/// Variables with our prefix that are not keys of the file: one of the command line, and one by
/// which tests find the binary and which it then inherits.
const OTHER_VARIABLES: [&str; 2] = ["STOA_CONFIG", "STOA_BIN"];
const PREFIX: &str = "STOA_";

/// The file or the preset, then the environment over it, checked.
pub(crate) fn load(source: &Source) -> Result<Config, Problem> {
    let config = match &source.config {
        None => Config::dev(),
        Some(path) => from_file(path)?,
    };
    let config = overridden(config, std::env::vars())?;
    config.check()?;
    Ok(config)
}

fn from_file(path: &Path) -> Result<Config, Problem> {
    let tried = format!("read the configuration {}", path.display());
    let text = std::fs::read_to_string(path).map_err(|error| {
        Problem::new(
            tried.clone(),
            error,
            "check the path and that this user may read it (config.example.toml is a template)",
        )
    })?;
    parse(&text).map_err(|(wrong, advice)| Problem::new(tried, wrong, advice))
}

/// A [`Config`], or what is wrong and what to do about it.
fn parse(text: &str) -> Result<Config, (String, String)> {
    let syntax = |error: toml::de::Error| {
        let line = error.span().map_or(1, |span| line_at(text, span.start));
        (
            format!(
                "line {line}: {}",
                error.message().trim().replace('\n', ", ")
            ),
            "correct that line (config.example.toml shows every key and its form)".to_owned(),
        )
    };
    let table = DeTable::parse(text).map_err(syntax)?;
    let known = known_keys();
    if let Some((at, key)) = unknown(table.get_ref(), "", &known) {
        let advice = match nearest(&key, known.iter().map(String::as_str)) {
            Some(meant) => format!("did you mean \"{meant}\"?"),
            None => "config.example.toml shows every key".to_owned(),
        };
        return Err((
            format!("line {}: there is no key \"{key}\"", line_at(text, at)),
            advice,
        ));
    }
    toml::from_str(text).map_err(syntax)
}

fn line_at(text: &str, byte: usize) -> usize {
    1 + text.bytes().take(byte).filter(|b| *b == b'\n').count()
}

/// Dotted names of all keys, as the default configuration shows them.
fn known_keys() -> Vec<String> {
    flattened(&Config::default())
        .into_iter()
        .map(|(key, _)| key)
        .collect()
}

/// Every key with its value; an operator's table counts as one key.
pub(super) fn flattened(config: &Config) -> Vec<(String, Value)> {
    fn walk(prefix: &str, table: &toml::Table, out: &mut Vec<(String, Value)>) {
        for (name, value) in table {
            let key = joined(prefix, name);
            match value {
                Value::Table(inner) if !OPEN_TABLES.contains(&key.as_str()) => {
                    walk(&key, inner, out);
                }
                _ => out.push((key, value.clone())),
            }
        }
    }
    let mut out = Vec::new();
    walk("", &as_table(config), &mut out);
    out
}

fn as_table(config: &Config) -> toml::Table {
    #[expect(
        clippy::expect_used,
        reason = "every field is a plain value, which the tests serialise"
    )]
    toml::Table::try_from(config).expect("a configuration is a TOML table")
}

fn joined(prefix: &str, name: &str) -> String {
    if prefix.is_empty() {
        name.to_owned()
    } else {
        format!("{prefix}.{name}")
    }
}

/// The first key, by its place in the text, that is neither known nor leads to a known one.
fn unknown(table: &DeTable<'_>, prefix: &str, known: &[String]) -> Option<(usize, String)> {
    let mut found = Vec::new();
    for (name, value) in table {
        let key = joined(prefix, name.get_ref());
        if known.contains(&key) {
            continue;
        }
        let leads_on = known.iter().any(|k| k.starts_with(&format!("{key}.")));
        match value.get_ref() {
            DeValue::Table(inner) if leads_on => found.extend(unknown(inner, &key, known)),
            // A plain value where a table belongs is a type error, which serde words better.
            _ if leads_on => {}
            _ => found.push((name.span().start, key)),
        }
    }
    found.into_iter().min()
}

/// `STOA_HTTP_LISTEN` stands over `http.listen`. Lists are separated by commas, keys are
/// `key=secret` pairs.
fn overridden(
    config: Config,
    variables: impl Iterator<Item = (String, String)>,
) -> Result<Config, Problem> {
    let dev = config.dev;
    let known = flattened(&config);
    let mut config = config;
    for (variable, text) in variables {
        if !variable.starts_with(PREFIX) || OTHER_VARIABLES.contains(&variable.as_str()) {
            continue;
        }
        let tried = format!("apply the environment variable {variable}");
        let Some((key, current)) = known.iter().find(|(key, _)| variable_name(key) == variable)
        else {
            let names: Vec<String> = known.iter().map(|(key, _)| variable_name(key)).collect();
            let advice = match nearest(&variable, names.iter().map(String::as_str)) {
                Some(meant) => format!("did you mean {meant}?"),
                None => "unset it, or see config.example.toml for the keys".to_owned(),
            };
            return Err(Problem::new(tried, "no key has this name", advice));
        };
        let mut table = as_table(&config);
        place(&mut table, key, value_like(current, &text));
        config = table.try_into().map_err(|error: toml::de::Error| {
            Problem::new(
                tried,
                error.message().trim().replace('\n', ", "),
                format!("give it the form that {key} has in config.example.toml"),
            )
        })?;
    }
    config.dev = dev;
    Ok(config)
}

fn variable_name(key: &str) -> String {
    format!("{PREFIX}{}", key.replace('.', "_").to_uppercase())
}

/// Reads `text` as the kind of value that the key has now; what does not fit stays text, so that
/// the type error names it.
fn value_like(current: &Value, text: &str) -> Value {
    let parts = || {
        text.split(',')
            .map(str::trim)
            .filter(|part| !part.is_empty())
    };
    let plain = |text: &str| Value::String(text.to_owned());
    match current {
        Value::Integer(_) => text.parse().map_or_else(|_| plain(text), Value::Integer),
        Value::Float(_) => text.parse().map_or_else(|_| plain(text), Value::Float),
        Value::Boolean(_) => text.parse().map_or_else(|_| plain(text), Value::Boolean),
        Value::Array(_) => Value::Array(parts().map(plain).collect()),
        Value::Table(_) => Value::Table(
            parts()
                .filter_map(|pair| pair.split_once('='))
                .map(|(key, value)| (key.trim().to_owned(), plain(value.trim())))
                .collect(),
        ),
        Value::String(_) | Value::Datetime(_) => plain(text),
    }
}

fn place(table: &mut toml::Table, key: &str, value: Value) {
    match key.split_once('.') {
        None => {
            table.insert(key.to_owned(), value);
        }
        Some((head, rest)) => {
            if let Some(Value::Table(inner)) = table.get_mut(head) {
                place(inner, rest, value);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const EXAMPLE: &str = include_str!("../../../../config.example.toml");

    fn env(pairs: &[(&str, &str)]) -> Result<Config, Problem> {
        let pairs = pairs
            .iter()
            .map(|(k, v)| ((*k).to_owned(), (*v).to_owned()));
        overridden(Config::dev(), pairs)
    }

    #[test]
    fn the_example_shows_every_key_with_its_default() {
        let shown: toml::Table = EXAMPLE.parse().unwrap();
        let parsed = parse(EXAMPLE).unwrap();
        let defaults = Config {
            // The one key without a default: an example stands in its place.
            keys: parsed.keys.clone(),
            ..Config::default()
        };
        assert_eq!(parsed, defaults);
        for (key, _) in flattened(&Config::default()) {
            let found = key
                .split('.')
                .try_fold(&Value::Table(shown.clone()), |at, part| at.get(part))
                .is_some();
            assert!(found, "config.example.toml does not show {key}");
        }
    }

    #[test]
    fn the_example_explains_every_key() {
        let mut before = "";
        for (number, line) in EXAMPLE.lines().enumerate() {
            if !line.is_empty() && !line.starts_with(['#', '[']) {
                assert!(before.starts_with('#'), "line {}: {line}", number + 1);
            }
            before = line;
        }
    }

    #[test]
    fn an_unknown_key_is_named_with_its_line_and_the_nearest_known_one() {
        let (wrong, advice) =
            parse("[http]\nlisten = \"off\"\n\n[media]\nudpport = 1\n").unwrap_err();
        assert_eq!(wrong, "line 5: there is no key \"media.udpport\"");
        assert_eq!(advice, "did you mean \"media.udp_port\"?");
        let (wrong, _) = parse("[medai]\nudp_port = 1\n").unwrap_err();
        assert_eq!(wrong, "line 1: there is no key \"medai\"");
    }

    #[test]
    fn a_value_of_the_wrong_kind_is_named_with_its_line() {
        let (wrong, _) = parse("[media]\n\nudp_port = \"many\"\n").unwrap_err();
        assert!(wrong.starts_with("line 3: invalid type"), "{wrong}");
        let (wrong, _) = parse("[http]\nlisten = \"here\"\n").unwrap_err();
        assert!(wrong.contains("\"here\" is not an address"), "{wrong}");
        let (wrong, _) = parse("http = 3\n").unwrap_err();
        assert!(wrong.starts_with("line 1: invalid type"), "{wrong}");
        assert!(parse("[http\n").is_err());
    }

    #[test]
    fn the_environment_stands_over_the_file() {
        let config = env(&[
            ("STOA_HTTP_LISTEN", "127.0.0.1:9000"),
            ("STOA_MEDIA_ADDRESSES", "127.0.0.1, ::1"),
            ("STOA_KEYS", "a=one, b=two=2"),
            ("STOA_LOG_JSON", "true"),
            ("PATH", "/bin"),
        ])
        .unwrap();
        assert_eq!(
            config.http.listen.address(),
            Some("127.0.0.1:9000".parse().unwrap())
        );
        assert_eq!(config.media.addresses.len(), 2);
        assert_eq!(config.keys.secret("b"), Some("two=2"));
        assert!(config.log.json && config.dev);
    }

    #[test]
    fn a_misspelt_or_misused_variable_is_refused_by_name() {
        let told = env(&[("STOA_HTTP_LISTNE", "off")]).unwrap_err().to_string();
        assert!(told.contains("did you mean STOA_HTTP_LISTEN?"), "{told}");
        let told = env(&[("STOA_MEDIA_UDP_PORT", "x")])
            .unwrap_err()
            .to_string();
        assert!(told.contains("STOA_MEDIA_UDP_PORT"), "{told}");
    }
}
