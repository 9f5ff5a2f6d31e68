//! Sinks inside the process.

use super::fan_out::FanOut;
use super::{Engine, Output};
use crate::forward::Verdict;
use crate::keyframes::Need;
use crate::tap::{TapId, TapPacket, TapState};
use base::TrackId;

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

    /// To the sinks of a track.
    pub(super) fn feed_taps(&mut self, work: &mut FanOut) {
        let Some(track) = self.tracks.get(&work.track) else {
            return;
        };
        for (at, kept) in work.packets.iter().enumerate() {
            let media = &kept.media;
            let Some(encoding) = track.encodings.get(usize::from(media.encoding)) else {
                continue;
            };
            let Some(format) = encoding.shape.format else {
                continue;
            };
            for tap in &track.taps {
                let Some(state) = self.taps.get_mut(tap) else {
                    continue;
                };
                let Some(forwarder) = state.follow(media.encoding, encoding) else {
                    continue;
                };
                let verdict = forwarder.handle(&kept.parsed, &kept.meta);
                if work.is_video
                    && let Some(stream) = forwarder.wants_key_frame()
                {
                    work.key_frames
                        .insert((media.encoding, stream, Need::Change));
                }
                let Verdict::Forward(rewritten) = verdict else {
                    continue;
                };
                let packet = TapPacket {
                    codec: format.codec,
                    sequence: rewritten.seq,
                    timestamp: rewritten.timestamp,
                    marker: rewritten.marker,
                    key_frame: kept.parsed.key_frame,
                    captured: media.packet.captured,
                    payload: match work.forms.get_mut(at) {
                        Some(forms) => forms.plain(media),
                        None => rewritten.payload.apply(&media.packet.payload),
                    },
                };
                self.outputs.push_back(Output::Tap(*tap, packet));
            }
        }
    }
}
