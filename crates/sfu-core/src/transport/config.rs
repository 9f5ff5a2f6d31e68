//! How each peer connection is set up.

use super::{dependency, tap};
use crate::config::EngineConfig;
use base::media::Open;
use std::sync::Arc;
use std::time::{Duration, Instant};
use str0m::config::DtlsCert;
use str0m::rtp::{Extension, ExtensionMap};
use str0m::{Candidate, IceCreds, Rtc, bwe::Bitrate};

/// Packets kept for retransmission per sent video stream. At 1.5 Mbps (about 160 packets/s) this
/// is 1.6 s, longer than any retransmission is of use to a live picture; str0m's default of 1,024
/// over 3 s costs 416 kB a subscriber where this costs about 150.
pub(super) const REPAIR_PACKETS: usize = 256;
pub(super) const REPAIR_AGE: Duration = Duration::from_secs(1);

/// Largest share of a stream's bytes that may be retransmissions. str0m's default of 0.15 stops
/// all repair just when it is needed: at 50 % loss each packet goes out twice, a share of 0.5.
/// Beyond 0.6 a smaller picture helps more than another copy.
pub(super) const REPAIR_SHARE: f32 = 0.6;

/// What a client may send in one data message, and what it is told so (`a=max-message-size`).
/// Clients of this ecosystem clamp to 64 kB.
const MAX_MESSAGE_BYTES: u32 = 65_536;

/// Bytes that SCTP may hold of what was written but not acknowledged: the product of 20 Mbps and
/// 200 ms. More would only move our own bounded queue to where it cannot be seen.
const SCTP_BUFFER_BYTES: usize = 512 * 1024;

/// How often transport statistics are gathered. They carry the momentary estimate, by which a
/// link's fall is noticed: the estimator itself needs most of the two seconds within which a
/// subscriber should be down to what fits.
const STATS_INTERVAL: Duration = Duration::from_millis(100);

/// One certificate for all peer connections of a shard: making one costs more than a handshake.
#[derive(Clone)]
pub(crate) struct Certificate(Arc<DtlsCert>);

impl Certificate {
    /// `None` if the cryptography library cannot make one; each connection then tries by itself.
    pub(crate) fn generate() -> Option<Self> {
        let provider = str0m::crypto::from_feature_flags();
        let made = provider.dtls_provider.generate_certificate()?;
        Some(Self(Arc::new(made)))
    }
}

impl std::fmt::Debug for Certificate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Certificate")
    }
}

/// What a connection is built from.
pub(super) struct Plan {
    config: Arc<EngineConfig>,
    certificate: Option<Certificate>,
    credentials: IceCreds,
    pub(super) is_ice_lite: bool,
    pub(super) sends: bool,
}

impl Plan {
    pub(super) fn new(
        config: &Arc<EngineConfig>,
        certificate: Option<&Certificate>,
        open: &Open,
        credentials: IceCreds,
        sends: bool,
    ) -> Self {
        Self {
            config: config.clone(),
            certificate: certificate.cloned(),
            credentials,
            is_ice_lite: !open.disable_ice_lite,
            sends,
        }
    }

    pub(super) fn ufrag(&self) -> &str {
        &self.credentials.ufrag
    }

    pub(super) fn ufrag_prefix(&self) -> &str {
        &self.config.ufrag_prefix
    }

    pub(super) fn build(&self, now: Instant) -> Rtc {
        let mut rtc = Rtc::builder()
            .set_crypto_provider(tap::provider())
            .set_ice_lite(self.is_ice_lite)
            .set_rtp_mode(true)
            .set_local_ice_credentials(self.credentials.clone())
            .enable_opus(true, true)
            .set_extension_map(extensions())
            .set_send_buffer_video(REPAIR_PACKETS)
            .set_send_buffer_audio(1)
            .set_stats_interval(Some(STATS_INTERVAL))
            .set_sctp_max_message_size(MAX_MESSAGE_BYTES)
            .set_sctp_max_buffered_amount(SCTP_BUFFER_BYTES);
        if let Some(Certificate(certificate)) = &self.certificate {
            rtc = rtc.set_dtls_cert(DtlsCert::clone(certificate));
        }
        if self.sends {
            let initial = Bitrate::bps(self.config.initial_estimate.as_bps());
            rtc = rtc.enable_bwe(Some(initial));
        }
        let mut rtc = rtc.build(now);
        for candidate in &self.config.candidates {
            if let Some(candidate) = local_candidate(candidate) {
                rtc.add_local_candidate(candidate);
            }
        }
        rtc
    }
}

fn local_candidate(candidate: &crate::config::LocalCandidate) -> Option<Candidate> {
    use crate::datagram::Protocol;
    let builder = Candidate::builder();
    match candidate.protocol {
        Protocol::Udp => builder.udp().host(candidate.local).build(),
        Protocol::Tcp => builder
            .tcp()
            .host(candidate.local)
            .tcptype(str0m::net::TcpType::Passive)
            .build(),
    }
    .ok()
}

/// The numbers are Chrome's where it has one; in single mode the client's own take their place.
fn extensions() -> ExtensionMap {
    let mut map = ExtensionMap::empty();
    map.set(1, Extension::AudioLevel);
    map.set(2, Extension::AbsoluteSendTime);
    map.set(3, Extension::TransportSequenceNumber);
    map.set(4, Extension::RtpMid);
    map.set(5, Extension::PlayoutDelay);
    map.set(9, dependency::extension());
    map.set(10, Extension::RtpStreamId);
    map.set(11, Extension::RepairedRtpStreamId);
    map.set(13, Extension::VideoOrientation);
    map
}
