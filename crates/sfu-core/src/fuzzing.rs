//! What fuzz targets run, one function each; ordinary tests replay their committed corpora
//! (`fuzz/corpus/<name of the function>/`).
//!
//! Each takes any bytes, and panics only if a promise is broken.

pub use crate::forward::fuzzing::forwarder;

use crate::config::{EngineConfig, LocalCandidate, ShardId};
use crate::datagram::{Protocol, Received};
use crate::engine::{Engine, Input, Output};
use crate::sdp::scan;
use base::clock::OsClock;
use base::media::{Command, Event, Open, PcMode, PcTarget};
use base::rng::Rng;
use base::{ParticipantSid, PeerId, RoomKey};
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

/// Between two descriptions, candidates or datagrams of [`conversation`].
const BREAK: u8 = 0xff;

/// Enough to describe, be answered, and describe anew.
const MOST_PARTS: usize = 8;

/// Takes any bytes.
pub type Target = fn(&[u8]);

/// All targets by name.
pub const TARGETS: &[(&str, Target)] = &[
    ("forwarder", forwarder),
    ("rtcp", rtcp),
    ("conversation", conversation),
];

/// RTCP of a receiver, see [`crate::transport`].
pub fn rtcp(script: &[u8]) {
    crate::transport::fuzz_reports(script);
}

/// A client's descriptions, candidates and datagrams, parted by 0xff: the first byte of each says
/// which it is, the first of all in which mode he connects. Each description is answered or
/// refused once, and whatever he says, the next client is served.
pub fn conversation(script: &[u8]) {
    let Some((mode, script)) = script.split_first() else {
        return;
    };
    let mode = match mode & 1 {
        0 => PcMode::Single,
        _ => PcMode::Dual,
    };
    let mut now = OsClock.now();
    let mut engine = engine();
    engine.handle(now, Input::Command(open(1, mode)));
    let mut answers = 0;
    let mut offers = 0;
    for part in script.split(|byte| *byte == BREAK).take(MOST_PARTS) {
        let Some((kind, part)) = part.split_first() else {
            continue;
        };
        let peer = PeerId(1);
        match (kind & 3, std::str::from_utf8(part)) {
            (0, Ok(text)) => {
                scan::scan(text);
                offers += 1;
                let (id, sdp) = (offers, text.to_owned());
                engine.handle(now, Input::Command(Command::Offer { peer, id, sdp }));
            }
            (1, Ok(text)) => {
                let (id, sdp) = (1, text.to_owned());
                engine.handle(now, Input::Command(Command::Answer { peer, id, sdp }));
            }
            (2, Ok(text)) => {
                let (target, candidate) = (PcTarget::Publisher, text.to_owned());
                engine.handle(
                    now,
                    Input::Command(Command::Trickle {
                        peer,
                        target,
                        candidate,
                    }),
                );
            }
            _ => engine.handle(now, Input::Datagram(datagram(part))),
        }
        answers += answered(&mut engine);
        now += Duration::from_millis(20);
        engine.handle(now, Input::Timeout);
        answers += answered(&mut engine);
    }
    assert!(answers <= offers, "an answer to nothing");
    engine.handle(now, Input::Command(open(2, PcMode::Single)));
    answered(&mut engine);
}

fn answered(engine: &mut Engine) -> u32 {
    let mut answers = 0;
    while let Some(output) = engine.poll() {
        if let Output::Event(Event::Answer { sdp, .. }) = &output {
            answers += 1;
            let sections = scan::scan(sdp);
            assert!(sections.iter().all(|section| !section.mid.is_empty()));
        }
    }
    answers
}

fn engine() -> Engine {
    let candidate = LocalCandidate {
        protocol: Protocol::Udp,
        local: SERVER,
        advertised: SERVER,
    };
    let config = EngineConfig::new(ShardId(0), 1, vec![candidate], "s0".to_owned());
    Engine::new(config, Rng::from_seed(1), OsClock.now())
}

const SERVER: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 7_882);
const CLIENT: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 50_000);

fn open(number: u64, mode: PcMode) -> Command {
    Command::Open(Open {
        peer: PeerId(number),
        room: RoomKey(1),
        participant: ParticipantSid::new(format!("PA_{number}")),
        mode,
        subscriber_primary: mode == PcMode::Dual,
        allow_pause: true,
        negotiated_channels: false,
        disable_ice_lite: false,
    })
}

fn datagram(bytes: &[u8]) -> Received<'_> {
    Received {
        protocol: Protocol::Udp,
        source: CLIENT,
        destination: SERVER,
        bytes,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;
    use std::path::Path;

    #[test]
    fn the_committed_corpora_break_no_promise() {
        let corpora = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus");
        for (name, target) in TARGETS {
            let files: Vec<_> = fs::read_dir(corpora.join(name)).unwrap().collect();
            assert!(!files.is_empty(), "{name}");
            for file in files {
                target(&fs::read(file.unwrap().path()).unwrap());
            }
        }
    }

    #[test]
    fn random_scripts_break_no_promise() {
        for (_, target) in TARGETS {
            for seed in 0..1_000 {
                let mut rng = Rng::from_seed(seed);
                let len = rng.below(600);
                let script: Vec<u8> = (0..len).map(|_| rng.next_u32() as u8).collect();
                target(&script);
            }
        }
    }
}
