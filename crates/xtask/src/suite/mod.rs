//! `cargo xtask test`: everything that has to hold, in order, each step with its title and time.

mod report;
mod service;

use crate::cli::Test;
use crate::rules::{self, Tree};
use crate::shell::{cargo, run as run_command, target};
use crate::tools::{self, AGENTS, Environment, SDK, isolated, npm};
use report::Report;
use std::io;
use std::process::ExitCode;

/// Runs all steps, also after one has failed; those that need what failed fail with it.
///
/// # Errors
/// Never by a failing step: that is in the exit code.
pub(crate) fn run(options: &Test) -> io::Result<ExitCode> {
    let mut report = Report::new(&options.only);
    report.step("format", || {
        run_command(cargo(&["fmt", "--all", "--check"]))
    });
    report.step("architecture rules", architecture);
    if options.quick {
        rust(&mut report);
        return Ok(report.finish());
    }
    report.step("programs that the tests need", tools::programs);
    let page = report.step("web: packages, types, build", web);
    rust(&mut report);
    let binary = report.step("the server's binary", || {
        run_command(cargo(&["build", "--package", "server"]))
    });
    let ready = page && binary;
    report.step_if(ready, "browser: Chromium with livekit-client", browser);
    report.step_if(ready, "Python SDK", || python(&SDK, "test_sdk"));
    report.step_if(ready, "Python agents", || python(&AGENTS, "test_agents"));
    Ok(report.finish())
}

fn rust(report: &mut Report) {
    let clippy = [
        "clippy",
        "--workspace",
        "--all-targets",
        "--",
        "-D",
        "warnings",
    ];
    report.step("clippy", || run_command(cargo(&clippy)));
    report.step("unit, property and simulation tests", || {
        run_command(cargo(&["test", "--workspace", "--quiet"]))
    });
}

fn architecture() -> io::Result<()> {
    let broken = rules::broken(&Tree::of_repository()?);
    if broken.is_empty() {
        return Ok(());
    }
    Err(io::Error::other(broken.join("\n")))
}

fn web() -> io::Result<()> {
    tools::node()?;
    run_command(npm(&["ci", "--no-audit", "--no-fund"]))?;
    run_command(npm(&["run", "check"]))?;
    run_command(npm(&["run", "test"]))?;
    run_command(npm(&["run", "build"]))
}

fn browser() -> io::Result<()> {
    let mut tests = isolated("node", &["--test", "--test-concurrency=1", "tests/"]);
    tests
        .current_dir(crate::shell::root().join("web/e2e"))
        .env("STOA_BIN", target().join("debug/stoa"));
    run_command(tests)
}

fn python(environment: &Environment, module: &str) -> io::Result<()> {
    let python = environment.ready()?;
    service::around(&python, module, &["-m", "unittest", "-v", module])
}
