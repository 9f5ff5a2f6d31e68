//! Replays the committed inputs of the fuzz targets, and a little noise around each.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use base::rng::Rng;
use std::path::Path;

/// Enough to reach every branch that is one byte away from a recorded message.
const VARIANTS: usize = 300;

#[test]
fn stun_corpus_holds() {
    replay("stun", net::fuzz::stun);
}

#[test]
fn turn_corpus_holds() {
    replay("turn", net::fuzz::turn);
}

#[test]
fn framing_corpus_holds() {
    replay("framing", net::fuzz::framing);
}

fn replay(name: &str, target: fn(&[u8])) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../fuzz/corpus")
        .join(name);
    let mut inputs: Vec<Vec<u8>> = std::fs::read_dir(&folder)
        .unwrap_or_else(|error| panic!("{}: {error}", folder.display()))
        .map(|entry| std::fs::read(entry.unwrap().path()).unwrap())
        .collect();
    inputs.sort();
    assert!(!inputs.is_empty(), "no inputs in {}", folder.display());
    let mut rng = Rng::from_seed(1);
    for input in inputs {
        target(&input);
        for end in 0..input.len() {
            target(&input[..end]);
        }
        for _ in 0..VARIANTS {
            target(&vary(&input, &mut rng));
        }
    }
}

fn vary(input: &[u8], rng: &mut Rng) -> Vec<u8> {
    let mut varied = input.to_vec();
    for _ in 0..=rng.below(3) {
        if varied.is_empty() {
            break;
        }
        let at = rng.below(varied.len() as u64) as usize;
        match rng.below(3) {
            0 => varied[at] = rng.next_u32() as u8,
            1 => varied[at] ^= 1 << rng.below(8),
            _ => {
                varied.insert(at, rng.next_u32() as u8);
            }
        }
    }
    varied
}
