//! What a tenant's own server does: it asks over HTTP, with a key.

use super::Server;
use reqwest::{Client, Method};
use serde_json::{Value, json};
use std::time::Duration;

/// "The same request is being done", of which the end is not known, and "come again": the database
/// has no connection free. Neither says that anything was done.
const NOT_NOW: [u16; 2] = [409, 503];
/// Tries, ten a second: a machine that builds at the same time is slow.
const PATIENCE: u32 = 600;

/// A tenant of a server, and a key for its programs.
#[derive(Clone, Debug)]
pub(crate) struct Tenant {
    http: Client,
    pub(crate) url: String,
    pub(crate) key: String,
}

impl Tenant {
    pub(crate) async fn of(server: &Server) -> Self {
        let made = server.run(&[
            "account",
            "create",
            "--tenant",
            "shop",
            "--email",
            "owner@example.com",
            "--name",
            "Owner",
        ]);
        let password = made.out.trim().rsplit(' ').next().unwrap().to_owned();
        let mut tenant = Self {
            http: Client::new(),
            url: format!("http://{}", server.http),
            key: String::new(),
        };
        let (session, csrf) = tenant.sign_in(&password).await;
        let asked = json!({
            "label": "test",
            "scopes": ["rooms.read", "rooms.write", "webhooks.write", "audit.read",
                "rooms.join", "history.read"],
        });
        let answer = tenant
            .http
            .post(format!("{}/v1/api-keys", tenant.url))
            .header(
                "cookie",
                format!("stoa_session={session}; stoa_csrf={csrf}"),
            )
            .header("x-stoa-csrf", csrf)
            .header("content-type", "application/json")
            .body(asked.to_string())
            .send()
            .await
            .unwrap();
        tenant.key = read(answer).await["secret"].as_str().unwrap().to_owned();
        tenant
    }

    async fn sign_in(&self, password: &str) -> (String, String) {
        let body = json!({ "email": "owner@example.com", "password": password });
        let answer = self
            .http
            .post(format!("{}/v1/session", self.url))
            .header("content-type", "application/json")
            .body(body.to_string())
            .send()
            .await
            .unwrap();
        let cookie = |name: &str| {
            let set = answer.headers().get_all("set-cookie").iter();
            set.filter_map(|value| value.to_str().ok()?.split(';').next()?.split_once('='))
                .find(|(found, _)| *found == name)
                .map(|(_, value)| value.to_owned())
                .unwrap()
        };
        (cookie("stoa_session"), cookie("stoa_csrf"))
    }

    /// Whether nobody answers any more.
    pub(crate) async fn is_gone(&self) -> bool {
        let asked = self.http.get(format!("{}/healthz", self.url));
        asked.send().await.is_err()
    }

    /// As [`Tenant::asks`], of a server that lives.
    pub(crate) async fn gets(&self, method: Method, path: &str, body: &Value) -> Value {
        for _ in 0..PATIENCE {
            if let Some(answer) = self.asks(method.clone(), path, path, body).await {
                return answer;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("{method} {path} is not answered");
    }

    /// Every item of a list.
    pub(crate) async fn all(&self, list: &str) -> Vec<Value> {
        let (mut items, mut cursor) = (Vec::new(), String::new());
        loop {
            let path = format!("{list}{cursor}");
            let page = self.gets(Method::GET, &path, &Value::Null).await;
            items.extend(page["items"].as_array().unwrap().iter().cloned());
            match page["next_cursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => return items,
            }
        }
    }

    /// The answer, unless there was none or the server is too busy for one.
    pub(crate) async fn asks(
        &self,
        method: Method,
        path: &str,
        key: &str,
        body: &Value,
    ) -> Option<Value> {
        let mut request = self
            .http
            .request(method.clone(), format!("{}{path}", self.url))
            .header("authorization", format!("Bearer {}", self.key));
        if method != Method::GET {
            request = request
                .header("idempotency-key", key)
                .header("content-type", "application/json")
                .body(body.to_string());
        }
        let answer = request.send().await.ok()?;
        let status = answer.status();
        let text = answer.text().await.ok()?;
        if NOT_NOW.contains(&status.as_u16()) {
            return None;
        }
        assert!(status.is_success(), "{path}: {status} {text}");
        if text.is_empty() {
            return Some(Value::Null);
        }
        Some(serde_json::from_str(&text).unwrap())
    }
}

async fn read(answer: reqwest::Response) -> Value {
    let (status, text) = (answer.status(), answer.text().await.unwrap());
    assert!(status.is_success(), "{status} {text}");
    serde_json::from_str(&text).unwrap()
}
