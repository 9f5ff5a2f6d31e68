//! A sender whose receiver says anything.

use super::keys::{Keys, Material};
use super::{ExtensionIds, MOST_REPAIRS, MOST_WAITING, Path, PayloadType, Received, Sender};
use crate::datagram::Protocol;
use crate::packet::PacketExtensions;
use crate::transport::Mid;
use crate::transport::media::Outgoing;
use base::Bitrate;
use base::clock::OsClock;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

const CONTROL_SSRC: u32 = 7;
const VIDEO: (u32, u32) = (8, 9);
const VOICE: u32 = 10;
const VIDEO_TYPE: u8 = 96;
const VOICE_TYPE: u8 = 111;

/// Numbers of a connection that begins: what is said of the first hundred is said of these.
const FRAME_PACKETS: u64 = 4;

/// The bytes are a script: frames that are sent, time that passes, and RTCP of any contents, in any
/// order. RTCP comes both as it is and encrypted with the receiver's key. Panics if a bound is
/// broken.
pub(crate) fn reports(script: &[u8]) {
    let material = Material {
        bytes: (0..56).collect(),
        key_bytes: 16,
        is_client: false,
    };
    let mut now = OsClock.now();
    let Some((mut sender, (_, theirs))) = sender(&material, now).zip(Keys::derive(&material))
    else {
        panic!("the keys are long enough");
    };
    let mut sequence = 1 << 16;
    let mut number = 0;
    let mut script = script;
    while let Some((step, rest)) = script.split_first() {
        script = rest;
        match step & 0x03 {
            0 => now += Duration::from_millis(u64::from(step >> 2) * 10),
            1 => {
                for _ in 0..FRAME_PACKETS {
                    sequence += 1;
                    for (mid, payload_type) in [("v", VIDEO_TYPE), ("a", VOICE_TYPE)] {
                        let packet = outgoing(payload_type, sequence, now);
                        sender.write(now, Mid::from(mid), packet, PacketExtensions::default());
                    }
                }
            }
            _ => {
                let length = script.len().min(4 * usize::from(step >> 2) + 4);
                let (compound, rest) = script.split_at(length);
                script = rest;
                assert_eq!(sender.receive(now, compound), Received::Malformed);
                let mut packet = compound.to_vec();
                number += 1;
                if theirs.protect(&mut packet, number).is_some() {
                    sender.receive(now, &packet);
                    let again = sender.receive(now, &packet);
                    assert_eq!(again, Received::Malformed, "heard twice");
                }
            }
        }
        sender.flush(now, &mut |_| {});
        while sender.poll_event().is_some() {}
        assert!(sender.next_deadline().is_none_or(|due| due > now));
        assert!(sender.repairs.len() <= MOST_REPAIRS && sender.waiting.len() <= MOST_WAITING);
        assert!((0.0..=1.0).contains(&sender.loss()));
        assert!(sender.estimate() > Bitrate::ZERO);
    }
}

fn sender(material: &Material, now: std::time::Instant) -> Option<Sender> {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, 7_882));
    let path = Path {
        protocol: Protocol::Udp,
        source: address,
        destination: address,
    };
    let mut sender = Sender::new(now, material, path, CONTROL_SSRC, Bitrate::kbps(1_500))?;
    sender.want(Bitrate::kbps(3_000));
    let ids = ExtensionIds {
        mid: Some(1),
        number: Some(3),
        send_time: Some(2),
        ..ExtensionIds::default()
    };
    for (mid, is_video, ssrcs) in [
        ("v", true, (VIDEO.0, Some(VIDEO.1))),
        ("a", false, (VOICE, None)),
    ] {
        let mid = Mid::from(mid);
        sender.add_stream(mid, is_video, ssrcs);
        let payload_type = PayloadType {
            number: if is_video { VIDEO_TYPE } else { VOICE_TYPE },
            repair: is_video.then_some(VIDEO_TYPE + 1),
            clock_hz: if is_video { 90_000 } else { 48_000 },
        };
        sender.describe(mid, true, ids, vec![payload_type]);
    }
    Some(sender)
}

fn outgoing(payload_type: u8, sequence: u64, now: std::time::Instant) -> Outgoing {
    Outgoing {
        payload_type,
        sequence,
        timestamp: sequence as u32 * 3_000,
        marker: sequence.is_multiple_of(FRAME_PACKETS),
        captured: now,
        repairable: true,
        payload: vec![0; 300].into(),
        vp8: None,
    }
}
