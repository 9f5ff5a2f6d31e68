//! What str0m reports, in our words.

use super::{
    ChannelConfig, ChannelId, Connection, DataChannelKind, Mid, channel_index, dependency,
};
use crate::allocate::OwnEstimate;
use crate::packet::{MediaPacket, PacketExtensions};
use base::Bitrate;
use std::time::{Duration, Instant, SystemTime};
use str0m::bwe::BweKind;
use str0m::rtp::{ExtensionValues, RtpPacket};
use str0m::{Event, IceConnectionState};

#[derive(Debug)]
pub(crate) enum TransportEvent {
    /// ICE and DTLS are up.
    Connected,
    /// No packet has come for ICE's timeout.
    Silent,
    /// Packets come again after [`Self::Silent`].
    Back,
    /// The other side has closed it.
    Closed,
    Media {
        ssrc: u32,
        payload_type: u8,
        packet: MediaPacket,
    },
    KeyFrameWanted {
        mid: Mid,
    },
    Channel(DataChannelKind, ChannelEvent),
    /// Of str0m's estimator, an average.
    Estimate(Bitrate),
    OwnEstimate(OwnEstimate),
    Link(Link),
    Incoming(StreamStats),
}

#[derive(Debug)]
pub(crate) enum ChannelEvent {
    Open,
    Message(Vec<u8>),
    Writable,
    Closed,
}

/// Of the whole transport, since it began where a total.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Link {
    pub(crate) bytes_in: u64,
    pub(crate) bytes_out: u64,
    pub(crate) round_trip: Option<Duration>,
    pub(crate) loss_in: Option<f32>,
    pub(crate) loss_out: Option<f32>,
    pub(crate) estimate: Option<Bitrate>,
}

/// Of one incoming stream.
#[derive(Clone, Copy, Debug)]
pub(crate) struct StreamStats {
    pub(crate) mid: Mid,
    /// In units of the stream's clock.
    pub(crate) jitter: u32,
}

impl Connection {
    pub(super) fn convert(&mut self, event: Event) -> Option<TransportEvent> {
        Some(match event {
            Event::Connected => {
                self.take_over();
                self.send_unsent();
                TransportEvent::Connected
            }
            Event::MediaAdded(added) => {
                self.section_added(added.mid);
                return None;
            }
            Event::IceConnectionStateChange(IceConnectionState::Disconnected) => {
                TransportEvent::Silent
            }
            Event::IceConnectionStateChange(
                IceConnectionState::Connected | IceConnectionState::Completed,
            ) => TransportEvent::Back,
            Event::Closed => TransportEvent::Closed,
            Event::RtpPacket(packet) => self.media(packet),
            // Of what str0m does not send it can only tell what it has not understood.
            Event::KeyframeRequest(_) | Event::EgressBitrateEstimate(_)
                if self.sender.is_some() =>
            {
                return None;
            }
            Event::KeyframeRequest(request) => TransportEvent::KeyFrameWanted { mid: request.mid },
            Event::ChannelOpen(id, label) => {
                let kind = self.bind_channel(id, &label)?;
                TransportEvent::Channel(kind, ChannelEvent::Open)
            }
            Event::ChannelData(data) => {
                let kind = self.channel_kind(data.id)?;
                TransportEvent::Channel(kind, ChannelEvent::Message(data.data))
            }
            Event::ChannelBufferedAmountLow(id) => {
                TransportEvent::Channel(self.channel_kind(id)?, ChannelEvent::Writable)
            }
            Event::ChannelClose(id) => {
                let kind = self.channel_kind(id)?;
                self.channels[channel_index(kind)] = None;
                TransportEvent::Channel(kind, ChannelEvent::Closed)
            }
            Event::EgressBitrateEstimate(BweKind::Twcc { estimate, .. }) => {
                TransportEvent::Estimate(Bitrate::bps(estimate.as_u64()))
            }
            Event::PeerStats(stats) if self.sender.is_some() => {
                return self.own_link(&stats).map(TransportEvent::Link);
            }
            Event::PeerStats(stats) => TransportEvent::Link(Link {
                bytes_in: stats.peer_bytes_rx,
                bytes_out: stats.peer_bytes_tx,
                round_trip: stats.rtt.or(stats
                    .selected_candidate_pair
                    .and_then(|pair| pair.current_round_trip_time)),
                loss_in: stats.ingress_loss_fraction,
                loss_out: stats.egress_loss_fraction,
                estimate: stats.bwe_tx.map(|rate| Bitrate::bps(rate.as_u64())),
            }),
            Event::MediaIngressStats(stats) => TransportEvent::Incoming(StreamStats {
                mid: stats.mid,
                jitter: stats.jitter,
            }),
            // The rest tells nothing that we do not know from SDP.
            _ => return None,
        })
    }

    fn media(&mut self, packet: RtpPacket) -> TransportEvent {
        let arrival = packet.timestamp;
        let timestamp = packet.header.timestamp;
        let captured = packet.last_sender_info.map_or(arrival, |report| {
            let clock_rate = packet.time.denom();
            let ahead = timestamp
                .wrapping_sub(report.rtp_time.numer() as u32)
                .cast_signed();
            self.clock
                .captured(arrival, report.ntp_time, ahead, clock_rate)
        });
        TransportEvent::Media {
            ssrc: *packet.header.ssrc,
            payload_type: *packet.header.payload_type,
            packet: MediaPacket {
                sequence: *packet.seq_no,
                timestamp,
                marker: packet.header.marker,
                arrival,
                captured,
                report: packet.last_sender_info.and_then(|report| {
                    let ntp = report.ntp_time.duration_since(SystemTime::UNIX_EPOCH);
                    Some((ntp.ok()?, report.rtp_time.numer() as u32))
                }),
                redundant: false,
                extensions: packet_extensions(&packet.header.ext_vals),
                payload: packet.payload,
            },
        }
    }

    fn bind_channel(&mut self, id: ChannelId, label: &str) -> Option<DataChannelKind> {
        let known = |kind: &DataChannelKind| self.channels[channel_index(*kind)] == Some(id);
        let labelled = |kind: &DataChannelKind| kind.label() == label;
        let kind = DataChannelKind::ALL
            .into_iter()
            .find(|kind| known(kind) || labelled(kind))?;
        self.channels[channel_index(kind)] = Some(id);
        Some(kind)
    }

    fn channel_kind(&self, id: ChannelId) -> Option<DataChannelKind> {
        DataChannelKind::ALL
            .into_iter()
            .find(|kind| self.channels[channel_index(*kind)] == Some(id))
    }

    pub(super) fn set_channel(&mut self, kind: DataChannelKind, id: ChannelId) {
        self.channels[channel_index(kind)] = Some(id);
    }

    pub(super) fn channel_template(kind: DataChannelKind) -> ChannelConfig {
        super::channel_config(kind)
    }
}

/// Lays a publisher's wall clock, as his sender reports tell it, on our monotonic one. All his
/// tracks share it, so what he captured at the same moment stays together.
#[derive(Debug, Default)]
pub(super) struct CaptureClock {
    origin: Option<(SystemTime, Instant)>,
}

/// Beyond this a capture time contradicts the arrival: his clock was set, or never told right.
const CAPTURE_TOLERANCE: Duration = Duration::from_secs(2);

impl CaptureClock {
    /// `ahead`: how far the packet is after the report, in the stream's clock.
    fn captured(
        &mut self,
        arrival: Instant,
        reported: SystemTime,
        ahead: i32,
        clock_rate: u32,
    ) -> Instant {
        let ahead_micros = i64::from(ahead) * 1_000_000 / i64::from(clock_rate.max(1));
        let offset = Duration::from_micros(ahead_micros.unsigned_abs());
        let wall = if ahead_micros >= 0 {
            reported.checked_add(offset)
        } else {
            reported.checked_sub(offset)
        };
        let Some(wall) = wall else { return arrival };
        let (wall_origin, origin) = *self.origin.get_or_insert((wall, arrival));
        let captured = match wall.duration_since(wall_origin) {
            Ok(later) => origin.checked_add(later),
            Err(earlier) => origin.checked_sub(earlier.duration()),
        };
        match captured {
            Some(at) if difference(at, arrival) <= CAPTURE_TOLERANCE => at,
            _ => {
                self.origin = Some((wall, arrival));
                arrival
            }
        }
    }
}

fn difference(a: Instant, b: Instant) -> Duration {
    a.saturating_duration_since(b)
        .max(b.saturating_duration_since(a))
}

fn packet_extensions(values: &ExtensionValues) -> PacketExtensions {
    let hundredths = |time: str0m::media::MediaTime| {
        let hundredths = time.rebase(str0m::media::Frequency::HUNDREDTHS).numer();
        u16::try_from(hundredths).unwrap_or(u16::MAX)
    };
    PacketExtensions {
        audio_level: values
            .audio_level
            .map(|level| (level.unsigned_abs(), values.voice_activity.unwrap_or(false))),
        video_orientation: values.video_orientation.map(|turns| turns as u8),
        playout_delay: values
            .play_delay_min
            .zip(values.play_delay_max)
            .map(|(least, greatest)| (hundredths(least), hundredths(greatest))),
        dependency: dependency::read(values),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use base::clock::OsClock;
    use std::time::UNIX_EPOCH;

    #[test]
    fn what_was_captured_together_stays_together_though_it_arrived_apart() {
        let mut clock = CaptureClock::default();
        let now = OsClock.now();
        let wall = UNIX_EPOCH + Duration::from_secs(1_000);
        let voice = clock.captured(now, wall, 0, 48_000);
        let late = now + Duration::from_millis(300);
        let lips = clock.captured(late, wall - Duration::from_secs(1), 90_000, 90_000);
        assert_eq!(voice, lips);
    }

    #[test]
    fn a_clock_that_was_set_begins_anew() {
        let mut clock = CaptureClock::default();
        let now = OsClock.now();
        let wall = UNIX_EPOCH + Duration::from_secs(1_000);
        clock.captured(now, wall, 0, 48_000);
        let jumped = wall + Duration::from_secs(3_600);
        assert_eq!(clock.captured(now, jumped, 0, 48_000), now);
    }
}
