//! `bench memory`: bytes per connection that does nothing, and per subscriber of running video.
//!
//! Both as all that the process takes for itself (anonymous pages) since nobody was there, divided by
//! the people, and as what the second half of them adds, without what is taken once. The program's
//! code is not among it: it is read in as it is first run, and would be shared out among them.

use crate::fleet::{Fleet, Source, Video};
use crate::servers::Server;
use crate::signalling::{Joined, Role};
use crate::table::Table;
use std::error::Error;
use std::ops::Range;
use std::time::Duration;
use tokio::time::sleep;

/// Buffers have reached their size by then (the repair cache holds one second).
const SETTLE: Duration = Duration::from_secs(8);
const CAMERA: Video = Video {
    kbps: 1_500,
    fps: 30,
    width: 1280,
    height: 720,
    layers: 1,
};

/// # Errors
/// When a server does not start or does not let people in.
pub(crate) async fn run(
    start: &[fn() -> std::io::Result<Server>],
    fleet: &Fleet,
    people: u64,
) -> Result<(), Box<dyn Error>> {
    let mut table = Table::new(
        format!("Memory, {people} connections"),
        &[
            "server",
            "empty",
            "kB/idle connection",
            "each further",
            "kB/subscriber of 1.5 Mbps",
            "each further",
            "code",
        ],
    );
    for start in start {
        // Nobody publishes: all are connected and idle. A peer that can only subscribe to somebody
        // is measured with video alone.
        let server = start()?;
        eprintln!("memory of {}…", server.name);
        let name = server.name;
        let empty = anonymous(&server)?;
        let idle = if server.subscribes_by_itself() {
            Some(grown(&server, fleet, people, "idle").await?)
        } else {
            None
        };
        drop(server);
        let server = start()?;
        server.prepare(1).await?;
        let mut host = viewer("video", 1);
        host.publish = vec![Source::Video(CAMERA)];
        host.subscribe = false;
        let _host = server.join(fleet, 1, 1, host, &[1]).await?;
        let watching = grown(&server, fleet, people, "video").await?;
        let code = code(&server)?;
        let kilobytes =
            |bytes: Option<f64>| bytes.map_or("–".into(), |b| format!("{:.0}", b / 1e3));
        table.row(vec![
            name.into(),
            format!("{:.1} MB", empty / 1e6),
            kilobytes(idle.as_ref().map(|grown| grown.each)),
            kilobytes(idle.as_ref().map(|grown| grown.each_further)),
            kilobytes(Some(watching.each)),
            kilobytes(Some(watching.each_further)),
            format!("{:.1} MB", code / 1e6),
        ]);
    }
    println!("{table}");
    Ok(())
}

/// Bytes that people add.
struct Grown {
    each: f64,
    each_further: f64,
}

/// Lets people in, one half after the other.
async fn grown(
    server: &Server,
    fleet: &Fleet,
    people: u64,
    room: &str,
) -> Result<Grown, Box<dyn Error>> {
    let half = people / 2;
    let before = anonymous(server)?;
    let first = fill(server, fleet, 2..2 + half, room).await?;
    sleep(SETTLE).await;
    let between = anonymous(server)?;
    let rest = fill(server, fleet, 2 + half..2 + people, room).await?;
    sleep(SETTLE).await;
    let after = anonymous(server)?;
    drop((first, rest));
    Ok(Grown {
        each: (after - before) / people as f64,
        each_further: (after - between) / (people - half) as f64,
    })
}

async fn fill(
    server: &Server,
    fleet: &Fleet,
    numbers: Range<u64>,
    room: &str,
) -> Result<Vec<Joined>, Box<dyn Error>> {
    let mut joined = Vec::new();
    for number in numbers {
        joined.push(
            server
                .join(fleet, 1, 1_000 + number, viewer(room, number), &[1])
                .await?,
        );
    }
    Ok(joined)
}

fn viewer(room: &str, number: u64) -> Role {
    Role {
        room: format!("bench-{room}"),
        identity: format!("person-{number}"),
        publish: vec![],
        subscribe: true,
    }
}

/// Of the program and its libraries, as much as has been run.
fn code(server: &Server) -> Result<f64, Box<dyn Error>> {
    let usage = server
        .usage()?
        .ok_or("memory is read of a process on this machine")?;
    Ok((usage.resident_bytes - usage.anonymous_bytes) as f64)
}

fn anonymous(server: &Server) -> Result<f64, Box<dyn Error>> {
    let usage = server
        .usage()?
        .ok_or("memory is read of a process on this machine")?;
    Ok(usage.anonymous_bytes as f64)
}
