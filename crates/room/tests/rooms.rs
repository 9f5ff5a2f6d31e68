//! Rooms as tasks: real channels, real time, a media plane that only writes down what it is told.

use base::media::{Command, DataChannelKind, Event, PcMode, PcTarget};
use base::rng::Rng;
use base::{Identity, RoomKey, RoomName};
use bytes::Bytes;
use room::{Media, Rooms, Session};
use room_core::model::{DisconnectReason, LeaveAction, ReconnectReason, RoomConfig};
use room_core::{
    BadPacket, ClientCommand, DataTarget, DataWire, Envelope, Join, JoinRefusal, PacketKind,
    Refusal, Resume, ResumeRefusal, RoomEventKind, RpcCall, RpcError, RpcRequest, Sender,
    ServerCall, ServerMessage, Settings,
};
use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::mpsc;

#[tokio::test]
async fn two_meet_and_part() {
    let (rooms, _media) = server();
    let mut anna = joins(&rooms, "anna").await;
    let mut ben = joins(&rooms, "ben").await;
    assert!(matches!(anna.recv().await, Some(ServerMessage::Joined(_))));
    assert!(matches!(
        ben.recv().await,
        Some(ServerMessage::Joined(joined)) if joined.others.len() == 1
    ));
    assert!(matches!(
        anna.recv().await,
        Some(ServerMessage::Participants(_))
    ));
    leaves(&ben).await;
    assert!(matches!(
        anna.recv().await,
        Some(ServerMessage::Participants(infos))
            if infos[0].disconnect_reason == Some(DisconnectReason::ClientInitiated)
    ));
    assert_eq!(until_end(&mut ben).await, []);
}

#[tokio::test]
async fn a_hundred_join_a_new_room_at_once_and_meet_in_one() {
    let (rooms, _media) = server();
    let mut tasks = tokio::task::JoinSet::new();
    for number in 0..100 {
        let rooms = rooms.clone();
        tasks.spawn(async move { joins(&rooms, &format!("p{number}")).await });
    }
    let sessions = tasks.join_all().await;
    assert_eq!(rooms.len(), 1);
    assert_eq!(rooms.participants(&stage()).await.unwrap().len(), 100);
    drop(sessions);
}

#[tokio::test]
async fn joining_while_the_room_ends_opens_a_new_one() {
    let (rooms, _media) = server();
    for _ in 0..50 {
        let mut old = joins(&rooms, "anna").await;
        let name = stage();
        let (deleted, joined) = tokio::join!(rooms.delete(&name), joins(&rooms, "ben"));
        assert_eq!(deleted, Ok(()));
        until_end(&mut old).await;
        // Ben came either before the end, and was sent away, or after it, and is there.
        match rooms.participants(&stage()).await {
            Ok(people) => {
                assert_eq!(people.len(), 1);
                rooms.delete(&stage()).await.unwrap();
            }
            Err(refusal) => assert_eq!(refusal, Refusal::NoSuchRoom),
        }
        drop(joined);
        assert!(rooms.is_empty());
    }
}

#[tokio::test]
async fn a_dropped_session_can_be_resumed() {
    let (rooms, _media) = server();
    let anna = joins(&rooms, "anna").await;
    let sid = anna.participant().clone();
    drop(anna);
    let resume = Resume {
        identity: "anna".into(),
        participant: Some(sid.clone()),
        reason: ReconnectReason::SignalDisconnected,
        client: Default::default(),
        sync_state: None,
        offer: None,
    };
    let mut again = rooms.resume(&stage(), resume.clone()).await.unwrap();
    assert!(matches!(
        again.recv().await,
        Some(ServerMessage::Reconnected(_))
    ));
    assert_eq!(*again.participant(), sid);
    leaves(&again).await;
    until_end(&mut again).await;
    assert_eq!(
        rooms.resume(&stage(), resume.clone()).await.unwrap_err(),
        ResumeRefusal
    );
    assert_eq!(
        rooms.resume(&"elsewhere".into(), resume).await.unwrap_err(),
        ResumeRefusal
    );
}

#[tokio::test]
async fn who_does_not_read_his_messages_loses_his_session_and_harms_nobody() {
    let (rooms, _media) = server();
    let deaf = joins(&rooms, "deaf").await;
    let mut anna = joins(&rooms, "anna").await;
    for number in 0..2_000 {
        rooms
            .update_metadata(&stage(), number.to_string())
            .await
            .unwrap();
        while let Some(message) = anna_hears(&mut anna).await {
            if matches!(&message, ServerMessage::RoomUpdate(r) if r.metadata == number.to_string())
            {
                break;
            }
        }
    }
    let mut deaf = deaf;
    assert!(until_end(&mut deaf).await.len() < 2_000);
    assert_eq!(
        rooms.participants(&stage()).await.unwrap().len(),
        2,
        "he may resume"
    );
}

#[tokio::test]
async fn what_happens_is_told_to_all_listeners_in_order() {
    let (rooms, media) = server();
    let (mut first, mut second) = (rooms.events(), rooms.events());
    let anna = joins(&rooms, "anna").await;
    media.connect_all();
    while rooms
        .participant(&stage(), &"anna".into())
        .await
        .unwrap()
        .state
        != room_core::model::ParticipantState::Active
    {
        tokio::task::yield_now().await;
    }
    rooms.delete(&stage()).await.unwrap();
    drop(anna);
    for listener in [&mut first, &mut second] {
        assert!(matches!(
            next_kind(listener).await,
            RoomEventKind::RoomStarted { .. }
        ));
        assert!(matches!(
            next_kind(listener).await,
            RoomEventKind::ParticipantJoined { .. }
        ));
        assert!(matches!(
            next_kind(listener).await,
            RoomEventKind::ParticipantLeft { .. }
        ));
        assert!(matches!(
            next_kind(listener).await,
            RoomEventKind::RoomFinished { .. }
        ));
    }
}

#[tokio::test]
async fn rooms_are_created_listed_and_deleted() {
    let (rooms, media) = server();
    let config = RoomConfig {
        metadata: Some("m".to_owned()),
        ..RoomConfig::default()
    };
    let created = rooms.create(&stage(), config.clone()).await.unwrap();
    let again = rooms.create(&stage(), config).await.unwrap();
    assert_eq!(created.sid, again.sid, "creating twice is creating once");
    rooms
        .create(&"other".into(), RoomConfig::default())
        .await
        .unwrap();
    assert_eq!(rooms.list(&[]).await.len(), 2);
    let listed = rooms.list(&[stage(), "none".into()]).await;
    assert_eq!(
        listed
            .iter()
            .map(|room| room.metadata.as_str())
            .collect::<Vec<_>>(),
        ["m"]
    );
    rooms.delete(&stage()).await.unwrap();
    assert_eq!(rooms.delete(&stage()).await, Err(Refusal::NoSuchRoom));
    assert_eq!(rooms.list(&[]).await.len(), 1);
    assert_eq!(media.attached(), 1);
}

#[tokio::test]
async fn a_removed_participant_does_not_come_back_with_his_old_token() {
    let (rooms, _media) = server();
    let anna: Identity = "anna".into();
    joins(&rooms, "anna").await;
    rooms
        .remove_participant(&stage(), &anna, Some(1_000))
        .await
        .unwrap();
    let mut join = Join::new(anna, PcMode::Single);
    join.token_not_before_unix_s = Some(999);
    assert_eq!(
        rooms.join(&stage(), join.clone()).await.unwrap_err(),
        JoinRefusal::TokenRevoked
    );
    assert!(rooms.join(&"elsewhere".into(), join.clone()).await.is_ok());
    join.token_not_before_unix_s = Some(1_001);
    assert!(rooms.join(&stage(), join).await.is_ok());
}

#[tokio::test]
async fn data_and_calls_of_the_server_reach_the_media_plane() {
    let (rooms, media) = server();
    let _anna = joins(&rooms, "anna").await;
    let packet = Bytes::from_static(b"notice");
    let everybody = DataTarget::default();
    rooms
        .send_data(&stage(), DataChannelKind::Reliable, packet, everybody)
        .await
        .unwrap();
    media
        .wait_for(|command| matches!(command, Command::SendData { .. }))
        .await;
    let call = RpcCall {
        destination: "anna".into(),
        method: "m".to_owned(),
        payload: String::new(),
        response_timeout: Duration::from_secs(5),
    };
    let rpc = tokio::spawn({
        let rooms = rooms.clone();
        async move { rooms.perform_rpc(&stage(), call).await }
    });
    let id = media.rpc_id().await;
    media.says(|peer| Event::Data {
        peer,
        channel: DataChannelKind::Reliable,
        bytes: Bytes::from(format!("answer {id}")),
        credit: base::media::Credit::free(),
    });
    assert_eq!(rpc.await.unwrap(), Ok(Ok("done".to_owned())));
}

#[tokio::test]
async fn a_draining_server_lets_nobody_in_and_then_sends_all_away() {
    let (rooms, media) = server();
    let mut anna = joins(&rooms, "anna").await;
    rooms.drain();
    let late = rooms
        .join(&stage(), Join::new("ben".into(), PcMode::Single))
        .await;
    assert_eq!(late.unwrap_err(), JoinRefusal::Draining);
    rooms.shut_down().await;
    assert!(until_end(&mut anna).await.contains(&ServerMessage::Leave {
        action: LeaveAction::Reconnect,
        reason: DisconnectReason::ServerShutdown,
    }));
    assert!(rooms.is_empty());
    assert_eq!(media.attached(), 0);
}

#[tokio::test(start_paused = true)]
async fn an_empty_room_ends_by_itself() {
    let (rooms, _media) = server();
    rooms.create(&stage(), RoomConfig::default()).await.unwrap();
    assert_eq!(rooms.len(), 1);
    rooms.delete(&stage()).await.unwrap();
    let config = RoomConfig {
        empty_timeout: Some(Duration::from_millis(20)),
        ..RoomConfig::default()
    };
    rooms.create(&stage(), config).await.unwrap();
    let mut events = rooms.events();
    assert!(matches!(
        next_kind(&mut events).await,
        RoomEventKind::RoomFinished { .. }
    ));
}

#[tokio::test]
async fn a_flood_of_commands_is_slowed_down_for_its_sender_alone() {
    let limits = room_core::Limits {
        commands_per_second: 10,
        commands_burst: 10,
        ..room_core::Limits::default()
    };
    let (rooms, _media) = server_with(Settings {
        limits,
        ..Settings::default()
    });
    let (flooder, anna) = (joins(&rooms, "flooder").await, joins(&rooms, "anna").await);
    let trickle = || ClientCommand::Trickle {
        target: PcTarget::Publisher,
        candidate: String::new(),
    };
    let flood = async {
        loop {
            flooder.send(trickle()).await.unwrap();
        }
    };
    tokio::select! {
        () = flood => {}
        result = async { for _ in 0..10 { anna.send(trickle()).await?; } Ok::<_, room::Closed>(()) } => {
            result.unwrap();
        }
    }
}

#[tokio::test]
async fn a_session_follows_its_participant_to_another_room() {
    let (rooms, media) = server();
    let mut anna = joins(&rooms, "anna").await;
    let other: RoomName = "other".into();
    rooms
        .move_participant(&stage(), &"anna".into(), &other)
        .await
        .unwrap();
    // Sent before the session has learnt of the move: the old room passes it on.
    anna.send(ClientCommand::Offer {
        id: 5,
        sdp: String::new(),
    })
    .await
    .unwrap();
    media
        .wait_for(|command| matches!(command, Command::Offer { id: 5, .. }))
        .await;
    let old_room = anna.room();
    loop {
        match anna.recv().await.expect("the session goes on") {
            ServerMessage::RoomMoved(moved) => {
                assert_eq!(moved.grants.room, other);
                break;
            }
            ServerMessage::Joined(_) | ServerMessage::Participants(_) => {}
            message => panic!("{message:?}"),
        }
    }
    assert_ne!(anna.room(), old_room);
    assert!(rooms.participant(&stage(), &"anna".into()).await.is_err());
    leaves(&anna).await;
    until_end(&mut anna).await;
    assert!(rooms.participants(&other).await.unwrap().is_empty());
    let again = rooms
        .move_participant(&stage(), &"anna".into(), &other)
        .await;
    assert_eq!(again, Err(Refusal::NoSuchParticipant));
}

#[tokio::test]
async fn whoever_was_moved_and_joins_anew_with_his_old_token_comes_where_he_was_moved() {
    let (rooms, _media) = server();
    let _anna = joins(&rooms, "anna").await;
    let (anna, other): (Identity, RoomName) = ("anna".into(), "other".into());
    rooms
        .move_participant(&stage(), &anna, &other)
        .await
        .unwrap();
    let mut join = Join::new(anna.clone(), PcMode::Single);
    join.token_not_before_unix_s = Some(1);
    let _again = rooms.join(&stage(), join.clone()).await.unwrap();
    assert!(rooms.participant(&other, &anna).await.is_ok());
    assert!(rooms.participant(&stage(), &anna).await.is_err());
    // A token of after the move means what it says.
    join.token_not_before_unix_s = Some(u64::MAX);
    let _back = rooms.join(&stage(), join).await.unwrap();
    assert!(rooms.participant(&stage(), &anna).await.is_ok());
}

#[tokio::test]
async fn a_participant_is_shown_in_another_room_until_he_leaves() {
    let (rooms, _media) = server();
    let anna = joins(&rooms, "anna").await;
    let other: RoomName = "other".into();
    let (from, who): (RoomName, Identity) = (stage(), "anna".into());
    let forward = || rooms.forward_participant(&from, &who, &other);
    forward().await.unwrap();
    assert_eq!(rooms.participants(&other).await.unwrap().len(), 1);
    assert_eq!(forward().await, Err(Refusal::IdentityTaken));
    let itself = rooms.forward_participant(&from, &who, &from).await;
    assert_eq!(itself, Err(Refusal::SameRoom));
    leaves(&anna).await;
    while !rooms.participants(&other).await.unwrap().is_empty() {
        tokio::task::yield_now().await;
    }
}

fn stage() -> RoomName {
    "stage".into()
}

fn server() -> (Rooms, Notebook) {
    server_with(Settings::default())
}

fn server_with(settings: Settings) -> (Rooms, Notebook) {
    let notebook = Notebook::default();
    let rooms = Rooms::new(
        Arc::new(notebook.clone()),
        Arc::new(PlainWire),
        settings,
        Rng::from_seed(1),
    );
    (rooms, notebook)
}

async fn joins(rooms: &Rooms, identity: &str) -> Session {
    let join = Join::new(identity.into(), PcMode::Single);
    rooms
        .join(&stage(), join)
        .await
        .expect("the room lets him in")
}

async fn leaves(session: &Session) {
    let reason = DisconnectReason::ClientInitiated;
    let leave = ClientCommand::Leave {
        reason,
        action: LeaveAction::Disconnect,
    };
    session.send(leave).await.expect("the room is there");
}

async fn anna_hears(session: &mut Session) -> Option<ServerMessage> {
    session.recv().await
}

/// What was still to be read, without the welcome and updates.
async fn until_end(session: &mut Session) -> Vec<ServerMessage> {
    let mut messages = Vec::new();
    while let Some(message) = session.recv().await {
        if !matches!(
            message,
            ServerMessage::Joined(_) | ServerMessage::Participants(_)
        ) {
            messages.push(message);
        }
    }
    messages
}

async fn next_kind(events: &mut mpsc::Receiver<room_core::RoomEvent>) -> RoomEventKind {
    events.recv().await.expect("rooms go on").kind
}

/// A media plane that writes down what it is told.
#[derive(Clone, Debug, Default)]
struct Notebook(Arc<Mutex<Pages>>);

#[derive(Debug, Default)]
struct Pages {
    rooms: HashMap<RoomKey, mpsc::Sender<Event>>,
    commands: Vec<Command>,
}

impl Media for Notebook {
    fn attach(&self, room: RoomKey) -> mpsc::Receiver<Event> {
        let (sender, receiver) = mpsc::channel(16);
        self.pages().rooms.insert(room, sender);
        receiver
    }

    fn detach(&self, room: RoomKey) {
        self.pages().rooms.remove(&room);
    }

    fn send(&self, command: Command) {
        self.pages().commands.push(command);
    }
}

impl Notebook {
    fn pages(&self) -> std::sync::MutexGuard<'_, Pages> {
        self.0.lock().expect("no test panics while writing")
    }

    fn attached(&self) -> usize {
        self.pages().rooms.len()
    }

    fn connect_all(&self) {
        self.says(|peer| Event::Connected {
            peer,
            target: PcTarget::Publisher,
        });
    }

    fn says(&self, event: impl Fn(base::PeerId) -> Event) {
        let pages = self.pages();
        for command in &pages.commands {
            if let Command::Open(open) = command
                && let Some(room) = pages.rooms.get(&open.room)
            {
                room.try_send(event(open.peer)).expect("the room reads");
            }
        }
    }

    async fn wait_for(&self, wanted: impl Fn(&Command) -> bool) {
        while !self.pages().commands.iter().any(&wanted) {
            tokio::task::yield_now().await;
        }
    }

    async fn rpc_id(&self) -> String {
        loop {
            let id = self
                .pages()
                .commands
                .iter()
                .find_map(|command| match command {
                    Command::SendData { bytes, .. } => {
                        let text = std::str::from_utf8(bytes).ok()?;
                        text.strip_prefix("call ").map(str::to_owned)
                    }
                    _ => None,
                });
            match id {
                Some(id) => return id,
                None => tokio::task::yield_now().await,
            }
        }
    }
}

#[derive(Debug)]
struct PlainWire;

impl DataWire for PlainWire {
    fn open(&self, packet: &Bytes) -> Result<Envelope, BadPacket> {
        let text = std::str::from_utf8(packet).map_err(|_| BadPacket)?;
        let request = text.strip_prefix("answer ").ok_or(BadPacket)?.to_owned();
        Ok(Envelope {
            kind: PacketKind::RpcResponse {
                request,
                result: Ok("done".to_owned()),
            },
            destinations: Vec::new(),
            destination_sids: Vec::new(),
            sender: None,
            sequence: 0,
        })
    }

    fn stamp(&self, packet: &Bytes, _sender: &Sender) -> Result<Bytes, BadPacket> {
        Ok(packet.clone())
    }

    fn rpc_request(&self, request: &RpcRequest) -> Bytes {
        Bytes::from(format!("call {}", request.id))
    }

    fn server_call(&self, _packet: &Bytes) -> Result<ServerCall, BadPacket> {
        Err(BadPacket)
    }

    fn rpc_ack(&self, id: &str, _to: &Identity) -> Bytes {
        Bytes::from(format!("ack {id}"))
    }

    fn rpc_response(&self, id: &str, _result: Result<String, RpcError>, _to: &Identity) -> Bytes {
        Bytes::from(format!("response {id}"))
    }

    fn event(&self, json: &str) -> Bytes {
        Bytes::copy_from_slice(json.as_bytes())
    }

    fn frame_handle(&self, _frame: &Bytes) -> Result<u16, BadPacket> {
        Err(BadPacket)
    }

    fn with_frame_handle(
        &self,
        _frame: &Bytes,
        _handle: u16,
        _sender: &Sender,
    ) -> Result<Bytes, BadPacket> {
        Err(BadPacket)
    }
}
