//! One stream that we send, with its repetitions.

use super::super::media::{Outgoing, Vp8Rewrite};
use super::echo::Echo;
use super::header::{self, ExtensionIds, Header};
use super::keys::{Keys, TAG_BYTES};
use super::repair::{Changed, Kept, RepairCache};
use super::reports::SenderReport;
use super::used::UsedNumbers;
use crate::packet::PacketExtensions;
use std::time::Instant;
use str0m::media::Mid;

/// A payload type that may be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct PayloadType {
    pub(crate) number: u8,
    /// That of its repetitions.
    pub(crate) repair: Option<u8>,
    pub(crate) clock_hz: u32,
}

/// Header with all extensions, a repetition's number, and the tag.
const OVERHEAD_BYTES: usize = 12 + 4 + 48 + 2 + TAG_BYTES;

/// A packet of padding only: its length is in its last byte (RFC 3550 section 5.1).
const PADDING_BYTES: u8 = 255;

#[derive(Debug)]
pub(super) struct SendStream {
    pub(super) mid: Mid,
    pub(super) ssrc: u32,
    pub(super) repair_ssrc: Option<u32>,
    pub(super) is_video: bool,
    pub(super) ids: ExtensionIds,
    pub(super) types: Vec<PayloadType>,
    /// The description says that something may come in this section.
    pub(super) is_active: bool,
    pub(super) cache: RepairCache,
    pub(super) echo: Echo,
    /// The receiver has reported on them: he knows what section they belong to.
    pub(super) is_known: bool,
    pub(super) is_repair_known: bool,
    used: UsedNumbers,
    next_repair: u64,
    last: Option<Last>,
    packets: u32,
    bytes: u32,
    /// Sent since the last sender report.
    pub(super) is_unreported: bool,
}

#[derive(Clone, Copy, Debug)]
struct Last {
    payload_type: PayloadType,
    timestamp: u32,
    captured: Instant,
}

impl SendStream {
    pub(super) fn new(mid: Mid, is_video: bool, ssrc: u32, repair_ssrc: Option<u32>) -> Self {
        Self {
            mid,
            ssrc,
            repair_ssrc,
            is_video,
            ids: ExtensionIds::default(),
            types: Vec::new(),
            is_active: false,
            cache: RepairCache::default(),
            echo: Echo::default(),
            is_known: false,
            is_repair_known: false,
            used: UsedNumbers::default(),
            next_repair: 1,
            last: None,
            packets: 0,
            bytes: 0,
            is_unreported: false,
        }
    }

    /// A packet of the publisher's, ready to be sent. `None`: this number has been sent already.
    pub(super) fn media(
        &mut self,
        keys: &Keys,
        stamp: Stamp,
        packet: &Outgoing,
        extensions: &PacketExtensions,
    ) -> Option<Vec<u8>> {
        let payload_type = self.payload_type(packet.payload_type)?;
        if !self.used.insert(packet.sequence) {
            return None;
        }
        let mid = (!self.is_known).then_some(self.mid);
        let mut out = Vec::with_capacity(OVERHEAD_BYTES + packet.payload.len());
        let header = Header {
            payload_type: packet.payload_type,
            marker: packet.marker,
            has_padding: false,
            sequence: packet.sequence as u16,
            timestamp: packet.timestamp,
            ssrc: self.ssrc,
            mid: mid.as_ref().map(|mid| mid.as_bytes()),
            number: stamp.number,
            now_us: stamp.now_us,
            extensions: Some(extensions),
        };
        header::write(&mut out, &self.ids, &header);
        let header_bytes = out.len();
        out.extend_from_slice(&packet.payload);
        if let Some(new) = packet.vp8 {
            new.apply(&mut out[header_bytes..]);
        }
        keys.protect_rtp(&mut out, header_bytes, self.ssrc, packet.sequence)?;
        self.last = Some(Last {
            payload_type,
            timestamp: packet.timestamp,
            captured: packet.captured,
        });
        self.packets = self.packets.wrapping_add(1);
        self.bytes = self.bytes.wrapping_add(packet.payload.len() as u32);
        self.is_unreported = true;
        if packet.repairable && self.repair_ssrc.is_some() && payload_type.repair.is_some() {
            self.cache.keep(stamp.now_us, packet, extensions);
            self.cache.sent(false);
        }
        if !self.is_video {
            self.echo.keep(packet.sequence, &out);
        }
        Some(out)
    }

    /// A packet once more (RFC 4588).
    pub(super) fn repetition(&mut self, keys: &Keys, stamp: Stamp, kept: &Kept) -> Option<Vec<u8>> {
        let repair = self.payload_type(kept.payload_type)?.repair?;
        let mut extensions = PacketExtensions::default();
        let mut rewrite = Vp8Rewrite::default();
        match &kept.changed {
            Changed::Descriptor(descriptor) => extensions.dependency = Some(descriptor.clone()),
            Changed::Vp8(vp8) => rewrite = *vp8,
        }
        let (mut out, index) = self.begin_repair(stamp, repair, false, kept, &extensions)?;
        let header_bytes = out.len();
        out.extend_from_slice(&kept.sequence().to_be_bytes());
        out.extend_from_slice(&kept.payload);
        if rewrite != Vp8Rewrite::default() {
            rewrite.apply(&mut out[header_bytes + 2..]);
        }
        keys.protect_rtp(&mut out, header_bytes, self.repair_ssrc?, index)?;
        Some(out)
    }

    /// A packet that says nothing, for a probe.
    pub(super) fn padding(&mut self, keys: &Keys, stamp: Stamp) -> Option<Vec<u8>> {
        let repair = self.padding_type()?;
        let blank = Kept::blank(self.last.map_or(0, |last| last.timestamp));
        let extensions = PacketExtensions::default();
        let (mut out, index) = self.begin_repair(stamp, repair, true, &blank, &extensions)?;
        let header_bytes = out.len();
        out.resize(header_bytes + usize::from(PADDING_BYTES), 0);
        *out.last_mut()? = PADDING_BYTES;
        keys.protect_rtp(&mut out, header_bytes, self.repair_ssrc?, index)?;
        Some(out)
    }

    fn begin_repair(
        &mut self,
        stamp: Stamp,
        payload_type: u8,
        has_padding: bool,
        kept: &Kept,
        extensions: &PacketExtensions,
    ) -> Option<(Vec<u8>, u64)> {
        let index = self.next_repair;
        self.next_repair += 1;
        let mid = (!self.is_repair_known).then_some(self.mid);
        let mut out = Vec::with_capacity(OVERHEAD_BYTES + kept.payload.len().max(256));
        let header = Header {
            payload_type,
            marker: kept.marker,
            has_padding,
            sequence: index as u16,
            timestamp: kept.timestamp,
            ssrc: self.repair_ssrc?,
            mid: mid.as_ref().map(|mid| mid.as_bytes()),
            number: stamp.number,
            now_us: stamp.now_us,
            extensions: Some(extensions),
        };
        header::write(&mut out, &self.ids, &header);
        Some((out, index))
    }

    /// `None`: nothing has been sent yet.
    pub(super) fn report(&mut self, now: Instant, now_us: u64) -> Option<SenderReport> {
        let last = self.last?;
        self.is_unreported = false;
        let clock = i128::from(last.payload_type.clock_hz);
        let after = now.saturating_duration_since(last.captured).as_micros();
        let before = last.captured.saturating_duration_since(now).as_micros();
        let passed_us = after.cast_signed() - before.cast_signed();
        let passed = (passed_us * clock / 1_000_000) as u32;
        Some(SenderReport {
            ssrc: self.ssrc,
            now_us,
            timestamp: last.timestamp.wrapping_add(passed),
            packets: self.packets,
            bytes: self.bytes,
        })
    }

    /// Whether padding may be sent: the receiver listens here, takes repetitions, and reports on
    /// them. Media need not have been sent before; perhaps it waits for what a probe finds.
    pub(super) fn can_pad(&self) -> bool {
        let takes_repairs = self.repair_ssrc.is_some() && self.padding_type().is_some();
        self.is_active && takes_repairs && self.ids.number.is_some()
    }

    fn padding_type(&self) -> Option<u8> {
        let known = self.last.and_then(|last| last.payload_type.repair);
        known.or_else(|| self.types.iter().find_map(|kind| kind.repair))
    }

    pub(super) fn has_begun(&self) -> bool {
        self.last.is_some()
    }

    fn payload_type(&self, number: u8) -> Option<PayloadType> {
        self.types
            .iter()
            .find(|kind| kind.number == number)
            .copied()
    }
}

/// What a packet is given as it leaves.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stamp {
    pub(super) number: u16,
    pub(super) now_us: u64,
}
