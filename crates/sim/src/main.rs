//! Searches for a seed that breaks an invariant: `cargo run -p sim -- --seeds N [--from S]`, among
//! clients of today, `--mixed` with such as know AES-CM only, or `--fallback` of such only; or tries
//! a falling link with queues and jitter of many sizes: `cargo run -p sim -- --falls N [--from S]`.

use sim::chaos::{Plan, call};
use sim::fall::{Fall, fall};
use std::process::ExitCode;
use std::time::Duration;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let from = number(&arguments, "--from").unwrap_or(1);
    if let Some(count) = number(&arguments, "--falls") {
        return falls(from, count);
    }
    let Some(count) = number(&arguments, "--seeds") else {
        eprintln!("usage: sim (--seeds | --falls) N [--from S] [--mixed | --fallback]");
        return ExitCode::FAILURE;
    };
    let has = |name: &str| arguments.iter().any(|argument| argument == name);
    let plan = match (has("--mixed"), has("--fallback")) {
        (true, _) => Plan::MIXED,
        (false, true) => Plan::FALLBACK,
        (false, false) => Plan::GATE,
    };
    let mut found = 0;
    for seed in from..from.saturating_add(count) {
        if let Err(broken) = call(seed, plan) {
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

const QUEUES_MS: [u64; 6] = [20, 40, 60, 100, 200, 300];
const JITTERS_MS: [u64; 4] = [0, 2, 4, 8];

/// A line for each queue and jitter: how often the picture fits within two seconds, the freezes from
/// the shortest to the longest, and how often all was back within ten seconds.
fn falls(from: u64, count: u64) -> ExitCode {
    println!("queue jitter | fits  frozen, ms (each seed)  back");
    for (queue, jitter) in QUEUES_MS.iter().flat_map(|q| JITTERS_MS.map(|j| (*q, j))) {
        let link = Fall {
            jitter: Duration::from_millis(jitter),
            queue: Duration::from_millis(queue),
        };
        let (mut fits, mut back, mut frozen) = (0, 0, Vec::new());
        for seed in from..from.saturating_add(count) {
            match fall(seed, link) {
                Ok(seeing) => {
                    let in_time = |after: &Duration| *after <= Duration::from_secs(2);
                    fits += u64::from(seeing.fits_after.filter(in_time).is_some());
                    back += u64::from(seeing.back_after.is_some());
                    frozen.push(seeing.frozen.as_millis());
                }
                Err(broken) => println!("seed {seed}, {link:?}: {broken}"),
            }
        }
        frozen.sort_unstable();
        println!("{queue:>5} {jitter:>6} | {fits}/{count}  {frozen:?}  {back}/{count}");
    }
    ExitCode::SUCCESS
}

fn number(arguments: &[String], name: &str) -> Option<u64> {
    let at = arguments.iter().position(|argument| argument == name)?;
    arguments.get(at + 1)?.parse().ok()
}
