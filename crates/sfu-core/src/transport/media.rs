//! Sending media.

use super::{Broken, Connection, Mid, Rid, config, dependency};
use crate::packet::PacketExtensions;
use base::media::Codec;
use std::sync::Arc;
use std::time::Instant;
use str0m::format::{CodecSpec, PayloadParams};
use str0m::media::KeyframeRequestKind;
use str0m::rtp::{ExtensionValues, RtpWrite, Vp8Descriptor};

/// A codec with the parameters that both ends must share (H.264 profile, VP9 profile, …).
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Format {
    pub(crate) codec: Codec,
    spec: CodecSpec,
}

/// What of the VP8 payload descriptor is replaced; lengths do not change (RFC 7741 section 4.2).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Vp8Rewrite {
    pub(crate) picture_id: Option<u16>,
    pub(crate) tl0_picture_index: Option<u8>,
    pub(crate) key_index: Option<u8>,
}

impl Vp8Rewrite {
    pub(super) fn apply(self, payload: &mut [u8]) {
        let (picture_id, index) = (self.picture_id, self.tl0_picture_index);
        rtp::vp8::rewrite(payload, picture_id, index, self.key_index);
    }
}

/// One packet for one subscriber.
#[derive(Debug)]
pub(crate) struct Outgoing {
    pub(crate) payload_type: u8,
    pub(crate) sequence: u64,
    pub(crate) timestamp: u32,
    pub(crate) marker: bool,
    pub(crate) captured: Instant,
    /// Kept for retransmission.
    pub(crate) repairable: bool,
    pub(crate) payload: Arc<[u8]>,
    pub(crate) vp8: Option<Vp8Rewrite>,
}

impl Connection {
    /// The payload type under which `format` may be sent in a section, and, for Opus, that of
    /// its redundant form where the client takes it.
    pub(crate) fn payload_types(&self, mid: Mid, format: Format) -> Option<(u8, Option<u8>)> {
        let rtc = self.rtc.as_ref()?;
        let accepted = rtc.media(mid)?.remote_pts();
        let codecs = rtc.codec_config();
        let wanted = PayloadParams::new(0.into(), None, format.spec);
        let found = codecs
            .match_params(wanted)
            .filter(|found| accepted.contains(&found.pt()))
            .or_else(|| {
                // Another profile of the same codec: decoders are more tolerant than profiles.
                codecs.params().iter().find(|found| {
                    found.spec().codec == format.spec.codec && accepted.contains(&found.pt())
                })
            })?;
        Some((*found.pt(), found.red().map(|red| *red)))
    }

    /// Whether a codec may be sent in a section, in whatever profile.
    pub(crate) fn takes_codec(&self, mid: Mid, wanted: Codec) -> bool {
        let Some(rtc) = &self.rtc else {
            return false;
        };
        let Some(media) = rtc.media(mid) else {
            return false;
        };
        let params = rtc.codec_config().params();
        params.iter().any(|found| {
            codec(found.spec().codec) == Some(wanted) && media.remote_pts().contains(&found.pt())
        })
    }

    /// The format of an incoming payload type.
    pub(crate) fn format(&self, payload_type: u8) -> Option<(Format, bool)> {
        let params = self.rtc.as_ref()?.codec_config().params();
        let found = params.iter().find(|params| {
            *params.pt() == payload_type || params.red().is_some_and(|red| *red == payload_type)
        })?;
        let spec = found.spec();
        let codec = codec(spec.codec)?;
        Some((Format { codec, spec }, *found.pt() != payload_type))
    }

    /// Which section and simulcast layer an incoming stream belongs to.
    pub(crate) fn stream_origin(&mut self, ssrc: u32) -> Option<(Mid, Option<Rid>)> {
        let ssrc = ssrc.into();
        self.fence(|rtc| {
            let mut direct = rtc.direct_api();
            direct.stream_rx(&ssrc).map(|s| (s.mid(), s.rid()))
        })
        .ok()
        .flatten()
    }

    /// Queues a packet; it leaves when the connection is next polled.
    pub(crate) fn write(
        &mut self,
        mid: Mid,
        packet: Outgoing,
        extensions: PacketExtensions,
    ) -> Result<(), Broken> {
        if self.sender.is_some() {
            return self.send(mid, packet, extensions);
        }
        if self.waits_for_handshake() {
            self.keep_unsent(mid, packet, extensions);
            return Ok(());
        }
        if packet.repairable {
            self.repeats.written(self.time, mid);
        }
        let patch = packet
            .vp8
            .and_then(|rewrite| vp8_patch(&packet.payload, rewrite));
        let mut write = RtpWrite::new(
            packet.payload_type.into(),
            packet.sequence.into(),
            packet.timestamp,
            packet.captured,
            packet.payload,
        )
        .marker(packet.marker)
        .nackable(packet.repairable)
        .ext_vals(extension_values(&extensions));
        if let Some(patch) = patch {
            write = write.vp8_patch(patch);
        }
        self.fence(|rtc| {
            if let Some(stream) = rtc.direct_api().stream_tx_by_mid(mid, None) {
                stream.write_rtp(write);
            }
        })
    }

    pub(crate) fn request_key_frame(&mut self, mid: Mid, rid: Option<Rid>) -> Result<(), Broken> {
        self.fence(|rtc| {
            if let Some(stream) = rtc.direct_api().stream_rx_by_mid(mid, rid) {
                stream.request_keyframe(KeyframeRequestKind::Pli);
            }
        })
    }

    /// Gives a section's sending stream new SSRCs, so that a receiver cannot take the next track
    /// in it for the one before.
    ///
    /// Made anew and not `reset_stream_tx`: that keeps the stream filed under its first SSRC, and
    /// requests for key frames and repairs that name the new one find nobody (str0m 0.25).
    pub(crate) fn renew_stream(&mut self, mid: Mid) -> Result<(), Broken> {
        if self.sender.is_some() {
            return self.renew_own_stream(mid);
        }
        if let Some(unsent) = &mut self.unsent {
            unsent.forget(mid);
        }
        self.fence(|rtc| {
            let mut direct = rtc.direct_api();
            let (ssrc, rtx) = (direct.new_ssrc(), direct.new_ssrc());
            let Some(stream) = direct.stream_tx_by_mid(mid, None) else {
                return;
            };
            let (before, rtx) = (stream.ssrc(), stream.rtx().map(|_| rtx));
            direct.remove_stream_tx(before);
            direct.declare_stream_tx(ssrc, rtx, mid, None);
        })
    }

    /// Begins to estimate the link's capacity anew, and does not probe before the next
    /// [`Self::set_bitrate`].
    pub(crate) fn restart_estimate(&mut self, at: base::Bitrate) -> Result<(), Broken> {
        self.initial_estimate = at;
        if let Some(sender) = &mut self.sender {
            sender.restart_estimate(at);
            return Ok(());
        }
        self.fence(|rtc| {
            let mut estimator = rtc.bwe();
            estimator.reset(str0m::bwe::Bitrate::bps(at.as_bps()));
            estimator.set_bitrate(str0m::bwe::Bitrate::ZERO, str0m::bwe::Bitrate::ZERO);
        })
    }

    /// Sizes the repair cache of a section's sending stream, and empties it.
    pub(crate) fn size_repair_cache(&mut self, mid: Mid) -> Result<(), Broken> {
        if let Some(sender) = &mut self.sender {
            sender.forget_sent(mid);
            return Ok(());
        }
        self.fence(|rtc| {
            if let Some(stream) = rtc.direct_api().stream_tx_by_mid(mid, None)
                && stream.rtx().is_some()
            {
                stream.set_rtx_cache(
                    config::REPAIR_PACKETS,
                    config::REPAIR_AGE,
                    Some(config::REPAIR_SHARE),
                );
            }
        })
    }
}

fn vp8_patch(payload: &[u8], rewrite: Vp8Rewrite) -> Option<str0m::rtp::Vp8Patch> {
    let descriptor = Vp8Descriptor::parse(payload).ok()?;
    let mut patch = descriptor.patch();
    if let Some(picture_id) = rewrite.picture_id {
        patch = patch.picture_id(picture_id);
    }
    if let Some(index) = rewrite.tl0_picture_index {
        patch = patch.tl0_pic_idx(index);
    }
    if let Some(index) = rewrite.key_index {
        patch = patch.key_idx(index);
    }
    patch.build().ok()
}

fn extension_values(extensions: &PacketExtensions) -> ExtensionValues {
    let mut values = ExtensionValues::default();
    if let Some((level, voice)) = extensions.audio_level {
        values.audio_level = Some(-i8::try_from(level.min(127)).unwrap_or(127));
        values.voice_activity = Some(voice);
    }
    values.video_orientation = extensions.video_orientation.map(Into::into);
    if let Some((least, greatest)) = extensions.playout_delay {
        let hundredths = |value: u16| str0m::media::MediaTime::from_hundredths(value.into());
        values.play_delay_min = Some(hundredths(least));
        values.play_delay_max = Some(hundredths(greatest));
    }
    if let Some(descriptor) = &extensions.dependency {
        dependency::write(&mut values, descriptor.clone());
    }
    values
}

fn codec(codec: str0m::format::Codec) -> Option<Codec> {
    use str0m::format::Codec as Theirs;
    Some(match codec {
        Theirs::Opus => Codec::Opus,
        Theirs::Vp8 => Codec::Vp8,
        Theirs::Vp9 => Codec::Vp9,
        Theirs::H264 => Codec::H264,
        Theirs::H265 => Codec::H265,
        Theirs::Av1 => Codec::Av1,
        _ => return None,
    })
}
