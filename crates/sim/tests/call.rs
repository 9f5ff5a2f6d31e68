//! Two people meet.

use base::media::{PcMode, Source};
use sim::net::Path;
use sim::world::{CAMERA, World};
use std::time::Duration;

fn two_people(modes: [PcMode; 2]) -> World {
    let mut world = World::new(1, 1);
    let [anna, ben] = modes.map(|mode| world.join(mode, Path::GOOD));
    world.publish_audio(anna);
    world.publish_video(anna, Source::Camera, &CAMERA);
    world
        .run(Duration::from_millis(1_500))
        .expect("the invariants hold");
    world.publish_audio(ben);
    world.publish_video(ben, Source::Camera, &CAMERA);
    world
        .run(Duration::from_secs(6))
        .expect("the invariants hold");
    world
}

#[test]
fn people_of_either_mode_see_and_hear_each_other() {
    use PcMode::{Dual, Single};
    for modes in [
        [Single, Single],
        [Dual, Dual],
        [Single, Dual],
        [Dual, Single],
    ] {
        let world = two_people(modes);
        if let Err(broken) = world.check_everybody_sees_everything() {
            panic!("{modes:?}: {broken}");
        }
    }
}
