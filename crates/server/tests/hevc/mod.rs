//! x265 and a decoder, both by ffmpeg.

#![expect(clippy::unwrap_used, reason = "a test that cannot run has failed")]

use crate::call::Packet;
use std::net::UdpSocket;
use std::process::{Child, Command, Stdio};

pub(crate) const SIZE: (u32, u32) = (320, 240);
/// Pictures in all, and from one key frame to the next: a second.
pub(crate) const FRAMES: usize = 6 * GROUP;
pub(crate) const GROUP: usize = 25;

/// Mean difference of a decoded pixel from its original; a picture of ten frames away differs by
/// several times as much.
const MOST_DIFFERENCE: f64 = 6.0;

const AGGREGATION: u8 = 48;
const FRAGMENTATION: u8 = 49;

/// An encoder that sends a moving test picture, as fast as it moves.
pub(crate) struct Camera {
    process: Child,
    socket: UdpSocket,
    sequence: u64,
}

impl Camera {
    pub(crate) fn starts() -> Self {
        let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
        socket.set_nonblocking(true).unwrap();
        let port = socket.local_addr().unwrap().port();
        let group = format!(
            "log-level=error:repeat-headers=1:keyint={GROUP}:min-keyint={GROUP}:scenecut=0:open-gop=0:bframes=0"
        );
        let mut command = ffmpeg(&["-re", "-f", "lavfi", "-i", &test_picture()]);
        command.args(["-pix_fmt", "yuv420p", "-c:v", "libx265"]);
        command.args(["-preset", "ultrafast", "-tune", "zerolatency"]);
        command.args(["-b:v", "300k", "-x265-params", &group]);
        command.args(["-f", "rtp", "-rtpflags", "skip_rtcp"]);
        command.arg(format!("rtp://127.0.0.1:{port}?pkt_size=1200"));
        Self {
            process: command.stdout(Stdio::null()).spawn().unwrap(),
            socket,
            sequence: 0,
        }
    }

    /// What it has sent since the last time of asking.
    pub(crate) fn packets(&mut self) -> Vec<Packet> {
        let mut buffer = [0; 2_048];
        let mut packets = Vec::new();
        while let Ok(length) = self.socket.recv(&mut buffer) {
            let read = rtp::header::read(&buffer[..length]).unwrap();
            self.sequence += 1;
            packets.push(Packet {
                sequence: self.sequence,
                timestamp: read.timestamp,
                marker: read.marker,
                payload: read.payload.to_vec(),
            });
        }
        packets
    }

    pub(crate) fn has_ended(&mut self) -> bool {
        self.process.try_wait().unwrap().is_some()
    }
}

impl Drop for Camera {
    fn drop(&mut self) {
        // It has ended by itself, unless the test has failed.
        self.process.kill().ok();
        self.process.wait().ok();
    }
}

pub(crate) fn frames(packets: &[Packet]) -> usize {
    packets.iter().filter(|packet| packet.marker).count()
}

/// A video parameter set, alone or first of an aggregate: x265 writes one before each key frame.
pub(crate) fn begins_key_frame(packet: &Packet) -> bool {
    const VIDEO_PARAMETER_SET: u8 = 32;
    units(std::slice::from_ref(packet))
        .first()
        .is_some_and(|unit| kind(unit) == VIDEO_PARAMETER_SET)
}

/// Decodes the packets: every picture comes out, and each looks like the original of its time.
pub(crate) fn shows_the_end_of_the_picture(packets: &[Packet]) {
    let shown = decoded(packets);
    assert_eq!(shown.len(), frames(packets), "every picture is decoded");
    let originals = originals();
    let begin = originals.len() - shown.len();
    for (at, picture) in shown.iter().enumerate() {
        let at = begin + at;
        let right = difference(picture, &originals[at]);
        let other = difference(picture, &originals[(at + 10) % FRAMES]);
        assert!(
            right < MOST_DIFFERENCE && right < other,
            "picture {at} differs by {right:.1}, from another by {other:.1}"
        );
    }
}

fn decoded(packets: &[Packet]) -> Vec<Vec<u8>> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("received.h265");
    let mut stream = Vec::new();
    for unit in units(packets) {
        stream.extend([0, 0, 0, 1]);
        stream.extend(unit);
    }
    std::fs::write(&path, stream).unwrap();
    pictures(&["-f", "hevc", "-i", path.to_str().unwrap()])
}

fn originals() -> Vec<Vec<u8>> {
    pictures(&["-f", "lavfi", "-i", &test_picture()])
}

/// The planes of each picture, one after the other.
fn pictures(input: &[&str]) -> Vec<Vec<u8>> {
    let mut command = ffmpeg(input);
    command.args(["-vsync", "passthrough", "-pix_fmt", "yuv420p"]);
    let output = command.args(["-f", "rawvideo", "-"]).output().unwrap();
    assert!(output.status.success());
    let bytes = (SIZE.0 * SIZE.1 * 3 / 2) as usize;
    assert_eq!(output.stdout.len() % bytes, 0);
    output.stdout.chunks(bytes).map(<[u8]>::to_vec).collect()
}

fn ffmpeg(input: &[&str]) -> Command {
    let mut command = Command::new("ffmpeg");
    command.args(["-nostdin", "-hide_banner", "-loglevel", "error"]);
    command.args(input);
    command
}

fn test_picture() -> String {
    let seconds = FRAMES / GROUP;
    format!(
        "testsrc2=size={}x{}:rate={GROUP}:duration={seconds}",
        SIZE.0, SIZE.1
    )
}

fn difference(one: &[u8], other: &[u8]) -> f64 {
    let sum: u64 = one
        .iter()
        .zip(other)
        .map(|(a, b)| u64::from(a.abs_diff(*b)))
        .sum();
    sum as f64 / one.len() as f64
}

/// The units that packets hold (RFC 7798 section 4.4).
fn units(packets: &[Packet]) -> Vec<Vec<u8>> {
    let mut units: Vec<Vec<u8>> = Vec::new();
    for Packet { payload, .. } in packets {
        match kind(payload) {
            AGGREGATION => {
                let mut rest = &payload[2..];
                while let [high, low, after @ ..] = rest {
                    let length = usize::from(u16::from_be_bytes([*high, *low]));
                    let (unit, after) = after.split_at(length);
                    units.push(unit.to_vec());
                    rest = after;
                }
            }
            FRAGMENTATION => {
                let is_first = payload[2] & 0x80 != 0;
                if is_first {
                    let kind = payload[2] & 0x3f;
                    units.push(vec![payload[0] & 0x81 | kind << 1, payload[1]]);
                }
                if let Some(unit) = units.last_mut() {
                    unit.extend(&payload[3..]);
                }
            }
            _ => units.push(payload.clone()),
        }
    }
    units
}

fn kind(unit: &[u8]) -> u8 {
    unit[0] >> 1 & 0x3f
}
