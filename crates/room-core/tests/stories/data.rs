//! Data packets, data tracks and RPC.

use crate::harness::*;
use base::media::{Command, DataChannelKind, Event, PcMode};
use bytes::Bytes;
use room_core::model::{
    DataTrackOptions, DataTrackSid, DisconnectReason, Encryption, ParticipantKind, RequestReason,
};
use room_core::{
    ClientCommand, DataSubscriptionUpdate, DataTarget, Join, PublishDataTrack, Refusal, RpcCall,
    RpcError, RpcTicket, ServerMessage,
};
use std::time::Duration;

const RELIABLE: DataChannelKind = DataChannelKind::Reliable;

#[test]
fn a_message_reaches_all_others_with_its_true_sender() {
    let mut story = Story::new();
    let (anna, ben, cleo) = (story.joins("anna"), story.joins("ben"), story.joins("cleo"));
    story.sends(&anna, DataChannelKind::Lossy, "user||0|as ben");
    for person in [&ben, &cleo] {
        let expected = (DataChannelKind::Lossy, "anna:user||0|as ben".to_owned());
        assert_eq!(story.data_to(person), [expected]);
    }
    assert!(story.data_to(&anna).is_empty());
}

#[test]
fn a_message_for_one_reaches_one() {
    let mut story = Story::new();
    let (anna, ben, cleo) = (story.joins("anna"), story.joins("ben"), story.joins("cleo"));
    story.sends(&anna, RELIABLE, "user|ben,nobody|1|hello");
    assert_eq!(story.data_to(&ben).len(), 1);
    assert!(story.data_to(&cleo).is_empty());
    story.media.clear();
    story.sends(&anna, RELIABLE, "user|nobody|2|hello");
    assert!(
        story.media.is_empty(),
        "an absent receiver is not everybody"
    );
}

#[test]
fn who_may_not_send_is_not_heard() {
    let mut story = Story::new();
    let mut join = Join::new("anna".into(), PcMode::Single);
    join.permission.can_publish_data = false;
    let (anna, ben) = (story.enters(join), story.joins("ben"));
    story.sends(&anna, RELIABLE, "user||1|hello");
    assert!(story.data_to(&ben).is_empty());
}

#[test]
fn only_agents_write_down_what_others_said() {
    let mut story = Story::new();
    let (anna, ben) = (story.joins("anna"), story.joins("ben"));
    let agent = story.enters(Join {
        kind: ParticipantKind::Agent,
        ..Join::new("agent".into(), PcMode::Single)
    });
    story.sends(&anna, RELIABLE, "transcription||1|as ben");
    assert!(story.data_to(&ben).is_empty());
    story.sends(&agent, RELIABLE, "transcription||1|as anna");
    assert_eq!(story.data_to(&ben)[0].1, "anna:transcription||1|as anna");
    story.media.clear();
    story.sends(&agent, RELIABLE, "chat||2|as nobody");
    assert_eq!(story.data_to(&ben)[0].1, "agent:chat||2|as nobody");
    story.media.clear();
    story.sends(&anna, RELIABLE, "chat||2|as ben");
    assert_eq!(story.data_to(&ben)[0].1, "anna:chat||2|as ben");
}

#[test]
fn what_is_not_a_packet_or_is_the_servers_to_send_goes_nowhere() {
    let mut story = Story::new();
    let (anna, ben) = (story.joins("anna"), story.joins("ben"));
    for packet in ["garbage", "speaker||1|x", "unknown||1|x"] {
        story.sends(&anna, RELIABLE, packet);
    }
    assert!(story.data_to(&ben).is_empty());
    let large = format!("user||2|{}", "x".repeat(70_000));
    story.sends(&anna, RELIABLE, &large);
    assert!(story.data_to(&ben).is_empty());
}

#[test]
fn the_server_sends_to_some_or_all() {
    let mut story = Story::new();
    let (anna, ben) = (story.joins("anna"), story.joins("ben"));
    let packet = Bytes::from_static(b"notice");
    let to_ben = DataTarget {
        identities: vec![ben.identity.clone()],
        ..DataTarget::default()
    };
    story
        .room
        .send_data(story.now, RELIABLE, packet.clone(), &to_ben)
        .unwrap();
    story.drain();
    assert!(story.data_to(&anna).is_empty() && story.data_to(&ben).len() == 1);
    story
        .room
        .send_data(story.now, RELIABLE, packet, &DataTarget::default())
        .unwrap();
    story.drain();
    assert!(story.data_to(&anna).len() == 1 && story.data_to(&ben).len() == 2);
    let large = Bytes::from(vec![0; 70_000]);
    let refusal = story
        .room
        .send_data(story.now, RELIABLE, large, &DataTarget::default());
    assert_eq!(refusal, Err(Refusal::MessageTooLarge));
}

#[test]
fn who_does_not_read_is_cut_off() {
    let mut story = Story::new();
    let (anna, ben) = (story.joins("anna"), story.joins("ben"));
    story.told(&ben);
    story.media_says(Event::SlowReader { peer: anna.peer });
    assert!(story.closed.contains(&anna.session));
    let reason = story.news_of(&ben, &anna)[0].disconnect_reason;
    assert_eq!(reason, Some(DisconnectReason::ConnectionTimeout));
}

fn data_track(pub_handle: u32, name: &str) -> PublishDataTrack {
    PublishDataTrack {
        pub_handle,
        name: name.to_owned(),
        encryption: Encryption::None,
        frame_encoding: None,
        schema: None,
    }
}

fn publishes_data(story: &mut Story, person: &Person, track: PublishDataTrack) -> DataTrackSid {
    story.told(person);
    story.does(person, ClientCommand::PublishDataTrack(track));
    let told = story.told(person);
    let Some(ServerMessage::DataTrackPublished(info)) = told.into_iter().next() else {
        panic!("the track is published");
    };
    info.sid
}

fn wants_data(story: &mut Story, person: &Person, track: &DataTrackSid, subscribe: bool) {
    let update = DataSubscriptionUpdate {
        track: track.clone(),
        subscribe,
        options: DataTrackOptions::default(),
    };
    story.does(person, ClientCommand::UpdateDataSubscription(vec![update]));
}

fn handles(story: &mut Story, person: &Person) -> Vec<(u16, DataTrackSid)> {
    let told = story.told(person).into_iter().rev();
    let mut maps = told.filter_map(|message| match message {
        ServerMessage::DataTrackHandles(handles) => Some(handles),
        _ => None,
    });
    let last = maps.next().expect("he is told his handles");
    last.into_iter()
        .map(|handle| (handle.handle, handle.track))
        .collect()
}

#[test]
fn a_frame_reaches_each_subscriber_under_his_own_handle() {
    let mut story = Story::new();
    let (anna, ben, cleo) = (story.joins("anna"), story.joins("ben"), story.joins("cleo"));
    let pose = publishes_data(&mut story, &anna, data_track(7, "pose"));
    let gaze = publishes_data(&mut story, &anna, data_track(8, "gaze"));
    assert_eq!(
        story.news_of(&ben, &anna).last().unwrap().data_tracks.len(),
        2
    );
    wants_data(&mut story, &ben, &gaze, true);
    wants_data(&mut story, &ben, &pose, true);
    assert_eq!(
        handles(&mut story, &ben),
        [(1, gaze.clone()), (2, pose.clone())].map_sorted()
    );
    story.media.clear();
    story.sends(&anna, DataChannelKind::DataTrack, "7:frame");
    assert_eq!(
        story.data_to(&ben),
        [(DataChannelKind::DataTrack, "2:frame".to_owned())]
    );
    assert!(story.data_to(&cleo).is_empty());
    wants_data(&mut story, &ben, &pose, false);
    assert_eq!(handles(&mut story, &ben), [(1, gaze)]);
    story.media.clear();
    story.sends(&anna, DataChannelKind::DataTrack, "7:frame");
    assert!(story.media.is_empty());
}

trait Sorted {
    fn map_sorted(self) -> Self;
}

impl Sorted for [(u16, DataTrackSid); 2] {
    /// In the order of sids, as handles are told.
    fn map_sorted(mut self) -> Self {
        self.sort_by(|a, b| a.1.cmp(&b.1));
        self
    }
}

#[test]
fn data_tracks_end_with_their_publisher_and_by_his_word() {
    let mut story = Story::new();
    let (anna, ben) = (story.joins("anna"), story.joins("ben"));
    let pose = publishes_data(&mut story, &anna, data_track(7, "pose"));
    wants_data(&mut story, &ben, &pose, true);
    story.does(&anna, ClientCommand::UnpublishDataTrack { pub_handle: 7 });
    assert!(matches!(
        &story.told(&anna)[..],
        [ServerMessage::DataTrackUnpublished(info), ..] if info.sid == pose
    ));
    assert!(
        story
            .news_of(&ben, &anna)
            .last()
            .unwrap()
            .data_tracks
            .is_empty()
    );
    story.does(&anna, ClientCommand::UnpublishDataTrack { pub_handle: 7 });
    assert!(matches!(
        &story.told(&anna)[..],
        [ServerMessage::RequestResponse(r)] if r.reason == RequestReason::NotFound
    ));
}

#[test]
fn data_tracks_that_cannot_be_are_refused_with_the_reason() {
    let mut story = Story::new();
    let anna = story.joins("anna");
    publishes_data(&mut story, &anna, data_track(1, "pose"));
    for (track, reason) in [
        (data_track(0, "a"), RequestReason::InvalidHandle),
        (data_track(70_000, "a"), RequestReason::InvalidHandle),
        (data_track(1, "a"), RequestReason::DuplicateHandle),
        (data_track(2, "pose"), RequestReason::DuplicateName),
        (data_track(2, ""), RequestReason::InvalidName),
        (data_track(2, &"n".repeat(257)), RequestReason::InvalidName),
    ] {
        story.forget_all();
        story.does(&anna, ClientCommand::PublishDataTrack(track));
        assert!(matches!(
            &story.told(&anna)[..],
            [ServerMessage::RequestResponse(r)] if r.reason == reason
        ));
    }
}

fn call(destination: &str) -> RpcCall {
    RpcCall {
        destination: destination.into(),
        method: "add".to_owned(),
        payload: "1 2".to_owned(),
        response_timeout: Duration::from_secs(10),
    }
}

fn starts_call(story: &mut Story, to: &Person) -> String {
    story.media.clear();
    story
        .room
        .perform_rpc(story.now, RpcTicket(1), call(to.identity.as_str()));
    story.drain();
    let (_, packet) = story.data_to(to).remove(0);
    packet
        .split(' ')
        .nth(1)
        .expect("a call has an id")
        .to_owned()
}

fn code(result: &Result<String, RpcError>) -> u32 {
    result.as_ref().expect_err("the call failed").code
}

#[test]
fn the_server_calls_a_method_and_gets_the_answer() {
    let mut story = Story::new();
    let (anna, ben) = (story.joins("anna"), story.joins("ben"));
    let id = starts_call(&mut story, &anna);
    story.media.clear();
    story.sends(&anna, RELIABLE, &format!("ack||1|{id}"));
    story.after(Duration::from_secs(8));
    story.sends(&ben, RELIABLE, &format!("response||1|{id}=forged"));
    assert!(story.rpcs.is_empty(), "only who was asked can answer");
    story.sends(&anna, RELIABLE, &format!("response||2|{id}=3"));
    assert_eq!(story.rpcs, [(RpcTicket(1), Ok("3".to_owned()))]);
    let data = story
        .media
        .iter()
        .any(|command| matches!(command, Command::SendData { .. }));
    assert!(!data, "the answer is the server's alone");
}

#[test]
fn answers_to_other_peoples_calls_pass_through() {
    let mut story = Story::new();
    let (anna, ben) = (story.joins("anna"), story.joins("ben"));
    story.sends(&anna, RELIABLE, "response|ben|1|theirs=3");
    assert_eq!(story.data_to(&ben).len(), 1);
}

#[test]
fn a_call_that_is_not_acknowledged_or_not_answered_fails() {
    let mut story = Story::new();
    let anna = story.joins("anna");
    starts_call(&mut story, &anna);
    story.after(Duration::from_secs(7));
    assert_eq!(code(&story.rpcs.remove(0).1), 1501);
    let id = starts_call(&mut story, &anna);
    story.sends(&anna, RELIABLE, &format!("ack||1|{id}"));
    story.after(Duration::from_secs(10));
    assert_eq!(code(&story.rpcs.remove(0).1), 1502);
}

#[test]
fn a_call_to_somebody_who_is_absent_or_leaves_fails() {
    let mut story = Story::new();
    let anna = story.joins("anna");
    story
        .room
        .perform_rpc(story.now, RpcTicket(0), call("nobody"));
    story.drain();
    assert_eq!(code(&story.rpcs.remove(0).1), 1401);
    starts_call(&mut story, &anna);
    story.leaves(&anna);
    assert_eq!(code(&story.rpcs.remove(0).1), 1503);
    let large = RpcCall {
        payload: "x".repeat(16_000),
        ..call("anna")
    };
    story.room.perform_rpc(story.now, RpcTicket(2), large);
    story.drain();
    assert_eq!(code(&story.rpcs.remove(0).1), 1402);
}
