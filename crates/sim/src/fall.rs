//! A subscriber's link that becomes narrow and wide again.

use crate::bot::Seen;
use crate::invariant::Broken;
use crate::net::Path;
use crate::world::{CAMERA, World};
use base::media::{PcMode, Source};
use base::{Bitrate, PeerId, TrackId};
use std::time::Duration;

/// What his link is like.
#[derive(Clone, Copy, Debug)]
pub struct Fall {
    /// What a wireless link adds to each packet.
    pub jitter: Duration,
    /// How long a packet may wait before the bottleneck.
    pub queue: Duration,
}

/// What he saw of it. `None`: not within the time.
#[derive(Clone, Copy, Debug)]
pub struct Seeing {
    /// He had the whole picture before the fall.
    pub was_whole: bool,
    /// From the fall to the first frame of a picture that fits.
    pub fits_after: Option<Duration>,
    /// The longest time without a new frame while the link was narrow.
    pub frozen: Duration,
    /// From the recovery to the first frame of the whole picture.
    pub back_after: Option<Duration>,
}

const WIDE: Bitrate = Bitrate::kbps(3_000);
const NARROW: Bitrate = Bitrate::kbps(300);

/// Anna sends her camera and her voice, Ben looks and listens. His link falls from 3 Mbps to
/// 300 kbps for ten seconds.
pub fn fall(seed: u64, fall: Fall) -> Result<Seeing, Broken> {
    let mut world = World::new(seed, 1);
    let near = Path {
        jitter: fall.jitter,
        ..Path::GOOD
    };
    let anna = world.join(PcMode::Single, near);
    world.publish_audio(anna);
    let camera = world.publish_video(anna, Source::Camera, &CAMERA);
    let [wide, narrow] = [WIDE, NARROW].map(|rate| Path {
        rate: Some(rate),
        queue: fall.queue,
        ..near
    });
    let ben = world.join(PcMode::Single, wide);
    world.run(Duration::from_secs(12))?;
    let was_whole = seen(&world, ben, camera).and_then(Seen::last_stream) == Some(2);

    let fell = world.now;
    world.set_down(ben, narrow);
    world.run(Duration::from_secs(10))?;
    let recovered = world.now;
    world.set_down(ben, wide);
    world.run(Duration::from_secs(10))?;
    world.check()?;
    let Some(seen) = seen(&world, ben, camera) else {
        return Err(Broken::Unseen(ben, camera));
    };
    Ok(Seeing {
        was_whole,
        fits_after: seen.first_up_to(0, fell).map(|at| at - fell),
        frozen: seen.longest_freeze(fell, recovered),
        back_after: seen.first_of(2, recovered).map(|at| at - recovered),
    })
}

fn seen(world: &World, peer: PeerId, track: TrackId) -> Option<&Seen> {
    world.seen(peer, track)
}
