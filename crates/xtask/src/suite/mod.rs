//! `cargo xtask test`: everything that has to hold, in order, each step with its title and time.

mod report;
mod service;

use crate::cli::Test;
use crate::rules::{self, Tree};
use crate::shell::{cargo, root, run as run_command, target};
use crate::tools::{self, AGENTS, FUZZ, Links, SDK, isolated, npm};
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
    // With the tests, as the step before built them: of the server alone, cargo would choose other
    // features of its dependencies and compile most of them once more.
    let binary = report.step("the server's binary, and the bad link's", || {
        run_command(cargo(&["build", "--workspace", "--bins", "--tests"]))
    });
    let ready = page && binary;
    end_to_end(&mut report, ready);
    Ok(report.finish())
}

/// With the published SDKs, none of them altered.
fn end_to_end(report: &mut Report, ready: bool) {
    for file in browser_tests() {
        report.step_if(ready, &format!("browser: {file}"), || steadied(&file));
    }
    let node = |file: &'static str| move || service::beside_node(file);
    report.step_if(
        ready,
        "Node server SDK: rooms",
        node("services/room_service.mjs"),
    );
    report.step_if(
        ready,
        "Node server SDK: webhooks",
        node("services/webhooks.mjs"),
    );
    report.step_if(
        ready,
        "Sign-in at an OpenID provider",
        node("services/oidc.mjs"),
    );
    report.step_if(
        ready,
        "Letters through a mail server",
        node("services/mail.mjs"),
    );
    report.step_if(
        ready,
        "Sign-in, forged requests, the audit log",
        node("services/sign_in.mjs"),
    );
    for (title, environment, module) in [
        ("Python SDK: participants", &SDK, "test_sdk"),
        ("Python SDK: data tracks", &SDK, "test_data_tracks"),
        ("Python SDK: what a room can do", &SDK, "test_features"),
        ("Python server SDK: rooms", &SDK, "services_api"),
        ("Python server SDK: webhooks", &SDK, "services_webhooks"),
        ("Python agents", &AGENTS, "services_agents"),
        (
            "HTTP API: requests made from its document",
            &FUZZ,
            "fuzz_api",
        ),
    ] {
        report.step_if(ready, title, || service::beside_python(environment, module));
    }
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
        run_command(cargo(&["test", "--workspace", "--no-fail-fast", "--quiet"]))
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

/// Names of the browser's test files, in order.
fn browser_tests() -> Vec<String> {
    let folder = std::fs::read_dir(root().join("web/e2e/tests"));
    let mut names: Vec<String> = folder
        .into_iter()
        .flatten()
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter(|name| name.ends_with(".test.mjs"))
        .collect();
    names.sort();
    names
}

/// A browser that encodes, decodes and paints several pictures on two cores is now and then starved
/// by whatever else the machine does. A file that fails is run once more, and says so.
fn steadied(file: &str) -> io::Result<()> {
    browser(file).or_else(|first| {
        println!("{file} failed ({first}) and is run once more");
        browser(file)
    })
}

fn browser(file: &str) -> io::Result<()> {
    let path = format!("tests/{file}");
    let mut tests = isolated(
        Links::Loopback,
        "node",
        &["--test", "--test-reporter=spec", &path],
    );
    tests
        .current_dir(root().join("web/e2e"))
        .env("STOA_BIN", target().join("debug/stoa"));
    run_command(tests)
}
