//! What people do: come and go, publish, mute, look at this and not at that.

use super::{Links, World};
use crate::bot::{Bot, Client, Sabotage};
use crate::media::{AudioEncoder, VideoEncoder, VideoLayer};
use crate::net::{Link, Path};
use base::media::{Kind, PcMode, Quality, Source, SubscriptionSettings};
use base::{PeerId, TrackId};
use room_core::SessionId;
use room_core::model::{AddTrack, BackupCodecPolicy, Encryption, LayerMode, SimulcastCodec};

impl World {
    /// Somebody joins over a path that is the same both ways.
    pub fn join(&mut self, mode: PcMode, path: Path) -> PeerId {
        self.join_with(mode.into(), path)
    }

    /// The same, with a client that may be an unusual one.
    pub fn join_with(&mut self, client: Client, path: Path) -> PeerId {
        let number = self.id();
        let joined = self.room.join(self.now, number, client.mode);
        let (peer, said) = joined.expect("everybody may join");
        let home = self.homes.len() % self.shards.len();
        self.homes.insert(peer, home);
        let links = Links {
            up: Link::new(path, &mut self.rng),
            down: Link::new(path, &mut self.rng),
            port_shift: 0,
        };
        self.links.insert(peer, links);
        let bot = Bot::new(peer, client, self.now, self.epoch);
        self.bots.insert(peer, bot);
        self.obey(said);
        peer
    }

    /// He leaves, as one should.
    pub fn leave(&mut self, peer: PeerId) {
        if let Some(session) = self.vanish(peer) {
            let said = self.room.leave(self.now, session);
            self.obey(said);
        }
    }

    /// His machine stops; the server hears no goodbye, and of his signal connection nothing before
    /// [`Self::forget`].
    pub fn vanish(&mut self, peer: PeerId) -> Option<SessionId> {
        self.bots.remove(&peer);
        self.links.remove(&peer);
        self.room.vanish(peer)
    }

    /// The server notices that a signal connection is gone; the room waits for a resume, and gives
    /// him up.
    pub fn forget(&mut self, session: SessionId) {
        let said = self.room.signal_lost(self.now, session);
        self.obey(said);
    }

    pub fn publish_audio(&mut self, peer: PeerId) -> TrackId {
        let track = self.track(Kind::Audio, Source::Microphone, &[]);
        let id = self.announce(peer, track);
        let audio = AudioEncoder::new(id, self.epoch, self.now, &mut self.rng);
        self.send(peer, id, Vec::new(), Some(audio));
        id
    }

    pub fn publish_video(
        &mut self,
        peer: PeerId,
        source: Source,
        layers: &[VideoLayer],
    ) -> TrackId {
        let track = self.track(Kind::Video, source, layers);
        let id = self.announce(peer, track);
        let encoders = layers.iter().zip(0..).map(|(layer, stream)| {
            let (epoch, now) = (self.epoch, self.now);
            VideoEncoder::new(id, stream, *layer, epoch, now, &mut self.rng)
        });
        let encoders = encoders.collect();
        self.send(peer, id, encoders, None);
        id
    }

    /// He stops sending; the room sees it in his next offer.
    pub fn unpublish(&mut self, peer: PeerId, track: TrackId) {
        self.room.unpublished(track);
        if let Some(bot) = self.bots.get_mut(&peer) {
            bot.unpublish(track);
        }
    }

    pub fn mute(&mut self, peer: PeerId, track: TrackId, muted: bool) {
        let said = self.room.mute(self.now, peer, track, muted);
        self.obey(said);
        if let Some(bot) = self.bots.get_mut(&peer) {
            bot.mute(self.now, track, muted);
        }
        if muted {
            for bot in self.bots.values_mut() {
                bot.muted(self.now, track);
            }
        }
    }

    pub fn configure(&mut self, peer: PeerId, track: TrackId, settings: SubscriptionSettings) {
        let said = self.room.configure(self.now, peer, track, settings);
        self.obey(said);
    }

    pub fn subscribe(&mut self, peer: PeerId, track: TrackId, wanted: bool) {
        let said = self.room.subscribe(self.now, peer, track, wanted);
        self.obey(said);
        if let Some(bot) = self.bots.get_mut(&peer) {
            bot.resubscribed(self.now, track);
        }
    }

    /// Everybody wants everything again, at its best.
    pub fn restore_all(&mut self) {
        for (peer, track) in self.room.configured() {
            self.configure(peer, track, SubscriptionSettings::default());
        }
        for (peer, track) in self.room.unsubscribed() {
            self.subscribe(peer, track, true);
        }
    }

    pub fn sabotage(&mut self, peer: PeerId, sabotage: Sabotage) {
        if let Some(bot) = self.bots.get_mut(&peer) {
            bot.sabotage = sabotage;
        }
    }

    fn announce(&mut self, peer: PeerId, track: AddTrack) -> TrackId {
        let (id, said) = self.room.publish(self.now, peer, track);
        self.obey(said);
        id
    }

    fn send(
        &mut self,
        peer: PeerId,
        track: TrackId,
        videos: Vec<VideoEncoder>,
        audio: Option<AudioEncoder>,
    ) {
        let mut specs = self.room.tracks_of(peer).into_iter();
        let spec = specs.find(|spec| spec.id == track).cloned();
        if let Some((spec, bot)) = spec.zip(self.bots.get_mut(&peer)) {
            bot.publish(spec, videos, audio);
        }
    }

    /// As clients of this ecosystem announce a track.
    fn track(&mut self, kind: Kind, source: Source, layers: &[VideoLayer]) -> AddTrack {
        let cid = format!("cid{}", self.id());
        let qualities = Quality::ALL.iter().zip(layers).zip(crate::bot::RIDS);
        let layers = qualities.map(|((quality, layer), rid)| room_core::model::VideoLayer {
            quality: Some(*quality),
            width: layer.width.into(),
            height: layer.height.into(),
            bitrate_bps: u32::try_from(layer.bitrate.as_bps()).unwrap_or(u32::MAX),
            ssrc: 0,
            repair_ssrc: 0,
            spatial_layer: 0,
            rid: rid.to_owned(),
        });
        let codec = match kind {
            Kind::Audio => "audio/opus",
            Kind::Video => "video/VP8",
        };
        let codec = SimulcastCodec {
            codec: codec.to_owned(),
            cid: cid.clone(),
            layers: layers.collect(),
            layer_mode: LayerMode::OneSpatialLayerPerStream,
        };
        AddTrack {
            cid,
            name: String::new(),
            kind,
            width: 0,
            height: 0,
            muted: false,
            source,
            layers: Vec::new(),
            simulcast_codecs: vec![codec],
            sid: None,
            stereo: false,
            disable_dtx: true,
            disable_red: true,
            encryption: Encryption::default(),
            stream: String::new(),
            backup_codec_policy: BackupCodecPolicy::default(),
            audio_features: Vec::new(),
            packet_trailer_features: Vec::new(),
        }
    }
}
