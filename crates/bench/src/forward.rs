//! `bench forward`: what forwarding costs, under loads that commerce has.

use crate::fleet::{Audio, Fleet, Source, Tally, Video};
use crate::limit;
use crate::servers::Server;
use crate::signalling::{Joined, Role};
use crate::table::Table;
use base::clock::OsClock;
use std::error::Error;
use std::time::Duration;
use tokio::time::sleep;

/// Bandwidth estimates and key frames have settled by then.
const WARM_UP: Duration = Duration::from_secs(6);
/// How many join at the same time: more would measure the join, not the forwarding.
const JOIN_AT_ONCE: usize = 10;

const CAMERA: Video = Video {
    kbps: 1_500,
    fps: 30,
    width: 1280,
    height: 720,
    layers: 1,
};

/// Rooms, and who is in each.
#[derive(Clone, Debug)]
pub(crate) struct Load {
    pub(crate) name: &'static str,
    rooms: u64,
    /// They publish `sources`; in a room without an audience they also subscribe to one another.
    publishers: u64,
    sources: Vec<Source>,
    audience: u64,
}

/// The loads by which the server is judged.
pub(crate) fn loads() -> Vec<Load> {
    let camera = |layers| Source::Video(Video { layers, ..CAMERA });
    let small = Source::Video(Video {
        kbps: 500,
        width: 640,
        height: 360,
        ..CAMERA
    });
    let voice = Source::Audio(Audio);
    let load = |name, rooms, publishers, sources, audience| Load {
        name,
        rooms,
        publishers,
        sources,
        audience,
    };
    vec![
        load("1-to-100", 1, 1, vec![camera(1)], 100),
        load("1-to-400", 1, 1, vec![camera(1)], 400),
        load("1-to-1000", 1, 1, vec![camera(1)], 1_000),
        load("10-voices-to-1000", 1, 10, vec![voice], 1_000),
        load("meeting-of-20", 1, 20, vec![camera(3), voice], 0),
        load("2-meetings-of-20", 2, 20, vec![camera(3), voice], 0),
        load("200-rooms-of-2", 200, 2, vec![small, voice], 0),
    ]
}

/// What one server did under one load.
struct Measured {
    packets_per_second: f64,
    cpu_seconds_per_million: Option<f64>,
    core_share: Option<f64>,
    tally: Tally,
    bytes_per_subscriber: Option<f64>,
}

/// Runs `loads` against each server in turn and prints one table.
///
/// # Errors
/// When a server does not start or does not let people in.
pub(crate) async fn run(
    start: &[fn() -> std::io::Result<Server>],
    chosen: &[Load],
    fleet: &Fleet,
    seconds: u64,
) -> Result<(), Box<dyn Error>> {
    let title = format!("Forwarding, {seconds} s a row, server on one core");
    let mut table = Table::new(
        title,
        &[
            "load",
            "server",
            "packets/s",
            "µs CPU/packet",
            "× limit",
            "core",
            "added p50",
            "p99",
            "lost",
            "kB/subscriber",
        ],
    );
    let bare = limit::encrypt_and_send(5, true)?;
    for load in chosen {
        for start in start {
            let server = start()?;
            eprintln!("{} on {}…", load.name, server.name);
            match measure(&server, load, fleet, Duration::from_secs(seconds)).await {
                Ok(measured) => table.row(row(load, &server, &measured, bare)),
                Err(error) => table.row(vec![
                    load.name.into(),
                    server.name.into(),
                    error.to_string(),
                ]),
            }
        }
    }
    println!("{table}");
    println!("{}", limits()?);
    Ok(())
}

async fn measure(
    server: &Server,
    load: &Load,
    fleet: &Fleet,
    run: Duration,
) -> Result<Measured, Box<dyn Error>> {
    let idle = server.usage()?;
    let people = fill(server, load, fleet).await?;
    sleep(WARM_UP).await;
    fleet.tally(true).await;
    let (before, began) = (server.usage()?, OsClock.now());
    sleep(run).await;
    let tally = fleet.tally(true).await;
    let (after, took) = (server.usage()?, OsClock.now() - began);
    let subscribers = people
        .iter()
        .filter(|person| person.receives.is_some())
        .count();
    drop(people);
    let cpu = before
        .zip(after)
        .map(|(b, a)| a.cpu_seconds - b.cpu_seconds);
    Ok(Measured {
        packets_per_second: tally.packets as f64 / took.as_secs_f64(),
        cpu_seconds_per_million: cpu.map(|cpu| cpu * 1e6 / tally.packets.max(1) as f64),
        core_share: cpu.map(|cpu| cpu / took.as_secs_f64()),
        bytes_per_subscriber: idle.zip(after).map(|(idle, after)| {
            after.resident_bytes.saturating_sub(idle.resident_bytes) as f64 / subscribers as f64
        }),
        tally,
    })
}

/// Everybody joins, publishers first.
async fn fill(server: &Server, load: &Load, fleet: &Fleet) -> Result<Vec<Joined>, Box<dyn Error>> {
    let feeds: Vec<u64> = (1..=load.publishers).collect();
    let mutual = load.audience == 0;
    let mut people = Vec::new();
    for room in 1..=load.rooms {
        server.prepare(room).await?;
        for number in 1..=load.publishers {
            let subscribe = mutual && server.subscribes_by_itself();
            let role = role(room, number, load.sources.clone(), subscribe);
            people.push(server.join(fleet, room, number, role, &feeds).await?);
        }
    }
    let mut listeners = Vec::new();
    for room in 1..=load.rooms {
        if mutual && !server.subscribes_by_itself() {
            listeners.extend(feeds.iter().map(|me| {
                let others = feeds.iter().copied().filter(|feed| feed != me).collect();
                (room, 1_000 + me, others)
            }));
        }
        listeners.extend((1..=load.audience).map(|number| (room, 1_000 + number, feeds.clone())));
    }
    for group in listeners.chunks(JOIN_AT_ONCE) {
        let joins = group
            .iter()
            .map(|(room, number, feeds): &(u64, u64, Vec<u64>)| {
                server.join(
                    fleet,
                    *room,
                    *number,
                    role(*room, *number, vec![], true),
                    feeds,
                )
            });
        people.extend(futures_util::future::try_join_all(joins).await?);
    }
    Ok(people)
}

fn role(room: u64, number: u64, publish: Vec<Source>, subscribe: bool) -> Role {
    Role {
        room: format!("bench-{room}"),
        identity: format!("person-{number}"),
        publish,
        subscribe,
    }
}

fn row(load: &Load, server: &Server, measured: &Measured, bare: f64) -> Vec<String> {
    let optional = |value: Option<f64>, digits: usize| {
        value.map_or("–".to_owned(), |value| format!("{value:.digits$}"))
    };
    let milliseconds = |quantile| {
        let value = measured.tally.latency.quantile(quantile);
        optional(value.map(|d: Duration| d.as_secs_f64() * 1e3), 2) + " ms"
    };
    let per_packet = measured.cpu_seconds_per_million;
    let lost = measured.tally.lost_packets as f64;
    let expected = lost + measured.tally.packets as f64;
    vec![
        load.name.into(),
        server.name.into(),
        format!("{:.0}", measured.packets_per_second),
        optional(per_packet, 2),
        optional(per_packet.map(|cpu| cpu / bare), 1),
        optional(measured.core_share.map(|share| share * 100.0), 0) + " %",
        milliseconds(0.5),
        milliseconds(0.99),
        format!("{:.3} %", 100.0 * lost / expected.max(1.0)),
        optional(measured.bytes_per_subscriber.map(|bytes| bytes / 1e3), 0),
    ]
}

/// The physical limit beside which the servers stand.
fn limits() -> std::io::Result<Table> {
    let mut table = Table::new(
        "The limit: AES-128-GCM and send, 1,200 bytes, one core, loopback",
        &["packets in a burst", "µs CPU/packet", "packets/s"],
    );
    for (name, burst, segmentation) in [
        ("16, offload", 16, true),
        ("5, offload", 5, true),
        ("5, no offload", 5, false),
    ] {
        let micros = limit::encrypt_and_send(burst, segmentation)?;
        table.row(vec![
            name.into(),
            format!("{micros:.2}"),
            format!("{:.0}", 1e6 / micros),
        ]);
    }
    Ok(table)
}
