//! Faults put between a bot's transport and his decoders: as if the server had made them. They
//! prove that the invariants can fail.

use base::media::Kind;
use std::collections::BTreeMap;

#[derive(Debug, Default)]
pub struct Sabotage {
    fault: Option<Fault>,
    /// By stream: packets so far, and how many of them were hidden.
    streams: BTreeMap<u32, (u64, u64)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Every hundredth packet of video vanishes, and the numbers after it close the gap.
    HideVideo,
    /// The same of audio.
    HideAudio,
    /// Audio stops while video goes on.
    StarveAudio,
}

const EVERY: u64 = 100;

impl Sabotage {
    pub fn with(fault: Fault) -> Self {
        Self {
            fault: Some(fault),
            streams: BTreeMap::new(),
        }
    }

    /// The sequence number to pretend; `None` hides the packet.
    pub(super) fn strike(&mut self, ssrc: u32, seq: u64, kind: Option<Kind>) -> Option<u64> {
        let (Some(fault), Some(kind)) = (self.fault, kind) else {
            return Some(seq);
        };
        let is_audio = kind == Kind::Audio;
        let (count, hidden) = self.streams.entry(ssrc).or_default();
        *count += 1;
        let hides = match fault {
            Fault::HideVideo => !is_audio && count.is_multiple_of(EVERY),
            Fault::HideAudio => is_audio && count.is_multiple_of(EVERY),
            Fault::StarveAudio => is_audio && *count > EVERY,
        };
        *hidden += u64::from(hides);
        (!hides).then(|| seq - *hidden)
    }
}
