//! `cargo xtask up`: from a fresh clone to a call in the browser.

use crate::cli::Up;
use crate::shell::{self, cargo, command, target};
use crate::tools;
use std::io;

pub(crate) fn run(options: &Up) -> io::Result<()> {
    tools::node()?;
    println!("Building the call page …");
    page()?;
    println!("Building the server (minutes, the first time) …");
    let mut arguments = vec!["build", "--package", "server"];
    if options.release {
        arguments.push("--release");
    }
    shell::run(cargo(&arguments))?;
    let profile = if options.release { "release" } else { "debug" };
    // The server prints its address and the join link.
    shell::run(command(
        target().join(profile).join("stoa"),
        &["serve", "--dev"],
    ))
}

/// Builds the page that the server will embed.
fn page() -> io::Result<()> {
    shell::run(tools::npm(&["ci", "--no-audit", "--no-fund"]))?;
    shell::run(tools::npm(&["run", "build"]))
}
