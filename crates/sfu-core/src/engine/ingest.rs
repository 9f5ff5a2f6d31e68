//! From a publisher's packet to work for the fan-out: whose it is, and what stands in it.

use super::{Engine, LegKey};
use crate::config::ShardId;
use crate::forward::PacketMeta;
use crate::packet::MediaPacket;
use crate::peer::{Source, stream_of};
use crate::recent::Kept;
use crate::relay::{Letter, Media};
use base::PeerId;
use base::media::{Event, Kind, Quality, TrackLive};
use std::sync::Arc;

impl Engine {
    /// A packet has come from a publisher of ours.
    pub(super) fn media(&mut self, key: LegKey, ssrc: u32, payload_type: u8, packet: MediaPacket) {
        self.counters.packets_in += 1;
        self.claim_stray(key, ssrc);
        let Some(source) = self.source(key, ssrc, payload_type) else {
            self.counters.dropped_unannounced += 1;
            return;
        };
        let Some(track) = self.tracks.get_mut(&source.track) else {
            self.counters.dropped_unannounced += 1;
            return;
        };
        if track.muted {
            return;
        }
        let encrypted = track.spec.encrypted;
        let Some(encoding) = track.encoding(source.encoding) else {
            return;
        };
        if encoding.learn(source.format, encrypted) {
            self.became_live(key.0, &source);
        }
        let mut packet = packet;
        packet.redundant = source.is_redundant;
        if let Some((level, _)) = packet.extensions.audio_level {
            self.heard(key.0, source.track, level);
        }
        let media = Media {
            track: source.track,
            encoding: source.encoding,
            stream: source.stream,
            ssrc,
            packet,
        };
        self.relay_media(&media);
        self.take_up(media);
    }

    /// What an incoming stream is; found once and remembered until the next description.
    fn source(&mut self, key: LegKey, ssrc: u32, payload_type: u8) -> Option<Source> {
        let leg = self.leg_mut(key)?;
        match leg.sources.get(&ssrc) {
            Some(Some(source)) if source.payload_type == payload_type => return Some(*source),
            Some(None) => return None,
            Some(Some(_)) | None => {}
        }
        let source = self.find_source(key, ssrc, payload_type);
        let leg = self.leg_mut(key)?;
        // An SSRC costs its sender nothing; ours to remember are bounded.
        if leg.sources.len() >= MAX_SOURCES {
            leg.sources.clear();
        }
        leg.sources.insert(ssrc, source);
        source
    }

    fn find_source(&mut self, key: LegKey, ssrc: u32, payload_type: u8) -> Option<Source> {
        let leg = self.leg_mut(key)?;
        let (mid, rid) = leg.connection.stream_origin(ssrc)?;
        let (format, is_redundant) = leg.connection.format(payload_type)?;
        let published = self.peers.get(&key.0)?.published.get(&mid)?;
        let section = &published.section;
        let track = self.tracks.get(&published.track)?;
        let codec = track.spec.codecs.get(usize::from(published.encoding));
        let stream = match rid {
            Some(rid) => stream_of(codec, &section.rids, &rid.to_string()),
            None => {
                let mut ssrcs = section.simulcast_ssrcs.iter();
                let place = ssrcs.position(|s| *s == ssrc).unwrap_or(0);
                u8::try_from(place).unwrap_or(0)
            }
        };
        Some(Source {
            track: published.track,
            encoding: published.encoding,
            stream,
            payload_type,
            format,
            is_redundant,
        })
    }

    /// An encoding's first packet, or its first in another format.
    fn became_live(&mut self, peer: PeerId, source: &Source) {
        let id = source.track;
        let section = self.peers.get(&peer);
        let section = section.and_then(|p| p.section_of(id, source.encoding));
        let mid = section.map(|(mid, _)| mid.to_string()).unwrap_or_default();
        let Some(track) = self.tracks.get_mut(&id) else {
            return;
        };
        if !std::mem::replace(&mut track.is_told_live, true) {
            self.event(Event::TrackLive(TrackLive {
                peer,
                track: id,
                codec: source.format.codec,
                mid,
            }));
        }
        self.announce(id);
        self.rebind(id);
        self.update_want(id);
    }

    fn relay_media(&mut self, media: &Media) {
        let Some(track) = self.tracks.get(&media.track) else {
            return;
        };
        let wants = |wanted: Quality| {
            let is_simulcast = track.spec.kind == Kind::Video;
            !is_simulcast || usize::from(media.stream) <= wanted.index()
        };
        let shards: Vec<ShardId> = track
            .shards
            .iter()
            .filter(|((encoding, _), wanted)| *encoding == media.encoding && wants(**wanted))
            .map(|((_, shard), _)| *shard)
            .collect();
        for shard in shards {
            self.tell(shard, Letter::Media(media.copied()));
        }
    }

    /// Reads a packet once for all subscribers on this shard, and has it sent to them.
    pub(super) fn take_up(&mut self, media: Media) {
        let id = media.track;
        let Some(arrived) = self.parse(media) else {
            return;
        };
        if arrived.is_new_layer {
            self.reconsider_all(id);
        }
        self.queue_for_subscribers(arrived.kept);
        for follower in arrived.followers {
            self.queue_for_subscribers(follower);
        }
    }

    /// Reads the packet once for all.
    fn parse(&mut self, media: Media) -> Option<Arrived> {
        let now = self.now;
        let track = self.tracks.get_mut(&media.track)?;
        let is_video = track.spec.kind == Kind::Video;
        let encoding = track.encoding(media.encoding)?;
        let ingress = encoding.ingress.as_mut()?;
        let packet = &media.packet;
        if let Some((ntp, timestamp)) = packet.report {
            ingress.sender_report(media.stream, ntp, timestamp);
        }
        let meta = PacketMeta {
            ssrc: media.ssrc,
            seq: packet.sequence,
            timestamp: packet.timestamp,
            marker: packet.marker,
            arrival: packet.arrival,
        };
        let descriptor = packet.extensions.dependency.as_deref();
        let parsed = ingress.parse(media.stream, &meta, &packet.payload, descriptor);
        let Ok(mut parsed) = parsed else {
            self.counters.dropped_malformed += 1;
            return None;
        };
        let mut followers = Vec::new();
        if is_video {
            followers = encoding.recent.followers(now, &mut parsed, &meta);
        }
        if parsed.key_frame {
            encoding.key_frames.came(media.stream);
        }
        let is_new_layer = encoding.record(now, &parsed, packet.payload.len());
        let kept = Arc::new(Kept {
            media,
            parsed,
            meta,
        });
        if is_video {
            encoding.recent.record(now, &kept);
            for follower in &followers {
                encoding.recent.keep(now, follower);
            }
        }
        Some(Arrived {
            kept,
            is_new_layer,
            followers,
        })
    }
}

/// A packet that has been read.
struct Arrived {
    kept: Arc<Kept>,
    /// Of a layer that was not there before.
    is_new_layer: bool,
    /// Of its stream, what came before it and has to follow it.
    followers: Vec<Arc<Kept>>,
}

/// A client sends at most a few streams; an attacker's many are forgotten.
const MAX_SOURCES: usize = 64;
