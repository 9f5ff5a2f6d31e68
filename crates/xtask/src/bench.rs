//! `cargo xtask bench`: release builds of the server and of the load generator, then a table.

use crate::cli::Bench;
use crate::shell::{self, cargo, command, root, target};
use crate::tools::{self, Links, isolated, npm};
use std::io;

pub(crate) fn run(options: &Bench) -> io::Result<()> {
    shell::run(cargo(&[
        "build",
        "--release",
        "--package",
        "server",
        "--package",
        "bench",
    ]))?;
    match options.arguments.split_first() {
        Some((which, arguments)) if which == "browser" => browser(arguments),
        _ => shell::run(command(target().join("release/bench"), &options.arguments)),
    }
}

/// Not the load generator but Chromium with the published client, from joining to the picture.
fn browser(arguments: &[String]) -> io::Result<()> {
    tools::node()?;
    tools::programs()?;
    shell::run(npm(&["ci", "--no-audit", "--no-fund"]))?;
    let mut join = isolated(Links::Loopback, "node", &["benchmarks/join.mjs"]);
    join.args(arguments)
        .current_dir(root().join("web/e2e"))
        .env("STOA_BIN", target().join("release/stoa"));
    shell::run(join)
}
