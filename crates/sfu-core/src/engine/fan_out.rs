//! From one publisher's packet to all of its subscribers. The hottest path of the server.

use super::{Engine, LegKey, mark};
use crate::config::ShardId;
use crate::forward::{PacketMeta, Parsed, Payload, Rewritten, Verdict};
use crate::packet::{MediaPacket, PacketExtensions};
use crate::peer::{Source, Subscription, stream_of};
use crate::redundancy::Audio;
use crate::relay::{Letter, Media};
use crate::transport::{Outgoing, Vp8Rewrite};
use base::media::{Event, Kind, Quality, TrackLive};
use base::{PeerId, TrackId};
use std::time::Instant;

impl Engine {
    /// A packet has come from a publisher of ours.
    pub(super) fn media(&mut self, key: LegKey, ssrc: u32, payload_type: u8, packet: MediaPacket) {
        self.counters.packets_in += 1;
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
        self.fan_out(&media);
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

    /// To the subscribers on this shard.
    pub(super) fn fan_out(&mut self, media: &Media) {
        let now = self.now;
        let Some((parsed, meta, is_new_layer)) = self.parse(media) else {
            return;
        };
        if is_new_layer {
            self.reconsider_all(media.track);
        }
        let Some(track) = self.tracks.get_mut(&media.track) else {
            return;
        };
        let is_video = track.spec.kind == Kind::Video;
        let mut audio = Audio::new(media, &track.spec);
        let is_tapped = !track.taps.is_empty();
        let subscribers = std::mem::take(&mut track.subscribers);
        let mut key_frames = 0_u8;
        if is_tapped {
            key_frames |= self.feed_taps(media, &parsed, &meta, &mut audio);
        }
        for id in &subscribers {
            let Some(peer) = self.peers.get_mut(id) else {
                continue;
            };
            let leg = peer.receiving();
            let Some(subscription) = peer
                .subscriptions
                .iter_mut()
                .find(|s| s.track == media.track)
            else {
                continue;
            };
            let Some(binding) = subscription.binding else {
                continue;
            };
            let Some(forwarder) = &mut subscription.forwarder else {
                continue;
            };
            if binding.encoding != media.encoding {
                continue;
            }
            let verdict = forwarder.handle(&parsed, &meta);
            if is_video && let Some(stream) = forwarder.wants_key_frame() {
                key_frames |= 1 << stream.min(7);
            }
            let Verdict::Forward(rewritten) = verdict else {
                continue;
            };
            let (payload_type, payload) = if is_video {
                (binding.payload_type, apply(&rewritten.payload, media))
            } else {
                audio.payload(&mut self.redundancy, binding)
            };
            if let Some(event) = first_forwarded(*id, subscription, now) {
                self.outputs.push_back(super::Output::Event(event));
            }
            let extensions = extensions(media, &rewritten);
            let outgoing = outgoing(&rewritten, payload_type, payload, media, is_video);
            // A failure shows when the connection is drained.
            let _ = peer.legs[leg]
                .connection
                .write(binding.mid, outgoing, &extensions);
            self.counters.packets_forwarded += 1;
            mark(&mut self.dirty, peer, leg);
        }
        if let Some(track) = self.tracks.get_mut(&media.track) {
            track.subscribers = subscribers;
        }
        for stream in (0..8).filter(|stream| key_frames & (1 << stream) != 0) {
            self.want_key_frame(media.track, media.encoding, stream);
        }
    }

    /// Reads the packet once for all; whether it is of a layer that was not there before.
    fn parse(&mut self, media: &Media) -> Option<(Parsed, PacketMeta, bool)> {
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
        let Ok(parsed) = parsed else {
            self.counters.dropped_malformed += 1;
            return None;
        };
        if parsed.key_frame {
            encoding.key_frames.came(media.stream);
        }
        if is_video {
            encoding.recent.record(now, media, &parsed, &meta);
        }
        let is_new_layer = encoding.record(now, &parsed, packet.payload.len());
        Some((parsed, meta, is_new_layer))
    }

    /// A subscriber's decoder asks for a key frame.
    pub(super) fn key_frame_wanted(&mut self, id: PeerId, mid: crate::transport::Mid) {
        let Some(peer) = self.peers.get_mut(&id) else {
            return;
        };
        let Some(track) = peer.slots.track_in(mid) else {
            return;
        };
        if peer.means.heard.has_fallen() {
            // He has given up what came before; repairing it would only delay the key frame.
            let leg = peer.receiving();
            let _ = peer.legs[leg].connection.size_repair_cache(mid);
        }
        let Some(subscription) = peer.subscription(track) else {
            return;
        };
        let Some((forwarder, binding)) = subscription.forwarder.as_ref().zip(subscription.binding)
        else {
            return;
        };
        let wanted = forwarder.wants_key_frame();
        let current = forwarder.current();
        let encoding = binding.encoding;
        let is_simulcast = self
            .tracks
            .get(&track)
            .and_then(|t| t.encodings.get(usize::from(encoding)))
            .is_some_and(|e| e.shape.is_simulcast);
        let playing = current.map_or(0, |layer| if is_simulcast { layer.spatial } else { 0 });
        self.want_key_frame(track, encoding, wanted.unwrap_or(playing));
    }

    /// Asks the publisher, or his shard; at a bounded rate.
    pub(super) fn want_key_frame(&mut self, id: TrackId, encoding: u8, stream: u8) {
        let now = self.now;
        let Some(track) = self.tracks.get_mut(&id) else {
            return;
        };
        let muted = track.muted;
        let Some(state) = track.encoding(encoding) else {
            return;
        };
        // A muted publisher has nothing to send, and asking him would wake his encoder.
        if !muted && state.key_frames.want(now, stream) {
            self.ask_for_key_frame(id, encoding, stream);
        }
        self.schedule_tick();
    }

    pub(super) fn ask_for_key_frame(&mut self, id: TrackId, encoding: u8, stream: u8) {
        let Some(track) = self.tracks.get(&id) else {
            return;
        };
        self.counters.key_frames_asked += 1;
        if track.home != self.config.shard {
            let letter = Letter::KeyFrame {
                track: id,
                encoding,
                stream,
            };
            return self.tell(track.home, letter);
        }
        let codec = track.spec.codecs.get(usize::from(encoding)).cloned();
        let Some(peer) = self.peers.get_mut(&track.spec.publisher) else {
            return;
        };
        let Some((mid, published)) = peer.section_of(id, encoding) else {
            return;
        };
        let section = &published.section;
        let rid = section
            .rids
            .iter()
            .find(|rid| stream_of(codec.as_ref(), &section.rids, rid) == stream);
        let rid = rid.map(|rid| crate::transport::Rid::from(rid.as_str()));
        if peer.legs[0].connection.request_key_frame(mid, rid).is_ok() {
            mark(&mut self.dirty, peer, 0);
        }
    }
}

/// A client sends at most a few streams; an attacker's many are forgotten.
const MAX_SOURCES: usize = 64;

/// The event that a subscription's first packet is.
pub(super) fn first_forwarded(
    id: PeerId,
    subscription: &mut Subscription,
    now: Instant,
) -> Option<Event> {
    let is_first = !std::mem::replace(&mut subscription.has_forwarded, true);
    is_first.then(|| Event::FirstForwarded {
        subscriber: id,
        track: subscription.track,
        after: now.saturating_duration_since(subscription.since),
    })
}

pub(super) fn extensions(media: &Media, rewritten: &Rewritten) -> PacketExtensions {
    PacketExtensions {
        dependency: rewritten.dependency_descriptor.as_deref().map(Into::into),
        ..media.packet.extensions.clone()
    }
}

pub(super) fn apply(payload: &Payload, media: &Media) -> std::sync::Arc<[u8]> {
    match payload {
        // The transport changes VP8's descriptor as it writes, without a copy.
        Payload::Vp8(_) => media.packet.payload.clone(),
        Payload::Unchanged | Payload::Vp9 { .. } | Payload::Empty => {
            payload.apply(&media.packet.payload)
        }
    }
}

pub(super) fn outgoing(
    rewritten: &Rewritten,
    payload_type: u8,
    payload: std::sync::Arc<[u8]>,
    media: &Media,
    is_video: bool,
) -> Outgoing {
    Outgoing {
        payload_type,
        sequence: rewritten.seq,
        timestamp: rewritten.timestamp,
        marker: rewritten.marker,
        captured: media.packet.captured,
        // An empty packet in the repair cache would be taken for padding, of which it gives none:
        // the transport would send it over and over.
        repairable: is_video && !payload.is_empty(),
        payload,
        vp8: match rewritten.payload {
            Payload::Vp8(new) => Some(Vp8Rewrite {
                picture_id: new.picture_id,
                tl0_picture_index: new.tl0_pic_idx,
                key_index: new.key_idx,
            }),
            Payload::Unchanged | Payload::Vp9 { .. } | Payload::Empty => None,
        },
    }
}
