//! Replays the committed inputs of the fuzz targets, and a little noise around each.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use base::rng::Rng;
use std::path::Path;

/// Enough to reach every branch that is one byte away from a recorded message.
const VARIANTS: usize = 300;

#[test]
fn token_corpus_holds() {
    replay("token", signal::fuzz::token);
}

#[test]
fn join_request_corpus_holds() {
    replay("join_request", signal::fuzz::join_request);
}

#[test]
fn connect_query_corpus_holds() {
    replay("connect_query", signal::fuzz::connect_query);
}

#[test]
fn signal_request_corpus_holds() {
    replay("signal_request", signal::fuzz::signal_request);
}

#[test]
fn worker_message_corpus_holds() {
    replay("worker_message", signal::fuzz::worker_message);
}

#[test]
fn data_packet_corpus_holds() {
    replay("data_packet", signal::fuzz::data_packet);
}

#[test]
fn websocket_corpus_holds() {
    replay("websocket", signal::fuzz::websocket);
}

#[test]
fn data_frame_corpus_holds() {
    replay("data_frame", signal::fuzz::data_frame);
}

#[test]
fn twirp_body_corpus_holds() {
    replay("twirp_body", signal::fuzz::twirp_body);
}

#[test]
fn room_commands_corpus_holds() {
    replay("room_commands", signal::fuzz::room_commands);
}

#[test]
fn the_tokens_of_the_corpus_are_still_what_they_were() {
    let verified = |name: &str| {
        let path = folder("token").join(name);
        let token = std::fs::read_to_string(path).unwrap();
        signal::fuzz::keys().verify(&token, signal::fuzz::NOW_UNIX_S)
    };
    assert!(verified("full").is_ok());
    assert!(verified("unsigned").is_err());
    assert!(verified("expired").is_err());
}

fn folder(name: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../fuzz/corpus")
        .join(name)
}

fn replay(name: &str, target: fn(&[u8])) {
    let folder = folder(name);
    let mut inputs: Vec<Vec<u8>> = std::fs::read_dir(&folder)
        .unwrap_or_else(|error| panic!("{}: {error}", folder.display()))
        .map(|entry| std::fs::read(entry.unwrap().path()).unwrap())
        .collect();
    inputs.sort();
    assert!(!inputs.is_empty(), "no inputs in {}", folder.display());
    let mut rng = Rng::from_seed(1);
    for input in inputs {
        target(&input);
        // Every cut of a short input, some of a long one.
        for end in (0..input.len()).step_by(1 + input.len() / VARIANTS) {
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
            _ => varied.insert(at, rng.next_u32() as u8),
        }
    }
    varied
}
