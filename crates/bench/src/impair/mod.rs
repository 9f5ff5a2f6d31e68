//! `bench impair`: a bad link between two network namespaces, for kernels without netem.
//!
//! A TUN device in each namespace, joined by this program. The link can be changed while it runs:
//! a line on standard input holds the options of the new one.

mod link;
mod ports;

pub(crate) use link::Badness;

use base::clock::OsClock;
use base::rng::Rng;
use clap::{Args, Parser};
use link::Link;
use ports::{Way, translate};
use rustix::thread::{LinkNameSpaceType, move_into_link_name_space};
use std::collections::VecDeque;
use std::error::Error;
use std::fs::File;
use std::os::fd::AsFd;
use std::process::Command;
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread;
use std::time::Instant;
use tun_rs::{DeviceBuilder, SyncDevice};

const DEVICE: &str = "bad0";
/// Above any MTU that a TUN device is given here.
const PACKET_BYTES: usize = 2_048;
/// What a link holds at most: 200 Mbps for half a second.
const QUEUE_PACKETS: usize = 10_000;

#[derive(Args, Debug)]
pub(crate) struct Impair {
    /// Namespace and address of one end, as in `left=10.78.0.1`
    #[arg(long)]
    a: String,
    /// Namespace and address of the other end
    #[arg(long)]
    b: String,
    #[arg(long, default_value_t = 1)]
    seed: u64,
    #[command(flatten)]
    badness: Badness,
}

/// The same options again, from a line of standard input.
#[derive(Debug, Parser)]
#[command(no_binary_name = true)]
struct Change {
    #[command(flatten)]
    badness: Badness,
}

/// Runs until standard input ends.
///
/// # Errors
/// Without root, or when a namespace does not exist.
pub(crate) fn run(impair: &Impair) -> Result<(), Box<dyn Error>> {
    let links = connect([&impair.a, &impair.b], impair.badness, impair.seed)?;
    println!("ready");
    for line in std::io::stdin().lines() {
        match Change::try_parse_from(line?.split_whitespace()) {
            Ok(change) => links
                .iter()
                .for_each(|link| lock(link).change(change.badness)),
            Err(error) => eprintln!("{error}"),
        }
    }
    Ok(())
}

/// Joins two ends, each as in `left=10.78.0.1`, by a link that only takes its time. It lasts as
/// long as this process.
///
/// # Errors
/// As [`run`].
pub(crate) fn delay(ends: [String; 2], delay_ms: u64) -> Result<(), Box<dyn Error>> {
    let badness = Badness {
        loss: 0.0,
        delay_ms,
        jitter_ms: 0,
        rate_kbps: 0,
        queue_ms: 0,
        port_shift: 0,
    };
    connect([&ends[0], &ends[1]], badness, 1).map(drop)
}

type SharedLink = Arc<Mutex<Link>>;

fn connect(
    [a, b]: [&str; 2],
    badness: Badness,
    seed: u64,
) -> Result<[SharedLink; 2], Box<dyn Error>> {
    let (left, right) = (open(a, b)?, open(b, a)?);
    let links = [0, 1].map(|n| {
        let rng = Rng::from_seed(seed * 2 + n);
        Arc::new(Mutex::new(Link::new(badness, rng)))
    });
    join(left.clone(), right.clone(), links[0].clone(), Way::In);
    join(right, left, links[1].clone(), Way::Out);
    Ok(links)
}

/// Opens a TUN device in the namespace of `end`, with `peer` at its other side.
fn open(end: &str, peer: &str) -> Result<Arc<SyncDevice>, Box<dyn Error>> {
    let (space, address) = end.split_once('=').ok_or("an end is namespace=address")?;
    let (_, peer) = peer.split_once('=').ok_or("an end is namespace=address")?;
    let path = File::open(format!("/run/netns/{space}"))?;
    // A thread's namespace is its own: the device is opened in a thread that goes there and ends.
    let device = thread::spawn(move || {
        move_into_link_name_space(path.as_fd(), Some(LinkNameSpaceType::Network))?;
        DeviceBuilder::new().name(DEVICE).build_sync()
    });
    let device = device.join().map_err(|_| "opening the device failed")??;
    for arguments in [
        vec!["addr", "add", address, "peer", peer, "dev", DEVICE],
        vec!["link", "set", DEVICE, "up"],
    ] {
        let status = Command::new("ip")
            .args(["-n", space])
            .args(&arguments)
            .status()?;
        if !status.success() {
            return Err(format!("ip {} failed", arguments.join(" ")).into());
        }
    }
    Ok(Arc::new(device))
}

/// What is on the way, in the order in which it arrives.
#[derive(Default)]
struct Road {
    packets: Mutex<VecDeque<(Instant, Vec<u8>)>>,
    changed: Condvar,
}

/// Carries packets from one device to the other, by one thread that reads and one that writes.
fn join(from: Arc<SyncDevice>, to: Arc<SyncDevice>, link: SharedLink, way: Way) {
    let road = Arc::new(Road::default());
    let entrance = road.clone();
    thread::spawn(move || {
        let mut buffer = [0; PACKET_BYTES];
        while let Ok(bytes) = from.recv(&mut buffer) {
            let mut link = lock(&link);
            let Some(arrives) = link.pass(OsClock.now(), bytes) else {
                continue;
            };
            translate(&mut buffer[..bytes], link.port_shift(), way);
            drop(link);
            let mut packets = lock(&entrance.packets);
            if packets.len() < QUEUE_PACKETS {
                packets.push_back((arrives, buffer[..bytes].to_vec()));
                entrance.changed.notify_one();
            }
        }
    });
    thread::spawn(move || {
        loop {
            let packet = next(&road);
            // A full device drops, as a link does.
            let _ = to.send(&packet);
        }
    });
}

/// Waits for the first packet and for its time.
fn next(road: &Road) -> Vec<u8> {
    let mut packets = lock(&road.packets);
    loop {
        let wait = packets
            .front()
            .map(|(at, _)| at.saturating_duration_since(OsClock.now()));
        packets = match wait {
            Some(wait) if wait.is_zero() => {
                if let Some((_, packet)) = packets.pop_front() {
                    return packet;
                }
                packets
            }
            Some(wait) => {
                let waited = road.changed.wait_timeout(packets, wait);
                waited.unwrap_or_else(PoisonError::into_inner).0
            }
            None => road
                .changed
                .wait(packets)
                .unwrap_or_else(PoisonError::into_inner),
        };
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
