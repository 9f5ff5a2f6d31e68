//! Searches for a seed that breaks an invariant: `cargo run -p sim -- --seeds N [--from S]`, among
//! clients of today, `--mixed` with such as know AES-CM only, or `--fallback` of such only; or tries
//! a falling link with queues and jitter of many sizes: `cargo run -p sim -- --falls N [--from S]`; or
//! links that stay as they are, of many rates, queues and losses: `cargo run -p sim -- --links N [--from S]`.

use base::Bitrate;
use sim::chaos::{Plan, call};
use sim::fall::{Fall, fall};
use sim::net::Path;
use sim::steady::{Steady, steady};
use std::process::ExitCode;
use std::time::Duration;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let from = number(&arguments, "--from").unwrap_or(1);
    if let Some(count) = number(&arguments, "--falls") {
        return falls(from, count);
    }
    if let Some(count) = number(&arguments, "--links") {
        return links(from, count);
    }
    let Some(count) = number(&arguments, "--seeds") else {
        eprintln!("usage: sim (--seeds | --falls | --links) N [--from S] [--mixed | --fallback]");
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

/// `None`: no bottleneck.
const RATES_KBPS: [Option<u64>; 5] = [None, Some(3_000), Some(1_500), Some(800), Some(400)];
const LINK_QUEUES_MS: [u64; 4] = [20, 40, 100, 300];
const LOSSES_PERCENT: [u32; 5] = [0, 2, 5, 10, 20];
const LOOKED_AT: Duration = Duration::from_secs(40);

/// A line for each rate, queue and loss, of all seeds: shares of the time in which the small, the middle and
/// the large picture was seen, switches a minute, what came, the longest freeze, and frames a second.
fn links(from: u64, count: u64) -> ExitCode {
    println!(" kbps queue loss | small mid large  switches  kbps  frozen  fps");
    for (rate, queue) in RATES_KBPS
        .iter()
        .flat_map(|rate| LINK_QUEUES_MS.map(|queue| (*rate, queue)))
        .filter(|(rate, queue)| rate.is_some() || *queue == LINK_QUEUES_MS[0])
    {
        for loss in LOSSES_PERCENT {
            let path = Path {
                rate: rate.map(Bitrate::kbps),
                queue: Duration::from_millis(queue),
                jitter: Duration::from_millis(2),
                loss: f64::from(loss) / 100.0,
                ..Path::GOOD
            };
            let seen: Vec<Steady> = (from..from.saturating_add(count))
                .filter_map(|seed| {
                    let seen = steady(seed, path, LOOKED_AT);
                    seen.inspect_err(|broken| println!("seed {seed}: {broken}"))
                        .ok()
                })
                .collect();
            let mean = |of: &dyn Fn(&Steady) -> f64| {
                seen.iter().map(of).sum::<f64>() / seen.len().max(1) as f64
            };
            let [small, middle, large] = [0, 1, 2].map(|n| mean(&|s| 100.0 * s.shown[n]));
            let switches = mean(&|s| s.switches_a_minute);
            let kbps = mean(&|s| s.received.as_bps() as f64 / 1e3);
            let frozen = seen.iter().map(|s| s.frozen.as_millis()).max();
            let fps = mean(&|s| s.frames_per_second);
            let (rate, frozen) = (rate.unwrap_or(0), frozen.unwrap_or(0));
            println!(
                "{rate:>5} {queue:>5} {loss:>4} | {small:>5.0} {middle:>3.0} {large:>5.0}  {switches:>8.1} {kbps:>5.0} {frozen:>7} {fps:>4.0}"
            );
        }
    }
    ExitCode::SUCCESS
}

fn number(arguments: &[String], name: &str) -> Option<u64> {
    let at = arguments.iter().position(|argument| argument == name)?;
    arguments.get(at + 1)?.parse().ok()
}
