//! The server, and the tenant who plans the rooms, by the HTTP API.

use super::address;
use crate::stage::{SERVER_IP, ServerProcess, Usage, scratch};
use reqwest::{Client, Response};
use serde_json::{Value, json};
use std::error::Error;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

const PORT: u16 = 7880;
/// Configured servers refuse shorter secrets; this one guards nothing but a benchmark.
const SECRET: &str = "only-for-benchmarks-only-for-benchmarks";

pub(super) struct Tenant {
    process: ServerProcess,
    http: Client,
    key: String,
}

/// A room that was planned, and its ways in.
#[derive(Clone, Debug)]
pub(super) struct Venue {
    http: Client,
    /// Of the link for everybody.
    code: String,
    host_token: String,
}

impl Tenant {
    pub(super) async fn start(stoa: Option<&Path>) -> Result<Self, Box<dyn Error>> {
        let binary: PathBuf = match stoa {
            Some(path) => path.to_owned(),
            None => std::env::current_exe()?.with_file_name("stoa"),
        };
        let folder = scratch("readers")?;
        let config = folder.join("stoa.toml");
        fs::write(&config, configuration(&folder))?;
        let (binary, config) = (text(&binary)?, text(&config)?);
        let command = [binary, "serve", "--config", config];
        let process = ServerProcess::start("stoa", &command, folder.clone(), PORT)?;
        // Each guest has a connection of his own.
        let http = Client::builder().pool_max_idle_per_host(0).build()?;
        ready(&http).await?;
        let key = key(&http, &account(binary, config)?).await?;
        Ok(Self { process, http, key })
    }

    pub(super) async fn opens(&self, kind: &str) -> Result<Venue, Box<dyn Error>> {
        let plan = json!({ "kind": kind, "title": "Spring collection" });
        let room = self.asks("/v1/rooms", &plan).await?;
        let id = field(&room, "id")?;
        let links = self
            .http
            .get(url(&format!("/v1/rooms/{id}/links")))
            .bearer_auth(&self.key);
        let links = read(links.send().await?).await?;
        let code = field(&links["items"][0], "code")?;
        let wanted = json!({ "role": "host", "name": "Host", "identity": "host" });
        let token = self.asks(&format!("/v1/rooms/{id}/token"), &wanted).await?;
        Ok(Venue {
            http: self.http.clone(),
            code,
            host_token: field(&token, "token")?,
        })
    }

    pub(super) fn usage(&self) -> io::Result<Usage> {
        self.process.usage()
    }

    async fn asks(&self, path: &str, body: &Value) -> Result<Value, Box<dyn Error>> {
        let request = self.http.post(url(path)).bearer_auth(&self.key);
        let request = request.header("content-type", "application/json");
        read(request.body(body.to_string()).send().await?).await
    }
}

impl Venue {
    pub(super) fn host_socket(&self) -> String {
        socket(&self.host_token)
    }

    /// Guest `number` comes in by the link; the result is where his WebSocket is, and who he is.
    pub(super) async fn admits(&self, number: usize) -> Result<(String, String), Box<dyn Error>> {
        let knock = json!({
            "name": format!("Reader {number}"),
            "device_id": format!("bench-device-{number:06}"),
        });
        let request = self
            .http
            .post(url(&format!("/v1/join/{}", self.code)))
            .header("content-type", "application/json")
            .header("x-forwarded-for", address(number));
        let entry = read(request.body(knock.to_string()).send().await?).await?;
        Ok((socket(&field(&entry, "token")?), field(&entry, "identity")?))
    }
}

/// The embedded defaults, but for where it listens and that it stands behind a load balancer, which
/// tells from which address each guest comes.
fn configuration(folder: &Path) -> String {
    format!(
        r#"
[http]
listen = "{SERVER_IP}:{PORT}"
trust_forwarded_for = true
[media]
addresses = ["{SERVER_IP}"]
[keys]
devkey = "{SECRET}"
[store]
path = "{}/stoa.sqlite"
"#,
        folder.display()
    )
}

/// The port is open before the database is: whoever makes an account waits for both.
async fn ready(http: &Client) -> Result<(), Box<dyn Error>> {
    loop {
        let answer = http.get(url("/readyz")).send().await?;
        if answer.status().is_success() {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// Makes the tenant's first account; the result is its password.
fn account(binary: &str, config: &str) -> Result<String, Box<dyn Error>> {
    let made = Command::new(binary)
        .args(["account", "create", "--tenant", "shop", "--name", "Owner"])
        .args(["--email", "owner@example.com", "--config", config])
        .output()?;
    let out = String::from_utf8(made.stdout)?;
    let password = out.trim().rsplit(' ').next().unwrap_or_default();
    if !made.status.success() || password.is_empty() {
        return Err(String::from_utf8_lossy(&made.stderr).into());
    }
    Ok(password.to_owned())
}

/// Signs in, and makes a key for the tenant's own server.
async fn key(http: &Client, password: &str) -> Result<String, Box<dyn Error>> {
    let body = json!({ "email": "owner@example.com", "password": password });
    let signed_in = http
        .post(url("/v1/session"))
        .header("content-type", "application/json")
        .body(body.to_string())
        .send()
        .await?;
    let cookies = signed_in.headers().get_all("set-cookie").iter();
    let cookies: Vec<String> = cookies
        .filter_map(|value| Some(value.to_str().ok()?.split(';').next()?.to_owned()))
        .collect();
    let csrf = cookies
        .iter()
        .find_map(|cookie| cookie.strip_prefix("stoa_csrf="))
        .ok_or("signing in gave no cookie")?;
    let body = json!({ "label": "bench", "scopes": ["rooms.read", "rooms.write", "rooms.join"] });
    let made = http
        .post(url("/v1/api-keys"))
        .header("cookie", cookies.join("; "))
        .header("x-stoa-csrf", csrf)
        .header("content-type", "application/json")
        .body(body.to_string())
        .send()
        .await?;
    field(&read(made).await?, "secret")
}

async fn read(answer: Response) -> Result<Value, Box<dyn Error>> {
    let (status, body) = (answer.status(), answer.text().await?);
    if !status.is_success() {
        return Err(format!("the server answered {status}: {body}").into());
    }
    Ok(serde_json::from_str(&body)?)
}

fn field(value: &Value, name: &str) -> Result<String, Box<dyn Error>> {
    let found = value[name].as_str().map(str::to_owned);
    found.ok_or_else(|| format!("the answer has no {name}").into())
}

fn url(path: &str) -> String {
    format!("http://{SERVER_IP}:{PORT}{path}")
}

fn socket(token: &str) -> String {
    format!("ws://{SERVER_IP}:{PORT}/room/ws?access_token={token}")
}

fn text(path: &Path) -> io::Result<&str> {
    path.to_str()
        .ok_or_else(|| io::Error::other("the path is not Unicode"))
}
