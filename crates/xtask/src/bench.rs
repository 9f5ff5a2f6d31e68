//! `cargo xtask bench`: release builds of the server and of the load generator, then a table.

use crate::cli::Bench;
use crate::shell::{self, cargo, command, root, target};
use crate::tools::{self, Links, isolated, npm};
use std::io;

/// A script each in `web/e2e/benchmarks`; the first where none is named.
const MEASURED_IN_BROWSER: [&str; 3] = ["join", "strokes", "hands"];

pub(crate) fn run(options: &Bench) -> io::Result<()> {
    match options.arguments.split_first() {
        Some((which, arguments)) if which == "browser" => browser(arguments),
        _ => {
            build()?;
            shell::run(command(target().join("release/bench"), &options.arguments))
        }
    }
}

fn build() -> io::Result<()> {
    shell::run(cargo(&[
        "build",
        "--release",
        "--package",
        "server",
        "--package",
        "bench",
    ]))
}

/// Not the load generator but Chromium: with the published client from joining to the picture, with
/// our own pages from a pointer to the others' screens and from a hand to the stage.
fn browser(arguments: &[String]) -> io::Result<()> {
    let (which, times) = match arguments {
        [which, times @ ..] if MEASURED_IN_BROWSER.contains(&which.as_str()) => (&**which, times),
        times => (MEASURED_IN_BROWSER[0], times),
    };
    tools::node()?;
    tools::programs()?;
    shell::run(npm(&["ci", "--no-audit", "--no-fund"]))?;
    shell::run(npm(&["run", "build"]))?;
    // It embeds what was built just now.
    build()?;
    let mut measured = isolated(
        Links::Loopback,
        "node",
        &[&format!("benchmarks/{which}.mjs")],
    );
    measured
        .args(times)
        .current_dir(root().join("web/e2e"))
        .env("STOA_BIN", target().join("release/stoa"));
    shell::run(measured)
}
