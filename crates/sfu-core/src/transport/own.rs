//! Where our own sender stands in for str0m's.
//!
//! str0m has to know the streams when it writes a description, and only then: with a stream that it
//! knows it would send reports of its own on what it has not sent.

use super::events::Link;
use super::media::Outgoing;
use super::roaming::Roaming;
use super::sender::{ExtensionIds, Path, PayloadType, Received, Sender};
use super::{Broken, Connection, Mid};
use crate::datagram::Datagram;
use crate::packet::PacketExtensions;
use std::time::Instant;
use str0m::Rtc;
use str0m::bwe::Bitrate as TheirBitrate;
use str0m::media::MediaKind;
use str0m::stats::PeerStats;

impl Connection {
    /// The handshake has ended: all media is ours to send, if we speak its cipher.
    pub(super) fn take_over(&mut self) {
        if self.plan.is_ice_lite {
            self.roaming.settle(self.time);
        }
        let path = self.roaming.current();
        let Some((material, path)) = self.tap.get().zip(path).filter(|_| self.plan.sends) else {
            return;
        };
        let material = material.clone();
        let control_ssrc = self.fence(|rtc| {
            // Its estimator has nothing to estimate, and nothing to probe for.
            rtc.bwe()
                .set_bitrate(TheirBitrate::ZERO, TheirBitrate::ZERO);
            *rtc.direct_api().new_ssrc()
        });
        let Ok(control_ssrc) = control_ssrc else {
            return;
        };
        let estimate = self.initial_estimate;
        let Some(mut sender) = Sender::new(self.time, &material, path, control_ssrc, estimate)
        else {
            return;
        };
        sender.want(self.wanted);
        self.sender = Some(Box::new(sender));
        // A failure shows when the connection is drained.
        let _ = self.reclaim_streams();
    }

    pub(super) fn section_added(&mut self, mid: Mid) {
        if !self.sections.contains(&mid) {
            self.sections.push(mid);
        }
        let _ = self.reclaim_streams();
    }

    /// Lets str0m know the streams, before it reads or writes a description.
    pub(super) fn lend_streams(&mut self) -> Result<(), Broken> {
        let Some(sender) = &self.sender else {
            return Ok(());
        };
        let streams: Vec<_> = sender.ssrcs().collect();
        self.fence(|rtc| {
            for (mid, ssrc, repair) in streams {
                if rtc.media(mid).is_some() {
                    let mut direct = rtc.direct_api();
                    direct.declare_stream_tx(ssrc.into(), repair.map(Into::into), mid, None);
                }
            }
        })
    }

    /// Takes from str0m the streams that it knows, and what the descriptions say of them.
    pub(super) fn reclaim_streams(&mut self) -> Result<(), Broken> {
        let Some(mut sender) = self.sender.take() else {
            return Ok(());
        };
        let sections = std::mem::take(&mut self.sections);
        let outcome = self.fence(|rtc| {
            for mid in &sections {
                reclaim(rtc, &mut sender, *mid);
            }
        });
        self.sections = sections;
        self.sender = Some(sender);
        outcome
    }

    pub(super) fn send(
        &mut self,
        mid: Mid,
        packet: Outgoing,
        extensions: PacketExtensions,
    ) -> Result<(), Broken> {
        let is_new = |sender: &Sender| sender.ssrcs().all(|(of, ..)| of != mid);
        if self.sender.as_deref().is_some_and(is_new) {
            // Its description has been read, and str0m has not come to report it.
            self.section_added(mid);
        }
        if let Some(sender) = &mut self.sender {
            sender.write(self.time, mid, packet, extensions);
        }
        Ok(())
    }

    /// New SSRCs for a section's stream.
    pub(super) fn renew_own_stream(&mut self, mid: Mid) -> Result<(), Broken> {
        let Some(mut sender) = self.sender.take() else {
            return Ok(());
        };
        let before = sender.ssrcs().find(|(of, ..)| *of == mid);
        let outcome = self.fence(|rtc| {
            if let Some((_, _, repair)) = before {
                let direct = rtc.direct_api();
                let repair = repair.map(|_| *direct.new_ssrc());
                let ssrcs = (*direct.new_ssrc(), repair);
                sender.add_stream(mid, is_video(rtc, mid), ssrcs);
                describe(rtc, &mut sender, mid);
            }
        });
        self.sender = Some(sender);
        outcome
    }

    /// The link has fallen: our estimator goes down at once, and not when the trend of delays shows it.
    pub(crate) fn note_fall(&mut self) {
        if let Some(sender) = &mut self.sender {
            sender.note_fall(self.time);
        }
    }

    /// The queue before a fallen link has had time to empty.
    pub(crate) fn go_on(&mut self) {
        if let Some(sender) = &mut self.sender {
            sender.go_on();
        }
    }

    /// Reports that are for our sender. `None`: str0m has to see the packet.
    pub(super) fn take_report(&mut self, packet: &[u8]) -> Option<bool> {
        let sender = self.sender.as_mut()?;
        // RFC 5761 section 4.
        if !matches!(packet, [0x80..=0xbf, 192..=223, ..]) {
            return None;
        }
        match sender.receive(self.time, packet) {
            Received::Taken => Some(true),
            Received::Foreign => None,
            Received::Malformed => Some(false),
        }
    }

    pub(super) fn is_video(&self, mid: Mid) -> bool {
        self.rtc.as_ref().is_some_and(|rtc| is_video(rtc, mid))
    }

    pub(super) fn is_rtc_due(&self) -> bool {
        self.is_stirred || self.rtc_due.is_none_or(|due| due <= self.time)
    }

    pub(super) fn next_deadline(&self) -> Instant {
        let own = self
            .sender
            .as_ref()
            .and_then(|sender| sender.next_deadline());
        let all = self.rtc_due.into_iter().chain(own);
        all.min().unwrap_or(self.time)
    }

    /// What str0m has measured, and what our sender has.
    pub(super) fn own_link(&mut self, stats: &PeerStats) -> Option<Link> {
        let pair = stats.selected_candidate_pair.as_ref();
        let path = pair.map(|pair| Path {
            protocol: super::protocol(pair.protocol),
            source: pair.local.addr,
            destination: pair.remote.addr,
        });
        if let Some(path) = path {
            self.roaming.nominate(path);
            self.follow_path();
        }
        let sender = self.sender.as_ref()?;
        let by_ice = pair.and_then(|pair| pair.current_round_trip_time);
        Some(Link {
            bytes_in: stats.peer_bytes_rx + sender.bytes_in,
            bytes_out: stats.peer_bytes_tx + sender.bytes_out,
            round_trip: sender.round_trip().or(by_ice),
            loss_in: stats.ingress_loss_fraction,
            loss_out: Some(sender.loss()),
            estimate: Some(sender.estimate()),
        })
    }
}

fn reclaim(rtc: &mut Rtc, sender: &mut Sender, mid: Mid) {
    let mut direct = rtc.direct_api();
    let found = direct
        .stream_tx_by_mid(mid, None)
        .map(|stream| (stream.ssrc(), stream.rtx()));
    if let Some((ssrc, repair)) = found {
        direct.remove_stream_tx(ssrc);
        if sender.ssrcs().all(|(_, known, _)| known != *ssrc) {
            sender.add_stream(mid, is_video(rtc, mid), (*ssrc, repair.map(|ssrc| *ssrc)));
        }
    }
    describe(rtc, sender, mid);
}

fn is_video(rtc: &Rtc, mid: Mid) -> bool {
    rtc.media(mid)
        .is_some_and(|media| media.kind() == MediaKind::Video)
}

fn describe(rtc: &Rtc, sender: &mut Sender, mid: Mid) {
    let Some(media) = rtc.media(mid) else {
        return;
    };
    let ids = ExtensionIds::of(media.remote_extmap(), is_video(rtc, mid));
    let mut types = Vec::new();
    let params = rtc.codec_config().params().iter();
    for params in params.filter(|params| media.remote_pts().contains(&params.pt())) {
        let clock_hz = params.spec().clock_rate.get();
        types.push(PayloadType {
            number: *params.pt(),
            repair: params.resend().map(|repair| *repair),
            clock_hz,
        });
        types.extend(params.red().map(|red| PayloadType {
            number: *red,
            repair: None,
            clock_hz,
        }));
    }
    let is_active = media.direction().is_sending() && !media.stopped();
    sender.describe(mid, is_active, ids, types);
}

/// Where str0m sends DTLS and media is where ICE's selected pair is, and the client may be elsewhere by
/// now; its answers to STUN requests go where these came from.
pub(super) fn redirected(roaming: &mut Roaming, mut datagram: Datagram) -> Datagram {
    if matches!(datagram.bytes.first(), Some(0..=3) | None) {
        return datagram;
    }
    let nominated = Path {
        protocol: datagram.protocol,
        source: datagram.source,
        destination: datagram.destination,
    };
    roaming.nominate(nominated);
    let path = roaming.redirected(nominated);
    (datagram.protocol, datagram.source, datagram.destination) =
        (path.protocol, path.source, path.destination);
    datagram
}

/// str0m's probes bear transport-wide numbers, of which there is one row for a connection; and its
/// reports of the time before the handshake are on nothing.
pub(super) fn may_leave(datagram: &Datagram) -> bool {
    const SENDER_REPORT: u8 = 200;
    match datagram.bytes[..] {
        [0x80..=0xbf, kind, ..] => (192..=223).contains(&kind) && kind != SENDER_REPORT,
        _ => true,
    }
}
