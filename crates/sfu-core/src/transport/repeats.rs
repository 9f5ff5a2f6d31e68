//! How long str0m may repeat what it has sent.
//!
//! It forgets the old when something new is sent, and only then. What a stream sent last before it
//! stopped it would send again at any time: as padding of a probe, and then all around it when the
//! client asks for what he seems to have missed.

use super::{Connection, Mid, config};
use std::time::{Duration, Instant};

/// For so long after it was written str0m's pacer may keep a packet.
const LONGEST_QUEUE: Duration = Duration::from_secs(2);

/// Sections in which str0m has sent something that may be repeated, and when it was given the last.
#[derive(Debug, Default)]
pub(super) struct Repeats(Vec<(Mid, Instant)>);

impl Repeats {
    pub(super) fn written(&mut self, now: Instant, mid: Mid) {
        match self.0.iter_mut().find(|(of, _)| *of == mid) {
            Some((_, last)) => *last = now,
            None => self.0.push((mid, now)),
        }
    }

    /// A section in which nothing can be of use any more.
    fn pop_old(&mut self, now: Instant) -> Option<Mid> {
        let is_old = |(_, last): &(Mid, Instant)| *last + config::REPAIR_AGE + LONGEST_QUEUE < now;
        let at = self.0.iter().position(is_old)?;
        Some(self.0.swap_remove(at).0)
    }
}

impl Connection {
    /// Before str0m is given time or a request.
    pub(super) fn forget_old_repeats(&mut self) {
        while let Some(mid) = self.repeats.pop_old(self.time) {
            // A failure shows when the connection is drained.
            let _ = self.size_repair_cache(mid);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{EngineConfig, LocalCandidate, ShardId};
    use crate::datagram::{Protocol, Received};
    use crate::packet::PacketExtensions;
    use crate::transport::{Advanced, Outgoing};
    use base::clock::OsClock;
    use base::media::{Open, PcMode};
    use base::rng::Rng;
    use base::{ParticipantSid, PeerId, RoomKey};
    use std::net::SocketAddr;
    use std::sync::Arc;
    use str0m::change::SdpAnswer;
    use str0m::format::Codec;
    use str0m::media::{Direction, MediaKind};
    use str0m::net::Receive;
    use str0m::{Candidate, Event, Input, Output, Rtc};

    const STEP: Duration = Duration::from_millis(5);
    const PACKETS: u64 = 12;
    /// On its way to the client this one is lost.
    const LOST: u64 = 8;

    fn ours() -> SocketAddr {
        ([192, 0, 2, 1], 7_882).into()
    }

    fn theirs() -> SocketAddr {
        ([192, 0, 2, 2], 5_000).into()
    }

    /// A connection whose media str0m sends, and a client of it.
    struct Call {
        now: Instant,
        connection: Connection,
        client: Rtc,
        mid: Mid,
        /// What the client has sent, and not been let through yet.
        under_way: Vec<Vec<u8>>,
        is_connected: bool,
        heard: Vec<u64>,
    }

    impl Call {
        fn new() -> Self {
            let now = OsClock.now();
            let candidate = LocalCandidate {
                protocol: Protocol::Udp,
                local: ours(),
                advertised: ours(),
            };
            let config = EngineConfig::new(ShardId(0), 1, vec![candidate], "aa".to_owned());
            let open = Open {
                peer: PeerId(1),
                room: RoomKey(1),
                participant: ParticipantSid::from("PA_x"),
                mode: PcMode::Single,
                subscriber_primary: false,
                allow_pause: true,
                negotiated_channels: false,
                disable_ice_lite: false,
            };
            let mut rng = Rng::from_seed(1);
            let config = Arc::new(config);
            // What is not to be estimated our own sender leaves alone, as it does with a cipher that it
            // does not speak.
            let mut connection = Connection::new(&config, None, &open, false, &mut rng, now);
            let mut client = Rtc::builder().set_rtp_mode(true).build(now);
            client.add_local_candidate(Candidate::host(theirs(), "udp").unwrap());
            let mut offer = client.sdp_api();
            let mid = offer.add_media(MediaKind::Video, Direction::RecvOnly, None, None, None);
            let (offer, pending) = offer.apply().unwrap();
            let answer = connection.accept_offer(&offer.to_sdp_string(), &mut rng);
            let answer = SdpAnswer::from_sdp_string(&answer.unwrap()).unwrap();
            client.sdp_api().accept_answer(pending, answer).unwrap();
            let mut call = Self {
                now,
                connection,
                client,
                mid,
                under_way: Vec::new(),
                is_connected: false,
                heard: Vec::new(),
            };
            while !call.is_connected {
                call.step(true, false);
                assert!(call.now < now + Duration::from_secs(10), "no connection");
            }
            assert!(call.connection.sender.is_none(), "str0m sends");
            call
        }

        fn write(&mut self, sequence: u64) {
            let params = self.client.codec_config().params().iter();
            let vp8 = params.filter(|params| params.spec().codec == Codec::Vp8);
            let packet = Outgoing {
                payload_type: vp8.map(|params| *params.pt()).next().unwrap(),
                sequence,
                timestamp: 3_000 * sequence as u32,
                marker: true,
                captured: self.now,
                repairable: true,
                payload: Arc::from([0x10; 500]),
                vp8: None,
            };
            let written = self
                .connection
                .write(self.mid, packet, PacketExtensions::default());
            written.unwrap();
        }

        /// A moment passes. What the client says comes through or waits; of what is sent to him no
        /// media comes through where it `is_lost`.
        fn step(&mut self, is_heard: bool, is_lost: bool) {
            self.now += STEP;
            let now = self.now;
            self.client.handle_input(Input::Timeout(now)).unwrap();
            self.hear_client();
            for bytes in self.under_way.extract_if(.., |_| is_heard) {
                let received = Received {
                    protocol: Protocol::Udp,
                    source: theirs(),
                    destination: ours(),
                    bytes: &bytes,
                };
                self.connection.receive(now, received).unwrap();
            }
            let mut sent = Vec::new();
            let mut pace = self.connection.begin_burst(now).unwrap();
            let mut send = |datagram: crate::datagram::Datagram| sent.push(datagram.bytes);
            while let Advanced::Event(_) = self.connection.advance(&mut pace, &mut send).unwrap() {}
            for bytes in sent {
                let is_media =
                    matches!(bytes[..], [0x80..=0xbf, kind, ..] if !(192..=223).contains(&kind));
                if is_media && is_lost {
                    continue;
                }
                let receive = Receive::new(str0m::net::Protocol::Udp, ours(), theirs(), &bytes);
                let input = Input::Receive(now, receive.unwrap());
                self.client.handle_input(input).unwrap();
                self.hear_client();
            }
        }

        fn hear_client(&mut self) {
            loop {
                match self.client.poll_output().unwrap() {
                    Output::Timeout(_) => return,
                    Output::Transmit(transmit) => self.under_way.push(transmit.contents.to_vec()),
                    Output::Event(Event::Connected) => self.is_connected = true,
                    Output::Event(Event::RtpPacket(packet)) => self.heard.push(*packet.seq_no),
                    Output::Event(_) => {}
                }
            }
        }

        /// The client gets all packets but one; after `later` what he has asked for comes through.
        fn asked_for(later: Duration) -> Vec<u64> {
            let mut call = Self::new();
            for sequence in 1..=PACKETS {
                call.write(sequence);
                call.step(false, sequence == LOST);
            }
            let asked = call.now + later;
            while call.now < asked {
                call.step(false, false);
            }
            assert!(!call.heard.contains(&LOST));
            for _ in 0..20 {
                call.step(true, false);
            }
            call.heard
        }
    }

    #[test]
    fn what_is_asked_for_at_once_is_repeated() {
        assert!(Call::asked_for(Duration::from_millis(200)).contains(&LOST));
    }

    #[test]
    fn of_a_stream_that_has_long_stopped_nothing_is_repeated() {
        assert!(!Call::asked_for(Duration::from_secs(8)).contains(&LOST));
    }
}
