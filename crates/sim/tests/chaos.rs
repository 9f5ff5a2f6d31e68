//! Random calls from committed seeds. `SIM_SEEDS=1000 cargo test -p sim --release` searches on.

use sim::chaos::{Plan, call};

fn committed() -> Vec<u64> {
    let lines = include_str!("../seeds.txt").lines();
    let words = lines.filter_map(|line| line.split_whitespace().next());
    words.filter_map(|word| word.parse().ok()).collect()
}

/// Seeds beyond the committed ones, when asked for.
fn searched() -> Vec<u64> {
    let count = std::env::var("SIM_SEEDS").ok();
    let count: u64 = count.and_then(|n| n.parse().ok()).unwrap_or(0);
    (1_000..1_000 + count).collect()
}

#[test]
fn no_call_breaks_an_invariant() {
    let seeds = [committed(), searched()].concat();
    assert!(!seeds.is_empty());
    let failed: Vec<String> = seeds
        .into_iter()
        .filter_map(|seed| {
            call(seed, Plan::GATE)
                .err()
                .map(|e| format!("seed {seed}: {e}"))
        })
        .collect();
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}
