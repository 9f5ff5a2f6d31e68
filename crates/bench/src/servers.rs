//! The servers that are measured, and how each is started.

use crate::fleet::Fleet;
use crate::signalling::{JoinError, Joined, Role, janus, livekit};
use crate::stage::{SERVER_IP, ServerProcess, Usage, scratch};
use std::fs;
use std::io;
use std::path::Path;

const STOA_PORT: u16 = 7880;
const JANUS_PORT: u16 = 8188;
/// Configured servers refuse shorter secrets; this one guards nothing but a benchmark.
const SECRET: &str = "only-for-benchmarks-only-for-benchmarks";

/// A running server and the way into its rooms.
#[derive(Debug)]
pub(crate) struct Server {
    pub(crate) name: &'static str,
    process: Option<ServerProcess>,
    door: Door,
}

#[derive(Debug)]
enum Door {
    LiveKit(livekit::Target),
    Janus(janus::Target),
}

impl Server {
    /// The release binary beside this one.
    ///
    /// # Errors
    /// When it has not been built or does not start.
    pub(crate) fn stoa() -> io::Result<Self> {
        let binary = std::env::current_exe()?.with_file_name("stoa");
        let folder = scratch("stoa")?;
        let config = folder.join("stoa.toml");
        fs::write(&config, stoa_config(&folder))?;
        let command = [path(&binary)?, "serve", "--config", path(&config)?];
        let process = ServerProcess::start("stoa", &command, folder.clone(), STOA_PORT)?;
        let target = livekit::Target {
            url: format!("ws://{SERVER_IP}:{STOA_PORT}"),
            key: "devkey".into(),
            secret: SECRET.into(),
        };
        Ok(Self {
            name: "stoa",
            process: Some(process),
            door: Door::LiveKit(target),
        })
    }

    /// Janus of Debian's packages.
    ///
    /// # Errors
    /// When it is not installed or does not start.
    pub(crate) fn janus() -> io::Result<Self> {
        let folder = scratch("janus")?;
        write_janus_config(&folder)?;
        let command = [
            "janus",
            "--configs-folder",
            path(&folder)?,
            "--debug-level",
            "2",
        ];
        let process = ServerProcess::start("janus", &command, folder.clone(), JANUS_PORT)?;
        let target = janus::Target {
            url: format!("ws://{SERVER_IP}:{JANUS_PORT}"),
        };
        Ok(Self {
            name: "janus",
            process: Some(process),
            door: Door::Janus(target),
        })
    }

    /// A server of the LiveKit protocol that somebody else has started: no process figures.
    pub(crate) fn elsewhere(target: livekit::Target) -> Self {
        Self {
            name: "elsewhere",
            process: None,
            door: Door::LiveKit(target),
        }
    }

    /// CPU and memory; `None` where the process is not ours.
    ///
    /// # Errors
    /// When the process has ended.
    pub(crate) fn usage(&self) -> io::Result<Option<Usage>> {
        self.process.as_ref().map(ServerProcess::usage).transpose()
    }

    /// Prepares room number `room`.
    ///
    /// # Errors
    /// See [`JoinError`].
    pub(crate) async fn prepare(&self, room: u64) -> Result<(), JoinError> {
        match &self.door {
            Door::LiveKit(_) => Ok(()),
            Door::Janus(target) => janus::create_room(target, room).await,
        }
    }

    /// Joins participant `number` (from 1) of room `room`. `feeds` are the numbers of those who
    /// publish; a server that subscribes by itself does not need them.
    ///
    /// # Errors
    /// See [`JoinError`].
    pub(crate) async fn join(
        &self,
        fleet: &Fleet,
        room: u64,
        number: u64,
        role: Role,
        feeds: &[u64],
    ) -> Result<Joined, JoinError> {
        match &self.door {
            Door::LiveKit(target) => livekit::join(target, fleet, &role).await,
            Door::Janus(target) => {
                let role = Role {
                    identity: number.to_string(),
                    ..role
                };
                janus::join(target, fleet, &role, room, feeds).await
            }
        }
    }

    /// Whether one connection both sends and receives; else a participant joins twice.
    pub(crate) fn subscribes_by_itself(&self) -> bool {
        matches!(self.door, Door::LiveKit(_))
    }
}

fn path(path: &Path) -> io::Result<&str> {
    path.to_str()
        .ok_or_else(|| io::Error::other("the path is not Unicode"))
}

fn stoa_config(folder: &Path) -> String {
    format!(
        r#"
[http]
listen = "{SERVER_IP}:{STOA_PORT}"
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

fn write_janus_config(folder: &Path) -> io::Result<()> {
    let plugins = [
        "audiobridge",
        "echotest",
        "nosip",
        "recordplay",
        "sip",
        "streaming",
        "textroom",
        "videocall",
        "voicemail",
        "duktape",
        "lua",
    ]
    .map(|name| format!("libjanus_{name}.so"))
    .join(",");
    fs::write(
        folder.join("janus.jcfg"),
        format!(
            r#"
general: {{ log_to_stdout = true server_name = "peer" }}
media: {{ rtp_port_range = "20000-40000" }}
nat: {{ ice_enforce_list = "va" }}
plugins: {{ disable = "{plugins}" }}
transports: {{ disable = "libjanus_http.so,libjanus_pfunix.so,libjanus_rabbitmq.so,libjanus_mqtt.so,libjanus_nanomsg.so" }}
"#
        ),
    )?;
    let socket =
        format!(r#"general: {{ ws = true ws_port = {JANUS_PORT} ws_ip = "{SERVER_IP}" }}"#);
    fs::write(folder.join("janus.transport.websockets.jcfg"), socket)?;
    fs::write(folder.join("janus.plugin.videoroom.jcfg"), "general: { }")
}
