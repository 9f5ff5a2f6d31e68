//! What a room's history has afterwards, whichever way people came and whatever became of the server.

#![expect(clippy::unwrap_used, reason = "a test that cannot run has failed")]

mod stoa;

#[path = "../../store/tests/postgres/mod.rs"]
mod postgres;

use futures_util::{SinkExt, StreamExt};
use reqwest::Method;
use serde_json::{Value, json};
use std::time::Duration;
use stoa::Server;
use stoa::tenant::Tenant;
use store::Store;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

fn on_postgres() -> (String, String) {
    let url = postgres::cluster().database();
    (format!("[store]\nurl = \"{url}\"\n"), url)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_only_listens_is_in_the_history_on_sqlite() {
    who_only_listens_is_in_the_history("").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_only_listens_is_in_the_history_on_postgres() {
    who_only_listens_is_in_the_history(&on_postgres().0).await;
}

async fn who_only_listens_is_in_the_history(extra: &str) {
    let server = Server::start(extra);
    let tenant = Tenant::of(&server).await;
    let room = Meeting::of(tenant).await;
    let mut socket = room.listens(&server).await;
    socket.close(None).await.unwrap();
    let open = room.session_when(|session| session["people"] == 1).await;
    assert_eq!(open["ended_at"], Value::Null);
    room.ends().await;
    let session = room
        .session_when(|session| session["ended_at"] != Value::Null)
        .await;
    let detail = room.detail(&session).await;
    let stays = detail["attendance"].as_array().unwrap();
    assert_eq!(stays.len(), 1, "{detail}");
    assert_eq!(stays[0]["name"], "Ana");
    assert_ne!(stays[0]["left_at"], Value::Null);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn deleted_words_are_nowhere_in_the_journal_on_sqlite() {
    let mut server = Server::start("");
    let room = says_and_deletes(&server).await;
    server.kill();
    let path = server.path().join("stoa.sqlite");
    keeps_only_what_was_not_deleted(&Store::open(&path).await.unwrap(), &room).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn deleted_words_are_nowhere_in_the_journal_on_postgres() {
    let (extra, url) = on_postgres();
    let server = Server::start(&extra);
    let room = says_and_deletes(&server).await;
    keeps_only_what_was_not_deleted(&Store::connect(&url).await.unwrap(), &room).await;
}

async fn says_and_deletes(server: &Server) -> Meeting {
    let room = Meeting::of(Tenant::of(server).await).await;
    let mut socket = room.listens(server).await;
    for (id, text) in [("m-1", "the wrong price"), ("m-2", "the right price")] {
        room.commands("chat.say", &json!({ "id": id, "text": text }))
            .await;
    }
    room.commands("chat.delete", &json!({ "message": "m-1" }))
        .await;
    socket.close(None).await.unwrap();
    let session = room.session_when(|session| session["people"] == 1).await;
    let chat = room.detail(&session).await["chat"].clone();
    let texts: Vec<_> = chat
        .as_array()
        .unwrap()
        .iter()
        .map(|said| said["text"].clone())
        .collect();
    assert_eq!(texts, ["the right price"]);
    room
}

async fn keeps_only_what_was_not_deleted(store: &Store, room: &Meeting) {
    let mut reader = store.reader().await.unwrap();
    let entries = reader.room_journal().read(&room.id, 0, 999).await.unwrap();
    let has = |word: &str| {
        entries
            .iter()
            .any(|entry| entry.payload.expose().contains(word))
    };
    assert!(has("the right price") && has("m-1"));
    assert!(!has("the wrong price"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_asked_is_in_the_history_on_sqlite() {
    what_was_asked_is_in_the_history("").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_asked_is_in_the_history_on_postgres() {
    what_was_asked_is_in_the_history(&on_postgres().0).await;
}

async fn what_was_asked_is_in_the_history(extra: &str) {
    let server = Server::start(extra);
    let room = Meeting::of(Tenant::of(&server).await).await;
    let mut ana = room.listens(&server).await;
    asks(
        &mut ana,
        "questions.ask",
        &json!({ "id": "q-1", "text": "Which fabric?" }),
    )
    .await;
    room.commands("questions.set", &json!({ "anonymous": true }))
        .await;
    let unnamed = json!({ "id": "q-2", "text": "And the price?", "anonymous": true });
    asks(&mut ana, "questions.ask", &unnamed).await;
    asks(
        &mut ana,
        "questions.ask",
        &json!({ "id": "q-3", "text": "Wrong room?" }),
    )
    .await;
    asks(
        &mut ana,
        "questions.ask",
        &json!({ "id": "q-4", "text": "Never mind" }),
    )
    .await;
    asks(
        &mut ana,
        "questions.withdraw",
        &json!({ "question": "q-4" }),
    )
    .await;
    for (question, voted) in [("q-1", true), ("q-2", true), ("q-1", false)] {
        let vote = json!({ "question": question, "voted": voted });
        asks(&mut ana, "questions.vote", &vote).await;
    }
    room.commands(
        "questions.vote",
        &json!({ "question": "q-2", "voted": true }),
    )
    .await;
    let answer = json!({ "question": "q-1", "text": "Linen" });
    room.commands("questions.answer", &answer).await;
    room.commands("questions.dismiss", &json!({ "question": "q-3" }))
        .await;
    room.ends().await;

    let session = room
        .session_when(|session| session["ended_at"] != Value::Null)
        .await;
    let asked = room.detail(&session).await["questions"].clone();
    let told: Vec<_> = asked
        .as_array()
        .unwrap()
        .iter()
        .map(|one| {
            json!([
                one["id"],
                one["from"]["name"],
                one["votes"],
                one["state"],
                one["answer"]["text"]
            ])
        })
        .collect();
    assert_eq!(
        json!(told),
        json!([
            ["q-1", "Ana", 0, "answered", "Linen"],
            ["q-2", null, 2, "open", null],
            ["q-3", "Ana", 0, "dismissed", null],
        ]),
        "{asked}"
    );
    assert_eq!(asked[0]["from"]["role"], "member");
    assert!(asked[0]["at"].as_u64() <= asked[0]["answer"]["at"].as_u64());
    assert_eq!(asked[1]["from"], Value::Null, "{asked}");
}

/// Sends a command over the socket, and waits until it is answered well.
async fn asks(socket: &mut Socket, method: &str, params: &Value) {
    let words = json!({ "id": 1, "method": method, "params": params });
    socket.send(Message::text(words.to_string())).await.unwrap();
    loop {
        match socket.next().await {
            Some(Ok(Message::Text(text))) => {
                let heard: Value = serde_json::from_str(&text).unwrap();
                if heard["id"] == 1 {
                    assert_eq!(heard["refusal"], Value::Null, "{method}");
                    return;
                }
            }
            Some(Ok(_)) => {}
            ended => panic!("{ended:?}"),
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_session_that_was_cut_off_by_a_kill_is_closed_by_the_next_process() {
    let mut server = Server::start("");
    let room = Meeting::of(Tenant::of(&server).await).await;
    let _socket = room.listens(&server).await;
    let open = room.session_when(|session| session["people"] == 1).await;
    server.kill();
    server.start_again();
    let closed = room
        .session_when(|session| session["ended_at"] != Value::Null)
        .await;
    assert_eq!(closed["id"], open["id"]);
    let stays = room.detail(&closed).await["attendance"].clone();
    assert_ne!(stays[0]["left_at"], Value::Null);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_servers_on_one_postgres_each_closes_the_others_sessions_only_when_it_is_dead() {
    let (extra, _) = on_postgres();
    let mut first = Server::start(&extra);
    let room = Meeting::of(Tenant::of(&first).await).await;
    let mut socket = room.listens(&first).await;
    room.session_when(|session| session["people"] == 1).await;

    let second = Server::start(&extra);
    let seen_there = room.at(&second);
    // As long as a dead server's word counts, and longer: the second has looked by then.
    for _ in 0..45 {
        tokio::time::sleep(Duration::from_secs(1)).await;
        let session = seen_there.session_when(|_| true).await;
        assert_eq!(session["ended_at"], Value::Null, "it goes on");
    }
    room.commands("chat.say", &json!({ "id": "m-1", "text": "still here" }))
        .await;
    hears(&mut socket).await;

    first.kill();
    let closed = seen_there
        .session_when(|session| session["ended_at"] != Value::Null)
        .await;
    assert_eq!(closed["people"], 1);
}

/// Waits for the room's next word.
async fn hears(socket: &mut Socket) {
    loop {
        match socket.next().await {
            Some(Ok(Message::Text(_))) => return,
            Some(Ok(_)) => {}
            ended => panic!("{ended:?}"),
        }
    }
}

/// A meeting of a tenant.
struct Meeting {
    tenant: Tenant,
    id: String,
    code: String,
}

impl Meeting {
    async fn of(tenant: Tenant) -> Self {
        let asked = json!({ "kind": "meeting", "title": "Prices", "settings": { "lobby": false } });
        let room = tenant.gets(Method::POST, "/v1/rooms", &asked).await;
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let id = text(&room["id"]);
        let link = tenant
            .gets(
                Method::POST,
                &format!("/v1/rooms/{id}/links"),
                &json!({ "role": "member" }),
            )
            .await;
        Self {
            tenant,
            id,
            code: text(&link["code"]),
        }
    }

    /// The same, asked of another server.
    fn at(&self, server: &Server) -> Self {
        let mut tenant = self.tenant.clone();
        tenant.url = format!("http://{}", server.http);
        Self {
            tenant,
            id: self.id.clone(),
            code: self.code.clone(),
        }
    }

    /// Somebody comes by the link, without media, and has been shown the room.
    async fn listens(&self, server: &Server) -> Socket {
        let path = format!("/v1/join/{}", self.code);
        let joined = self
            .tenant
            .gets(
                Method::POST,
                &path,
                &json!({ "name": "Ana", "device_id": "device-of-ana" }),
            )
            .await;
        let token = joined["token"].as_str().unwrap();
        let url = format!("ws://{}/room/ws?access_token={token}", server.http);
        let (mut socket, _) = connect_async(url).await.unwrap();
        hears(&mut socket).await;
        socket
    }

    async fn commands(&self, method: &str, params: &Value) {
        let path = format!("/v1/rooms/{}/commands/{method}", self.id);
        let key = params.to_string();
        let answer = self.tenant.asks(Method::POST, &path, &key, params).await;
        assert!(answer.is_some(), "{method}");
    }

    async fn ends(&self) {
        let path = format!("/v1/rooms/{}/end", self.id);
        self.tenant.gets(Method::POST, &path, &json!({})).await;
    }

    /// The room's latest session, once `holds` of it.
    async fn session_when(&self, holds: impl Fn(&Value) -> bool) -> Value {
        for _ in 0..1_200 {
            let path = format!("/v1/rooms/{}/sessions?limit=10", self.id);
            let found = self.tenant.all(&path).await.into_iter().next();
            if let Some(session) = found.filter(&holds) {
                return session;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("no such session");
    }

    async fn detail(&self, session: &Value) -> Value {
        let path = format!("/v1/sessions/{}", session["id"].as_str().unwrap());
        self.tenant.gets(Method::GET, &path, &Value::Null).await
    }
}
