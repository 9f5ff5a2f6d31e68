//! Random lives of a room. Whatever happens, in the end everybody knows what is so.

use crate::harness::*;
use base::TrackId;
use base::media::{Command, Event, PcMode, TrackSpec};
use base::rng::Rng;
use room_core::model::{ParticipantInfo, ParticipantState, Permission};
use room_core::{
    ClientCommand, Input, Join, ParticipantChange, Scenario, ServerMessage, SubscriptionPermission,
    SubscriptionUpdate, TrackPermission,
};
use std::collections::BTreeMap;
use std::time::Duration;

const NAMES: [&str; 6] = ["anna", "ben", "cleo", "dana", "emil", "fay"];

/// Somebody and what his client believes.
struct Client {
    person: Person,
    /// His signalling is broken.
    away: bool,
    view: BTreeMap<String, ParticipantInfo>,
    tracks: Vec<TrackSpec>,
}

#[test]
fn whatever_happens_all_views_agree_with_the_room() {
    for seed in 0..300 {
        let mut rng = Rng::from_seed(seed);
        let mut story = Story::new();
        let mut clients: Vec<Client> = Vec::new();
        for _ in 0..120 {
            step(&mut rng, &mut story, &mut clients);
            listen(&mut story, &mut clients);
        }
        come_back(&mut story, &mut clients);
        story.after(Duration::from_secs(5));
        listen(&mut story, &mut clients);
        for client in &clients {
            agrees(seed, &story, client);
        }
        for client in std::mem::take(&mut clients) {
            story.leaves(&client.person);
        }
        story.after(Duration::from_secs(60));
        assert!(story.finished, "seed {seed}: somebody is still there");
        nothing_is_left(seed, &story);
    }
}

fn step(rng: &mut Rng, story: &mut Story, clients: &mut Vec<Client>) {
    if clients.is_empty() || rng.chance(0.15) {
        return joins(rng, story, clients);
    }
    let at = rng.below(clients.len() as u64) as usize;
    let other = rng.below(clients.len() as u64) as usize;
    let person = clients[at].person.clone();
    match rng.below(14) {
        0 if clients.len() > 2 => {
            story.leaves(&person);
            clients.remove(at);
        }
        1 => {
            story.loses_signal(&person);
            clients[at].away = true;
        }
        2 => come_back(story, &mut clients[at..=at]),
        3..=8 => publishes_or_not(rng, story, &mut clients[at]),
        9..=11 => chooses(rng, story, &person, &clients[other]),
        12 => story.is_connected(&person),
        _ if rng.chance(0.2) && clients.len() > 2 => {
            story.does(&person, ClientCommand::Simulate(Scenario::NodeFailure));
            if !clients[at].away {
                clients.remove(at);
            }
        }
        _ => story.input(Input::Time),
    }
}

fn publishes_or_not(rng: &mut Rng, story: &mut Story, client: &mut Client) {
    let person = client.person.clone();
    match rng.below(6) {
        0 | 1 if !client.away => {
            let request = if rng.chance(0.5) {
                microphone()
            } else {
                camera()
            };
            let announced = story.specs().len();
            story.does(&person, ClientCommand::AddTrack(request));
            client.tracks.extend(story.specs().drain(announced..));
        }
        0..=3 => {
            if let Some(spec) = client.tracks.last() {
                story.packets_come(spec);
            }
        }
        4 => {
            if let Some(spec) = client.tracks.pop() {
                let (peer, track) = (person.peer, spec.id);
                story.media_says(Event::TrackEnded { peer, track });
            }
        }
        _ => {
            if let Some(spec) = any_track(rng, client) {
                let (track, muted) = (spec.sid, rng.chance(0.5));
                story.does(&person, ClientCommand::Mute { track, muted });
            }
        }
    }
}

fn chooses(rng: &mut Rng, story: &mut Story, person: &Person, other: &Client) {
    match rng.below(3) {
        0 => {
            let tracks = any_track(rng, other)
                .map(|spec| spec.sid)
                .into_iter()
                .collect();
            let subscribe = rng.chance(0.5);
            let update = SubscriptionUpdate { tracks, subscribe };
            story.does(person, ClientCommand::Subscription(update));
        }
        1 => {
            let all = TrackPermission {
                identity: Some(other.person.identity.clone()),
                all_tracks: true,
                ..TrackPermission::default()
            };
            let permission = SubscriptionPermission {
                all_participants: rng.chance(0.5),
                tracks: vec![all],
            };
            story.does(person, ClientCommand::SubscriptionPermission(permission));
        }
        _ => {
            let permission = Permission {
                hidden: rng.chance(0.3),
                can_subscribe: rng.chance(0.7),
                can_publish: rng.chance(0.7),
                ..Permission::default()
            };
            let change = ParticipantChange {
                permission: Some(permission),
                ..ParticipantChange::default()
            };
            story
                .room
                .update_participant(story.now, &person.identity, change)
                .expect("he is there");
            story.drain();
        }
    }
}

fn joins(rng: &mut Rng, story: &mut Story, clients: &mut Vec<Client>) {
    let name = NAMES[rng.below(NAMES.len() as u64) as usize];
    let is_there = clients
        .iter()
        .any(|client| client.person.identity.as_str() == name);
    if is_there && !rng.chance(0.1) {
        return;
    }
    let mode = if rng.chance(0.5) {
        PcMode::Single
    } else {
        PcMode::Dual
    };
    let mut join = Join::new(name.into(), mode);
    join.settings.auto_subscribe = rng.chance(0.7);
    clients.retain(|client| client.person.identity.as_str() != name);
    let person = story.enters(join);
    clients.push(Client {
        person,
        away: false,
        view: BTreeMap::new(),
        tracks: Vec::new(),
    });
}

fn any_track(rng: &mut Rng, client: &Client) -> Option<TrackSpec> {
    let at = rng.below(client.tracks.len() as u64) as usize;
    client.tracks.get(at).cloned()
}

fn come_back(story: &mut Story, clients: &mut [Client]) {
    for client in clients.iter_mut().filter(|client| client.away) {
        client.person = story.resumes(&client.person);
        client.away = false;
    }
}

/// What a client makes of what it is told.
fn listen(story: &mut Story, clients: &mut [Client]) {
    for client in clients {
        for message in story.told(&client.person) {
            match message {
                ServerMessage::Joined(joined) => {
                    client.view.clear();
                    for info in joined.others {
                        client.view.insert(info.sid.as_str().to_owned(), info);
                    }
                }
                // The list after a resume names all that are there.
                ServerMessage::Reconnected(_) => client.view.clear(),
                ServerMessage::Participants(infos) => {
                    for info in infos.iter().filter(|info| info.sid != client.person.sid) {
                        learn(&mut client.view, info);
                    }
                }
                _ => {}
            }
        }
    }
}

fn learn(view: &mut BTreeMap<String, ParticipantInfo>, info: &ParticipantInfo) {
    let sid = info.sid.as_str().to_owned();
    if info.state == ParticipantState::Disconnected {
        view.remove(&sid);
        return;
    }
    let older = view
        .get(&sid)
        .is_some_and(|known| known.version > info.version);
    assert!(!older, "news are older than what is known");
    view.insert(sid, info.clone());
}

fn agrees(seed: u64, story: &Story, client: &Client) {
    let me = &client.person;
    let truth: Vec<_> = story
        .room
        .participants()
        .into_iter()
        .filter(|info| info.sid != me.sid && !info.permission.hidden)
        .collect();
    let believed: Vec<_> = client.view.values().cloned().collect();
    let mut expected = truth.clone();
    expected.sort_by(|a, b| a.sid.cmp(&b.sid));
    assert_eq!(
        believed, expected,
        "seed {seed}: what {:?} believes",
        me.sid
    );
    let visible: Vec<_> = truth.iter().flat_map(sids).collect();
    let by_id: BTreeMap<TrackId, _> = story
        .specs()
        .into_iter()
        .map(|spec| (spec.id, spec.sid))
        .collect();
    for held in story.subscriptions(me) {
        assert!(
            visible.contains(&by_id[&held]),
            "seed {seed}: receives what he does not see"
        );
    }
}

fn nothing_is_left(seed: u64, story: &Story) {
    let (mut open, mut published) = (Vec::new(), Vec::new());
    for command in &story.media {
        match command {
            Command::Open(new) => open.push(new.peer),
            Command::Close { peer } => open.retain(|other| other != peer),
            Command::Publish(spec) => published.push(spec.id),
            Command::Unpublish { track, .. } => published.retain(|other| other != track),
            _ => {}
        }
    }
    assert!(
        open.is_empty() && published.is_empty(),
        "seed {seed}: the media plane keeps something"
    );
}
