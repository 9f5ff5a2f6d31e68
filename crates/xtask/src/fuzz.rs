//! `cargo xtask fuzz`: searches for inputs that break a parser. What it finds is committed to the
//! target's corpus, which the ordinary tests replay.

use crate::cli::Fuzz;
use crate::shell::{self, cargo, command, root};
use std::io;

pub(crate) fn run(options: &Fuzz) -> io::Result<()> {
    let installed = cargo(&["fuzz", "--version"])
        .stderr(std::process::Stdio::null())
        .status()
        .is_ok_and(|status| status.success());
    if !installed {
        return Err(io::Error::other(
            "cargo-fuzz is missing; install it with `cargo install cargo-fuzz` and \
             `rustup toolchain install nightly`",
        ));
    }
    let limit = format!("-max_total_time={}", options.seconds);
    for target in targets()? {
        if options.target.as_ref().is_some_and(|only| *only != target) {
            continue;
        }
        println!("── {target}");
        shell::run(command(
            "cargo",
            &["+nightly", "fuzz", "run", &target, "--", &limit],
        ))?;
    }
    Ok(())
}

/// Names of the targets, in order.
fn targets() -> io::Result<Vec<String>> {
    let mut names: Vec<String> = std::fs::read_dir(root().join("fuzz/fuzz_targets"))?
        .filter_map(|entry| {
            let name = entry.ok()?.file_name().into_string().ok()?;
            name.strip_suffix(".rs").map(str::to_owned)
        })
        .collect();
    names.sort();
    Ok(names)
}
