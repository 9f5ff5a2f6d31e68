//! Redundant audio (RFC 2198) for those who take it, plain audio for those who do not.

use crate::id_map::IdMap;
use crate::peer::Binding;
use crate::relay::Media;
use base::TrackId;
use base::media::{Kind, TrackSpec};
use rtp::red;
use std::sync::Arc;

/// Which earlier frames a plain stream is given along: the one before. It is what browsers send,
/// and covers single losses, which are most.
const DISTANCES: [usize; 1] = [1];

/// Encoders of tracks that come plain, by the payload type that subscribers know Opus under.
#[derive(Debug, Default)]
pub(crate) struct Redundancy {
    encoders: IdMap<TrackId, Vec<(u8, red::Encoder)>>,
}

impl Redundancy {
    pub(crate) fn forget(&mut self, track: TrackId) {
        self.encoders.remove(&track);
    }

    fn encode(&mut self, media: &Media, payload_type: u8) -> Option<Arc<[u8]>> {
        let of_track = self.encoders.entry(media.track).or_default();
        let known = of_track.iter().position(|(pt, _)| *pt == payload_type);
        let at = known.unwrap_or_else(|| {
            let encoder = red::Encoder::new(payload_type, &DISTANCES);
            of_track.push((payload_type, encoder));
            of_track.len() - 1
        });
        let packet = &media.packet;
        let (_, encoder) = &mut of_track[at];
        let bytes = encoder.encode(packet.sequence, packet.timestamp, &packet.payload);
        bytes.ok().map(Arc::from)
    }
}

/// The forms of one audio packet, each made when the first subscriber needs it.
#[derive(Debug)]
pub(crate) struct Audio {
    may_add: bool,
    plain: Option<Arc<[u8]>>,
    redundant: Vec<(u8, Option<Arc<[u8]>>)>,
}

impl Audio {
    pub(crate) fn new(spec: &TrackSpec) -> Self {
        Self {
            may_add: spec.red && spec.kind == Kind::Audio,
            plain: None,
            redundant: Vec::new(),
        }
    }

    /// The payload for a subscriber, and its payload type.
    pub(crate) fn payload(
        &mut self,
        media: &Media,
        redundancy: &mut Redundancy,
        binding: Binding,
    ) -> (u8, Arc<[u8]>) {
        if let Some(redundant_type) = binding.redundant
            && let Some(bytes) = self.redundant(media, redundancy, binding.payload_type)
        {
            return (redundant_type, bytes);
        }
        (binding.payload_type, self.plain(media))
    }

    /// Opus without redundancy.
    pub(crate) fn plain(&mut self, media: &Media) -> Arc<[u8]> {
        let packet = &media.packet;
        if !packet.redundant {
            return packet.payload.clone();
        }
        let strip = || red::primary(&packet.payload).map_or_else(|_| Arc::default(), Arc::from);
        self.plain.get_or_insert_with(strip).clone()
    }

    fn redundant(
        &mut self,
        media: &Media,
        redundancy: &mut Redundancy,
        payload_type: u8,
    ) -> Option<Arc<[u8]>> {
        let packet = &media.packet;
        if !packet.redundant && !self.may_add {
            return None;
        }
        if let Some((_, made)) = self.redundant.iter().find(|(pt, _)| *pt == payload_type) {
            return made.clone();
        }
        let made = if packet.redundant {
            relabel(&packet.payload, payload_type)
        } else {
            redundancy.encode(media, payload_type)
        };
        self.redundant.push((payload_type, made.clone()));
        made
    }
}

/// The publisher's redundant packet with the subscriber's payload type in its block headers.
fn relabel(payload: &Arc<[u8]>, payload_type: u8) -> Option<Arc<[u8]>> {
    let mut blocks = red::read(payload).ok()?;
    if blocks.iter().all(|b| b.payload_type == payload_type) {
        return Some(payload.clone());
    }
    for block in &mut blocks {
        block.payload_type = payload_type;
    }
    red::write(&blocks).ok().map(Arc::from)
}
