//! The wrong-tenant table: every operation of the OpenAPI document, asked by another tenant for
//! things that are not his. A new endpoint is in it by being in the document.

use crate::office::{Caller, Merchant, NOON_MS, Office};
use axum::http::StatusCode;
use base::RoomId;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fmt;
use store::history::{AttendanceRow, SessionRow};
use tenancy::Right;

/// In every name and text of the tenant whose things are asked for.
const MARK: &str = "hazelnut";

#[tokio::test]
async fn nothing_of_a_tenant_is_seen_or_changed_by_another() {
    let office = Office::open().await;
    let hazelnut = office.merchant(MARK).await;
    let belongings = furnished(&office, &hazelnut).await;
    let before = shown(&office, &hazelnut, &belongings).await;
    let seen = before.values().filter(|shown| shown.contains(MARK)).count();
    assert!(seen > 10, "its owner sees it: {before:?}");

    let rival = office.merchant("rival").await;
    let scopes = Right::ALL.into_iter().filter(|right| right.is_scope());
    let key = office.key(&rival, &scopes.collect::<Vec<_>>()).await;
    let own_room = room(&office, &rival, "rival room").await;
    let path = format!("/v1/rooms/{own_room}/token");
    let entry = office.writes(&key, &path, json!({})).await.well();
    let token = Caller::Bearer(entry["token"].as_str().unwrap().to_owned());
    for operation in &operations() {
        // A session of its own for each: one of the operations signs out.
        let callers = match operation.is_for_room_tokens() {
            true => vec![token.clone()],
            false => vec![office.owner(&rival).await, key.clone()],
        };
        for caller in callers {
            refused(&office, operation, &caller, &belongings).await;
        }
    }
    assert_eq!(shown(&office, &hazelnut, &belongings).await, before);
}

#[tokio::test]
async fn ids_of_another_tenant_are_of_no_use_in_a_body() {
    let office = Office::open().await;
    let hazelnut = office.merchant(MARK).await;
    let belongings = furnished(&office, &hazelnut).await;
    let rival = office.merchant("rival").await;
    let owner = office.owner(&rival).await;

    let tenant = json!({ "tenant_id": belongings["tenants.id"] });
    let changed = office.writes(&owner, "/v1/session/tenant", tenant).await;
    assert_eq!(changed.status, StatusCode::NOT_FOUND);

    let hosted = json!({ "kind": "meeting", "title": "A", "host_id": belongings["people.id"] });
    let hosted = office.writes(&owner, "/v1/rooms", hosted).await;
    assert_eq!(hosted.json()["field"], "host_id", "{}", hosted.text());

    let room = room(&office, &rival, "rival room").await;
    let say = format!("/v1/rooms/{room}/commands/chat.say");
    let file = [&belongings["files.id"]];
    let said = json!({ "id": "m1", "text": "look", "to": { "kind": "all" }, "files": file });
    assert_eq!(
        office.writes(&owner, &say, said).await.refusal(),
        "no_such_file"
    );
}

async fn refused(
    office: &Office,
    operation: &Operation,
    by: &Caller,
    belongings: &BTreeMap<&str, String>,
) {
    let path = operation.path_with(|name| match belongings.get(name) {
        Some(id) => id.clone(),
        None => panic!("{operation}: tell `furnished` what {name} is"),
    });
    let reply = office
        .asks(by, &operation.method, &path, operation.sample_body())
        .await;
    let (status, text) = (reply.status, reply.text());
    assert!(!text.contains(MARK), "{operation} tells: {text}");
    if operation.names_something() {
        let is_refused = [StatusCode::NOT_FOUND, StatusCode::FORBIDDEN].contains(&status);
        assert!(is_refused, "{operation} by {by:?}: {status} {text}");
    }
    for id in belongings.values().filter(|id| id.contains('_')) {
        // Problems may repeat what one has written oneself.
        let is_own_words = path.contains(id.as_str());
        assert!(is_own_words || !text.contains(id.as_str()), "{operation}");
    }
}

/// A tenant with one of everything; by the path's parameter, as `rooms.id`.
async fn furnished(office: &Office, of: &Merchant) -> BTreeMap<&'static str, String> {
    let owner = office.owner(of).await;
    let room = room(office, of, "hazelnut room").await;
    let made = async |path: String, body: Value| {
        let made = office.writes(&owner, &path, body).await.well();
        made["id"].as_str().unwrap().to_owned()
    };
    let link = json!({ "role": "member", "label": "hazelnut link" });
    let link = made(format!("/v1/rooms/{room}/links"), link).await;
    let hook = json!({ "url": "https://hazelnut.example.com/hook" });
    let hook = made("/v1/webhooks".to_owned(), hook).await;
    let test = format!("/v1/webhooks/{hook}/test");
    office.writes(&owner, &test, json!({})).await.well();
    let deliveries = format!("/v1/webhooks/{hook}/deliveries");
    let deliveries = office.reads(&owner, &deliveries).await.well();
    let delivery = deliveries["items"][0]["id"].as_str().unwrap().to_owned();
    let key = json!({ "label": "hazelnut key", "scopes": ["rooms.read"] });
    let key = made("/v1/api-keys".to_owned(), key).await;
    let upload = format!("/v1/rooms/{room}/files?name=hazelnut.txt");
    let file = office.uploads(&owner, &upload, b"hazelnut").await.well();
    BTreeMap::from([
        ("people.id", of.owner.to_string()),
        ("tenants.id", of.tenant.to_string()),
        ("sessions.id", session(office, of, &room).await),
        ("rooms.id", room),
        ("rooms.method", "chat.say".to_owned()),
        ("room.method", "room.hello".to_owned()),
        ("links.id", link),
        ("webhooks.id", hook),
        ("webhooks.delivery", delivery),
        ("api-keys.id", key),
        ("files.id", file["id"].as_str().unwrap().to_owned()),
        // Who knows a link's code may use it, of whichever tenant he is: these are guessed.
        ("join.code", "aaa-aaa-aaa-aaa".to_owned()),
        ("join.ticket", "guessed".to_owned()),
        ("logos.id", "guessed".to_owned()),
    ])
}

async fn room(office: &Office, of: &Merchant, title: &str) -> String {
    let owner = office.owner(of).await;
    let new = json!({ "kind": "meeting", "title": title, "schedule": {
        "starts_at": "2026-12-01T15:00", "timezone": "Asia/Shanghai", "duration_min": 60 } });
    let room = office.writes(&owner, "/v1/rooms", new).await.well();
    room["id"].as_str().unwrap().to_owned()
}

async fn session(office: &Office, of: &Merchant, room: &str) -> String {
    let id = "RM_hazelnut".to_owned();
    let mut tx = office.store.begin().await.unwrap();
    let mut history = tx.history();
    let session = SessionRow {
        id: id.clone(),
        tenant: of.tenant.clone(),
        room: RoomId::parse(room).unwrap(),
        started_ms: NOON_MS,
        ended_ms: None,
        first_seq: 0,
        last_seq: None,
        people: 0,
    };
    history.open(&session, "ND_1").await.unwrap();
    let stay = AttendanceRow {
        id: "PA_1".to_owned(),
        session: id.clone(),
        identity: of.owner.to_string(),
        name: "hazelnut".to_owned(),
        role: "host".to_owned(),
        joined_ms: NOON_MS,
        left_ms: None,
    };
    history.come(&stay).await.unwrap();
    tx.commit().await.unwrap();
    id
}

/// What the owner himself gets to see of each thing.
async fn shown(
    office: &Office,
    of: &Merchant,
    belongings: &BTreeMap<&str, String>,
) -> BTreeMap<String, String> {
    let mut shown = BTreeMap::new();
    for operation in operations() {
        let takes_session = operation.method == "GET" && operation.right().is_some();
        // What one does oneself is logged, and operators' business is not an owner's.
        let is_log = operation.path.starts_with("/v1/audit");
        if !takes_session || is_log || operation.path == "/v1/tenants" {
            continue;
        }
        let owner = office.owner(of).await;
        let path = operation.path_with(|name| belongings[name].clone());
        let reply = office.reads(&owner, &path).await;
        assert!(reply.status.is_success(), "{path}: {}", reply.text());
        shown.insert(path, reply.text());
    }
    shown
}

/// One method of one path.
#[derive(Debug)]
pub(crate) struct Operation {
    pub(crate) method: String,
    pub(crate) path: String,
    said: Value,
    document: Value,
}

/// Everything that the document describes.
pub(crate) fn operations() -> Vec<Operation> {
    let document = api::document();
    let mut found = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, said) in item.as_object().unwrap() {
            found.push(Operation {
                method: method.to_uppercase(),
                path: path.clone(),
                said: said.clone(),
                document: document.clone(),
            });
        }
    }
    found
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.method, self.path)
    }
}

impl Operation {
    pub(crate) fn is_public(&self) -> bool {
        self.said["security"] == json!([])
    }

    fn is_for_room_tokens(&self) -> bool {
        self.said["security"] == json!([{ "room_token": [] }])
    }

    pub(crate) fn right(&self) -> Option<&str> {
        self.said["x-stoa-right"].as_str()
    }

    /// Whether a thing of somebody's is in the path.
    fn names_something(&self) -> bool {
        self.path.contains("{id}")
    }

    /// The path with its parameters filled in, each asked for as `rooms.id`.
    pub(crate) fn path_with(&self, value: impl Fn(&str) -> String) -> String {
        let mut segments = self.path.split('/').filter(|s| !s.is_empty());
        let mut group = segments.next().unwrap_or_default();
        if group == "v1" {
            group = segments.next().unwrap_or_default();
        }
        // `/room/files/{id}` names a file.
        if self.path.contains("/files/{id}") {
            group = "files";
        }
        let mut path = String::new();
        for segment in self.path.split('/').skip(1) {
            path.push('/');
            let name = segment.strip_prefix('{').and_then(|s| s.strip_suffix('}'));
            match name {
                Some(name) => path.push_str(&value(&format!("{group}.{name}"))),
                None => path.push_str(segment),
            }
        }
        match self.required_query() {
            query if query.is_empty() => path,
            query => format!("{path}?{query}"),
        }
    }

    fn required_query(&self) -> String {
        let parameters = self.said["parameters"].as_array();
        let required = parameters
            .into_iter()
            .flatten()
            .filter(|parameter| parameter["in"] == "query" && parameter["required"] == true);
        let pairs = required.map(|parameter| format!("{}=a", parameter["name"].as_str().unwrap()));
        pairs.collect::<Vec<_>>().join("&")
    }

    /// The least body that the document lets pass; null for none.
    pub(crate) fn sample_body(&self) -> Value {
        match &self.said["requestBody"]["content"]["application/json"]["schema"] {
            Value::Null => Value::Null,
            schema => self.sample(schema),
        }
    }

    fn sample(&self, schema: &Value) -> Value {
        if let Some(reference) = schema["$ref"].as_str() {
            let pointer = reference.trim_start_matches('#');
            return self.sample(self.document.pointer(pointer).unwrap());
        }
        if let Some(example) = schema.get("example") {
            return example.clone();
        }
        if let Some(allowed) = schema["enum"].as_array() {
            return allowed[0].clone();
        }
        if let Some(choices) = schema["oneOf"].as_array() {
            return self.sample(choices.last().unwrap());
        }
        let kind = match &schema["type"] {
            Value::Array(kinds) => kinds[0].as_str(),
            kind => kind.as_str(),
        };
        match kind {
            Some("string") => "a"
                .repeat(schema["minLength"].as_u64().unwrap_or(1) as usize)
                .into(),
            Some("integer" | "number") => schema.get("minimum").cloned().unwrap_or(json!(1)),
            Some("boolean") => true.into(),
            Some("array") => match schema["minItems"].as_u64() {
                Some(1..) => json!([self.sample(&schema["items"])]),
                _ => json!([]),
            },
            _ => {
                let required = schema["required"].as_array().cloned().unwrap_or_default();
                let fields = required.iter().map(|name| {
                    let name = name.as_str().unwrap();
                    (name.to_owned(), self.sample(&schema["properties"][name]))
                });
                Value::Object(fields.collect())
            }
        }
    }
}
