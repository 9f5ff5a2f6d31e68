//! Searches for a seed that breaks an invariant: `cargo run -p sim -- --seeds N [--from S]`.

use sim::chaos::{Plan, call};
use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (Some(count), from) = (number(&arguments, "--seeds"), number(&arguments, "--from")) else {
        eprintln!("usage: sim --seeds N [--from S]");
        return ExitCode::FAILURE;
    };
    let from = from.unwrap_or(1);
    let mut found = 0;
    for seed in from..from.saturating_add(count) {
        if let Err(broken) = call(seed, Plan::GATE) {
            println!("seed {seed}: {broken}");
            found += 1;
        }
    }
    println!("{found} of {count} seeds broke an invariant");
    if found == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

fn number(arguments: &[String], name: &str) -> Option<u64> {
    let at = arguments.iter().position(|argument| argument == name)?;
    arguments.get(at + 1)?.parse().ok()
}
