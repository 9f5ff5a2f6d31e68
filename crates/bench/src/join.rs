//! `bench join`: from the first byte of the request to the first complete video frame.

use crate::fleet::{Fleet, LatencyHistogram, Source, Video};
use crate::servers::Server;
use crate::signalling::Role;
use crate::table::Table;
use base::clock::OsClock;
use std::error::Error;
use std::time::{Duration, Instant};
use tokio::time::timeout;

/// A viewer who has seen nothing by then is counted as one who never will.
const GIVE_UP: Duration = Duration::from_secs(20);
const CAMERA: Video = Video {
    kbps: 1_500,
    fps: 30,
    width: 1280,
    height: 720,
    layers: 1,
};

/// Viewers join one after the other, then many at a time.
///
/// # Errors
/// When a server does not start or does not let people in.
pub(crate) async fn run(
    start: &[fn() -> std::io::Result<Server>],
    fleet: &Fleet,
    joins: u64,
    round_trip_ms: u64,
) -> Result<(), Box<dyn Error>> {
    let mut table = Table::new(
        format!(
            "Join to first complete frame, {joins} joins a row, {round_trip_ms} ms of round trip"
        ),
        &[
            "way",
            "server",
            "p50",
            "p95",
            "joins/s",
            "CPU ms/join",
            "without a frame",
        ],
    );
    for start in start {
        for (name, at_once) in [("one at a time", 1), ("20 at a time", 20)] {
            let server = start()?;
            eprintln!("{name} on {}…", server.name);
            table.row(measure(&server, fleet, joins, at_once, name).await?);
        }
    }
    println!("{table}");
    Ok(())
}

async fn measure(
    server: &Server,
    fleet: &Fleet,
    joins: u64,
    at_once: u64,
    name: &str,
) -> Result<Vec<String>, Box<dyn Error>> {
    server.prepare(1).await?;
    let publisher = Role {
        room: "bench-join".into(),
        identity: "host".into(),
        publish: vec![Source::Video(CAMERA)],
        subscribe: false,
    };
    let _host = server.join(fleet, 1, 1, publisher, &[1]).await?;
    // The first viewer also wakes the publisher; he is not counted.
    view(server, fleet, 999).await?;
    let (before, began) = (server.usage()?, OsClock.now());
    let mut latencies = LatencyHistogram::default();
    let mut missing = 0;
    let numbers: Vec<u64> = (1_000..1_000 + joins).collect();
    for group in numbers.chunks(at_once as usize) {
        let views = group.iter().map(|number| view(server, fleet, *number));
        for took in futures_util::future::try_join_all(views).await? {
            match took {
                Some(took) => latencies.record(took),
                None => missing += 1,
            }
        }
    }
    let took = OsClock.now() - began;
    let cpu = before
        .zip(server.usage()?)
        .map(|(b, a)| a.cpu_seconds - b.cpu_seconds);
    let milliseconds = |quantile| {
        let value = latencies.quantile(quantile);
        value.map_or("–".to_owned(), |d| {
            format!("{:.0} ms", d.as_secs_f64() * 1e3)
        })
    };
    Ok(vec![
        name.into(),
        server.name.into(),
        milliseconds(0.5),
        milliseconds(0.95),
        format!("{:.0}", joins as f64 / took.as_secs_f64()),
        cpu.map_or("–".to_owned(), |cpu| {
            format!("{:.2}", cpu * 1e3 / joins as f64)
        }),
        missing.to_string(),
    ])
}

/// One viewer comes, sees a frame, and goes.
async fn view(
    server: &Server,
    fleet: &Fleet,
    number: u64,
) -> Result<Option<Duration>, Box<dyn Error>> {
    let began: Instant = OsClock.now();
    let role = Role {
        room: "bench-join".into(),
        identity: format!("viewer-{number}"),
        publish: vec![],
        subscribe: true,
    };
    let joined = server.join(fleet, 1, number, role, &[1]).await?;
    let endpoint = joined.receives.ok_or("a viewer receives")?;
    let first = timeout(GIVE_UP, fleet.first_frame(endpoint)).await;
    Ok(first
        .ok()
        .flatten()
        .map(|at| at.saturating_duration_since(began)))
}
