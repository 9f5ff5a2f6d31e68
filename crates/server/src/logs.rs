//! Structured logs on standard error: ids and numbers, never names, texts, addresses or secrets.

use crate::config::{Level, Log};
use crate::problem::Problem;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt;

/// Our crates. Those of others speak only of errors: some would print addresses and SDP.
const OURS: [&str; 11] = [
    "base",
    "rtp",
    "sfu_core",
    "room_core",
    "store",
    "tenancy",
    "net",
    "sfu",
    "room",
    "signal",
    "api",
];

/// Begins logging; to be called once.
pub(crate) fn begin(log: &Log) -> Result<(), Problem> {
    let filter = EnvFilter::try_new(directives(log)).map_err(|error| {
        Problem::new(
            "begin logging",
            error,
            "write log.filter as in \"sfu=debug,signal=trace\"",
        )
    })?;
    let lines = fmt().with_env_filter(filter).with_writer(std::io::stderr);
    if log.json {
        lines.json().flatten_event(true).init();
    } else {
        lines.with_ansi(false).init();
    }
    Ok(())
}

fn directives(log: &Log) -> String {
    let level = match log.level {
        Level::Error => "error",
        Level::Warn => "warn",
        Level::Info => "info",
        Level::Debug => "debug",
        Level::Trace => "trace",
    };
    let mut directives = format!("error,stoa={level}");
    for name in OURS {
        directives.push_str(&format!(",{name}={level}"));
    }
    if !log.filter.is_empty() {
        directives.push(',');
        directives.push_str(&log.filter);
    }
    directives
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_crate_of_ours_is_heard_at_the_configured_level() {
        let log = Log {
            filter: "sfu=trace".to_owned(),
            ..Log::default()
        };
        let written = directives(&log);
        assert!(written.starts_with("error,stoa=info,"), "{written}");
        assert!(written.ends_with(",api=info,sfu=trace"), "{written}");
        EnvFilter::try_new(written).unwrap();
    }
}
