//! Offers that are repeated because signalling broke while they were open.

use crate::sections::{heard, world};
use crate::world::{Lost, World};
use base::PeerId;
use base::media::{Command, Event, Kind, PcMode};

/// The server's offers to 2.
fn offers(world: &World) -> Vec<(u32, String)> {
    let offers = world.events.iter().filter_map(|event| match event {
        Event::Offer { peer, id, sdp, .. } if peer.0 == 2 => Some((*id, sdp.clone())),
        _ => None,
    });
    offers.collect()
}

fn is_refused(world: &World) -> bool {
    world.has_event(|event| matches!(event, Event::SdpRefused { .. }))
}

#[test]
fn an_offer_that_was_lost_or_its_answer_is_made_again_as_it_was_and_has_its_effect() {
    for lost in [Lost::Down, Lost::Up] {
        let (mut world, tracks) = world(PcMode::Dual, 2);
        world.subscribe(2, tracks[0]);
        assert_eq!(heard(&mut world, &tracks), [tracks[0]]);
        world.lost = Some(lost);
        world.subscribe(2, tracks[1]);
        assert_eq!(heard(&mut world, &tracks), [tracks[0]], "{lost:?}");
        let before = offers(&world);
        world.lost = None;
        world.command(Command::RestartIce { peer: PeerId(2) });
        assert_eq!(heard(&mut world, &tracks), tracks, "{lost:?}");
        let (open, all) = (&before[before.len() - 1], offers(&world));
        let again = &all[before.len()];
        assert_eq!((open.0 + 1, &open.1), (again.0, &again.1), "{lost:?}");
        assert_eq!(all.len(), before.len() + 2, "{lost:?}: then ICE restarts");
        for answer in std::mem::take(&mut world.late) {
            world.command(answer);
        }
        assert!(!is_refused(&world), "{lost:?}: it is late, and ignored");
        assert_eq!(heard(&mut world, &tracks), tracks, "{lost:?}");
    }
}

#[test]
fn a_client_that_repeats_his_offer_is_answered_again_and_what_he_publishes_is_heard() {
    for mode in [PcMode::Single, PcMode::Dual] {
        let (mut world, mut tracks) = world(mode, 1);
        world.subscribe(2, tracks[0]);
        assert_eq!(heard(&mut world, &tracks), tracks);
        world.lost = Some(Lost::Down);
        tracks.push(world.publish(1, 101, Kind::Audio));
        world.lost = None;
        let (id, sdp) = world.client(1).repeat_offer();
        let peer = PeerId(1);
        world.command(Command::Offer { peer, id, sdp });
        world.subscribe(2, tracks[1]);
        assert_eq!(heard(&mut world, &tracks), tracks, "{mode:?}");
        assert!(!is_refused(&world), "{mode:?}");
        let answers = world.events.iter().filter_map(|event| match event {
            Event::Answer { peer, id, .. } if peer.0 == 1 => Some(*id),
            _ => None,
        });
        let answers: Vec<u32> = answers.collect();
        assert_eq!(answers[answers.len() - 2..], [id - 1, id], "{mode:?}");
    }
}
