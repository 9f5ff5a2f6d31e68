//! `bench readers`: a webinar and a live show whose audience reads the chat without media.
//!
//! Everybody comes as real guests do: by the room's link, then by the room's WebSocket, each with an
//! address of his own behind a load balancer. Some of them write, the host too, and some raise a hand.

mod audience;
mod bare;
mod tally;
mod tenant;

pub(crate) use bare::{Bare, write as write_bare};

use crate::stage::{CLIENT_IP, Usage};
use crate::table::Table;
use audience::{Audience, Voices};
use base::clock::OsClock;
use clap::Args;
use std::error::Error;
use std::path::PathBuf;
use std::time::Duration;
use tally::{Tally, milliseconds};
use tenant::Tenant;
use tokio::time::sleep;

/// What was said last is read by then, or never.
const TAIL: Duration = Duration::from_secs(6);
/// The history of ten thousand arrivals is written by then.
const SETTLE: Duration = Duration::from_secs(5);
/// Bytes of a line on the wire, frame included, for the limit.
const LINE_BYTES: usize = 340;

#[derive(Args, Debug)]
pub(crate) struct Readers {
    /// People who read
    #[arg(default_value_t = 10_000)]
    readers: usize,
    /// Of them, people who write
    #[arg(long, default_value_t = 50)]
    authors: usize,
    /// Lines a second of all who write
    #[arg(long, default_value_t = 200)]
    lines: u32,
    /// Seconds for which they write
    #[arg(long, default_value_t = 15)]
    seconds: u64,
    /// Hands raised meanwhile, one after the other
    #[arg(long, default_value_t = 20)]
    hands: usize,
    /// Only this kind of room: webinar or live_show
    #[arg(long)]
    kind: Option<String>,
    /// A server binary instead of the one beside this program
    #[arg(long)]
    stoa: Option<PathBuf>,
}

/// # Errors
/// When the server does not start, or lets nobody in.
pub(crate) async fn run(options: &Readers) -> Result<(), Box<dyn Error>> {
    net::machine::raise_descriptor_limit()?;
    let mut chat = Table::new(
        format!(
            "Chat of {} readers, {} lines/s by {} authors and two by the host, {} s",
            options.readers, options.lines, options.authors, options.seconds
        ),
        &[
            "room",
            "joins/s",
            "join p50",
            "join p95",
            "kB/reader",
            "lines/reader/s",
            "line p50",
            "line p99",
            "host lines lost",
            "cut",
            "resyncs",
            "core",
            "µs CPU/line read",
        ],
    );
    let mut hands = Table::new(
        "From a raised hand to the stage, meanwhile",
        &["room", "hands", "p50", "p99", "not called"],
    );
    let mut read_each_second = 0.0_f64;
    for kind in ["webinar", "live_show"] {
        if options.kind.as_ref().is_some_and(|only| only != kind) {
            continue;
        }
        let measured = measure(options, kind).await?;
        read_each_second = read_each_second.max(measured.lines_per_second);
        chat.row(measured.chat);
        hands.row(measured.hands);
    }
    println!("{chat}\n{hands}");
    println!("{}", limit(options, read_each_second).await?);
    Ok(())
}

struct Measured {
    chat: Vec<String>,
    hands: Vec<String>,
    lines_per_second: f64,
}

async fn measure(options: &Readers, kind: &'static str) -> Result<Measured, Box<dyn Error>> {
    let tenant = Tenant::start(options.stoa.as_deref()).await?;
    let venue = tenant.opens(kind).await?;
    let empty = tenant.usage()?;
    eprintln!("{} people come to a {kind}…", options.readers);
    let mut audience = Audience::with_host(&venue).await?;
    audience.seat(&venue, options.readers).await?;
    sleep(SETTLE).await;
    let full = tenant.usage()?;
    eprintln!(
        "they are there ({:.1} s of processor time); some of them write…",
        full.cpu_seconds - empty.cpu_seconds
    );
    let before = tenant.usage()?;
    let began = OsClock.now();
    let voices = Voices {
        authors: options.authors,
        lines_per_second: options.lines,
        seconds: options.seconds,
        hands: options.hands,
    };
    let said_by_host = audience.talk(&voices).await;
    sleep(TAIL).await;
    let after = tenant.usage()?;
    let core = (after.cpu_seconds - before.cpu_seconds) / (OsClock.now() - began).as_secs_f64();
    let tally = audience.tally();
    let use_of = Use {
        empty,
        full,
        spent: after.cpu_seconds - before.cpu_seconds,
        core,
    };
    Ok(report(
        options,
        kind,
        &audience,
        &tally,
        said_by_host,
        &use_of,
    ))
}

/// What the server used.
struct Use {
    empty: Usage,
    full: Usage,
    spent: f64,
    core: f64,
}

fn report(
    options: &Readers,
    kind: &str,
    audience: &Audience,
    tally: &Tally,
    said_by_host: u64,
    use_of: &Use,
) -> Measured {
    let readers = options.readers as f64;
    let lines = (tally.lines + tally.host_lines) as f64;
    let lines_per_second = lines / readers / options.seconds as f64;
    let grown = use_of.full.resident_bytes as f64 - use_of.empty.resident_bytes as f64;
    let expected = said_by_host * options.readers as u64;
    let joins = audience.joins();
    let chat = vec![
        kind.to_owned(),
        format!("{:.0}", audience.joins_per_second()),
        milliseconds(joins, 0.5),
        milliseconds(joins, 0.95),
        format!("{:.1}", grown / readers / 1e3),
        format!("{lines_per_second:.1}"),
        milliseconds(&tally.line, 0.5),
        milliseconds(&tally.line, 0.99),
        expected.saturating_sub(tally.host_lines).to_string(),
        tally.cut.to_string(),
        tally.resyncs.to_string(),
        format!("{:.0} %", use_of.core * 100.0),
        format!("{:.2}", use_of.spent * 1e6 / lines.max(1.0)),
    ];
    let hands = vec![
        kind.to_owned(),
        options.hands.to_string(),
        milliseconds(&tally.stage, 0.5),
        milliseconds(&tally.stage, 0.99),
        (options.hands as u64)
            .saturating_sub(tally.on_stage)
            .to_string(),
    ];
    Measured {
        chat,
        hands,
        lines_per_second,
    }
}

/// A bare loop that writes frames of a line's size to as many sockets.
async fn limit(options: &Readers, lines_per_second: f64) -> Result<Table, Box<dyn Error>> {
    let mut table = Table::new(
        format!(
            "The limit: a bare loop that writes {lines_per_second:.0} lines/s of {LINE_BYTES} bytes to {} sockets",
            options.readers
        ),
        &["way", "lines/s", "core", "µs CPU/line read"],
    );
    let lines = (lines_per_second.round() as u32).max(1);
    let batch = (lines / 4).max(1);
    for (way, together) in [("each line by itself", 1), ("four writes a second", batch)] {
        let bare = Bare {
            sockets: options.readers,
            lines_per_second: lines,
            together,
            line_bytes: LINE_BYTES,
            seconds: options.seconds.min(8),
        };
        table.row(bare.measure(way).await?);
    }
    Ok(table)
}

/// The address from which reader `number` seems to come.
fn address(number: usize) -> String {
    format!(
        "10.{}.{}.{}",
        number / 65_536 % 256,
        number / 256 % 256,
        number % 256
    )
}

fn local() -> std::net::IpAddr {
    CLIENT_IP
        .parse()
        .unwrap_or(std::net::Ipv4Addr::LOCALHOST.into())
}
