//! The limit: a loop that does nothing but write frames to sockets.

use super::local;
use crate::stage::{SERVER_IP, ServerProcess, scratch};
use base::clock::OsClock;
use clap::Args;
use std::error::Error;
use std::io::{self, Write};
use std::net::{SocketAddr, TcpListener};
use std::time::Duration;
use tokio::io::AsyncReadExt;
use tokio::net::TcpSocket;

const PORT: u16 = 7_881;
/// Between the last connection and the first line: who measures needs a moment.
const PAUSE: Duration = Duration::from_secs(2);

/// How much is written to whom. As options they are those of the process that writes.
#[derive(Args, Clone, Copy, Debug)]
pub(crate) struct Bare {
    #[arg(long)]
    pub(super) sockets: usize,
    #[arg(long)]
    pub(super) lines_per_second: u32,
    /// Lines in one write
    #[arg(long)]
    pub(super) together: u32,
    #[arg(long)]
    pub(super) line_bytes: usize,
    #[arg(long)]
    pub(super) seconds: u64,
}

impl Bare {
    /// Runs the loop where the server ran.
    pub(super) async fn measure(&self, way: &str) -> Result<Vec<String>, Box<dyn Error>> {
        eprintln!("the limit, {way}…");
        let folder = scratch("bare")?;
        let program = std::env::current_exe()?;
        let program = program.to_str().ok_or("the path is not Unicode")?;
        let numbers = [
            self.sockets.to_string(),
            self.lines_per_second.to_string(),
            self.together.to_string(),
            self.line_bytes.to_string(),
            self.seconds.to_string(),
        ];
        let [sockets, lines, together, bytes, seconds] = numbers.each_ref().map(String::as_str);
        let command = [
            program,
            "bare-writer",
            "--sockets",
            sockets,
            "--lines-per-second",
            lines,
            "--together",
            together,
            "--line-bytes",
            bytes,
            "--seconds",
            seconds,
        ];
        let process = ServerProcess::start("bare", &command, folder, PORT)?;
        let mut readers = Vec::new();
        for _ in 0..self.sockets {
            let socket = TcpSocket::new_v4()?;
            socket.bind(SocketAddr::from((local(), 0)))?;
            let mut stream = socket
                .connect(format!("{SERVER_IP}:{PORT}").parse()?)
                .await?;
            readers.push(tokio::spawn(async move {
                let (mut buffer, mut read) = ([0_u8; 4_096], 0);
                while let Ok(bytes @ 1..) = stream.read(&mut buffer).await {
                    read += bytes;
                }
                read
            }));
        }
        let (before, began) = (process.usage()?, OsClock.now());
        let rest = Duration::from_secs(self.seconds) + PAUSE;
        tokio::time::sleep(rest - Duration::from_millis(500)).await;
        let (after, took) = (process.usage()?, OsClock.now() - began);
        let mut bytes = 0;
        for reader in readers {
            bytes += reader.await?;
        }
        let lines = bytes as f64 / self.line_bytes as f64;
        let spent = after.cpu_seconds - before.cpu_seconds;
        Ok(vec![
            way.to_owned(),
            format!("{:.0}", lines / self.seconds as f64),
            format!("{:.0} %", spent / (took - PAUSE).as_secs_f64() * 100.0),
            format!("{:.2}", spent * 1e6 / lines.max(1.0)),
        ])
    }
}

/// What the other process does.
///
/// # Errors
/// When the port cannot be had.
pub(crate) fn write(bare: &Bare) -> io::Result<()> {
    net::machine::raise_descriptor_limit()?;
    let listener = TcpListener::bind((SERVER_IP, PORT))?;
    // The first one only asks whether somebody listens.
    drop(listener.accept()?);
    let mut sockets = Vec::new();
    for _ in 0..bare.sockets {
        let (stream, _) = listener.accept()?;
        stream.set_nodelay(true)?;
        stream.set_nonblocking(true)?;
        sockets.push(stream);
    }
    std::thread::sleep(PAUSE);
    let frames = vec![b'x'; bare.line_bytes * bare.together as usize];
    let interval = Duration::from_secs(1) * bare.together / bare.lines_per_second.max(1);
    let began = OsClock.now();
    let mut written = 0;
    for turn in 1.. {
        for socket in &mut sockets {
            // Who does not read misses it: this loop keeps nothing.
            written += socket.write(&frames).unwrap_or(0);
        }
        let due = began + interval * turn;
        if due > began + Duration::from_secs(bare.seconds) {
            break;
        }
        std::thread::sleep(due.saturating_duration_since(OsClock.now()));
    }
    eprintln!("{written} bytes");
    Ok(())
}
