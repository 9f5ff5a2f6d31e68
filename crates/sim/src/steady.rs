//! A subscriber's link that stays as it is: what he sees of a camera over it.

use crate::invariant::Broken;
use crate::net::Path;
use crate::world::{CAMERA, World};
use base::Bitrate;
use base::media::{PcMode, Source};
use std::time::Duration;

/// What he saw, after the first seconds.
#[derive(Clone, Copy, Debug, Default)]
pub struct Steady {
    /// Shares of the time in which each stream was shown, 0.0 to 1.0.
    pub shown: [f64; 3],
    /// From one stream to another.
    pub switches_a_minute: f64,
    /// Mean of what came.
    pub received: Bitrate,
    /// The longest time without a new frame.
    pub frozen: Duration,
    /// Frames a second.
    pub frames_per_second: f64,
}

/// To find what the link carries.
const SETTLING: Duration = Duration::from_secs(20);
const STEP: Duration = Duration::from_millis(100);

/// Anna sends her camera and her voice, Ben looks and listens over this path for so long.
pub fn steady(seed: u64, path: Path, time: Duration) -> Result<Steady, Broken> {
    let mut world = World::new(seed, 1);
    let anna = world.join(PcMode::Single, Path::GOOD);
    world.publish_audio(anna);
    let camera = world.publish_video(anna, Source::Camera, &CAMERA);
    let ben = world.join(PcMode::Single, path);
    // What he reports is lost as well, but has no bottleneck to pass.
    world.set_up(ben, Path { rate: None, ..path });
    world.run(SETTLING)?;
    let (from, mut before) = (world.now, None);
    let (mut shown, mut switches, mut bits) = ([0; 3], 0, 0);
    let steps = u32::try_from(time.as_millis() / STEP.as_millis()).unwrap_or(u32::MAX);
    for _ in 0..steps {
        world.run(STEP)?;
        let Some(seen) = world.seen(ben, camera) else {
            return Err(Broken::Unseen(ben, camera));
        };
        let stream = seen.last_stream();
        switches += u32::from(before.is_some() && stream != before);
        before = stream;
        if let Some(count) = shown.get_mut(usize::from(stream.unwrap_or(u8::MAX))) {
            *count += 1;
        }
        bits += seen.bitrate(world.now).as_bps();
    }
    world.check()?;
    let Some(seen) = world.seen(ben, camera) else {
        return Err(Broken::Unseen(ben, camera));
    };
    let frames = seen.frames.iter().filter(|frame| frame.at >= from);
    let seconds = time.as_secs_f64();
    Ok(Steady {
        shown: shown.map(|count| f64::from(count) / f64::from(steps)),
        switches_a_minute: f64::from(switches) * 60.0 / seconds,
        received: Bitrate::bps(bits / u64::from(steps.max(1))),
        frozen: seen.longest_freeze(from, world.now),
        frames_per_second: frames.count() as f64 / seconds,
    })
}
