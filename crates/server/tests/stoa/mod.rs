//! Running the binary in a folder of its own.

#![expect(dead_code, reason = "each test program uses its part")]
#![expect(clippy::unwrap_used, reason = "a test that cannot run has failed")]

pub(crate) mod tenant;

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream, UdpSocket};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;
use tempfile::TempDir;

/// The least that a configuration needs.
pub(crate) const TOML: &str = "[keys]\ndevkey = \"secret\"\n";

/// Where the servers of tests listen.
const FIRST_PORT: u16 = 20_000;
const PORTS: u32 = 10_000;

/// What a run of the binary came to.
#[derive(Debug)]
pub(crate) struct Told {
    pub(crate) success: bool,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Told {
    /// One line on standard error that has all of `parts`, no panic, and a failing exit code.
    #[track_caller]
    pub(crate) fn is_one_sentence_with(&self, parts: &[&str]) {
        assert!(!self.success, "{self:?}");
        assert_eq!(self.err.lines().count(), 1, "{}", self.err);
        assert!(self.err.starts_with("stoa: could not "), "{}", self.err);
        for part in parts {
            assert!(self.err.contains(part), "{part} in {}", self.err);
        }
    }
}

/// Runs the binary where nothing is.
pub(crate) fn run(arguments: &[&str]) -> Told {
    Folder::new("").run(arguments)
}

/// A folder with a configuration.
#[derive(Debug)]
pub(crate) struct Folder(TempDir);

impl Folder {
    pub(crate) fn new(toml: &str) -> Self {
        let folder = Self(tempfile::tempdir().unwrap());
        folder.write("stoa.toml", toml);
        folder
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        std::fs::write(self.path().join(name), text).unwrap();
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    pub(crate) fn config(&self) -> String {
        self.path().join("stoa.toml").to_str().unwrap().to_owned()
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Told {
        let output = self.command(arguments).output().unwrap();
        Told {
            success: output.status.success(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_stoa"));
        command.args(arguments).current_dir(self.path());
        command
    }
}

/// A running server; killed when dropped.
#[derive(Debug)]
pub(crate) struct Server {
    process: Child,
    pub(crate) http: SocketAddr,
    folder: Folder,
}

impl Server {
    /// Starts one on free ports of this machine; `extra` is added to its configuration.
    pub(crate) fn start(extra: &str) -> Self {
        let http = free_tcp();
        let media = free_udp();
        let folder = Folder::new(&format!(
            "{TOML}[http]\nlisten = \"{http}\"\n\
             [media]\naddresses = [\"127.0.0.1\"]\nudp_port = {}\ntcp_port = {}\n{extra}",
            media.port(),
            free_tcp().port(),
        ));
        let process = serving(&folder);
        let mut server = Self {
            process,
            http,
            folder,
        };
        server.becomes_ready();
        server
    }

    /// Ends it as a power cut would, for the process.
    pub(crate) fn kill(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }

    /// Starts it again on what it has left behind, and as service managers do again when it ends at
    /// once: Postgres may still be clearing the killed one's connections away.
    pub(crate) fn start_again(&mut self) {
        self.process = serving(&self.folder);
        self.eventually("it is ready again", |server| {
            if server.ended() == Some(false) {
                server.process = serving(&server.folder);
            }
            server.status("/readyz") == Some(200)
        });
    }

    /// Runs the command line with this server's configuration.
    pub(crate) fn run(&self, arguments: &[&str]) -> Told {
        let config = self.folder.config();
        let with_config = [arguments, &["--config", &config]].concat();
        self.folder.run(&with_config)
    }

    fn becomes_ready(&mut self) {
        self.eventually("it is ready", |server| {
            server.status("/readyz") == Some(200)
        });
    }

    /// The status of a GET, `None` if nobody answers.
    pub(crate) fn status(&self, path: &str) -> Option<u16> {
        self.ask(path)?.split(' ').nth(1)?.parse().ok()
    }

    /// The whole answer to a GET.
    pub(crate) fn ask(&self, path: &str) -> Option<String> {
        let mut stream = TcpStream::connect(self.http).ok()?;
        stream
            .set_read_timeout(Some(Duration::from_secs(10)))
            .ok()?;
        let request = format!("GET {path} HTTP/1.1\r\nhost: stoa\r\nconnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).ok()?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).ok()?;
        Some(answer)
    }

    pub(crate) fn signal(&self, name: &str) {
        let sent = Command::new("kill")
            .args(["-s", name, &self.process.id().to_string()])
            .status();
        assert!(sent.unwrap().success());
    }

    /// Whether it has ended, and then whether well.
    pub(crate) fn ended(&mut self) -> Option<bool> {
        self.process
            .try_wait()
            .unwrap()
            .map(|status| status.success())
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn log(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("log")).unwrap()
    }

    /// Waits until `holds`.
    #[track_caller]
    pub(crate) fn eventually(&mut self, what: &str, holds: impl Fn(&mut Self) -> bool) {
        // Generous: the machine may be building at the same time, and what a killed process had
        // taken on is taken on again only when its claim has run out.
        for _ in 0..2_400 {
            if holds(self) {
                return;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        panic!("did not come true: {what}; log:\n{}", self.log());
    }
}

fn serving(folder: &Folder) -> Child {
    let log = std::fs::File::create(folder.path().join("log")).unwrap();
    folder
        .command(&["serve", "--config", &folder.config()])
        .stdout(Stdio::null())
        .stderr(log)
        .spawn()
        .unwrap()
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn free_tcp() -> SocketAddr {
    free(|address| TcpListener::bind(address)?.local_addr())
}

fn free_udp() -> SocketAddr {
    free(|address| UdpSocket::bind(address)?.local_addr())
}

/// Below the ports that the kernel gives to outgoing connections (32768 on): while a server is down,
/// nobody's connection takes its port.
fn free(bind: impl Fn(SocketAddr) -> std::io::Result<SocketAddr>) -> SocketAddr {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    for _ in 0..PORTS {
        // Test programs that run at the same time begin at different ports.
        let number = std::process::id() * 37 + NEXT.fetch_add(1, Ordering::Relaxed);
        let port = FIRST_PORT + (number % PORTS) as u16;
        if let Ok(found) = bind(SocketAddr::from(([127, 0, 0, 1], port))) {
            return found;
        }
    }
    panic!("no port is free");
}
