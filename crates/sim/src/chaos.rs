//! A random call: people come, go, crash, publish, mute, look elsewhere, walk out of range, change
//! networks, and lose their signal connections.

use crate::bot::Client;
use crate::dtls::Cipher;
use crate::invariant::Broken;
use crate::net::Path;
use crate::world::{SMALL_CAMERA, World};
use base::media::{PcMode, Quality, Source, SubscriptionSettings};
use base::{Bitrate, PeerId};
use room_core::SessionId;
use std::time::{Duration, Instant};

/// How long and how large a call is.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    pub people: usize,
    pub actions: usize,
    /// After the last action, until everybody must see everything.
    pub quiet: Duration,
    /// The share of people whose clients know no cipher but AES-CM: 0.0 to 1.0.
    pub fallback: f64,
}

impl Plan {
    /// Small enough that a dozen seeds take less than a minute.
    pub const GATE: Self = Self {
        people: 4,
        actions: 30,
        quiet: Duration::from_secs(15),
        fallback: 0.0,
    };

    /// The same with clients of which about half have their media sent by str0m.
    pub const MIXED: Self = Self {
        fallback: 0.5,
        ..Self::GATE
    };

    /// The same with str0m sending all media.
    pub const FALLBACK: Self = Self {
        fallback: 1.0,
        ..Self::GATE
    };
}

/// Runs one call to its end.
pub fn call(seed: u64, plan: Plan) -> Result<(), Broken> {
    let shards = if seed.is_multiple_of(2) { 1 } else { 2 };
    let mut chaos = Chaos {
        world: World::new(seed, shards),
        plan,
        unreachable: Vec::new(),
        crashed: Vec::new(),
        unsignalled: Vec::new(),
    };
    chaos.run()
}

#[derive(Debug)]
struct Chaos {
    world: World,
    plan: Plan,
    /// Out of range until then.
    unreachable: Vec<(Instant, PeerId)>,
    /// Whose machine stopped: the server notices then.
    crashed: Vec<(Instant, SessionId)>,
    /// Without a signal connection until then.
    unsignalled: Vec<(Instant, PeerId)>,
}

impl Chaos {
    fn run(&mut self) -> Result<(), Broken> {
        self.join();
        self.join();
        for _ in 0..self.plan.actions {
            let pause = 100 + self.world.rng.below(500);
            self.world.run(Duration::from_millis(pause))?;
            self.catch_up();
            self.act();
            self.world.everybody_speaks();
            self.world.check()?;
        }
        self.calm_down();
        // Nobody can ask for anything before he has resumed.
        self.world.run(Duration::from_secs(1))?;
        self.world.restore_all();
        self.world.run(self.plan.quiet / 2)?;
        self.world.everybody_speaks();
        self.world.run(self.plan.quiet / 2)?;
        self.world.check_everybody_sees_everything()?;
        self.world.check_all_mail_came()?;
        for peer in self.people() {
            self.world.leave(peer);
        }
        self.world.run(Duration::from_secs(10))?;
        self.world.check_nothing_is_left()
    }

    fn people(&self) -> Vec<PeerId> {
        self.world.bots.keys().copied().collect()
    }

    fn somebody(&mut self) -> Option<PeerId> {
        let people = self.people();
        let at = self.world.rng.below(people.len() as u64) as usize;
        people.get(at).copied()
    }

    fn join(&mut self) {
        let mode = if self.world.rng.chance(0.5) {
            PcMode::Single
        } else {
            PcMode::Dual
        };
        let share = self.plan.fallback;
        // Without a draw where there is nothing to be drawn: the committed seeds stay what they are.
        let is_fallback = share > 0.0 && self.world.rng.chance(share);
        let cipher = if is_fallback { Cipher::Cm } else { Cipher::Gcm };
        let path = self.path();
        let peer = self.world.join_with(Client { mode, cipher }, path);
        self.world.publish_audio(peer);
        if self.world.rng.chance(0.7) {
            self.world
                .publish_video(peer, Source::Camera, &SMALL_CAMERA);
        }
    }

    /// Anything from an office to a train.
    fn path(&mut self) -> Path {
        let rng = &mut self.world.rng;
        let rate = rng
            .chance(0.3)
            .then(|| Bitrate::kbps(400 + rng.below(3_000)));
        Path {
            rate,
            queue: Path::GOOD.queue,
            delay: Duration::from_millis(5 + rng.below(100)),
            jitter: Duration::from_millis(rng.below(30)),
            reorders: rng.chance(0.5),
            loss: if rng.chance(0.5) {
                0.0
            } else {
                rng.unit() * 0.1
            },
        }
    }

    fn act(&mut self) {
        let Some(peer) = self.somebody() else {
            return self.join();
        };
        // Without a signal connection nothing can be asked for.
        let is_signalled = self.world.room.session(peer).is_some();
        let action = self.world.rng.below(14);
        self.world.note(&format!("action {action} on {peer}"));
        match action {
            0 | 1 if self.people().len() < self.plan.people => self.join(),
            2 if self.people().len() > 2 => self.world.leave(peer),
            3 if self.people().len() > 2 => {
                if let Some(session) = self.world.vanish(peer) {
                    let noticed = self.world.now + Duration::from_secs(5);
                    self.crashed.push((noticed, session));
                }
            }
            4 if is_signalled => self.publish_or_unpublish(peer),
            5 if is_signalled => self.mute(peer),
            6 | 7 if is_signalled => self.look_elsewhere(peer),
            8 if is_signalled => self.resubscribe(peer),
            9 => {
                let path = self.path();
                self.world.set_down(peer, path);
            }
            10 => {
                let path = self.path();
                // What is lost upwards is lost for everybody, so that uplinks are kept wide.
                self.world.set_up(peer, Path { rate: None, ..path });
            }
            11 => {
                self.world.cut(peer, true);
                let back =
                    self.world.now + Duration::from_millis(500 + self.world.rng.below(2_500));
                self.unreachable.push((back, peer));
            }
            12 if is_signalled => {
                self.world.lose_signal(peer);
                self.resume_later(peer);
            }
            13 if is_signalled => {
                self.world.change_network(peer);
                self.resume_later(peer);
            }
            _ => {}
        }
    }

    fn resume_later(&mut self, peer: PeerId) {
        let away = Duration::from_millis(200 + self.world.rng.below(4_000));
        self.unsignalled.push((self.world.now + away, peer));
    }

    fn publish_or_unpublish(&mut self, peer: PeerId) {
        let of_peer = self.world.room.tracks_of(peer);
        let cameras = of_peer.iter().filter(|spec| spec.source == Source::Camera);
        let camera = cameras.map(|spec| spec.id).next();
        match camera {
            Some(track) => self.world.unpublish(peer, track),
            None => {
                self.world
                    .publish_video(peer, Source::Camera, &SMALL_CAMERA);
            }
        }
    }

    fn mute(&mut self, peer: PeerId) {
        let tracks: Vec<_> = self
            .world
            .room
            .tracks_of(peer)
            .iter()
            .map(|s| s.id)
            .collect();
        if let Some(track) = tracks.first() {
            let muted = self.world.room.is_muted(*track);
            self.world.mute(peer, *track, !muted);
        }
    }

    fn look_elsewhere(&mut self, peer: PeerId) {
        let shown = self.world.room.audience();
        let videos = shown
            .iter()
            .filter(|(who, spec)| *who == peer && spec.source == Source::Camera);
        let tracks: Vec<_> = videos.map(|(_, spec)| spec.id).collect();
        let at = self.world.rng.below(tracks.len() as u64) as usize;
        let Some(track) = tracks.get(at) else { return };
        let rng = &mut self.world.rng;
        let settings = SubscriptionSettings {
            enabled: rng.chance(0.7),
            max_quality: Quality::ALL[rng.below(3) as usize],
            dimensions: None,
            max_fps: rng.chance(0.2).then_some(10),
            priority: rng.below(2) as u32,
        };
        self.world.configure(peer, *track, settings);
    }

    fn resubscribe(&mut self, peer: PeerId) {
        let shown = self.world.room.audience();
        let tracks: Vec<_> = shown
            .iter()
            .filter(|(w, _)| *w == peer)
            .map(|(_, s)| s.id)
            .collect();
        let at = self.world.rng.below(tracks.len() as u64) as usize;
        if let Some(track) = tracks.get(at) {
            let wanted = self.world.rng.chance(0.5);
            self.world.subscribe(peer, *track, wanted);
        }
    }

    /// Those who were out of range come back, and the room gives up the crashed.
    fn catch_up(&mut self) {
        let now = self.world.now;
        for (_, peer) in self.unreachable.extract_if(.., |(at, _)| *at <= now) {
            self.world.cut(peer, false);
        }
        for (_, session) in self.crashed.extract_if(.., |(at, _)| *at <= now) {
            self.world.forget(session);
        }
        for (_, peer) in self.unsignalled.extract_if(.., |(at, _)| *at <= now) {
            self.world.resume(peer);
        }
    }

    fn calm_down(&mut self) {
        for (_, peer) in self.unreachable.drain(..) {
            self.world.cut(peer, false);
        }
        for (_, session) in self.crashed.drain(..) {
            self.world.forget(session);
        }
        for (_, peer) in self.unsignalled.drain(..) {
            self.world.resume(peer);
        }
        for peer in self.people() {
            self.world.set_up(peer, Path::GOOD);
            self.world.set_down(peer, Path::GOOD);
        }
    }
}
