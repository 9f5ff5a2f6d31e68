//! Letters to and from other shards.

use super::{Engine, Output};
use crate::config::ShardId;
use crate::dynacast::Wanter;
use crate::keyframes::Need;
use crate::relay::{Envelope, Letter, Media};
use crate::track::{Shape, Track};
use base::TrackId;
use base::media::{Quality, TrackSpec};

impl Engine {
    pub(super) fn tell(&mut self, shard: ShardId, letter: Letter) {
        self.outputs
            .push_back(Output::Relay(shard, Envelope(letter)));
    }

    pub(super) fn letter(&mut self, from: ShardId, letter: Letter) {
        match letter {
            Letter::Announce {
                spec,
                muted,
                shapes,
            } => self.heard_of(from, spec, muted, &shapes),
            Letter::Mute { track, muted } => self.set_muted(track, muted),
            Letter::End { track } => self.end_track(track),
            Letter::Want {
                track,
                encoding,
                quality,
            } => self.wanted_elsewhere(from, track, encoding, quality),
            // That shard has asked no more often than it may.
            Letter::KeyFrame {
                track,
                encoding,
                stream,
            } => self.want_key_frame(track, encoding, stream, Need::Start),
            Letter::Media(media) => self.media_from_elsewhere(media),
        }
    }

    fn heard_of(&mut self, home: ShardId, spec: TrackSpec, muted: bool, shapes: &[Shape]) {
        let id = spec.id;
        if !self.tracks.contains_key(&id) {
            self.adopt(Track::new(spec.clone(), home));
        }
        let Some(track) = self.tracks.get_mut(&id) else {
            return;
        };
        track.set_codecs(spec.codecs);
        let encrypted = track.spec.encrypted;
        for (encoding, shape) in track.encodings.iter_mut().zip(shapes) {
            match shape.format {
                Some(format) => {
                    encoding.learn(format, encrypted);
                }
                None => encoding.ingress = None,
            }
            encoding.shape = *shape;
        }
        self.set_muted(id, muted);
        self.rebind(id);
        self.update_want(id);
    }

    fn wanted_elsewhere(
        &mut self,
        from: ShardId,
        id: TrackId,
        encoding: u8,
        quality: Option<Quality>,
    ) {
        let Some(track) = self.tracks.get_mut(&id) else {
            return;
        };
        match quality {
            Some(quality) => track.shards.insert((encoding, from), quality),
            None => track.shards.remove(&(encoding, from)),
        };
        self.demand(id, encoding, Wanter::Shard(from), quality);
        self.tell_publisher(id);
    }

    fn media_from_elsewhere(&mut self, media: Media) {
        let is_muted = self.tracks.get(&media.track).is_none_or(|t| t.muted);
        if !is_muted {
            self.take_up(media);
        }
    }
}
