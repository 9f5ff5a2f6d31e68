//! An audience on real WebSockets: what it is shown of a busy chat, and what of it is the host's.

#![expect(clippy::unwrap_used, reason = "a test that cannot run has failed")]

mod stoa;

use futures_util::{SinkExt, StreamExt, future};
use reqwest::Method;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use stoa::Server;
use stoa::tenant::Tenant;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

/// Each says one line.
const READERS: usize = 150;
/// Everybody in this test comes from one address.
const ONE_ADDRESS: &str = "[limits]\nvisitor_requests_per_minute = 5000\n";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn all_readers_are_shown_the_same_few_lines_and_every_line_of_the_host() {
    let server = Server::start(ONE_ADDRESS);
    let tenant = Tenant::of(&server).await;
    let plan = json!({ "kind": "live_show", "title": "Spring collection" });
    let room = tenant.gets(Method::POST, "/v1/rooms", &plan).await;
    let id = room["id"].as_str().unwrap();
    let links = format!("/v1/rooms/{id}/links?limit=1");
    let code = tenant.all(&links).await[0]["code"].clone();
    let asked = json!({ "role": "host", "name": "Host", "identity": "host" });
    let token = format!("/v1/rooms/{id}/token");
    let token = tenant.gets(Method::POST, &token, &asked).await;
    let mut host = Reader::comes(&server, &token).await;
    let coming = (0..READERS).map(async |number| {
        let name = format!("Reader {number}");
        let knock = json!({ "name": name, "device_id": format!("device-{number:06}") });
        let door = format!("/v1/join/{}", code.as_str().unwrap());
        // Each is another request, whatever its path.
        let key = format!("knock-{number}");
        let entry = tenant.asks(Method::POST, &door, &key, &knock).await;
        Reader::comes(&server, &entry.expect("the door answers")).await
    });
    let mut readers: Vec<Reader> = future::join_all(coming).await;

    host.says("welcome").await;
    for (number, reader) in readers.iter_mut().enumerate() {
        reader.says(&format!("question {number}")).await;
    }
    for reader in &mut readers {
        reader.until(|document| document["reply"].is_object()).await;
    }
    host.says("goodbye").await;

    let ends = |document: &Value| document["event"]["message"]["text"] == "goodbye";
    host.until(ends).await;
    assert_eq!(host.lines.len(), READERS + 2, "the stage sees all of it");
    let shown = host.shown();
    assert!(shown.contains("welcome") && shown.contains("goodbye"));
    assert!(shown.len() < READERS, "it was crowded");
    for reader in &mut readers {
        reader.until(ends).await;
        assert_eq!(reader.shown(), shown);
        let mut asides = reader.lines.iter().filter(|line| line.is_aside);
        assert!(asides.all(|line| line.from == reader.identity));
    }
}

struct Reader {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    identity: String,
    lines: Vec<Line>,
}

#[derive(Debug)]
struct Line {
    from: String,
    text: String,
    is_aside: bool,
}

impl Reader {
    /// Somebody has what he comes in with, and is shown the room.
    async fn comes(server: &Server, entry: &Value) -> Self {
        let token = entry["token"].as_str().unwrap();
        let url = format!("ws://{}/room/ws?access_token={token}", server.http);
        let mut reader = Self {
            socket: connect_async(url).await.unwrap().0,
            identity: entry["identity"].as_str().unwrap().to_owned(),
            lines: Vec::new(),
        };
        reader
            .until(|document| document["snapshot"].is_object())
            .await;
        reader
    }

    async fn says(&mut self, text: &str) {
        let params = json!({ "id": text, "text": text });
        let call = json!({ "id": 1, "method": "chat.say", "params": params });
        let call = Message::text(call.to_string());
        self.socket.send(call).await.unwrap();
    }

    /// Reads until a document is `wanted`.
    async fn until(&mut self, wanted: impl Fn(&Value) -> bool) {
        loop {
            let Message::Text(text) = self.socket.next().await.unwrap().unwrap() else {
                continue;
            };
            let document: Value = serde_json::from_str(&text).unwrap();
            assert!(document["resync"].is_null(), "a reader fell behind");
            assert!(document["refusal"].is_null(), "{document}");
            let message = &document["event"]["message"];
            if let Some(text) = message["text"].as_str() {
                self.lines.push(Line {
                    from: message["from"]["identity"].as_str().unwrap().to_owned(),
                    text: text.to_owned(),
                    is_aside: message["aside"] == true,
                });
            }
            if wanted(&document) {
                return;
            }
        }
    }

    /// The lines that are for everybody.
    fn shown(&self) -> BTreeSet<&str> {
        let shown = self.lines.iter().filter(|line| !line.is_aside);
        shown.map(|line| line.text.as_str()).collect()
    }
}
