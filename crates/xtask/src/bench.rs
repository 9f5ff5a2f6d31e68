//! `cargo xtask bench`: release builds of the server and of the load generator, then a table.

use crate::cli::Bench;
use crate::shell::{self, cargo, command, target};
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
    shell::run(command(target().join("release/bench"), &options.arguments))
}
