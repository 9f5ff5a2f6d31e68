//! Sinks inside the process.

use super::{Engine, Output};
use crate::forward::{PacketMeta, Parsed, Verdict};
use crate::redundancy::Audio;
use crate::relay::Media;
use crate::tap::{TapId, TapPacket, TapState};
use base::TrackId;
use base::media::Kind;

impl Engine {
    /// Begins a tap; one of a track that is not published here ends at once.
    pub(super) fn tap(&mut self, tap: TapId, id: TrackId) {
        let Some(track) = self.tracks.get_mut(&id) else {
            self.outputs.push_back(Output::TapEnded(tap));
            return;
        };
        track.taps.push(tap);
        self.taps.insert(tap, TapState::new(id));
        self.update_want(id);
    }

    pub(super) fn untap(&mut self, tap: TapId) {
        let Some(state) = self.taps.remove(&tap) else {
            return;
        };
        if let Some(track) = self.tracks.get_mut(&state.track) {
            track.taps.retain(|t| *t != tap);
        }
        self.update_want(state.track);
    }

    pub(super) fn end_taps(&mut self, taps: Vec<TapId>) {
        for tap in taps {
            if self.taps.remove(&tap).is_some() {
                self.outputs.push_back(Output::TapEnded(tap));
            }
        }
    }

    pub(super) fn tap_takes(&self, tap: TapId, encoding: u8) -> bool {
        let state = self.taps.get(&tap);
        state.is_some_and(|state| state.encoding.unwrap_or(0) == encoding)
    }

    /// To the sinks of a track. Streams whose key frame one of them waits for, a bit each.
    pub(super) fn feed_taps(
        &mut self,
        media: &Media,
        parsed: &Parsed,
        meta: &PacketMeta,
        audio: &mut Audio<'_>,
    ) -> u8 {
        let mut key_frames = 0;
        let Some(track) = self.tracks.get(&media.track) else {
            return 0;
        };
        let is_video = track.spec.kind == Kind::Video;
        let Some(encoding) = track.encodings.get(usize::from(media.encoding)) else {
            return 0;
        };
        let Some(format) = encoding.shape.format else {
            return 0;
        };
        for tap in &track.taps {
            let Some(state) = self.taps.get_mut(tap) else {
                continue;
            };
            let Some(forwarder) = state.follow(media.encoding, encoding) else {
                continue;
            };
            let verdict = forwarder.handle(parsed, meta);
            if is_video && let Some(stream) = forwarder.wants_key_frame() {
                key_frames |= 1 << stream.min(7);
            }
            let Verdict::Forward(rewritten) = verdict else {
                continue;
            };
            let packet = TapPacket {
                codec: format.codec,
                sequence: rewritten.seq,
                timestamp: rewritten.timestamp,
                marker: rewritten.marker,
                key_frame: parsed.key_frame,
                captured: media.packet.captured,
                payload: if is_video {
                    rewritten.payload.apply(&media.packet.payload)
                } else {
                    audio.plain()
                },
            };
            self.outputs.push_back(Output::Tap(*tap, packet));
        }
        key_frames
    }
}
