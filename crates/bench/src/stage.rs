//! Two hosts on one machine: a network namespace for the server, one for the clients, a veth pair
//! between them, or a link that takes its time. The same for every server, so that their numbers can be compared.

use crate::impair;
use std::error::Error;
use std::fs;
use std::io;
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

const SERVER_SPACE: &str = "stoa-bench-server";
const CLIENT_SPACE: &str = "stoa-bench-client";
pub(crate) const SERVER_IP: &str = "10.77.0.1";
pub(crate) const CLIENT_IP: &str = "10.77.0.2";
/// Set for the process that runs inside the clients' namespace.
const INSIDE: &str = "BENCH_INSIDE";
/// Linux counts a process's CPU time in hundredths of a second on every architecture.
const TICKS_PER_SECOND: f64 = 100.0;
/// A debug build with a cold disk needs a few seconds.
const START_TRIES: u32 = 200;

/// The namespaces; removed when dropped.
#[derive(Debug)]
pub(crate) struct Stage;

impl Stage {
    /// With a round trip of `round_trip_ms`; 0 is what a veth pair needs.
    ///
    /// # Errors
    /// Without root, or without `ip` (Debian: iproute2).
    pub(crate) fn build(round_trip_ms: u64) -> Result<Self, Box<dyn Error>> {
        drop(Self);
        for space in [SERVER_SPACE, CLIENT_SPACE] {
            ip(&["netns", "add", space])?;
            ip(&["-n", space, "link", "set", "lo", "up"])?;
        }
        let stage = Self;
        if round_trip_ms == 0 {
            veth()?;
        } else {
            let ends = [(SERVER_SPACE, SERVER_IP), (CLIENT_SPACE, CLIENT_IP)];
            impair::delay(
                ends.map(|(space, ip)| format!("{space}={ip}")),
                round_trip_ms / 2,
            )?;
        }
        Ok(stage)
    }

    /// Runs this program again, with the same arguments, among the clients, on the cores that the
    /// server leaves.
    ///
    /// # Errors
    /// When it cannot be started.
    pub(crate) fn run_inside(&self) -> io::Result<i32> {
        // With a single core the clients share the server's.
        let last = std::thread::available_parallelism()?.get() - 1;
        let cores = format!("{}-{last}", last.min(1));
        let status = Command::new("ip")
            .args(["netns", "exec", CLIENT_SPACE, "taskset", "-c", &cores])
            .arg(std::env::current_exe()?)
            .args(std::env::args_os().skip(1))
            .env(INSIDE, "1")
            .status()?;
        Ok(status.code().unwrap_or(1))
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        for space in [SERVER_SPACE, CLIENT_SPACE] {
            // It may not exist.
            let _ = Command::new("ip")
                .args(["netns", "del", space])
                .stderr(Stdio::null())
                .status();
        }
    }
}

pub(crate) fn is_inside() -> bool {
    std::env::var_os(INSIDE).is_some()
}

/// Joins the namespaces by a pair of devices.
fn veth() -> io::Result<()> {
    ip(&[
        "-n",
        SERVER_SPACE,
        "link",
        "add",
        "va",
        "type",
        "veth",
        "peer",
        "name",
        "vb",
    ])?;
    ip(&[
        "-n",
        SERVER_SPACE,
        "link",
        "set",
        "vb",
        "netns",
        CLIENT_SPACE,
    ])?;
    for (space, link, address) in [
        (SERVER_SPACE, "va", SERVER_IP),
        (CLIENT_SPACE, "vb", CLIENT_IP),
    ] {
        ip(&[
            "-n",
            space,
            "addr",
            "add",
            &format!("{address}/24"),
            "dev",
            link,
        ])?;
        ip(&["-n", space, "link", "set", link, "up"])?;
    }
    Ok(())
}

fn ip(arguments: &[&str]) -> io::Result<()> {
    let output = Command::new("ip").args(arguments).output()?;
    if output.status.success() {
        return Ok(());
    }
    let why = String::from_utf8_lossy(&output.stderr);
    Err(io::Error::other(format!(
        "ip {}: {}",
        arguments.join(" "),
        why.trim()
    )))
}

/// A server under test, on a core of its own; ended when dropped.
#[derive(Debug)]
pub(crate) struct ServerProcess {
    child: Child,
    folder: PathBuf,
}

/// What a process has used so far.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Usage {
    pub(crate) cpu_seconds: f64,
    /// Without the pages of files, which are the program's code: those come as they are first run,
    /// whoever joins, and the kernel may drop them.
    pub(crate) anonymous_bytes: u64,
    /// All that is in memory.
    pub(crate) resident_bytes: u64,
}

impl ServerProcess {
    /// Starts `command` in the server's namespace on core 0 and waits for its TCP `port`.
    ///
    /// # Errors
    /// When it does not start or does not listen; its output is part of the error.
    pub(crate) fn start(
        name: &str,
        command: &[&str],
        folder: PathBuf,
        port: u16,
    ) -> io::Result<Self> {
        let log = fs::File::create(folder.join(format!("{name}.log")))?;
        let child = Command::new("ip")
            .args(["netns", "exec", SERVER_SPACE, "taskset", "-c", "0"])
            .args(command)
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log)
            .spawn()?;
        let mut server = Self { child, folder };
        for _ in 0..START_TRIES {
            if TcpStream::connect((SERVER_IP, port)).is_ok() {
                return Ok(server);
            }
            if server.child.try_wait()?.is_some() {
                break;
            }
            sleep(Duration::from_millis(50));
        }
        let log = fs::read_to_string(server.folder.join(format!("{name}.log")))?;
        Err(io::Error::other(format!(
            "{name} does not listen on port {port}:\n{log}"
        )))
    }

    /// # Errors
    /// When the process has ended.
    pub(crate) fn usage(&self) -> io::Result<Usage> {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.child.id()))?;
        // The name in parentheses may hold spaces; utime and stime are fields 14 and 15 of all.
        let after = stat.rsplit_once(')').map_or("", |(_, rest)| rest);
        let fields: Vec<&str> = after.split_whitespace().collect();
        let tick = |at: usize| {
            fields
                .get(at)
                .and_then(|f| f.parse::<f64>().ok())
                .unwrap_or(0.0)
        };
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let bytes = |name: &str| {
            let value = status.lines().find_map(|line| line.strip_prefix(name))?;
            let kilobytes: u64 = value.trim().strip_suffix(" kB")?.trim().parse().ok()?;
            Some(kilobytes * 1_024)
        };
        Ok(Usage {
            cpu_seconds: (tick(11) + tick(12)) / TICKS_PER_SECOND,
            anonymous_bytes: bytes("RssAnon:").unwrap_or(0),
            resident_bytes: bytes("VmRSS:").unwrap_or(0),
        })
    }
}

impl Drop for ServerProcess {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// A folder for one server's configuration and log.
///
/// # Errors
/// When the temporary folder is not writable.
pub(crate) fn scratch(name: &str) -> io::Result<PathBuf> {
    let folder = std::env::temp_dir().join(format!("stoa-bench-{name}-{}", std::process::id()));
    fs::create_dir_all(&folder)?;
    Ok(folder)
}

/// Whether a program is installed.
pub(crate) fn installed(program: &str) -> bool {
    std::env::var_os("PATH").is_some_and(|path| {
        std::env::split_paths(&path).any(|d| Path::new(&d).join(program).exists())
    })
}
