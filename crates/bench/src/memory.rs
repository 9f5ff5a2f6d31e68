//! `bench memory`: bytes per connection that does nothing, and per subscriber of running video.

use crate::fleet::{Fleet, Source, Video};
use crate::servers::Server;
use crate::signalling::{Joined, Role};
use crate::table::Table;
use std::error::Error;
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
        format!("Resident memory, {people} connections"),
        &[
            "server",
            "empty",
            "kB/idle connection",
            "kB/subscriber of 1.5 Mbps",
        ],
    );
    for start in start {
        let server = start()?;
        eprintln!("memory of {}…", server.name);
        let empty = resident(&server)?;
        // Nobody publishes yet: all are connected and idle. A peer that can only subscribe to
        // somebody is measured with video alone.
        let idle = if server.subscribes_by_itself() {
            let idlers = fill(&server, fleet, people, "idle").await?;
            sleep(SETTLE).await;
            let bytes = (resident(&server)? - empty) / people as f64;
            drop(idlers);
            Some(bytes)
        } else {
            None
        };
        drop(server);
        let server = start()?;
        let empty_again = resident(&server)?;
        server.prepare(1).await?;
        let mut host = viewer("video", 1);
        host.publish = vec![Source::Video(CAMERA)];
        host.subscribe = false;
        let _host = server.join(fleet, 1, 1, host, &[1]).await?;
        let viewers = fill(&server, fleet, people, "video").await?;
        sleep(SETTLE).await;
        let watching = (resident(&server)? - empty_again) / people as f64;
        drop(viewers);
        table.row(vec![
            server.name.into(),
            format!("{:.1} MB", empty / 1e6),
            idle.map_or("–".into(), |bytes| format!("{:.0}", bytes / 1e3)),
            format!("{:.0}", watching / 1e3),
        ]);
    }
    println!("{table}");
    Ok(())
}

async fn fill(
    server: &Server,
    fleet: &Fleet,
    people: u64,
    room: &str,
) -> Result<Vec<Joined>, Box<dyn Error>> {
    let mut joined = Vec::new();
    for number in 2..2 + people {
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

fn resident(server: &Server) -> Result<f64, Box<dyn Error>> {
    let usage = server
        .usage()?
        .ok_or("memory is read of a process on this machine")?;
    Ok(usage.resident_bytes as f64)
}
