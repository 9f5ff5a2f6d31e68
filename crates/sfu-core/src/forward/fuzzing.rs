//! What the fuzz target `forwarder` runs; ordinary tests replay its committed corpus.

use super::{Forwarder, Ingress, Layer, PacketMeta, Start, Verdict};
use base::clock::OsClock;
use base::media::Codec;
use std::collections::HashSet;
use std::time::Duration;

/// The bytes are a script: codec, then targets, breaks, reports and packets in any order, with
/// any contents. Panics if a promise is broken: that no number is used twice, that numbers stay
/// together, and that nothing passes without a target.
pub fn forwarder(script: &[u8]) {
    let mut script = Script(script);
    let head = script.byte();
    let codec = CODECS[usize::from(head) % CODECS.len()];
    let simulcast = head & 0x40 != 0;
    let mut ingress = Ingress::new(codec, head & 0x80 != 0);
    let mut forwarder = Forwarder::new(codec, simulcast, Start::fresh());
    let begin = OsClock.now();
    let mut micros = 0;
    let mut last_seq = [1 << 16; STREAMS];
    let mut used = HashSet::new();
    let mut highest = 0;
    while !script.0.is_empty() {
        let step = script.byte();
        let stream = step >> 4 & 3;
        match step & 0x0f {
            0 => {
                let layer = script.byte();
                forwarder.set_target((layer < 0xf0).then_some(Layer {
                    spatial: layer >> 4,
                    temporal: layer & 0x0f,
                }));
            }
            1 => forwarder.stop(),
            2 => {
                let ntp = Duration::from_millis(u64::from(script.be32()));
                ingress.sender_report(stream, ntp, script.be32());
            }
            _ => {
                let slot = usize::from(stream);
                let jump = i64::from(script.byte() as i8);
                last_seq[slot] = u64::saturating_add_signed(last_seq[slot], jump);
                micros += u64::from(script.byte()) * 100;
                let meta = PacketMeta {
                    ssrc: u32::from(stream) | u32::from(step & 0x08),
                    seq: last_seq[slot],
                    timestamp: script.be32(),
                    marker: step & 0x04 != 0,
                    arrival: begin + Duration::from_micros(micros),
                };
                let payload = script.block();
                let descriptor = (step & 0x80 != 0).then(|| script.block());
                let Ok(parsed) = ingress.parse(stream, &meta, payload, descriptor) else {
                    continue;
                };
                let Verdict::Forward(out) = forwarder.handle(&parsed, &meta) else {
                    continue;
                };
                assert!(forwarder.target().is_some());
                assert!(used.insert(out.seq), "{} is used twice", out.seq);
                assert!(out.seq >= 1 && out.seq < highest + 1_024);
                highest = highest.max(out.seq);
                out.payload.apply(&payload.into());
            }
        }
        forwarder.current();
        forwarder.wants_key_frame();
    }
}

const STREAMS: usize = 4;
const CODECS: [Codec; 6] = [
    Codec::Vp8,
    Codec::Vp9,
    Codec::Av1,
    Codec::H264,
    Codec::H265,
    Codec::Opus,
];

/// Takes what it needs from the front; zeros when the bytes have run out.
struct Script<'a>(&'a [u8]);

impl<'a> Script<'a> {
    fn byte(&mut self) -> u8 {
        self.0.split_off_first().copied().unwrap_or(0)
    }

    fn be32(&mut self) -> u32 {
        u32::from_be_bytes([self.byte(), self.byte(), self.byte(), self.byte()])
    }

    fn block(&mut self) -> &'a [u8] {
        let len = usize::from(self.byte()).min(self.0.len());
        let (block, rest) = self.0.split_at(len);
        self.0 = rest;
        block
    }
}
